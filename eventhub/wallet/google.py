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
    face = _shortened(card.faces[language])
    # The language is part of the event's name: one class says everything once.
    class_id = f"{identity.issuer}.event-{card.event_id}-{language}"
    claims = {
        "iss": identity.account,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(now.timestamp()),
        "payload": {
            "eventTicketClasses": [_class(card, face, class_id, language)],
            "eventTicketObjects": [_object(card, face, identity.issuer, class_id, language)],
        },
    }
    return SAVE + _signed(claims, identity)


def _class(card: Card, face: Face, class_id: str, language: str) -> dict[str, Any]:
    """The event."""
    name, _, address = face.where.partition(", ")
    return {
        "id": class_id,
        "issuerName": face.host or "EventHub",
        "eventName": _said(face.title, language),
        "reviewStatus": "UNDER_REVIEW",
        "dateTime": {"start": _moment(card.starts_at), "end": _moment(card.ends_at)},
        "venue": {"name": _said(name, language), "address": _said(address or name, language)},
    }


def _object(card: Card, face: Face, issuer: str, class_id: str, language: str) -> dict[str, Any]:
    """The ticket."""
    return {
        "id": f"{issuer}.{card.serial}",
        "classId": class_id,
        "state": "ACTIVE",
        "ticketHolderName": face.holder,
        "ticketType": _said(face.ticket_type, language),
        "barcode": {"type": "QR_CODE", "value": card.message, "alternateText": card.serial.number},
    }


def _said(text: str, language: str) -> dict[str, Any]:
    return {"defaultValue": {"language": language, "value": text}}


def _shortened(face: Face) -> Face:
    return Face(**{name: _fitting(text) for name, text in asdict(face).items()})


def _fitting(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%MZ")


def _signed(claims: dict[str, Any], identity: GoogleIdentity) -> str:
    """A JSON Web Token (RFC 7519) with RS256."""
    parts = [{"alg": "RS256", "typ": "JWT"}, claims]
    said = ".".join(
        _packed(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) for part in parts
    )
    return f"{said}.{_packed(identity.key.sign(said.encode(), PKCS1v15(), SHA256()))}"


def _packed(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
