"""More people than places, all at once: how many get one. Ends with one line of JSON; --no-guard shows the race.

The exit status is 0 only when each place has exactly one owner and nobody saw an error; the control has no such rule.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from bench.post_box import PostBox
from bench.server import PROGRAM, Place, place, serving
from bench.stock import fill_catalogue
from bench.unguarded import SWITCH
from bench.visits import PATH, filled, from_home, number_of, pressed
from bench.wire import Answer, Line, Request, ask
from config import QUICKEST_PERSON

PATIENCE = 120.0  # seconds; of two thousand at once the last one waits for all others
CONTROL = ("-m", "bench.unguarded")
HELD, REFUSED, ERROR = "held", "refused", "error"
FULL = b"All places are taken."


@dataclass(frozen=True)
class Start:
    """What the runners share: where to run, and the gate that opens when all stand there."""

    host: str
    port: int
    gate: Any
    results: Any


def main() -> None:
    options = _options()
    box = PostBox()
    try:
        with place(options.database, mail_url=box.url) as where:
            if options.no_guard:
                where.environ[SWITCH] = "1"
            figures = run(options, where, box)
    finally:
        box.close()
    print(json.dumps(figures))
    fits = min(options.places, options.clients)
    sys.exit(not options.no_guard and (figures["errors"] > 0 or figures["confirmed"] != fits))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.race", description=__doc__)
    parser.add_argument("--places", type=int, default=50)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--processes", type=int, default=4, help="of the server, and of the clients")
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--no-guard", action="store_true", help="the control: without the conditional update")
    return parser.parse_args()


def run(options: argparse.Namespace, where: Place, box: PostBox) -> dict[str, int]:
    """Everybody asks at once; then everybody who got a letter confirms."""
    fill_catalogue(where.application(), events=1, places=options.places)
    program = CONTROL if options.no_guard else PROGRAM
    with serving(where, processes=options.processes, program=program):
        said = _all_at_once(where, clients=options.clients, processes=options.processes)
        held = said.count(HELD)
        box.wait_for(held, seconds=PATIENCE)
        confirmed = [_confirm(where, email, path) for email, path in list(box.links)]
    return {
        "confirmed": confirmed.count(True),
        "refused": said.count(REFUSED),
        "errors": said.count(ERROR) + confirmed.count(False) + (held - len(confirmed)),
    }


def _all_at_once(where: Place, *, clients: int, processes: int) -> list[str]:
    many = multiprocessing.get_context("spawn")
    start = Start(where.host, where.port, many.Barrier(clients), many.Queue())
    shares = [range(number, clients, processes) for number in range(processes)]
    runners = [many.Process(target=_run_share, args=(start, share), daemon=True) for share in shares]
    for runner in runners:
        runner.start()
    try:
        return [start.results.get(timeout=PATIENCE) for _ in range(clients)]
    finally:
        for runner in runners:
            runner.join(5)
            runner.kill()


def _run_share(start: Start, numbers: range) -> None:
    threads = [threading.Thread(target=_register, args=(start, number)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _register(start: Start, number: int) -> None:
    """Fill the form at leisure, then wait for the others."""
    try:
        line = Line(start.host, start.port, PATIENCE)
        form = ask(line, Request("GET", PATH, head=from_home(number)))
        request = filled(number, form, with_sessions=False)
        time.sleep(QUICKEST_PERSON)
        start.gate.wait(PATIENCE)
    except (OSError, ValueError, threading.BrokenBarrierError) as error:
        start.gate.abort()
        start.results.put(_failed(number, error))
        return
    try:
        start.results.put(_judge(_send(line, request)))
    except (OSError, ValueError) as error:
        start.results.put(_failed(number, error))


def _send(line: Line, request: Request) -> Answer:
    """Whoever typed for long finds the kept connection closed, and connects anew as a browser does (RFC 9110, 9.2.2:
    the form's own key makes it safe to send twice)."""
    try:
        return ask(line, request)
    except ConnectionError:
        line.close()
        line.connect()
        return ask(line, request)


def _failed(number: int, error: Exception) -> str:
    print(f"client {number}: {error!r}", file=sys.stderr)
    return ERROR


def _judge(answer: Answer) -> str:
    if answer.status == 302:
        return HELD
    if answer.status == 409 and FULL in answer.body:
        return REFUSED
    print(f"{answer.status} {answer.body[:200]!r}", file=sys.stderr)
    return ERROR


def _confirm(where: Place, email: str, path: str) -> bool:
    home = from_home(number_of(email))
    line = Line(where.host, where.port)
    try:
        page = ask(line, Request("GET", path, head=home))
        done = ask(line, pressed(path, page, head=home))
        ticket = ask(line, Request("GET", done.header(b"location"))) if done.status == 302 else done
        return ticket.status == 200
    finally:
        line.close()


if __name__ == "__main__":
    main()
