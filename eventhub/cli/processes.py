"""The processes of a running EventHub: web and worker start together and end together."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from eventhub import create_app
from eventhub.handlers import HANDLERS
from eventhub.jobs import worker as jobs

# Python runs one thread at a time, so more threads only help while a request waits (database, password hash).
# Measured with 2 processes on 2 cores and 8 clients: scans 460/s with 1 thread, 530/s with 2 (95 % below 22 ms),
# 470/s with 4 (below 31 ms). With 1 thread a slow request stops all others.
THREADS = 2
# Each SQL statement lets another thread run Python, and by default waits up to 5 ms to run on: while the one writer of
# the database waits so, everybody waits behind it.
SWITCH_SECONDS = 0.0001
WAITING = 512  # requests that may wait for a thread before new ones are refused
GOOD_BYE_SECONDS = 25
# A request makes some thousand objects that live as long as it does; looking for circles among them after every 700
# took a twentieth of a registration's time.
NEW_OBJECTS_BEFORE_A_LOOK = 20_000

_app: Flask | None = None


def serve(
    app: Flask, *, host: str, port: int, processes: int, with_worker: bool, when_up: Callable[[], None]
) -> int:
    """Serve until Ctrl-C or SIGTERM, or until one process dies. The exit status: 0 when it was asked for.

    The application is loaded once, before the processes part: they share its memory, and start at once.
    """
    global _app  # what the forked processes find
    _app = app
    _forget_connections(app)
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS_BEFORE_A_LOOK)
    worker = _start_worker() if with_worker else None
    server = _server(host=host, port=port, processes=processes)
    server.on_startup(when_up)
    died = _watch(worker, server)
    try:
        server.serve(target_loader=_load, wrap_loader=False)
    finally:
        _stop(worker)
    return 1 if died.is_set() else 0


def work(app: Flask) -> None:
    """Do later work until Ctrl-C or SIGTERM."""
    sys.setswitchinterval(SWITCH_SECONDS)
    jobs.run(HANDLERS, app.app_context)


def _server(*, host: str, port: int, processes: int) -> MPServer:
    return MPServer(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=processes,
        blocking_threads=THREADS,
        backpressure=WAITING,
        workers_kill_timeout=GOOD_BYE_SECONDS,
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,
    )


def _load() -> Flask:
    """In a web process: the application that was loaded before the fork, or a new one after a spawn."""
    sys.setswitchinterval(SWITCH_SECONDS)
    end_with_parent()
    return _app or create_app()


def _forget_connections(app: Flask) -> None:
    """No connection may be shared by two processes."""
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def _start_worker() -> BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=_work_apart, name="eventhub-worker")
    process.start()
    return process


def _work_apart() -> None:
    os.setsid()  # Ctrl-C on the terminal reaches the parent alone, which ends us in order
    end_with_parent()
    work(_app or create_app())


def _watch(worker: BaseProcess | None, server: MPServer) -> threading.Event:
    """When the worker dies, the server ends too; the event says so."""
    died = threading.Event()
    if worker is None:
        return died

    def wait() -> None:
        worker.join()
        if not server.interrupt_signal:
            died.set()
            server.signal_handler_interrupt()  # type: ignore[no-untyped-call]  # granian annotates no methods

    server.on_startup(threading.Thread(target=wait, daemon=True).start)
    return died


def _stop(worker: BaseProcess | None) -> None:
    if worker is None:
        return
    worker.terminate()
    worker.join(GOOD_BYE_SECONDS)
    worker.kill()


def end_with_parent() -> None:
    """Send ourselves SIGTERM once the parent is gone, however it ended: nobody is left behind."""
    parent = os.getppid()

    def wait() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True, name="end-with-parent").start()
