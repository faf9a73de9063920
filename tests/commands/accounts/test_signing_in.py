"""Signing in by link and code: once, in time, where it was asked for, and never quicker by guessing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventhub.accounts.commands import (
    Browser,
    ask_to_sign_in,
    forget_old_sign_ins,
    sign_in_by_code,
    sign_in_by_link,
)
from eventhub.accounts.models import SignIn, SignInRequest, User
from eventhub.accounts.queries import find_request, find_signed_in, find_user
from eventhub.accounts.rules import AccountClosed
from eventhub.core.errors import TooMany
from eventhub.db import db, transaction
from eventhub.mail.models import Message
from tests.factories import make_user
from tests.people import a_browser, at_once, last_letter, link_and_code, statements

PERSON = "guest@example.org"


def ask(now: datetime, *, email: str = PERSON, browser: Browser | None = None) -> tuple[Browser, str, str]:
    """Ask for a letter and read it: the browser that asked, the link and the code."""
    browser = browser or a_browser()
    with transaction():
        ask_to_sign_in(email=email, language="en", browser=browser, now=now)
    return browser, *link_and_code(last_letter())


def use_link(link: str, browser: Browser, now: datetime) -> str | None:
    with transaction():
        return sign_in_by_link(link=link, browser=browser, now=now)


def use_code(code: str, browser: Browser, now: datetime, *, link: str | None = None) -> str | None:
    with transaction():
        return sign_in_by_code(code=code, link=link, browser=browser, now=now)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1000000:06}"


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_link_signs_in_once(both: Flask, app: Flask, now: datetime) -> None:
    browser, link, _ = ask(now)

    first = use_link(link, browser, now)
    second = use_link(link, browser, now)

    assert second is None
    assert find_signed_in(first, now=now).email_key == PERSON


def test_a_link_does_nothing_in_another_browser_and_stays_good(
    both: Flask, app: Flask, now: datetime
) -> None:
    browser, link, _ = ask(now)

    assert use_link(link, a_browser(), now) is None
    assert use_link(link, browser, now) is not None


def test_a_code_signs_in_once_where_it_was_asked_for(both: Flask, app: Flask, now: datetime) -> None:
    browser, _, code = ask(now)

    assert use_code(code, a_browser(), now) is None
    assert use_code(code, browser, now) is not None
    assert use_code(code, browser, now) is None


def test_link_and_code_together_sign_in_anywhere_and_once(both: Flask, app: Flask, now: datetime) -> None:
    browser, link, code = ask(now)

    assert use_code(code, a_browser(), now, link=link) is not None
    assert use_link(link, browser, now) is None


@pytest.mark.parametrize(("minutes", "is_good"), [(9, True), (10, False), (11, False)])
def test_a_letter_is_good_for_ten_minutes(
    both: Flask, app: Flask, now: datetime, minutes: int, is_good: bool
) -> None:
    browser, link, code = ask(now)
    later = now + timedelta(minutes=minutes)

    assert (find_request(link, now=later) is not None) is is_good
    assert (use_code(code, browser, later) is not None) is is_good


def test_after_five_wrong_codes_the_right_one_and_the_link_are_dead(
    both: Flask, app: Flask, now: datetime
) -> None:
    browser, link, code = ask(now)

    answers = [use_code(wrong(code), browser, now) for _ in range(5)]

    assert answers == [None] * 5
    assert use_code(code, browser, now) is None
    assert use_link(link, browser, now) is None


def test_four_wrong_codes_are_forgiven(both: Flask, app: Flask, now: datetime) -> None:
    browser, _, code = ask(now)
    for _ in range(4):
        use_code(wrong(code), browser, now)

    assert use_code(code, browser, now) is not None


def test_of_twenty_who_use_one_code_at_once_one_signs_in(both: Flask, app: Flask, now: datetime) -> None:
    browser, link, code = ask(now)

    def work(number: int) -> str | None:
        return use_code(code, a_browser(address=f"192.0.2.{number}"), now, link=link)

    answers = at_once(app, work, times=20)

    assert len([answer for answer in answers if answer]) == 1
    assert (count(SignIn), count(User)) == (1, 1)


def test_of_twenty_wrong_codes_at_once_five_are_looked_at(both: Flask, app: Flask, now: datetime) -> None:
    browser, link, code = ask(now)

    def work(number: int) -> str | None:
        return use_code(wrong(code), a_browser(address=f"192.0.2.{number}"), now, link=link)

    at_once(app, work, times=20)

    db.session.rollback()
    assert db.session.scalars(select(SignInRequest.tries)).one() == 5


def test_of_twenty_who_use_one_link_at_once_one_signs_in(both: Flask, app: Flask, now: datetime) -> None:
    browser, link, _ = ask(now)

    answers = at_once(app, lambda _number: use_link(link, browser, now), times=20)

    assert len([answer for answer in answers if answer]) == 1


def test_a_person_is_stored_when_the_address_is_proven_and_once(
    both: Flask, app: Flask, now: datetime
) -> None:
    first, second = ask(now), ask(now)
    assert count(User) == 0

    for browser, link, _ in (first, second):
        assert use_link(link, browser, now)

    assert [(user.email, user.language) for user in db.session.scalars(select(User))] == [(PERSON, "en")]


def test_two_first_sign_ins_at_once_make_one_person(both: Flask, app: Flask, now: datetime) -> None:
    asked = [ask(now) for _ in range(4)]

    answers = at_once(app, lambda n: use_link(asked[n][1], asked[n][0], now), times=4)

    assert (len(set(answers)), None in answers, count(User)) == (4, False, 1)


@pytest.mark.parametrize("typed", ["Guest@Example.org", " guest@example.org ", "ｇuest@example.org"])
def test_an_address_is_the_same_however_it_is_typed(
    both: Flask, app: Flask, now: datetime, typed: str
) -> None:
    make_user(PERSON, now=now)
    db.session.commit()

    browser, link, _ = ask(now, email=typed)
    use_link(link, browser, now)

    assert count(User) == 1


def test_the_letter_goes_to_the_address_that_is_compared(both: Flask, app: Flask, now: datetime) -> None:
    """Else the owner of a look-alike domain would read the letter of the person it folds to."""
    ask(now, email="admin@straße.example")

    assert last_letter().to_email == "admin@strasse.example"


def test_a_known_and_an_unknown_address_cost_the_same_statements(
    both: Flask, app: Flask, now: datetime
) -> None:
    make_user(PERSON, now=now)
    db.session.commit()

    with statements() as for_known:
        ask(now, email=PERSON)
    with statements() as for_unknown:
        ask(now, email="nobody@example.org")

    assert for_known == for_unknown
    assert len(for_known) == 5


def test_the_sixth_letter_in_an_hour_is_refused_for_anybody(both: Flask, app: Flask, now: datetime) -> None:
    for _ in range(5):
        ask(now)

    with pytest.raises(TooMany) as refusal:
        ask(now, email=PERSON.upper())
    assert refusal.value.retry_after == 3601
    assert count(Message) == 5
    ask(now, email="somebody.else@example.org")
    ask(now + timedelta(hours=1))


def test_a_caller_asks_for_twenty_letters_in_a_quarter_of_an_hour(
    both: Flask, app: Flask, now: datetime
) -> None:
    for number in range(20):
        ask(now, email=f"guest{number}@example.org", browser=a_browser(address=f"2001:db8::{number:x}"))

    with pytest.raises(TooMany):
        ask(now, browser=a_browser(address="2001:db8::ffff:1"))
    ask(now, browser=a_browser(address="2001:db8:0:1::1"))


def test_a_caller_tries_twenty_codes_in_a_quarter_of_an_hour(both: Flask, app: Flask, now: datetime) -> None:
    for _ in range(20):
        use_code("000000", a_browser(), now)

    with pytest.raises(TooMany):
        use_code("000000", a_browser(), now)


def test_a_closed_account_signs_in_nowhere(both: Flask, app: Flask, now: datetime) -> None:
    make_user(PERSON, now=now).is_active = False
    db.session.commit()
    browser, link, _ = ask(now)

    with pytest.raises(AccountClosed):
        use_link(link, browser, now)
    assert count(SignIn) == 0


def test_the_database_keeps_no_secret_of_a_letter(both: Flask, app: Flask, now: datetime) -> None:
    browser, link, code = ask(now)

    row = db.session.scalars(select(SignInRequest)).one()

    kept = " ".join(str(value) for value in vars(row).values())
    assert [secret for secret in (link, code, browser.secret) if secret in kept] == []


def test_old_requests_and_sign_ins_are_forgotten(both: Flask, app: Flask, now: datetime) -> None:
    browser, link, _ = ask(now)
    use_link(link, browser, now)

    with transaction():
        forget_old_sign_ins(now=now + timedelta(days=59))
    assert (count(SignInRequest), count(Message), count(SignIn)) == (0, 0, 1)
    with transaction():
        forget_old_sign_ins(now=now + timedelta(days=61))
    assert (count(SignIn), find_user(PERSON).email) == (0, PERSON)
