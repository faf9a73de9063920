"""A rendered feed: what stands in it, line by line, and what stays the same."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from icalendar import Calendar

from eventhub.calendars.entries import AllDay, Geo, Status, Timed, Words
from eventhub.calendars.ical import Quarantined, render

RUSSIAN = Words(cancelled="Отменено", join="Подключиться")


def at(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def timed(start, end, tzid):
    return Timed(starts_at=at(start), ends_at=at(end), tzid=tzid)


def named(lines, *names):
    """The lines of these properties, in their order in the file."""
    return [line for line in lines if line.split(":")[0].split(";")[0] in names]


def event_of(lines):
    return lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT") + 1]


# The file


def test_the_file_is_utf_8_with_crlf_and_short_lines(make_feed, make_entry):
    body = render(
        make_feed(name="Семинары"), [make_entry(summary="Ж" * 300, description="👩🏽‍🚀\n" * 90)]
    ).body

    physical = body.split(b"\r\n")

    assert physical.pop() == b""
    assert body[:15] == b"BEGIN:VCALENDAR"
    assert [line for line in physical if len(line) > 75 or line.strip() == b""] == []
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"\r" not in body.replace(b"\r\n", b"")
    assert [line.decode() for line in physical if line] != []


def test_the_same_input_gives_the_same_bytes(make_feed, make_entry):
    entries = [
        make_entry(1),
        make_entry(2, when=timed("2027-01-01T09:00Z", "2027-01-01T10:00Z", "Europe/Berlin")),
    ]

    assert render(make_feed(), entries) == render(make_feed(), list(entries))


def test_an_entry_that_did_not_change_is_the_same_text_beside_one_that_did(rendered, make_entry):
    before = event_of(rendered(make_entry(1), make_entry(2)))
    after = event_of(rendered(make_entry(1), make_entry(2, summary="Moved", revision=3)))

    assert before == after


def test_a_feed_without_entries_is_still_a_calendar(make_feed):
    answer = render(make_feed(), [])

    assert (answer.revised_at, answer.quarantined) == (None, ())
    assert Calendar.from_ical(answer.body).subcomponents == []


# The calendar itself


def test_the_header_names_the_calendar_for_every_client(rendered):
    lines = rendered()

    assert lines[: lines.index("BEGIN:VTIMEZONE")] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//EventHub//EventHub calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "LAST-MODIFIED:20261120T123015Z",
        "URL:https://hub.example/",
        "NAME:Events",
        "X-WR-CALNAME:Events",
        "DESCRIPTION:All public events.",
        "X-WR-CALDESC:All public events.",
        "X-WR-TIMEZONE:Europe/Moscow",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "SOURCE;VALUE=URI:https://hub.example/calendar/events.ics",
        "COLOR:seagreen",
        "X-APPLE-CALENDAR-COLOR:#2e8b57",
    ]


def test_a_secret_feed_does_not_tell_its_own_address(rendered, make_feed):
    assert named(rendered(feed=make_feed(url=None)), "SOURCE") == []


@pytest.mark.parametrize(
    ("refresh", "written"),
    [
        (timedelta(hours=1), "PT1H"),
        (timedelta(days=1), "P1D"),
        (timedelta(minutes=90), "PT1H30M"),
        (timedelta(seconds=61), "PT1M1S"),
    ],
)
def test_a_feed_says_twice_how_often_to_ask(rendered, make_feed, refresh, written):
    lines = rendered(feed=make_feed(refresh=refresh))

    assert named(lines, "REFRESH-INTERVAL", "X-PUBLISHED-TTL") == [
        f"REFRESH-INTERVAL;VALUE=DURATION:{written}",
        f"X-PUBLISHED-TTL:{written}",
    ]


@pytest.mark.parametrize("refresh", [timedelta(), timedelta(seconds=-1)])
def test_a_feed_is_asked_for_again_only_after_a_while(make_feed, refresh):
    with pytest.raises(ValueError, match="positive"):
        render(make_feed(refresh=refresh), [])


def test_a_single_event_for_download_has_no_calendar_name(make_entry):
    lines = render(None, [make_entry()]).body.decode().split("\r\n")

    assert lines[:7] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//EventHub//EventHub calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "LAST-MODIFIED:20261120T123015Z",
        "BEGIN:VTIMEZONE",
    ]


def test_the_calendar_was_modified_when_its_newest_entry_was(rendered, make_entry):
    newest = at("2026-11-21T08:00Z")
    lines = rendered(make_entry(1), make_entry(2, revised_at=newest), make_entry(3))

    assert lines[5] == "LAST-MODIFIED:20261121T080000Z"


@pytest.mark.parametrize("colour", ["#2e8b57", "rgb(1,2,3)", "nocolour", ""])
def test_a_colour_that_is_no_css_name_is_no_colour_of_an_entry(make_feed, make_entry, colour):
    body = render(make_feed(colour=None), [make_entry(colour=colour)]).body

    assert b"COLOR" not in body


# An event


def test_an_event_says_everything_once(rendered, make_entry):
    entry = make_entry(
        colour="tomato",
        image_url="https://hub.example/covers/shells.png",
        conference_url="https://meet.example/shells",
        part_of=UUID(int=9),
        categories=("Mechanics", "Shells, thin; and thick"),
    )

    assert event_of(rendered(entry, words=RUSSIAN)) == [
        "BEGIN:VEVENT",
        "UID:00000000-0000-0000-0000-000000000001",
        "DTSTAMP:20261120T123015Z",
        "CREATED:20261101T090000Z",
        "LAST-MODIFIED:20261120T123015Z",
        "SEQUENCE:2",
        "DTSTART;TZID=Europe/Moscow:20270714T110000",
        "DTEND;TZID=Europe/Moscow:20270714T123000",
        "SUMMARY:Seminar on shells",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "CLASS:PUBLIC",
        "LOCATION:Main building\\, room 118",
        "GEO:60.007000;30.372800",
        'CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL="Подключиться":https://meet.example/shells',
        "DESCRIPTION:Two talks and tea.",
        "CATEGORIES:Mechanics,Shells\\, thin\\; and thick",
        'ORGANIZER;CN="International office":mailto:office@hub.example',
        "URL:https://hub.example/events/shells",
        "IMAGE;VALUE=URI:https://hub.example/covers/shells.png",
        "COLOR:tomato",
        "RELATED-TO;RELTYPE=PARENT:00000000-0000-0000-0000-000000000009",
        "END:VEVENT",
    ]


def test_what_an_entry_does_not_have_leaves_no_line(rendered):
    lines = rendered(description="", location=" \n", geo=None, url=None, categories=("", " "))

    assert (
        named(event_of(lines), "DESCRIPTION", "LOCATION", "GEO", "URL", "CATEGORIES", "IMAGE", "COLOR") == []
    )
    assert [line for line in lines if "None" in line or line.endswith(":")] == []


def test_a_published_event_has_an_organiser_and_no_attendee_or_alarm(rendered):
    lines = rendered()

    assert len(named(lines, "ORGANIZER")) == 1
    assert named(lines, "ATTENDEE") == []
    assert {line for line in lines if line.startswith("BEGIN:")} == {
        "BEGIN:VCALENDAR",
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD",
        "BEGIN:VEVENT",
    }


def test_a_cancelled_event_stays_and_says_so_in_the_language_of_the_feed(rendered):
    lines = rendered(status=Status.CANCELLED, summary="Семинар", words=RUSSIAN)

    assert named(lines, "SUMMARY", "STATUS", "TRANSP", "UID") == [
        "UID:00000000-0000-0000-0000-000000000001",
        "SUMMARY:Отменено: Семинар",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
    ]


def test_a_tentative_event_is_tentative_and_an_open_one_blocks_no_time(rendered):
    lines = rendered(status=Status.TENTATIVE, is_transparent=True)

    assert named(lines, "STATUS", "TRANSP") == ["STATUS:TENTATIVE", "TRANSP:TRANSPARENT"]


def test_an_event_is_never_modified_before_it_was_created(rendered):
    lines = event_of(rendered(created_at=at("2026-11-20T13:00Z"), revised_at=at("2026-11-20T12:00Z")))

    assert named(lines, "CREATED", "LAST-MODIFIED") == [
        "CREATED:20261120T120000Z",
        "LAST-MODIFIED:20261120T120000Z",
    ]


# Times


@pytest.mark.parametrize(
    ("tzid", "start", "wall"),
    [
        ("Europe/Moscow", "2027-07-14T08:00Z", "20270714T110000"),
        ("Europe/Berlin", "2027-03-28T00:59Z", "20270328T015900"),
        ("Europe/Berlin", "2027-03-28T01:00Z", "20270328T030000"),
        ("Europe/Berlin", "2027-10-30T23:59Z", "20271031T015900"),
        ("Europe/Berlin", "2027-10-31T02:00Z", "20271031T030000"),
        ("America/Sao_Paulo", "2027-01-10T12:00Z", "20270110T090000"),
        ("Asia/Shanghai", "2027-07-14T16:30Z", "20270715T003000"),
    ],
)
def test_times_are_local_with_their_zone_and_read_back_as_the_same_instants(make_entry, tzid, start, wall):
    starts_at, ends_at = at(start), at(start) + timedelta(minutes=30)
    entry = make_entry(when=Timed(starts_at=starts_at, ends_at=ends_at, tzid=tzid))

    body = render(None, [entry]).body
    [event] = Calendar.from_ical(body).events

    assert f"DTSTART;TZID={tzid}:{wall}\r\n".encode() in body
    assert (event.start.astimezone(UTC), event.end.astimezone(UTC)) == (starts_at, ends_at)


@pytest.mark.parametrize(
    ("start", "end"),
    [("2027-10-31T01:30Z", "2027-10-31T04:00Z"), ("2027-10-31T00:30Z", "2027-10-31T01:30Z")],
)
def test_the_second_of_two_equal_hours_is_told_in_utc(rendered, start, end):
    lines = rendered(when=timed(start, end, "Europe/Berlin"))

    assert named(event_of(lines), "DTSTART", "DTEND") == [
        f"DTSTART:{at(start):%Y%m%dT%H%M%SZ}",
        f"DTEND:{at(end):%Y%m%dT%H%M%SZ}",
    ]
    assert "BEGIN:VTIMEZONE" not in lines


@pytest.mark.parametrize("tzid", ["UTC", "Etc/UTC"])
def test_utc_needs_no_zone(rendered, tzid):
    lines = rendered(when=timed("2027-07-14T08:00Z", "2027-07-14T09:00Z", tzid))

    assert named(event_of(lines), "DTSTART") == ["DTSTART:20270714T080000Z"]
    assert "BEGIN:VTIMEZONE" not in lines


def test_whole_days_end_on_the_day_after_without_a_zone(rendered):
    lines = rendered(when=AllDay(first_on=date(2027, 2, 27), last_on=date(2027, 2, 28)))

    assert named(event_of(lines), "DTSTART", "DTEND") == [
        "DTSTART;VALUE=DATE:20270227",
        "DTEND;VALUE=DATE:20270301",
    ]
    assert "BEGIN:VTIMEZONE" not in lines


def test_every_zone_in_use_stands_once_before_the_events(rendered, make_entry):
    berlin = timed("2027-01-01T09:00Z", "2027-01-01T10:00Z", "Europe/Berlin")
    lines = rendered(make_entry(1), make_entry(2, when=berlin), make_entry(3), make_entry(4, when=berlin))

    assert named(lines, "TZID") == ["TZID:Europe/Berlin", "TZID:Europe/Moscow"]
    assert max(i for i, line in enumerate(lines) if line == "END:VTIMEZONE") < lines.index("BEGIN:VEVENT")


def test_a_zone_covers_the_first_and_the_last_event_that_use_it(rendered, make_entry):
    early = timed("2025-02-01T09:00Z", "2025-02-01T10:00Z", "Europe/Berlin")
    late = timed("2029-07-01T09:00Z", "2029-07-01T10:00Z", "Europe/Berlin")
    lines = rendered(make_entry(1, when=late), make_entry(2, when=early))

    assert lines[lines.index("BEGIN:DAYLIGHT") + 1] == "DTSTART:20240331T020000"


# Quarantine

NAIVE = datetime(2027, 7, 14, 8)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"summary": " \u202e\r\n"}, "ValueError: the title is empty"),
        (
            {"when": timed("2027-07-14T09:00Z", "2027-07-14T09:00Z", "UTC")},
            "ValueError: it ends before it starts",
        ),
        (
            {"when": AllDay(first_on=date(2027, 7, 2), last_on=date(2027, 7, 1))},
            "ValueError: it ends before it starts",
        ),
        (
            {"when": Timed(starts_at=NAIVE, ends_at=NAIVE + timedelta(hours=1), tzid="Europe/Moscow")},
            "ValueError: a time without zone",
        ),
        (
            {"when": timed("0002-01-01T00:00Z", "2027-01-01T00:00Z", "Asia/Tokyo")},
            "ValueError: the year cannot be meant",
        ),
        (
            {"when": timed("2027-01-01T09:00Z", "2027-01-01T10:00Z", "Nowhere/Town")},
            "ZoneInfoNotFoundError: 'No time zone found with key Nowhere/Town'",
        ),
        ({"revised_at": NAIVE, "created_at": NAIVE}, "ValueError: a time without zone"),
        ({"url": "javascript:alert(1)"}, "ValueError: the address is not absolute http(s)"),
        ({"image_url": "/covers/a.png"}, "ValueError: the address is not absolute http(s)"),
        ({"conference_url": "meet.example"}, "ValueError: the address is not absolute http(s)"),
        ({"geo": Geo(latitude=91, longitude=0)}, "ValueError: the point is not on Earth"),
        ({"geo": Geo(latitude=float("nan"), longitude=0)}, "ValueError: the point is not on Earth"),
        ({"uid": "host.example/1"}, "ValueError: badly formed hexadecimal UUID string"),
        ({"summary": None}, "TypeError: expected string or bytes-like object, got 'NoneType'"),
    ],
)
def test_a_bad_entry_is_quarantined_and_the_others_stay(make_feed, make_entry, changes, reason):
    bad, good = make_entry(1, **changes), make_entry(2)

    answer = render(make_feed(), [bad, good])

    assert answer.quarantined == (Quarantined(bad.uid, reason),)
    assert answer.body == render(make_feed(), [good]).body


def test_the_second_entry_with_one_identifier_is_quarantined(make_feed, make_entry):
    answer = render(make_feed(), [make_entry(1), make_entry(1, summary="Twin")])

    assert answer.quarantined == (Quarantined(UUID(int=1), "ValueError: the identifier is used twice"),)
    assert answer.body == render(make_feed(), [make_entry(1)]).body


def test_a_hostile_mail_address_of_the_organiser_is_quarantined(make_feed, make_entry):
    organiser = type(make_entry().organiser)(name="x", mail="a@b\r\nATTENDEE:mailto:c@d")

    answer = render(make_feed(), [make_entry(1, organiser=organiser), make_entry(2)])

    assert [one.uid for one in answer.quarantined] == [UUID(int=1)]
    assert b"ATTENDEE" not in answer.body
