"""What a gate without network costs: the list of tickets, and scans that come up later. One line of JSON.

First phones that could not hear of each other upload what they saw, in many orders, in parts, a third of them twice, as
if an answer had been lost: the end must each time be what a plain look at all scans says. Then one phone uploads a
long queue, and four do.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased

from bench.server import Place, place, serving
from bench.stock import Door, open_door
from eventhub.checkin.models import Presence, Scan
from eventhub.checkin.offline.models import ScanConflict
from eventhub.db import db, transaction

Json = dict[str, Any]
LONGEST_BATCH = 500


@dataclass(frozen=True)
class End:
    """Which scans hold a ticket, which pairs let one in twice, and how many scans are stored."""

    held: set[str]
    doubled: set[tuple[str, str]]
    stored: int


@dataclass(frozen=True)
class Phone:
    """Calls the server as the crew at the door."""

    host: str
    door: Door

    def list(self, query: str = "") -> tuple[bytes, float]:
        return self._call("GET", self.door.path.replace("/scans", f"/manifest{query}"))

    def sync(self, scans: Sequence[Json]) -> list[str]:
        body = json.dumps({"now_ms": _now(), "scans": list(scans)}).encode()
        answer, _seconds = self._call("POST", self.door.path.replace("/scans", "/sync"), body)
        return [one["status"] for one in json.loads(answer)["results"]]

    def _call(self, method: str, path: str, body: bytes | None = None) -> tuple[bytes, float]:
        line = HTTPConnection(self.host, timeout=60)
        head = {**dict(self.door.head), "Sec-Fetch-Site": "same-origin"}
        started = time.perf_counter()
        line.request(method, path, body, head)
        answer = line.getresponse()
        content = answer.read()
        line.close()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status}: {content[:300]!r}")
        return content, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--devices", type=int, default=5, help="phones that could not hear of each other")
    parser.add_argument(
        "--scans", type=int, default=300, help="of all phones, a tenth of them of tickets seen before"
    )
    parser.add_argument("--shuffles", type=int, default=50, help="orders in which they come up")
    parser.add_argument("--tickets", type=int, default=5000, help="on the list, and in the long queue")
    options = parser.parse_args()
    with place(options.database, mail_url="memory://") as where:
        print(json.dumps(measure(where, options)))


def measure(where: Place, options: argparse.Namespace) -> Json:
    app = where.application()
    door = open_door(app, tickets=max(options.tickets, options.scans))
    with serving(where):
        phone = Phone(where.host, door)
        listed, figures = _time_lists(phone)
        seen = _seen(listed, options)
        told = [_play(app, phone, seen, number) for number in range(options.shuffles)]
        return {**_sum_up(seen, told), **figures, **_time_uploads(phone, listed)}


def _seen(listed: list[str], options: argparse.Namespace) -> list[Json]:
    """What the phones saw; the clock of each is wrong by hours of its own, and it knows by how many."""
    chance = random.Random(1)
    once = listed[: options.scans - options.scans // 10]
    tickets = once + chance.choices(once, k=options.scans // 10)
    skews = [chance.randrange(-90_000_000, 90_000_000) for _phone in range(options.devices)]
    return [_by(chance.choice(skews), _scan(one, _ago(chance), n)) for n, one in enumerate(tickets)]


def _ago(chance: random.Random) -> int:
    return _now() - chance.randrange(3_000_000)


def _by(skew: int, scan: Json) -> Json:
    return {**scan, "at_ms": scan["at_ms"] + skew, "offset_ms": -skew}


def _sum_up(seen: list[Json], told: list[End]) -> Json:
    expected = _expected(seen)
    return {
        "scans": len(seen),
        "lost": max(len(seen) - end.stored for end in told),
        "first_entries": len(told[0].held),
        "conflicts": len(told[0].doubled),
        "different_end_states": sum((end.held, end.doubled) != expected for end in told),
    }


def _time_lists(phone: Phone) -> tuple[list[str], Json]:
    """The tickets as the list calls them; seconds and bytes of the whole list, made and again, and of no change."""
    whole, made = phone.list()
    _again, again = phone.list()
    content = json.loads(whole)
    _delta, delta = phone.list(f"?after={content['seq']}&cursor={content['cursor']}")
    figures = {"list_s": made, "list_again_s": again, "no_change_s": delta}
    rounded = {name: round(seconds, 3) for name, seconds in figures.items()}
    return [row[0] for row in content["tickets"]], {"list_kb": len(whole) // 1024, **rounded}


def _scan(ticket: str, at: int, number: int) -> Json:
    """Somebody was let in by a phone alone."""
    return {
        "scan_id": str(uuid4()),
        "seq": number,
        "ticket": ticket,
        "direction": "entry",
        "source": "camera",
        "verdict": "admit",
        "rules": 1,
        "issued_ms": at - 3_600_000,
        "at_ms": at,
        "offset_ms": 0,
    }


def _now() -> int:
    return round(time.time() * 1000)


def _play(app: Flask, phone: Phone, seen: list[Json], number: int) -> End:
    """One order, from the first scan to the last, by five uploads at once; then nothing has happened again."""
    with ThreadPoolExecutor(max_workers=5) as uploads:
        list(uploads.map(phone.sync, _shuffled(seen, random.Random(number))))
    with app.app_context():
        end = _end()
        with transaction():
            for table in (ScanConflict, Presence, Scan):
                db.session.execute(delete(table))
    return end


def _shuffled(seen: list[Json], chance: random.Random) -> Iterator[list[Json]]:
    """In parts of any size; a third of them twice, as if the first answer had been lost."""
    left = chance.sample(seen, len(seen))
    while left:
        size = chance.randint(1, 80)
        part, left = left[:size], left[size:]
        yield part
        if chance.random() < 1 / 3:
            yield chance.sample(part, len(part))


def _expected(seen: list[Json]) -> tuple[set[str], set[tuple[str, str]]]:
    """A plain look: the first of a ticket's scans holds, and each later one stands beside it."""
    by_ticket: dict[str, list[Json]] = {}
    for scan in sorted(seen, key=lambda one: (one["at_ms"] + one["offset_ms"], one["scan_id"])):
        by_ticket.setdefault(scan["ticket"], []).append(scan)
    held = {scans[0]["scan_id"] for scans in by_ticket.values()}
    doubled = {(scans[0]["scan_id"], one["scan_id"]) for scans in by_ticket.values() for one in scans[1:]}
    return held, doubled


