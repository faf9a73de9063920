"""The drawings of the state machines are those of their tables."""

from __future__ import annotations

from enum import StrEnum

import pytest

from eventhub.core.states import draw
from tools import states


def test_every_drawing_is_that_of_its_table() -> None:
    assert states.behind() == []


@pytest.mark.parametrize("name", states.MACHINES)
def test_every_state_has_a_row_and_leads_to_states_of_its_own(name: str) -> None:
    moves = states.MACHINES[name]
    machine = type(next(iter(moves)))

    assert set(moves) == set(machine)
    assert set().union(*moves.values()) <= set(machine)


def test_a_changed_table_has_another_drawing() -> None:
    class Light(StrEnum):
        RED = "red"
        GREEN = "green"

    there = {Light.RED: frozenset({Light.GREEN}), Light.GREEN: frozenset[Light]()}
    and_back = {Light.RED: frozenset({Light.GREEN}), Light.GREEN: frozenset({Light.RED})}

    assert draw(there) != draw(and_back)
