"""Lists of people: all mistakes at once, good rows imported, the same list again changes nothing."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from eventhub.db import db, transaction
from eventhub.events.models import CapacityPool, Event
from eventhub.handlers import drop_sheets
from eventhub.mail.models import Message
from eventhub.registration.delegations.models import DelegationMember, KeptSheet
from eventhub.registration.delegations.reading import read_file
from eventhub.registration.forms.marks import renew_mark
from eventhub.registration.forms.queries import get_form
from eventhub.registration.models import Registration
from eventhub.registration.types.models import TicketType
from eventhub.registration.types.rules import Access, Paying
from tests.commands.registration.types import make_type
from tests.factories import make_attendee
from tests.web.delegations.coordinating import (
    BAD_ROWS,
    HEADER,
    many,
    paste,
    press_import,
    started,
    stored,
    upload,
    xlsx,
)
from tests.web.reading import fields, parsed


@pytest.fixture
def home(client: FlaskClient, event: Event, consent: int) -> str:
    return started(client)


def mistakes(client: FlaskClient, page: str) -> list[tuple[str, str, str]]:
    """(row, column, reason) of the table."""
    rows = parsed(client.get(page)).xpath("//section[@aria-labelledby='bad']//tbody/tr")
    return [
        (
            row.xpath("td[1]")[0].text_content(),
            row.xpath("td[2]")[0].text_content(),
            row.xpath("td[3]")[0].text_content(),
        )
        for row in rows
    ]


def figures(client: FlaskClient, page: str) -> list[str]:
    """New, changed, as before, bad."""
    return parsed(client.get(page)).xpath("//dl[@class='stats']//dd[@class='big']/text()")


def everybody() -> list[tuple[str, str]]:
    db.session.rollback()
    return [
        tuple(row)
        for row in db.session.execute(
            select(Registration.email, Registration.state).order_by(Registration.id)
        )
    ]


def letters() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def test_of_120_rows_15_mistakes_are_told_at_once_105_are_imported_and_again_nothing_changes(
    client: FlaskClient, home: str
) -> None:
    good = many(105)
    rows = [list(HEADER), *good[:50], *BAD_ROWS[:7], *good[50:], *BAD_ROWS[7:]]

    page = upload(client, home, xlsx(rows)).headers["Location"]

    told = mistakes(client, page)
    assert figures(client, page) == ["105", "0", "0", "15"]
    assert [row for row, _, _ in told] == [str(n) for n in (*range(52, 59), *range(114, 121), 121, 121)]
    assert told[0] == ("52", "Full name", "Enter the full name.")
    assert told[3] == ("55", "Country", "We don't know the country “Narnia”.")
    assert told[9] == ("116", "E-mail", "This e-mail address stands in row 5 already.")
    assert "Import the 105 good rows" in client.get(page).text
    assert everybody() == []

    started_at = time.monotonic()
    assert press_import(client, page).status_code == 302
    took = time.monotonic() - started_at
    assert len(everybody()) == 105
    assert {state for _, state in everybody()} == {"confirmed"}
    assert figures(client, page) == ["0", "0", "105", "15"]
    assert took < 30

    before, sent = everybody(), letters()
    again = upload(client, home, xlsx(rows)).headers["Location"]
    assert figures(client, again) == ["0", "0", "105", "15"]
    press_import(client, again)
    press_import(client, page)
    assert (everybody(), letters()) == (before, sent)


def test_mistakes_are_told_in_russian(client: FlaskClient, home: str) -> None:
    page = upload(client, home, xlsx([HEADER, *BAD_ROWS])).headers["Location"]

    client.get(f"{page}?lang=ru")

    told = mistakes(client, page)
    assert len({row for row, _, _ in told}) == 13  # two are bad only beside the good ones
    assert told[0] == ("2", "Имя и фамилия", "Введите имя и фамилию.")
    assert all(any("а" <= letter <= "я" for letter in reason) for _, _, reason in told)


def test_bad_rows_come_back_as_a_sheet_that_can_be_sent_again(client: FlaskClient, home: str) -> None:
    page = upload(client, home, xlsx([HEADER, *many(1), BAD_ROWS[0], BAD_ROWS[3]])).headers["Location"]

    rows = read_file(client.get(f"{page}/mistakes.xlsx").data)

    assert [row[-2:] for _, row in rows] == [
        ["Row", "What is wrong"],
        ["3", "Full name: Enter the full name."],
        ["4", "Country: We don't know the country “Narnia”."],
    ]
    assert rows[2][1][:2] == ["Wrong Country", "country@example.org"]
    corrected = [cells for _, cells in rows]
    corrected[1][0], corrected[2][3] = "Has Name", "Китай"
    again = upload(client, home, xlsx(corrected)).headers["Location"]
    assert figures(client, again) == ["2", "0", "0", "0"]
    assert "not used" not in client.get(again).text


def test_a_changed_name_is_shown_before_and_changes_then(client: FlaskClient, home: str) -> None:
    press_import(client, upload(client, home, xlsx([HEADER, *many(2)])).headers["Location"])
    changed = many(2)
    changed[1][0], changed[1][3] = "New Name", "Германия"

    page = upload(client, home, xlsx([HEADER, *changed])).headers["Location"]

    assert figures(client, page) == ["0", "1", "1", "0"]
    assert "Full name: New Name; Country: Germany" in " ".join(
        parsed(client.get(page)).xpath("//section[@aria-labelledby='changed']")[0].text_content().split()
    )
    press_import(client, page)
    assert figures(client, page) == ["0", "0", "2", "0"]
    assert "New Name" in client.get(home).text


def test_columns_stand_in_any_order_and_unknown_ones_are_named(client: FlaskClient, home: str) -> None:
    text = "Страна;Размер обуви;Фамилия;E-mail;Имя\nРоссия;42;Примерова;ada@example.org;Ада\n"

    page = paste(client, home, text).headers["Location"]

    assert "Размер обуви" in client.get(page).text
    press_import(client, page)
    db.session.rollback()
    member = db.session.scalars(select(DelegationMember)).one()
    assert (member.full_name, member.country, member.organisation) == (
        "Примерова Ада",
        "RU",
        "Example University",
    )


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("\ufeffФИО;Почта\r\nАда Примерова;ada@example.org\r\n".encode(), "list.csv"),
        ("ФИО;Почта\r\nАда Примерова;ada@example.org\r\n".encode("windows-1251"), "list.csv"),
        ("ФИО\tПочта\nАда Примерова\tada@example.org\n".encode("utf-16"), "list.txt"),
        ('"ФИО","Почта"\n"Ада Примерова","ada@example.org"\n'.encode(), "list.csv"),
        (b"", "list.csv"),
    ],
)
def test_files_of_every_usual_make_are_read(
    client: FlaskClient, home: str, content: bytes, name: str
) -> None:
    answer = upload(client, home, content, name)

    if not content:
        assert answer.status_code == 422
        assert "There are no people in this list." in answer.text
        return
    press_import(client, answer.headers["Location"])
    assert stored(DelegationMember.full_name) == ["Ада Примерова"]


def test_rows_without_headings_are_read_in_the_usual_order(client: FlaskClient, home: str) -> None:
    page = paste(client, home, "ada@example.org, Ada Example\nbob@example.org, Bob Example").headers[
        "Location"
    ]

    press_import(client, page)

    assert [email for email, _ in everybody()] == ["ada@example.org", "bob@example.org"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("", "Paste the rows, or choose a file."),
        ("colour,size\nred,4", "We found no columns for the name and the e-mail address."),
        ("Full name,E-mail", "There are no people in this list."),
        ("Full name,E-mail\n" + "A,a@example.org\n" * 1001, "This list has more than 1000 rows."),
    ],
)
def test_a_list_that_is_none_is_told_beside_the_field(
    client: FlaskClient, home: str, rows: str, said: str
) -> None:
    answer = paste(client, home, rows)

    assert answer.status_code == 422
    assert said in parsed(answer).xpath("//*[@id='rows-error']")[0].text_content()


def test_more_people_than_the_delegation_has_room_for_are_left_out(client: FlaskClient, home: str) -> None:
    page = upload(client, home, xlsx([HEADER, *many(203)])).headers["Location"]

    assert figures(client, page) == ["200", "0", "0", "3"]
    assert [reason for _, _, reason in mistakes(client, page)] == [
        "Your delegation has no room for more people."
    ] * 3


def test_rows_for_which_there_is_no_place_say_so_and_may_be_tried_again(
    client: FlaskClient, home: str, event: Event
) -> None:
    with transaction():
        db.session.get_one(CapacityPool, event.pool_id).capacity = 2
    page = upload(client, home, xlsx([HEADER, *many(3)])).headers["Location"]

    press_import(client, page)

    assert figures(client, page) == ["0", "0", "2", "1"]
    assert mistakes(client, page) == [("4", "–", "All places are taken.")]
    with transaction():
        db.session.get_one(CapacityPool, event.pool_id).capacity = 3
    assert "Try the rows that were left out once more" in client.get(page).text
    press_import(client, page)
    assert figures(client, page) == ["0", "0", "3", "0"]


def test_who_registered_by_themselves_is_imported_like_anybody(
    client: FlaskClient, home: str, event: Event, now
) -> None:
    with transaction():
        make_attendee(
            db.session.get_one(Event, event.id),
            now=now,
            email="person0@example.org",
            email_key="person0@example.org",
        )

    page = upload(client, home, xlsx([HEADER, *many(2)])).headers["Location"]

    assert figures(client, page) == ["2", "0", "0", "0"]
    press_import(client, page)
    assert figures(client, page) == ["0", "0", "2", "0"]
    assert len(everybody()) == 2


def test_a_list_is_kept_for_an_hour_and_for_its_own_delegation(
    client: FlaskClient, home: str, today, now
) -> None:
    page = upload(client, home, xlsx([HEADER, *many(1)])).headers["Location"]
    other = started(client, email="other@example.org")
    assert client.get(page.replace(home, other)).status_code == 404

    drop_sheets(now + timedelta(minutes=59))
    assert client.get(page).status_code == 200
    today.move_to(now + timedelta(hours=1))
    assert client.get(page).status_code == 404
    assert "This list is kept for one hour only." in client.get(page).text
    drop_sheets(now + timedelta(hours=1))
    assert stored(KeptSheet.id) == []


def test_formulas_and_markup_are_text(client: FlaskClient, home: str) -> None:
    rows = [HEADER, ["=cmd|' /C calc'!A0 <b>x</b>", "f@example.org", "@SUM(1)", "China", "English"]]

    press_import(client, upload(client, home, xlsx(rows)).headers["Location"])

    page = client.get(home).text
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    cells = read_file(client.get(f"{home}/people.xlsx").data)[1][1]
    assert cells[0] == "=cmd|' /C calc'!A0 <b>x</b>"


@pytest.mark.parametrize("words", ["en", "ru"])
def test_the_empty_sheet_is_understood_when_it_comes_back(client: FlaskClient, home: str, words: str) -> None:
    sheet = client.get(f"{home}/empty.xlsx?lang={words}").data
    header = read_file(sheet)[0][1]

    page = upload(client, home, xlsx([header, *many(1)])).headers["Location"]

    assert figures(client, page) == ["1", "0", "0", "0"]
    assert "not used" not in client.get(f"{page}?lang=en").text


def test_the_list_as_a_sheet_comes_back_as_before(client: FlaskClient, home: str) -> None:
    press_import(client, upload(client, home, xlsx([HEADER, *many(3)])).headers["Location"])

    page = upload(client, home, client.get(f"{home}/people.xlsx").data).headers["Location"]

    assert figures(client, page) == ["0", "0", "3", "0"]


def test_a_file_that_is_too_big_is_told_in_a_sentence(client: FlaskClient, home: str) -> None:
    answer = upload(client, home, b"a;" * 1024 * 1024 + b"x", "list.csv")

    assert answer.status_code == 422
    assert "This file is too big." in parsed(answer).xpath("//*[@id='file-error']")[0].text_content()


def test_nobody_else_may_send_that_much(client: FlaskClient, home: str) -> None:
    """The control: the other pages keep their limit."""
    assert (
        client.post(f"{home}/people/new", data={"file": (BytesIO(b"a" * 1_100_000), "a")}).status_code == 413
    )


WITH_TICKET = (*HEADER, "Тип билета")


def named(*tickets: str) -> list[list[str]]:
    return [[*row, ticket] for row, ticket in zip(many(len(tickets)), tickets, strict=True)]


def holders() -> list[tuple[str, str]]:
    db.session.rollback()
    query = select(Registration.email, TicketType.name).join(TicketType).order_by(Registration.id)
    return [(row.email, row.name["en"]) for row in db.session.execute(query)]


def test_a_row_names_its_ticket_by_name_or_code_and_again_nothing_changes(
    client: FlaskClient, event: Event, consent: int, now: datetime
) -> None:
    make_type(event, "Guest", now=now)
    make_type(event, "Student", now=now)
    make_type(event, "Speaker", now=now, code="TALK-2027", access=Access.CODE, uses=1)
    make_type(event, "Late", now=now, opens_at=event.ends_at)
    make_type(event, "Child", now=now, oldest=12)
    make_type(event, "Partner", now=now, access=Access.PARTNER, allowed=("else.example",))
    home = started(client, ticket_type=name_of(event, "Guest"))
    rows = [
        WITH_TICKET,
        *named("", " sTUDENT ", "talk-2027", "Speaker", "Late", "child", "partner", "Emperor", "talk-2027"),
    ]

    page = upload(client, home, xlsx(rows)).headers["Location"]

    told = mistakes(client, page)
    assert [(row, column) for row, column, _why in told] == [(str(row), "Ticket") for row in (5, 6, 7, 8, 9)]
    assert [why for _row, _column, why in told] == [
        "We don't know the ticket “Speaker”.",
        "This ticket is not offered yet.",
        "This ticket is not for people of delegations.",
        "This ticket is not for your e-mail address. Use the address of your organisation.",
        "We don't know the ticket “Emperor”.",
    ]
    assert "Whoever's row names no ticket gets this one: Guest" in client.get(page).text
    press_import(client, page)
    assert holders() == [
        ("person0@example.org", "Guest"),
        ("person1@example.org", "Student"),
        ("person2@example.org", "Speaker"),
    ]
    assert mistakes(client, page)[-1] == ("10", "–", "This invitation code was used as often as it may be.")
    before, sent = holders(), letters()
    again = upload(client, home, client.get(f"{home}/people.xlsx?lang=ru").data).headers["Location"]
    assert figures(client, again) == ["0", "0", "3", "0"]
    press_import(client, again)
    other = upload(client, home, xlsx([WITH_TICKET, *named("Student", "", "")])).headers["Location"]
    client.get(f"{other}?lang=en")
    assert mistakes(client, other) == [
        ("2", "Ticket", "This person has another ticket already. A list doesn't change it.")
    ]
    assert (holders(), letters()) == (before, sent)


def test_a_price_that_changed_since_the_check_is_shown_anew(
    client: FlaskClient, event: Event, consent: int, now: datetime
) -> None:
    make_type(event, "Guest", now=now)
    make_type(event, "Dinner", now=now, price=500, paying=Paying.ON_SPOT)
    home = started(client, ticket_type=name_of(event, "Guest"))
    page = upload(client, home, xlsx([WITH_TICKET, *named("dinner")])).headers["Location"]
    form = fields(client.get(page))
    with transaction():
        db.session.execute(update(TicketType).where(TicketType.price == 500).values(price=900))
        renew_mark(event.id)

    answer = client.post(f"{page}/import", data=form)

    assert "The ticket or its price was changed meanwhile." in answer.text
    assert holders() == []


def test_codes_are_not_guessed_by_lists(
    client: FlaskClient, event: Event, consent: int, now: datetime
) -> None:
    make_type(event, "Guest", now=now)
    make_type(event, "Speaker", now=now, code="TALK-2027", access=Access.CODE)
    home = started(client, ticket_type=name_of(event, "Guest"))

    answers = [
        upload(client, home, xlsx([WITH_TICKET, *named(*(f"code-{number}" for number in some))])).status_code
        for some in (range(30), range(30, 31))
    ]

    assert answers == [302, 429]


def name_of(event: Event, name: str) -> str:
    return next(one.public_id for one in get_form(event.id).types if one.content.name["en"] == name)
