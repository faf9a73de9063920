"""The door's judgement, held to the vectors that every implementation shares."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.checkin.rules import (
    LONGEST_REASON,
    Direction,
    DoorFacts,
    TicketFacts,
    Verdict,
    check_reason,
    judge,
)
from eventhub.core.refusals import ReasonMissing

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "verdicts.json").read_text())
MOMENTS = {"starts_at", "ends_at", "inside_since"}


def read(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: datetime.fromisoformat(v) if v and name in MOMENTS else v for name, v in facts.items()}


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["why"])
def test_a_case_of_the_shared_vectors(case: dict[str, Any]) -> None:
    ticket = TicketFacts(**read(case["ticket"])) if case["ticket"] else None

    verdict = judge(
        ticket,
        DoorFacts(**read(case["door"])),
        direction=Direction(case["direction"]),
        now=datetime.fromisoformat(case["now"]),
    )

    assert verdict == case["verdict"]


def test_the_vectors_have_every_verdict_that_a_door_can_give() -> None:
    assert {case["verdict"] for case in VECTORS} == set(Verdict) - {Verdict.UNDONE}


flags = st.booleans()
moments = st.datetimes(datetime(2027, 7, 11), datetime(2027, 7, 13))


@given(flags, flags, flags, flags, st.none() | moments, moments, st.sampled_from(Direction), flags)
def test_only_a_good_ticket_within_the_hours_gets_in(
    same: bool,
    current: bool,
    void: bool,
    cancelled: bool,
    inside: datetime | None,
    now: datetime,
    direction: Direction,
    event_cancelled: bool,
) -> None:
    starts_at = datetime(2027, 7, 12, 9)
    door = DoorFacts(
        event_id=7, is_cancelled=event_cancelled, starts_at=starts_at, ends_at=starts_at + timedelta(hours=8)
    )
    ticket = TicketFacts(
        event_id=7 if same else 8,
        is_current=current,
        is_void=void,
        registration_cancelled=cancelled,
        inside_since=inside,
    )

    verdict = judge(ticket, door, direction=direction, now=now)

    good = same and current and not void and not cancelled and not event_cancelled
    may_enter = direction is Direction.ENTRY and good and inside is None and door.is_open(now)
    may_leave = direction is Direction.EXIT and same and inside is not None
    assert (verdict is Verdict.ADMIT, verdict is Verdict.LEFT) == (may_enter, may_leave)


@pytest.mark.parametrize("reason", ["", "x" * (LONGEST_REASON + 1)])
def test_a_reason_is_there_and_short(reason: str) -> None:
    with pytest.raises(ReasonMissing):
        check_reason(reason)


@pytest.mark.parametrize("reason", ["x", "x" * LONGEST_REASON])
def test_a_reason_of_any_length_up_to_the_limit_is_taken(reason: str) -> None:
    check_reason(reason)
