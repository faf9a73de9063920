"""Badges on both databases: whose are printed, what is noted down, and once more only with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.accounts.models import User
from eventhub.audit import AuditEntry
from eventhub.badges.commands import copy_badge_plan, plan_arrival, print_many, print_one
from eventhub.badges.models import BadgePrint, BadgePrinting
from eventhub.badges.personal import export_badges, forget_badges
from eventhub.badges.queries import (
    count_badges,
    find_arrival_layout,
    get_printing,
    list_printed,
    list_printings,
    list_tickets,
    prints_of,
)
from eventhub.badges.rules import BadgeWish, Layout, NobodyToPrint, Order, PrintAsk, Printed, PrintsOne
from eventhub.badges.sheets import printed_document
from eventhub.core.errors import NotFound, Refusal
from eventhub.core.refusals import ReasonMissing
from eventhub.core.subjects import DataSubject
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.people.rules import PeopleWish
from eventhub.registration.models import Attendee
from eventhub.registration.parties.models import Fare
from eventhub.registration.types.editing import get_type
from eventhub.tickets.commands import void_ticket
from eventhub.tickets.models import Ticket
from tests.commands.registration.types import make_type
from tests.factories import make_attendee, make_event, make_family, make_user
from tests.people import at_once

MANY = PrintAsk(key="many", layout=Layout.SHEET_8)
ONE = PrintAsk(key="one", layout=Layout.LABEL)


@pytest.fixture
def by(both: Flask, app: Flask, now: datetime) -> User:
    with transaction():
        return make_user(now=now, full_name="Test Printer")


@pytest.fixture
def event(by: User, now: datetime) -> Event:
    """Three people with tickets, one whose ticket is void, and one at another event."""
    with transaction():
        event = make_event(now=now)
        for name, home in (("Chen", "A University"), ("Ada", "B University"), ("Borys", "A University")):
            make_attendee(event, now=now, full_name=name, organisation=home)
        void = make_attendee(event, now=now, full_name="Dana").ticket
        assert void is not None
        void_ticket(void, reason="Came twice", by="test", now=now)
        make_attendee(make_event(now=now), now=now, full_name="Stranger")
    return event


def wish(event: Event, **changes: object) -> BadgeWish:
    return replace(BadgeWish(people=PeopleWish(event_id=event.id)), **changes)


def names(tickets: list[int]) -> list[str]:
    found = {one.ticket_id: one.full_name for one in db.session.scalars(select(Attendee))}
    return [found[ticket] for ticket in tickets]


def whose(event: Event, **changes: object) -> list[str]:
    return names(list_tickets(wish(event, **changes), most=100))


def ticket_of(name: str) -> Ticket:
    db.session.rollback()
    query = select(Ticket).join(Attendee, Attendee.ticket_id == Ticket.id).where(Attendee.full_name == name)
    return db.session.scalars(query).one()


def print_for(name: str, ask: PrintAsk, by: User, now: datetime) -> None:
    ticket = ticket_of(name).id
    with transaction():
        print_one(db.session.get_one(Ticket, ticket), ask, by=by, now=now)


def print_all(event: Event, ask: PrintAsk, by: User, now: datetime, **changes: object) -> str:
    with transaction():
        return print_many(event, wish(event, **changes), ask, by=by, now=now).public_id


def test_badges_are_for_holders_of_valid_tickets_of_the_event_in_the_order_asked_for(event: Event) -> None:
    assert whose(event) == ["Ada", "Borys", "Chen"]
    assert whose(event, order=Order.ORGANISATION) == ["Borys", "Chen", "Ada"]
    assert whose(event, people=PeopleWish(event_id=event.id, organisation="B Uni")) == ["Ada"]
    assert count_badges(wish(event)) == 3


def test_what_was_printed_is_known_with_its_time_and_its_printer(
    event: Event, by: User, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    print_for("Ada", ONE, by, now)
    printing = print_all(event, MANY, by, later, printed=Printed.ANY)

    before = prints_of([ticket_of("Ada").id, ticket_of("Chen").id]).values()
    assert [(one.times, one.last_at, one.last_by) for one in before] == [
        (1, later, "Test Printer"),
        (2, later, "Test Printer"),
    ]
    assert names(list_printed(get_printing(event.id, printing))) == ["Ada", "Borys", "Chen"]
    assert [(row.layout, row.badges, row.full_name) for row in list_printings(event.id)] == [
        (Layout.SHEET_8, 3, "Test Printer"),
        (Layout.LABEL, 1, "Test Printer"),
    ]
    assert list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))[-2:] == [
        "badge.printed",
        "badges.printed",
    ]


def test_who_came_later_is_printed_next_and_nobody_twice(event: Event, by: User, now: datetime) -> None:
    print_all(event, MANY, by, now)
    assert (whose(event), whose(event, printed=Printed.BEFORE)) == ([], ["Ada", "Borys", "Chen"])
    with pytest.raises(NobodyToPrint):
        print_all(event, replace(MANY, key="next"), by, now)

    with transaction():
        make_attendee(db.session.get_one(Event, event.id), now=now, full_name="Late")
    printing = print_all(event, replace(MANY, key="last"), by, now)

    assert names(list_printed(get_printing(event.id, printing))) == ["Late"]


def test_the_same_form_twice_is_one_printing(event: Event, by: User, now: datetime) -> None:
    assert print_all(event, MANY, by, now) == print_all(event, MANY, by, now)
    print_for("Ada", replace(ONE, reason="Lost"), by, now)
    print_for("Ada", replace(ONE, reason="Lost"), by, now)

    assert sorted(db.session.scalars(select(BadgePrint.copy))) == [1, 1, 1, 2]


def test_of_a_family_each_is_printed_with_the_ticket_of_their_own(
    event: Event, by: User, now: datetime
) -> None:
    with transaction():
        family = make_family(event, now=now, names=("Vera", "Gleb"))
        ids = [one.id for one in family]
    adult, child = make_type(event, "Adult", now=now), make_type(event, "Child", now=now)
    with transaction():
        rows = [get_type(event, one.public_id).id for one in (adult, child)]
        db.session.get_one(Attendee, ids[0]).registration.ticket_type_id = rows[0]
        db.session.add(Fare(attendee_id=ids[1], ticket_type_id=rows[1], price=0))

    assert whose(event, ticket_type=adult.public_id) == ["Vera"]
    assert whose(event, ticket_type=child.public_id) == ["Gleb"]


def test_once_more_takes_a_reason_and_without_one_nothing_is_noted_down(
    event: Event, by: User, now: datetime
) -> None:
    print_for("Ada", ONE, by, now)
    with pytest.raises(ReasonMissing):
        print_for("Ada", replace(ONE, key="two"), by, now)
    print_for("Ada", replace(ONE, key="three", reason="Coffee"), by, now)

    rows = db.session.execute(
        select(BadgePrint.copy, BadgePrinting.reason).join(BadgePrinting).order_by(BadgePrint.copy)
    )
    assert [tuple(row) for row in rows] == [(1, None), (2, "Coffee")]


def test_of_many_who_print_a_badge_at_once_one_is_the_first(
    both: Flask, event: Event, by: User, now: datetime
) -> None:
    """All of them had looked, and saw that it was not printed yet: looking alone would have printed it four times."""
    ticket, printer = ticket_of("Ada").id, by.id
    before = at_once(both, lambda _number: prints_of([ticket]), times=4)

    def try_to_print(number: int) -> str:
        try:
            with transaction():
                row, user = db.session.get_one(Ticket, ticket), db.session.get_one(User, printer)
                print_one(row, replace(ONE, key=f"key-{number}"), by=user, now=now)
        except Refusal as refusal:
            return type(refusal).__name__
        return "printed"

    results = at_once(both, try_to_print, times=4)

    assert before == [{}] * 4
    assert results.count("printed") == 1
    assert set(results) <= {"printed", "Busy", "ReasonMissing"}
    assert db.session.scalars(select(BadgePrint.copy)).all() == [1]


def test_a_void_ticket_has_no_badge_and_is_left_out_of_an_older_document(
    event: Event, by: User, now: datetime
) -> None:
    printing = print_all(event, MANY, by, now)
    with pytest.raises(NobodyToPrint):
        print_for("Dana", ONE, by, now)
    ticket = ticket_of("Borys").id
    with transaction():
        void_ticket(db.session.get_one(Ticket, ticket), reason="Came twice", by="test", now=now)

    made = get_printing(event.id, printing)
    document = pypdfium2.PdfDocument(
        BytesIO(printed_document(made, db.session.get_one(Event, event.id), now=now))
    )
    text = document[0].get_textpage().get_text_range()
    assert [name for name in ("Ada", "Borys", "Chen") if name in text] == ["Ada", "Chen"]


def test_a_printing_of_another_event_is_not_there(event: Event, by: User, now: datetime) -> None:
    printing = print_all(event, MANY, by, now)

    with pytest.raises(NotFound):
        get_printing(event.id + 1, printing)


def test_the_crew_prints_only_where_the_event_says_so_and_one_badge_a_page(
    event: Event, now: datetime
) -> None:
    facts = {"by": "test", "now": now}
    off = find_arrival_layout(event.id)
    with transaction():
        plan_arrival(event, on_arrival=True, layout=Layout.CARD, **facts)
    on = find_arrival_layout(event.id)
    with pytest.raises(PrintsOne), transaction():
        plan_arrival(event, on_arrival=True, layout=Layout.SHEET_8, **facts)
    with transaction():
        plan_arrival(event, on_arrival=False, layout=Layout.CARD, **facts)

    assert (off, on, find_arrival_layout(event.id)) == (None, Layout.CARD, None)


def test_the_copy_of_an_event_prints_on_arrival_as_its_source(event: Event, now: datetime) -> None:
    facts = {"by": "test", "now": now}
    with transaction():
        bare, copy = make_event(now=now), make_event(now=now)
        copy_badge_plan(event, bare, **facts)
        plan_arrival(event, on_arrival=True, layout=Layout.A6, **facts)
        copy_badge_plan(event, copy, **facts)

    assert [find_arrival_layout(one.id) for one in (bare, copy)] == [None, Layout.A6]


def test_a_person_is_told_of_the_badges_and_forgotten_in_their_reasons(
    event: Event, by: User, now: datetime
) -> None:
    print_for("Ada", replace(ONE, reason="Ada lost it"), by, now)
    print_for("Chen", replace(ONE, key="two", reason="Chen lost it"), by, now)
    ada = db.session.scalars(select(Attendee).where(Attendee.full_name == "Ada")).one()
    subject = DataSubject(email_key="", addresses=(), registrations=(ada.registration.public_id,))

    told = export_badges(subject)
    with transaction():
        forget_badges(subject)

    assert [(one["ticket"], one["layout"], one["reason"]) for one in told] == [
        (ada.ticket.number, Layout.LABEL, "Ada lost it")
    ]
    assert list(db.session.scalars(select(BadgePrinting.reason).order_by(BadgePrinting.id))) == [
        None,
        "Chen lost it",
    ]
