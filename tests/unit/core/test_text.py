"""Text at the door: what is dropped, what stays, and which language is shown."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.core.names import email_key, folded, search_key
from eventhub.core.text import clean_line, clean_text, localised, slug_of

HOSTILE = json.loads((Path(__file__).parents[2] / "vectors" / "hostile_text.json").read_text())
INVISIBLE = {"Cc", "Cs", "Zl", "Zp"}
OVERRIDES = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def harm(text: str) -> set[str]:
    return {letter for letter in text if unicodedata.category(letter) in INVISIBLE or letter in OVERRIDES}


@pytest.mark.parametrize("vector", HOSTILE, ids=lambda vector: vector["name"])
def test_nothing_harmful_is_left(vector: dict[str, str]) -> None:
    assert harm(clean_line(vector["text"])) == set()
    assert harm(clean_text(vector["text"])) <= {"\n", "\t"}


@given(st.text(alphabet=st.characters(codec=None)))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_text(clean_text(text)) == clean_text(text)
    assert harm(clean_line(text)) == set()
    clean_text(text).encode()


@pytest.mark.parametrize(
    ("typed", "line", "lines"),
    [
        ("  two   words \t", "two words", "two   words"),
        ("first\r\nsecond\rthird", "first second third", "first\nsecond\nthird"),
        ("e\u0301", "é", "é"),
        ("safe \u202egnp.exe", "safe gnp.exe", "safe gnp.exe"),
        ("👩🏽\u200d🚀", "👩🏽\u200d🚀", "👩🏽\u200d🚀"),
        ("می\u200cخواهم", "می\u200cخواهم", "می\u200cخواهم"),
        ("\u00a0\u2003", "", ""),
    ],
)
def test_what_people_mean_stays(typed: str, line: str, lines: str) -> None:
    assert (clean_line(typed), clean_text(typed)) == (line, lines)


@pytest.mark.parametrize(
    ("texts", "language", "shown"),
    [
        ({"en": "School", "ru": "Школа"}, "ru", "Школа"),
        ({"en": "School", "ru": ""}, "ru", "School"),
        ({"ru": "Школа"}, "en", "Школа"),
        ({"en": "", "ru": ""}, "en", ""),
        ({}, "en", ""),
        (None, "en", ""),
    ],
)
def test_a_text_is_shown_in_the_readers_language_or_another(texts, language: str, shown: str) -> None:
    assert localised(texts, language) == shown


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Summer School 2027!", "summer-school-2027"),
        ("Школа «Щука и ёж»", "shkola-shchuka-i-ezh"),
        ("Café à Zürich", "cafe-a-zurich"),
        ("李明", ""),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_an_address_is_made_of_a_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ёлкин", "елкин"), ("ÅSA", "asa"), ("Straße", "STRASSE"), ("e\u0301", "É"), ("Nguyễn", "nguyen")],
)
def test_names_are_compared_without_case_and_diacritics(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_different_names_stay_different() -> None:
    assert len({search_key(name) for name in ("Ли", "Ле", "Li", "李", "Иванов", "Иванова")}) == 6


@pytest.mark.parametrize("address", ["A@B.example", " a@b.example ", "ａ@b.example", "a@B.EXAMPLE"])
def test_addresses_are_compared_by_one_form(address: str) -> None:
    assert email_key(address) == "a@b.example"


@given(st.text())
def test_the_form_of_an_address_is_its_own_form(address: str) -> None:
    assert email_key(email_key(address)) == email_key(address)
