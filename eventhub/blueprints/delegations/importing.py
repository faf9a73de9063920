"""Importing the good rows of a kept sheet: each in a transaction of its own, so that one stops no other."""

from __future__ import annotations

import logging

from eventhub.blueprints.delegations.paying import by_link
from eventhub.core import clock
from eventhub.core.errors import Refusal
from eventhub.core.text import N_
from eventhub.db import transaction
from eventhub.events.queries import get_event_by_id
from eventhub.registration.delegations.keeping import get_sheet, import_entry, judge_sheet, remember_refusals
from eventhub.registration.delegations.sheets import Judged, Verdict
from eventhub.registration.waiting import sweep_event

log = logging.getLogger(__name__)


class OurMistake(Refusal):
    sentence = N_("Something went wrong on our side. Try this one again by itself.")


def import_rows(public_id: str, secret: str, key: str) -> int:
    """How many rows were imported; why others were not is kept with the sheet. Raises NotFound and SheetGone."""
    delegation = by_link(public_id, secret)
    report = judge_sheet(delegation, get_sheet(delegation, key, now=clock.now()), now=clock.now())
    rows = report.of(Verdict.NEW, Verdict.CHANGED)
    event_id = delegation.event_id
    with transaction():  # places whose time is over are free for these people, too
        sweep_event(get_event_by_id(event_id), now=clock.now())
    outcomes = {row.number: _imported(public_id, secret, row) for row in rows}
    refusals = {number: why for number, why in outcomes.items() if why is not None}
    with transaction():
        again = by_link(public_id, secret)
        remember_refusals(get_sheet(again, key, now=clock.now()), refusals)
    return len(outcomes) - len(refusals)


def _imported(public_id: str, secret: str, row: Judged) -> Refusal | None:
    """Why not; None when it is done."""
    try:
        with transaction():
            import_entry(by_link(public_id, secret), row.entry, now=clock.now())
    except Refusal as refusal:
        return refusal
    except Exception:  # whatever it is, the other rows must not wait for it
        log.exception("row of a delegation failed")
        return OurMistake()
    return None
