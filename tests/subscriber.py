"""A real subscriber: vdirsyncer fetches a feed over HTTP, khal shows what it got."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAMS = Path(sys.executable).parent
VDIRSYNCER = """
[general]
status_path = "{folder}/status/"

[pair feed]
a = "there"
b = "here"
collections = null

[storage there]
type = "http"
url = "{url}"

[storage here]
type = "filesystem"
path = "{folder}/calendar/"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[events]]
path = {folder}/calendar/
[locale]
local_timezone = Europe/Moscow
default_timezone = Europe/Moscow
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
"""


class Subscriber:
    """A calendar program that follows one feed; its copies lie in `folder`."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        self.folder = home / "calendar"
        (home / "vdirsyncer.conf").write_text(VDIRSYNCER.format(folder=home, url=url))
        (home / "khal.conf").write_text(KHAL.format(folder=home))
        self.folder.mkdir()

    def synchronise(self, *, start: str) -> list[str]:
        """Fetch, and give khal's lines of the thirty days from `start` (an ISO date) on."""
        self._run("vdirsyncer", "discover")
        self._run("vdirsyncer", "sync")
        form = "{start-date}|{start-time}|{end-time}|{title}|{status}"
        return self._run("khal", "list", "--format", form, "--day-format", "", start, "30d").splitlines()

    def _run(self, program: str, *arguments: str) -> str:
        environ = {**os.environ, "HOME": str(self.home), "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        command = [str(PROGRAMS / program), "-c", str(self.home / f"{program}.conf"), *arguments]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout
