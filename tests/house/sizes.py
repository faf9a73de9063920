"""Says how big the house is, in one line: `python -m tests.house.sizes`."""

import statistics
from pathlib import Path

from tests.house.code import lengths
from tests.house.reading import sources

ROOT = Path(__file__).resolve().parents[2]


def lines(root: Path, *folders: str) -> int:
    """Lines of Python that are not blank."""
    return sum(bool(line.strip()) for source in sources(root, *folders) for line in source.lines)


def report(root: Path) -> str:
    """One line for `make check`."""
    app, tests = lines(root, "eventhub"), lines(root, "tests")
    every = [length for source in sources(root) for length, _, _ in lengths(source)]
    median, longest = statistics.median(every or [0]), max(every, default=0)
    return (
        f"app {app} lines, tests {tests}, tests to app {tests / max(app, 1):.2f}; "
        f"{len(every)} functions, median {median:g} lines, longest {longest}"
    )


if __name__ == "__main__":
    print(report(ROOT))
