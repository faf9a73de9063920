"""A real SMTP server on loopback that answers as scripted, for tests of what leaves the house."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HANG = "hang"
CLOSE = "close"


@dataclass
class Mailroom:
    """What arrived, in order, and how the next letters are answered.

    `at_recipient` and `at_data` give the answer for a recipient: "450 later", HANG, CLOSE, or None for "250".
    """

    arrived: list[EmailMessage] = field(default_factory=list)
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
def running(mailroom: Mailroom, *, port: int = 0) -> Iterator[str]:
    """Serve this mailroom on loopback; gives its MAIL_URL."""
    controller = Controller(mailroom, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
