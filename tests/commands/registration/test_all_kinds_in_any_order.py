"""People of all kinds under deeds in any order, found by hypothesis: types and their pools, holds, payments, families,
delegations, the door, lines and hand-overs at one event. Whatever was done, each has the places that it needs, no more
and no fewer, and the nightly proof finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from eventhub.billing.models import Invoice
from eventhub.billing.queries import list_misnumbered
from eventhub.billing.rules import InvoiceState
from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.events.commands import resize_pool
from eventhub.events.models import Event, Session
from eventhub.registration.answering_offers import accept_offer, decline_offer
from eventhub.registration.approving import approve, approve_beyond, reject
from eventhub.registration.choosing import taken_sessions
from eventhub.registration.delegations import members
from eventhub.registration.delegations.keeping import import_entry
from eventhub.registration.delegations.models import DelegationMember
from eventhub.registration.forms.queries import get_form
from eventhub.registration.forms.shapes import QuestionKind
from eventhub.registration.forms.taking import Sheet, pools_again
from eventhub.registration.handing_over import Colleague, hand_over, take_over
from eventhub.registration.invoicing.commands import (
    cancel_by_document,
    make_invoice,
    mark_invoice_paid,
    tell_payer,
)
from eventhub.registration.invoicing.queries import list_debtors
from eventhub.registration.models import Registration
from eventhub.registration.needs import needs
from eventhub.registration.parties.changing import change_party
from eventhub.registration.parties.fares import other_types
from eventhub.registration.parties.plans import PersonPlan
from eventhub.registration.parties.queries import find_party, list_members
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import LIVE, RegistrationState
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.offering import seats_on_offer
from eventhub.registration.session_lines.rules import WishState
from eventhub.registration.types.models import Payment
from eventhub.registration.types.paying import make_due, mark_paid, waive
from eventhub.registration.types.pools import add_pool, overbook, release_hold, resize_named_pool
from eventhub.registration.types.queries import find_door_of, find_type, needs_answer
from eventhub.registration.types.rules import Access, Paying, PoolKind, TypeWish
from eventhub.registration.types.sharing import count_in
from eventhub.registration.waiting import lock_pools, offer_by_hand, offer_places, sweep_event
from eventhub.tickets.models import TicketState
from tests.commands.delegations.leading import agree, an_entry, decline, lead
from tests.commands.registration import asking, lines
from tests.commands.registration.any_order import tries
from tests.commands.registration.parties import NINE, SIX, a_child, a_family, a_group
from tests.commands.registration.questions import a_section, ask, some_options
from tests.commands.registration.test_accompanying import ask_who_comes
from tests.commands.registration.test_invoices import BILLED
from tests.commands.registration.types import an_issuer, make_type
from tests.conftest import NOW, empty_tables
from tests.factories import both_languages, make_event, make_session

SOMEBODY = st.integers(0, 19)
TYPES = st.integers(0, 3)
SESSIONS = st.sets(st.integers(0, 2), max_size=2)
# One of two options, and with a plus somebody who comes along.
OPTION = st.sampled_from(("", "", "a", "b", "+", "a+"))
GUESTS = st.sampled_from([f"{name}@example.org" for name in "abcdef"])


class Fair(RuleBasedStateMachine):
    """Seven places with a line. Students share four, one of them kept for the door; two are held for partners; guests
    pay and have three of their own; speakers are approved, and their code works twice. The third session takes its
    places of those that students share, the first one has two of its own inside three that lie in the same hall."""

    @initialize()
    def open_the_event(self) -> None:
        db.session.rollback()
        db.session.expunge_all()
        empty_tables()
        self.now = NOW
        plain = {
            "has_waiting_list": True,
            "offer_hours": 1,
            "takes_families": True,
            "takes_school_groups": True,
        }
        with transaction():
            event = make_event(now=NOW, slug="fair", capacity=7, **plain)
            self.sessions = [_a_session(event, number, places) for number, places in enumerate((2, 1, 3))]
            an_issuer(event, now=NOW)
        self._open_pools(event)
        self._with_event(_share_places, self.sessions[2].public_id, self.pools[0])
        self._with_event(_share_places, self.sessions[0].public_id, self.pools[3], places=2)
        section = a_section(event, now=NOW)
        kind = QuestionKind.CHOICE
        self.question = ask(
            event, section, now=NOW, kind=kind, options=some_options(a=2, b=1), is_required=False
        )
        self.company = ask_who_comes(event, now=NOW, places=3, counts=True)
        self.delegation = lead(event, now=NOW, most=3, ticket=self.types[0])
        self._let_some_come()

    def _let_some_come(self) -> None:
        family = a_family(a_child("First Child", NINE, self.sessions[0]))
        asking.registered("fair", "a@example.org", now=NOW, ticket=self.types[0], party=family)
        partner = {"ticket": self.types[1], "sessions": self._chosen({1}), "sheet": self._sheet("b")}
        asking.registered("fair", "b@example.org", now=NOW, **partner)
        asking.registered("fair", "c@example.org", now=NOW, ticket=self.types[2], sheet=self._sheet("a"))
        asking.registered("fair", "d@example.org", now=NOW, ticket=self.types[3])
        self.import_a_row("e@example.org")
        self._with_event(_invoice_somebody, 0)

    def _open_pools(self, event: Event) -> None:
        def pool(kind: PoolKind, places: int, parent: str = "") -> str:
            with transaction():
                facts: dict[str, Any] = {"kind": kind, "places": places, "parent": parent, "by": "test"}
                return add_pool(event, name=both_languages("Places"), now=NOW, **facts).public_id

        hall = pool(PoolKind.SHARED, 5)
        shared = pool(PoolKind.SHARED, 4, hall)
        held = pool(PoolKind.HOLD, 2)
        self.pools = [shared, held, pool(PoolKind.DOOR, 1, shared), pool(PoolKind.SHARED, 3, hall), hall]
        price = {"price": 500, "currency": "EUR", "paying": Paying.INVOICE}
        self.types = [
            make_type(event, "Student", now=NOW, pool=shared, most=4),
            make_type(event, "Partner", now=NOW, pool=held, most=4),
            make_type(event, "Guest", now=NOW, places=3, most=4, **price),
            make_type(event, "Speaker", now=NOW, uses=2, needs_approval=True, **_BY_CODE),
        ]

    def _try(self, deed: Callable[..., object], *args: Any, **kwargs: Any) -> None:
        try:
            deed(*args, now=self.now, **kwargs)
        except Refusal:
            return

    def _do(self, number: int, deed: Callable[..., object], *args: Any, **said: Any) -> None:
        """To one of those who were ever registered."""
        asking.look_again()
        live = select(Registration.public_id).where(Registration.state.in_(LIVE))
        ids = db.session.scalars(live.order_by(Registration.id)).all()
        if ids:
            public_id = ids[number % len(ids)]

            def do(*, now: Any) -> None:
                with transaction():
                    deed(get_registration(public_id), *args, now=now, **said)

            self._try(do)

    def _with_event(self, deed: Callable[..., object], *args: Any, **said: Any) -> None:
        def do(*, now: Any) -> None:
            with transaction():
                deed(_event(), *args, now=now, **said)

        self._try(do)

    def _chosen(self, numbers: set[int]) -> tuple[str, ...]:
        return tuple(self.sessions[number].public_id for number in sorted(numbers))

    def _sheet(self, option: str) -> Sheet:
        chosen = option.rstrip("+")
        typed = {self.question: [chosen]} if chosen else {}
        return Sheet(typed=typed | ({self.company: ["Linda Example", ""]} if "+" in option else {}))

    @rule(guest=GUESTS, kind=TYPES, chosen=SESSIONS, option=OPTION)
    def register(self, guest: str, kind: int, chosen: set[int], option: str) -> None:
        facts = {"ticket": self.types[kind], "sessions": self._chosen(chosen), "sheet": self._sheet(option)}
        self._try(asking.register, "fair", guest, **facts)

    @rule(
        guest=GUESTS,
        kind=TYPES,
        child=st.integers(0, 2),
        own=SESSIONS,
        theirs=SESSIONS,
        heads=st.integers(1, 3),
        group=st.booleans(),
    )
    def register_several(
        self, guest: str, kind: int, child: int, own: set[int], theirs: set[int], heads: int, group: bool
    ) -> None:
        ticket = self.types[child].public_id
        children = [
            a_child(f"Child {each}", NINE, *self._seats(theirs), ticket_type=ticket) for each in range(heads)
        ]
        party = a_group(heads) if group else a_family(*children)
        facts = {"ticket": self.types[kind] if kind < 3 else TypeWish(), "sessions": self._chosen(own)}
        self._try(asking.register, "fair", guest, party=party, **facts)

    def _seats(self, chosen: set[int]) -> list[Any]:
        return [self.sessions[number] for number in sorted(chosen)]

    @rule(number=SOMEBODY)
    def confirm(self, number: int) -> None:
        self._do(number, asking.confirm_registration)

    @rule(number=SOMEBODY)
    def cancel(self, number: int) -> None:
        self._do(number, asking.commands.cancel, by="holder")

    @rule(number=SOMEBODY, kind=TYPES, chosen=SESSIONS, option=OPTION)
    def change(self, number: int, kind: int, chosen: set[int], option: str) -> None:
        def deed(one: Registration, *, now: Any) -> None:
            facts = {
                "sessions": self._chosen(chosen),
                "sheet": self._sheet(option),
                "ticket": self.types[kind],
            }
            if find_party(one) is None:
                asking.changing.change(one, asking.an_ask(one.email, **facts), now=now)

        self._do(number, deed)

    @rule(number=SOMEBODY, chosen=SESSIONS, more=st.integers(-1, 1), option=OPTION)
    def change_several(self, number: int, chosen: set[int], more: int, option: str) -> None:
        def deed(one: Registration, *, now: Any) -> None:
            there = list_members(one)[1:]
            plans = [
                PersonPlan(
                    full_name=each.attendee.full_name,
                    born_on=SIX if each.child and each.child.born_on else None,
                    sessions=self._chosen(chosen),
                    ticket=each.attendee.ticket.number if each.attendee.ticket else "",
                )
                for each in there
            ][: len(there) + min(more, 0)]
            party = a_family(*plans, *[a_child("New Child")] * max(more, 0))
            if find_party(one) is not None and party.people:
                ask_for = {"party": party, "sessions": self._chosen(chosen), "sheet": self._sheet(option)}
                change_party(one, asking.an_ask(one.email, **ask_for), now=now)

        self._do(number, deed)

    @rule(number=SOMEBODY, deed=st.sampled_from(("pay", "waive", "take back")))
    def settle(self, number: int, deed: str) -> None:
        if deed == "pay":
            self._do(number, mark_paid, method="cash", reference="", by="chief")
        elif deed == "waive":
            self._do(number, waive, reason="A speaker", by="chief")
        else:
            self._do(number, make_due, by="chief")

    @rule(number=SOMEBODY)
    def make_an_invoice(self, number: int) -> None:
        self._with_event(_invoice_somebody, number)

    @rule(number=SOMEBODY, is_paid=st.booleans())
    def settle_an_invoice(self, number: int, is_paid: bool) -> None:
        def deed(event: Event, *, now: Any) -> None:
            open_or_paid = (InvoiceState.ISSUED, InvoiceState.PAID)
            query = select(Invoice).where(Invoice.state.in_(open_or_paid)).order_by(Invoice.id)
            every = db.session.scalars(query).all()
            if every and is_paid:
                mark_invoice_paid(every[number % len(every)], reference="", by="chief", now=now)
            elif every:
                cancel_by_document(every[number % len(every)], event, reason="Wrong", by="chief", now=now)

        self._with_event(deed)

    @rule(number=SOMEBODY, deed=st.sampled_from((approve, approve, approve_beyond, reject)))
    def answer_a_request(self, number: int, deed: Callable[..., object]) -> None:
        self._do(number, deed, by="chief", **({} if deed is approve else {"reason": "Because"}))

    @rule(number=SOMEBODY, deed=st.sampled_from((accept_offer, accept_offer, decline_offer)))
    def answer_an_offer(self, number: int, deed: Callable[..., object]) -> None:
        self._do(number, deed)

    @rule(number=SOMEBODY)
    def offer_out_of_turn(self, number: int) -> None:
        self._do(number, offer_by_hand, reason="A speaker", by="chief")

    @rule(number=SOMEBODY, guest=GUESTS)
    def hand_over(self, number: int, guest: str) -> None:
        self._do(number, hand_over, Colleague(full_name="Bob Example", email=guest))

    @rule(number=SOMEBODY)
    def take_over(self, number: int) -> None:
        def deed(one: Registration, *, now: Any) -> None:
            take_over(one, asking.an_ask(one.email), asking.a_submission(), now=now)

        self._do(number, deed)

    @rule(guest=st.one_of(st.just(""), GUESTS))
    def walk_in(self, guest: str) -> None:
        self._try(asking.here, "fair", guest)

    @rule(guest=GUESTS)
    def import_a_row(self, guest: str) -> None:
        def do(*, now: Any) -> None:
            with transaction():
                import_entry(self._led(), an_entry(guest), now=now)

        self._try(do)

    @rule(number=st.integers(0, 2), guest=GUESTS)
    def replace_a_member(self, number: int, guest: str) -> None:
        self._of_delegation(number, members.replace, an_entry(guest))

    @rule(number=st.integers(0, 2))
    def remove_a_member(self, number: int) -> None:
        self._of_delegation(number, members.remove)

    def _of_delegation(self, number: int, deed: Callable[..., object], *args: Any) -> None:
        def do(*, now: Any) -> None:
            with transaction():
                there = db.session.scalars(select(DelegationMember).order_by(DelegationMember.id)).all()
                if there:
                    deed(self._led(), there[number % len(there)], *args, now=now)

        self._try(do)

    def _led(self) -> Any:
        return db.session.get_one(members.Delegation, self.delegation.id)

    @rule(number=SOMEBODY, says_yes=st.booleans())
    def answer_a_coordinator(self, number: int, says_yes: bool) -> None:
        def deed(one: Registration, *, now: Any) -> None:
            (agree if says_yes else decline)(one, now=now)

        asking.look_again()
        ids = db.session.scalars(
            select(Registration).join(DelegationMember, DelegationMember.registration_id == Registration.id)
        ).all()
        if ids:
            self._try(deed, ids[number % len(ids)])

    @rule(number=SOMEBODY, wanted=st.permutations((0, 1, 2)), many=st.integers(1, 3))
    def wish(self, number: int, wanted: list[int], many: int) -> None:
        names = [self.sessions[each].public_id for each in wanted[:many]]

        def deed(one: Registration, *, now: Any) -> None:
            people = [person.ticket.number for person in one.attendees if person.ticket][many - 1 :]
            lines.wish_for(one, names, who=dict.fromkeys(names, people), now=now)

        self._do(number, deed)

    @rule(number=SOMEBODY, says_yes=st.sampled_from((True, True, False)))
    def answer_about_a_session(self, number: int, says_yes: bool) -> None:
        asking.look_again()
        query = select(SessionWish).where(SessionWish.state == WishState.OFFERED).order_by(SessionWish.id)
        offers = db.session.scalars(query).all()
        if offers:
            wish = offers[number % len(offers)]
            person, session = asking.Known(wish.registration.public_id), asking.Known(wish.session.public_id)
            self._try(lines.take if says_yes else lines.decline, person, session)

    @rule(which=st.integers(0, 2))
    def give_back_what_is_held(self, which: int) -> None:
        self._with_event(release_hold, self.pools[which], by="chief")

    @rule(which=st.integers(0, 4), places=st.integers(0, 6))
    def resize_a_named_pool(self, which: int, places: int) -> None:
        self._with_event(resize_named_pool, self.pools[which], places=places, by="chief")

    @rule(percent=st.sampled_from((0, 20, 50)))
    def overbook(self, percent: int) -> None:
        self._with_event(overbook, percent=percent, by="chief")

    @rule(which=st.integers(0, 3), places=st.integers(1, 9))
    def resize(self, which: int, places: int) -> None:
        """The event or one of its sessions."""

        def deed(event: Event, *, now: Any) -> None:
            lock_pools(event)
            pool = event.pool if which == 3 else _session(self.sessions[which].public_id).pool
            assert pool is not None
            db.session.refresh(pool)
            resize_pool(pool, places)
            offer_places(event, now=now)

        self._with_event(deed)

    @rule(minutes=st.sampled_from((1, 31, 61)), is_swept=st.booleans())
    def time_passes(self, minutes: int, is_swept: bool) -> None:
        self.now = self.now + timedelta(minutes=minutes)
        if is_swept:
            self._with_event(sweep_event)

    @invariant()
    def the_books_are_right(self) -> None:
        asking.check_the_books()
        lines.check_the_order(self.now)

    @invariant()
    def everybody_has_just_the_places_that_they_need(self) -> None:
        asking.look_again()
        for one in db.session.scalars(select(Registration)):
            held = {place.pool_id: place.count for place in one.places}
            assert (one.number, held) == (one.number, _needed(one))

    @invariant()
    def invoices_are_numbered_without_gaps_and_no_debt_is_on_a_cancelled_one(self) -> None:
        assert list_misnumbered() == []
        on = db.session.scalars(select(Invoice.state).join(Payment, Payment.invoice_id == Invoice.id))
        assert InvoiceState.CANCELLED not in set(on)

    @invariant()
    def who_takes_part_has_valid_tickets_and_nobody_else_has(self) -> None:
        for one in db.session.scalars(select(Registration)):
            states = {person.ticket.state for person in one.attendees if person.ticket is not None}
            is_confirmed = one.state is RegistrationState.CONFIRMED
            assert (states == {TicketState.VALID}) is is_confirmed
            assert not is_confirmed or all(person.ticket for person in one.attendees)


_BY_CODE = {"access": Access.CODE, "code": "speakers-code"}
_TAKING_PART = (RegistrationState.CONFIRMED, RegistrationState.OFFERED)


def _a_session(event: Event, number: int, places: int) -> asking.Known:
    """The first and the second clash."""
    begin = event.starts_at + timedelta(minutes=20 * number + 20 * (number > 1))
    session = make_session(event, capacity=places, starts_at=begin, ends_at=begin + timedelta(minutes=30))
    return asking.Known(session.public_id)


def _event() -> Event:
    return db.session.scalars(select(Event)).one()


def _share_places(event: Event, session: str, pool: str, *, places: int | None = None, now: Any) -> None:
    count_in(event, _session(session), pool, places=places, by="test", now=now)


def _invoice_somebody(event: Event, number: int, *, now: Any) -> None:
    """One of those who owe."""
    owing = [one.registration for one in list_debtors(event.id) if one.registration is not None]
    if owing:
        payer = tell_payer(BILLED, registration=owing[number % len(owing)], language="en", now=now)
        make_invoice(event, payer.public_id, by="chief", now=now)


def _session(public_id: str) -> Session:
    return db.session.scalars(select(Session).where(Session.public_id == public_id)).one()


def _needed(one: Registration) -> dict[int, int]:
    """What a registration in this state has to hold, read from what it is and not from what it holds."""
    ticket_type = find_type(one.event_id, one.ticket_type_id)
    is_held = one.state is RegistrationState.PENDING and not needs_answer(one.event, ticket_type)
    if one.state not in _TAKING_PART and not is_held:
        return {}
    chosen = taken_sessions(one)
    found = needs(
        one.event,
        [*chosen, *seats_on_offer(one, chosen=chosen)],
        size=one.size,
        others=other_types(one),
        options=pools_again(one.id, get_form(one.event_id)),
        ticket_type=ticket_type,
        door=find_door_of(one),
    )
    return dict(found.counts)


@pytest.mark.slow
def test_deeds_of_all_kinds_in_any_order_leave_everybody_with_their_places(both: Flask, app: Flask) -> None:
    run_state_machine_as_test(Fair, settings=tries(sqlite=4, postgresql=2, steps=25))
