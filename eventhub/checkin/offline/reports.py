"""What a phone reports of a scan that it made by itself, and what becomes of the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eventhub.checkin.judging import Mode
from eventhub.checkin.offline.times import PhoneTime
from eventhub.checkin.rules import Direction, ScanSource, Verdict
from eventhub.core.errors import Refusal
from eventhub.core.text import N_

MOST_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Report:
    """One scan as the phone has it. The ticket is named by its `lookup` in the list, by its 8 bytes (`signed`) when its
    code is good but not on the list, or not at all for a code of somebody else. `undoes` is the scan id taken back.
    It was judged at the `point` (public id), None: where its gate leads now.
    """

    scan_id: str
    seq: int
    lookup: bytes | None
    signed: bytes | None
    direction: Direction
    source: ScanSource
    verdict: Verdict
    moment: datetime | None
    point: str | None
    rules_version: int
    mode: Mode | None
    time: PhoneTime
    ticked: tuple[str, ...] | None
    reason: str | None
    undoes: str | None


class Status(StrEnum):
    """STORED now, KNOWN before, WAITING for the scan that it takes back, REFUSED for ever."""

    STORED = "stored"
    KNOWN = "known"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Result:
    """`verdict` is the stored one, None where nothing is stored; `why` is the refusal."""

    scan_id: str
    status: Status
    verdict: Verdict | None = None
    why: Refusal | None = None


class ContradictsItself(Refusal):
    sentence = N_("This scan contradicts itself, so it was not stored.")
    status = 422


def check_makes_sense(report: Report) -> None:
    """Raises ContradictsItself for what no scanner of ours reports."""
    is_undoing = report.verdict is Verdict.UNDONE
    moves = {Verdict.ADMIT: Direction.ENTRY, Verdict.LEFT: Direction.EXIT}
    is_nameless = report.lookup is None and report.signed is None
    if (
        is_undoing != (report.undoes is not None)
        or report.verdict is Verdict.ASK
        or moves.get(report.verdict, report.direction) is not report.direction
        or (is_nameless and report.verdict in moves)
    ):
        raise ContradictsItself()
