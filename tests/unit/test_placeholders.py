"""Placeholders in texts of organisers: named from a list, filled once, and nothing in them is ever code."""

from __future__ import annotations

import pytest

from eventhub.core import links
from eventhub.mail.kinds import EDITABLE, KINDS
from eventhub.mail.letters import WORD_JOINER, render
from eventhub.mail.own_text import (
    LONGEST_SUBJECT,
    ForeignLink,
    NotOneLine,
    OwnText,
    TextTooLong,
    check_subject,
    check_text,
    worded,
)
from eventhub.mail.placeholders import (
    PlaceholderOpen,
    PlaceholderUnknown,
    Unresolved,
    check_placeholders,
    fill,
)
from eventhub.mail.rules import TextPlace
from tests.unit.test_letters import EVIL, LETTERS, LINK, facts

ALLOWED = ("full_name", "link")
HOSTILE_NAMES = [
    "{link}",
    "{event.__init__.__code__}",
    "%(x)s",
    "{{7*7}}",
    "[click](https://evil.example)",
    "<a href='https://evil.example'>x</a>",
    "https://evil.example",
    "Name\r\nBcc: other@evil.example",
    "N" * 10_000,
]


@pytest.fixture(autouse=True)
def _our_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_base", "https://eventhub.example")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Dear {full_name}", "Dear Ada"),
        ("{full_name}{full_name}", "AdaAda"),
        ("{{full_name}}", "{full_name}"),
        ("{{ and }}", "{ and }"),
        ("{{{full_name}}}", "{Ada}"),
        ("%(x)s $x %s", "%(x)s $x %s"),
        ("", ""),
    ],
)
def test_a_text_is_filled_in_one_pass(text: str, filled: str) -> None:
    check_placeholders(text, ALLOWED)

    assert fill(text, {"full_name": "Ada", "link": "x"}) == filled


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_value_is_never_filled_again(name: str) -> None:
    assert fill("{full_name}|{link}", {"full_name": name, "link": "x"}) == f"{name}|x"


@pytest.mark.parametrize(
    "text",
    [
        "{event.__init__.__code__}",
        "{full_name.__class__}",
        "{full_name[0]}",
        "{full_name!r}",
        "{full_name:>99999}",
        "{ full_name }",
        "{Full_name}",
        "{0}",
        "{}",
        "{{{unknown}}}",
        "{7*7}",
    ],
)
def test_what_is_not_allowed_is_refused_with_the_list(text: str) -> None:
    with pytest.raises(PlaceholderUnknown) as refused:
        check_placeholders(text, ALLOWED)

    assert refused.value.facts["allowed"] == "{full_name}, {link}"


@pytest.mark.parametrize(
    "text", ["{full_name", "full_name}", "{", "}", "{{full_name}", "{{7*7}", "a {full_name b"]
)
def test_what_is_not_closed_is_refused_with_the_list(text: str) -> None:
    with pytest.raises(PlaceholderOpen) as refused:
        check_placeholders(text, ALLOWED)

    assert refused.value.facts["allowed"] == "{full_name}, {link}"


@pytest.mark.parametrize("text", ["{unknown}", "{full_name", "}"])
def test_what_can_not_be_filled_is_told_and_never_left_standing(text: str) -> None:
    with pytest.raises(Unresolved):
        fill(text, {"full_name": "Ada"})


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("place", TextPlace)
def test_a_hostile_name_stays_text_in_an_organisers_words(name: str, place: TextPlace) -> None:
    own = OwnText(subject="For {full_name}", text="Hello {full_name}!\n\nBye {full_name}.", place=place)
    given = facts(name=name)

    made = render("reminder", language="en", facts=given, own=worded(own, letter="reminder", facts=given))

    whole = made.subject + made.text + made.html
    assert "\n" not in made.subject
    assert "\r" not in made.subject
    assert len(made.subject) < 250
    assert "evil.example" not in whole
    assert "<a href='" not in made.html
    assert "49" not in made.text
    assert LINK not in made.subject


