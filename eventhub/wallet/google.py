"""Decides how a card becomes a link to Google's Wallet: event and ticket in a token that a service account signed."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from eventhub.wallet.identity import GoogleIdentity
from eventhub.wallet.queries import Card, Face

SAVE = "https://pay.google.com/gp/v/save/"

# Google calls tokens up to 1,800 characters safe, for browsers of long ago. The code and the signatures leave half of
# that to texts, and in Cyrillic a character takes nearly three: long ones are cut, so that it stays below 2,700.
_LONGEST = 50


def save_link(card: Card, identity: GoogleIdentity, *, language: str, now: datetime) -> str:
    """Where the holder presses "Save": the ticket in one language, since both would make the address too long."""
    claims = {
        "iss": identity.account,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(now.timestamp()),
        "payload": {
            "eventTicketClasses": [event_of(card, identity, language)],
            "eventTicketObjects": [ticket_of(card, identity, language)],
        },
    }
    return SAVE + signed(claims, identity)


def event_of(card: Card, identity: GoogleIdentity, language: str) -> dict[str, Any]:
    """The class: the event in this language, which is part of its name, since a class says everything once."""
    face = _shortened(card.faces[language])
    name, _, address = face.where.partition(", ")
    return {
        "id": _class_id(card, identity, language),
        "issuerName": face.host or "EventHub",
        "eventName": _said(face.title, language),
        "reviewStatus": "UNDER_REVIEW",
        "dateTime": {"start": _moment(card.starts_at), "end": _moment(card.ends_at)},
        "venue": {"name": _said(name, language), "address": _said(address or name, language)},
    }


def ticket_of(card: Card, identity: GoogleIdentity, language: str) -> dict[str, Any]:
    """The object: the good ticket in this language."""
    face = _shortened(card.faces[language])
    return {
        **_named(card, identity, language),
        "state": "ACTIVE",
        "ticketHolderName": face.holder,
        "ticketType": _said(face.ticket_type, language),
        "barcode": {"type": "QR_CODE", "value": card.message, "alternateText": card.serial.number},
    }


def expired_of(card: Card, identity: GoogleIdentity, language: str) -> dict[str, Any]:
    """The object when it is not good any more: neither name nor code."""
    return {**_named(card, identity, language), "state": "EXPIRED"}


def _named(card: Card, identity: GoogleIdentity, language: str) -> dict[str, str]:
    name = f"{identity.issuer}.{card.serial}-{language}"
    return {"id": name, "classId": _class_id(card, identity, language)}


def _class_id(card: Card, identity: GoogleIdentity, language: str) -> str:
    return f"{identity.issuer}.event-{card.event_id}-{language}"


def _said(text: str, language: str) -> dict[str, Any]:
    return {"defaultValue": {"language": language, "value": text}}


def _shortened(face: Face) -> Face:
    return Face(**{name: _fitting(text) for name, text in asdict(face).items()})


def _fitting(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%MZ")


def signed(claims: dict[str, Any], identity: GoogleIdentity) -> str:
    """A JSON Web Token (RFC 7519) with RS256."""
    parts = [{"alg": "RS256", "typ": "JWT"}, claims]
    said = ".".join(
        _packed(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) for part in parts
    )
    return f"{said}.{_packed(identity.key.sign(said.encode(), PKCS1v15(), SHA256()))}"


def _packed(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
