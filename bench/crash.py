"""Kill a web process or the worker under load, again and again, and prove that nothing acknowledged is lost.

`serve` ends when one of its processes dies (cli/processes), so it is started again here, as a supervisor would do.
Ends with one line of JSON; the exit status is 0 only when nothing is lost and no invariant is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from multiprocessing.process import BaseProcess

from flask import Flask

from bench.nursery import launch
from bench.persistent import Callers
from bench.post_box import PostBox
from bench.proof import count_unsent, faults_of, hurry_letters
from bench.server import Place, descendants, kill, place, wait_until_all_listen
from bench.stock import fill_catalogue

CALLERS = 8
EARLIEST, LATEST = 0.05, 0.5  # seconds to a kill, from when everybody is answered again
LONGEST_END = 30.0
SECONDS_A_KILL = 20.0  # at most, else the whole is stopped
SETTLE_SECONDS = 240.0
WARM_SECONDS = 15.0  # at most, until a fresh server has answered everybody


def main() -> None:
    options = _options()
    box = PostBox()
    try:
        with place(options.database, mail_url=box.url) as where:
            figures = run(options, where, box)
    finally:
        box.close()
    print(json.dumps(figures))
    sys.exit(any(figures[name] for name in ("lost", "without_letter", "broken_invariants")))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=1, help="of the moments and the victims")
    return parser.parse_args()


def run(options: argparse.Namespace, where: Place, box: PostBox) -> dict[str, int]:
    """The figures of one run; what is wrong is said on stderr, too."""
    app = where.application()
    fill_catalogue(app, events=1)
    callers = Callers(where, box, count=CALLERS)
    callers.start()
    try:
        _kill_again_and_again(where, callers, kills=options.kills, chance=random.Random(options.seed))
        _settle(where, callers, app)
    finally:
        callers.end()
    faults = faults_of(app, callers.log)
    for fault in [*faults.lost, *faults.without_letter, *faults.broken_invariants][:20]:
        print(fault, file=sys.stderr)
    return {
        "acknowledged": len(callers.log.sent) + len(callers.log.confirmed),
        "lost": len(faults.lost),
        "without_letter": len(faults.without_letter),
        "broken_invariants": len(faults.broken_invariants),
    }


def _kill_again_and_again(where: Place, callers: Callers, *, kills: int, chance: random.Random) -> None:
    """A web process and the worker in turn."""
    over = time.monotonic() + kills * SECONDS_A_KILL
    for number in range(kills):
        if time.monotonic() > over:
            raise TimeoutError(f"{number} of {kills} kills took too long")
        process = launch(where)
        try:
            wait_until_all_listen(where, process.is_alive)
            callers.wait_for_answers(seconds=WARM_SECONDS)
            time.sleep(chance.uniform(EARLIEST, LATEST))
            kill(chance.choice(_victims(process, is_worker=number % 2 == 1)))
            _wait_for_end(process)
        finally:
            _end(process)


def _victims(process: BaseProcess, *, is_worker: bool) -> list[int]:
    """Children of the server: the worker leads a session of its own, web processes do not."""
    children = descendants(process.pid or 0)[1:]
    found = [pid for pid in children if (os.getsid(pid) == pid) is is_worker]
    if not found:
        raise RuntimeError("the server has no such process")
    return found


def _wait_for_end(process: BaseProcess) -> None:
    """It ends by itself, and says that something went wrong."""
    process.join(LONGEST_END)
    if process.exitcode != 1:
        raise RuntimeError(f"the server ended with {process.exitcode} when one of its processes was killed")


def _end(process: BaseProcess) -> None:
    """In order if it can be had, else at once, with its children."""
    family = descendants(process.pid or 0) if process.is_alive() else []
    process.terminate()
    process.join(LONGEST_END)
    for pid in family if process.is_alive() else ():
        kill(pid)
    process.join(LONGEST_END)


def _settle(where: Place, callers: Callers, app: Flask) -> None:
    """Serve undisturbed until all letters have left and everybody who got one has confirmed."""
    callers.stop_new_ones()
    hurry_letters(app)
    over = time.monotonic() + SETTLE_SECONDS
    process = launch(where)
    try:
        wait_until_all_listen(where, process.is_alive)
        while time.monotonic() < over and not (callers.are_done and count_unsent(app) == 0):
            time.sleep(0.2)
    finally:
        callers.end()
        _end(process)


if __name__ == "__main__":
    main()
