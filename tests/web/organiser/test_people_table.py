"""The people table in pages: its address, its columns, views, files, paper, and deeds for many."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from eventhub.accounts.rules import Role
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.people.bulk import do_rows
from eventhub.people.commands import add_tag, save_view
from eventhub.people.models import BulkJob, SavedView
from eventhub.people.queries import tags_by_registration
from eventhub.registration.forms.completing import complete
from eventhub.registration.forms.shapes import PEOPLE as PEOPLE_OPTION
from eventhub.registration.forms.shapes import Option, QuestionKind
from eventhub.registration.models import SessionChoice
from eventhub.registration.queries import get_registration
from eventhub.registration.rules import RegistrationState
from tests.commands.registration.questions import a_section, ask, typed
from tests.factories import grant, make_attendee, make_event, make_session, make_user
from tests.people import csrf, sign_in
from tests.web.organiser.desk import Statements, error_beside, send, typed_in
from tests.web.reading import HOSTILE, dangers, parsed, texts

PEOPLE = "/organiser/events/own/people"
ALL_COLUMNS = "&".join(
    f"column={name}"
    for name in ("organisation", "country", "state", "ticket", "checked_in", "tags", "email", "language",
                 "sessions", "registered", "number")
)  # fmt: skip
FORMULA = "=HYPERLINK(1)"
XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def guests(own: Event, now: datetime) -> list[str]:
    """Public ids of three: Anna with a tag and a session, Borys, and Chen who cancelled."""
    with transaction():
        session = make_session(own)
        anna = make_attendee(own, now=now, full_name="Анна Тестова", organisation=FORMULA, country="RU")
        borys = make_attendee(own, now=now, full_name="Borys Example")
        chen = make_attendee(own, now=now, full_name="Chen Example", state=RegistrationState.CANCELLED)
        db.session.add(SessionChoice(registration_id=anna.registration_id, session_id=session.id))
        add_tag(anna.registration, "VIP & <b>", by="test", now=now)
    return [one.registration.public_id for one in (anna, borys, chen)]


def tabs_of(client: FlaskClient, address: str) -> dict[str, str]:
    links = parsed(client.get(address)).xpath("//nav[@aria-label='People by state']/a")
    return {link.text: link.xpath("string(span)") for link in links}


def test_tabs_count_under_the_other_filters(organiser: FlaskClient, guests: list[str]) -> None:
    counts = tabs_of(organiser, f"{PEOPLE}?q=example&country=DE")

    assert counts == {
        "All": "2", "Confirmed": "1", "Pending": "0", "Waiting list": "0", "Offered": "0", "Cancelled": "1",
        "Checked in": "0",
    }  # fmt: skip


def test_the_address_chooses_columns_in_the_tables_order(organiser: FlaskClient, guests: list[str]) -> None:
    heads = texts(organiser.get(f"{PEOPLE}?column=number&column=email&column=nonsense"), "//thead//th")
    usual = texts(organiser.get(f"{PEOPLE}?column=nonsense"), "//thead//th")

    assert heads == ["Name", "E-mail", "Number"]
    assert usual == ["Name", "Organisation", "Country", "State", "Ticket", "Checked in at", "Tags"]


def test_the_filters_stand_as_the_address_says(organiser: FlaskClient, guests: list[str]) -> None:
    query = "q=anna&country=RU&organisation=hyper&came=no&from=2027-02-01&to=2027-03-31&sort=time&down=1"
    page = parsed(organiser.get(f"{PEOPLE}?{query}&tab=confirmed&column=email"))
    (form,) = page.xpath("//form[@role='search']")

    sent = {name: value for name, value in form.form_values() if value}
    assert sent == {
        "tab": "confirmed", "q": "anna", "country": "RU", "organisation": "hyper", "came": "no",
        "from": "2027-02-01", "to": "2027-03-31", "sort": "time", "down": "1", "column": "email",
    }  # fmt: skip
    assert [" ".join(row.text_content().split()) for row in page.xpath("//tbody//th")] == ["Анна Тестова"]


@pytest.mark.parametrize("query", ["", f"?{ALL_COLUMNS}", "?tag=VIP&q=e&came=no&sort=state"])
def test_thirty_people_cost_as_many_statements_as_one(
    organiser: FlaskClient, own: Event, guests: list[str], now: datetime, query: str
) -> None:
    organiser.get(PEOPLE)
    with Statements() as few:
        organiser.get(PEOPLE + query)
    with transaction():
        for number in range(30):
            guest = make_attendee(own, now=now, full_name=f"Guest {number}")
            add_tag(guest.registration, "VIP", by="test", now=now)
    with Statements() as many:
        organiser.get(PEOPLE + query)

    assert many.count == few.count


@pytest.mark.parametrize(
    "query",
    ["?from=2027-99-99&to=x", "?from=0001-01-01&to=9999-12-31", "?page=-1&page=2", "?session=%00&country=%00",
     "?came=maybe&sort=nonsense&down=yes", "?tab=", "?column=", "?q=%25%5C_"],
)  # fmt: skip
def test_nonsense_in_the_address_asks_for_nothing(
    organiser: FlaskClient, guests: list[str], query: str
) -> None:
    assert organiser.get(PEOPLE + query).status_code == 200


FILTERS = ("q", "country", "organisation", "language", "session", "tag", "from", "who", "column")


def test_hostile_text_in_the_address_is_harmless(organiser: FlaskClient, guests: list[str]) -> None:
    """In all filters at once, and every eighth in each alone, where nothing else hides what it does."""
    addresses = [dict.fromkeys(FILTERS, vector["text"]) for vector in HOSTILE]
    addresses += [{name: vector["text"]} for vector in HOSTILE[::8] for name in FILTERS]

    for query in addresses:
        for page in ("", "/bulk", "/paper"):
            answer = organiser.get(PEOPLE + page, query_string=query)
            assert (answer.status_code, dangers(answer), query) == (200, [], query)


def test_a_view_is_kept_opened_and_removed(organiser: FlaskClient, guests: list[str]) -> None:
    address = f"{PEOPLE}?tab=confirmed&q=anna"
    kept = send(organiser, address, {"name": "Just <Anna>"}, to=f"{PEOPLE}/views?tab=confirmed&q=anna&evil=1")
    page = parsed(organiser.get(PEOPLE))
    (chip,) = page.xpath("//nav[@aria-label='Saved views']//a")
    again = send(organiser, f"{PEOPLE}?q=x", {"name": "just <anna>"}, to=f"{PEOPLE}/views?q=x")
    view = db.session.scalars(select(SavedView)).one()
    removed = send(organiser, address, {"view": view.public_id}, to=f"{PEOPLE}/views/remove")

    assert (kept.status_code, kept.location) == (302, address)
    assert (chip.text_content(), chip.get("href")) == ("Just <Anna>", address)
    assert (again.status_code, error_beside(again.text, "name")) == (
        422,
        "You have a view of this name already.",
    )
    assert typed_in(again.text, "name") == "just <anna>"
    assert (removed.status_code, db.session.scalar(select(func.count()).select_from(SavedView))) == (302, 0)


def test_views_of_somebody_else_are_not_shown_and_not_removed(
    organiser: FlaskClient, own: Event, guests: list[str], now: datetime
) -> None:
    with transaction():
        other = make_user("other@example.org", now=now)
        view = save_view(own.id, other.id, name="Theirs", query="tab=pending")
        db.session.flush()
        public = view.public_id

    answer = organiser.post(f"{PEOPLE}/views/remove", data={"view": public}, headers=csrf(organiser))

    assert "Theirs" not in organiser.get(PEOPLE).text
    assert (answer.status_code, db.session.scalar(select(func.count()).select_from(SavedView))) == (302, 1)


def test_csv_holds_whom_the_address_asks_for_with_safe_cells(
    organiser: FlaskClient, guests: list[str]
) -> None:
    answer = organiser.get(f"{PEOPLE}.csv?q=анна&column=organisation&column=country&column=tags")

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"] == "attachment; filename=own.csv"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert rows == [
        ["Name", "Organisation", "Country", "Tags"],
        ["Анна Тестова", f"'{FORMULA}", "Russia", "VIP & <b>"],
    ]


def test_xlsx_holds_strings_alone(organiser: FlaskClient, guests: list[str]) -> None:
    answer = organiser.get(f"{PEOPLE}.xlsx?{ALL_COLUMNS}")

    with ZipFile(io.BytesIO(answer.data)) as parts:
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    cells = list(sheet.iter(f"{XML}c"))
    rows = [["".join(cell.itertext()) for cell in row.iter(f"{XML}c")] for row in sheet.iter(f"{XML}row")]
    assert {cell.get("t") for cell in cells} == {"inlineStr"}
    assert list(sheet.iter(f"{XML}f")) == []
    assert [row[0] for row in rows] == ["Name", "Borys Example", "Chen Example", "Анна Тестова"]
    assert rows[3][1:4] == [FORMULA, "Russia", "Confirmed"]
    assert (rows[3][6], rows[3][9], rows[3][10]) == ("VIP & <b>", "Workshop", "2027-03-01 12:00")


def test_accompanying_persons_stand_in_a_column_of_their_own(
    organiser: FlaskClient, own: Event, guests: list[str], now: datetime
) -> None:
    options = (Option(key=PEOPLE_OPTION, label={"en": "Who?"}),)
    facts = {"kind": QuestionKind.ACCOMPANYING, "at_most": 2, "options": options}
    name = ask(own, a_section(own, now=now), now=now, **facts)
    with transaction():
        people = typed(name, "Linda Example", "", "Paul", "son")
        complete(get_registration(guests[1]), people, now=now)

    file = organiser.get(f"{PEOPLE}.csv?q=borys&column=accompanying").data.decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(file))) == [
        ["Name", "Accompanying persons"],
        ["Borys Example", "Linda Example; Paul (son)"],
    ]
    assert "Linda Example; Paul (son)" in organiser.get(f"{PEOPLE}?column=accompanying").text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_costs_as_many_statements_for_thirty_as_for_three(
    organiser: FlaskClient, own: Event, guests: list[str], now: datetime, form: str
) -> None:
    address = f"{PEOPLE}.{form}?{ALL_COLUMNS}"
    with Statements() as few:
        organiser.get(address)
    with transaction():
        for _ in range(30):
            make_attendee(own, now=now)
    with Statements() as many:
        organiser.get(address)

    assert many.count == few.count


def test_paper_has_a_group_for_each_letter_whatever_the_order(
    organiser: FlaskClient, own: Event, guests: list[str], now: datetime
) -> None:
    with transaction():
        for name in ("Ёлкина Е", "Елкин А", "7 of Nine"):
            make_attendee(own, now=now, full_name=name)

    answer = organiser.get(f"{PEOPLE}/paper?sort=time&down=1&column=country")

    groups = {
        section.xpath("string(h2)"): [strong.text_content() for strong in section.xpath(".//strong")]
        for section in parsed(answer).xpath("//section")
    }
    assert groups == {
        "#": ["7 of Nine"],
        "B": ["Borys Example"],
        "C": ["Chen Example"],
        "А": ["Анна Тестова"],
        "Е": ["Елкин А", "Ёлкина Е"],
    }


def test_the_ticked_get_a_tag_and_the_page_of_the_job_tells_it(
    organiser: FlaskClient, own: Event, guests: list[str]
) -> None:
    choosing = f"{PEOPLE}/bulk?who={guests[0]}&who={guests[1]}"
    begun = send(organiser, choosing, {"key": "k1", "action": "add_tag", "tag": "<i>Bus</i>"}, to=choosing)
    under_way = organiser.get(begun.location)
    do_rows()
    done = organiser.get(begun.location)

    assert "2 registrations are chosen" in organiser.get(choosing).text
    assert begun.status_code == 302
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in under_way.text
    assert parsed(under_way).xpath("//eh-live/@seconds") == ["2"]
    assert ("http-equiv" in done.text, parsed(done).xpath("//eh-live/@seconds")) == (False, [])
    assert texts(done, "//tbody//tr") == ["Анна Тестова Done –", "Borys Example Done –"]
    assert len([tags for tags in tags_by_registration(own.id).values() if "<i>Bus</i>" in tags]) == 2


def test_all_that_match_are_cancelled_and_the_rest_told_why(
    organiser: FlaskClient, own: Event, guests: list[str]
) -> None:
    choosing = f"{PEOPLE}/bulk?all=yes&q=example&country=DE"
    begun = send(organiser, choosing, {"key": "k1", "action": "cancel", "reason": "Storm."}, to=choosing)
    do_rows()

    rows = texts(organiser.get(begun.location), "//tbody//tr")
    assert rows == [
        "Chen Example Left out This registration has ended. You may register again.",
        "Borys Example Done –",
    ]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"action": "add_tag"}, "tag", "Enter a tag."),
        ({"action": "cancel", "tag": "x"}, "reason", "Say in a few words why."),
        ({"tag": "kept"}, "action", "Choose what to do."),
    ],
)
def test_a_mistake_about_many_is_told_beside_its_field(
    organiser: FlaskClient, guests: list[str], fields: dict[str, str], field: str, sentence: str
) -> None:
    choosing = f"{PEOPLE}/bulk?who={guests[0]}"

    answer = send(organiser, choosing, {"key": "k1", **fields}, to=choosing)

    assert (answer.status_code, error_beside(answer.text, field)) == (422, sentence)
    assert typed_in(answer.text, "tag") == fields.get("tag", "")
    assert db.session.scalar(select(func.count()).select_from(BulkJob)) == 0


def test_nobody_chosen_is_said_in_place_of_the_form(organiser: FlaskClient, guests: list[str]) -> None:
    shown = organiser.get(f"{PEOPLE}/bulk")
    sent = organiser.post(
        f"{PEOPLE}/bulk", data={"key": "k", "action": "resend"}, headers=csrf(organiser)
    )  # fmt: skip

    assert ("Nobody is chosen" in shown.text, shown.status_code) == (True, 200)
    assert sent.status_code == 422


def test_a_job_costs_as_many_statements_with_thirty_rows_as_with_one(
    organiser: FlaskClient, own: Event, guests: list[str], now: datetime
) -> None:
    counts = []
    for key in ("one", "many"):
        choosing = f"{PEOPLE}/bulk?q=borys&all=yes" if key == "one" else f"{PEOPLE}/bulk?all=yes"
        begun = send(organiser, choosing, {"key": key, "action": "add_tag", "tag": key}, to=choosing)
        do_rows()
        with Statements() as said:
            organiser.get(begun.location)
        counts.append(said.count)
        with transaction():
            for _ in range(30):
                make_attendee(own, now=now)

    assert counts[0] == counts[1]


def test_crew_sees_none_of_it(app: Flask, own: Event, guests: list[str], now: datetime) -> None:
    with transaction():
        user = make_user("crew@example.org", now=now)
        grant(user, Role.CHECKIN_STAFF, now=now, event=own)
    crew = app.test_client()
    sign_in(crew, user, now=now)

    pages = ("", ".csv", ".xlsx", "/paper", "/bulk", f"/{guests[0]}")
    assert {crew.get(PEOPLE + page).status_code for page in pages} == {404}


def test_the_people_of_another_event_stay_apart(
    organiser: FlaskClient, guests: list[str], now: datetime
) -> None:
    with transaction():
        make_attendee(make_event(now=now, slug="other"), now=now, full_name="Stranger Elsewhere")

    for page in ("", ".csv", "/paper", "/bulk?all=yes"):
        assert "Stranger" not in organiser.get(PEOPLE + page).text
    assert organiser.get("/organiser/events/other/people.csv").status_code == 404
