"""Writes manifest.json: a sealed list of tickets as docs/adr/0027 says, its changes, and what a phone makes of codes.

Everything in it is signed with a private key that everybody knows. Run `python -m tests.vectors.manifest` after a
change of the format, and read the difference.
"""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventhub.tickets.signing import TicketClaim, sign
from tests.vectors.verdicts import POINT

FILE = Path(__file__).with_name("manifest.json")
KEY = bytes(range(32))
SALT = bytes(range(100, 116))
EVENT, KEY_ID = 42, 1
NOON_MS = 1815393600000  # 2027-07-12T12:00:00Z
HOUR_MS = 3_600_000
VOID, CANCELLED, OWES = 1, 2, 4
Row = list[Any]

NAMES = {
    "zoe": "Zoë Example",
    "pyotr": "Пётр Образцов",
    "void": "Ada Void",
    "cancelled": "Bob Cancelled",
    "owes": "Cy Owing",
    "old": "Dan Replaced",
    "inside": "Eve Inside",
    "mother": "Fay Family",
    "son": "Gus Family",
    "baby": "Hal Family",
    "teacher": "Jo Teacher",
}


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def claim_of(name: str, *, generation: int = 1, event: int = EVENT) -> TicketClaim:
    """A ticket whose 8 bytes come from the name of its holder."""
    return TicketClaim(
        key_id=KEY_ID, event_number=event, ticket_id=sha256(name.encode()).digest()[:8], generation=generation
    )


def code_of(name: str, **differs: int) -> str:
    return sign(claim_of(name, **differs), Ed25519PrivateKey.from_private_bytes(KEY))


def lookup(name: str) -> str:
    return base64url(sha256(SALT + claim_of(name).ticket_id).digest()[:12])


def sealed(name: str, generation: int, record: dict[str, Any]) -> str:
    """The record as only the bearer of the code can read it."""
    raw = base64.b32decode(code_of(name, generation=generation) + "=")
    nonce = sha256(b"nonce" + name.encode()).digest()[:12]
    key = sha256(b"eventhub-display-v1" + SALT + raw).digest()
    return base64url(nonce + AESGCM(key).encrypt(nonce, json.dumps(record).encode(), None))


def row(name: str, *, flags: int = 0, generation: int = 1, **more: Any) -> Row:
    record = sealed(name, generation, {"n": NAMES[name], **more})
    return [lookup(name), flags, generation, KEY_ID, None, 0, record]


def signed(content: dict[str, Any]) -> dict[str, str]:
    """The body as it goes over the line, and its X-Signature."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    key = Ed25519PrivateKey.from_private_bytes(KEY)
    return {
        "body": body,
        "signature": f"{KEY_ID}.{base64url(key.sign(b'eventhub-manifest-v1' + body.encode()))}",
    }


def head(seq: int) -> dict[str, Any]:
    public = Ed25519PrivateKey.from_private_bytes(KEY).public_key().public_bytes_raw()
    return {
        "version": 1,
        "event": EVENT,
        "gate": "gatea",
        "issued_ms": NOON_MS + seq,
        "salt": base64url(SALT),
        "seq": seq,
        "at": "hall",
        "keys": {str(KEY_ID): base64url(public)},
        "point": {**POINT, "event_id": EVENT},
        "questions": [],
        "types": {},
        "gates": {"gatea": {"en": "Gate A", "ru": "Вход А"}, "gateb": {"en": "Gate B", "ru": "Вход Б"}},
        "unlisted": "admit",
        "cursor": str(seq),
        "count": {"inside": 1, "admitted": 1, "total": len(NAMES)},
    }


def whole() -> dict[str, str]:
    family = [[lookup("mother"), NAMES["mother"], 0, None], [lookup("son"), NAMES["son"], 1, 0]]
    pupils = [[lookup(name), NAMES[name], 0, None] for name in ("teacher", "zoe", "inside", "pyotr")]
    tickets = [
        row("zoe", o=[150000, "RUB"], w=2),
        row("pyotr"),
        row("void", flags=VOID),
        row("cancelled", flags=CANCELLED),
        row("owes", flags=OWES),
        row("old", generation=2),
        row("inside"),
        row("mother", p=family),
        row("son"),
        row("teacher", p=pupils, g=1),
    ]
    moves = [[lookup("inside"), 1, NOON_MS - HOUR_MS, "gateb"]]
    return signed({**head(7), "full": True, "tickets": tickets, "moves": moves})


def change() -> dict[str, str]:
    """Pyotr was refused his ticket, Eve's coming in was taken back, and a baby was registered."""
    tickets = [row("pyotr", flags=VOID), row("baby")]
    return signed(
        {**head(9), "full": False, "tickets": tickets, "moves": [[lookup("inside"), 0, None, None]]}
    )


