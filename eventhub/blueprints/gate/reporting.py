"""What a phone reports of its own scans, read strictly; one report that can't be read stops no other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from eventhub.blueprints.gate.reading import (
    SCANNED,
    UnreadableScan,
    choice_in,
    public_id_in,
    scan_id_of,
    ticked_in,
)
from eventhub.checkin.judging import Mode
from eventhub.checkin.offline.reports import MOST_AT_ONCE, Report, Status
from eventhub.checkin.offline.sealing import LOOKUP_BYTES, from_text
from eventhub.checkin.offline.times import PhoneTime
from eventhub.checkin.queries import Door
from eventhub.checkin.rules import LONGEST_REASON, Direction, ScanSource, Verdict
from eventhub.core.errors import Refusal
from eventhub.core.text import clean_line
from eventhub.tickets.signing import TICKET_ID_BYTES
from eventhub.web.i18n import sentence_of

# The last moment of the year 9999, in milliseconds: what a calendar and a database can say.
LAST_MS = 253_402_300_799_999
# What a card says is shown on the clock of some zone, so it stays away from both ends of the calendar.
LAST_SAID_MS = 7_258_118_400_000
MOST_NUMBER = 2_147_483_647


def scans_in(body: dict[str, Any]) -> list[Any]:
    """Raises UnreadableScan."""
    scans = body.get("scans")
    if not isinstance(scans, list) or len(scans) > MOST_AT_ONCE:
        raise UnreadableScan(name="scans")
    return scans


def phone_clock(body: dict[str, Any]) -> int:
    """The phone's clock when it sent, in milliseconds. Raises UnreadableScan."""
    return _whole(body, "now_ms", most=LAST_MS)


def report_of(sent: object, door: Door) -> Report | dict[str, Any]:
    """The report, or the result of one that can't be read."""
    fields = sent if isinstance(sent, dict) else {}
    try:
        return _report(fields, door)
    except Refusal as refusal:
        named = fields.get("scan_id")
        return {
            "scan_id": named if isinstance(named, str) else None,
            "status": Status.REFUSED,
            "verdict": None,
            "detail": sentence_of(refusal),
        }


def _report(fields: dict[str, Any], door: Door) -> Report:
    source = choice_in(ScanSource, fields, "source")
    if source not in SCANNED:
        raise UnreadableScan(name="source")
    moment = _maybe(fields, "moment_ms", most=LAST_SAID_MS)
    return Report(
        scan_id=scan_id_of(fields.get("scan_id")),
        seq=_whole(fields, "seq", most=MOST_NUMBER),
        lookup=_bytes(fields, "ticket", LOOKUP_BYTES),
        signed=_bytes(fields, "signed", TICKET_ID_BYTES),
        direction=choice_in(Direction, fields, "direction"),
        source=source,
        verdict=choice_in(Verdict, fields, "verdict"),
        moment=None if moment is None else datetime.fromtimestamp(moment / 1000, UTC),
        point=None if fields.get("point") is None else public_id_in(fields, "point"),
        rules_version=_whole(fields, "rules", most=MOST_NUMBER),
        mode=None if fields.get("mode") is None else choice_in(Mode, fields, "mode"),
        time=_time(fields),
        ticked=None if fields.get("ticked") is None else ticked_in(fields["ticked"], door),
        reason=_reason(fields),
        undoes=None if fields.get("undoes") is None else scan_id_of(fields["undoes"]),
    )


def _time(fields: dict[str, Any]) -> PhoneTime:
    return PhoneTime(
        at=_whole(fields, "at_ms", most=LAST_MS),
        listed=_whole(fields, "issued_ms", most=LAST_MS),
        seq=_whole(fields, "seq", most=MOST_NUMBER),
        offset=_maybe(fields, "offset_ms", least=-LAST_MS, most=LAST_MS),
        age=_maybe(fields, "age_ms", most=LAST_MS),
    )


def _whole(fields: dict[str, Any], name: str, *, least: int = 0, most: int) -> int:
    value = fields.get(name)
    if type(value) is not int or not least <= value <= most:
        raise UnreadableScan(name=name)
    return value


def _maybe(fields: dict[str, Any], name: str, *, least: int = 0, most: int) -> int | None:
    return None if fields.get(name) is None else _whole(fields, name, least=least, most=most)


def _bytes(fields: dict[str, Any], name: str, length: int) -> bytes | None:
    text = fields.get(name)
    if text is None:
        return None
    try:
        raw = from_text(text) if isinstance(text, str) else b""
    except ValueError:
        raw = b""
    if len(raw) != length:
        raise UnreadableScan(name=name)
    return raw


def _reason(fields: dict[str, Any]) -> str | None:
    text = fields.get("reason")
    if text is None:
        return None
    if not isinstance(text, str) or len(text) > LONGEST_REASON:
        raise UnreadableScan(name="reason")
    return clean_line(text) or None
