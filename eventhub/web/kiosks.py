"""The cookie of a tablet at which people check themselves in: apart from the session, so that no late answer brings the
time before it back."""

from __future__ import annotations

import re

from flask import Response, after_this_request, make_response, request

from eventhub.web.proxies import settings_of

_NAME = "kiosk"
_GATE = re.compile(r"[\w-]{1,40}", re.ASCII)


def kiosk_gate() -> str | None:
    """The gate at which this browser is a screen for people themselves."""
    gate = request.cookies.get(_NAME, "")
    return gate if _GATE.fullmatch(gate) else None


def keep_kiosk(page: str, gate: str) -> Response:
    """The page, with which that begins; it ends with forget_kiosk alone."""
    response = make_response(page)
    response.set_cookie(_NAME, gate, httponly=True, secure=settings_of().is_secure, samesite="Lax", path="/")
    return response


def forget_kiosk() -> None:
    """With the answer to this request."""

    @after_this_request
    def forget(response: Response) -> Response:
        response.delete_cookie(_NAME, httponly=True, secure=settings_of().is_secure, samesite="Lax", path="/")
        return response
