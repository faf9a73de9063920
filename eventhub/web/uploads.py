"""Which pages take files, how large a form with files may be, and how a file goes out again."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request, send_file

from eventhub.documents.cleaning import MOST_BYTES

# Two of the largest files and all that is typed beside them.
MOST_AT_ONCE = 2 * MOST_BYTES + 2 * 1024 * 1024
SHUT = "sandbox; default-src 'none'"
View = TypeVar("View", bound=Callable[..., Any])
_takers: set[str] = set()


def init_app(app: Flask) -> None:
    """Comes before everything that reads a form."""
    app.before_request(_let_files_in)


def takes_files(view: View) -> View:
    """Mark a page that takes files."""
    _takers.add(f"{view.__module__}.{view.__qualname__}")
    return view


def _let_files_in() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    known = view is not None and f"{view.__module__}.{view.__qualname__}" in _takers
    if known and request.mimetype == "multipart/form-data":
        request.max_content_length = MOST_AT_ONCE


def as_attachment(content: bytes, *, name: str, media_type: str) -> Response:
    """To be saved, never to be shown on our address: whoever sent it may have meant harm."""
    answer = send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = SHUT
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
