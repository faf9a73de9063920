"""The door's judgement, held to the vectors that every implementation shares."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from eventhub.checkin.judging import Judgement, Mode, PointFacts, PointKind, TicketFacts, judge
from eventhub.checkin.points import windows_of
from eventhub.checkin.rules import LONGEST_REASON, Direction, Verdict, check_reason
from eventhub.core.refusals import ReasonMissing
from tests.vectors import verdicts

VECTORS = json.loads(verdicts.FILE.read_text(encoding="utf-8"))


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def ticket_of(facts: dict[str, Any] | None) -> TicketFacts | None:
    return TicketFacts(**{**facts, "entered_at": moment(facts["entered_at"])}) if facts else None


def point_of(facts: dict[str, Any]) -> PointFacts:
    read = {
        "kind": PointKind(facts["kind"]),
        "mode": Mode(facts["mode"]),
        "opens_at": moment(facts["opens_at"]),
        "closes_at": moment(facts["closes_at"]),
        "types": windows_of(facts["types"]),
        "required": frozenset(facts["required"]),
    }
    return PointFacts(**{**facts, **read})


def judged(case: dict[str, Any]) -> Judgement:
    return judge(
        ticket_of(case["ticket"]),
        point_of(case["point"]),
        direction=Direction(case["direction"]),
        now=datetime.fromisoformat(case["now"]),
        ticked=case["ticked"],
    )


def test_every_case_of_the_shared_vectors() -> None:
    wrong = [case["why"] for case in VECTORS if judged(case) != (case["verdict"], moment(case["moment"]))]

    assert wrong == []


def test_the_vectors_are_as_their_program_writes_them_and_have_every_verdict_often() -> None:
    counts = Counter(case["verdict"] for case in VECTORS)

    assert verdicts.FILE.read_text(encoding="utf-8") == verdicts.whole_file()
    assert (len(VECTORS) >= 300, min(counts.values()) >= 5) == (True, True)
    assert set(counts) == set(Verdict) - {Verdict.UNDONE}


def test_cases_by_hand_and_by_chance_would_notice_a_lost_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without one of the reasons some case has another verdict."""
    for rule in ("_by_state", "_by_right", "_by_time", "by_use", "_by_door"):
        with monkeypatch.context() as patch:
            patch.setattr(f"eventhub.checkin.judging.{rule}", lambda *_facts, **_more: None)
            assert any(judged(case).verdict != case["verdict"] for case in VECTORS), rule


@pytest.mark.parametrize("reason", ["", "x" * (LONGEST_REASON + 1)])
def test_a_reason_is_there_and_short(reason: str) -> None:
    with pytest.raises(ReasonMissing):
        check_reason(reason)


@pytest.mark.parametrize("reason", ["x", "x" * LONGEST_REASON])
def test_a_reason_of_any_length_up_to_the_limit_is_taken(reason: str) -> None:
    check_reason(reason)
