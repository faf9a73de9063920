"""A stored letter as a message of the internet (RFC 5322): headers, two forms of text, attachments.

Everything is 7-bit safe. Header injection is impossible by construction: lines are cleaned, and EmailMessage
refuses what is left of line ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from eventhub.core.text import clean_line
from eventhub.mail.models import Message

POLICY = SMTP.clone(cte_type="7bit")


class Unaddressable(Exception):
    """No mail can go to this address, now or later."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file of a letter; `media_type` may carry parameters: text/calendar; method=REQUEST."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes: MAIL_FROM, and the host that makes a Message-ID unique in the world."""

    address: str
    host: str


def wrap(message: Message, *, sender: Sender, attachments: Iterable[Attachment]) -> EmailMessage:
    """The message to hand to a server, the same each time. Raises Unaddressable."""
    mail = EmailMessage(POLICY)
    mail["From"] = _mailbox(*parseaddr(sender.address))
    mail["To"] = _mailbox(message.to_name, message.to_email)
    mail["Subject"] = clean_line(message.subject)
    mail["Date"] = message.created_at
    mail["Message-ID"] = f"<{message.message_id}@{sender.host}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers it
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    for attachment in attachments:
        _attach(mail, attachment)
    mail["Content-Language"] = message.language
    return mail


def _mailbox(name: str, email: str) -> Address:
    local, _, domain = email.rpartition("@")
    if not (local and domain and local.isascii() and local.isprintable() and " " not in local):
        raise Unaddressable(email)
    try:
        host = domain.encode("idna").decode()
        return Address(display_name=clean_line(name), username=local, domain=host)
    except (UnicodeError, ValueError) as error:
        raise Unaddressable(email) from error


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    media, *parameters = (part.strip() for part in attachment.media_type.split(";"))
    maintype, _, subtype = media.partition("/")
    mail.add_attachment(
        attachment.content,
        maintype=maintype,
        subtype=subtype,
        filename=attachment.name,
        params=dict(pair.split("=", 1) for pair in parameters),
    )
