"""How fast this machine and this Python are today: figures of different days are compared by it. One line of JSON."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

RUNS = 15


def main() -> None:
    print(json.dumps({"python": sys.version.split()[0], **yardstick()}))


def yardstick() -> dict[str, float]:
    """`python_ms`: processor time of a fixed piece of work; `fsync_ms`: until 4 KB are safe on the disk."""
    return {
        "python_ms": round(_median(time.process_time, _work), 2),
        "fsync_ms": round(_median(time.perf_counter, _write), 2),
    }


def _median(clock: Callable[[], float], deed: Callable[[], None]) -> float:
    times = []
    for _ in range(RUNS):
        start = clock()
        deed()
        times.append((clock() - start) * 1000)
    return statistics.median(times)


def _work() -> None:
    """Dictionaries, texts and calls, as a page is made of them."""
    kept: dict[int, str] = {}
    for number in range(60_000):
        kept[number & 255] = str(number).upper()


def _write() -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"\0" * 4096)
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    main()
