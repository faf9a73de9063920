"""Nothing that lets its reader in comes into the logs."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from eventhub.web.logs import _formatter, hide_secrets


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("GET /t/AEBAGBAF2345", "GET /t/[hidden]"),
        ("GET /T/AEBAGBAF2345/ticket.pdf", "GET /T/[hidden]/ticket.pdf"),
        ("/registrations/k3x9/abcdef?x=1", "/registrations/k3x9/[hidden]?x=1"),
        ("/registrations/k3x9/confirm/abcdef", "/registrations/k3x9/confirm/[hidden]"),
        ("/calendar/my/abcdef.ics", "/calendar/my/[hidden]"),
        ("/account/sign-in/abc123", "/account/sign-in/[hidden]"),
        ("/somewhere/aaaaaaaaaaaaaaaaaaaaaaaaaa/new", "/somewhere/[hidden]/new"),
        ("postgresql://eve:s3cret@db/eventhub", "postgresql://[hidden]@db/eventhub"),
        ("smtp://u:p@mail.example:587", "smtp://[hidden]@mail.example:587"),
        ("/events/seminar-on-testing", "/events/seminar-on-testing"),
        ("/registrations/k3x9", "/registrations/k3x9"),
    ],
)
def test_secrets_in_addresses_are_hidden(said: str, logged: str) -> None:
    assert hide_secrets(said) == logged


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(_formatter(structlog.processors.JSONRenderer()))
    logger = logging.getLogger("eventhub.test.logs")
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "name", ["password", "SECRET_KEY", "access_token", "cookie", "Authorization", "code"]
)
def test_secrets_are_hidden_by_their_name(log: tuple[logging.Logger, io.StringIO], name: str) -> None:
    logger, written = log

    logger.warning("something", extra={name: "canary"})

    assert "canary" not in written.getvalue()
    assert name in written.getvalue()


def test_a_stack_trace_is_kept_without_its_secrets(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, written = log

    try:
        raise ValueError("smtp://eve:canary@mail.example refused /t/CANARY")
    except ValueError:
        logger.exception("not sent")

    assert "canary" not in written.getvalue().lower()
    assert "ValueError: smtp://[hidden]@mail.example refused /t/[hidden]" in written.getvalue()
