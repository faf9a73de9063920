"""A scan id that comes again: the same scan has its stored answer, a different one under it is refused."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from eventhub.checkin.models import Scan
from eventhub.checkin.rules import ScanIdTaken, Verdict
from eventhub.checkin.showing import ScanRecord, Showing, know
from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.tickets.models import Ticket


def check_is_same_showing(stored: ScanRecord, showing: Showing) -> None:
    """Raises NotFound for a scan of another event, ScanIdTaken for another ticket, gate or direction, or an undoing."""
    _check_is_of_event(stored, showing.event_id)
    is_undoing = stored.verdict is Verdict.UNDONE
    is_elsewhere = (stored.gate_id, stored.direction) != (showing.gate_id, showing.direction)
    if is_undoing or is_elsewhere or not _is_same_ticket(showing):
        raise ScanIdTaken()


def check_is_same_undoing(stored: ScanRecord, *, undone_id: str, event_id: int) -> None:
    """Raises NotFound for a scan of another event, ScanIdTaken for what is no undoing of this scan."""
    _check_is_of_event(stored, event_id)
    undone = aliased(Scan)
    query = select(undone.scan_id).join(Scan, Scan.undoes_id == undone.id)
    if db.session.scalar(query.where(Scan.scan_id == stored.scan_id)) != undone_id:
        raise ScanIdTaken()


def _check_is_of_event(stored: ScanRecord, event_id: int) -> None:
    if stored.event_id != event_id:
        raise NotFound()


def _is_same_ticket(showing: Showing) -> bool:
    """Compared by what the ticket is called, since its key may be revoked by now."""
    scanned = select(Ticket.secret, Ticket.number).join(Scan, Scan.ticket_id == Ticket.id)
    row = db.session.execute(scanned.where(Scan.scan_id == showing.scan_id)).one_or_none()
    if row is None:
        # A code that names no ticket is kept nowhere, so one of them is as good as the other.
        return know(showing.shown, gate_id=showing.gate_id).ticket_id is None
    claim = showing.shown.claim
    return bool(row.secret == claim.ticket_id if claim else row.number == showing.shown.number)
