"""Ages on a day, and whom a session is for."""

from __future__ import annotations

from datetime import date

import pytest

from eventhub.core.errors import Refusal
from eventhub.registration.parties.rules import (
    Ages,
    Born,
    GroupDoesNotFit,
    NobodyComesAlong,
    NoChild,
    NotBornYet,
    OnlyForChildren,
    PartiesNotTaken,
    PartyKind,
    TooOld,
    TooYoung,
    age_on,
    check_adult_may,
    check_age,
    check_count,
    check_group_fits,
    check_is_child,
)

DAY = date(2027, 5, 29)


def a_session(at_least: int | None = None, at_most: int | None = None, *, with_adult: bool = False) -> Ages:
    return Ages(
        session=1, title={"en": "Solder"}, day=DAY, at_least=at_least, at_most=at_most, with_adult=with_adult
    )


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2019, 5, 29), DAY, 8),
        (date(2019, 5, 30), DAY, 7),
        (date(2020, 2, 29), date(2028, 2, 28), 7),
        (date(2020, 2, 29), date(2028, 2, 29), 8),
        (date(2020, 2, 29), date(2027, 2, 28), 6),
        (date(2020, 2, 29), date(2027, 3, 1), 7),
        (DAY, DAY, 0),
    ],
)
def test_age_is_whole_years_on_that_day(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age


@pytest.mark.parametrize(
    ("year", "session", "refusal"),
    [
        (2021, a_session(8), TooYoung),
        (2019, a_session(8), None),
        (2014, a_session(8, 12), TooOld),
        (2015, a_session(8, 12), None),
        (2026, a_session(), None),
    ],
)
def test_a_child_fits_between_the_ages_of_a_session(
    year: int, session: Ages, refusal: type[Refusal] | None
) -> None:
    child = Born(full_name="Vera Example", on=date(year, 5, 29), at=2)
    if refusal is None:
        return check_age(child, session)

    with pytest.raises(refusal) as raised:
        check_age(child, session)
    assert raised.value.field == "children-2-sessions"
    return None


def test_a_child_is_born_and_not_grown_up_on_the_day() -> None:
    with pytest.raises(NotBornYet):
        check_is_child(Born(full_name="X", on=date(2027, 3, 2), at=0), today=date(2027, 3, 1), event_day=DAY)
    with pytest.raises(NoChild):
        check_is_child(Born(full_name="X", on=date(2009, 5, 29), at=0), today=date(2027, 3, 1), event_day=DAY)
    check_is_child(Born(full_name="X", on=date(2009, 5, 30), at=0), today=date(2027, 3, 1), event_day=DAY)


def test_an_adult_takes_a_place_of_children_only_where_adults_come_along() -> None:
    with pytest.raises(OnlyForChildren):
        check_adult_may(a_session(6, 12))
    check_adult_may(a_session(6, 12, with_adult=True))
    check_adult_may(a_session(14))


def test_a_group_fits_by_its_youngest_and_its_oldest() -> None:
    with pytest.raises(GroupDoesNotFit):
        check_group_fits(a_session(8), 7, 9)
    with pytest.raises(GroupDoesNotFit):
        check_group_fits(a_session(None, 12), 11, 13)
    check_group_fits(a_session(8, 12), 8, 12)
    check_group_fits(a_session(8, 12), None, None)


def test_a_party_that_is_not_taken_or_is_empty_is_refused() -> None:
    with pytest.raises(PartiesNotTaken):
        check_count(PartyKind.FAMILY, heads=1, children_per_adult=None, largest_group=40)
    with pytest.raises(NobodyComesAlong):
        check_count(PartyKind.SCHOOL_GROUP, heads=0, children_per_adult=None, largest_group=40)
    check_count(PartyKind.SCHOOL_GROUP, heads=40, children_per_adult=None, largest_group=40)
