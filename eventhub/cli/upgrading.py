"""From the data of an older version to this one: the tables, and then what no migration can do without the keys."""

from __future__ import annotations

from eventhub.core import clock
from eventhub.db import transaction
from eventhub.registration.forms.sealing_old import list_plain, seal_plain
from eventhub.web.migrations import bring_to_head


def bring_up_to_date() -> int:
    """Stopped half-way, it goes on where it was. How many old answers were sealed."""
    bring_to_head()
    done = last = 0
    while some := _some(last):
        for last in some:
            with transaction():
                done += seal_plain(last, now=clock.now())
    return done


def _some(last: int) -> list[int]:
    with transaction():
        return list(list_plain(after=last))
