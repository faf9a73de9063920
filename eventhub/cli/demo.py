"""The shell command that fills an empty database with demo data and says who may sign in."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

from config import Settings, from_environment
from eventhub import create_app
from eventhub.cli.serve import DEMO_SIGN_INS
from eventhub.core import clock
from eventhub.db import transaction
from eventhub.demo.conferences import RUNNING_NOW
from eventhub.demo.filling import consider_letters_sent, fill, is_empty
from eventhub.demo.staff import SignInNote, make_sign_ins, open_accounts
from eventhub.web.migrations import bring_to_head


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing when there are events already.")
def demo(if_empty: bool) -> None:
    """Fill an empty database with events, people and sign-ins to try. Never in production."""
    settings = from_environment()
    if settings.is_production:
        raise click.ClickException("Demo data have no place in production.")
    with create_app(settings).app_context():
        bring_to_head()
        if not is_empty():
            _stay_away(if_empty)
            return
        _fill(settings)


def _stay_away(if_empty: bool) -> None:
    if not if_empty:
        raise click.ClickException("There are events already; demo data go into an empty database alone.")
    click.echo("There are events already; no demo data are added.")


def _fill(settings: Settings) -> None:
    now = clock.now()
    notes = make_sign_ins()
    with transaction():
        events = fill(now=now)
        open_accounts(notes, event_ids=[events[slug].id for slug in RUNNING_NOW], now=now)
        consider_letters_sent()
    _write_down(settings.data_dir / DEMO_SIGN_INS, notes)
    click.echo(f"{len(events)} events with their programmes, registrations and tickets are there to try.")


def _write_down(path: Path, notes: Iterable[SignInNote]) -> None:
    """For the owner of the installation alone, whatever was there before."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        file.write("Demo sign-ins, made for this installation (Sign in, then “with a password”):\n")
        file.writelines(f"{note.line}\n" for note in notes)


COMMANDS: tuple[click.Command, ...] = (demo,)
