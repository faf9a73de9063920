"""Signing in as a browser does it: the letter's link, its code, the way back, and nothing for guessing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eventhub.accounts.models import SignIn, User
from eventhub.accounts.passwords import hash_of
from eventhub.accounts.queries import find_user
from eventhub.core import clock
from eventhub.core.keys import digest
from eventhub.db import db, transaction
from tests.conftest import NOW
from tests.factories import make_user
from tests.people import csrf, last_letter, link_and_code, sign_in, statements

PERSON = "guest@example.org"
PASSWORD = "a long enough sentence"


@pytest.fixture(autouse=True)
def at_nine() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data=fields, headers=csrf(client))


def ask(client: FlaskClient, email: str = PERSON) -> tuple[str, str]:
    """Ask for a letter and read it: the address of its link, and its code."""
    answer = post(client, "/account/sign-in", email=email)
    assert (answer.status_code, answer.location) == (302, "/account/sign-in/sent")
    link, code = link_and_code(last_letter())
    return f"/account/sign-in/{link}", code


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def cookie_of(client: FlaskClient) -> str:
    return client.get_cookie("eventhub").value


def a_person(**changes: object) -> User:
    with transaction():
        user = make_user(PERSON, now=clock.now())
        for name, value in changes.items():
            setattr(user, name, value)
    return user


def test_the_link_of_the_letter_signs_in_by_a_button(app: Flask, client: FlaskClient) -> None:
    link, _ = ask(client)

    page = client.get(link)
    assert (page.status_code, PERSON in page.text, is_signed_in(client)) == (200, True, False)
    answer = post(client, link)

    assert (answer.status_code, answer.location, is_signed_in(client)) == (302, "/account", True)


def test_opening_a_link_ten_times_uses_nothing_up(app: Flask, client: FlaskClient) -> None:
    link, _ = ask(client)
    scanner = app.test_client()

    for _ in range(10):
        assert scanner.get(link).status_code == 200
        assert client.get(link, headers={"Sec-Purpose": "prefetch"}).status_code == 200
        assert client.head(link).status_code == 200

    assert post(client, link).status_code == 302


def test_a_link_opened_in_another_browser_asks_for_the_code(app: Flask, client: FlaskClient) -> None:
    link, code = ask(client)
    other = app.test_client()

    page = other.get(link)
    assert (page.status_code, 'autocomplete="one-time-code"' in page.text) == (200, True)
    assert (post(other, link).status_code, is_signed_in(other)) == (410, False)
    assert (post(other, link, code="12").status_code, is_signed_in(other)) == (422, False)
    answer = post(other, link, code=f"{code[:3]} {code[3:]}")

    assert (answer.location, is_signed_in(other), is_signed_in(client)) == ("/account", True, False)


def test_the_code_signs_in_where_it_was_asked_for(app: Flask, client: FlaskClient) -> None:
    _, code = ask(client)

    wrong = post(client, "/account/sign-in/sent", code="999999" if code != "999999" else "999998")
    assert (wrong.status_code, "not valid any more" in wrong.text, PERSON in wrong.text) == (422, True, True)
    right = post(client, "/account/sign-in/sent", code=code)

    assert (right.status_code, right.location, is_signed_in(client)) == (302, "/account", True)


def test_a_used_an_old_and_an_invented_link_look_the_same(
    app: Flask, client: FlaskClient, at_nine: time_machine.Traveller
) -> None:
    used, _ = ask(client)
    post(client, used)
    other = app.test_client()
    old, _ = ask(other)
    at_nine.shift(600)

    pages = [other.get(path) for path in (used, old, "/account/sign-in/invented")]

    assert [page.status_code for page in pages] == [410] * 3
    assert (
        len(
            {
                page.text.replace(path, "")
                for page, path in zip(pages, (used, old, "/account/sign-in/invented"), strict=True)
            }
        )
        == 1
    )


def test_known_and_unknown_addresses_get_the_same_answer(app: Flask) -> None:
    a_person()
    clients = {email: app.test_client() for email in (PERSON, "nobody@example.org")}

    answers = {email: post(client, "/account/sign-in", email=email) for email, client in clients.items()}
    pages = {email: client.get("/account/sign-in/sent") for email, client in clients.items()}

    def seen(answer: TestResponse, email: str) -> tuple[object, ...]:
        headers = [
            (name, value)
            for name, value in answer.headers
            if name not in {"Set-Cookie", "Content-Length", "X-Request-ID"}
        ]
        text = "\n".join(
            line for line in answer.text.replace(email, "-").splitlines() if "csrf_token" not in line
        )
        return answer.status_code, sorted(headers), text

    for found in (answers, pages):
        assert len({repr(seen(answer, email)) for email, answer in found.items()}) == 1


@pytest.mark.parametrize("has_password", [True, False])
def test_a_wrong_password_looks_and_costs_the_same_for_everybody(app: Flask, has_password: bool) -> None:
    a_person(password_hash=hash_of(PASSWORD) if has_password else None)
    outcomes = []

    for email in (PERSON, "nobody@example.org"):
        client = app.test_client()
        headers = csrf(client)
        with statements() as said:
            answer = client.post(
                "/account/sign-in/password",
                data={"email": email, "password": "wrong horse"},
                headers=headers,
            )
        text = "\n".join(
            line for line in answer.text.replace(email, "-").splitlines() if "csrf_token" not in line
        )
        outcomes.append((answer.status_code, text, len([one for one in said if "role_grants" not in one])))

    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == 422


def test_a_password_signs_in(app: Flask, client: FlaskClient) -> None:
    a_person(password_hash=hash_of(PASSWORD))

    answer = post(client, "/account/sign-in/password", email=PERSON, password=PASSWORD)

    assert (answer.status_code, is_signed_in(client)) == (302, True)


def test_the_sixth_password_in_a_quarter_of_an_hour_is_not_looked_at(
    app: Flask, client: FlaskClient, at_nine: time_machine.Traveller
) -> None:
    a_person(password_hash=hash_of(PASSWORD))

    wrong = [
        post(client, "/account/sign-in/password", email=PERSON, password="wrong").status_code
        for _ in range(5)
    ]
    refused = post(client, "/account/sign-in/password", email=PERSON, password=PASSWORD)

    assert wrong == [422] * 5
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "901")
    at_nine.shift(901)
    assert post(client, "/account/sign-in/password", email=PERSON, password=PASSWORD).status_code == 302


def test_a_forged_forwarded_address_does_not_escape_the_limit(app: Flask, client: FlaskClient) -> None:
    statuses = [
        client.post(
            "/account/sign-in",
            data={"email": f"guest{number}@example.org"},
            headers={**csrf(client), "X-Forwarded-For": f"198.51.100.{number}"},
        ).status_code
        for number in range(21)
    ]

    assert statuses == [302] * 20 + [429]


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/account/sign-ins", "/account/sign-ins"),
        ("//evil.example", "/account"),
        ("https://evil.example", "/account"),
        ("/\\evil.example", "/account"),
    ],
)
def test_one_comes_back_to_where_one_was(app: Flask, client: FlaskClient, wanted: str, reached: str) -> None:
    client.get("/account/sign-in", query_string={"next": wanted})
    link, _ = ask(client)

    assert post(client, link).location == reached


def test_a_guest_is_sent_to_sign_in_and_comes_back(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/account/sign-ins")
    client.get(answer.location)
    link, _ = ask(client)

    assert post(client, link).location.rstrip("?") == "/account/sign-ins"


def test_nothing_of_the_cookie_before_signing_in_survives(app: Flask, client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session.update(sign_in="prepared", planted="by somebody", browser="known to somebody")
    link, code = ask(client)
    post(client, "/account/sign-in/sent", code=code)

    with client.session_transaction() as session:
        assert sorted(session) == ["_permanent", "sign_in"]
        assert session["sign_in"] != "prepared"


def test_signing_in_again_ends_the_sign_in_before(app: Flask, client: FlaskClient) -> None:
    user = a_person()
    sign_in(client, user, now=NOW)
    old = cookie_of(client)

    link, _ = ask(client)
    post(client, link)

    thief = app.test_client()
    thief.set_cookie("eventhub", old)
    assert (is_signed_in(client), is_signed_in(thief)) == (True, False)


def test_a_cookie_copied_before_signing_out_is_dead_afterwards(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_person(), now=NOW)
    thief = app.test_client()
    thief.set_cookie("eventhub", cookie_of(client))
    assert is_signed_in(thief)

    page = client.get("/account/sign-out")
    answer = post(client, "/account/sign-out")

    assert (page.status_code, answer.status_code) == (200, 302)
    assert (is_signed_in(client), is_signed_in(thief)) == (False, False)


def test_the_cookie_is_for_this_site_alone(app: Flask, client: FlaskClient) -> None:
    link, _ = ask(client)

    said = [
        value for value in post(client, link).headers.getlist("Set-Cookie") if value.startswith("eventhub=")
    ]

    parts = {part.strip() for part in said[0].split(";")[1:]}
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not [part for part in parts if part.startswith("Domain")]


def test_being_seen_is_written_by_a_request_after_five_minutes(
    app: Flask, client: FlaskClient, at_nine: time_machine.Traveller
) -> None:
    sign_in(client, a_person(), now=NOW)

    seen = []
    for seconds in (299, 1):
        at_nine.shift(seconds)
        client.get("/account")
        db.session.rollback()
        seen.append((db.session.scalars(select(SignIn.seen_at)).one() - NOW).total_seconds())

    assert seen == [0, 300]


@pytest.mark.parametrize(
    "email",
    ["", "   ", "guest", "guest@", "@example.org", "a b@example.org", "a@b@c.org", "x" * 255 + "@example.org",
     "guest@example.org\r\nBcc: all@example.org", "guest@example.org, other@example.org", "<b>@example.org"],
)  # fmt: skip
def test_what_is_no_address_is_refused_beside_its_field(app: Flask, client: FlaskClient, email: str) -> None:
    answer = post(client, "/account/sign-in", email=email)

    assert (answer.status_code, 'id="email-error"' in answer.text) == (422, True)


def test_a_person_sets_changes_and_removes_a_password(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_person(), now=NOW)
    elsewhere = app.test_client()
    sign_in(elsewhere, find_user(PERSON), now=NOW)

    weak = post(client, "/account/password", password="short")
    own = post(client, "/account/password", password="guest-guest-guest")
    assert (weak.status_code, own.status_code) == (422, 422)
    assert post(client, "/account/password", password=PASSWORD).status_code == 302
    assert (is_signed_in(client), is_signed_in(elsewhere)) == (True, False)
    fresh = app.test_client()
    assert post(fresh, "/account/sign-in/password", email=PERSON, password=PASSWORD).status_code == 302
    assert post(client, "/account/password/remove").status_code == 302
    db.session.rollback()
    db.session.expire_all()
    assert find_user(PERSON).password_hash is None


def test_an_old_sign_in_does_not_change_the_password(
    app: Flask, client: FlaskClient, at_nine: time_machine.Traveller
) -> None:
    sign_in(client, a_person(), now=NOW)
    at_nine.shift(900)

    page = client.get("/account")
    answer = post(client, "/account/password", password=PASSWORD)

    assert ("Sign in again" in page.text, answer.status_code) == (True, 403)


def test_name_and_language_are_ones_own_to_change(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_person(), now=NOW)

    answer = post(client, "/account/details", full_name="  Test\u202e  Person ", language="ru")

    db.session.rollback()
    db.session.expire_all()
    user = find_user(PERSON)
    assert (user.full_name, user.language) == ("Test Person", "ru")
    assert answer.location == "/account?lang=ru"


def test_one_sees_and_ends_ones_own_sign_ins(app: Flask, client: FlaskClient) -> None:
    user = a_person()
    here, there, third = app.test_client(), app.test_client(), app.test_client()
    sign_in(here, user, now=NOW)
    mark = digest(sign_in(there, user, now=NOW))
    sign_in(third, user, now=NOW)

    assert here.get("/account/sign-ins").text.count("<tr>") == 4
    post(here, f"/account/sign-ins/{mark}/end")
    assert [is_signed_in(browser) for browser in (here, there, third)] == [True, False, True]
    post(here, "/account/sign-ins/end-others")

    assert [is_signed_in(browser) for browser in (here, there, third)] == [True, False, False]


def test_another_persons_sign_in_is_not_ended(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_person(), now=NOW)
    with transaction():
        other = make_user("other@example.org", now=NOW)
    theirs = app.test_client()
    mark = digest(sign_in(theirs, other, now=NOW))

    post(client, f"/account/sign-ins/{mark}/end")

    assert is_signed_in(theirs)
    assert db.session.scalar(select(func.count()).select_from(SignIn).where(SignIn.ended_at.is_(None))) == 2
