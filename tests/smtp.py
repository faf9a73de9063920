"""A real SMTP server on loopback that answers as scripted, for tests of what leaves the house."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HANG = "hang"
CLOSE = "close"


@dataclass(frozen=True)
class Login:
    """A password that reached the server; `is_private` when nobody on the way could read it."""

    user: str
    password: str
    is_private: bool


@dataclass(frozen=True, kw_only=True)
class Guard:
    """How a server lets in: `starttls` and `tls` are its certificate, else it has none; `password` is the right one."""

    starttls: ssl.SSLContext | None = None
    tls: ssl.SSLContext | None = None
    password: str = "right"
    asks_for_password: bool = True


@dataclass
class Mailroom:
    """What arrived, in order, and how the next letters are answered.

    `at_recipient` and `at_data` give the answer for a recipient: "450 later", HANG, CLOSE, or None for "250".
    """

    arrived: list[EmailMessage] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    connections: int = 0
    at_recipient: Callable[[str], str | None] = lambda recipient: None
    at_data: Callable[[str], str | None] = lambda recipient: None

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return answers

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await _answer(self.at_recipient(address), server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        scripted = self.at_data(envelope.rcpt_tos[0])
        if scripted is None:
            assert isinstance(envelope.content, bytes)
            self.arrived.append(message_from_bytes(envelope.content, policy=policy.default))
        return await _answer(scripted, server)

    @property
    def recipients(self) -> list[str]:
        return [mail["To"].addresses[0].addr_spec for mail in self.arrived]


async def _answer(scripted: str | None, server: SMTP) -> str:
    if scripted == HANG:
        await asyncio.sleep(3600)
    if scripted == CLOSE:
        server.transport.abort()
    return scripted or "250 OK"


@contextmanager
def running(
    mailroom: Mailroom, *, port: int = 0, host: str = "127.0.0.1", guard: Guard | None = None
) -> Iterator[str]:
    """Serve this mailroom on loopback; gives its MAIL_URL without TLS."""
    options = _guarded(mailroom, guard) if guard else {}
    controller = Controller(mailroom, hostname=host, port=port or free_port(), **options)
    controller.start()
    try:
        yield f"smtp://{host}:{controller.port}"
    finally:
        controller.stop()


def _guarded(mailroom: Mailroom, guard: Guard) -> dict[str, Any]:
    def let_in(
        _server: SMTP, session: Session, _envelope: Envelope, _how: str, data: LoginPassword
    ) -> AuthResult:
        login = Login(data.login.decode(), data.password.decode(), is_private=session.ssl is not None)
        mailroom.logins.append(login)
        return AuthResult(success=login.password == guard.password, handled=False)

    return {
        "authenticator": let_in,
        "auth_required": guard.asks_for_password,
        "auth_require_tls": False,
        "tls_context": guard.starttls,
        "ssl_context": guard.tls,
    }


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
