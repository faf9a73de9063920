"""Links into calendar programs, read back the way the services read them."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from eventhub.calendars.entries import AllDay
from eventhub.calendars.links import (
    OUTLOOK_LIVE,
    OUTLOOK_OFFICE,
    google_add,
    google_subscribe,
    outlook_add,
    outlook_subscribe,
    webcal,
)

FEED = "https://hub.example/calendar/events.ics?lang=ru"
THREE_DAYS = AllDay(first_on=date(2027, 6, 5), last_on=date(2027, 6, 7))


def place_and_query(link):
    parts = urlsplit(link)
    query = parse_qs(parts.query, strict_parsing=True, keep_blank_values=True)
    return f"{parts.scheme}://{parts.netloc}{parts.path}", {name: value for name, [value] in query.items()}


def test_the_subscription_link_is_webcal_and_never_webcals():
    assert webcal(FEED) == "webcal://hub.example/calendar/events.ics?lang=ru"
    assert webcal("http://127.0.0.1:8000/a.ics") == "webcal://127.0.0.1:8000/a.ics"


def test_google_subscribes_by_an_encoded_webcal_address():
    assert google_subscribe(FEED) == (
        "https://calendar.google.com/calendar/r"
        "?cid=webcal%3A%2F%2Fhub.example%2Fcalendar%2Fevents.ics%3Flang%3Dru"
    )


@pytest.mark.parametrize("host", [OUTLOOK_LIVE, OUTLOOK_OFFICE])
def test_outlook_subscribes_by_an_encoded_https_address_with_a_name(host):
    link = outlook_subscribe(FEED, name="События & «ещё»", host=host)

    assert place_and_query(link) == (
        f"{host}/calendar/0/addfromweb",
        {"url": FEED, "name": "События & «ещё»"},
    )
    assert "url=https%3A%2F%2Fhub.example%2F" in link


def test_google_adds_an_event_with_its_times_and_zone(make_entry):
    assert place_and_query(google_add(make_entry(summary="A & B"))) == (
        "https://calendar.google.com/calendar/render",
        {
            "action": "TEMPLATE",
            "text": "A & B",
            "dates": "20270714T080000Z/20270714T093000Z",
            "details": "Two talks and tea.\n\nhttps://hub.example/events/shells",
            "location": "Main building, room 118",
            "ctz": "Europe/Moscow",
        },
    )


def test_google_adds_whole_days_with_the_day_after_as_end(make_entry):
    _, query = place_and_query(google_add(make_entry(when=THREE_DAYS)))

    assert query["dates"] == "20270605/20270608"
    assert "ctz" not in query


@pytest.mark.parametrize("host", [OUTLOOK_LIVE, OUTLOOK_OFFICE])
def test_outlook_adds_an_event_with_its_times(make_entry, host):
    assert place_and_query(outlook_add(make_entry(), host=host)) == (
        f"{host}/calendar/0/deeplink/compose",
        {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": "Seminar on shells",
            "startdt": "2027-07-14T08:00:00Z",
            "enddt": "2027-07-14T09:30:00Z",
            "body": "Two talks and tea.\n\nhttps://hub.example/events/shells",
            "location": "Main building, room 118",
        },
    )


def test_outlook_adds_whole_days(make_entry):
    _, query = place_and_query(outlook_add(make_entry(when=THREE_DAYS)))

    assert (query["startdt"], query["enddt"], query["allday"]) == ("2027-06-05", "2027-06-08", "true")


def test_a_long_description_is_cut_and_the_page_stays_reachable(make_entry):
    _, query = place_and_query(google_add(make_entry(description="я" * 5000)))

    assert query["details"] == "я" * 300 + "…\n\nhttps://hub.example/events/shells"


@pytest.mark.parametrize("make_link", [google_add, outlook_add])
def test_hostile_text_stays_one_value_of_the_query(make_entry, make_link, hostile):
    entry = make_entry(summary=hostile, description=hostile, location=hostile)

    ordinary = place_and_query(make_link(make_entry()))
    place, query = place_and_query(make_link(entry))

    assert (place, list(query)) == (ordinary[0], list(ordinary[1]))
    assert make_link(entry).isascii()
    assert not set(make_link(entry)) & set("\"'<> \r\n")
