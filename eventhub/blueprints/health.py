"""For machines that watch: alive, ready, and the robots' file."""

from __future__ import annotations

from flask import Blueprint, Response
from sqlalchemy import text

from eventhub.db import db

probes = Blueprint("health", __name__)


@probes.get("/healthz")
def alive() -> Response:
    return Response("ok\n", content_type="text/plain")


@probes.get("/readyz")
def ready() -> Response:
    db.session.execute(text("SELECT 1"))
    return Response("ready\n", content_type="text/plain")


@probes.get("/robots.txt")
def robots() -> Response:
    """Feeds stay open to Google: its calendar refuses what robots.txt forbids."""
    return Response("User-agent: *\nDisallow: /registrations/\nDisallow: /t/\n", content_type="text/plain")
