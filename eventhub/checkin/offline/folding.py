"""What became of a ticket at a point, from all its scans there: the same whatever came up first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from eventhub.checkin.judging import Mode, PointFacts, by_use
from eventhub.checkin.rules import Verdict


@dataclass(frozen=True, kw_only=True)
class Move:
    """A scan that moved somebody (ADMIT or LEFT) and was not taken back. `is_offline`: the phone alone decided. `mode`
    is of the rules by which it was judged, None where nobody noted that."""

    id: int
    scan_id: str
    at: datetime
    verdict: Verdict
    gate_id: int | None
    is_offline: bool
    mode: Mode | None = None


@dataclass(frozen=True, kw_only=True)
class Stay:
    """Where the moves have left somebody: `last` moved them, `entry` admitted them."""

    last: Move
    entry: Move

    @property
    def is_inside(self) -> bool:
        return self.last.verdict is Verdict.ADMIT


@dataclass(kw_only=True)
class Folded:
    """`stay` None: never admitted. `conflicts` are pairs of admissions that both happened, the one that holds first."""

    stay: Stay | None = None
    conflicts: list[tuple[Move, Move]] = field(default_factory=list)


def fold(moves: Iterable[Move], point: PointFacts) -> Folded:
    """In the order of their times; two of one moment in that of their ids."""
    folded = Folded()
    for move in sorted(moves, key=lambda one: (one.at, one.scan_id)):
        if move.verdict is Verdict.LEFT:
            _leave(folded, move)
        else:
            _enter(folded, move, point)
    return folded


def _leave(folded: Folded, move: Move) -> None:
    """Who is not inside can't leave: that changes nothing."""
    if folded.stay is not None and folded.stay.is_inside:
        folded.stay = Stay(last=move, entry=folded.stay.entry)


def _enter(folded: Folded, move: Move, point: PointFacts) -> None:
    """Between two admissions that the server itself has made it has decided by the rules of that time."""
    stay = folded.stay
    if stay is not None and (move.is_offline or stay.entry.is_offline):
        its_rules = replace(point, mode=move.mode or point.mode)
        refused = by_use(its_rules, entered_at=stay.entry.at, is_inside=stay.is_inside, now=move.at)
        if refused is not None:
            folded.conflicts.append((stay.entry, move))
            return
    folded.stay = Stay(last=move, entry=move)
