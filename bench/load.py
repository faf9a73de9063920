"""How much the server carries: pages, feeds, complete registrations, scans. Ends with one line of JSON."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask

from bench import counting, visits
from bench.post_box import PostBox
from bench.server import Place, cpu_seconds, memory_mb, place, serving
from bench.stock import SLUG, Door, fill_catalogue, open_door
from bench.wire import Line, Request, Visit, ask, lead
from config import QUICKEST_PERSON

PATHS = {"page": f"/events/{SLUG}", "feed": "/calendar/events.ics"}
WARM_UP_SECONDS = 1.5
MAIL_SECONDS = 60.0
MOST_SCANS_A_SECOND = 700


@dataclass(frozen=True)
class Load:
    """What `--what` leads to: the source of visits, and the tally that they fill."""

    tally: visits.Tally
    next_visit: Callable[[], Visit | None]


def main() -> None:
    options = _options()
    box = PostBox()
    try:
        with place(options.database, mail_url=box.url) as where:
            print(json.dumps(measure(options, where, box)))
    finally:
        box.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument(
        "--what", required=True, choices=["page", "page304", "feed", "feed304", "registration", "scan"]
    )
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--clients", type=int, help="how many at once; 4 at a door, 8 elsewhere")
    parser.add_argument("--processes", type=int, default=2, help="web processes of the server")
    options = parser.parse_args()
    options.clients = options.clients or (4 if options.what == "scan" else 8)
    return options


def measure(options: argparse.Namespace, where: Place, box: PostBox) -> dict[str, Any]:
    """The figures of one run."""
    app = where.application()
    door = _prepare(app, options)
    statements = counting.statements_of(options.what, app, door)
    if door is not None:
        door = replace(door, codes=door.codes[counting.SPARE_TICKETS :])
    with serving(where, processes=options.processes) as server:
        lines = [Line(where.host, where.port) for _ in range(options.clients)]
        try:
            if options.what == "registration":
                return _registrations(lines, server, box, statements, options.seconds)
            load = _load(options.what, lines[0], door)
            if options.what != "scan":
                _run(lines, load, WARM_UP_SECONDS)
            return _figures(lines, load, server, statements, options.seconds)
        finally:
            for line in lines:
                line.close()


def _prepare(app: Flask, options: argparse.Namespace) -> Door | None:
    if options.what == "scan":
        return open_door(app, tickets=int(options.seconds * MOST_SCANS_A_SECOND) + counting.SPARE_TICKETS)
    fill_catalogue(app, events=200 if options.what.startswith("feed") else 20)
    return None


def _load(what: str, line: Line, door: Door | None) -> Load:
    tally = visits.Tally()
    if door is not None:
        return Load(tally, visits.scanning(door, tally))
    path = PATHS[what.removesuffix("304")]
    if not what.endswith("304"):
        return Load(tally, visits.reading(path, tally))
    etag = ask(line, Request("GET", path)).header(b"etag")
    return Load(tally, visits.rereading(path, etag, tally))


def _run(lines: list[Line], load: Load, seconds: float) -> tuple[float, int]:
    """How long it took, and how many requests were lost."""
    start = time.perf_counter()
    over = start + seconds

    def next_visit() -> Visit | None:
        return load.next_visit() if time.perf_counter() < over else None

    lost = lead(lines, next_visit, idle=lambda: time.perf_counter() >= over)
    return time.perf_counter() - start, lost


def _figures(lines: list[Line], load: Load, server: int, statements: float, seconds: float) -> dict[str, Any]:
    load.tally.seconds.clear()
    before = cpu_seconds(server)
    took, lost = _run(lines, load, seconds)
    cpu = cpu_seconds(server) - before
    return _line(load.tally, took=took, cpu=cpu, statements=statements, rss=memory_mb(server), lost=lost)


def _registrations(
    lines: list[Line], server: int, box: PostBox, statements: float, seconds: float
) -> dict[str, Any]:
    """After a warm-up, as many as fit; all of them are led to their ticket, and all their letters awaited.

    Forms are shown ahead, since people type; as many as are sent are shown meanwhile.
    """
    flow = visits.Registering(visits.Tally(), box)
    _register_for(WARM_UP_SECONDS + QUICKEST_PERSON, flow, lines)
    flow.tally, flow.sent = visits.Tally(), 0
    letters, before, start = box.count, cpu_seconds(server), time.perf_counter()
    took, lost = _register_for(seconds, flow, lines)
    cpu = cpu_seconds(server) - before
    figures = _line(flow.tally, took=took, cpu=cpu, statements=statements, rss=memory_mb(server), lost=lost)
    sent = box.count - letters
    return {**figures, "letters": sent, "letters_per_s": round(sent / (box.last_at - start), 1)}


def _register_for(seconds: float, flow: visits.Registering, lines: list[Line]) -> tuple[float, int]:
    """The seconds until the last ticket page, and the requests lost."""
    start = time.perf_counter()
    over, bound = start + seconds, start + seconds + MAIL_SECONDS
    letters = flow.post_box.count
    flow.is_over = lambda: time.perf_counter() >= over

    def is_idle() -> bool:
        now = time.perf_counter()
        return now >= bound or (now >= over and not flow.half_done)

    lost = lead(lines, flow.next_visit, idle=is_idle)
    took = time.perf_counter() - start
    due = flow.sent + len(flow.tally.seconds)
    if not flow.post_box.wait_for(letters + due, seconds=MAIL_SECONDS) or flow.half_done:
        came = flow.post_box.count - letters
        flow.tally.surprises.append(f"{due} letters are due, {came} came")
    return took, lost


def _line(
    tally: visits.Tally, *, took: float, cpu: float, statements: float, rss: float, lost: int
) -> dict[str, Any]:
    for surprise in tally.surprises[:5]:
        print(surprise, file=sys.stderr)
    done = len(tally.seconds)
    if done < 2:
        raise SystemExit("nothing was done")
    cuts = statistics.quantiles(tally.seconds, n=100, method="inclusive")
    return {
        "per_s": round(done / took, 1),
        "p50_ms": round(cuts[49] * 1000, 2),
        "p95_ms": round(cuts[94] * 1000, 2),
        "p99_ms": round(cuts[98] * 1000, 2),
        "cpu_ms": round(cpu / done * 1000, 2),
        "statements": statements,
        "rss_mb": round(rss),
        "errors": len(tally.surprises) + lost,
    }


if __name__ == "__main__":
    main()
