"""A copy of all that is held about somebody, as a ZIP: one readable JSON file, and the files beside it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from enum import Enum
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from eventhub import audit
from eventhub.core.subjects import DataSubject
from eventhub.subjects.holdings import HOLDINGS
from eventhub.throttle import Limit, count_try

JSON_NAME = "data.json"
# Each prints the tickets anew.
EXPORTS = Limit(name="export", tries=10, window=timedelta(hours=1))


def export_zip(subject: DataSubject, *, by: str, now: datetime) -> bytes:
    """The whole ZIP. Raises TooMany."""
    count_try(EXPORTS, f"{subject.email_key}/{','.join(subject.registrations)}", now=now)
    held = {holding.name: holding.export(subject, now) for holding in HOLDINGS}
    about = {"email": subject.addresses[0], "everything": subject.is_whole, "made_at": now}
    files = {JSON_NAME: _readable({"about": about, **held})}
    for holding in HOLDINGS:
        files |= holding.files(subject, now) if holding.files else {}
    for kind, identity in subject.names:
        audit.record("data.exported", subject=(kind, identity), by=by, now=now)
    return _zipped(files, now=now)


def _readable(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, date):  # a moment is a day, too
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"nothing that JSON knows: {type(value)}")


def _zipped(files: dict[str, bytes], *, now: datetime) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(name, date_time=now.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()
