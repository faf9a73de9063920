"""Keys, identifiers and tables of moves: separate by purpose, unguessable, and refusing what they should."""

from __future__ import annotations

from enum import StrEnum

import pytest
from cryptography.exceptions import InvalidTag

from eventhub.core import ids, keys, states
from eventhub.core.errors import IllegalMove


@pytest.fixture(autouse=True)
def master():
    before = keys._master
    keys.configure("one master key")
    yield
    keys.configure(before.decode())


def test_every_purpose_has_its_own_key() -> None:
    assert len({keys.subkey(purpose) for purpose in ("a", "b", "link:a", "ticket-keys")}) == 4
    assert len(keys.subkey("a")) == 32


def test_another_master_key_makes_other_keys() -> None:
    before = keys.subkey("a")
    keys.configure("another master key")

    assert keys.subkey("a") != before


def test_without_a_master_key_nothing_is_derived() -> None:
    keys.configure("")

    with pytest.raises(keys.KeysNotConfigured):
        keys.subkey("a")


def test_what_is_sealed_is_read_back_and_sealed_differently_each_time() -> None:
    sealed = keys.seal("ticket-keys", b"secret")

    assert keys.unseal("ticket-keys", sealed) == b"secret"
    assert keys.seal("ticket-keys", b"secret") != sealed
    assert b"secret" not in sealed


def test_one_changed_bit_anywhere_is_noticed() -> None:
    sealed = keys.seal("ticket-keys", b"secret")
    for bit in range(len(sealed) * 8):
        forged = bytearray(sealed)
        forged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(InvalidTag):
            keys.unseal("ticket-keys", bytes(forged))


def test_what_is_sealed_for_one_purpose_or_key_is_no_other_ones() -> None:
    sealed = keys.seal("ticket-keys", b"secret")
    with pytest.raises(InvalidTag):
        keys.unseal("other", sealed)
    keys.configure("another master key")
    with pytest.raises(InvalidTag):
        keys.unseal("ticket-keys", sealed)


def test_a_links_secret_fits_its_purpose_and_subject_alone() -> None:
    token = keys.token_for("confirm", "abc:1")

    assert keys.token_matches("confirm", "abc:1", token)
    assert len(token) == 32
    wrong = [("manage", "abc:1", token), ("confirm", "abc:2", token), ("confirm", "abc:1", token[:-1]),
             ("confirm", "abc:1", token.upper()), ("confirm", "abc:1", ""), ("confirm", "abc:1", "ё" * 32)]  # fmt: skip
    assert [keys.token_matches(*one) for one in wrong] == [False] * 6


def test_identifiers_do_not_repeat_and_fit_an_address() -> None:
    made = {ids.public_id() for _ in range(2000)} | {ids.secret() for _ in range(2000)}

    assert len(made) == 4000
    assert {letter for one in made for letter in one} <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def test_a_number_to_say_has_no_letter_that_is_read_as_another() -> None:
    numbers = {ids.readable_number() for _ in range(2000)}

    assert len(numbers) == 2000
    assert {len(number) for number in numbers} == {14}
    assert {letter for number in numbers for letter in number} & set("01ILOU") == set()


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


MOVES = {
    Light.RED: frozenset({Light.GREEN, Light.BROKEN}),
    Light.GREEN: frozenset({Light.RED}),
    Light.BROKEN: frozenset(),
}


@pytest.mark.parametrize("old", Light)
@pytest.mark.parametrize("new", Light)
def test_only_the_moves_of_the_table_are_made(old: Light, new: Light) -> None:
    if new in MOVES[old]:
        states.check_move(MOVES, old, new)
        assert old in states.sources(MOVES, new)
    else:
        with pytest.raises(IllegalMove):
            states.check_move(MOVES, old, new)
        assert old not in states.sources(MOVES, new)


def test_a_table_is_drawn_in_its_order() -> None:
    assert states.draw(MOVES) == (
        "stateDiagram-v2\n    red --> broken\n    red --> green\n    green --> red\n    broken --> [*]\n"
    )
