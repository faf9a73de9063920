"""Security headers on every answer, errors included."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, g, request

from eventhub.web.proxies import settings_of

_COMMON = (
    "default-src 'none'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; media-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'; "
)
EVERYWHERE = _COMMON + "script-src 'self'"
AT_THE_GATE = _COMMON + "script-src 'self' 'wasm-unsafe-eval'"


def init_app(app: Flask) -> None:
    app.after_request(_secure)


def private() -> None:
    """Say that this answer is for its reader alone: no cache keeps it, no search engine lists it."""
    g.is_private = True


def keep_for(time: timedelta) -> None:
    """Say that any cache may keep this answer for so long."""
    g.cache_control = f"public, max-age={int(time.total_seconds())}"


def _secure(response: Response) -> Response:
    gate = request.blueprint == "gate"
    headers = response.headers
    headers.setdefault("Content-Security-Policy", AT_THE_GATE if gate else EVERYWHERE)
    headers["Permissions-Policy"] = f"camera=({'self' if gate else ''}), microphone=(), geolocation=()"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer" if "is_private" in g else "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if settings_of().is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if "is_private" in g or "Cache-Control" not in headers:
        headers["Cache-Control"] = g.get("cache_control", "private, no-store")
    if "is_private" in g:
        headers["X-Robots-Tag"] = "noindex"
    return response