def test_links_of_ours_are_links_and_nothing_else_is() -> None:
    own = OwnText(text="See {link}, or https://eventhub.example/help.\nMail office@example.org.")
    given = {**facts(name=EVIL), "manage_link": "https://eventhub.example/r/1"}

    made = render("reminder", language="en", facts=given, own=worded(own, letter="reminder", facts=given))

    assert '<a href="https://eventhub.example/r/1">https://eventhub.example/r/1</a>, or <a href' in made.html
    assert '<a href="https://eventhub.example/help">https://eventhub.example/help</a>.<br>' in made.html
    assert made.html.count("office@example.org") == 2
    assert "mailto:" not in made.html


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example",
        "http://eventhub.example/",
        "https://eventhub.example.evil.example/",
        "https://eventhub.example@evil.example/",
        "https://eventhub.example:8443/",
        "https://eventhub.example{full_name}",
        "https://{full_name}",
        "www.evil.example",
        "HTTPS://evil.example",
        "ftp://evil.example",
        "javascript://eventhub.example/%0Aalert(1)",
    ],
)
def test_a_link_to_elsewhere_is_refused(link: str) -> None:
    with pytest.raises(ForeignLink):
        check_text(f"Look: {link} now", letter="reminder")


@pytest.mark.parametrize(
    "link", ["https://eventhub.example", "https://eventhub.example/a?b#c", "(https://eventhub.example/x)"]
)
def test_a_link_to_us_is_allowed(link: str) -> None:
    check_text(link, letter="reminder")


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: b", "a\nb", "a\u2028b", " a", "a" * (LONGEST_SUBJECT + 1), "a\x00b"]
)
def test_a_subject_is_one_clean_line(subject: str) -> None:
    with pytest.raises(NotOneLine):
        check_subject(subject, letter="reminder")


def test_no_secret_link_stands_in_a_subject() -> None:
    with pytest.raises(PlaceholderUnknown):
        check_subject("Here: {link}", letter="reminder")
    with pytest.raises(Unresolved):
        worded(OwnText(subject="Here: {link}"), letter="reminder", facts=facts())


def test_a_text_has_an_end() -> None:
    with pytest.raises(TextTooLong):
        check_text("x" * 5001, letter="reminder")


def test_words_of_ours_stay_or_go_as_the_organiser_says() -> None:
    given = facts()
    ours = "We hold it until"

    def made(place: TextPlace, text: str = "Mine.") -> str:
        own = worded(OwnText(text=text, place=place), letter="offer", facts=given)
        return render("offer", language="en", facts=given, own=own).text

    assert (ours in made(TextPlace.ADDED), "Mine." in made(TextPlace.ADDED)) == (True, True)
    assert (ours in made(TextPlace.INSTEAD), "Mine." in made(TextPlace.INSTEAD)) == (False, True)
    assert ours in made(TextPlace.INSTEAD, text="")
    assert LINK in made(TextPlace.INSTEAD)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("letter", KINDS)
def test_every_letter_takes_words_and_fills_all_that_it_allows(letter: str, language: str) -> None:
    given = facts()
    text = " ".join(f"{{{name}}}" for name in KINDS[letter].placeholders)
    own = worded(OwnText(subject="S {full_name}", text=f"MARK {text}"), letter=letter, facts=given)

    made = render(letter, language=language, facts=given, own=own)

    assert made.subject == "S Test Guest"
    assert "MARK Test Guest" in made.text
    assert "MARK Test Guest" in made.html
    assert "{" not in made.text.replace(WORD_JOINER, "")


def test_the_list_of_letters_names_templates_that_there_are() -> None:
    assert set(KINDS) <= set(LETTERS)
    about_no_event = {
        "sign_in",
        "password_changed",
        "privacy_answered",
        "privacy_extended",
        "privacy_received",
    }
    to_coordinators = {
        "delegation_confirm",
        "delegation_declined",
        "delegation_digest",
        "delegation_invited",
        "delegation_member",
        "delegation_open",
    }
    assert set(LETTERS) - set(EDITABLE) == about_no_event | to_coordinators | {"mailing"}
