"""Shell commands about check, migrate, backup and restore."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select, text

from config import Settings
from eventhub import create_app
from eventhub.cli import archive, dumps
from eventhub.cli.upgrading import bring_up_to_date
from eventhub.core.keys import unseal
from eventhub.db import db, snapshot
from eventhub.mail.models import Message
from eventhub.mail.rules import MessageState
from eventhub.registration.proof import list_miscounts, list_misheld
from eventhub.tickets.models import TicketKey
from eventhub.tickets.queries import SEALED_FOR
from eventhub.web.migrations import is_at_head
from eventhub.web.proxies import settings_of

FILES = "files"
WORDS_HELP = "Ask for a passphrase instead of using SECRET_KEY; EVENTHUB_PASSPHRASE gives it unasked."


@click.command()
def check() -> None:
    """Look whether everything is in order. Ends with 1 when it is not."""
    with create_app().app_context():
        reports = [_report(*one) for one in CHECKS]
    sys.exit(0 if all(reports) else 1)


def _report(what: str, find_fault: Callable[[], str]) -> bool:
    try:
        fault = find_fault()
    except Exception as error:  # whatever it is, reporting it is the purpose
        fault = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    click.echo(f"{'FAIL' if fault else 'ok':4}  {what}{': ' if fault else ''}{fault}")
    return not fault


def _database() -> str:
    db.session.execute(text("SELECT 1"))
    return ""


def _schema() -> str:
    return "" if is_at_head() else "not of this version; run `eventhub migrate`"


def _places() -> str:
    with snapshot():
        counts = [
            f"pool {one.pool_id} says {one.taken}, registrations hold {one.held}" for one in list_miscounts()
        ]
        return ", ".join(counts + [f"registration {one.number} has {one.why}" for one in list_misheld()])


def _keys() -> str:
    for key in db.session.scalars(select(TicketKey).order_by(TicketKey.id)):
        try:
            unseal(SEALED_FOR, key.sealed_private_key)
        except InvalidTag:
            return f"key {key.id} was sealed under another SECRET_KEY"
    return ""


def _letters() -> str:
    query = select(func.count()).select_from(Message).where(Message.state == MessageState.PARKED)
    parked = db.session.scalar(query)
    return f"{parked} parked, see the organiser's pages" if parked else ""


def _folder() -> str:
    return "" if os.access(settings_of().data_dir, os.W_OK) else f"{settings_of().data_dir} is not writable"


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("settings", lambda: ""),  # the application has started: they are complete
    ("data folder", _folder),
    ("database answers", _database),
    ("tables are of this version", _schema),
    ("places add up", _places),
    ("ticket keys open", _keys),
    ("letters leave", _letters),
)


@click.command()
def migrate() -> None:
    """Bring the database's tables to this version; make them when there are none."""
    with create_app().app_context():
        sealed = bring_up_to_date()
    if sealed:
        click.echo(f"{sealed} answers about health and visas are sealed now.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--passphrase", is_flag=True, help=WORDS_HELP)
def backup(file: Path, passphrase: bool) -> None:
    """Write the database and the stored files into the encrypted FILE, while everything runs."""
    if file.exists():
        raise click.ClickException(f"{file} exists; a backup never overwrites.")
    words = _passphrase(confirm=True) if passphrase else None
    with create_app().app_context(), TemporaryDirectory(dir=settings_of().data_dir) as scratch:
        settings, folder = settings_of(), Path(scratch)
        dumps.dump(db.engine, folder)
        whole = folder / "whole.tar"
        _pack(folder, whole, settings)
        archive.encrypt(whole, file, secret_key=settings.secret_key, passphrase=words)
    click.echo(f"{_checksum(file)}  {file}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Replace what is in the database now.")
def restore(file: Path, force: bool) -> None:
    """Put the database and the stored files of FILE in place. Stop `serve` first."""
    words = _passphrase(confirm=False) if archive.is_by_passphrase(file) else None
    with create_app().app_context(), TemporaryDirectory(dir=settings_of().data_dir) as scratch:
        folder = Path(scratch)
        _unpack(file, folder, settings_of(), words)
        if not force and not dumps.is_empty(db.engine):
            raise click.ClickException("The database is not empty; --force replaces what is in it.")
        dumps.load(db.engine, folder)
        _put_files(folder / FILES, settings_of().data_dir / FILES)
        if not is_at_head():
            click.echo("The backup is of an older version: run `eventhub migrate`.")
    click.echo("Restored. Run `eventhub check`.")


def _passphrase(*, confirm: bool) -> str:
    given = os.environ.get("EVENTHUB_PASSPHRASE")
    return given or str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))


def _pack(folder: Path, whole: Path, settings: Settings) -> None:
    with tarfile.open(whole, "w") as tar:
        for name in (dumps.SQLITE, dumps.POSTGRESQL):
            if (folder / name).exists():
                tar.add(folder / name, arcname=name)
        if (settings.data_dir / FILES).is_dir():
            tar.add(settings.data_dir / FILES, arcname=FILES)


def _unpack(file: Path, folder: Path, settings: Settings, words: str | None) -> None:
    whole = folder / "whole.tar"
    try:
        archive.decrypt(file, whole, secret_key=settings.secret_key, passphrase=words)
        with tarfile.open(whole) as tar:
            _take_out(tar, folder)
    except (archive.Damaged, tarfile.TarError) as error:
        reason = "It is damaged, no backup, or was made with another SECRET_KEY or passphrase."
        raise click.ClickException(f"{file} can't be read. {reason} Nothing was changed.") from error


def _take_out(tar: tarfile.TarFile, folder: Path) -> None:
    """Files alone, and into this folder alone. Python's own filter for that came with 3.11.4."""
    for member in tar:
        place = (folder / member.name).resolve()
        content = tar.extractfile(member) if member.isfile() else None
        if not (content or member.isdir()) or not place.is_relative_to(folder.resolve()):
            raise tarfile.TarError(member.name)
        if content is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            with content, place.open("xb") as out:
                shutil.copyfileobj(content, out)


def _put_files(source: Path, target: Path) -> None:
    """Files have random names, so those of the backup never stand in the way of others."""
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)


def _checksum(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


COMMANDS: tuple[click.Command, ...] = (check, migrate, backup, restore)
