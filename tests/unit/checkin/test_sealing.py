"""The list as it is sealed and signed, held to the vectors that the scanner's script is held to as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventhub.checkin.offline.sealing import from_text, in_text, lookup_of, opened, sealed, signature_of
from eventhub.tickets.signing import read
from tests.vectors.manifest import FILE, NAMES, main

VECTORS = json.loads(FILE.read_text(encoding="utf-8"))
LIST = json.loads(VECTORS["whole"]["body"])
SALT = from_text(LIST["salt"])


def test_the_vectors_are_what_their_generator_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.vectors.manifest.FILE", tmp_path / "again.json")
    main()

    assert (tmp_path / "again.json").read_bytes() == FILE.read_bytes()


def test_tickets_stand_on_the_list_under_their_lookups() -> None:
    for name, code in VECTORS["codes"].items():
        assert in_text(lookup_of(read(code)[0].ticket_id, SALT)) == VECTORS["lookups"][name]


def test_a_record_is_opened_by_its_own_code_alone() -> None:
    boxes = {row[0]: from_text(row[-1]) for row in LIST["tickets"]}
    zoe = boxes[VECTORS["lookups"]["zoe"]]

    assert opened(zoe, VECTORS["codes"]["zoe"], SALT) == {"n": NAMES["zoe"], "o": [150000, "RUB"], "w": 2}
    with pytest.raises(InvalidTag):
        opened(zoe, VECTORS["codes"]["pyotr"], SALT)
    again = sealed({"n": NAMES["zoe"]}, VECTORS["codes"]["zoe"], SALT)
    assert opened(again, VECTORS["codes"]["zoe"], SALT) == {"n": NAMES["zoe"]}


@pytest.mark.parametrize("part", ["whole", "change"])
def test_a_list_is_signed_as_the_script_verifies_it(part: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["private_key"]))
    body, signature = VECTORS[part]["body"], VECTORS[part]["signature"]

    assert f"1.{in_text(signature_of(body.encode(), key))}" == signature
