"""For machines that watch: alive, ready, figures, the robots' file and where to report a hole."""

from __future__ import annotations

import hmac
from datetime import timedelta

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.links import absolute
from eventhub.reports.metrics import expose
from eventhub.web.migrations import is_at_head
from eventhub.web.proxies import settings_of

probes = Blueprint("health", __name__)


@probes.get("/healthz")
def alive() -> Response:
    return Response("ok\n", content_type="text/plain")


@probes.get("/readyz")
def ready() -> Response:
    try:
        says = "ready" if is_at_head() else "the tables are of another version"
    except SQLAlchemyError:
        says = "the database does not answer"
    return Response(f"{says}\n", 200 if says == "ready" else 503, content_type="text/plain")


@probes.get("/metrics")
def metrics() -> Response:
    """For Prometheus, with METRICS_TOKEN as bearer; everybody else finds nothing here."""
    token = settings_of().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise NotFound()
    return Response(expose(now=clock.now()), content_type="text/plain; version=1.0.0; charset=utf-8")


@probes.get("/.well-known/security.txt")
def security() -> Response:
    """RFC 9116; the mailbox is the one of RFC 2142."""
    host = settings_of().host.partition(":")[0]
    lines = (
        f"Contact: mailto:security@{host}",
        f"Expires: {clock.now() + timedelta(days=180):%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en, ru",
        f"Canonical: {absolute('/.well-known/security.txt')}",
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@probes.get("/robots.txt")
def robots() -> Response:
    """Feeds stay open to Google: its calendar refuses what robots.txt forbids."""
    return Response("User-agent: *\nDisallow: /registrations/\nDisallow: /t/\n", content_type="text/plain")
