"""State machines as tables of moves: one function refuses, one draws."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from eventhub.core.errors import IllegalMove

State = TypeVar("State", bound=StrEnum)


def check_move(moves: Mapping[State, frozenset[State]], old: State, new: State) -> None:
    """Raises IllegalMove unless the table has this move."""
    if new not in moves[old]:
        raise IllegalMove(old=old, new=new)


def sources(moves: Mapping[State, frozenset[State]], new: State) -> list[State]:
    """The states from which `new` may be reached, for a conditional UPDATE."""
    return [old for old, targets in moves.items() if new in targets]


def draw(moves: Mapping[State, frozenset[State]]) -> str:
    """The table as a Mermaid state diagram, in the table's order."""
    lines = ["stateDiagram-v2"]
    for old, targets in moves.items():
        lines += [f"    {old} --> {new}" for new in sorted(targets)] or [f"    {old} --> [*]"]
    return "\n".join(lines) + "\n"
