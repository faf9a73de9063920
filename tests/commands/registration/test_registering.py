"""One registration after the other: what each deed changes, what it refuses, and what it leaves as it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import select

from eventhub.audit import AuditEntry
from eventhub.core.errors import NotFound, Refusal
from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.events.rules import (
    EventCancelled,
    EventFull,
    EventState,
    RegistrationClosed,
    RegistrationNotOpenYet,
    SessionFull,
    SessionState,
)
from eventhub.privacy.commands import publish_consent
from eventhub.privacy.models import ConsentRecord
from eventhub.privacy.rules import ConsentMissing
from eventhub.registration.models import Attendee, Place, Registration, SessionChoice
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import (
    HOLD,
    AlreadyEnded,
    AlreadyRegistered,
    NotConfirmedYet,
    RegistrationState,
    SessionNotOffered,
    SessionsClash,
    TooLateToChange,
)
from eventhub.registration.waiting import expire_holds
from eventhub.tickets.models import TicketState
from tests.commands.registration.asking import (
    GUEST,
    cancel,
    change,
    check_the_books,
    confirm,
    count,
    letters,
    register,
    registered,
    state_of,
    taken,
    tickets,
)
from tests.factories import both_languages, make_event, make_session

pytestmark = pytest.mark.usefixtures("books")

OTHER = "other@example.org"
LATER = HOLD + timedelta(seconds=1)


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="seminar", capacity=2)


def sweep(now: datetime) -> int:
    with transaction():
        return expire_holds(now=now)


def sessions_of(event: Event, *capacities: int | None) -> list[str]:
    """Bookable sessions after each other; their public ids."""
    with transaction():
        made = [
            make_session(
                event,
                capacity=capacity,
                title=both_languages(f"Workshop {number}"),
                starts_at=event.starts_at + timedelta(minutes=10 * number),
                ends_at=event.starts_at + timedelta(minutes=10 * number + 10),
            )
            for number, capacity in enumerate(capacities)
        ]
        return [session.public_id for session in made]


def test_a_registration_holds_its_place_until_it_is_confirmed(event: Event, now: datetime) -> None:
    registration = register("seminar", now=now)

    assert (registration.state, registration.held_until) == (RegistrationState.PENDING, now + HOLD)
    assert (taken(event.pool_id), tickets(event), letters()) == (1, [], ["registration_confirm"])


def test_a_confirmed_registration_has_one_ticket_and_one_letter_of_each_kind(
    event: Event, now: datetime
) -> None:
    registration = registered("seminar", now=now)

    again = get_registration(registration.public_id)
    assert (again.state, again.confirmed_at, again.held_until) == (RegistrationState.CONFIRMED, now, None)
    assert (taken(event.pool_id), tickets(event)) == (1, [TicketState.VALID])
    assert letters() == ["registration_confirm", "registration_confirmed"]


def test_every_change_of_state_is_audited(event: Event, now: datetime) -> None:
    registration = registered("seminar", now=now)
    cancel(registration, now=now)

    query = select(AuditEntry.action, AuditEntry.actor).where(AuditEntry.subject_id == registration.public_id)
    assert db.session.execute(query.order_by(AuditEntry.id)).all() == [
        ("registration.received", "guest"),
        ("registration.confirmed", "holder"),
        ("registration.cancelled", "holder"),
    ]


def test_confirming_ten_times_is_confirming_once(event: Event, now: datetime) -> None:
    registration = registered("seminar", now=now)

    for minute in range(10):
        confirm(registration, now=now + timedelta(minutes=minute))

    assert get_registration(registration.public_id).confirmed_at == now
    assert (tickets(event), letters()) == (
        [TicketState.VALID],
        ["registration_confirm", "registration_confirmed"],
    )


def test_the_same_form_sent_twice_makes_one(event: Event, now: datetime) -> None:
    first = register("seminar", now=now, key="the-same-form-again")
    second = register("seminar", now=now, key="the-same-form-again")

    assert second.public_id == first.public_id
    assert (count(Registration), taken(event.pool_id), letters()) == (1, 1, ["registration_confirm"])


def test_a_form_sent_again_with_a_corrected_address_reaches_the_corrected_address(
    event: Event, now: datetime
) -> None:
    wrong = register("seminar", "gues@example.org", now=now, key="the-same-form-again")
    right = register("seminar", GUEST, now=now, key="the-same-form-again")

    assert right.email == GUEST
    assert (letters(wrong), letters(right)) == (["registration_confirm"], ["registration_confirm"])


def test_a_form_kept_open_registers_anew_after_its_registration_ended(event: Event, now: datetime) -> None:
    first = registered("seminar", now=now, key="the-same-form-again")
    cancel(first, now=now)

    second = register("seminar", now=now, key="the-same-form-again")

    assert (state_of(first), state_of(second)) == (RegistrationState.CANCELLED, RegistrationState.PENDING)


@pytest.mark.parametrize(
    "address", [GUEST, "GUEST@Example.ORG", "  guest@example.org ", "ｇｕｅｓｔ@example.org"]
)
def test_a_known_address_in_a_new_form_gets_its_link_again_and_no_second_place(
    event: Event, now: datetime, address: str
) -> None:
    first = registered("seminar", now=now)

    second = register("seminar", address, now=now)

    assert second.public_id == first.public_id
    assert (count(Registration), taken(event.pool_id)) == (1, 1)
    assert letters(first) == ["registration_confirm", "registration_confirmed", "registration_already"]


def test_a_full_event_or_session_answers_a_known_address_like_a_new_one(event: Event, now: datetime) -> None:
    (workshop,) = sessions_of(event, 1)
    first = registered("seminar", now=now, sessions=(workshop,))

    for address in (GUEST, OTHER):
        with pytest.raises(SessionFull):
            register("seminar", address, now=now, sessions=(workshop,))
    registered("seminar", OTHER, now=now)
    for address in (GUEST, "third@example.org"):
        with pytest.raises(EventFull):
            register("seminar", address, now=now)

    assert letters(first) == ["registration_confirm", "registration_confirmed"]


def test_nobody_fills_a_mailbox_by_typing_its_address_again_and_again(event: Event, now: datetime) -> None:
    registration = registered("seminar", now=now)

    for _ in range(20):
        assert register("seminar", now=now).public_id == registration.public_id

    assert letters(registration).count("registration_already") == 3


def test_an_address_may_register_again_after_cancelling(event: Event, now: datetime) -> None:
    first = registered("seminar", now=now)
    cancel(first, now=now)

    second = registered("seminar", now=now)

    assert (state_of(first), state_of(second)) == (RegistrationState.CANCELLED, RegistrationState.CONFIRMED)
    assert (tickets(event), taken(event.pool_id)) == ([TicketState.VOID, TicketState.VALID], 1)


def test_a_full_event_refuses_and_stores_nothing(event: Event, now: datetime) -> None:
    registered("seminar", "a@example.org", now=now)
    register("seminar", "b@example.org", now=now)

    with pytest.raises(EventFull):
        register("seminar", now=now)

    assert (count(Registration), count(Attendee), taken(event.pool_id)) == (2, 2, 2)
    assert letters().count("registration_confirm") == 2


def test_an_event_without_counted_places_is_never_full(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="open-air")

    for number in range(5):
        registered("open-air", f"guest{number}@example.org", now=now)

    assert (count(Registration), count(Place)) == (5, 0)


def test_a_full_session_is_named_and_nothing_is_taken_anywhere(event: Event, now: datetime) -> None:
    free, full = sessions_of(event, 5, 1)
    registered("seminar", OTHER, now=now, sessions=(full,))

    with pytest.raises(SessionFull) as refused:
        register("seminar", now=now, sessions=(free, full))

    assert refused.value.facts == {"title": both_languages("Workshop 1")}
    assert (count(Registration), count(SessionChoice), taken(event.pool_id)) == (1, 1, 1)


def test_sessions_at_the_same_time_are_refused_with_both_names(event: Event, now: datetime) -> None:
    with transaction():
        ids = [make_session(event, title=both_languages(title)).public_id for title in ("Laser", "Printing")]

    with pytest.raises(SessionsClash) as refused:
        register("seminar", now=now, sessions=tuple(ids))

    assert refused.value.facts == {"first": both_languages("Laser"), "second": both_languages("Printing")}
    assert (count(Registration), taken(event.pool_id)) == (0, 0)


def test_a_session_of_another_event_or_a_cancelled_one_is_not_offered(event: Event, now: datetime) -> None:
    with transaction():
        elsewhere = make_session(make_event(now=now)).public_id
        cancelled = make_session(event, state=SessionState.CANCELLED).public_id
        not_bookable = make_session(event, is_bookable=False).public_id

    for session in (elsewhere, cancelled, not_bookable, "unknown", "a\x00b", "x" * 5000, ""):
        with pytest.raises(SessionNotOffered):
            register("seminar", now=now, sessions=(session,))
    assert count(Registration) == 0


def test_a_missing_consent_is_named_and_leaves_nothing(event: Event, now: datetime) -> None:
    (session,) = sessions_of(event, 3)
    with transaction():
        needed = publish_consent(
            purpose="processing",
            title=both_languages("Processing"),
            body=both_languages("Text"),
            is_required=True,
            now=now,
        )
        wished = publish_consent(
            purpose="news",
            title=both_languages("News"),
            body=both_languages("Text"),
            is_required=False,
            now=now,
        )

    with pytest.raises(ConsentMissing) as refused:
        register("seminar", now=now, sessions=(session,), consents=(wished.id,))

    assert refused.value.facts == {"title": both_languages("Processing")}
    left = [count(table) for table in (Registration, Attendee, Place, SessionChoice, ConsentRecord)]
    assert (left, taken(event.pool_id), letters()) == ([0, 0, 0, 0, 0], 0, [])
    assert needed.id != wished.id


def test_each_consent_given_is_recorded_with_version_time_and_address(event: Event, now: datetime) -> None:
    with transaction():
        old, new = (
            publish_consent(
                purpose="processing",
                title=both_languages("Processing"),
                body=both_languages(body),
                is_required=True,
                now=now,
            )
            for body in ("First wording", "Second wording")
        )

    registration = register("seminar", "Guest@Example.org", now=now, consents=(new.id,))

    with pytest.raises(ConsentMissing):
        register("seminar", OTHER, now=now, consents=(old.id,))
    rows = db.session.scalars(select(ConsentRecord)).all()
    assert [(r.document_id, r.subject_key, r.context, r.act, r.text_hash, r.address, r.at) for r in rows] == [
        (new.id, GUEST, f"registration:{registration.public_id}", "given", new.text_hash, "192.0.2.1", now)
    ]
    assert (old.version, new.version) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"opens_at": timedelta(seconds=1)}, RegistrationNotOpenYet),
        ({"closes_at": timedelta(0)}, RegistrationClosed),
        ({"starts_at": timedelta(hours=-2), "ends_at": timedelta(0)}, RegistrationClosed),
    ],
)
def test_out_of_its_window_an_event_takes_nobody(
    both: Flask, app: Flask, now: datetime, changes: dict[str, timedelta], refusal: type[Refusal]
) -> None:
    with transaction():
        make_event(now=now, slug="windowed", **{name: now + shift for name, shift in changes.items()})

    with pytest.raises(refusal):
        register("windowed", now=now)
    assert count(Registration) == 0


@pytest.mark.parametrize(
    ("state", "reason", "refusal"),
    [
        (EventState.DRAFT, None, RegistrationClosed),
        (EventState.ARCHIVED, None, RegistrationClosed),
        (EventState.CANCELLED, {"en": "Storm"}, EventCancelled),
    ],
)
def test_only_a_published_event_takes_registrations(
    both: Flask, app: Flask, now: datetime, state: EventState, reason: object, refusal: type[Refusal]
) -> None:
    with transaction():
        make_event(now=now, slug="other-state", state=state, cancel_reason=reason)

    with pytest.raises(refusal):
        register("other-state", now=now)


def test_an_unknown_event_is_not_found(both: Flask, app: Flask, now: datetime) -> None:
    with pytest.raises(NotFound):
        register("nowhere", now=now)


def test_the_sweep_ends_what_nobody_confirmed_and_only_that(event: Event, now: datetime) -> None:
    overdue = register("seminar", "a@example.org", now=now)
    young = register("seminar", "b@example.org", now=now + timedelta(minutes=5))

    assert (sweep(now + HOLD - timedelta(seconds=1)), sweep(now + HOLD), sweep(now + HOLD)) == (0, 1, 0)

    assert (state_of(overdue), state_of(young)) == (RegistrationState.EXPIRED, RegistrationState.PENDING)
    assert taken(event.pool_id) == 1


def test_the_last_place_held_too_long_goes_to_who_asks_next(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="one-place", capacity=1)
    slow = register("one-place", "slow@example.org", now=now)
    with pytest.raises(EventFull):
        register("one-place", "early@example.org", now=now + HOLD - timedelta(seconds=1))

    quick = register("one-place", "quick@example.org", now=now + HOLD)

    assert (state_of(slow), state_of(quick)) == (RegistrationState.EXPIRED, RegistrationState.PENDING)
    assert taken(event.pool_id) == 1


def test_overdue_holds_of_several_full_sessions_make_room_at_once(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        event = make_event(now=now, slug="uncounted")
    first, second = sessions_of(event, 1, 1)
    register("uncounted", "a@example.org", now=now, sessions=(first,))
    register("uncounted", "b@example.org", now=now, sessions=(second,))

    taker = registered("uncounted", now=now + LATER, sessions=(first, second))

    assert state_of(taker) is RegistrationState.CONFIRMED


def test_ones_own_overdue_hold_is_no_hindrance(event: Event, now: datetime) -> None:
    first = register("seminar", now=now)

    second = register("seminar", now=now + LATER)

    assert (state_of(first), state_of(second)) == (RegistrationState.EXPIRED, RegistrationState.PENDING)
    assert taken(event.pool_id) == 1


@pytest.mark.parametrize("is_swept", [True, False])
def test_a_late_confirmation_still_gets_a_free_place(event: Event, now: datetime, is_swept: bool) -> None:
    (session,) = sessions_of(event, 1)
    registration = register("seminar", now=now, sessions=(session,))
    if is_swept:
        sweep(now + LATER)

    confirm(registration, now=now + LATER)

    assert (state_of(registration), taken(event.pool_id)) == (RegistrationState.CONFIRMED, 1)
    assert tickets(event) == [TicketState.VALID]


def test_a_late_confirmation_without_room_is_refused(event: Event, now: datetime) -> None:
    late = register("seminar", now=now)
    registered("seminar", "a@example.org", now=now + LATER)
    registered("seminar", "b@example.org", now=now + LATER)

    with pytest.raises(EventFull):
        confirm(late, now=now + LATER)

    assert (state_of(late), taken(event.pool_id)) == (RegistrationState.EXPIRED, 2)
    assert letters(late) == ["registration_confirm"]


def test_a_late_confirmation_after_a_new_registration_of_the_address_is_refused(
    event: Event, now: datetime
) -> None:
    old = register("seminar", now=now)
    registered("seminar", now=now + LATER)

    with pytest.raises(AlreadyRegistered):
        confirm(old, now=now + LATER)

    assert (state_of(old), taken(event.pool_id)) == (RegistrationState.EXPIRED, 1)


def test_a_late_confirmation_after_the_window_is_refused(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="closing", closes_at=now + timedelta(minutes=10))
    registration = register("closing", now=now)
    sweep(now + LATER)

    with pytest.raises(RegistrationClosed):
        confirm(registration, now=now + LATER)


def test_a_hold_taken_in_time_is_confirmed_after_the_window_closed(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        make_event(now=now, slug="closing", closes_at=now + timedelta(minutes=10))
    registration = register("closing", now=now)

    confirm(registration, now=now + timedelta(minutes=20))

    assert state_of(registration) is RegistrationState.CONFIRMED


def test_nobody_is_confirmed_for_a_cancelled_event(event: Event, now: datetime) -> None:
    registration = register("seminar", now=now)
    with transaction():
        called_off = db.session.get_one(Event, event.id)
        called_off.state, called_off.cancel_reason = EventState.CANCELLED, {"en": "Storm"}
        called_off.cancelled_at = now

    with pytest.raises(EventCancelled):
        confirm(registration, now=now)
    assert tickets(event) == []


def test_cancelling_gives_the_place_back_and_voids_the_ticket(event: Event, now: datetime) -> None:
    (session,) = sessions_of(event, 1)
    registration = registered("seminar", now=now, sessions=(session,))

    cancel(registration, now=now)
    cancel(registration, now=now)

    assert (state_of(registration), taken(event.pool_id), tickets(event)) == (
        RegistrationState.CANCELLED,
        0,
        [TicketState.VOID],
    )
    assert letters(registration)[2:] == ["registration_cancelled"]
    registered("seminar", OTHER, now=now, sessions=(session,))


def test_cancelling_what_was_never_confirmed_sends_no_letter(event: Event, now: datetime) -> None:
    registration = register("seminar", now=now)

    cancel(registration, now=now)

    assert (taken(event.pool_id), letters()) == (0, ["registration_confirm"])
    with pytest.raises(AlreadyEnded):
        confirm(registration, now=now)


def test_after_the_event_nothing_is_changed_any_more(event: Event, now: datetime) -> None:
    registration = registered("seminar", now=now)

    for deed in (cancel, change):
        with pytest.raises(TooLateToChange):
            deed(registration, now=event.ends_at)
    assert (state_of(registration), taken(event.pool_id)) == (RegistrationState.CONFIRMED, 1)


def test_a_change_is_stored_and_told_once(event: Event, now: datetime) -> None:
    registration = registered("seminar", now=now)

    change(registration, now=now, full_name="Ёлка Тестовая", organisation="Other University")
    change(registration, now=now, full_name="Ёлка Тестовая", organisation="Other University")

    again = get_registration(registration.public_id)
    assert again.attendees[0].full_name == "Ёлка Тестовая"
    assert again.attendees[0].search_key == "елка тестовая elka testovaia"
    assert (again.organisation, again.email) == ("Other University", GUEST)
    assert letters(registration)[2:] == ["registration_changed"]


def test_the_address_is_not_changed_by_a_change(event: Event, now: datetime) -> None:
    registration = registered("seminar", now=now)

    change(registration, now=now, email=OTHER, full_name="New Name")

    again = get_registration(registration.public_id)
    assert (again.email, again.email_key) == (GUEST, GUEST)


def test_sessions_are_swapped_in_one_step(event: Event, now: datetime) -> None:
    old, new = sessions_of(event, 1, 1)
    registration = registered("seminar", now=now, sessions=(old,))

    change(registration, now=now, sessions=(new,))

    assert taken(event.pool_id) == 1
    registered("seminar", OTHER, now=now, sessions=(old,))


def test_a_swap_to_a_full_session_keeps_the_old_one(event: Event, now: datetime) -> None:
    old, new = sessions_of(event, 1, 1)
    registration = registered("seminar", now=now, sessions=(old,))
    registered("seminar", OTHER, now=now, sessions=(new,))

    with pytest.raises(SessionFull) as refused:
        change(registration, now=now, sessions=(new,), full_name="Never Stored")

    assert refused.value.facts == {"title": both_languages("Workshop 1")}
    again = get_registration(registration.public_id)
    assert [choice.session.public_id for choice in again.choices] == [old]
    assert again.attendees[0].full_name == "Test Guest"


def test_a_swap_takes_a_place_that_was_held_too_long(event: Event, now: datetime) -> None:
    old, new = sessions_of(event, 1, 1)
    registration = registered("seminar", now=now, sessions=(old,))
    register("seminar", OTHER, now=now, sessions=(new,))

    change(registration, now=now + LATER, sessions=(new,))

    again = get_registration(registration.public_id)
    assert [choice.session.public_id for choice in again.choices] == [new]


def test_a_chosen_session_that_is_no_longer_offered_may_be_kept(event: Event, now: datetime) -> None:
    kept, other = sessions_of(event, 1, 1)
    registration = registered("seminar", now=now, sessions=(kept,))
    with transaction():
        choice = get_registration(registration.public_id).choices[0]
        choice.session.is_bookable = False

    change(registration, now=now, sessions=(kept, other))

    again = get_registration(registration.public_id)
    assert {choice.session.public_id for choice in again.choices} == {kept, other}


def test_only_a_confirmed_registration_is_changed(event: Event, now: datetime) -> None:
    registration = register("seminar", now=now)
    with pytest.raises(NotConfirmedYet):
        change(registration, now=now, full_name="New Name")

    cancel(registration, now=now)
    with pytest.raises(AlreadyEnded):
        change(registration, now=now, full_name="New Name")


DEEDS = {
    "register": lambda registration, now: register("seminar", now=now),
    "confirm": lambda registration, now: confirm(registration, now=now),
    "change": lambda registration, now: change(registration, now=now, full_name="New Name"),
    "cancel": lambda registration, now: cancel(registration, now=now),
    "expire": lambda registration, now: sweep(now + LATER),
}


@pytest.mark.parametrize("order", list(permutations(DEEDS, 3)), ids="-".join)
def test_in_every_order_of_deeds_the_books_are_right(
    event: Event, now: datetime, order: tuple[str, ...]
) -> None:
    registration = register("seminar", now=now)

    for deed in order:
        try:
            DEEDS[deed](registration, now)
        except Refusal:
            check_the_books()
        check_the_books()

    live = select(Registration).where(Registration.state == RegistrationState.CONFIRMED)
    confirmed = db.session.scalars(live).all()
    assert tickets(event).count(TicketState.VALID) == len(confirmed)
    assert [letters(one).count("registration_confirmed") for one in confirmed] == [1] * len(confirmed)


def test_nothing_stays_of_who_was_refused(both: Flask, app: Flask, now: datetime) -> None:
    """SQLite gives the number of a row that never was to the next one."""
    with transaction():
        pool = make_event(now=now, slug="full", capacity=0).pool_id
    with pytest.raises(EventFull) as refused:
        register("full", now=now)
    with transaction():
        db.session.get_one(CapacityPool, pool).capacity = 1

    registration = register("full", "second@example.org", now=now)

    assert (registration.email, refused.value.status) == ("second@example.org", 409)
