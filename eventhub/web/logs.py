"""What is logged and in which form: JSON in production, lines in development, secrets in neither."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from secrets import token_hex
from typing import Any

import structlog
from flask import Flask, Response, has_request_context, request
from structlog.typing import Processor

from eventhub.web.proxies import settings_of

REQUEST_ID = "X-Request-ID"
HIDDEN = "[hidden]"
_SECRET_NAMES = re.compile(r"pass|secret|token|cookie|authorization|^code$|(^|_)key$", re.IGNORECASE)
# Addresses whose last part lets its owner in; any other long part of a path is hidden too.
_SECRET_PATHS = re.compile(
    r"(/t/|/calendar/my/|/account/sign-in/|/registrations/[^/\s?\"']+/(?:confirm/)?)[^/\s?\"']+"
    r"|(?<=/)[\w=-]{24,}",
    re.IGNORECASE,
)
_PASSWORD_IN_ADDRESS = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)")

Event = MutableMapping[str, Any]


def init_app(app: Flask) -> None:
    """One handler for the whole process; calling it again replaces it."""
    render: Processor = structlog.dev.ConsoleRenderer(colors=False)
    if settings_of(app).is_production:
        render = structlog.processors.JSONRenderer()
    handler = logging.StreamHandler()
    handler.set_name("eventhub")
    handler.setFormatter(_formatter(render))
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if one.get_name() != "eventhub"] + [handler]
    root.setLevel(logging.INFO)
    # httpx tells each address at INFO, and that of a phone is its push token.
    for chatty in ("huey", "alembic", "_granian", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    app.after_request(_say_request_id)


def request_id() -> str:
    """The number of this request, by which a reader's report and our log meet."""
    return str(request.environ.setdefault("eventhub.request_id", token_hex(8)))


def hide_secrets(text: str) -> str:
    """The text without what would let a reader of logs in."""
    without = _PASSWORD_IN_ADDRESS.sub(HIDDEN, text)
    return _SECRET_PATHS.sub(lambda found: (found[1] or "") + HIDDEN, without)


def _formatter(render: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_request,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _redact,
            render,
        ],
    )


def _add_request(_logger: Any, _method: str, event: Event) -> Event:
    if has_request_context():
        event.update(request_id=request_id(), method=request.method, path=request.path)
    return event


def _redact(_logger: Any, _method: str, event: Event) -> Event:
    return {name: _without_secrets(name, value) for name, value in event.items()}


def _without_secrets(name: str, value: Any) -> Any:
    if _SECRET_NAMES.search(name):
        return HIDDEN
    return hide_secrets(value) if isinstance(value, str) else value


def _say_request_id(response: Response) -> Response:
    response.headers[REQUEST_ID] = request_id()
    return response
