"""Several people on one registration: places for all or for none, each child by its age, changes in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.rules import EventFull, SessionFull
from eventhub.privacy.commands import publish_consent
from eventhub.privacy.models import ConsentRecord
from eventhub.privacy.rules import KEPT_FOR, PUBLICATION, DataClass
from eventhub.registration.models import Attendee, Registration, WaitingEntry
from eventhub.registration.participants import list_published
from eventhub.registration.parties.changing import change_party
from eventhub.registration.parties.models import Child, Party
from eventhub.registration.parties.rules import (
    AdultMissing,
    GroupDoesNotFit,
    GroupTooLarge,
    NoChild,
    OnlyForChildren,
    PartiesNotTaken,
    SamePersonTwice,
    TooManyChildren,
    TooYoung,
)
from eventhub.registration.printing import sheet_of
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import HOLD, RegistrationState, SessionsClash
from eventhub.registration.waiting import expire_holds, standing_of
from eventhub.subjects.retention import list_due, purge
from eventhub.tickets.models import TicketState
from tests.commands.registration.asking import (
    an_ask,
    cancel,
    check_the_books,
    confirm,
    count,
    letters,
    look_again,
    register,
    registered,
    state_of,
    taken,
    tickets,
)
from tests.commands.registration.parties import (
    NINE,
    SIX,
    a_child,
    a_family,
    a_group,
    counts,
    names,
    seats,
)
from tests.factories import both_languages, make_event, make_session
from tests.people import at_once

pytestmark = pytest.mark.usefixtures("both", "books")


@pytest.fixture
def books(app: Flask) -> Iterator[None]:
    yield
    check_the_books()


@pytest.fixture
def picnic(app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="picnic", capacity=10, takes_families=True, takes_school_groups=True)


def change(registration: Registration, party, *, now: datetime, **changes) -> None:
    with transaction():
        change_party(get_registration(registration.public_id), an_ask(party=party, **changes), now=now)


def there(registration: Registration) -> list[Attendee]:
    look_again()
    return get_registration(registration.public_id).attendees


def test_a_family_of_three_takes_three_places_and_gets_three_tickets_and_one_letter(
    picnic: Event, now: datetime
) -> None:
    family = a_family(a_child("Vera Example", NINE), a_child("Gleb Example", SIX))

    registration = registered("picnic", now=now, full_name="Ada Example", party=family)

    assert names(registration) == ["Ada Example", "Vera Example", "Gleb Example"]
    assert taken(picnic.pool_id) == 3
    assert tickets(picnic) == [TicketState.VALID] * 3
    assert letters(registration) == ["registration_confirm", "registration_confirmed"]
    assert [one.born_on for one in db.session.scalars(select(Child).order_by(Child.attendee_id))] == [
        NINE,
        SIX,
    ]


def test_the_guardian_agrees_for_each_child_and_the_ledger_says_so(picnic: Event, now: datetime) -> None:
    with transaction():
        text = publish_consent(
            purpose="processing",
            title=both_languages("Data"),
            body=both_languages("We keep it."),
            is_required=True,
            now=now,
        )

    registration = register("picnic", now=now, full_name="Ada Example", party=a_family(), consents=(text.id,))

    look_again()
    lines = db.session.scalars(select(ConsentRecord).order_by(ConsentRecord.id)).all()
    child = there(registration)[1]
    assert [(one.context, one.guardian_name, one.guardian_relation) for one in lines] == [
        (f"registration:{registration.public_id}", None, None),
        (f"registration:{registration.public_id}/child/{child.id}", "Ada Example", "mother"),
    ]


def test_where_two_places_are_left_a_family_of_three_takes_none(app: Flask, now: datetime) -> None:
    with transaction():
        small = make_event(now=now, slug="small", capacity=2, takes_families=True)

    with pytest.raises(EventFull):
        register("small", now=now, party=a_family(a_child(), a_child("Gleb Example", SIX)))

    assert (taken(small.pool_id), count(Attendee), count(Child), count(Party)) == (0, 0, 0, 0)


def test_fifty_families_at_once_fill_the_last_places_and_no_more(
    both: Flask, picnic: Event, now: datetime
) -> None:
    def outcome(number: int) -> str:
        family = a_family(a_child(), a_child("Gleb Example", SIX))
        try:
            register("picnic", f"family{number}@example.org", now=now, party=family)
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"

    results = at_once(both, outcome, times=50)

    assert Counter(results) == {"done": 3, "EventFull": 47}
    assert (taken(picnic.pool_id), count(Attendee)) == (9, 9)


def test_an_overdue_hold_of_a_family_is_taken_again_with_the_seats_of_each(
    picnic: Event, now: datetime
) -> None:
    with transaction():
        workshop = make_session(picnic, capacity=2)
    family = a_family(a_child("Vera Example", NINE, workshop), a_child("Gleb Example", SIX, workshop))
    registration = register("picnic", now=now, party=family)
    late = now + HOLD + timedelta(seconds=1)
    with transaction():
        expire_holds(now=late)
    assert (taken(picnic.pool_id), taken(workshop.pool_id)) == (0, 0)

    confirm(registration, now=late)

    assert (taken(picnic.pool_id), taken(workshop.pool_id)) == (3, 2)
    assert counts(registration) == {workshop.id: 2}


def test_a_workshop_counts_the_children_who_take_it(picnic: Event, now: datetime) -> None:
    with transaction():
        one, two = make_session(picnic, capacity=5), make_session(picnic, capacity=5)
    family = a_family(
        a_child("Vera Example", NINE, one),
        a_child("Gleb Example", SIX, one),
        a_child("Lev Example", SIX, two),
    )

    registration = registered("picnic", now=now, party=family)

    assert (taken(one.pool_id), taken(two.pool_id)) == (2, 1)
    assert seats(registration) == {
        "Vera Example": [one.id],
        "Gleb Example": [one.id],
        "Lev Example": [two.id],
    }


def test_where_a_workshop_has_one_place_two_children_get_none(picnic: Event, now: datetime) -> None:
    with transaction():
        workshop = make_session(picnic, capacity=1)
    family = a_family(a_child("Vera Example", NINE, workshop), a_child("Gleb Example", SIX, workshop))

    with pytest.raises(SessionFull):
        register("picnic", now=now, party=family)

    assert (taken(picnic.pool_id), taken(workshop.pool_id)) == (0, 0)


def test_children_may_be_in_two_workshops_at_one_time_but_one_child_may_not(
    picnic: Event, now: datetime
) -> None:
    with transaction():
        one, two = make_session(picnic), make_session(picnic)

    with pytest.raises(SessionsClash) as clash:
        register("picnic", now=now, party=a_family(a_child(), a_child("Gleb Example", SIX, one, two)))

    assert clash.value.field == "children-1-sessions"
    apart = a_family(a_child("Vera Example", NINE, one), a_child("Gleb Example", SIX, two))
    assert register("picnic", now=now, party=apart).state is RegistrationState.PENDING


@pytest.mark.parametrize(
    ("born_on", "is_refused"),
    [(date(2019, 3, 9), True), (date(2019, 3, 8), False), (date(2019, 3, 7), False)],
)
def test_the_age_counts_on_the_day_of_the_session_in_the_zone_of_the_event(
    app: Flask, now: datetime, born_on: date, is_refused: bool
) -> None:
    """It begins at 22:30 on the 7th by the clocks of Greenwich, which is the 8th in Moscow."""
    starts_at = datetime(2027, 3, 7, 22, 30, tzinfo=UTC)
    with transaction():
        night = make_event(
            now=now,
            slug="night",
            takes_families=True,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
        )
        workshop = make_session(night, age_min=8)
    family = a_family(a_child("Vera Example", born_on, workshop))

    if not is_refused:
        assert register("night", now=now, party=family).state is RegistrationState.PENDING
        return
    with pytest.raises(TooYoung) as refusal:
        register("night", now=now, party=family)
    assert (refusal.value.field, refusal.value.facts["age"]) == ("children-0-sessions", 7)


def test_a_workshop_with_an_adult_wants_the_adult_to_take_it_too(picnic: Event, now: datetime) -> None:
    with transaction():
        workshop = make_session(picnic, capacity=5, adult_required=True)
    family = a_family(a_child("Vera Example", NINE, workshop))

    with pytest.raises(AdultMissing):
        register("picnic", now=now, party=family)
    register("picnic", now=now, party=family, sessions=(workshop.public_id,))

    assert taken(workshop.pool_id) == 2


def test_an_adult_takes_no_place_of_children(picnic: Event, now: datetime) -> None:
    with transaction():
        workshop = make_session(picnic, age_max=12)

    with pytest.raises(OnlyForChildren):
        register("picnic", now=now, party=a_family(), sessions=(workshop.public_id,))


def test_an_adult_among_the_children_is_refused_beside_the_date(picnic: Event, now: datetime) -> None:
    with pytest.raises(NoChild) as refusal:
        register("picnic", now=now, party=a_family(a_child(), a_child("Big Example", date(2009, 3, 8))))

    assert refusal.value.field == "children-1-born_on"


def test_what_the_event_does_not_take_is_refused(app: Flask, picnic: Event, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="talk")

    for slug, party, refusal in (
        ("talk", a_family(), PartiesNotTaken),
        ("talk", a_group(2), PartiesNotTaken),
        ("picnic", a_family(*(a_child() for _each in range(4))), TooManyChildren),
        ("picnic", a_group(41), GroupTooLarge),
    ):
        with pytest.raises(refusal):
            register(slug, now=now, party=party)


def test_a_family_of_three_waits_for_three_places_and_reads_why(app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="queue", capacity=4, has_waiting_list=True, takes_families=True)
    others = [registered("queue", f"guest{number}@example.org", now=now) for number in range(3)]
    family = register("queue", now=now, party=a_family(a_child(), a_child("Gleb Example", SIX)))
    assert state_of(family) is RegistrationState.WAITLISTED
    standing = standing_of(get_registration(family.public_id))
    assert (standing.size, standing.left) == (3, 1)

    cancel(others[0], now=now)
    assert state_of(family) is RegistrationState.WAITLISTED
    cancel(others[1], now=now)

    assert state_of(family) is RegistrationState.OFFERED
    assert taken(event.pool_id) == 4
    assert [entry.size for entry in db.session.scalars(select(WaitingEntry))] == [3]


def test_a_child_that_stays_at_home_gives_its_places_to_who_waits(app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="queue", capacity=3, has_waiting_list=True, takes_families=True)
    family = registered("queue", now=now, party=a_family(a_child(), a_child("Gleb Example", SIX)))
    next_one = register("queue", "next@example.org", now=now)
    vera = there(family)[1]

    change(family, a_family(a_child(ticket=vera.ticket.number)), now=now)

    assert names(family) == ["Test Guest", "Vera Example"]
    assert state_of(next_one) is RegistrationState.OFFERED
    assert taken(event.pool_id) == 3
    assert tickets(event) == [TicketState.VALID, TicketState.VALID, TicketState.VOID]


def test_a_child_more_takes_a_place_and_a_ticket_or_nothing_changes(picnic: Event, now: datetime) -> None:
    with transaction():
        workshop = make_session(picnic, capacity=1)
    family = registered("picnic", now=now, party=a_family(a_child("Vera Example", NINE, workshop)))
    vera = there(family)[1].ticket.number
    old = a_child("Vera Example", NINE, workshop, ticket=vera)

    with pytest.raises(SessionFull):
        change(family, a_family(old, a_child("Gleb Example", SIX, workshop)), now=now)
    assert (names(family), taken(workshop.pool_id)) == (["Test Guest", "Vera Example"], 1)

    change(family, a_family(replace(old, sessions=()), a_child("Gleb Example", SIX, workshop)), now=now)

    assert seats(family) == {"Gleb Example": [workshop.id]}
    assert (taken(picnic.pool_id), taken(workshop.pool_id), tickets(picnic)) == (
        3,
        1,
        [TicketState.VALID] * 3,
    )
    assert there(family)[1].ticket.number == vera


def test_a_form_that_changes_a_family_is_carried_out_once(picnic: Event, now: datetime) -> None:
    family = registered("picnic", now=now, party=a_family())
    vera = there(family)[1].ticket.number
    plan = a_family(a_child(ticket=vera), a_child("Gleb Example", SIX), form_key="one-form")

    for _each in range(2):
        change(family, plan, now=now)
    change(family, replace(plan, form_key="another"), now=now)

    assert names(family) == ["Test Guest", "Vera Example", "Gleb Example"]
    assert letters().count("registration_changed") == 2
    assert tickets(picnic) == [*[TicketState.VALID] * 2, TicketState.VOID, TicketState.VALID]


def test_a_change_that_names_one_child_twice_is_refused_whole(picnic: Event, now: datetime) -> None:
    family = registered("picnic", now=now, party=a_family(), sessions=())
    vera = there(family)[1].ticket.number

    with pytest.raises(SamePersonTwice):
        change(family, a_family(a_child("Gleb Example", ticket=vera), a_child(ticket=vera)), now=now)

    assert (names(family), letters(family)[1:]) == (
        ["Test Guest", "Vera Example"],
        ["registration_confirmed"],
    )


def test_cancelling_gives_every_place_back(picnic: Event, now: datetime) -> None:
    with transaction():
        workshop = make_session(picnic, capacity=3)
    family = registered("picnic", now=now, party=a_family(a_child("Vera Example", NINE, workshop)))

    cancel(family, now=now)

    assert (taken(picnic.pool_id), taken(workshop.pool_id)) == (0, 0)
    assert tickets(picnic) == [TicketState.VOID] * 2


def test_a_school_group_takes_a_place_for_each_and_its_workshop_too(picnic: Event, now: datetime) -> None:
    with transaction():
        workshop = make_session(picnic, capacity=10, age_min=8)
    asked = (workshop.public_id,)

    with pytest.raises(GroupDoesNotFit):
        register("picnic", now=now, party=a_group(7, youngest=7, oldest=9), sessions=asked)
    registered("picnic", now=now, party=a_group(7, youngest=8, oldest=9), sessions=asked)

    assert (taken(picnic.pool_id), taken(workshop.pool_id), len(tickets(picnic))) == (8, 8, 8)


def test_the_first_ticket_is_printed_for_all_and_a_childs_for_itself(picnic: Event, now: datetime) -> None:
    registration = registered("picnic", now=now, full_name="Ada Example", party=a_family())
    group = registered("picnic", "lead@example.org", now=now, full_name="Lead Example", party=a_group(7))

    first, child = (sheet_of(one, "en") for one in there(registration))
    leader = sheet_of(there(group)[0], "en")

    assert (first.holder, first.is_for_several) == ("Ada Example, Vera Example", True)
    assert (child.holder, child.is_for_several) == ("Vera Example", False)
    assert (leader.holder, leader.is_for_several) == ("Lead Example + 7", True)


def test_a_public_list_names_no_child(picnic: Event, now: datetime) -> None:
    with transaction():
        text = publish_consent(
            purpose=PUBLICATION,
            title=both_languages("List"),
            body=both_languages("We name you."),
            is_required=False,
            now=now,
        )
    registered("picnic", now=now, full_name="Ada Example", party=a_family(), consents=(text.id,))

    assert [one.full_name for one in list_published(picnic.id)] == ["Ada Example"]


def test_a_month_after_the_event_nothing_is_left_of_the_children(picnic: Event, now: datetime) -> None:
    family = registered("picnic", now=now, full_name="Ada Example", party=a_family())
    late = picnic.ends_at + KEPT_FOR[DataClass.MINOR] + timedelta(seconds=1)

    with transaction():
        for task in [one for one in list_due(now=late) if one.term.kind == "child"]:
            purge(task, now=late)

    assert names(family) == ["Ada Example", f"Removed on {late:%Y-%m-%d}"]
    assert count(Child) == 0
