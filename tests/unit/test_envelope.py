"""A stored letter as a message: readable by every server, and safe whatever people wrote into it."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import formataddr
from typing import Any

import pytest

from eventhub.mail.envelope import Attachment, Sender, Unaddressable, wrap
from eventhub.mail.models import Message

SENDER = Sender(address="EventHub <no-reply@eventhub.example>", host="eventhub.example")


def letter(**changes: Any) -> Message:
    return Message(
        **{
            "message_id": "7d0f",
            "to_email": "guest@example.org",
            "to_name": "Guest",
            "language": "en",
            "subject": "Your ticket",
            "text": "Hello.\n",
            "html": "<p>Hello.</p>",
            "created_at": datetime(2027, 3, 1, 9, 0, tzinfo=UTC),
            **changes,
        }
    )


def sent(message: Message, *attachments: Attachment) -> EmailMessage:
    """As the receiving program reads it."""
    octets = wrap(message, sender=SENDER, attachments=attachments).octets
    assert octets.isascii()
    assert max(map(len, octets.split(b"\r\n"))) <= 998  # RFC 5322
    return message_from_bytes(octets, policy=policy.default)


def test_a_letter_says_who_writes_to_whom_when_and_what() -> None:
    mail = sent(letter())

    assert dict(mail.items()) == {
        "From": "EventHub <no-reply@eventhub.example>",
        "To": "Guest <guest@example.org>",
        "Subject": "Your ticket",
        "Date": "Mon, 01 Mar 2027 09:00:00 +0000",
        "Message-ID": "<7d0f@eventhub.example>",
        "Content-Language": "en",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
    }
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content() for part in mail.iter_parts()] == ["Hello.\r\n", "<p>Hello.</p>\r\n"]


@pytest.mark.parametrize(
    "name", ["Zoë Test", "Тест Гостев", "测试", "اختبار", 'Test, Dr. "T"', "🎟️ Guest", "T" * 300, "Тест " * 60]
)
def test_names_of_every_script_arrive_as_they_are(name: str) -> None:
    stored = letter(to_name=name, subject=name, text=name, html=name)
    mail = sent(stored)
    header = message_from_bytes(wrap(stored, sender=SENDER, attachments=[]).octets, policy=policy.compat32)

    # Python's newer reader puts blanks into long encoded names (RFC 2047 6.2 forbids it), its older one not.
    assert str(make_header(decode_header(header["To"].replace("\r\n", "").strip()))) in {
        f"{name.strip()} <guest@example.org>",
        formataddr((name.strip(), "guest@example.org")),
    }
    assert mail["Subject"] == name.strip()
    assert mail.get_body(("plain",)).get_content().strip() == name.strip()  # type: ignore[union-attr]


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
@pytest.mark.parametrize("field", ["to_name", "subject"])
def test_a_line_end_in_a_name_makes_no_header(field: str, ending: str) -> None:
    mail = sent(letter(**{field: f"Guest{ending}Bcc: all@example.org{ending}{ending}Body"}))

    assert "Bcc" not in mail
    assert [part.get_content() for part in mail.iter_parts()] == ["Hello.\r\n", "<p>Hello.</p>\r\n"]


@pytest.mark.parametrize(
    "email",
    ["", "guest", "@example.org", "guest@", "gu\r\nBcc: a@example.org", "гость@example.org", "a@b..c"],
)
def test_an_address_that_no_server_takes_is_refused(email: str) -> None:
    with pytest.raises(Unaddressable):
        wrap(letter(to_email=email), sender=SENDER, attachments=[])


def test_a_domain_of_another_script_is_written_in_its_ascii_form() -> None:
    assert (
        sent(letter(to_email="guest@пример.рф"))["To"].addresses[0].addr_spec == "guest@xn--e1afmkfd.xn--p1ai"
    )


def test_attachments_keep_their_names_types_and_bytes() -> None:
    pdf = Attachment(name="Билет 7.pdf", media_type="application/pdf", content=bytes(range(256)))
    ics = Attachment(
        name="event.ics", media_type="text/calendar; method=PUBLISH", content=b"BEGIN:VCALENDAR\r\n"
    )

    mail = sent(letter(), pdf, ics)

    assert mail.get_content_type() == "multipart/mixed"
    first, second = mail.iter_attachments()
    assert (first.get_filename(), first.get_content()) == ("Билет 7.pdf", bytes(range(256)))
    assert second.get_content_type() == "text/calendar"
    assert second.get_param("method") == "PUBLISH"
    assert second.get_payload(decode=True) == b"BEGIN:VCALENDAR\r\n"


def test_what_looks_like_an_encoded_word_is_not_decoded() -> None:
    subject = "=?utf-8?q?Bcc=3A_all=40example=2Eorg?="
    assert sent(letter(subject=subject, to_name=subject))["Subject"] == subject


def test_no_line_of_a_letter_can_be_its_boundary() -> None:
    text = "--=_alternative\n--=_alternative--\n--=_mixed--\n"

    mail = sent(
        letter(text=text, html=text), Attachment(name="a.txt", media_type="text/plain", content=text.encode())
    )

    assert mail.get_body(("plain",)).get_content() == text.replace("\n", "\r\n")  # type: ignore[union-attr]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["a.txt"]
