"""A place goes to a colleague: held, agreed to, taken or declined; nothing of the first person goes along."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.audit import AuditEntry
from eventhub.core.errors import Refusal
from eventhub.core.names import email_key
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mail.models import Message
from eventhub.privacy.commands import publish_consent
from eventhub.privacy.queries import list_ledger
from eventhub.privacy.rules import ConsentMissing
from eventhub.registration.answering_offers import accept_offer, decline_offer
from eventhub.registration.forms.shapes import QuestionKind
from eventhub.registration.handing_over import Colleague, hand_over, take_over
from eventhub.registration.letters import MANAGE, manage_path
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_by_link, get_registration
from eventhub.registration.rules import (
    HOLD,
    AlreadyEnded,
    AlreadyTakesPart,
    NotOffered,
    OfferOver,
    OrganisersDecide,
    RegistrationState,
    TooLateToRename,
)
from eventhub.registration.waiting import expire_holds
from eventhub.subjects.erasing import forget
from eventhub.subjects.queries import subject_of_registration
from eventhub.tickets.models import TicketState
from tests.commands.registration.asking import (
    Known,
    a_submission,
    an_ask,
    change,
    letters,
    look_again,
    register,
    registered,
    state_of,
    taken,
    tickets,
)
from tests.commands.registration.questions import a_section, answered, ask, some_options, typed
from tests.factories import both_languages, make_event, make_session
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("books")

BOB = "bob@example.org"


def an_event(now: datetime, **changes: Any) -> Event:
    with transaction():
        return make_event(now=now, **{"slug": "heat", "capacity": 1, **changes})


def give(one: Registration | Known, email: str = BOB, *, now: datetime) -> Known:
    with transaction():
        colleague = Colleague(full_name="Bob Example", email=email)
        return Known(hand_over(get_registration(one.public_id), colleague, now=now).public_id)


def take(one: Known, *, now: datetime, consents: tuple[int, ...] = (), **changes: Any) -> None:
    with transaction():
        asked = an_ask(BOB, **{"full_name": "Robert Example", **changes})
        take_over(get_registration(one.public_id), asked, a_submission(consents=consents), now=now)


def test_the_place_goes_over_with_a_ticket_of_its_own(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    ada = registered("heat", now=now)

    bob = give(ada, now=now)
    held = (state_of(ada), state_of(bob), taken(event.pool_id), tickets(event))
    take(bob, now=now)
    take(bob, now=now)

    assert held == (RegistrationState.CANCELLED, RegistrationState.OFFERED, 1, [TicketState.VOID])
    assert (state_of(bob), taken(event.pool_id)) == (RegistrationState.CONFIRMED, 1)
    assert tickets(event) == [TicketState.VOID, TicketState.VALID]
    assert get_registration(bob.public_id).attendees[0].full_name == "Robert Example"
    assert letters(get_registration(bob.public_id)) == ["place_taken_over", "registration_confirmed"]
    assert letters(ada)[-1] == "place_handed_over"


def test_sessions_go_along_and_answers_with_their_places_stay_behind(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now)
    with transaction():
        workshop = make_session(event, capacity=2)
    section = a_section(event, now=now)
    trip = ask(
        event,
        section,
        now=now,
        kind=QuestionKind.CHOICE,
        label="Trip?",
        options=some_options(boat=1, bus=None),
    )
    ada = registered("heat", now=now, sessions=(workshop.public_id,), sheet=typed(trip, "boat"))

    bob = give(ada, now=now)
    look_again()
    heir = get_registration(bob.public_id)
    chosen = [choice.session_id for choice in heir.choices]

    assert (chosen, taken(workshop.pool_id), answered(bob)) == ([workshop.id], 1, {})
    take(bob, now=now, sheet=typed(trip, "boat"))  # the boat's one place was free again
    assert answered(bob) == {"Trip?": "boat"}
    assert answered(ada) == {"Trip?": "boat"}


def test_the_colleague_agrees_before_there_is_a_ticket(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    with transaction():
        words = both_languages("I agree")
        consent = publish_consent(purpose="processing", title=words, body=words, is_required=True, now=now).id
    ada = registered("heat", now=now, consents=(consent,))
    bob = give(ada, now=now)

    with pytest.raises(ConsentMissing):
        take(bob, now=now)
    with pytest.raises(NotOffered), transaction():
        accept_offer(get_registration(bob.public_id), now=now)
    before = list_ledger(email_key(BOB))
    take(bob, now=now, consents=(consent,))

    assert (before, len(list_ledger(email_key(BOB)))) == ([], 1)
    assert tickets(event) == [TicketState.VOID, TicketState.VALID]


def test_the_first_person_s_link_leads_to_nothing_of_the_colleague(app: Flask, now: datetime) -> None:
    an_event(now)
    ada = registered("heat", now=now)
    secret = manage_path(ada).rsplit("/", 1)[1]

    bob = give(ada, now=now)
    take(bob, now=now)

    assert get_by_link(ada.public_id, secret, purpose=MANAGE).state is RegistrationState.CANCELLED
    with pytest.raises(AlreadyEnded):
        change(ada, now=now, full_name="Ada Again")
    with pytest.raises(AlreadyEnded):
        give(ada, "third@example.org", now=now)
    with pytest.raises(Refusal):
        get_by_link(bob.public_id, secret, purpose=MANAGE)


def test_history_names_old_and_new_at_the_first_and_only_a_number_at_the_colleague(
    app: Flask, now: datetime
) -> None:
    an_event(now)
    ada = registered("heat", now=now)
    bob = give(ada, now=now)
    look_again()
    query = select(AuditEntry).where(
        AuditEntry.action.in_(("registration.handed_over", "registration.received_from"))
    )
    old, new = db.session.scalars(query.order_by(AuditEntry.id)).all()

    assert old.detail == {
        "old": {"full_name": "Test Guest"},
        "new": {"full_name": "Bob Example"},
        "number": get_registration(bob.public_id).number,
    }
    assert (new.subject_id, new.detail) == (bob.public_id, {"number": ada.number})


def test_the_first_person_s_letter_does_not_name_a_colleague_who_is_forgotten(
    both: Flask, app: Flask, now: datetime
) -> None:
    an_event(now)
    ada = registered("heat", now=now)
    bob = give(ada, now=now)
    take(bob, now=now)

    with transaction():
        forget(subject_of_registration(get_registration(bob.public_id)), now=now)

    look_again()
    letter = db.session.scalars(select(Message).where(Message.letter == "place_handed_over")).one()
    assert letter.to_email == "guest@example.org"
    assert [
        f"your place went to Removed on {now:%Y-%m-%d}," in part for part in (letter.text, letter.html)
    ] == [
        True,
        True,
    ]
    assert "Bob" not in letter.text + letter.html


def test_nobody_takes_part_twice(both: Flask, app: Flask, now: datetime) -> None:
    an_event(now, capacity=3)
    ada, _bob = registered("heat", now=now), registered("heat", BOB, now=now)

    for email in (BOB, BOB.upper(), "guest@example.org"):
        with pytest.raises(AlreadyTakesPart):
            give(ada, email, now=now)
    assert state_of(ada) is RegistrationState.CONFIRMED


@pytest.mark.parametrize(
    ("names_until", "when", "is_refused"),
    [(None, 6, False), (None, 7, True), (5, 4, False), (5, 5, True), (9, 7, True)],
)
def test_names_stay_from_the_begin_or_the_organiser_s_day_on(
    app: Flask, now: datetime, names_until: int | None, when: int, is_refused: bool
) -> None:
    until = None if names_until is None else now + timedelta(days=names_until)
    an_event(now, names_until=until)
    ada, later = registered("heat", now=now), now + timedelta(days=when)

    if is_refused:
        with pytest.raises(TooLateToRename):
            give(ada, now=later)
    else:
        give(ada, now=later)


def test_after_the_organiser_s_day_only_the_name_can_t_be_changed(app: Flask, now: datetime) -> None:
    an_event(now, names_until=now + timedelta(days=1))
    ada, later = registered("heat", now=now), now + timedelta(days=2)

    change(ada, now=later, organisation="Other University")
    with pytest.raises(TooLateToRename):
        change(ada, now=later, full_name="Somebody Else")

    look_again()
    assert get_registration(ada.public_id).organisation == "Other University"


def test_where_organisers_approve_they_decide(app: Flask, now: datetime) -> None:
    event = an_event(now)
    ada = registered("heat", now=now)
    with transaction():
        db.session.get_one(Event, event.id).needs_approval = True

    with pytest.raises(OrganisersDecide):
        give(ada, now=now)


def test_a_declined_place_goes_to_the_next_in_line(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now, has_waiting_list=True)
    ada = registered("heat", now=now)
    eve = register("heat", "eve@example.org", now=now)
    bob = give(ada, now=now)
    waits = state_of(eve)

    with transaction():
        decline_offer(get_registration(bob.public_id), now=now)

    assert (waits, state_of(eve)) == (RegistrationState.WAITLISTED, RegistrationState.OFFERED)
    assert (state_of(bob), taken(event.pool_id)) == (RegistrationState.DECLINED, 1)


def test_a_place_that_nobody_took_is_free_when_the_event_begins(
    both: Flask, app: Flask, now: datetime
) -> None:
    event = an_event(now)
    bob = give(registered("heat", now=now), now=now)
    begin = now + timedelta(days=7)

    with pytest.raises(OfferOver):
        take(bob, now=begin)
    with transaction():
        expire_holds(now=begin)

    assert (state_of(bob), taken(event.pool_id)) == (RegistrationState.EXPIRED, 0)


def test_of_two_at_once_one_colleague_has_the_place(both: Flask, app: Flask, now: datetime) -> None:
    event = an_event(now)
    ada = Known(registered("heat", now=now).public_id)

    def one(number: int) -> str:
        try:
            give(ada, f"colleague-{number}@example.org", now=now)
        except Refusal as refusal:
            return type(refusal).__name__
        return "given"

    assert sorted(at_once(app, one, times=2)) == ["AlreadyEnded", "given"]
    assert taken(event.pool_id) == 1


@pytest.mark.parametrize("both", ["postgresql"], indirect=True)
def test_registering_an_address_while_a_place_is_handed_to_it_never_locks_up(
    both: Flask, app: Flask, now: datetime
) -> None:
    """Whoever registers lets overdue places go on the way, and needs the pools for that as who hands over does."""
    rounds = 12
    with transaction():
        make_event(now=now, slug="heat", capacity=2 * rounds, has_waiting_list=True)
    ada = [Known(registered("heat", f"ada-{n}@example.org", now=now).public_id) for n in range(rounds)]
    later = now + HOLD + timedelta(seconds=1)

    def one(number: int, at: int) -> str:
        try:
            if number:
                give(ada[at], f"bob-{at}@example.org", now=later)
            else:
                register("heat", f"bob-{at}@example.org", now=later)
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"

    seen: set[str] = set()
    for at in range(rounds):
        register("heat", f"slow-{at}@example.org", now=now)
        seen |= set(at_once(both, partial(one, at=at), times=2))

    assert seen <= {"done", "AlreadyTakesPart"}
