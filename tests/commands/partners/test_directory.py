"""The directory of organisations: one entry for all spellings, kept by the office, imported from a file."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from flask import Flask

from eventhub.core.errors import Refusal
from eventhub.db import db, transaction
from eventhub.partners.commands import (
    add_organisation,
    add_spelling,
    add_typed,
    merge,
    remove_organisation,
    remove_spelling,
    rename_organisation,
)
from eventhub.partners.queries import find_organisation, get_organisation, list_organisations, names_meant
from eventhub.partners.rules import (
    CountryUnknown,
    NameTaken,
    OrganisationNameMissing,
    OtherMissing,
    SpellingIsPublic,
    SpellingTaken,
)
from eventhub.partners.sheets import ColumnsMissing, Unreadable, import_organisations, read_csv
from tests.people import at_once

BY = "test"
NAMES = {"en": "Leibniz Universität Hannover", "ru": "Ганноверский университет имени Лейбница"}


@pytest.fixture
def hannover(both: Flask, app: Flask, now: datetime) -> str:
    return add(NAMES, "DE", now=now)


def add(name: dict[str, str], country: str = "", *, now: datetime) -> str:
    with transaction():
        return add_organisation(name=name, country=country, by=BY, now=now).public_id


def meant(*typed: str) -> list[str | None]:
    """The English name of whom each means."""
    db.session.rollback()
    found = names_meant(typed)
    return [found[text]["en"] if text in found else None for text in typed]


def test_a_name_is_known_in_any_script_with_and_without_accents_and_another_is_not(hannover: str) -> None:
    typed = ("leibniz universitat  HANNOVER", "Ганноверский Университет им. Лейбница", NAMES["ru"].upper())

    assert meant(*typed) == [NAMES["en"], None, NAMES["en"]]
    assert [one.public_id for one in list_organisations("hannoverskij")] == []
    assert [one.public_id for one in list_organisations("ганновер")] == [hannover]


def test_a_spelling_is_learned_once_and_forgotten_and_no_two_have_the_same(
    hannover: str, now: datetime
) -> None:
    other = add({"en": "TU Hannover"}, now=now)
    with transaction():
        for _twice in range(2):
            add_spelling(find_organisation(hannover), "LUH", by=BY, now=now)
    with pytest.raises(SpellingTaken), transaction():
        add_spelling(find_organisation(other), "luh", by=BY, now=now)
    before = meant("LUH")

    organisation = find_organisation(hannover)
    public, *_, last = [one.id for one in organisation.spellings]
    with pytest.raises(SpellingIsPublic):
        remove_spelling(organisation, public, by=BY, now=now)
    with transaction():
        remove_spelling(find_organisation(hannover), last, by=BY, now=now)

    assert (before, meant("LUH")) == ([NAMES["en"]], [None])


def test_the_old_name_still_means_who_has_a_new_one(hannover: str, now: datetime) -> None:
    with transaction():
        organisation = find_organisation(hannover)
        rename_organisation(organisation, name={"en": "University of Hannover"}, country="DE", by=BY, now=now)

    assert meant(NAMES["en"], "university of hannover") == ["University of Hannover"] * 2


def test_two_become_one_with_all_spellings_and_what_is_removed_means_nobody(
    hannover: str, now: datetime
) -> None:
    twice = add({"en": "Uni Hannover"}, now=now)
    with pytest.raises(OtherMissing), transaction():
        merge(find_organisation(twice), find_organisation(twice), by=BY, now=now)

    with transaction():
        merge(find_organisation(twice), find_organisation(hannover), by=BY, now=now)
    merged = (meant("uni hannover"), find_organisation(twice))
    with transaction():
        remove_organisation(find_organisation(hannover), by=BY, now=now)

    assert (merged, meant("Uni Hannover", NAMES["en"])) == (([NAMES["en"]], None), [None, None])


@pytest.mark.parametrize(
    ("name", "country", "refusal"),
    [
        ({"en": "?!"}, "", OrganisationNameMissing),
        ({"en": "New"}, "XX", CountryUnknown),
        ({"en": "LEIBNIZ UNIVERSITAT HANNOVER"}, "", NameTaken),
    ],
)
def test_a_wrong_entry_is_refused(
    hannover: str, now: datetime, name: dict[str, str], country: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        add(name, country, now=now)

    db.session.rollback()
    assert len(list_organisations()) == 1


def test_one_name_added_by_many_at_once_is_one_organisation(both: Flask, app: Flask, now: datetime) -> None:
    def one(_number: int) -> str:
        try:
            with transaction():
                add_typed("New University", language="en", by=BY, now=now)
        except NameTaken:
            return "taken"
        return "done"

    said = at_once(both, one, times=8)

    db.session.rollback()
    assert (len(list_organisations()), set(said) <= {"done", "taken"}) == (1, True)


CSV = (
    "\ufeffname_en;name_ru;country;spellings\r\n"
    'Leibniz Universität Hannover;;DE;"LUH; Uni Hannover"\r\n'
    "Politecnico di Milano;Миланский технический университет;it;\r\n"
).encode()


def bring(content: bytes, *, now: datetime) -> tuple[int, int, list[int]]:
    with transaction():
        done = import_organisations(read_csv(content), by=BY, now=now)
    return done.added, done.known, [fault.row for fault in done.faults]


def test_a_file_brings_who_is_new_and_twice_the_same_changes_nothing(hannover: str, now: datetime) -> None:
    first, second = bring(CSV, now=now), bring(CSV, now=now)

    assert (first, second) == ((1, 1, []), (0, 2, []))
    assert meant("uni hannover", "Миланский технический университет") == [
        NAMES["en"],
        "Politecnico di Milano",
    ]


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        ("Good University,,DE,\n,,DE,\nOther,,XX,\n", [3, 4]),
        ("Good University,,DE,Hannover U\nOther,,DE,Hannover U\n", [3]),
    ],
)
def test_with_one_bad_row_nothing_is_imported_and_all_bad_rows_are_told(
    hannover: str, now: datetime, lines: str, rows: list[int]
) -> None:
    done = bring(f"name_en,name_ru,country,spellings\n{lines}".encode(), now=now)

    assert (done, len(list_organisations())) == ((0, 0, rows), 1)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"\xff\xfe\x00", Unreadable), (b"university\nHannover\n", ColumnsMissing), (b"", ColumnsMissing)],
)
def test_what_is_no_such_file_is_refused(content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        read_csv(content)


def test_of_two_merges_against_each_other_one_is_done(both: Flask, hannover: str, now: datetime) -> None:
    other = add({"en": "LUH"}, now=now)

    def join(number: int) -> str:
        one, into = (hannover, other) if number % 2 else (other, hannover)
        try:
            with transaction():
                merge(get_organisation(one), find_organisation(into), by=BY, now=now)
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"

    outcomes = at_once(both, join, times=4)

    assert Counter(outcomes) - Counter(NotFound=3, OtherMissing=3) == Counter(done=1)
    assert meant("LUH", NAMES["en"])[0] == meant("LUH", NAMES["en"])[1]
