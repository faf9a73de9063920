"""Deadlines by working days, how long data are kept, how somebody stands to a consent, and what stands for a name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from eventhub.core.tombstones import shown_name, tombstone
from eventhub.privacy.rules import DataClass, RequestState, due_on, ended_before, extended, is_overdue
from eventhub.privacy.standing import LedgerLine, Text, standings
from eventhub.privacy.working_days import HOLIDAYS, add_working_days, is_working_day

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received_at", "due"),
    [
        # A plain fortnight: ten working days.
        (datetime(2026, 10, 5, 9, tzinfo=UTC), date(2026, 10, 19)),
        # Asked on a Saturday as on the Friday before.
        (datetime(2026, 10, 3, 9, tzinfo=UTC), date(2026, 10, 16)),
        (datetime(2026, 10, 2, 9, tzinfo=UTC), date(2026, 10, 16)),
        # 4 November is a holiday.
        (datetime(2026, 10, 30, 9, tzinfo=UTC), date(2026, 11, 16)),
        # 31 December and the first eight days of January do not count.
        (datetime(2026, 12, 28, 9, tzinfo=UTC), date(2027, 1, 20)),
        # Half past ten in the evening in London is the next day in the office.
        (datetime(2026, 10, 4, 22, 30, tzinfo=UTC), date(2026, 10, 19)),
        # 8 March 2027 is a Monday.
        (NOW, date(2027, 3, 16)),
    ],
)
def test_an_answer_is_due_after_ten_working_days_of_the_office(received_at: datetime, due: date) -> None:
    assert due_on(received_at) == due


def test_more_time_is_five_working_days() -> None:
    assert extended(date(2027, 3, 16)) == date(2027, 3, 23)
    assert extended(date(2026, 10, 30)) == date(2026, 11, 9)


def test_the_table_of_holidays_names_only_days_of_its_year_that_could_be_worked() -> None:
    for year, days in HOLIDAYS.items():
        assert {day.year for day in days} == {year}
        assert not [day for day in days if is_working_day(day)]


def test_no_working_days_more_is_the_same_day() -> None:
    assert add_working_days(date(2026, 11, 4), 0) == date(2026, 11, 4)


@pytest.mark.parametrize(
    ("state", "now", "overdue"),
    [
        (RequestState.RECEIVED, datetime(2027, 3, 16, 20, 59, tzinfo=UTC), False),
        (RequestState.RECEIVED, datetime(2027, 3, 16, 21, 0, tzinfo=UTC), True),
        (RequestState.EXTENDED, datetime(2027, 3, 16, 21, 0, tzinfo=UTC), True),
        (RequestState.ANSWERED, datetime(2027, 5, 1, tzinfo=UTC), False),
        (RequestState.REFUSED, datetime(2027, 5, 1, tzinfo=UTC), False),
    ],
)
def test_what_waits_is_overdue_when_its_last_day_in_the_office_is_over(
    state: RequestState, now: datetime, overdue: bool
) -> None:
    assert is_overdue(state, date(2027, 3, 16), now=now) is overdue


@pytest.mark.parametrize(
    ("data_class", "days"),
    [
        (DataClass.HEALTH, 30),
        (DataClass.MINOR, 30),
        (DataClass.VISA, 90),
        (DataClass.REGISTRATION, 1096),
        (DataClass.LEDGER, 1096),
    ],
)
def test_each_class_has_its_time(data_class: DataClass, days: int) -> None:
    assert NOW - ended_before(data_class, now=NOW) == timedelta(days=days)


def a_line(number: int, act: str, *, purpose: str = "publication", version: int = 1) -> LedgerLine:
    title = {"en": f"Version {version}"}
    return LedgerLine(
        *(number, "registration:x", act, NOW, "form", "192.0.2.1", None, None, "hash", version),
        *(purpose, version, title, title, False),
    )


def a_text(purpose: str = "publication", version: int = 1) -> Text:
    return Text(version, purpose, version, {"en": f"Version {version}"}, False)


@pytest.mark.parametrize(
    ("lines", "texts", "stands"),
    [
        ([], [a_text()], [("publication", 1, False, False, True)]),
        ([a_line(1, "given")], [a_text()], [("publication", 1, True, True, False)]),
        # Agreed to an older text: that one holds.
        ([a_line(1, "given")], [a_text(version=2)], [("publication", 1, True, True, False)]),
        # Withdrawn: what could be given is the text in force.
        (
            [a_line(1, "given"), a_line(2, "withdrawn")],
            [a_text(version=2)],
            [("publication", 2, False, True, True)],
        ),
        ([a_line(1, "given"), a_line(2, "withdrawn")], [], [("publication", 1, False, True, False)]),
        (
            [a_line(1, "given"), a_line(2, "withdrawn"), a_line(3, "given")],
            [],
            [("publication", 1, True, True, False)],
        ),
        (
            [a_line(1, "given", purpose="photo")],
            [a_text()],
            [("publication", 1, False, False, True), ("photo", 1, True, True, False)],
        ),
    ],
)
def test_the_newest_line_says_how_somebody_stands(
    lines: list[LedgerLine], texts: list[Text], stands: list[tuple[str, int, bool, bool, bool]]
) -> None:
    found = standings(lines, texts)

    assert [
        (one.purpose, one.version, one.is_given, one.at is not None, one.can_be_given) for one in found
    ] == stands


def test_a_tombstone_is_read_in_the_readers_language() -> None:
    stone = tombstone(NOW)

    assert stone == "Removed on 2027-03-01"
    assert shown_name(stone, "en") == "Removed on 1 March 2027"
    assert shown_name(stone, "ru") == "Удалено 1 марта 2027"


@pytest.mark.parametrize("name", ["Ada Example", "Removed on 2027-13-45", "Removed on 2027-03-01 <b>", ""])
def test_any_other_name_is_shown_as_it_is(name: str) -> None:
    assert shown_name(name, "ru") == name
