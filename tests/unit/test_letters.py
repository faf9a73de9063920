"""Every letter in every language: whole, without gaps, and nothing that a person wrote becomes a link."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jinja2 import UndefinedError

from eventhub.mail.letters import PACKAGE, WORD_JOINER, literal, render
from eventhub.mail.outbox import Recipient

LETTERS = sorted(path.parent.name for path in (PACKAGE / "templates" / "mail").glob("*/subject.txt"))
EVIL = "Guest <b>bold</b> https://evil.example/x www.evil.example a@evil.example {{ 7*7 }} %(code)s"
LINK = "https://eventhub.example/x?a=1&b=2"


def facts(**changes: Any) -> dict[str, Any]:
    """Everything that any letter asks for."""
    name = changes.pop("name", "Test Guest")
    return {
        "recipient": Recipient(email="guest@example.org", full_name=name, language="en"),
        "full_name": name,
        "organisation": name,
        "code": "123456",
        "minutes": 10,
        "link": LINK,
        "manage_link": LINK,
        "event_link": LINK,
        "calendar_link": LINK,
        "online_link": LINK,
        "event_title": "Seminar & more",
        "event_when": "Mon 1 March 2027, 12:00–14:00 (Moscow)",
        "event_where": "Main building",
        "held_until": "12:30",
        "zone": "Moscow",
        "registration_number": "EH-1234",
        "contact_email": "office@example.org",
        "sessions": ["Workshop"],
        "reason": "The hall is closed.",
        "has_ticket": True,
        "missing": name,
        "colleague": name,
        "ticket_name": name,
        "to_pay": "500 RUB, on the spot",
        "invoice_number": "2027-0002",
        "cancelled_number": "2027-0001",
        "amount": "500 RUB",
        "until": "Mon 8 March 2027, 12:00",
        "position": 3,
        "places": 2,
        "session_title": name,
        "session_when": "Mon 8 March 2027, 14:00 (Moscow)",
        "accept_link": LINK,
        "decline_link": LINK + "&no",
        "has_password": True,
        "asked_for": "access to your data",
        "asked_on": "1 March 2027",
        "due_on": "16 March 2027",
        "answer": f"{name}\nholds nothing.",
        "is_refused": False,
        "coordinator": name,
        "is_reminder": False,
        "person": name,
        "people": 7,
        "unfinished": 3,
        "most": 5,
        **changes,
    }


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_is_whole(letter: str, language: str) -> None:
    made = render(letter, language=language, facts=facts())

    assert made.subject
    assert "\n" not in made.subject
    assert made.text.startswith(made.text.strip()[0])
    assert made.html.startswith("<!doctype html>")
    assert f'lang="{language}"' in made.html
    assert "None" not in made.text
    assert "\n\n\n\n" not in made.text
    for form in (made.subject, made.text, made.html):
        assert not re.search(r"%\(|\{\{|\{%|Undefined", form)


@pytest.mark.parametrize("letter", LETTERS)
def test_text_and_html_lead_to_the_same_places(letter: str) -> None:
    made = render(letter, language="en", facts=facts())

    in_text = set(re.findall(r"https://\S+", made.text))
    in_html = {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', made.html)}
    assert in_text == in_html


def test_a_fact_that_is_missing_is_an_error_and_no_gap() -> None:
    with pytest.raises(UndefinedError):
        render("sign_in", language="en", facts={"code": "123456", "minutes": 10})


@pytest.mark.parametrize("letter", LETTERS)
def test_a_name_is_literal_text_and_leads_nowhere(letter: str) -> None:
    made = render(letter, language="en", facts=facts(name=EVIL))

    assert "evil.example" not in made.text + made.html
    assert "://evil" not in made.text + made.html
    assert "<b>" not in made.html
    assert "49" not in made.text + made.html.partition("<body")[2].replace("#", "")


def test_literal_text_reads_as_it_was_written() -> None:
    assert literal("Prof. A. Test").replace(WORD_JOINER, "") == "Prof. A. Test"
    assert literal("Prof. A. Test") == "Prof. A. Test"


def test_a_subject_is_plain_text() -> None:
    made = render("registration_confirm", language="en", facts=facts())

    assert made.subject == "Please confirm: Seminar & more"
