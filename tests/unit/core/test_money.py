"""Amounts as they are read: one notation on pages, one on documents."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eventhub.core.money import printed, said


@pytest.mark.parametrize(
    ("language", "shown", "on_paper"),
    [
        ("en", ["1,001 RUB", "500.50 RUB", "-500.50 RUB"], ["1,001.00 RUB", "500.50 RUB", "-500.50 RUB"]),
        ("ru", ["1 001 RUB", "500,50 RUB", "-500,50 RUB"], ["1 001,00 RUB", "500,50 RUB", "-500,50 RUB"]),
    ],
)
def test_amounts_have_one_notation_whether_they_are_whole_or_not(
    language: str, shown: list[str], on_paper: list[str]
) -> None:
    def each(notation: Callable[[int, str, str], str]) -> list[str]:
        return [
            notation(amount, "RUB", language).replace("\xa0", " ") for amount in (100_100, 50_050, -50_050)
        ]

    assert (each(said), each(printed)) == (shown, on_paper)
