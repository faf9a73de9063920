"""The page of an event: who may see it, what it says to readers and to machines, and when a copy is still good."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from eventhub.accounts.rules import Role
from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event, Speaker
from eventhub.events.rules import EventState, Format, Kind
from eventhub.events.stamps import revise
from eventhub.registration.types.pools import add_pool
from eventhub.registration.types.rules import PoolKind
from eventhub.registration.types.sharing import count_in
from tests.factories import both_languages, grant, make_event, make_room, make_session, make_user
from tests.people import sign_in, statements
from tests.web.reading import HOSTILE, dangers, parsed, texts

PAGE = "/events/shells"
CANARY = "canary-of-somebody"


@pytest.fixture(autouse=True)
def today(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event(app: Flask, now) -> Event:
    with transaction():
        return make_event(now=now, slug="shells", capacity=20, venue_id=make_room().venue_id)


def set_taken(pool_id: int | None, taken: int) -> None:
    with transaction():
        db.session.execute(update(CapacityPool).where(CapacityPool.id == pool_id).values(taken=taken))


def again(client: FlaskClient, answer, **headers: str):
    """The same page asked for with the mark of the answer."""
    return client.get(answer.request.full_path, headers={"If-None-Match": answer.headers["ETag"], **headers})


@pytest.mark.parametrize(
    "path", [PAGE, f"{PAGE}/cover.svg", f"{PAGE}/event.ics", f"{PAGE}/register", f"{PAGE}/register/sent"]
)
def test_a_draft_is_not_found_anywhere(client: FlaskClient, app: Flask, now, path: str) -> None:
    with transaction():
        make_event(now=now, slug="shells", state=EventState.DRAFT)

    assert client.get(path).status_code == 404


def test_an_organiser_sees_the_cover_of_a_draft(client: FlaskClient, app: Flask, now) -> None:
    with transaction():
        draft = make_event(now=now, slug="shells", state=EventState.DRAFT)
        user = make_user(now=now)
        grant(user, Role.EVENT_ORGANISER, now=now, event=draft)
    sign_in(client, user, now=now)

    answer = client.get(f"{PAGE}/cover.svg")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")


def test_a_cancelled_event_says_so_and_why(client: FlaskClient, app: Flask, now) -> None:
    with transaction():
        make_event(
            now=now,
            slug="shells",
            state=EventState.CANCELLED,
            cancelled_at=now,
            cancel_reason={"en": "A storm is coming.", "ru": "Надвигается буря."},
        )

    assert "A storm is coming." in client.get(PAGE).text
    assert "Надвигается буря." in client.get(f"{PAGE}?lang=ru").text
    assert parsed(client.get(PAGE)).xpath("//a[contains(@href, '/register')]") == []


def test_machines_read_what_people_read(client: FlaskClient, event: Event) -> None:
    page = parsed(client.get(PAGE))
    schema = json.loads(page.xpath("//script[@type='application/ld+json']")[0].text_content())
    graph = {meta.get("property"): meta.get("content") for meta in page.xpath("//meta[@property]")}

    assert (schema["@type"], schema["name"], schema["startDate"]) == (
        "Event",
        "Seminar on testing",
        "2027-03-08T12:00:00+03:00",
    )
    assert schema["eventStatus"] == "https://schema.org/EventScheduled"
    assert graph["og:title"] == "Seminar on testing"
    assert graph["og:url"].endswith(PAGE)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    "vector", HOSTILE[::3] + [{"name": "end of script", "text": "</script><b>x</b>"}], ids=lambda v: v["name"]
)
def test_hostile_texts_stay_texts_and_the_data_stays_valid(
    client: FlaskClient, app: Flask, now, vector: dict[str, str], kind: Kind
) -> None:
    text = vector["text"].encode("utf-8", "surrogatepass").decode("utf-8", "replace").replace("\x00", "")
    words = both_languages(text)
    with transaction():
        event = make_event(
            now=now, slug="shells", kind=kind, title=words, summary=words, description=words, host=words
        )
        session = make_session(event, title=words, summary=words)
        session.speakers = [Speaker(full_name=text, affiliation=text, position=0)]

    answer = client.get(PAGE)
    schema = json.loads(parsed(answer).xpath("//script[@type='application/ld+json']")[0].text_content())

    assert (answer.status_code, dangers(answer), schema["name"]) == (200, [], text)
    assert parsed(answer).xpath("//b") == []


def test_nothing_private_is_on_public_pages(client: FlaskClient, app: Flask, now) -> None:
    with transaction():
        make_event(
            now=now, slug="shells", format=Format.HYBRID, online_link=f"https://meet.example.org/{CANARY}"
        )
        make_user(f"{CANARY}@example.org", now=now, full_name=CANARY)

    pages = [
        "/",
        "/seminars",
        PAGE,
        f"{PAGE}/event.ics",
        "/calendar/events.ics",
        f"{PAGE}/register",
        "/privacy",
    ]

    assert [page for page in pages if CANARY in client.get(page).text] == []


def test_a_session_shows_as_many_places_as_the_tightest_pool_of_its_chain(
    app: Flask, client: FlaskClient, now
) -> None:
    with transaction():
        event = make_event(now=now, slug="shells")
        session = make_session(event, capacity=12)
        facts = {"kind": PoolKind.SHARED, "places": 20, "name": both_languages("Lab"), "by": "test"}
        lab = add_pool(event, now=now, **facts)
        count_in(event, session, lab.public_id, places=12, by="test", now=now)
        ids = session.pool_id, lab.pool_id

    def shown() -> list[str]:
        places = texts(client.get(PAGE), "//*[contains(., 'place') and not(*)]")
        form = client.get(f"{PAGE}/register").text
        return [one for one in places if "left" in one or "taken" in one if one in form]

    said = []
    for own, shared in ((0, 0), (4, 4), (4, 17), (4, 20)):
        for pool, taken in zip(ids, (own, shared), strict=True):
            set_taken(pool, taken)
        said.append(shown())
    assert said == [[], ["8 places left"], ["3 places left"], ["All places taken"]]
    for pool in ids:
        set_taken(pool, 0)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_cold_page_costs_few_statements_and_a_good_copy_one(
    app: Flask, client: FlaskClient, now, kind: Kind
) -> None:
    with transaction():
        event = make_event(now=now, slug="shells", kind=kind, capacity=20)
        make_session(event, capacity=3)

    with statements() as cold:
        answer = client.get(PAGE)
    with statements() as warm:
        client.get(PAGE)
    with statements() as good:
        assert again(client, answer).status_code == 304

    assert (len(warm), len(good)) == (1, 1)
    assert len(cold) <= 4, cold


def test_a_good_copy_is_not_sent_again_and_a_packed_one_is_another(client: FlaskClient, event: Event) -> None:
    plain = client.get(PAGE)
    packed = client.get(PAGE, headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(packed.data) == plain.data
    assert plain.headers["ETag"] != packed.headers["ETag"]
    assert again(client, plain).status_code == 304
    assert again(client, packed, **{"Accept-Encoding": "gzip"}).status_code == 304
    assert again(client, packed).status_code == 200
    assert (again(client, plain).data, again(client, plain).headers["ETag"]) == (b"", plain.headers["ETag"])


@pytest.mark.parametrize(
    ("asked", "is_packed"),
    [
        ("gzip", True),
        ("gzip, br", True),
        ("*", True),
        ("gzip;q=0", False),
        ("identity", False),
        ("x-gzipped", False),
    ],
)
def test_only_who_takes_gzip_gets_it(client: FlaskClient, event: Event, asked: str, is_packed: bool) -> None:
    answer = client.get(PAGE, headers={"Accept-Encoding": asked})

    assert ("Content-Encoding" in answer.headers) is is_packed
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_mark_that_a_proxy_weakened_is_still_good(client: FlaskClient, event: Event) -> None:
    mark = client.get(PAGE).headers["ETag"]

    assert client.get(PAGE, headers={"If-None-Match": f"W/{mark}"}).status_code == 304
    assert client.get(PAGE, headers={"If-None-Match": f'"other", {mark}'}).status_code == 304
    assert client.get(PAGE, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_answers_as_get_without_the_page(client: FlaskClient, event: Event) -> None:
    full, head = client.get(PAGE), client.head(PAGE)

    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", full.headers["ETag"])
    assert client.head(PAGE, headers={"If-None-Match": full.headers["ETag"]}).status_code == 304


def test_a_visible_change_makes_copies_bad(client: FlaskClient, event: Event, now) -> None:
    copy = client.get(PAGE)

    with transaction():
        changed = db.session.get_one(Event, event.id)
        changed.title = both_languages("Seminar on something new")
        revise(changed, now=now)

    assert texts(again(client, copy), "//h1") == ["Seminar on something new"]


def test_seats_make_copies_bad_only_when_the_page_shows_them(client: FlaskClient, event: Event) -> None:
    copy = client.get(PAGE)
    set_taken(event.pool_id, 9)
    assert again(client, copy).status_code == 304

    set_taken(event.pool_id, 18)
    near = again(client, copy)
    assert (near.status_code, "2 places left" in near.text) == (200, True)

    set_taken(event.pool_id, 20)
    full = again(client, near)
    assert (full.status_code, "All places are taken." in full.text) == (200, True)


def test_a_place_that_moves_from_one_session_to_another_makes_copies_bad(
    client: FlaskClient, event: Event
) -> None:
    with transaction():
        pools = [make_session(event, capacity=5).pool_id for _ in range(2)]
    set_taken(pools[0], 2)
    copy = client.get(PAGE)

    set_taken(pools[0], 1)
    set_taken(pools[1], 1)

    assert again(client, copy).status_code == 200


def test_a_copy_is_good_for_a_minute_at_most_since_registration_opens_and_closes(
    client: FlaskClient, event: Event, today
) -> None:
    copy = client.get(PAGE)
    today.shift(timedelta(seconds=61))

    assert again(client, copy).status_code == 200


def test_each_language_is_a_page_of_its_own(client: FlaskClient, event: Event) -> None:
    english = client.get(PAGE, headers={"Accept-Language": "en"})
    russian = client.get(PAGE, headers={"Accept-Language": "ru-RU,ru;q=0.9"})

    assert (parsed(english).get("lang"), parsed(russian).get("lang")) == ("en", "ru")
    assert english.headers["ETag"] != russian.headers["ETag"]
    assert {"Cookie", "Accept-Language"} <= set(english.headers["Vary"].split(", "))


def test_who_is_signed_in_gets_a_page_of_their_own(client: FlaskClient, event: Event, now) -> None:
    guest = client.get(PAGE)
    assert guest.headers["Cache-Control"] == "public, no-cache"
    with transaction():
        user = make_user(now=now)
    sign_in(client, user, now=now)

    answer = again(client, guest)

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert "ETag" not in answer.headers


def test_no_page_for_everybody_sets_a_cookie(client: FlaskClient, event: Event) -> None:
    pages = ["/", "/?q=x", "/seminars", PAGE, f"{PAGE}?tz=Asia/Tokyo", "/help", "/privacy", "/accessibility"]

    assert {page: client.get(page).headers.get("Set-Cookie") for page in pages} == dict.fromkeys(pages)


@pytest.mark.parametrize(
    "zone", ["Asia/Tokyo", "../etc/passwd", "x" * 5000, "%00", "", "Europe/Moscow\r\nX: y"]
)
def test_any_zone_may_be_asked_for(client: FlaskClient, event: Event, zone: str) -> None:
    assert client.get(PAGE, query_string={"tz": zone}).status_code == 200
