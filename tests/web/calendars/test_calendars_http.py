"""Public calendars over HTTP, as calendar programs fetch them."""

import gzip
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import event as sqlalchemy_event

from eventhub.db import db, transaction
from eventhub.events.models import Series, Speaker
from eventhub.events.rules import EventState, Format, Kind, SessionState
from eventhub.events.stamps import revise
from tests.factories import both_languages, make_event, make_room, make_session
from tests.people import forget_kept

ALL = "/calendar/events.ics"
FEEDS = [ALL, "/calendar/seminars.ics", "/calendar/series/shells.ics", "/events/shells/event.ics"]


@pytest.fixture(autouse=True)
def today(now):
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture
def seminar(app, now):
    """A published seminar of a series, with a stamp as every command leaves one."""
    with transaction():
        series = Series(
            slug="shells", title={"en": "Shells", "ru": "Оболочки"}, summary=both_languages("Thin.")
        )
        db.session.add(series)
        db.session.flush()
        event = make_event(
            now=now,
            slug="shells",
            title={"en": "Seminar on shells", "ru": "Семинар по оболочкам"},
            series_id=series.id,
            venue_id=make_room().venue_id,
        )
        revise(event, now=now)
    return event


@contextmanager
def statements():
    """The SQL that ran, BEGIN and ROLLBACK not counted."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)


def events_of(response):
    assert response.status_code == 200
    return Calendar.from_ical(response.data).events


def titles(response):
    return [str(one["SUMMARY"]) for one in events_of(response)]


# What is told


def test_every_feed_holds_the_published_event(client, seminar):
    found = {path: [str(e["UID"]) for e in events_of(client.get(path))] for path in FEEDS}

    assert found == dict.fromkeys(FEEDS, [str(seminar.uid)])


def test_categories_are_the_words_of_the_topics_in_the_language_of_the_feed(client, seminar, now):
    with transaction():
        event = db.session.merge(seminar)
        event.topics = ["materials", "physics", "shells of old"]
        revise(event, now=now + timedelta(minutes=1))

    said = {
        language: [
            str(each) for each in events_of(client.get(f"{ALL}?lang={language}"))[0]["CATEGORIES"].cats
        ]
        for language in ("en", "ru")
    }

    assert said == {
        "en": ["Materials", "Physics and mathematics", "shells of old"],
        "ru": ["Материалы", "Физика и математика", "shells of old"],
    }
    for path in FEEDS:
        first = client.get(f"{path}?lang=ru").data
        forget_kept(client.application)
        assert client.get(f"{path}?lang=ru").data == first


def test_an_event_says_when_where_and_by_whom(client, seminar):
    [entry] = events_of(client.get(ALL))

    assert (entry.start, entry.end) == (seminar.starts_at, seminar.ends_at)
    assert {
        name: str(entry[name]) for name in ("SUMMARY", "LOCATION", "URL", "ORGANIZER", "STATUS", "COLOR")
    } == {
        "SUMMARY": "Seminar on shells",
        "LOCATION": "Main building, St. Petersburg",
        "URL": "http://127.0.0.1:8000/events/shells",
        "ORGANIZER": "mailto:office@example.org",
        "STATUS": "CONFIRMED",
        "COLOR": "teal",
    }
    assert (entry["SEQUENCE"], entry["DTSTAMP"].dt) == (1, seminar.revised_at)


def test_a_feed_speaks_the_language_of_its_address_and_of_nothing_else(client, seminar):
    client.set_cookie("lang", "ru")

    assert titles(client.get(ALL, headers={"Accept-Language": "ru"})) == ["Seminar on shells"]
    assert titles(client.get(f"{ALL}?lang=ru")) == ["Семинар по оболочкам"]
    assert titles(client.get(f"{ALL}?lang=de")) == ["Seminar on shells"]


def test_the_feed_names_its_own_address(client, seminar):
    calendar = Calendar.from_ical(client.get("/calendar/seminars.ics?lang=ru").data)

    assert str(calendar["SOURCE"]) == "http://127.0.0.1:8000/calendar/seminars.ics?lang=ru"
    assert str(calendar["URL"]) == "http://127.0.0.1:8000/seminars"


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_its_feed(client, now, kind):
    with transaction():
        for one in Kind:
            make_event(now=now, kind=one, title=both_languages(f"A {one}"))

    assert titles(client.get(f"/calendar/{kind}.ics")) == [f"A {kind}"]


def test_drafts_are_never_told_not_even_archived_ones(client, now):
    with transaction():
        make_event(now=now, slug="draft", state=EventState.DRAFT, published_at=None)
        make_event(now=now, slug="gone", state=EventState.ARCHIVED, published_at=None)

    assert titles(client.get(ALL)) == []
    assert [client.get(f"/events/{slug}/event.ics").status_code for slug in ("draft", "gone")] == [404, 404]


def test_a_cancelled_event_stays_as_cancelled_with_a_higher_sequence(client, seminar, now):
    before = client.get(ALL)
    with transaction():
        seminar.state = EventState.CANCELLED
        seminar.cancelled_at = now + timedelta(hours=1)
        seminar.cancel_reason = both_languages("The speaker is ill.")
        revise(seminar, now=now + timedelta(hours=1))

    [old], [new] = events_of(before), events_of(client.get(ALL))

    assert (new["UID"], new["STATUS"], new["TRANSP"]) == (old["UID"], "CANCELLED", "TRANSPARENT")
    assert str(new["SUMMARY"]) == "Cancelled: Seminar on shells"
    assert str(new["DESCRIPTION"]) == "The speaker is ill.\n\nWhat a test may promise."
    assert (new["SEQUENCE"], new["LAST-MODIFIED"].dt) == (old["SEQUENCE"] + 1, now + timedelta(hours=1))


def test_an_archived_event_that_was_cancelled_is_still_cancelled(client, now):
    with transaction():
        make_event(now=now, state=EventState.ARCHIVED, cancelled_at=now, cancel_reason=both_languages("Ill."))

    assert [str(e["STATUS"]) for e in events_of(client.get(ALL))] == ["CANCELLED"]


def test_the_online_link_is_never_told_to_the_public(client, now):
    with transaction():
        make_event(now=now, slug="online", format=Format.ONLINE, online_link="https://meet.example/secret")

    answer = client.get("/events/online/event.ics")

    assert [str(e["LOCATION"]) for e in events_of(answer)] == ["Online"]
    assert b"meet.example" not in answer.data


def test_a_school_of_a_week_is_told_in_whole_days_that_block_no_time(client, now):
    starts_at = datetime(2027, 7, 4, 21, 0, tzinfo=UTC)  # the 5th in Moscow
    with transaction():
        make_event(now=now, starts_at=starts_at, ends_at=datetime(2027, 7, 9, 15, tzinfo=UTC))

    [entry] = events_of(client.get(ALL))

    assert (entry["DTSTART"].to_ical(), entry["DTEND"].to_ical()) == (b"20270705", b"20270710")
    assert entry["TRANSP"] == "TRANSPARENT"


def test_events_leave_the_feed_a_year_after_their_end_when_a_month_begins(client, now):
    with transaction():
        make_event(
            now=now,
            title=both_languages("Old"),
            starts_at=now - timedelta(days=400),
            ends_at=now - timedelta(days=399),
        )
        make_event(
            now=now,
            title=both_languages("Last spring"),
            starts_at=now - timedelta(days=350),
            ends_at=now - timedelta(days=349),
        )

    assert titles(client.get(ALL)) == ["Last spring"]


def test_the_programme_comes_only_when_asked_for_and_belongs_to_its_event(client, seminar, now):
    with transaction():
        talk = make_session(seminar, title=both_languages("Talk"), room_id=make_room("Room 7").id)
        db.session.add(
            Speaker(session_id=talk.id, full_name="Test Speaker", affiliation="Test Institute", position=0)
        )
        make_session(seminar, title=both_languages("Tour"), state=SessionState.CANCELLED, position=1)

    plain = client.get("/events/shells/event.ics")
    _, by_talk, by_tour = events_of(client.get("/events/shells/event.ics?programme=1"))

    assert titles(plain) == ["Seminar on shells"]
    assert (str(by_talk["SUMMARY"]), str(by_talk["RELATED-TO"])) == ("Talk", str(seminar.uid))
    assert str(by_talk["LOCATION"]) == "Room 7, Main building, St. Petersburg"
    assert str(by_talk["DESCRIPTION"]) == "Test Speaker, Test Institute"
    assert (str(by_tour["SUMMARY"]), str(by_tour["STATUS"])) == ("Cancelled: Tour", "CANCELLED")


def test_a_bad_entry_is_left_out_and_logged_while_the_feed_lives(client, seminar, now, caplog):
    with transaction():
        bad = make_event(now=now, timezone="Nowhere/Town", title=both_languages("Bad"))

    assert titles(client.get(ALL)) == ["Seminar on shells"]
    assert [str(bad.uid) in record.getMessage() for record in caplog.records] == [True]


# How it is answered


@pytest.mark.parametrize("path", FEEDS)
def test_the_headers_of_a_feed(client, seminar, path, now):
    response = client.get(path)

    name = path.split("/")[-1] if "series" not in path else "series.ics"
    kind = "attachment" if path.startswith("/events/") else "inline"
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'{kind}; filename="{name}"'
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Length"] == str(len(response.data))
    assert parsedate_to_datetime(response.headers["Last-Modified"]) == now
    assert "Set-Cookie" not in response.headers
    assert "Content-Encoding" not in response.headers
    assert not response.headers["ETag"].startswith("W/")


@pytest.mark.parametrize("path", FEEDS)
def test_two_fetches_are_byte_identical_also_from_another_process(app, client, seminar, path):
    first = client.get(path)
    again = client.get(path)
    forget_kept(app)
    with time_machine.travel(datetime(2027, 3, 20, tzinfo=UTC)):
        later = client.get(path)

    assert first.data == again.data == later.data
    assert first.headers["ETag"] == again.headers["ETag"] == later.headers["ETag"]
    assert first.headers["Last-Modified"] == later.headers["Last-Modified"]


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Google-Calendar-Importer"},
        {"User-Agent": "macOS/15.0 (24A335) dataaccessd/1.0"},
        {"User-Agent": "Microsoft.Exchange/15.20", "Accept": "text/html"},
        {"User-Agent": ""},
        {"Accept": "application/json", "Accept-Language": "ru"},
        {"Cookie": "lang=ru"},
    ],
)
def test_every_program_gets_the_same_bytes(client, seminar, headers):
    assert client.get(ALL, headers=headers).data == client.get(ALL).data


@pytest.mark.parametrize("path", FEEDS)
def test_head_is_get_without_the_body(client, seminar, path):
    got, head = client.get(path), client.head(path)

    assert (head.status_code, head.data) == (200, b"")
    for answer in (got, head):
        del answer.headers["X-Request-ID"]  # each request has its own
    assert list(head.headers) == list(got.headers)


def test_gzip_holds_the_same_bytes_under_another_etag(client, seminar):
    plain = client.get(ALL)
    packed = client.get(ALL, headers={"Accept-Encoding": "br;q=1, gzip;q=0.8"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Content-Length"] == str(len(packed.data))


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br", ""])
def test_who_does_not_take_gzip_does_not_get_it(client, seminar, accepted):
    assert "Content-Encoding" not in client.get(ALL, headers={"Accept-Encoding": accepted}).headers


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_a_program_that_has_the_feed_gets_an_empty_304_for_one_statement(client, seminar, form, accepted):
    etag = client.get(ALL, headers={"Accept-Encoding": accepted}).headers["ETag"]

    with statements() as seen:
        response = client.get(ALL, headers={"If-None-Match": form.format(etag), "Accept-Encoding": accepted})

    assert (response.status_code, response.data, response.headers["ETag"]) == (304, b"", etag)
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "Content-Type" not in response.headers
    assert len(seen) == 1


def test_the_etag_of_the_other_encoding_is_no_match(client, seminar):
    etag = client.get(ALL, headers={"Accept-Encoding": "gzip"}).headers["ETag"]

    assert client.get(ALL, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(0, 304), (3600, 304), (-1, 200)])
def test_a_program_that_knows_only_a_date_is_told_what_changed_since(client, seminar, now, seconds, status):
    since = format_datetime(now + timedelta(seconds=seconds), usegmt=True)

    assert client.get(ALL, headers={"If-Modified-Since": since}).status_code == status


def test_the_etag_wins_over_the_date(client, seminar, now):
    late = format_datetime(now + timedelta(days=1), usegmt=True)
    early = format_datetime(now - timedelta(days=1), usegmt=True)
    etag = client.get(ALL).headers["ETag"]

    assert client.get(ALL, headers={"If-None-Match": '"x"', "If-Modified-Since": late}).status_code == 200
    assert client.get(ALL, headers={"If-None-Match": etag, "If-Modified-Since": early}).status_code == 304


def test_a_visible_change_is_answered_with_a_new_etag_and_date(client, seminar, now):
    before = client.get(ALL)
    with transaction():
        seminar.starts_at += timedelta(minutes=30)
        revise(seminar, now=now + timedelta(minutes=5))

    after = client.get(ALL, headers={"If-None-Match": before.headers["ETag"]})

    assert after.status_code == 200
    assert parsedate_to_datetime(after.headers["Last-Modified"]) == now + timedelta(minutes=5)


def test_a_change_elsewhere_leaves_the_etag_of_a_single_event(client, seminar, now):
    before = client.get("/events/shells/event.ics").headers["ETag"]
    with transaction():
        revise(make_event(now=now), now=now + timedelta(minutes=5))

    assert client.get("/events/shells/event.ics", headers={"If-None-Match": before}).status_code == 304


def test_an_unchanged_feed_is_rendered_once(client, seminar):
    client.get(ALL)

    with statements() as seen:
        client.get(ALL, headers={"Accept-Encoding": "gzip"})

    assert len(seen) == 1


@pytest.mark.parametrize("count", [1, 30])
def test_a_feed_is_built_by_two_statements_whatever_its_size(client, now, count):
    with transaction():
        for _ in range(count):
            make_event(now=now, venue_id=make_room().venue_id)

    with statements() as seen:
        assert len(events_of(client.get(ALL))) == count

    assert len(seen) == 2


@pytest.mark.parametrize("path", FEEDS)
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_feed_is_only_read(client, seminar, path, method):
    response = getattr(client, method)(path)

    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/parties.ics",
        "/calendar/series/nothing.ics",
        "/events/nothing/event.ics",
        "/calendar/events.ics/",
        "/calendar/%00.ics",
        "/calendar/series/%27%20OR%201=1.ics",
    ],
)
@pytest.mark.parametrize(
    "headers", [{}, {"If-None-Match": "*"}, {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}]
)
def test_an_unknown_feed_is_not_found(client, seminar, path, headers):
    response = client.get(path, headers=headers)

    assert response.status_code == 404
    assert b"BEGIN:VCALENDAR" not in response.data


def test_a_feed_address_is_short_enough_for_google(client, now):
    with transaction():
        make_event(now=now, slug="s" * 60)

    assert len("http://127.0.0.1:8000/events/" + "s" * 60 + "/event.ics?lang=ru") <= 256
    assert client.get("/events/" + "s" * 60 + "/event.ics?lang=ru").status_code == 200


def test_200_events_stay_below_the_limits_of_google(client, now):
    with transaction():
        for number in range(200):
            make_event(
                now=now,
                title=both_languages(f"Семинар {number} " * 5),
                summary=both_languages("Описание. " * 30),
            )

    response = client.get(ALL)

    assert len(events_of(response)) == 200
    assert len(response.data) < 1_000_000
