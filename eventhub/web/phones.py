"""The cookie of a paired phone: apart from a person's, and asked for at gates alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response, current_app, request

# Where a phone is more than a guest: the gates, and tickets opened by its own camera.
KEPT_AFTER = timedelta(days=30)
GATES = ("/gate", "/t/", "/T/")


def phone_token() -> str | None:
    return request.cookies.get(_name())


def remember_phone(response: Response, token: str, *, until: datetime) -> None:
    """Lax, since the camera's own programme opens the links of tickets. It outlives the phone's time, so that the phone
    is told when that is over."""
    response.set_cookie(
        _name(),
        token,
        expires=until + KEPT_AFTER,
        httponly=True,
        secure=_is_secure(),
        samesite="Lax",
        path="/",
    )


def forget_phone(response: Response) -> Response:
    """Nothing of the gate stays on the phone."""
    response.delete_cookie(_name(), httponly=True, secure=_is_secure(), samesite="Lax", path="/")
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def _name() -> str:
    return "__Host-gate" if _is_secure() else "gate"


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
