"""The ticket code is a public contract: one ticket, one text, and nobody else can write it."""

import base64
import json
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from eventhub.tickets.signing import (
    CODE_LENGTH,
    BadCode,
    ForgedCode,
    MalformedCode,
    TicketClaim,
    UnknownKey,
    canonical,
    read,
    sign,
    ticket_url,
    verify,
)

VECTORS = json.loads(Path(__file__).parents[2].joinpath("vectors/ticket_codes.json").read_text())
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
OUR_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
FOREIGN_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
PUBLIC_KEYS = {1: OUR_KEY.public_key()}
CLAIM = TicketClaim(key_id=1, event_number=42, ticket_id=b"\x00\x01\x02\x03\xfc\xfd\xfe\xff", generation=3)
CODE = sign(CLAIM, OUR_KEY)

claims = st.builds(
    TicketClaim,
    key_id=st.integers(0, 2**8 - 1),
    event_number=st.integers(0, 2**32 - 1),
    ticket_id=st.binary(min_size=8, max_size=8),
    generation=st.integers(0, 2**8 - 1),
)


@given(claims)
def test_every_claim_comes_back_from_its_code(claim):
    code = sign(claim, OUR_KEY)

    assert verify(code, {claim.key_id: OUR_KEY.public_key()}) == claim


@given(claims)
def test_a_code_is_127_characters_of_upper_case_base32(claim):
    code = sign(claim, OUR_KEY)

    assert len(code) == CODE_LENGTH == 127
    assert set(code) <= set(BASE32)


def test_the_same_claim_always_gets_the_same_code():
    assert sign(CLAIM, OUR_KEY) == CODE


@pytest.mark.parametrize(
    "text",
    [
        CODE.lower(),
        f" {CODE}\r\n",
        " ".join(CODE[at : at + 4] for at in range(0, CODE_LENGTH, 4)),
        ticket_url("https://events.example", CODE),
        f"https://events.example/t/{CODE}",
        f"https://events.example/t/{CODE.lower()}/?lang=ru#top",
        f"http://127.0.0.1:8000/t/{CODE}",
    ],
)
def test_a_code_is_read_in_every_way_that_people_and_scanners_write_it(text):
    assert verify(text, PUBLIC_KEYS) == CLAIM
    assert canonical(text) == CODE


def test_the_address_is_all_upper_case_and_keeps_scheme_and_port():
    assert ticket_url("https://events.example/", "AB") == "HTTPS://EVENTS.EXAMPLE/T/AB"
    assert ticket_url("http://127.0.0.1:8000", "AB") == "HTTP://127.0.0.1:8000/T/AB"


def test_a_code_with_any_single_bit_flipped_is_refused():
    for at, character in enumerate(CODE):
        for bit in range(5):
            flipped = CODE[:at] + BASE32[BASE32.index(character) ^ (1 << bit)] + CODE[at + 1 :]
            with pytest.raises(BadCode):
                verify(flipped, PUBLIC_KEYS)


def test_a_code_has_one_spelling_only():
    """The last character carries two bits of the signature; its other three are zero."""
    value = BASE32.index(CODE[-1])
    others = [CODE[:-1] + BASE32[value | spare] for spare in range(1, 8)]

    assert value & 0b111 == 0
    for other in others:
        with pytest.raises(MalformedCode):
            read(other)


@pytest.mark.parametrize("length", [0, 1, 25, 119, 120, 126])
def test_a_truncated_code_is_refused(length):
    with pytest.raises(MalformedCode):
        verify(CODE[:length], PUBLIC_KEYS)


def test_a_code_signed_with_a_foreign_key_is_forged():
    with pytest.raises(ForgedCode):
        verify(sign(CLAIM, FOREIGN_KEY), PUBLIC_KEYS)


def test_a_code_of_a_key_that_is_not_ours_is_of_an_unknown_key():
    claim = TicketClaim(key_id=9, event_number=42, ticket_id=CLAIM.ticket_id, generation=3)

    with pytest.raises(UnknownKey):
        verify(sign(claim, OUR_KEY), PUBLIC_KEYS)


