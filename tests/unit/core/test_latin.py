"""One Latin spelling for a name, whatever script and whichever custom it was written by."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventhub.core.latin import latin
from eventhub.core.names import search_key, spellings
from tests.vectors.spellings import VECTORS

HOSTILE = json.loads((Path(__file__).parents[2] / "vectors" / "hostile_text.json").read_text())


@pytest.mark.parametrize(
    ("spelling", "names"),
    [
        ("ivanov", "Иванов Ivanov ivanov ИВАНОВ"),
        ("iulia", "Юлия Yuliya Iuliia Julia Yulia Julija"),
        ("dmitri", "Дмитрий Dmitry Dmitriy Dmitrii Dmitri"),
        ("hrushev", "Хрущёв Хрущев Khrushchev Khrushchyov Hruščëv"),
        ("sherbakov", "Щербаков Shcherbakov Scherbakov"),
        ("solovev", "Соловьёв Solovyov Soloviev Solovev Solov’ev"),
        ("fedor", "Фёдор Федор Fyodor Fedor"),
        ("ludmila", "Людмила Lyudmila Liudmila Ludmila"),
        ("aleksei", "Алексей Aleksey Aleksei Alexey Alexei"),
        ("elena", "Елена Elena Yelena"),
        ("viktor", "Виктор Viktor Victor"),
        ("filip", "Филипп Filipp Philip"),
        ("zhukov", "Жуков Zhukov Žukov"),
        ("ilia", "Илья Ilya Il'ya Il`ya Iliya"),
        ("ksenia", "Ксения Kseniya Kseniia Xenia"),
        ("dostoevski", "Достоевский Dostoevsky Dostoyevsky Dostoevskii"),
        ("shevchenko", "Шевченко Shevchenko Ševčenko"),
        ("muler", "Müller Muller"),
        ("shmidt", "Шмидт Schmidt"),
        ("li", "Ли Li 李"),
        ("georgi", "Георгий Georgiy Georgii გეორგი"),
    ],
)
def test_a_name_has_one_spelling(spelling: str, names: str) -> None:
    assert {name: latin(name) for name in names.split()} == dict.fromkeys(names.split(), spelling)


@pytest.mark.parametrize("name", ["Ye", "Yo", "Liu", "Yu", "Wu"])
def test_a_short_name_is_not_spelled_away(name: str) -> None:
    assert len(latin(name)) == len(name)


def test_a_name_brings_no_words_of_its_symbols() -> None:
    assert latin("👩🏽\u200d🚀 Ada — O’Neil №5") == "ada oneil 5"


PLAIN = re.compile("[a-z0-9]*( [a-z0-9]+)*")


@given(st.text())
def test_any_text_has_a_plain_spelling(text: str) -> None:
    assert PLAIN.fullmatch(latin(text))


@pytest.mark.parametrize("vector", HOSTILE, ids=lambda vector: vector["name"])
def test_hostile_text_has_a_plain_spelling(vector: dict[str, str]) -> None:
    assert PLAIN.fullmatch(latin(vector["text"]))


@given(st.text(min_size=1).filter(lambda text: len(text.split()) == 1))
def test_a_word_is_found_in_its_own_key(word: str) -> None:
    assert all(spelling in search_key(word.strip()) for spelling in spellings(word.strip()))


@pytest.mark.parametrize(("word", "forms"), VECTORS)
def test_a_typed_word_has_the_forms_that_the_phones_script_gives_it(word: str, forms: list[str]) -> None:
    assert list(spellings(word)) == forms
