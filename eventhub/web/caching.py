"""Anonymous pages: an ETag made of what the page depends on, 304 when the reader has it, else kept bytes."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Hashable, Mapping
from hashlib import sha256
from secrets import token_hex

from flask import Flask, Response, request, session
from flask_login import current_user
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from eventhub.core.shelf import Shelf
from eventhub.web.assets import build_mark
from eventhub.web.front import LONGEST_ASKED, keep_while
from eventhub.web.i18n import language

_pages = Shelf[tuple[bytes, bytes]](256)
_forms = Shelf[str](256)
_parts = Shelf[Markup](512)
_SECRET = token_hex(16)  # nobody can write it into a page


def init_app(app: Flask) -> None:
    """Pages call anonymous_page() and guest_form(), templates once()."""
    app.jinja_env.globals["once"] = once
    app.extensions["shelves"] = {"pages": _pages, "forms": _forms, "parts": _parts}


def anonymous_page(stamp: str, render: Callable[[], str], *, ask: Callable[[], str | None]) -> Response:
    """The page for a guest by its stamp: everything that changes the page must be part of it. `ask()` tells the
    stamp as it is at a later moment, without a request.

    A signed-in reader, one with a message waiting or one who asks at great length gets a fresh private page.
    """
    if not _is_plain_guest():
        return Response(render(), content_type="text/html; charset=utf-8")
    keep_while(ask, stamp)
    packed = request.accept_encodings.quality("gzip") > 0
    mark = _mark(stamp)
    etag = f"{mark}-gz" if packed else mark
    if request.if_none_match.contains_weak(etag):  # proxies that pack weaken the tag (RFC 9110, 13.1.2)
        return _labelled(Response(status=304), etag)
    plain, small = _kept(mark, render)
    response = Response(small if packed else plain, content_type="text/html; charset=utf-8")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return _labelled(response, etag)


def guest_form(key: Hashable, render: Callable[[], tuple[str, Mapping[str, str]]], **own: str) -> str:
    """A page that is the same for all guests but for a few values, each reader's `own`: rendered once by its key,
    then filled in. Everything else that changes the page must be part of the key; the language is by itself.

    `render()` gives the page and the values that stand in it now, by the same names: nothing that somebody typed.
    """
    if not _is_plain_guest():
        return render()[0]
    kept = _forms.get((key, language()), lambda: _with_blanks(*render()))
    for name, value in own.items():
        kept = kept.replace(_blank(name), str(escape(value)))
    return kept


def _with_blanks(page: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        page = page.replace(str(escape(value)), _blank(name)) if value else page
    return page


def _blank(name: str) -> str:
    return f"{_SECRET}{name}."


def once(macro: Macro, *arguments: Hashable, **named: Hashable) -> Markup:
    """For templates: what a macro says of these arguments, written once a language. It may depend on nothing else, and
    no other macro that is written once may have its name."""
    key = (macro.name, language(), arguments, *named.items())
    return _parts.get(key, lambda: Markup(macro(*arguments, **named)))  # noqa: S704 - a macro escapes by itself


def _is_plain_guest() -> bool:
    """Somebody like all others, who asks for nothing that only they would."""
    is_plain = not current_user.is_authenticated and "_flashes" not in session
    return is_plain and len(request.query_string) <= LONGEST_ASKED


def _mark(stamp: str) -> str:
    everything = "|".join((stamp, request.full_path, language(), build_mark()))
    return sha256(everything.encode()).hexdigest()[:24]


def _kept(mark: str, render: Callable[[], str]) -> tuple[bytes, bytes]:
    page = _pages.find(mark)
    if page is None:
        body = render().encode()
        page = (body, gzip.compress(body, 6, mtime=0))
        _pages.put(mark, page)
    return page


def _labelled(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept-Encoding")
    return response
