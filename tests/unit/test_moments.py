"""Moments in words read naturally in both languages."""

from datetime import UTC, datetime

import pytest

from eventhub.core import moments

START = datetime(2026, 11, 25, 13, 46, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "language", "city"),
    [
        ("Europe/Moscow", "en", "Moscow"),
        ("Europe/Moscow", "ru", "Москва"),
        ("America/Sao_Paulo", "en", "Sao Paulo"),
        ("America/Sao_Paulo", "ru", "Сан-Паулу"),
        ("Asia/Kolkata", "en", "Kolkata"),
        ("Asia/Kolkata", "ru", "Калькутта"),
        ("America/Argentina/Buenos_Aires", "ru", "Буэнос-Айрес"),
        ("UTC", "ru", "UTC"),
    ],
)
def test_a_zone_is_known_by_its_city_in_the_readers_language(zone: str, language: str, city: str) -> None:
    assert moments.zone_city(zone, language) == city


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Wed 25 November 2026, 16:46"), ("ru", "ср, 25 ноября 2026, 16:46")],
)
def test_a_moment_names_weekday_day_and_clock_of_its_zone(language: str, words: str) -> None:
    assert moments.day_and_clock(START, "Europe/Moscow", language) == words


@pytest.mark.parametrize(
    ("ends_at", "words"),
    [
        (datetime(2026, 11, 25, 15, 0, tzinfo=UTC), "ср, 25 ноября 2026, 16:46–18:00 (Москва)"),
        (datetime(2026, 11, 28, 15, 0, tzinfo=UTC), "25–28 ноября 2026 (Москва)"),
        (datetime(2026, 12, 2, 15, 0, tzinfo=UTC), "25 ноября – 2 декабря 2026 (Москва)"),
        (datetime(2027, 1, 2, 15, 0, tzinfo=UTC), "25 ноября 2026 – 2 января 2027 (Москва)"),
    ],
)
def test_a_span_in_russian_names_its_month_and_year_once(ends_at: datetime, words: str) -> None:
    assert moments.span(START, ends_at, "Europe/Moscow", "ru") == words
