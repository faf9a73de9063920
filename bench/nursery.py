"""A server that is killed again and again: started by a fork of a process that has imported everything once.

What runs is the same `serve --with-worker`; only the seconds of importing are saved, so more of the time is spent
under load.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess

from bench.server import Place
from eventhub.cli import main

_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload(["bench.nursery"])


def launch(where: Place, *, processes: int = 2) -> BaseProcess:
    """Start the server in a session of its own; it does not listen yet."""
    process = _nursery.Process(target=_serve, args=(where.environ, str(where.log), processes))
    process.start()
    return process


def _serve(environ: dict[str, str], log: str, processes: int) -> None:
    """In the new process: nothing of this one's environment but what a supervisor would give it."""
    multiprocessing.set_start_method("fork", force=True)  # its own processes are its children, as usual
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    for name in set(os.environ) - {"PATH", "HOME", "LANG"}:
        del os.environ[name]
    os.environ.update(environ)
    sys.argv = ["eventhub", "serve", "--with-worker", "--workers", str(processes)]
    main()