def case(why: str, code: str, verdict: str, **more: Any) -> dict[str, Any]:
    """What a phone with the whole list says at noon."""
    return {
        "why": why,
        "code": code,
        "direction": "entry",
        "verdict": verdict,
        "moment_ms": None,
        "name": None,
        **more,
    }


def cases() -> list[dict[str, Any]]:
    other = claim_of("zoe", event=EVENT + 1)
    eves = {"moment_ms": NOON_MS - HOUR_MS, "name": NAMES["inside"]}
    return [
        case("a good ticket", code_of("zoe"), "admit", name=NAMES["zoe"], ticket=lookup("zoe")),
        case(
            "a good ticket by its address",
            f"https://events.example/t/{code_of('pyotr').lower()}",
            "admit",
            name=NAMES["pyotr"],
        ),
        case("who is inside", code_of("inside"), "already_in", **eves),
        case("who is inside, to leave", code_of("inside"), "left", direction="exit", name=NAMES["inside"]),
        case(
            "who is not inside, to leave", code_of("zoe"), "not_inside", direction="exit", name=NAMES["zoe"]
        ),
        case("a void ticket", code_of("void"), "void", name=NAMES["void"]),
        case("a cancelled registration", code_of("cancelled"), "cancelled", name=NAMES["cancelled"]),
        case("who owes where nobody asks", code_of("owes"), "admit", name=NAMES["owes"]),
        case("a replaced code opens no record", code_of("old"), "void"),
        case("the code in its place", code_of("old", generation=2), "admit", name=NAMES["old"]),
        case(
            "not on the list",
            code_of("baby"),
            "admit",
            note="unlisted",
            signed=base64url(claim_of("baby").ticket_id),
        ),
        case("not on the list, to leave", code_of("baby"), "not_inside", direction="exit", note="unlisted"),
        case(
            "another event's",
            code_of("zoe", event=EVENT + 1),
            "other_event",
            ticket=None,
            signed=base64url(other.ticket_id),
        ),
        case("a flipped sign", code_of("zoe")[:-9] + "AAAAAAAAA", "unknown", ticket=None, signed=None),
        case("a foreign code", "WIFI:S:Example;;", "unknown", ticket=None, signed=None),
        case(
            "a family",
            code_of("mother"),
            "admit",
            name=NAMES["mother"],
            party=[NAMES["mother"], NAMES["son"]],
        ),
        case(
            "a school group",
            code_of("teacher"),
            "admit",
            name=NAMES["teacher"],
            party=[NAMES["teacher"], NAMES["zoe"], NAMES["inside"], NAMES["pyotr"]],
        ),
        case("a child with the own code", code_of("son"), "admit", name=NAMES["son"]),
    ]


def main() -> None:
    vectors = {
        "about": "Signed with a private key that everybody knows; for tests only. Read by Python and JavaScript.",
        "private_key": KEY.hex(),
        "now_ms": NOON_MS,
        "whole": whole(),
        "change": change(),
        "codes": {name: code_of(name) for name in NAMES},
        "lookups": {name: lookup(name) for name in NAMES},
        "cases": cases(),
    }
    FILE.write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
