"""Who takes too much or seems a program is told what to do and keeps what was typed; nobody learns who takes part."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eventhub.db import db
from eventhub.registration.models import Registration
from tests.web.reading import fields, parsed, texts, value_of
from tests.web.registrations.guest import ANSWERS, FORM, fill, link_in, press, send

pytestmark = pytest.mark.usefixtures("event")
TYPED = {name: ANSWERS[name] for name in ("full_name", "email", "organisation", "country")}


def summary(answer: TestResponse) -> list[str]:
    """What stands above the form."""
    return texts(answer, "//div[@role='alert']//li")


def kept(answer: TestResponse) -> dict[str, str]:
    return {name: value_of(answer, name) for name in TYPED}


def stored() -> int | None:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Registration))


@pytest.fixture
def full(client: FlaskClient, consent: int) -> FlaskClient:
    """Two of three places are held by this client's network, unconfirmed."""
    for number in range(2):
        assert send(client, consents=[consent], email=f"held{number}@example.org").status_code == 302
    return client


def test_a_network_that_holds_half_unconfirmed_is_told_when_to_try_again(full, consent: int, today) -> None:
    today.shift(timedelta(minutes=10))

    answer = send(full, consents=[consent])

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1201")
    assert summary(answer) == [
        "Many registrations from your network are not confirmed yet. "
        "Follow the links in the letters, or try again in 20 min."
    ]
    assert kept(answer) == TYPED
    assert (stored(), len(parsed(answer).xpath("//input[@name='consents'][@checked]"))) == (2, 1)


def test_the_refusal_is_in_the_readers_language(full, consent: int) -> None:
    full.set_cookie("lang", "ru")

    said = summary(send(full, consents=[consent]))

    assert said == [
        "Из вашей сети пришло много заявок, которые ещё не подтверждены. "
        "Перейдите по ссылкам из писем или попробуйте снова через 30 мин."
    ]


def test_the_same_form_is_taken_once_others_have_confirmed(full, consent: int) -> None:
    refused = send(full, consents=[consent])
    press(full.application.test_client(), link_in("registration_confirm"))

    assert full.post(FORM, data={**fields(refused), "consents": [consent]}).status_code == 302


def test_others_are_not_refused_for_it(full, consent: int) -> None:
    other = full.application.test_client()

    answer = other.post(
        FORM, data=fill(other, consents=[consent]), environ_base={"REMOTE_ADDR": "2001:db8::1"}
    )

    assert answer.status_code == 302


def test_the_refusal_does_not_tell_who_takes_part(full, consent: int) -> None:
    answers = [
        send(full, consents=[consent], email=email) for email in ("held0@example.org", "new@example.org")
    ]

    assert [answer.status_code for answer in answers] == [429, 429]
    assert summary(answers[0]) == summary(answers[1])


def test_a_mailbox_that_is_entered_again_and_again_is_refused_known_or_not(
    client: FlaskClient, consent: int
) -> None:
    answers = [send(client, consents=[consent]) for _ in range(11)]

    assert [answer.status_code for answer in answers] == [302] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "3601"
    assert "try again in 60 min" in summary(answers[-1])[0]
    assert kept(answers[-1]) == TYPED


@pytest.fixture
def strict(app: Flask):
    """The application with the pause of production."""
    usual = app.extensions["settings"]
    app.extensions["settings"] = replace(usual, form_seconds=2)
    yield app.test_client()
    app.extensions["settings"] = usual


ONCE_MORE = (
    "This looked like a program that fills in forms. "
    "Please send the form once more: everything that you typed is still here."
)


@pytest.mark.parametrize(("lure", "seconds"), [("", 1), ("https://example.org", 60), ("x", 0)])
def test_who_steps_into_a_snare_is_asked_once_more_and_then_believed(
    strict: FlaskClient, consent: int, today, lure: str, seconds: int
) -> None:
    form = {**fill(strict, consents=[consent]), "website": lure}
    today.shift(timedelta(seconds=seconds))

    asked = strict.post(FORM, data=form)
    before = stored()
    again = strict.post(FORM, data={**fields(asked), "consents": [consent], "website": lure})

    assert (asked.status_code, summary(asked), kept(asked), before) == (422, [ONCE_MORE], TYPED, 0)
    assert (again.status_code, stored()) == (302, 1)


def test_a_person_who_takes_two_seconds_notices_nothing(strict: FlaskClient, consent: int, today) -> None:
    form = fill(strict, consents=[consent])
    today.shift(timedelta(seconds=2))

    assert strict.post(FORM, data=form).status_code == 302


def test_the_second_reader_of_a_kept_form_has_a_moment_of_their_own(
    strict: FlaskClient, consent: int, today
) -> None:
    strict.application.test_client().get(FORM)
    today.shift(timedelta(seconds=30))
    form = fill(strict, consents=[consent])
    today.shift(timedelta(seconds=1))

    assert strict.post(FORM, data=form).status_code == 422


def test_a_corrected_mistake_may_be_sent_at_once(strict: FlaskClient, consent: int, today) -> None:
    form = fill(strict, consents=[])
    today.shift(timedelta(seconds=5))

    refused = strict.post(FORM, data=form)

    assert refused.status_code == 422
    assert strict.post(FORM, data={**fields(refused), "consents": [consent]}).status_code == 302


def test_a_pass_is_good_for_its_own_form_and_browser_alone(strict: FlaskClient, consent: int) -> None:
    passed = strict.post(FORM, data=fill(strict, consents=[consent]))
    proof = value_of(passed, "asked_again")
    stranger = strict.application.test_client()

    forms = [
        (strict, fill(strict, consents=[consent], asked_again=proof)),
        (strict, fill(strict, consents=[consent], asked_again=proof, submission_key="")),
        (
            stranger,
            fill(
                stranger,
                consents=[consent],
                asked_again=proof,
                submission_key=value_of(passed, "submission_key"),
            ),
        ),
    ]

    assert [client.post(FORM, data=form).status_code for client, form in forms] == [422] * 3
    assert stored() == 0


def test_the_lure_is_neither_read_aloud_nor_reached_by_keyboard(client: FlaskClient, consent: int) -> None:
    page = parsed(client.get(FORM))
    (lure,) = page.xpath("//input[@name='website']")

    assert (lure.get("tabindex"), lure.get("autocomplete")) == ("-1", "off")
    assert lure.xpath("ancestor::*[@aria-hidden='true']") != []
    assert page.xpath("//label[@for='website']") != []
