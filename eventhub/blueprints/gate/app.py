"""What makes the scanner an app that starts without network: its manifest, its service worker, and a page of each gate
that this worker keeps, in which nobody is named."""

from __future__ import annotations

from pathlib import Path

from flask import Response, jsonify, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.reading import my_door
from eventhub.blueprints.gate.scanner import empty_scanner
from eventhub.web.assets import DIST, asset
from eventhub.web.i18n import language

ICON_SIZES = (192, 512)


@pages.get("/")
def start() -> ResponseReturnValue:
    """Where the app starts: the choice of gates, or without network the gate that was opened last."""
    return redirect(url_for(".index"))


@pages.get("/app.webmanifest")
def app_manifest() -> Response:
    """How the scanner is called and looks on a phone's screen (W3C Web Application Manifest)."""
    icons = [
        {"src": asset(f"app-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in ICON_SIZES
    ]
    manifest = jsonify(
        id=url_for(".start"),
        name=_("EventHub scanner"),
        short_name=_("Scanner"),
        lang=language(),
        start_url=url_for(".start"),
        scope=url_for(".index"),
        display="standalone",
        background_color="#0a0e17",
        theme_color="#0a0e17",
        icons=icons,
    )
    manifest.content_type = "application/manifest+json"
    return manifest


@pages.get("/sw.js")
def keeper() -> Response:
    """The service worker; its scope is /gate/."""
    source = (DIST / Path(asset("gate-sw.js")).name).read_bytes()
    return Response(source, content_type="text/javascript")


@pages.get("/<gate>/shell")
def shell(gate: str) -> ResponseReturnValue:
    """The scanner's page for a start without network: no person, no form token, no figures."""
    return empty_scanner(my_door(gate))
