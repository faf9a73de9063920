"""Letters leave over TLS with a password, and the password goes to nobody else: real sessions, real certificates."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from eventhub.mail.sending import send_due_letters
from tests import smtp
from tests.certificates import Authority
from tests.commands.test_sending import _clock, letters, office_at, post, states
from tests.smtp import Guard, Login, Mailroom

__all__ = ["_clock"]
HOST = "127.0.0.1"
# Not one of the names by which a machine is known to call itself.
ELSEWHERE = "127.0.0.2"


@pytest.fixture
def mailroom() -> Mailroom:
    return Mailroom()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority that this machine trusts."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


@pytest.fixture
def stranger(tmp_path: Path) -> Authority:
    """An authority that nobody trusts."""
    folder = tmp_path / "stranger"
    folder.mkdir()
    return Authority(folder)


@pytest.fixture(autouse=True)
def a_letter(app: Flask, now: datetime) -> None:
    post(1, now=now)


def with_password(url: str, *, password: str = "right", tls: str | None = None) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://house%40example.org:{password}@{rest}" + (f"?tls={tls}" if tls else "")


def is_waiting(mailroom: Mailroom) -> bool:
    """The letter waits, nothing arrived."""
    return (states(), mailroom.arrived) == (["queued"], [])


def test_a_letter_leaves_by_starttls_after_a_login(mailroom: Mailroom, authority: Authority) -> None:
    with smtp.running(mailroom, guard=Guard(starttls=authority.server(HOST))) as url:
        assert send_due_letters(office_at(with_password(url, tls="starttls"))) == 1

    assert (states(), mailroom.recipients) == (["sent"], ["guest1@example.org"])
    assert mailroom.logins == [Login("house@example.org", "right", is_private=True)]


def test_a_letter_leaves_by_tls_from_the_first_octet(mailroom: Mailroom, authority: Authority) -> None:
    with smtp.running(mailroom, guard=Guard(tls=authority.server(HOST))) as url:
        assert send_due_letters(office_at(with_password(url.replace("smtp:", "smtps:")))) == 1

    assert (states(), len(mailroom.logins)) == (["sent"], 1)


def test_a_password_with_signs_of_an_address_is_sent_as_it_is(
    mailroom: Mailroom, authority: Authority
) -> None:
    guard = Guard(starttls=authority.server(HOST), password="p@ss:w/rd?")
    with smtp.running(mailroom, guard=guard) as url:
        address = with_password(url, password="p%40ss%3Aw%2Frd%3F", tls="starttls")
        assert send_due_letters(office_at(address)) == 1

    assert mailroom.logins[0].password == "p@ss:w/rd?"


def test_a_wrong_password_is_an_outage_and_not_the_letters_fault(
    mailroom: Mailroom, authority: Authority
) -> None:
    with smtp.running(mailroom, guard=Guard(starttls=authority.server(HOST))) as url:
        assert send_due_letters(office_at(with_password(url, password="wrong", tls="starttls"))) == 0

    assert is_waiting(mailroom)
    assert "535" in str(letters()[0].last_error)


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    mailroom: Mailroom, authority: Authority, stranger: Authority, way: str
) -> None:
    with smtp.running(mailroom, guard=Guard(**{way: stranger.server(HOST)})) as url:
        address = url.replace("smtp:", "smtps:") if way == "tls" else url
        tls = "starttls" if way == "starttls" else None
        assert send_due_letters(office_at(with_password(address, tls=tls))) == 0

    assert (is_waiting(mailroom), mailroom.logins) == (True, [])
    assert "CERTIFICATE_VERIFY_FAILED" in str(letters()[0].last_error)


def test_a_certificate_of_another_host_gets_no_password(mailroom: Mailroom, authority: Authority) -> None:
    with smtp.running(mailroom, guard=Guard(starttls=authority.server("mail.example.org"))) as url:
        assert send_due_letters(office_at(with_password(url, tls="starttls"))) == 0

    assert (is_waiting(mailroom), mailroom.logins) == (True, [])


def test_a_server_that_has_no_starttls_gets_neither_password_nor_letter(
    mailroom: Mailroom, authority: Authority
) -> None:
    with smtp.running(mailroom, guard=Guard()) as url:
        assert send_due_letters(office_at(with_password(url, tls="starttls"))) == 0

    assert (is_waiting(mailroom), mailroom.logins) == (True, [])
    assert "STARTTLS" in str(letters()[0].last_error)


def test_a_server_that_has_no_starttls_gets_no_letter_without_password_either(
    mailroom: Mailroom, authority: Authority
) -> None:
    with smtp.running(mailroom) as url:
        assert send_due_letters(office_at(f"{url}?tls=starttls")) == 0

    assert is_waiting(mailroom)


def test_a_password_goes_to_no_other_machine_in_the_open(mailroom: Mailroom) -> None:
    with smtp.running(mailroom, host=ELSEWHERE, guard=Guard()) as url:
        assert send_due_letters(office_at(with_password(url))) == 0

    assert (is_waiting(mailroom), mailroom.connections, mailroom.logins) == (True, 0, [])
    assert "never sent without TLS" in str(letters()[0].last_error)


def test_the_own_machine_may_have_the_password_in_the_open(mailroom: Mailroom) -> None:
    with smtp.running(mailroom, guard=Guard()) as url:
        assert send_due_letters(office_at(with_password(url))) == 1

    assert mailroom.logins == [Login("house@example.org", "right", is_private=False)]


@pytest.mark.parametrize("word", ["yes", "STARTTLS", "start-tls", "None"])
def test_a_mistyped_word_for_tls_permits_nothing_in_the_open(mailroom: Mailroom, word: str) -> None:
    with smtp.running(mailroom, guard=Guard()) as url:
        assert send_due_letters(office_at(with_password(url, tls=word))) == 0

    assert (is_waiting(mailroom), mailroom.logins) == (True, [])
