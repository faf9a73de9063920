"""Registering phones, pairing them once, and ending that at any time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from eventhub import audit
from eventhub.checkin.devices.models import Device
from eventhub.checkin.devices.queries import PAIR, pairing_subject
from eventhub.checkin.devices.rules import PAIRING_LASTS, PairingOver, PhoneOver, Profile
from eventhub.core.ids import public_id, secret
from eventhub.core.keys import digest, token_matches
from eventhub.db import db, rows_changed


def add_device(
    *,
    event_id: int,
    name: str,
    profile: Profile,
    gates: Sequence[str] | None,
    expires_at: datetime,
    by: str,
    now: datetime,
) -> Device:
    """A phone that may be paired for PAIRING_LASTS from now."""
    device = Device(
        public_id=public_id(),
        event_id=event_id,
        name=name,
        profile=profile,
        gates=None if gates is None else list(gates),
        expires_at=expires_at,
        pairing=1,
        pairing_until=now + PAIRING_LASTS,
        created_at=now,
        created_by=by,
    )
    db.session.add(device)
    db.session.flush()
    facts = {"name": name, "profile": profile, "gates": device.gates, "expires_at": expires_at.isoformat()}
    audit.record("device.added", subject=subject_of(device), by=by, now=now, event=event_id, **facts)
    return device


def pair(device: Device, link_secret: str, *, now: datetime) -> str:
    """The token of the phone that came first; only its hash is kept. Raises PairingOver for every other one."""
    if not token_matches(PAIR, pairing_subject(device), link_secret):
        raise PairingOver()
    token = secret()
    won = (
        update(Device)
        .where(Device.id == device.id, Device.pairing == device.pairing, Device.pairing_until > now)
        .where(Device.revoked_at.is_(None), Device.expires_at > now)
        .values(token_hash=digest(token), pairing_until=None, paired_at=now, seen_at=now)
    )
    if rows_changed(won) != 1:
        raise PairingOver()
    audit.record("device.paired", subject=subject_of(device), by=by_device(device), now=now)
    return token


def pair_again(device: Device, *, by: str, now: datetime) -> None:
    """Another link; whichever phone was paired before is not any more. Raises PhoneOver."""
    _lock(device)
    if device.expires_at <= now:
        raise PhoneOver()
    device.pairing += 1
    device.pairing_until, device.token_hash, device.revoked_at = now + PAIRING_LASTS, None, None
    audit.record("device.offered_again", subject=subject_of(device), by=by, now=now)


def revoke(device: Device, *, by: str, now: datetime) -> None:
    """From its next request on the phone is a stranger."""
    _lock(device)
    device.pairing += 1
    device.pairing_until, device.token_hash, device.revoked_at = None, None, now
    audit.record("device.revoked", subject=subject_of(device), by=by, now=now)


def _lock(device: Device) -> None:
    """As it is now, and nobody pairs it meanwhile."""
    db.session.refresh(device, with_for_update=True)


def keep_seen(device_id: int, *, now: datetime) -> None:
    db.session.execute(update(Device).where(Device.id == device_id).values(seen_at=now))


def subject_of(device: Device) -> tuple[str, str]:
    """How the audit names a phone."""
    return ("device", device.public_id)


def by_device(device: Device) -> str:
    """How the audit names a phone that does something."""
    return f"device:{device.public_id}"
