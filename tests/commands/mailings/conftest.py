"""Tests of letters to many run at one moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine

from eventhub.mail.postmen import Memory


@pytest.fixture(autouse=True)
def at_this_moment(now: datetime) -> Iterator[None]:
    Memory.delivered.clear()
    with time_machine.travel(now, tick=False):
        yield
