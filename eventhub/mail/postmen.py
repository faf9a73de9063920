"""Who carries a letter out of the house: an SMTP server, the console, memory (tests) or nobody (demo)."""

from __future__ import annotations

import smtplib
import ssl
import sys
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from config import LOOPBACK
from eventhub.mail.envelope import Mail

TIMEOUT = 60.0  # seconds for each answer of the server
SUBMISSION_PORT = 587  # RFC 6409


class Undelivered(Exception):
    """The letter was not taken; a later try may succeed."""


class Refused(Undelivered):
    """The server will never take this letter for this address (a 5xx answer)."""


class Unreachable(Undelivered):
    """There is no server to talk to: the other letters need not be tried now."""


class Postman(Protocol):
    """Carries letters one after the other; close() says good-bye."""

    def deliver(self, mail: Mail) -> None:
        """Returns when the letter is in other hands. Raises Undelivered, Refused or Unreachable."""

    def close(self) -> None: ...


def postman_for(mail_url: str) -> Postman:
    """By MAIL_URL: smtp://user:password@host:587?tls=starttls, smtps://, console:, memory:, viewer:."""
    url = urlsplit(mail_url)
    makers: dict[str, Callable[[], Postman]] = {"console": Console, "memory": Memory, "viewer": Viewer}
    return makers[url.scheme]() if url.scheme in makers else Smtp(url)


class Viewer:
    """For demos: the letter stays here, to be read in the organiser's pages."""

    def deliver(self, mail: Mail) -> None:
        """Nothing leaves."""

    def close(self) -> None:
        """Nothing was opened."""


class Memory(Viewer):
    """For tests: letters lie in `Memory.delivered`."""

    delivered: list[EmailMessage] = []

    def deliver(self, mail: Mail) -> None:
        self.delivered.append(_read(mail))


class Console(Viewer):
    """For development: headers and plain text on standard error."""

    def deliver(self, mail: Mail) -> None:
        letter = _read(mail)
        text = letter.get_body(("plain",))
        sys.stderr.write(
            f"To: {letter['To']}\nSubject: {letter['Subject']}\n\n{text and text.get_content()}\n"
        )


def _read(mail: Mail) -> EmailMessage:
    return message_from_bytes(mail.octets, policy=policy.default)


class Smtp:
    """One connection, opened for the first letter and kept for the next ones."""

    def __init__(self, url: SplitResult) -> None:
        self._url = url
        self._tls = "tls" if url.scheme == "smtps" else _starttls(url)
        self._server: smtplib.SMTP | None = None

    def deliver(self, mail: Mail) -> None:
        server = self._server or self._connect()
        try:
            server.sendmail(mail.sender, [mail.recipient], mail.octets)
        except smtplib.SMTPRecipientsRefused as error:
            raise _answered(*error.recipients[mail.recipient]) from error
        except smtplib.SMTPDataError as error:
            raise _answered(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            # A refused sender is our own settings' fault, not this letter's: it waits like an outage.
            self._drop()
            raise Undelivered(_words(error)) from error
        finally:
            if server.sock is None:  # after 421 the library has hung up
                self._server = None

    def close(self) -> None:
        if self._server is None:
            return
        try:
            self._server.quit()
        except (smtplib.SMTPException, OSError):
            self._drop()
        self._server = None

    def _connect(self) -> smtplib.SMTP:
        try:
            server = self._dial()
            self._server = server
            if self._tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self._url.username:
                self._log_in(server, self._url.username)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Unreachable(_words(error)) from error
        return server

    def _dial(self) -> smtplib.SMTP:
        host = self._url.hostname or "localhost"
        if self._tls == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, self._url.port or 465, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(host, self._url.port or 25, timeout=TIMEOUT)

    def _log_in(self, server: smtplib.SMTP, user: str) -> None:
        if not isinstance(server.sock, ssl.SSLSocket) and self._url.hostname not in LOOPBACK:
            raise smtplib.SMTPException("a password is never sent without TLS: add ?tls=starttls to MAIL_URL")
        server.login(unquote(user), unquote(self._url.password or ""))

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


def _starttls(url: SplitResult) -> str:
    """Only the word "none" is taken for a wish to talk in the open; who mistypes the other one means it."""
    default = "starttls" if url.port == SUBMISSION_PORT else "none"
    return "none" if parse_qs(url.query).get("tls", [default])[0] == "none" else "starttls"


def _answered(code: int, text: bytes | str) -> Undelivered:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    kind = Refused if 500 <= code < 600 else Undelivered
    return kind(f"{code} {words}")


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
