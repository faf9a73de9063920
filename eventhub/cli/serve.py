"""Shell commands about the server and the worker."""

from __future__ import annotations

import os
import sys

import click

from config import LOOPBACK, Settings, from_environment
from eventhub import create_app
from eventhub.cli import processes
from eventhub.cli.upgrading import bring_up_to_date
from eventhub.web.migrations import is_at_head

DEMO_SIGN_INS = "demo-sign-ins.txt"
NOT_AT_HEAD = "The database's tables are of another version. Run `eventhub migrate`, or serve with --migrate."


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: PORT, else 8000]")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Web processes.")
@click.option("--with-worker", is_flag=True, help="Do later work (letters, expiry) beside it.")
@click.option("--migrate", is_flag=True, help="Bring the database's tables to this version first.")
def serve(host: str, port: int | None, workers: int, with_worker: bool, migrate: bool) -> None:
    """Serve the pages until Ctrl-C."""
    settings = from_environment({**os.environ, **({"PORT": str(port)} if port else {})})
    if not settings.is_production and host not in LOOPBACK:
        raise click.UsageError("In development only this machine is served; set BASE_URL for others.")
    app = create_app(settings)
    with app.app_context():
        if migrate:
            bring_up_to_date()
        _check_schema()
    status = processes.serve(
        app,
        host=host,
        port=settings.port,
        processes=workers,
        with_worker=with_worker,
        when_up=lambda: _say_hello(settings, host),
    )
    sys.exit(status)


@click.command()
def worker() -> None:
    """Do later work until Ctrl-C: send letters, let holds expire, prove the counters, forget."""
    app = create_app()
    with app.app_context():
        _check_schema()
    processes.work(app)


def _check_schema() -> None:
    if not is_at_head():
        raise click.ClickException(NOT_AT_HEAD)


def _say_hello(settings: Settings, host: str) -> None:
    click.echo(f"EventHub serves {settings.base_url} on {host}:{settings.port}. Ctrl-C ends it.")
    notes = settings.data_dir / DEMO_SIGN_INS
    if not settings.is_production and notes.exists():
        click.echo(notes.read_text(encoding="utf-8").rstrip())


COMMANDS: tuple[click.Command, ...] = (serve, worker)
