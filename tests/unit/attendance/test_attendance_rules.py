"""Attendance from scans: stays, hours of days and sessions, what counts, and who meets the rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.attendance.rules import (
    NO_RULE,
    Attendance,
    Mark,
    Point,
    Programme,
    Rule,
    Span,
    Step,
    Window,
    Word,
    attendance_of,
    days_of,
    is_met,
    stays_of,
)

ENTRANCE, LAB_DOOR, LAB, TALK = 1, 2, 10, 11
FIRST, SECOND = date(2027, 5, 10), date(2027, 5, 11)


def at(hour: int, minute: int = 0, *, day: int = 10) -> datetime:
    """By the clocks of Moscow, three hours before UTC."""
    return datetime(2027, 5, day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


# Two days, 9:00 to 18:00 of the second; a lab with a door of its own at 10:00 to 12:00, a talk until 17:00 without.
SESSIONS = {LAB: Span(at(10), at(12)), TALK: Span(at(15), at(17))}
DAYS = days_of(Span(at(9), at(18, day=11)), "Europe/Moscow", SESSIONS.values())
PROGRAMME = Programme(days=DAYS, sessions=SESSIONS, points={ENTRANCE: Point(), LAB_DOOR: Point(LAB)})


def marks(*steps: tuple[datetime, Step]) -> list[Mark]:
    return [Mark(moment, str(number), step) for number, (moment, step) in enumerate(steps)]


def hours(found: Attendance) -> dict[date, float]:
    return {day: spent / timedelta(hours=1) for day, spent in found.days.items()}


def test_a_day_closes_with_its_last_session_and_the_last_one_with_the_event() -> None:
    assert [(one.on, one.window) for one in DAYS] == [
        (FIRST, Window(at(9), at(17), at(0, day=11))),
        (SECOND, Window(at(0, day=11), at(18, day=11), at(18, day=11))),
    ]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([(at(8), Step.IN)], {FIRST: 8}),
        ([(at(10), Step.IN), (at(13), Step.OUT)], {FIRST: 3}),
        ([(at(10), Step.IN), (at(11), Step.IN), (at(13), Step.OUT)], {FIRST: 3}),
        ([(at(10), Step.IN), (at(11), Step.OUT), (at(14), Step.IN)], {FIRST: 4}),
        ([(at(10), Step.OUT)], {}),
        ([(at(10), Step.SHOWN)], {}),
        ([(at(10), Step.IN), (at(10, day=11), Step.SHOWN)], {FIRST: 7, SECOND: 8}),
        ([(at(10), Step.IN), (at(10, day=11), Step.IN), (at(12, day=11), Step.OUT)], {FIRST: 7, SECOND: 2}),
        ([(at(22), Step.IN), (at(1, day=11), Step.OUT)], {FIRST: 2, SECOND: 1}),
        ([(at(19), Step.IN)], {FIRST: 0}),
        ([(at(7), Step.IN), (at(8), Step.OUT)], {}),
        ([(at(19, day=11), Step.IN)], {}),
    ],
)
def test_hours_of_days_at_the_entrance(
    seen: list[tuple[datetime, Step]], expected: dict[date, float]
) -> None:
    assert hours(attendance_of({ENTRANCE: marks(*seen)}, {}, PROGRAMME, NO_RULE)) == expected


@pytest.mark.parametrize(
    ("rule", "counts"),
    [
        (Rule(), True),
        (Rule(session_minutes=60), True),
        (Rule(session_minutes=61), False),
        (Rule(session_percent=50), True),
        (Rule(session_percent=51), False),
        (Rule(session_minutes=30, session_percent=51), False),
    ],
)
def test_a_session_counts_by_the_minutes_in_it(rule: Rule, counts: bool) -> None:
    seen = {LAB_DOOR: marks((at(9, 40), Step.IN), (at(11), Step.OUT))}

    found = attendance_of(seen, {}, PROGRAMME, rule)

    assert (found.seats[LAB].spent, found.seats[LAB].is_attended) == (timedelta(hours=1), counts)
    assert (list(found.seats), hours(found)) == ([LAB], {FIRST: 1})


def test_a_correction_wins_over_scans_and_is_taken_back() -> None:
    seen = {ENTRANCE: marks((at(9), Step.IN), (at(11), Step.OUT)), LAB_DOOR: marks((at(10), Step.IN))}

    as_scanned = attendance_of(seen, {LAB: Word.AS_SCANNED}, PROGRAMME, NO_RULE)
    missed = attendance_of(seen, {LAB: Word.MISSED, TALK: Word.ATTENDED}, PROGRAMME, NO_RULE)

    assert as_scanned == attendance_of(seen, {}, PROGRAMME, NO_RULE)
    assert (as_scanned.sessions, hours(as_scanned)) == (1, {FIRST: 3})
    assert [(one, seat.is_attended) for one, seat in sorted(missed.seats.items())] == [
        (LAB, False),
        (TALK, True),
    ]
    assert hours(missed) == {FIRST: 4}


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        (Rule(), False),
        (Rule(session_minutes=1), False),
        (Rule(least_sessions=1), True),
        (Rule(least_sessions=2), False),
        (Rule(least_hours=3), True),
        (Rule(least_hours=4), False),
        (Rule(least_days_percent=50), True),
        (Rule(least_days_percent=51), False),
        (Rule(least_sessions=1, least_days_percent=51), False),
    ],
)
def test_whoever_does_all_that_is_asked_meets_the_rule(rule: Rule, met: bool) -> None:
    seen = {ENTRANCE: marks((at(9), Step.IN), (at(11), Step.OUT)), LAB_DOOR: marks((at(10), Step.IN))}

    assert is_met(attendance_of(seen, {}, PROGRAMME, rule), rule, days={FIRST, SECOND}) is met
    assert PROGRAMME.asked_days == {FIRST}


def test_a_point_of_the_event_with_hours_of_its_own_counts_in_them() -> None:
    door = Point(opens_at=at(11), closes_at=at(13))
    programme = Programme(days=DAYS, sessions=SESSIONS, points={ENTRANCE: door})

    found = attendance_of({ENTRANCE: marks((at(10), Step.IN))}, {}, programme, NO_RULE)

    assert hours(found) == {FIRST: 2}


def test_hours_are_true_when_clocks_change() -> None:
    event = Span(datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 28, 22, tzinfo=UTC))

    (first, second) = days_of(event, "Europe/Berlin", [])

    assert (first.window.ends - first.window.begins, second.on) == (timedelta(hours=1), date(2027, 3, 28))
    assert second.window.ends - second.window.begins == timedelta(hours=23)


MOMENTS = st.integers(min_value=0, max_value=40).map(lambda hour: at(8) + timedelta(hours=hour))
SCANS = st.lists(
    st.builds(Mark, MOMENTS, st.uuids().map(str), st.sampled_from(Step)),
    unique_by=lambda mark: mark.scan_id,
    max_size=12,
)


@given(SCANS, st.randoms(use_true_random=False), st.booleans())
def test_any_order_of_the_same_scans_gives_the_same_stays_none_negative_or_overlapping(
    scans: list[Mark], random: object, is_session: bool
) -> None:
    windows = [Window(at(10), at(12), at(12))] if is_session else [one.window for one in DAYS]
    shuffled = list(scans)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own random

    stays = stays_of(scans, windows)

    assert stays_of(shuffled, windows) == stays
    assert all(stay.begins <= stay.ends for stay in stays)
    assert all(one.ends <= other.begins for one, other in zip(stays, stays[1:], strict=False))
