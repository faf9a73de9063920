"""Decides how a card becomes a signed pass of Apple's Wallet: pass.json, its translations, pictures, signature."""

from __future__ import annotations

import json
from hashlib import sha1
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from eventhub.core.links import absolute
from eventhub.core.text import N_
from eventhub.core.translation import translator
from eventhub.wallet.identity import AppleIdentity
from eventhub.wallet.pictures import sign_png
from eventhub.wallet.queries import Card, Face
from eventhub.wallet.rules import STAYS, token_of

MEDIA_TYPE = "application/vnd.apple.pkpass"
SERVICE = "/wallet"  # phones add /v1/... themselves

_WORDS = {
    "title": N_("Event"),
    "when": N_("When"),
    "where": N_("Where"),
    "holder": N_("Name"),
    "ticket_type": N_("Ticket"),
    "number": N_("Number"),
    "host": N_("Organiser"),
}
_PLACES = {
    "primaryFields": ("title",),
    "secondaryFields": ("when", "where"),
    "auxiliaryFields": ("holder", "ticket_type"),
}
_ON_THE_BACK = ("title", "when", "where", "number", "host")
_SIDES = {"icon": 29, "logo": 50}
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def pass_bundle(card: Card, identity: AppleIdentity) -> bytes:
    """The .pkpass file."""
    files = _files(card, identity)
    manifest = _json(
        {name: sha1(content, usedforsecurity=False).hexdigest() for name, content in files.items()}
    )
    return _zipped({**files, "manifest.json": manifest, "signature": _signature(manifest, identity)})


def _files(card: Card, identity: AppleIdentity) -> dict[str, bytes]:
    pictures = {
        f"{name}{scale}.png": sign_png(side * times)
        for name, side in _SIDES.items()
        for scale, times in (("", 1), ("@2x", 2), ("@3x", 3))
    }
    texts = {
        f"{language}.lproj/pass.strings": _strings(card, language).encode() for language in sorted(card.faces)
    }
    return {"pass.json": _json(_content(card, identity)), **texts, **pictures}


def _content(card: Card, identity: AppleIdentity) -> dict[str, Any]:
    """English, which a phone replaces by what the strings of its own language say for it."""
    face = card.faces["en"]
    code = {
        "format": "PKBarcodeFormatQR",
        "message": card.message,
        "messageEncoding": "iso-8859-1",
        "altText": card.serial.number,
    }
    return {
        "formatVersion": 1,
        "passTypeIdentifier": identity.pass_type,
        "teamIdentifier": identity.team,
        "serialNumber": str(card.serial),
        "organizationName": face.host or "EventHub",
        "description": face.title,
        "logoText": "EventHub",
        "relevantDate": card.starts_at.isoformat(timespec="seconds"),
        "expirationDate": (card.ends_at + STAYS).isoformat(timespec="seconds"),
        "voided": card.is_void,
        "webServiceURL": absolute(SERVICE),
        "authenticationToken": token_of(card.serial),
        "foregroundColor": "rgb(28, 32, 46)",
        "backgroundColor": "rgb(255, 255, 255)",
        "labelColor": "rgb(84, 91, 112)",
        "barcodes": [] if card.is_void else [code],
        "eventTicket": _fields(card),
    }


def _fields(card: Card) -> dict[str, list[dict[str, Any]]]:
    known = {name: value for name, value in _values(card, card.faces["en"]).items() if value}
    front = {
        place: [_field(name, known[name]) for name in names if name in known]
        for place, names in _PLACES.items()
    }
    # Nothing that somebody typed becomes a link by looking like one.
    back = [
        {**_field(name, known[name]), "key": f"back_{name}", "dataDetectorTypes": []}
        for name in _ON_THE_BACK
        if name in known
    ]
    return {**front, "backFields": back}


def _field(name: str, value: str) -> dict[str, Any]:
    return {"key": name, "label": _WORDS[name], "value": value}


def _values(card: Card, face: Face) -> dict[str, str]:
    return {
        "title": face.title,
        "when": face.when,
        "where": face.where,
        "holder": face.holder,
        "ticket_type": face.ticket_type,
        "number": card.serial.number,
        "host": face.host,
    }


def _strings(card: Card, language: str) -> str:
    """What each English text is in this language; a phone looks for the whole text."""
    say = translator(language)
    said = {word: say(word) for word in _WORDS.values()}
    english, own = _values(card, card.faces["en"]), _values(card, card.faces[language])
    said |= {english[name]: own[name] for name in english if english[name]}
    return "".join(f"{_quoted(text)} = {_quoted(meaning)};\n" for text, meaning in said.items())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _signature(manifest: bytes, identity: AppleIdentity) -> bytes:
    # Binary: without it the line ends of what is signed are changed first.
    options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
    return (
        PKCS7SignatureBuilder()
        .set_data(manifest)
        .add_signer(identity.certificate, identity.key, SHA256())
        .add_certificate(identity.intermediate)
        .sign(Encoding.DER, options)
    )


def _zipped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            bundle.writestr(ZipInfo(name, _LONG_AGO), content, compress_type=ZIP_DEFLATED)
    return out.getvalue()
