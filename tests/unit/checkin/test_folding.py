"""What became of a ticket is the same whatever came up first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.checkin.judging import Mode, PointFacts, PointKind
from eventhub.checkin.offline.folding import Folded, Move, fold
from eventhub.checkin.rules import Verdict

START = datetime(2027, 7, 12, 6, tzinfo=UTC)
POINT = PointFacts(
    event_id=1,
    version=1,
    is_cancelled=False,
    kind=PointKind.EVENT,
    mode=Mode.REENTRY,
    timezone="Europe/Moscow",
    opens_at=START,
    closes_at=START + timedelta(days=3),
)


def move(number: int, verdict: Verdict = Verdict.ADMIT, *, minute: int = 0, offline: bool = True) -> Move:
    at = START + timedelta(minutes=minute or number)
    return Move(id=number, scan_id=f"{number:04}", at=at, verdict=verdict, gate_id=1, is_offline=offline)


def told(folded: Folded) -> tuple[bool | None, int | None, list[tuple[int, int]]]:
    """Whether inside, by which admission, and who was let in twice."""
    stay = folded.stay
    pairs = [(first.id, second.id) for first, second in folded.conflicts]
    return stay and stay.is_inside, stay and stay.entry.id, pairs


def test_nobody_came() -> None:
    assert told(fold([], POINT)) == (None, None, [])
    assert told(fold([move(1, Verdict.LEFT)], POINT)) == (None, None, [])


def test_the_earlier_of_two_admissions_holds_and_the_later_one_is_told() -> None:
    assert told(fold([move(2), move(1)], POINT)) == (True, 1, [(1, 2)])


def test_of_one_moment_the_ids_decide() -> None:
    assert told(fold([move(2, minute=5), move(1, minute=5)], POINT)) == (True, 1, [(1, 2)])


def test_who_left_between_may_come_again() -> None:
    assert told(fold([move(3), move(2, Verdict.LEFT), move(1)], POINT)) == (True, 3, [])


@pytest.mark.parametrize(("offline", "conflicts"), [(False, []), (True, [(1, 2)])])
def test_the_database_has_decided_between_two_that_had_network(
    offline: bool, conflicts: list[tuple[int, int]]
) -> None:
    moves = [move(1, offline=False), move(2, offline=offline)]

    assert told(fold(moves, POINT))[2] == conflicts


def test_once_a_day_is_counted_by_the_days_of_the_event() -> None:
    meal = replace(POINT, kind=PointKind.MEAL, mode=Mode.DAILY)
    late, after_midnight = (
        move(1, minute=14 * 60 + 30),
        move(2, minute=15 * 60 + 30),
    )  # 23:30 and 00:30 in Moscow

    assert told(fold([late, after_midnight], meal)) == (True, 2, [])
    assert told(fold([late, replace(after_midnight, at=late.at + timedelta(minutes=9))], meal)) == (
        True,
        1,
        [(1, 2)],
    )


MOVES = st.lists(
    st.builds(
        move,
        st.integers(1, 40),
        st.sampled_from([Verdict.ADMIT, Verdict.ADMIT, Verdict.LEFT]),
        minute=st.integers(1, 2000),
        offline=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(MOVES, st.sampled_from(Mode), st.randoms())
def test_every_order_of_upload_ends_the_same(moves: list[Move], mode: Mode, random) -> None:
    point, shuffled = replace(POINT, mode=mode), random.sample(moves, len(moves))

    assert fold(shuffled, point) == fold(moves, point)


@given(MOVES)
def test_every_admission_either_holds_at_some_time_or_is_told(moves: list[Move]) -> None:
    once = replace(POINT, mode=Mode.ONCE)
    offline = [replace(one, is_offline=True) for one in moves]
    admissions = [one for one in offline if one.verdict is Verdict.ADMIT]

    folded = fold(offline, once)

    assert len(folded.conflicts) == max(0, len(admissions) - 1)
    assert (folded.stay is not None) == bool(admissions)
