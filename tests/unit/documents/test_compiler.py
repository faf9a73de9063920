"""The compiler prints with our fonts or not at all, and says so instead of waiting for ever."""

import subprocess
import sys
from pathlib import Path

import pytest

from eventhub.documents import compiler

FONTS = Path(compiler.__file__).parents[1] / "static" / "dist" / "pdf-fonts"
FORK = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from eventhub.documents import compiler

def printed():
    data = {"title": "Title", "language": "en", "words": {}, "tickets": []}
    return compiler.compile_pdf("ticket", data, made_at=datetime(2027, 5, 1, tzinfo=UTC))

compiler.configure(fonts=Path(sys.argv[1]))
printed()
child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
try:
    printed()
except compiler.ForkedWhilePrinting:
    os._exit(7)
os._exit(0)
"""


def test_a_folder_without_fonts_is_refused(tmp_path):
    with pytest.raises(compiler.NotConfigured):
        compiler.configure(fonts=tmp_path)


def test_a_fork_of_a_process_that_printed_is_refused_instead_of_hanging():
    done = subprocess.run([sys.executable, "-c", FORK, FONTS], timeout=60, check=False)

    assert done.returncode == 7


def test_fonts_of_the_system_are_never_used():
    compiler.configure(fonts=FONTS)

    scripts = ("Armenian", "Devanagari", "Georgian", "Hebrew", "KR", "SC", "Thai")
    assert compiler._fonts.families() == [
        "Inter",
        "Noto Naskh Arabic",
        *(f"Noto Sans {script}" for script in scripts),
    ]