def _end() -> End:
    first, second = aliased(Scan), aliased(Scan)
    pairs = select(first.scan_id, second.scan_id).select_from(ScanConflict)
    pairs = pairs.join(first, first.id == ScanConflict.first_id).join(
        second, second.id == ScanConflict.second_id
    )
    return End(
        held=set(db.session.scalars(select(Presence.scan_id))),
        doubled={(one, other) for one, other in db.session.execute(pairs)},
        stored=db.session.scalar(select(func.count()).select_from(Scan)) or 0,
    )


def _time_uploads(phone: Phone, tickets: list[str]) -> Json:
    """Of a queue by one phone after another batch, and of another by four phones at once."""
    alone = _batches(tickets)
    started = time.perf_counter()
    for batch in alone:
        phone.sync(batch)
    queue = time.perf_counter() - started
    together = _batches(tickets)
    started = time.perf_counter()
    with ThreadPoolExecutor(max_workers=4) as phones:
        list(phones.map(phone.sync, together))
    seconds = time.perf_counter() - started
    return {
        "queued": len(tickets),
        "upload_s": round(queue, 2),
        "upload_per_s": round(len(tickets) / queue),
        "by_four_per_s": round(len(tickets) / seconds),
    }


def _batches(tickets: list[str]) -> list[list[Json]]:
    scans = [_scan(ticket, _now() - 1000 * (len(tickets) - n), n) for n, ticket in enumerate(tickets)]
    return [scans[n : n + LONGEST_BATCH] for n in range(0, len(scans), LONGEST_BATCH)]


if __name__ == "__main__":
    main()
