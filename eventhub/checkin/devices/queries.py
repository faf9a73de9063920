"""Phones by their token, by their link, and the list of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from eventhub.checkin.devices.models import Device
from eventhub.checkin.devices.rules import Profile
from eventhub.core.errors import NotFound
from eventhub.core.keys import digest, token_for
from eventhub.db import db, read_row

PAIR = "pair"
_BY_TOKEN = select(
    Device.id,
    Device.public_id,
    Device.event_id,
    Device.name,
    Device.profile,
    Device.gates,
    Device.seen_at,
    Device.expires_at,
).where(Device.token_hash == bindparam("hash"))


@dataclass(frozen=True, kw_only=True)
class PairedDevice:
    """A phone that is paired; `gates` None: every gate of its event. After `expires_at` it works nowhere any more."""

    id: int
    public_id: str
    event_id: int
    name: str
    profile: Profile
    gates: frozenset[str] | None
    seen_at: datetime
    expires_at: datetime

    def works_at(self, gate: str) -> bool:
        return self.gates is None or gate in self.gates


def find_device(token: str) -> PairedDevice | None:
    """In one statement."""
    row = read_row(_BY_TOKEN, {"hash": digest(token)})
    if row is None:
        return None
    gates = None if row.gates is None else frozenset(row.gates)
    return PairedDevice(**{**row._asdict(), "gates": gates})


def get_device_by_link(public_id: str) -> Device:
    """Raises NotFound."""
    found = db.session.scalars(select(Device).where(Device.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound()
    return found


def get_device(event_id: int, public_id: str) -> Device:
    """A phone of this event. Raises NotFound."""
    device = get_device_by_link(public_id)
    if device.event_id != event_id:
        raise NotFound()
    return device


def list_devices(event_id: int) -> Sequence[Device]:
    """Those that may scan or be paired first, the newest first."""
    query = select(Device).where(Device.event_id == event_id)
    return db.session.scalars(query.order_by(Device.revoked_at.is_not(None), Device.id.desc())).all()


def pairing_subject(device: Device) -> str:
    """What the link's secret is made for; another pairing makes the older links void."""
    return f"{device.public_id}:{device.pairing}"


def pairing_path(device: Device) -> str:
    """The address in the QR code."""
    return f"/gate/pair/{device.public_id}/{token_for(PAIR, pairing_subject(device))}"
