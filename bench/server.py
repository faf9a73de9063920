"""The measured server: EventHub's own `serve --with-worker` in a process group of its own, ended whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from config import Settings, from_environment
from eventhub import create_app
from eventhub.web.migrations import bring_to_head
from tests import postgres

START_SECONDS = 40.0
END_SECONDS = 30.0
TICKS = os.sysconf("SC_CLK_TCK")
SECRET = "only-for-a-measurement-on-loopback-0123456789"
PROGRAM = ("-m", "eventhub.cli")


@dataclass(frozen=True)
class Place:
    """Where a measurement happens: its folder, its environment, and the port of its server."""

    folder: Path
    port: int
    environ: dict[str, str]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        return from_environment(self.environ)

    @property
    def log(self) -> Path:
        """What its server says."""
        return self.folder / "server.log"

    def application(self) -> Flask:
        """The same application in this process, on the same database, with its tables made."""
        app = create_app(self.settings)
        with app.app_context():
            bring_to_head()
        return app


@contextmanager
def place(database: str, *, mail_url: str) -> Iterator[Place]:
    """A folder and an empty database, both gone afterwards. PostgreSQL keeps its promises here: fsync is on."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))  # told to end, it also tidies up
    folder = Path(tempfile.mkdtemp(prefix="eventhub-bench-"))
    server = postgres.start(durable=True) if database == "postgresql" else None
    try:
        url = postgres.fresh_database(server) if server else f"sqlite:///{folder / 'eventhub.sqlite3'}"
        port = free_port()
        environ = {
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "MAIL_URL": mail_url,
            "SECRET_KEY": SECRET,
            "PORT": str(port),
            "TRUSTED_PROXIES": "1",  # visitors come from many addresses, as a proxy in front would say
        }
        yield Place(folder, port, environ)
    finally:
        if server:
            postgres.stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(where: Place, *, processes: int = 2, program: tuple[str, ...] = PROGRAM) -> Iterator[int]:
    """Serve meanwhile; gives the process id. Raises RuntimeError with the log when it does not start."""
    process = _launch(where, processes=processes, program=program)
    try:
        wait_until_all_listen(where, lambda: process.poll() is None, processes=processes)
        yield process.pid
    finally:
        _end(process)


def _launch(
    where: Place, *, processes: int = 2, program: tuple[str, ...] = PROGRAM
) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own; it does not listen yet."""
    command = [sys.executable, *program, "serve", "--with-worker", "--workers", str(processes)]
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    with where.log.open("wb") as out:
        return subprocess.Popen(
            command, env={**kept, **where.environ}, stdout=out, stderr=out, start_new_session=True
        )


def wait_until_all_listen(where: Place, is_alive: Callable[[], bool], *, processes: int = 2) -> None:
    """Each web process has a socket of its own; connections made before the last one listens all go to the first.

    Raises RuntimeError with the log when they do not listen in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and is_alive():
        if _listeners(where.port) >= processes:
            return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{where.log.read_text(errors='replace')}")


def _listeners(port: int) -> int:
    """How many sockets listen on this port of loopback, from /proc."""
    lines = Path("/proc/net/tcp").read_text().splitlines()
    return sum(f":{port:04X} " in line[:22] and line.split()[3] == "0A" for line in lines)


def _end(process: subprocess.Popen[bytes]) -> None:
    """In order if it can be had, else at once; its children end with it."""
    family = descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        for pid in family:
            kill(pid)
        process.wait(END_SECONDS)


def kill(pid: int) -> None:
    """At once and without a word; nothing when it has ended already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def descendants(root: int) -> list[int]:
    """The process and everything that it started, from /proc."""
    parents = {int(entry.name): _parent(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        return 0


def cpu_seconds(root: int) -> float:
    """Processor time of server and worker so far; a database server is not counted."""
    return sum(_ticks(pid) for pid in descendants(root)) / TICKS


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def memory_mb(root: int) -> float:
    """Memory of server and worker: their proportional set size (shared pages are divided among their owners)."""
    return sum(_pss_kb(pid) for pid in descendants(root)) / 1024


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
