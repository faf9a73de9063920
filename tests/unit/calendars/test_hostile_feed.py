"""Whatever people type, independent readers find the same entries in the feed, and nothing more."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from eventhub.calendars.entries import AllDay, Geo, Organiser, Status, Timed, Words
from eventhub.calendars.ical import render
from eventhub.calendars.lines import plain_line, plain_text

ROOT = Path(__file__).parents[3]
TYPED = st.text(st.characters(), max_size=300)


def shape(body):
    """How often each component occurs, and each property of each component."""
    components = Calendar.from_ical(body).walk()
    return Counter(component.name for component in components) + Counter(
        (component.name, name, len(component[name]) if isinstance(component[name], list) else 1)
        for component in components
        for name in component
    )


def calendar_of(make_feed, make_entry, text):
    """A feed with this text in everything that takes text, and an ordinary entry behind it."""
    entry = make_entry(
        1,
        summary=text,
        description=text,
        location=text,
        categories=(text, "Shells"),
        organiser=Organiser(name=text, mail="office@hub.example"),
        url=f"https://hub.example/{text}",
        image_url=f"https://hub.example/?{text}",
        conference_url=f"https://hub.example/#{text}",
        status=Status.CANCELLED,
    )
    feed = make_feed(name=text, description=text, page_url=f"https://hub.example/{text}")
    return render(feed, [entry, make_entry(2)], words=Words(cancelled=text, join=text))


def test_hostile_text_changes_no_component_and_no_property(make_feed, make_entry, hostile):
    harmless = calendar_of(make_feed, make_entry, "x")

    answer = calendar_of(make_feed, make_entry, f"x{hostile}")

    assert answer.quarantined == ()
    assert shape(answer.body) == shape(harmless.body)


def test_hostile_text_is_read_back_as_it_was_typed(make_feed, make_entry, hostile):
    typed = f"x{hostile}"
    body = render(make_feed(), [make_entry(summary=typed, description=typed, location=typed)]).body

    [event] = Calendar.from_ical(body).events
    [vevent] = vobject.readOne(body.decode()).vevent_list

    line, text = plain_line(typed), plain_text(typed)
    assert (event["SUMMARY"], event["DESCRIPTION"], event["LOCATION"]) == (line, text, line)
    assert (vevent.summary.value, vevent.description.value, vevent.location.value) == (line, text, line)


@settings(deadline=None)
@given(text=TYPED)
def test_no_text_at_all_adds_or_takes_an_entry(make_feed, make_entry, text):
    answer = calendar_of(make_feed, make_entry, f"x{text}")

    assert answer.quarantined == ()
    assert shape(answer.body) == shape(calendar_of(make_feed, make_entry, "x").body)


WRITE_ALL_VECTORS = """
import json, sys
from datetime import UTC, date, datetime
from uuid import UUID
from eventhub.calendars.entries import AllDay, Entry, Organiser
from eventhub.calendars.ical import render

day = AllDay(first_on=date(2027, 1, 1), last_on=date(2027, 1, 1))
then = datetime(2026, 11, 1, tzinfo=UTC)
texts = [vector["text"] for vector in json.load(open("tests/vectors/hostile_text.json", encoding="utf-8"))]
entries = [
    Entry(
        uid=UUID(int=number), when=day, revision=0, created_at=then, revised_at=then,
        summary=f"x{text}", description=text, location=text, categories=(text,),
        organiser=Organiser(name=text, mail="office@hub.example"),
    )
    for number, text in enumerate(texts)
]
print(__debug__, len(entries), file=sys.stderr)
sys.stdout.buffer.write(render(None, entries).body)
"""


def test_optimised_python_writes_the_same_bytes():
    """Under -O every assert is gone; nothing may rest on one."""
    command = ["-c", WRITE_ALL_VECTORS]
    plain = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, check=True)
    optimised = subprocess.run([sys.executable, "-O", *command], cwd=ROOT, capture_output=True, check=True)

    is_debug, count = plain.stderr.decode().split()

    assert (is_debug, optimised.stderr.decode().split()) == ("True", ["False", count])
    assert optimised.stdout == plain.stdout
    assert plain.stdout.count(b"\r\nBEGIN:") == int(count)


INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
ZONES = st.sampled_from(["Europe/Moscow", "Europe/Berlin", "America/Sao_Paulo", "Asia/Shanghai", "UTC"])


@settings(deadline=None)
@given(starts_at=INSTANTS, minutes=st.integers(1, 60 * 24 * 9), tzid=ZONES)
def test_every_instant_is_read_back_in_every_zone(make_entry, starts_at, minutes, tzid):
    ends_at = starts_at + timedelta(minutes=minutes)
    body = render(None, [make_entry(when=Timed(starts_at=starts_at, ends_at=ends_at, tzid=tzid))]).body

    [event] = Calendar.from_ical(body).events

    assert (event.start.astimezone(UTC), event.end.astimezone(UTC)) == (starts_at, ends_at)
    assert event.start.utcoffset() in {starts_at.astimezone(ZoneInfo(tzid)).utcoffset(), timedelta()}


def test_two_readers_agree_on_a_mixed_calendar(make_feed, make_entry):
    week = AllDay(first_on=date(2027, 7, 5), last_on=date(2027, 7, 11))
    entries = [
        make_entry(1, summary="Семинар по оболочкам " * 4),
        make_entry(2, summary="国际合作研讨会" * 9, status=Status.CANCELLED, revision=4),
        make_entry(3, summary="شاهنامه و می‌خواهم " * 5, when=week),
        make_entry(4, summary="👩🏽‍🚀 " * 20, geo=Geo(latitude=-23.55, longitude=-46.63)),
    ]
    body = render(make_feed(), entries).body

    by_icalendar = [
        (e["UID"], e["SUMMARY"], e["STATUS"], int(e["SEQUENCE"]), e["DTSTART"].dt, e["DTEND"].dt)
        for e in Calendar.from_ical(body).events
    ]
    by_vobject = [
        (e.uid.value, e.summary.value, e.status.value, int(e.sequence.value), e.dtstart.value, e.dtend.value)
        for e in vobject.readOne(body.decode()).vevent_list
    ]

    assert by_icalendar == by_vobject
    assert [one[:4] for one in by_icalendar] == [
        (str(entries[0].uid), entries[0].summary.strip(), "CONFIRMED", 2),
        (str(entries[1].uid), f"Cancelled: {entries[1].summary}", "CANCELLED", 4),
        (str(entries[2].uid), entries[2].summary.strip(), "CONFIRMED", 2),
        (str(entries[3].uid), entries[3].summary.strip(), "CONFIRMED", 2),
    ]


def test_vobject_finds_the_feed_valid(make_feed, make_entry):
    calendar = vobject.readOne(render(make_feed(), [make_entry(1), make_entry(2)]).body.decode())

    assert calendar.validate(raiseException=True)
