"""The line of a session: ranked wishes, offers, what is given up for them, and places that go on and on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.audit import AuditEntry
from eventhub.core.refusals import ReasonMissing
from eventhub.core.subjects import DataSubject
from eventhub.db import db, transaction
from eventhub.events.commands import resize_pool
from eventhub.events.models import Event, Session
from eventhub.events.rules import EventCancelled, SessionFull
from eventhub.registration.calling_off import call_off_event
from eventhub.registration.models import Registration
from eventhub.registration.parties.changing import change_party
from eventhub.registration.parties.plans import PersonPlan
from eventhub.registration.parties.rules import TooYoung
from eventhub.registration.personal import export_registrations, forget_registrations
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import (
    HOLD,
    AlreadyEnded,
    NotInLine,
    RegistrationState,
    TooLateToChange,
)
from eventhub.registration.session_lines.commands import wish_for
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.queries import list_full, list_standings
from eventhub.registration.session_lines.rules import (
    NobodyWaits,
    NoSuchLine,
    SeatNotOffered,
    SeatOver,
    SessionCancelled,
    TooManyWishes,
    TooSmallForAll,
)
from eventhub.registration.waiting import expire_holds, list_events_to_sweep, lock_pools, offer_places
from eventhub.registration.warning import list_seats_to_warn, warn_of_seat
from tests.commands.registration.asking import (
    Known,
    an_ask,
    cancel,
    change,
    check_the_books,
    letters,
    look_again,
    register,
    registered,
    state_of,
)
from tests.commands.registration.lines import (
    a_programme,
    check_the_lines,
    chosen,
    come,
    decline,
    line,
    offer_by_hand,
    pool_of,
    take,
    wish,
    wishes,
)
from tests.commands.registration.parties import NINE, a_child, a_family, counts, seats
from tests.commands.registration.test_waiting import outcome
from tests.factories import make_event, make_session
from tests.people import at_once, statements

A_DAY = timedelta(hours=24)


@pytest.fixture(autouse=True)
def books(app: Flask, now: datetime) -> Iterator[None]:
    yield
    check_the_books()
    check_the_lines(now)


def patiently(deed: Callable[[], object]) -> str:
    """The outcome for somebody who is told to try again in a moment, and does."""
    said = "Busy"
    while said == "Busy":
        said = outcome(deed)
    return said


def the(session: Known) -> Session:
    return db.session.scalars(select(Session).where(Session.public_id == session.public_id)).one()


def test_a_place_that_becomes_free_is_offered_to_the_first_in_line_and_held(
    both: Flask, app: Flask, now: datetime
) -> None:
    (lab,) = a_programme(now, 0)
    first = come("first", lab, now=now)
    ada, bob = (come(name, now=now) for name in ("ada", "bob"))
    wish(ada, lab, now=now)
    wish(bob, lab, now=now)

    cancel(first, now=now)

    assert line(lab, ada, bob) == ["offered", "waiting"]
    assert pool_of(lab) == (1, 1)
    assert letters(get_registration(ada.public_id))[-1] == "session_offer"
    with pytest.raises(SessionFull):
        come("eve", lab, now=now)


def test_it_is_said_where_one_stands_and_why(both: Flask, app: Flask, now: datetime) -> None:
    lab, _hall = a_programme(now, 0, 60)
    come("first", lab, now=now)
    ada, bob = (come(name, now=now) for name in ("ada", "bob"))
    wish(ada, lab, now=now)
    wish(bob, lab, now=now)

    look_again()
    (said,) = list_standings(get_registration(bob.public_id), now=now)

    assert (said.position, said.length, said.left, said.wish.size) == (2, 2, 0, 1)
    assert [one.public_id for one in list_full(get_registration(bob.public_id), now=now)] == [lab.public_id]


def test_who_takes_it_has_the_session_once_and_who_declines_passes_it_on(
    both: Flask, app: Flask, now: datetime
) -> None:
    (lab,) = a_programme(now, 0)
    first = come("first", lab, now=now)
    ada, bob = (come(name, now=now) for name in ("ada", "bob"))
    for one in (ada, bob):
        wish(one, lab, now=now)
    change(first, now=now)

    decline(ada, lab, now=now)
    decline(ada, lab, now=now)
    take(bob, lab, now=now)
    take(bob, lab, now=now)

    assert line(lab, ada, bob) == ["declined", "accepted"]
    assert (chosen(ada), chosen(bob), pool_of(lab)) == ([], ["Workshop 0"], (1, 1))
    assert letters(get_registration(bob.public_id)).count("registration_changed") == 1
    with pytest.raises(SeatNotOffered):
        take(ada, lab, now=now)


def test_silence_passes_the_place_on_and_an_answer_comes_too_late(
    both: Flask, app: Flask, now: datetime
) -> None:
    (lab,) = a_programme(now, 0, offer_hours=2)
    first = come("first", lab, now=now)
    ada, bob = (come(name, now=now) for name in ("ada", "bob"))
    for one in (ada, bob):
        wish(one, lab, now=now)
    cancel(first, now=now)
    later = now + timedelta(hours=2)

    with pytest.raises(SeatOver):
        take(ada, lab, now=later)
    assert list_events_to_sweep(now=later - timedelta(seconds=1)) == []
    assert len(list_events_to_sweep(now=later)) == 1
    with transaction():
        assert expire_holds(now=later) == 1

    assert line(lab, ada, bob) == ["expired", "offered"]
    for deed in (take, decline):
        with pytest.raises(SeatOver):
            deed(ada, lab, now=later)


def test_who_is_about_to_lose_a_place_in_a_session_hears_of_it_once(
    both: Flask, app: Flask, now: datetime
) -> None:
    (robots,) = a_programme(now, 0, offer_hours=8)
    ada, bob = come("ada", robots, now=now), come("bob", now=now)
    wish(bob, robots, now=now)
    change(ada, now=now, email="ada@example.org")
    due = now + timedelta(hours=6)

    assert list_seats_to_warn(now=due - timedelta(seconds=1)) == []
    (number,) = list_seats_to_warn(now=due)
    warned = []
    for _each in range(2):
        with transaction():
            warned.append(warn_of_seat(number, now=due))

    assert (warned, list_seats_to_warn(now=due)) == ([True, False], [])
    assert letters(get_registration(bob.public_id))[-2:] == ["session_offer", "session_offer_expiring"]
    decline(bob, robots, now=due)
    with transaction():
        assert warn_of_seat(number, now=due) is False


def test_an_offer_ends_when_the_session_begins(both: Flask, app: Flask, now: datetime) -> None:
    (lab,) = a_programme(
        now, 0, starts_at=now + timedelta(hours=3), ends_at=now + timedelta(hours=5), offer_hours=24
    )
    first, ada = come("first", lab, now=now), come("ada", now=now)
    wish(ada, lab, now=now)

    cancel(first, now=now)

    look_again()
    assert db.session.scalars(select(SessionWish.offered_until)).all() == [now + timedelta(hours=3)]
    with pytest.raises(NoSuchLine):
        wish(come("bob", now=now), lab, now=now + timedelta(hours=3))


def test_of_ranked_wishes_the_better_one_ends_the_worse_and_not_the_other_way_round(
    both: Flask, app: Flask, now: datetime
) -> None:
    best, good, fair = a_programme(now, 0, 10, 20)
    there = [come(name, session, now=now) for name, session in zip("xyz", (best, good, fair), strict=True)]
    ada = come("ada", now=now)
    wish(ada, best, good, fair, now=now)

    cancel(there[1], now=now)
    take(ada, good, now=now)
    assert wishes(ada) == {"Workshop 0": "waiting", "Workshop 1": "accepted", "Workshop 2": "left"}
    assert chosen(ada) == ["Workshop 1"]

    cancel(there[0], now=now)
    take(ada, best, now=now)
    assert (chosen(ada), pool_of(good), pool_of(best)) == (["Workshop 0"], (0, 1), (1, 1))


def test_wishes_for_other_hours_wait_on(both: Flask, app: Flask, now: datetime) -> None:
    morning, evening = a_programme(now, 0, 60)
    first = come("first", morning, now=now)
    come("second", evening, now=now)
    ada = come("ada", now=now)
    wish(ada, morning, evening, now=now)
    cancel(first, now=now)

    take(ada, morning, now=now)

    assert wishes(ada) == {"Workshop 0": "accepted", "Workshop 1": "waiting"}


def test_what_is_given_up_for_a_better_session_goes_on_to_its_own_line_and_so_forth(
    both: Flask, app: Flask, now: datetime
) -> None:
    """Ada leaves the second for the first, Bob the third for the second, and Eve gets the third."""
    first, second, third = a_programme(now, 0, 10, 20)
    there = come("there", first, now=now)
    ada, bob, eve = come("ada", second, now=now), come("bob", third, now=now), come("eve", now=now)
    wish(ada, first, now=now)
    wish(bob, second, now=now)
    wish(eve, third, now=now)

    cancel(there, now=now)
    take(ada, first, now=now)
    take(bob, second, now=now)
    take(eve, third, now=now)

    assert [chosen(one) for one in (ada, bob, eve)] == [["Workshop 0"], ["Workshop 1"], ["Workshop 2"]]


def test_a_worse_offer_that_is_open_goes_on_when_the_better_one_is_taken(
    both: Flask, app: Flask, now: datetime
) -> None:
    best, good = a_programme(now, 0, 10)
    there = [come("x", best, now=now), come("y", good, now=now)]
    ada, bob = come("ada", now=now), come("bob", now=now)
    wish(ada, best, good, now=now)
    wish(bob, good, now=now)
    for one in there:
        cancel(one, now=now)

    take(ada, best, now=now)

    assert line(good, ada, bob) == ["declined", "offered"]


def test_an_open_offer_survives_a_change_of_other_sessions(both: Flask, app: Flask, now: datetime) -> None:
    """A swap takes all places of a registration anew: those that an offer holds must be among them."""
    lab, hall, late = a_programme(now, 0, 60, 120)
    first = come("first", lab, now=now)
    ada, bob = come("ada", hall, now=now), come("bob", now=now)
    for one in (ada, bob):
        wish(one, lab, now=now)
    cancel(first, now=now)

    change(ada, now=now, sessions=(late.public_id,))

    assert line(lab, ada, bob) == ["offered", "waiting"]
    assert (pool_of(lab), pool_of(hall), pool_of(late)) == ((1, 1), (0, 1), (1, 1))
    change(ada, now=now, sessions=())
    take(ada, lab, now=now)
    assert chosen(ada) == ["Workshop 0"]


def test_who_chooses_the_offered_session_in_the_form_has_taken_the_offer(
    both: Flask, app: Flask, now: datetime
) -> None:
    lab, other = a_programme(now, 0, 10)
    first = come("first", lab, now=now)
    come("second", other, now=now)
    ada = come("ada", now=now)
    wish(ada, lab, other, now=now)
    cancel(first, now=now)

    change(ada, now=now, sessions=(lab.public_id,))

    assert (chosen(ada), pool_of(lab)) == (["Workshop 0"], (1, 1))
    assert wishes(ada) == {"Workshop 0": "accepted", "Workshop 1": "left"}


def test_a_place_given_up_by_a_change_is_offered_in_the_same_step(
    both: Flask, app: Flask, now: datetime
) -> None:
    lab, hall = a_programme(now, 0, 60)
    first, ada = come("first", lab, now=now), come("ada", now=now)
    wish(ada, lab, now=now)

    change(first, now=now, sessions=(hall.public_id,))

    assert line(lab, ada) == ["offered"]


def test_who_cancels_leaves_all_lines_and_the_open_offer_goes_on(
    both: Flask, app: Flask, now: datetime
) -> None:
    lab, hall = a_programme(now, 0, 60)
    first = come("first", lab, now=now)
    come("second", hall, now=now)
    ada, bob = come("ada", now=now), come("bob", now=now)
    wish(ada, lab, hall, now=now)
    wish(bob, lab, now=now)
    cancel(first, now=now)

    cancel(ada, now=now)

    assert wishes(ada) == {"Workshop 0": "left", "Workshop 1": "left"}
    assert line(lab, ada, bob) == ["left", "offered"]


def test_wishing_anew_keeps_ones_place_and_leaves_what_is_not_named(
    both: Flask, app: Flask, now: datetime
) -> None:
    lab, hall = a_programme(now, 0, 60)
    first = come("first", lab, now=now)
    come("second", hall, now=now)
    ada, bob = come("ada", now=now), come("bob", now=now)
    wish(ada, hall, lab, now=now)
    wish(bob, lab, now=now)

    wish(ada, lab, now=now)
    cancel(first, now=now)

    assert wishes(ada) == {"Workshop 1": "left", "Workshop 0": "offered"}
    wish(ada, now=now)
    assert line(lab, ada, bob) == ["offered", "waiting"]  # an offer waits for its own answer


def test_who_leaves_and_comes_back_stands_at_the_end(both: Flask, app: Flask, now: datetime) -> None:
    (lab,) = a_programme(now, 0)
    first, ada, bob = come("first", lab, now=now), come("ada", now=now), come("bob", now=now)
    for one in (ada, bob):
        wish(one, lab, now=now)
    wish(ada, now=now)
    wish(ada, lab, now=now)

    cancel(first, now=now)

    assert line(lab, ada, bob) == ["waiting", "offered"]


def test_who_stands_in_line_when_a_place_is_free_is_offered_it_at_once(
    both: Flask, app: Flask, now: datetime
) -> None:
    (lab,) = a_programme(now, 0)
    ada = come("ada", now=now)

    wish(ada, lab, now=now)

    assert (line(lab, ada), pool_of(lab)) == (["offered"], (1, 1))


def test_a_larger_group_is_passed_over_while_it_does_not_fit(both: Flask, app: Flask, now: datetime) -> None:
    (lab,) = a_programme(now, 0, capacity=2)
    there = [come(name, lab, now=now) for name in ("x", "y")]
    group, single = come("group", now=now), come("single", now=now)
    for one in (group, single):
        wish(one, lab, now=now)
    with transaction():
        db.session.scalars(select(SessionWish).order_by(SessionWish.id)).first().size = 2

    cancel(there[0], now=now)
    assert line(lab, group, single) == ["waiting", "offered"]

    cancel(there[1], now=now)
    decline(single, lab, now=now)
    assert (line(lab, group, single), pool_of(lab)) == (["offered", "declined"], (2, 2))


def a_family_that_waits(now: datetime) -> tuple[list[Known], Known, dict[str, str]]:
    """Two sessions at one time, of two places, the first full; the adult sits nowhere and two children in the second.
    Both wait for the first. With the numbers of their tickets."""
    sessions = a_programme(now, 0, 10, capacity=2, takes_families=True)
    for number in range(2):
        come(f"old{number}", sessions[0], now=now)
    children = [a_child(name, NINE, sessions[1]) for name in ("Vera Example", "Gleb Example")]
    family = Known(registered("rush", "family@example.org", now=now, party=a_family(*children)).public_id)
    people = {one.full_name: one.ticket.number for one in get_registration(family.public_id).attendees}
    with transaction():
        who = {sessions[0].public_id: [people["Vera Example"], people["Gleb Example"]]}
        wish_for(get_registration(family.public_id), [sessions[0].public_id], who=who, now=now)
    return sessions, family, people


def leave(number: int, *, now: datetime) -> None:
    look_again()
    query = select(Registration.public_id).where(Registration.email == f"old{number}@example.org")
    cancel(Known(db.session.scalars(query).one()), now=now)


def test_a_family_waits_for_as_many_places_as_people_and_each_gives_up_their_own(
    both: Flask, app: Flask, now: datetime
) -> None:
    (robots, kites), family, _people = a_family_that_waits(now)

    leave(0, now=now)
    assert (line(robots, family), pool_of(robots)) == (["waiting"], (1, 2))
    leave(1, now=now)
    assert (line(robots, family), pool_of(robots), pool_of(kites)) == (["offered"], (2, 2), (2, 2))
    take(family, robots, now=now)

    ids = {one.public_id: number for one, number in db.session.execute(select(Session, Session.id))}
    there = get_registration(family.public_id)
    assert seats(there) == {name: [ids[robots.public_id]] for name in ("Vera Example", "Gleb Example")}
    assert counts(there) == {ids[robots.public_id]: 2}
    assert (pool_of(robots), pool_of(kites)) == ((2, 2), (0, 2))


def test_a_child_who_stays_at_home_waits_no_more_and_one_who_sits_down_neither(
    both: Flask, app: Flask, now: datetime
) -> None:
    (robots, _kites), family, people = a_family_that_waits(now)
    for number in range(2):
        leave(number, now=now)
    gleb = a_child("Gleb Example", NINE, ticket=people["Gleb Example"])

    def change_to(*children: PersonPlan) -> None:
        with transaction():
            change_party(get_registration(family.public_id), an_ask(party=a_family(*children)), now=now)

    change_to(gleb)
    assert (line(robots, family), pool_of(robots)) == (["offered"], (1, 2))
    change_to(replace(gleb, sessions=(robots.public_id,)))
    assert (line(robots, family), pool_of(robots)) == (["declined"], (1, 2))


def test_a_family_names_who_waits_and_ages_are_looked_at(both: Flask, app: Flask, now: datetime) -> None:
    (robots, _kites), family, people = a_family_that_waits(now)
    with transaction():
        db.session.scalars(select(Session).where(Session.public_id == robots.public_id)).one().age_min = 12

    for who, refusal in (({}, NobodyWaits), ({robots.public_id: [*people.values()]}, TooYoung)):
        with pytest.raises(refusal), transaction():
            wish_for(get_registration(family.public_id), [robots.public_id], who=who, now=now)


def test_a_family_that_waits_for_more_sessions_is_not_read_anew_for_each(
    both: Flask, app: Flask, now: datetime
) -> None:
    sessions = a_programme(now, *range(0, 240, 40), capacity=3, takes_families=True, children_per_adult=9)
    for number, session in enumerate(sessions):
        come(f"old{number}", session, now=now)
    said = []
    for number, wanted in enumerate((sessions[:1], sessions)):
        email, party = (
            f"family{number}@example.org",
            a_family(a_child("Vera Example"), a_child("Gleb Example")),
        )
        family = Known(registered("rush", email, now=now, party=party).public_id)
        people = [one.ticket.number for one in get_registration(family.public_id).attendees]
        names = [session.public_id for session in wanted]
        look_again()
        with statements() as asked, transaction():
            wish_for(get_registration(family.public_id), names, who=dict.fromkeys(names, people), now=now)
        said.append([one for one in asked if one.startswith("SELECT")])

    assert len(said[0]) == len(said[1])


@pytest.mark.parametrize("name", ["chosen", "elsewhere", "uncounted", "switched off", "cancelled", "unknown"])
def test_there_is_no_line_for_what_cant_be_waited_for(
    both: Flask, app: Flask, now: datetime, name: str
) -> None:
    (lab,) = a_programme(now, 0)
    ada = come("ada", lab, now=now)
    with transaction():
        event = db.session.scalars(select(Event)).one()
        elsewhere = make_event(now=now, has_waiting_list=True)
        sessions = {
            "chosen": lab.public_id,
            "elsewhere": make_session(elsewhere, capacity=1).public_id,
            "uncounted": make_session(event).public_id,
            "switched off": make_session(event, capacity=1, has_waiting_list=False).public_id,
            "cancelled": make_session(event, capacity=1, state="cancelled").public_id,
            "unknown": "a-session-of-nobody",
        }

    with pytest.raises(NoSuchLine):
        wish(ada, Known(sessions[name]), now=now)


def test_a_session_may_have_a_line_where_the_event_has_none(both: Flask, app: Flask, now: datetime) -> None:
    lab, hall = a_programme(now, 0, 60, has_waiting_list=False)
    with transaction():
        the(lab).has_waiting_list = True
    slow = register("rush", "slow@example.org", now=now, sessions=(lab.public_id,))
    ada = come("ada", now=now)
    wish(ada, lab, now=now)
    with pytest.raises(NoSuchLine):
        wish(ada, hall, now=now)

    with pytest.raises(SessionFull):  # an overdue hold is for who waits, and not for who asks now
        register("rush", "bob@example.org", now=now + HOLD, sessions=(lab.public_id,))
    with transaction():
        expire_holds(now=now + HOLD)

    assert (state_of(slow), line(lab, ada)) == (RegistrationState.EXPIRED, ["offered"])


def test_only_who_takes_part_may_wait_and_not_for_everything(both: Flask, app: Flask, now: datetime) -> None:
    (lab,) = a_programme(now, 0)
    held = Known(register("rush", "held@example.org", now=now).public_id)
    ada = come("ada", now=now)

    with pytest.raises(AlreadyEnded):
        wish(held, lab, now=now)
    with pytest.raises(TooManyWishes):
        wish(ada, *[lab] * 21, now=now)
    with pytest.raises(TooLateToChange):
        wish(ada, lab, now=now + timedelta(days=30))


def test_an_organiser_offers_out_of_turn_and_the_session_grows_by_what_is_short(
    both: Flask, app: Flask, now: datetime
) -> None:
    (lab,) = a_programme(now, 0)
    come("first", lab, now=now)
    ada, bob = come("ada", now=now), come("bob", now=now)
    for one in (ada, bob):
        wish(one, lab, now=now)

    with pytest.raises(ReasonMissing):
        offer_by_hand(bob, lab, reason="", now=now)
    offer_by_hand(bob, lab, reason="Tutor", now=now)

    assert (line(lab, ada, bob), pool_of(lab)) == (["waiting", "offered"], (2, 2))
    entry = select(AuditEntry.detail).where(AuditEntry.action == "registration.session_offered_by_hand")
    assert db.session.scalars(entry).all() == [
        {"reason": "Tutor", "session": lab.public_id, "places_added": 1}
    ]
    with pytest.raises(NotInLine):
        offer_by_hand(bob, lab, reason="Again", now=now)


def test_more_places_and_a_line_switched_on_are_offered_at_once(
    both: Flask, app: Flask, now: datetime
) -> None:
    (lab,) = a_programme(now, 0)
    come("first", lab, now=now)
    ada, bob = come("ada", now=now), come("bob", now=now)
    for one in (ada, bob):
        wish(one, lab, now=now)

    with transaction():
        session = the(lab)
        lock_pools(session.event)
        resize_pool(session.pool, 2)
        offer_places(session.event, now=now)

    assert line(lab, ada, bob) == ["offered", "waiting"]


def test_at_a_cancelled_event_nothing_is_offered_or_taken(both: Flask, app: Flask, now: datetime) -> None:
    (lab,) = a_programme(now, 0)
    first, ada, bob = come("first", lab, now=now), come("ada", now=now), come("bob", now=now)
    for one in (ada, bob):
        wish(one, lab, now=now)
    cancel(first, now=now)
    with transaction():
        event = db.session.scalars(select(Event)).one()
        call_off_event(event, reason={"en": "Storm"}, by="chief", now=now)

    with pytest.raises(EventCancelled):
        take(ada, lab, now=now)
    with transaction():
        expire_holds(now=now + A_DAY)

    assert (line(lab, ada, bob), pool_of(lab)) == (["expired", "waiting"], (0, 1))
    assert list_events_to_sweep(now=now + A_DAY) == []


def test_a_place_in_a_cancelled_session_is_not_taken(both: Flask, app: Flask, now: datetime) -> None:
    (lab,) = a_programme(now, 0)
    first, ada = come("first", lab, now=now), come("ada", now=now)
    wish(ada, lab, now=now)
    cancel(first, now=now)
    with transaction():
        the(lab).state = "cancelled"

    with pytest.raises(SessionCancelled):
        take(ada, lab, now=now)


def test_a_copy_of_ones_data_names_the_wishes_and_a_reason_is_forgotten(
    both: Flask, app: Flask, now: datetime
) -> None:
    (lab,) = a_programme(now, 0)
    come("first", lab, now=now)
    ada = come("ada", now=now)
    wish(ada, lab, now=now)
    offer_by_hand(ada, lab, reason="Tutor", now=now)
    subject = DataSubject(email_key="ada@example.org", addresses=(), registrations=(ada.public_id,))
    (copy,) = export_registrations(subject)
    assert [(one["session"]["en"], one["rank"], one["state"], one["reason"]) for one in copy["wishes"]] == [
        ("Workshop 0", 1, "offered", "Tutor")
    ]

    with transaction():
        forget_registrations(subject, now=now)

    look_again()
    assert db.session.scalars(select(SessionWish.reason)).all() == [None]
    with transaction():  # so that the last look finds no reason missing: she was offered it out of turn
        db.session.scalars(select(SessionWish)).one().reason = "forgotten"


def test_fifty_cancellations_against_fifty_joins_of_one_line_promote_in_order(
    both: Flask, app: Flask, now: datetime
) -> None:
    (lab,) = a_programme(now, 0, capacity=50)
    there = [come(f"old{number}", lab, now=now) for number in range(50)]
    people = [come(f"new{number}", now=now) for number in range(75)]
    waiting, joining = people[:25], people[25:]
    for one in waiting:
        wish(one, lab, now=now)

    def cancel_or_join(number: int) -> str:
        if number % 2:
            return patiently(lambda: cancel(there[number // 2], now=now))
        return patiently(lambda: wish(joining[number // 2], lab, now=now))

    results = at_once(both, cancel_or_join, times=100)

    assert set(results) == {"done"}
    assert pool_of(lab) == (50, 50)
    states = db.session.scalars(select(SessionWish.state).order_by(SessionWish.id)).all()
    assert [state.value for state in states] == ["offered"] * 50 + ["waiting"] * 25
    assert line(lab, *waiting) == ["offered"] * 25


def test_changes_acceptances_and_cancellations_at_once_never_wait_for_each_other(
    both: Flask, app: Flask, now: datetime
) -> None:
    lab, hall = a_programme(now, 0, 60, capacity=4)
    there = [come(f"old{number}", lab, now=now) for number in range(4)]
    people = [come(f"new{number}", now=now) for number in range(8)]
    for one in people:
        wish(one, lab, now=now)
    cancel(there[0], now=now)

    def deed(number: int) -> str:
        if number % 3 == 0:
            return patiently(lambda: cancel(there[1 + number // 3 % 3], now=now))
        if number % 3 == 1:
            return patiently(lambda: take(people[number // 3], lab, now=now))
        return patiently(lambda: change(people[number // 3], now=now, sessions=(hall.public_id,)))

    results = at_once(both, deed, times=18)

    assert set(results) <= {"done", "SeatNotOffered", "SessionFull"}
    assert results.count("SessionFull") <= 2
    assert pool_of(lab)[0] == 4


def test_accepting_declining_and_cancelling_one_offer_at_once_has_one_outcome(
    both: Flask, app: Flask, now: datetime
) -> None:
    (lab,) = a_programme(now, 0)
    first, ada, bob = come("first", lab, now=now), come("ada", now=now), come("bob", now=now)
    for one in (ada, bob):
        wish(one, lab, now=now)
    cancel(first, now=now)

    def deed(number: int) -> str:
        if number % 3 == 2:
            return patiently(lambda: cancel(ada, now=now))
        return patiently(lambda: (take, decline)[number % 3](ada, lab, now=now))

    at_once(both, deed, times=12)

    assert pool_of(lab) == (1, 1)
    assert line(lab, bob) == ["offered"]  # of twelve some cancel, whatever came before


def test_nobody_waits_for_more_places_than_a_session_has(both: Flask, app: Flask, now: datetime) -> None:
    sessions, family, people = a_family_that_waits(now)
    who = {sessions[0].public_id: list(people.values())}

    with pytest.raises(TooSmallForAll), transaction():
        wish_for(get_registration(family.public_id), [sessions[0].public_id], who=who, now=now)
