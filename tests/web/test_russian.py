"""What only a page in Russian shows: WTForms' own words from our catalogue, and countries by their alphabet."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, Length

from eventhub.web.countries import countries
from eventhub.web.forms import PageForm


class Sample(PageForm):
    """Fields that have no words of their own."""

    class Meta(PageForm.Meta):
        csrf = False

    name = StringField(validators=[DataRequired(), Length(max=22)])
    number = IntegerField()


@pytest.mark.parametrize(
    ("language", "answers", "errors"),
    [
        ("ru", {"name": "", "number": "1"}, {"name": ["Заполните это поле."]}),
        ("ru", {"name": "x" * 23, "number": "1"}, {"name": ["Не больше 22\u00a0символов."]}),
        ("ru", {"name": "x", "number": "y"}, {"number": ["Введите целое число."]}),
        ("en", {"name": "x" * 23, "number": "1"}, {"name": ["Field cannot be longer than 22 characters."]}),
    ],
)
def test_a_field_without_words_of_its_own_is_refused_in_the_readers_language(
    app: Flask, language: str, answers: dict[str, str], errors: dict[str, list[str]]
) -> None:
    with app.test_request_context(f"/?lang={language}"):
        form = Sample(MultiDict(answers))

        assert not form.validate()
        assert form.errors == errors


def test_countries_stand_where_a_reader_seeks_them() -> None:
    names = list(countries("ru").values())

    order = ["Австралия", "Кабо-Верде", "КНДР", "о-в Мэн", "Оман", "Таиланд", "Тёркс и Кайкос", "Япония"]
    assert sorted(order, key=names.index) == order
