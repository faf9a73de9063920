"""Which host we answer to, and whom we believe about the caller's address."""

from __future__ import annotations

from flask import Flask, abort, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

from config import LOOPBACK, Settings

PROBES = frozenset({"/healthz", "/readyz"})


def init_app(app: Flask) -> None:
    settings = settings_of(app)
    if settings.trusted_proxies:
        wrapped = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0)
        app.wsgi_app = wrapped  # type: ignore[method-assign]  # Flask's documented way to add middleware
    app.before_request(_refuse_foreign_host)
    app.before_request(_refuse_nul)


def settings_of(app: Flask | None = None) -> Settings:
    """The settings of this application, by default the running one."""
    settings: Settings = (app or current_app).extensions["settings"]
    return settings


def caller_address() -> str:
    """The caller's address, as far as trusted proxies vouch for it."""
    return request.remote_addr or ""


def _refuse_foreign_host() -> None:
    """Another Host than BASE_URL's is a trick (CVE-2021-30185); in development every loopback name is ours."""
    host = request.host.lower()
    settings = settings_of()
    loopback = host.rsplit(":", 1)[0].strip("[]") in LOOPBACK
    if request.path in PROBES or host == settings.host or (loopback and not settings.is_production):
        return
    abort(400)


def _refuse_nul() -> None:
    """No address of ours holds a NUL, and PostgreSQL takes none in a text."""
    if "\x00" in request.path:
        abort(404)
