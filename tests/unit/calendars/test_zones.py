"""VTIMEZONE against the IANA database, evaluated by two independent readers."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Timezone

from eventhub.calendars.lines import write
from eventhub.calendars.zones import vtimezone

ZONES = [
    "Europe/Moscow",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "Asia/Shanghai",
    "Asia/Kolkata",
    "Asia/Jerusalem",
    "Asia/Gaza",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
]


def written(tzid, first_year, last_year):
    return b"".join(write(vtimezone(tzid, first_year, last_year))).decode()


def lines_of(tzid, first_year, last_year):
    return written(tzid, first_year, last_year).split("\r\n")


def evaluated_by_dateutil(tzid, first_year, last_year):
    component = written(tzid, first_year, last_year)
    return tzical(StringIO(f"BEGIN:VCALENDAR\r\n{component}END:VCALENDAR\r\n")).get(tzid)


def hours(first_year, last_year, step):
    moment = datetime(first_year, 1, 1, tzinfo=UTC)
    while moment.year <= last_year:
        yield moment
        moment += timedelta(hours=step)


def named_twice(moment, zone):
    local = moment.astimezone(zone)
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


@pytest.mark.parametrize("tzid", ZONES)
def test_every_hour_of_the_span_and_a_year_after_equals_the_database(tzid):
    zone, read = ZoneInfo(tzid), evaluated_by_dateutil(tzid, 2026, 2027)

    wrong = [
        local
        for local in (moment.astimezone(zone) for moment in hours(2026, 2028, 3))
        if not named_twice(local, zone) and local.replace(tzinfo=read).utcoffset() != local.utcoffset()
    ]

    assert wrong == []


@pytest.mark.parametrize("tzid", ["Europe/Berlin", "America/New_York", "America/Nuuk", "America/Santiago"])
def test_a_yearly_rule_stays_right_for_decades(tzid):
    zone, read = ZoneInfo(tzid), evaluated_by_dateutil(tzid, 2026, 2026)

    days = [moment.astimezone(zone) for moment in hours(2026, 2060, 24)]
    wrong = [
        d for d in days if not named_twice(d, zone) and d.replace(tzinfo=read).utcoffset() != d.utcoffset()
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("tzid", "first_year", "last_year"),
    [("Europe/Moscow", 2010, 2016), ("America/Sao_Paulo", 2017, 2021), ("America/New_York", 2005, 2009)],
)
def test_a_change_of_law_inside_the_span_is_told(tzid, first_year, last_year):
    zone, read = ZoneInfo(tzid), evaluated_by_dateutil(tzid, first_year, last_year)

    times = [moment.astimezone(zone) for moment in hours(first_year, last_year + 1, 6)]
    wrong = [
        t for t in times if not named_twice(t, zone) and t.replace(tzinfo=read).utcoffset() != t.utcoffset()
    ]

    assert wrong == []


@pytest.mark.parametrize(("summer", "winter"), [("2027-03-28T01:00", "2027-10-31T01:00")])
def test_berlin_changes_in_the_very_second(summer, winter):
    component = Timezone.from_ical(written("Europe/Berlin", 2027, 2027))
    transitions, _ = component.get_transitions()

    expected = [datetime.fromisoformat(summer), datetime.fromisoformat(winter)]

    assert [moment for moment in transitions if moment.year == 2027] == expected


@pytest.mark.parametrize(
    ("tzid", "offset"),
    [("Europe/Moscow", "+0300"), ("America/Sao_Paulo", "-0300"), ("Asia/Shanghai", "+0800")],
)
def test_a_zone_without_summer_time_has_one_standard_time(tzid, offset):
    lines = lines_of(tzid, 2026, 2030)

    assert [line for line in lines if line.startswith(("BEGIN:", "TZOFFSET"))] == [
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD",
        f"TZOFFSETFROM:{offset}",
        f"TZOFFSETTO:{offset}",
    ]


def test_summer_time_is_two_open_ended_rules_cut_to_the_years_in_use():
    assert lines_of("Europe/Berlin", 2027, 2028) == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260329T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20261025T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


@pytest.mark.parametrize("tzid", ZONES)
def test_no_zone_uses_rdate(tzid):
    assert [line for line in lines_of(tzid, 2026, 2027) if line.startswith(("RDATE", "EXDATE"))] == []


@pytest.mark.parametrize("tzid", ["Russian Standard Time", "../etc/passwd", "", "Europe/Moscow\r\nX:1"])
def test_a_zone_that_the_database_does_not_know_is_refused(tzid):
    with pytest.raises((ValueError, LookupError, OSError)):
        vtimezone(tzid, 2026, 2026)