def test_a_signature_over_the_payload_without_our_domain_is_forged():
    payload = bytes.fromhex("01010000002a00010203fcfdfeff03")

    assert _encode(payload + OUR_KEY.sign(b"eventhub-ticket-v1" + payload)) == CODE
    with pytest.raises(ForgedCode):
        verify(_encode(payload + OUR_KEY.sign(payload)), PUBLIC_KEYS)


@pytest.mark.parametrize("version", [0, 2, 255])
def test_a_code_of_another_version_is_refused_even_when_we_signed_it(version):
    payload = bytes([version]) + bytes.fromhex("010000002a00010203fcfdfeff03")
    signature = OUR_KEY.sign(b"eventhub-ticket-v1" + payload)

    with pytest.raises(MalformedCode):
        verify(_encode(payload + signature), PUBLIC_KEYS)


FOREIGN_TEXTS = [
    "",
    "=",
    "HC1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8WY04AC*WIFN0AHCD8KD97TK0F90KECTHGWJC0FDC:5AIA%G7X+A",
    "WIFI:T:WPA;S:Guest;P:a long password;;",
    "https://events.example/t/",
    "https://elsewhere.example/?next=/t/" + CODE,
    "javascript:alert(1)//T/" + CODE,
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Test\r\nEND:VCARD",
    CODE + "A",
    CODE + "=",
    CODE.replace(CODE[0], "0"),
    CODE.replace(CODE[0], "1"),
    CODE[:-1] + "\u017f",  # upper-cases to S
    CODE[:-1] + "\u0131",  # upper-cases to I
    CODE[:-1] + "\uff21",  # a wide A
    "\u202e" + CODE,
    CODE + "\x00",
    "\ud800",
]


@pytest.mark.parametrize("text", FOREIGN_TEXTS)
def test_a_foreign_text_is_refused_as_malformed(text):
    with pytest.raises(MalformedCode):
        verify(text, PUBLIC_KEYS)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    with pytest.raises(BadCode):
        verify(text, PUBLIC_KEYS)


@pytest.mark.parametrize("unit", ["A", " ", "/T/", "HTTPS://", CODE, "/T/" + CODE, "\u0130", "?"])
def test_ten_thousand_characters_are_refused_at_once(unit):
    text = (unit * 10_000)[:10_000]
    started = time.perf_counter()

    for _ in range(100):
        with pytest.raises(MalformedCode):
            read(text)

    assert time.perf_counter() - started < 0.1


@pytest.mark.parametrize(
    "wrong",
    [
        {"ticket_id": b"short"},
        {"ticket_id": b"nine bytes"},
        {"key_id": 256},
        {"key_id": -1},
        {"event_number": 2**32},
        {"generation": 256},
    ],
)
def test_a_claim_that_does_not_fit_its_fields_cannot_be_made(wrong):
    right = {"key_id": 1, "event_number": 42, "ticket_id": bytes(8), "generation": 1}

    with pytest.raises(ValueError, match="ticket"):
        TicketClaim(**(right | wrong))


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=lambda vector: vector["name"])
def test_the_fixed_vectors_are_signed_and_read_alike(vector):
    private_key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTORS["private_key"]))
    claim = TicketClaim(
        key_id=vector["key_id"],
        event_number=vector["event_number"],
        ticket_id=bytes.fromhex(vector["ticket_id"]),
        generation=vector["generation"],
    )

    assert sign(claim, private_key) == vector["code"]
    assert verify(vector["text"], _vector_keys()) == claim


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["name"])
def test_the_fixed_wrong_vectors_are_refused_for_their_reason(vector):
    reasons = {"malformed": MalformedCode, "unknown_key": UnknownKey, "forged": ForgedCode}

    with pytest.raises(reasons[vector["reason"]]):
        verify(vector["text"], _vector_keys())


def _vector_keys():
    return {
        int(key_id): Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        for key_id, public in VECTORS["public_keys"].items()
    }


def _encode(raw):
    return base64.b32encode(raw).decode().rstrip("=")
