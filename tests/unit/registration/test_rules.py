"""Which chosen sessions exclude each other, when registration is open, and which consents are needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.core.errors import Refusal
from eventhub.events.rules import (
    EventCancelled,
    EventState,
    Registering,
    RegistrationClosed,
    RegistrationNotOpenYet,
    Window,
    check_takes_registrations,
    few_left,
    registering,
)
from eventhub.privacy.rules import ConsentMissing, check_required, text_hash
from eventhub.registration.rules import (
    MOVES,
    RegistrationState,
    SessionsClash,
    Slot,
    TooLateToChange,
    check_can_change,
    check_no_clash,
)

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def slot(name: str, start: int, end: int) -> Slot:
    """From so many minutes after noon to so many."""
    return Slot(
        title={"en": name},
        starts_at=NOON + timedelta(minutes=start),
        ends_at=NOON + timedelta(minutes=end),
    )


@pytest.mark.parametrize(
    ("spans", "clash"),
    [
        ([], None),
        ([(0, 60)], None),
        ([(0, 60), (60, 120)], None),
        ([(60, 120), (0, 60)], None),
        ([(0, 60), (59, 120)], ("0", "1")),
        ([(59, 120), (0, 60)], ("1", "0")),
        ([(0, 60), (0, 60)], ("0", "1")),
        ([(0, 180), (30, 60), (60, 90)], ("0", "1")),
        ([(0, 10), (20, 200), (30, 40)], ("1", "2")),
    ],
)
def test_sessions_clash_when_they_overlap(
    spans: list[tuple[int, int]], clash: tuple[str, str] | None
) -> None:
    slots = [slot(str(number), *span) for number, span in enumerate(spans)]
    if clash is None:
        check_no_clash(slots)
        return
    with pytest.raises(SessionsClash) as refused:
        check_no_clash(slots)
    assert refused.value.facts == {"first": {"en": clash[0]}, "second": {"en": clash[1]}}


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=6))
def test_a_clash_is_found_exactly_when_some_two_overlap_and_names_two_that_do(spans) -> None:
    slots = [slot(str(number), start, start + length) for number, (start, length) in enumerate(spans)]
    overlapping = [
        {one.title["en"], other.title["en"]}
        for one, other in combinations(slots, 2)
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at
    ]
    if not overlapping:
        check_no_clash(slots)
        return
    with pytest.raises(SessionsClash) as refused:
        check_no_clash(slots)
    assert {refused.value.facts["first"]["en"], refused.value.facts["second"]["en"]} in overlapping


OPENS, CLOSES, ENDS = NOON, NOON + timedelta(hours=2), NOON + timedelta(hours=4)
A_MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("state", "opens_at", "closes_at", "left", "now", "expected"),
    [
        (EventState.PUBLISHED, OPENS, CLOSES, 1, OPENS - A_MOMENT, Registering.NOT_YET),
        (EventState.PUBLISHED, OPENS, CLOSES, 1, OPENS, Registering.OPEN),
        (EventState.PUBLISHED, OPENS, CLOSES, 1, CLOSES - A_MOMENT, Registering.OPEN),
        (EventState.PUBLISHED, OPENS, CLOSES, 1, CLOSES, Registering.CLOSED),
        (EventState.PUBLISHED, OPENS, CLOSES, 0, OPENS, Registering.FULL),
        (EventState.PUBLISHED, OPENS, CLOSES, -1, OPENS, Registering.FULL),
        (EventState.PUBLISHED, OPENS, CLOSES, 0, CLOSES, Registering.CLOSED),
        (EventState.PUBLISHED, OPENS, CLOSES, 0, OPENS - A_MOMENT, Registering.NOT_YET),
        (EventState.PUBLISHED, None, None, None, ENDS - A_MOMENT, Registering.OPEN),
        (EventState.PUBLISHED, None, None, None, ENDS, Registering.CLOSED),
        (EventState.DRAFT, None, None, 1, OPENS, Registering.CLOSED),
        (EventState.ARCHIVED, None, None, 1, OPENS, Registering.CLOSED),
        (EventState.CANCELLED, OPENS, CLOSES, 1, OPENS - A_MOMENT, Registering.CANCELLED),
        (EventState.CANCELLED, OPENS, CLOSES, 1, ENDS, Registering.CANCELLED),
    ],
)
def test_what_a_visitor_may_do(state, opens_at, closes_at, left, now, expected: Registering) -> None:
    window = Window(state=state, opens_at=opens_at, closes_at=closes_at, ends_at=ENDS)

    assert registering(window, places_left=left, now=now) is expected


REFUSED = {
    Registering.CANCELLED: EventCancelled,
    Registering.CLOSED: RegistrationClosed,
    Registering.NOT_YET: RegistrationNotOpenYet,
}


@pytest.mark.parametrize("state", EventState)
@pytest.mark.parametrize("minutes", [-1, 0, 119, 120, 240])
def test_the_command_refuses_exactly_what_the_page_does_not_offer(state: EventState, minutes: int) -> None:
    window = Window(state=state, opens_at=OPENS, closes_at=CLOSES, ends_at=ENDS)
    now = NOON + timedelta(minutes=minutes)
    said: type[Refusal] | None = None
    try:
        check_takes_registrations(window, now=now)
    except Refusal as refusal:
        said = type(refusal)

    assert said is REFUSED.get(registering(window, places_left=None, now=now))


@pytest.mark.parametrize(
    ("capacity", "taken", "said"),
    [(20, 9, None), (20, 10, 10), (20, 20, 0), (5, 0, 5), (1000, 899, None), (1000, 900, 100), (0, 0, 0)],
)
def test_few_places_are_told(capacity: int, taken: int, said: int | None) -> None:
    assert few_left(capacity, taken) == said


def test_nothing_is_changed_from_the_end_on() -> None:
    check_can_change(ends_at=ENDS, now=ENDS - A_MOMENT)
    with pytest.raises(TooLateToChange):
        check_can_change(ends_at=ENDS, now=ENDS)


def test_every_state_of_a_registration_has_its_row_and_cancelled_is_the_end() -> None:
    assert set(MOVES) == set(RegistrationState)
    assert MOVES[RegistrationState.CANCELLED] == frozenset()


@dataclass
class Paper:
    id: int
    is_required: bool
    title: dict[str, str]


PAPERS = [
    Paper(1, True, {"en": "Processing"}),
    Paper(2, True, {"en": "Photos"}),
    Paper(3, False, {"en": "News"}),
]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({1, 2, 3}, None),
        ({1, 2}, None),
        ({1, 3}, "Photos"),
        ({2}, "Processing"),
        (set(), "Processing"),
        ({9}, "Processing"),
    ],
)
def test_the_first_missing_consent_is_named(given: set[int], missing: str | None) -> None:
    if missing is None:
        check_required(PAPERS, given)
        return
    with pytest.raises(ConsentMissing) as refused:
        check_required(PAPERS, given)
    assert refused.value.facts == {"title": {"en": missing}}


def test_the_mark_of_a_wording_changes_with_every_letter_in_every_language() -> None:
    body = {"en": "Text", "ru": "Текст"}
    marks = [
        text_hash({"en": "T"}, body),
        text_hash({"en": "T"}, {**body, "ru": "текст"}),
        text_hash({"en": "T "}, body),
        text_hash({"en": "T"}, {"ru": "Текст", "en": "Text"}),
    ]

    assert len(set(marks[:3])) == 3
    assert marks[3] == marks[0]
