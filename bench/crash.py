"""Kill a web process or the worker under load, again and again, and prove that nothing acknowledged is lost.

`serve` ends when one of its processes dies (cli/processes), so it is started again here, as a supervisor would do.
Ends with one line of JSON; the exit status is 0 only when nothing is lost and no invariant is broken.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time

from flask import Flask

from bench.persistent import Callers
from bench.post_box import PostBox
from bench.proof import count_unsent, faults_of, hurry_letters
from bench.server import Place, descendants, end, kill, launch, place, wait_until_all_listen
from bench.stock import fill_catalogue

CALLERS = 8
EARLIEST, LATEST = 0.05, 0.5  # seconds from the start of the server to a kill
LONGEST_END = 30.0
SECONDS_A_KILL = 20.0  # at most, else the whole is stopped
SETTLE_SECONDS = 240.0
FIRST_FORMS = 3.0  # seconds in which the first people type


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
        _kill_again_and_again(where, kills=options.kills, chance=random.Random(options.seed))
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


def _kill_again_and_again(where: Place, *, kills: int, chance: random.Random) -> None:
    """A web process and the worker in turn."""
    over = time.monotonic() + FIRST_FORMS + kills * SECONDS_A_KILL
    for number in range(kills):
        if time.monotonic() > over:
            raise TimeoutError(f"{number} of {kills} kills took too long")
        process = launch(where)
        try:
            wait_until_all_listen(process, where)
            time.sleep(chance.uniform(EARLIEST, LATEST) + (FIRST_FORMS if number == 0 else 0.0))
            kill(chance.choice(_victims(process, is_worker=number % 2 == 1)))
            _wait_for_end(process)
        finally:
            end(process)


def _victims(process: subprocess.Popen[bytes], *, is_worker: bool) -> list[int]:
    """Children of the server: the worker leads a session of its own, web processes do not."""
    children = descendants(process.pid)[1:]
    found = [pid for pid in children if (os.getsid(pid) == pid) is is_worker]
    if not found:
        raise RuntimeError("the server has no such process")
    return found


def _wait_for_end(process: subprocess.Popen[bytes]) -> None:
    """It ends by itself, and says that something went wrong."""
    status = process.wait(LONGEST_END)
    if status != 1:
        raise RuntimeError(f"the server ended with {status} when one of its processes was killed")


def _settle(where: Place, callers: Callers, app: Flask) -> None:
    """Serve undisturbed until all letters have left and everybody who got one has confirmed."""
    callers.stop_new_ones()
    hurry_letters(app)
    over = time.monotonic() + SETTLE_SECONDS
    process = launch(where)
    try:
        wait_until_all_listen(process, where)
        while time.monotonic() < over and not (callers.are_done and count_unsent(app) == 0):
            time.sleep(0.2)
    finally:
        callers.end()
        end(process)


if __name__ == "__main__":
    main()
