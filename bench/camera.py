"""How fast the scanner's page is: a film of tickets, one a second, in front of a real Chromium. One line of JSON.

Of each code the time from its first reading to its card; `missed` were never scanned, `doubled` more than once.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select

from bench.server import Place, place, serving
from bench.stock import Door, open_door
from eventhub.checkin.models import Scan
from eventhub.db import db
from eventhub.tickets.signing import ticket_url
from tests.browser.fake_camera import film, switches

PHONE = {"width": 360, "height": 740}
WATCH = """
globalThis.seen = [];
globalThis.cards = [];
globalThis.Worker = class extends Worker {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", ({ data }) => {
      for (const code of data.codes ?? []) if (code) seen.push([code, performance.now()]);
    });
  }
};
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes)
      if (node.matches?.(".verdict, .gate-card > *")) cards.push(performance.now());
}).observe(document, { childList: true, subtree: true });
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.camera", description=__doc__)
    parser.add_argument("--codes", type=int, default=60)
    parser.add_argument("--tickets", type=int, default=2000, help="on the list of the event")
    parser.add_argument("--offline", action="store_true", help="without network, from the list alone")
    options = parser.parse_args()
    with place("sqlite", mail_url="memory://") as where, tempfile.TemporaryDirectory() as folder:
        app = where.application()
        door = open_door(app, tickets=options.tickets)
        shown = door.codes[: options.codes]
        scenes = [
            (None, 5.0),
            *((ticket_url(f"http://{where.host}", code), 1.0) for code in shown),
            (None, 30.0),
        ]
        film(Path(folder) / "film.mjpeg", *scenes)
        with serving(where), sync_playwright() as running:
            chromium = running.chromium.launch(**_chromium(Path(folder) / "film.mjpeg"))
            page = _page(chromium, where, door)
            figures = _watch(page, len(shown), offline=options.offline)
            chromium.close()
        print(json.dumps({**figures, **_count_scans(app, len(shown))}))


def _chromium(picture: Path) -> dict[str, Any]:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {"executable_path": path, "args": [*root, *switches(picture)]}


def _page(chromium: Browser, where: Place, door: Door) -> Page:
    url = f"http://{where.host}"
    context: BrowserContext = chromium.new_context(base_url=url, viewport=PHONE, permissions=["camera"])
    name, _, value = dict(door.head)["Cookie"].partition("=")
    context.add_cookies([{"name": name, "value": value, "url": url}])
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(door.path.removesuffix("/scans"))
    _wait_until(page, "document.getElementById('sync')?.textContent.includes(':') ?? false", seconds=30)
    return page


def _wait_until(page: Page, holds: str, *, seconds: float) -> None:
    """Asked from outside: the page's own policy allows no `eval`. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not page.evaluate(holds):
        if time.monotonic() > end:
            raise TimeoutError(holds)
        page.wait_for_timeout(100)


def _watch(page: Page, codes: int, *, offline: bool) -> dict[str, Any]:
    """Milliseconds from the first reading of each code to the next card."""
    if offline:
        _wait_until(
            page,
            "caches.open('gate-1').then((kept) => kept.match('/gate/decoder.js')).then(Boolean)",
            seconds=30,
        )
        page.context.set_offline(True)
    page.click("#start")
    _wait_until(page, f"new Set(seen.map(([code]) => code)).size >= {codes}", seconds=codes + 60)
    page.wait_for_timeout(1500)
    seen, cards = page.evaluate("[seen, cards]")
    if offline:
        page.context.set_offline(False)
        page.wait_for_timeout(20_000)  # until what waits has come up
    return {
        "offline": offline,
        "read": len({code for code, _at in seen}),
        **_quantiles(_latencies(seen, cards)),
    }


def _latencies(seen: Sequence[tuple[str, float]], cards: Sequence[float]) -> list[float]:
    first: dict[str, float] = {}
    for code, at in seen:
        first.setdefault(code, at)
    return [min((card for card in cards if card >= at), default=float("inf")) - at for at in first.values()]


def _quantiles(milliseconds: list[float]) -> dict[str, float]:
    steps = statistics.quantiles(milliseconds, n=20)
    return {
        "p50_ms": round(steps[9], 1),
        "p95_ms": round(steps[18], 1),
        "worst_ms": round(max(milliseconds), 1),
    }


def _count_scans(app: Flask, codes: int) -> dict[str, int]:
    time.sleep(1)
    with app.app_context():
        scanned = Counter(db.session.scalars(select(Scan.ticket_id)))
    return {"shown": codes, "missed": codes - len(scanned), "doubled": sum(n > 1 for n in scanned.values())}


if __name__ == "__main__":
    main()
