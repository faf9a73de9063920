"""Moments in words: both languages, over the nights when clocks are moved and the borders of months and years."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from eventhub.core import moments


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "zone", "english", "russian"),
    [
        (
            at(2027, 7, 12, 11), at(2027, 7, 12, 13), "Europe/Moscow",
            "Mon 12 July 2027, 14:00–16:00 (Moscow)", "пн, 12 июля 2027, 14:00–16:00 (Москва)",
        ),
        (
            at(2027, 7, 5, 6), at(2027, 7, 16, 15), "Europe/Moscow",
            "5–16 July 2027 (Moscow)", "5–16 июля 2027 (Москва)",
        ),
        (
            at(2027, 6, 28, 6), at(2027, 7, 2, 15), "Europe/Berlin",
            "28 June – 2 July 2027 (Berlin)", "28 июня – 2 июля 2027 (Берлин)",
        ),
        (
            at(2027, 12, 30, 6), at(2028, 1, 5, 15), "Asia/Tokyo",
            "30 December 2027 – 6 January 2028 (Tokyo)", "30 декабря 2027 – 6 января 2028 (Токио)",
        ),
        (
            at(2027, 12, 31, 20), at(2027, 12, 31, 20, 30), "Europe/Moscow",
            "Fri 31 December 2027, 23:00–23:30 (Moscow)", "пт, 31 декабря 2027, 23:00–23:30 (Москва)",
        ),
        (
            at(2027, 12, 31, 22), at(2027, 12, 31, 23), "Europe/Moscow",
            "Sat 1 January 2028, 01:00–02:00 (Moscow)", "сб, 1 января 2028, 01:00–02:00 (Москва)",
        ),
        (
            at(2027, 3, 28, 0, 30), at(2027, 3, 28, 1, 30), "Europe/Berlin",
            "Sun 28 March 2027, 01:30–03:30 (Berlin)", "вс, 28 марта 2027, 01:30–03:30 (Берлин)",
        ),
        (
            at(2027, 10, 31, 0, 30), at(2027, 10, 31, 1, 30), "Europe/Berlin",
            "Sun 31 October 2027, 02:30–02:30 (Berlin)", "вс, 31 октября 2027, 02:30–02:30 (Берлин)",
        ),
    ],
)  # fmt: skip
def test_a_span_is_told_in_the_events_zone(
    starts_at: datetime, ends_at: datetime, zone: str, english: str, russian: str
) -> None:
    assert moments.span(starts_at, ends_at, zone, "en") == english
    assert moments.span(starts_at, ends_at, zone, "ru") == russian


@pytest.mark.parametrize(
    ("moment", "zone", "clock", "day"),
    [
        (at(2027, 3, 28, 0, 59), "Europe/Berlin", "01:59", "28 March 2027"),
        (at(2027, 3, 28, 1, 0), "Europe/Berlin", "03:00", "28 March 2027"),
        (at(2027, 12, 31, 23, 30), "Asia/Kathmandu", "05:15", "1 January 2028"),
        (at(2028, 2, 29, 12), "America/St_Johns", "08:30", "29 February 2028"),
    ],
)
def test_clock_and_day_are_those_of_the_zone(moment: datetime, zone: str, clock: str, day: str) -> None:
    assert (moments.clock(moment, zone), moments.day(moment, zone, "en")) == (clock, day)


@pytest.mark.parametrize(
    ("zone", "english", "russian"),
    [
        ("Europe/Moscow", "Moscow", "Москва"),
        ("Asia/Tokyo", "Tokyo", "Токио"),
        ("Asia/Kolkata", "Kolkata", "Калькутта"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "Буэнос-Айрес"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_a_zone_is_named_by_its_city_in_the_readers_language(zone: str, english: str, russian: str) -> None:
    assert (moments.zone_city(zone, "en"), moments.zone_city(zone, "ru")) == (english, russian)
