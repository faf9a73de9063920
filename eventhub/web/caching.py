"""Anonymous pages: an ETag made of what the page depends on, 304 when the reader has it, else kept bytes."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from threading import Lock

from flask import Flask, Response, request, session
from flask_login import current_user

from eventhub.web.assets import build_mark
from eventhub.web.front import keep_while
from eventhub.web.i18n import language

MOST_PAGES = 256
_pages: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
_lock = Lock()


def init_app(app: Flask) -> None:
    """Nothing to install; pages call anonymous_page()."""
    app.extensions["kept_pages"] = _pages


def anonymous_page(stamp: str, render: Callable[[], str], *, ask: Callable[[], str | None]) -> Response:
    """The page for a guest by its stamp: everything that changes the page must be part of it. `ask()` tells the
    stamp as it is at a later moment, without a request.

    A signed-in reader or one with a message waiting gets a fresh private page.
    """
    if current_user.is_authenticated or "_flashes" in session:
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


def _mark(stamp: str) -> str:
    everything = "|".join((stamp, request.full_path, language(), build_mark()))
    return sha256(everything.encode()).hexdigest()[:24]


def _kept(mark: str, render: Callable[[], str]) -> tuple[bytes, bytes]:
    page = _pages.get(mark)
    if page is None:
        body = render().encode()
        page = (body, gzip.compress(body, 6, mtime=0))
        with _lock:
            _pages[mark] = page
            while len(_pages) > MOST_PAGES:
                _pages.popitem(last=False)
    return page


def _labelled(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "public, no-cache"
    response.vary.add("Accept-Encoding")
    return response
