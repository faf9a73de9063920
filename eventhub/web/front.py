"""The front desk: an answer that is the same for every guest is kept whole, and handed out before Flask wakes up.

Before an answer goes out again, its stamp is asked, in one statement: what an organiser changes is seen at once. What
no stamp tells (time passes, and lists show how many places are left) is at most a minute old.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import Headers
from werkzeug.http import is_resource_modified, parse_accept_header

from eventhub.core.errors import Refusal
from eventhub.core.shelf import Shelf
from eventhub.web.logs import REQUEST_ID

MOST_ANSWERS = 256
# Who asks in more characters asks what nobody else does, and a shelf of such answers would fill the memory.
LONGEST_ASKED = 1000
_MARKED = "eventhub.kept_while"
_ASKED_BY = ("HTTP_HOST", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING")
# A 304 says nothing of a body (RFC 9110, 15.4.5).
_OF_A_BODY = frozenset({"content-type", "content-length", "content-encoding", "content-disposition"})

Ask = Callable[[], Hashable]


@dataclass(frozen=True)
class Kept:
    """A whole answer, and what it depends on: while `ask()` says `stamp`, it is right.

    `body` is None when all who asked so far had it: then only 304 can be said.
    """

    ask: Ask
    stamp: Hashable
    headers: Headers
    body: bytes | None

    def is_had_by(self, environ: WSGIEnvironment) -> bool:
        """Whether the reader says to have it (RFC 9110, 13)."""
        etag, changed_at = self.headers.get("ETag"), self.headers.get("Last-Modified")
        return not is_resource_modified(environ, etag, last_modified=changed_at)

    def answer(self, start_response: StartResponse, *, is_had: bool) -> Iterable[bytes]:
        headers = [*self.headers, (REQUEST_ID, token_hex(8))]
        if is_had or self.body is None:
            start_response("304 NOT MODIFIED", [one for one in headers if one[0].lower() not in _OF_A_BODY])
            return []
        start_response("200 OK", headers)
        return [self.body]


def init_app(app: Flask) -> None:
    """In front of everything else."""
    shelf = app.extensions["shelves"]["answers"] = Shelf[Kept](MOST_ANSWERS)
    app.wsgi_app = FrontDesk(app, app.wsgi_app, shelf)  # type: ignore[method-assign]  # Flask's documented way to add middleware


def keep_while(ask: Ask, stamp: Hashable) -> None:
    """The running request's answer is good for every guest while `ask()`, called outside of requests, says `stamp`."""
    request.environ[_MARKED] = (ask, stamp)


class FrontDesk:
    """WSGI in front of Flask. Only guests without any cookie but the language's are served here."""

    def __init__(self, app: Flask, inside: WSGIApplication, shelf: Shelf[Kept]) -> None:
        self._app = app
        self._inside = inside
        self._shelf = shelf

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = _key(environ)
        if key is None:
            return self._inside(environ, start_response)
        kept = self._shelf.find(key)
        if kept is not None:
            is_had = kept.is_had_by(environ)
            if (is_had or kept.body is not None) and self._is_right(kept):
                return kept.answer(start_response, is_had=is_had)
        return self._listen(key, environ, start_response)

    def _is_right(self, kept: Kept) -> bool:
        with self._app.app_context():
            try:
                return kept.ask() == kept.stamp
            except (Refusal, SQLAlchemyError):
                return False  # Flask says why

    def _listen(
        self, key: Hashable, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Flask answers; what it marked is kept."""
        said: list[Any] = []

        def note(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            said[:] = [status, headers]
            return start_response(status, headers, *rest)

        body = self._inside(environ, note)
        if _MARKED not in environ or not _is_for_everybody(*said):
            return body
        whole = b"".join(body)
        getattr(body, "close", lambda: None)()
        headers = Headers([(name, value) for name, value in said[1] if name != REQUEST_ID])
        ask, stamp = environ[_MARKED]
        self._shelf.put(key, Kept(ask, stamp, headers, whole if said[0].startswith("200") else None))
        return [whole]


def _key(environ: WSGIEnvironment) -> Hashable | None:
    """All of a guest's request that an answer may depend on; None for what is not answered here."""
    if environ["REQUEST_METHOD"] != "GET" or not _is_guest(environ.get("HTTP_COOKIE", "")):
        return None
    if "HTTP_IF_MATCH" in environ:
        return None  # asks not to get what it has not
    asked = [environ.get(name, "") for name in _ASKED_BY]
    if sum(map(len, asked)) > LONGEST_ASKED:
        return None
    return (*asked[:-1], environ.get("HTTP_COOKIE"), _takes_gzip(asked[-1]))


def _is_guest(cookies: str) -> bool:
    return not cookies or cookies in {"lang=en", "lang=ru"}


@lru_cache(maxsize=256)
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted).quality("gzip") > 0


def _is_for_everybody(status: str, headers: list[tuple[str, str]]) -> bool:
    names = {name.lower() for name, _value in headers}
    return status[:3] in {"200", "304"} and "set-cookie" not in names
