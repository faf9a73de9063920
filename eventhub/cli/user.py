"""Shell commands about people who sign in: the first administrator is made here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from email_validator import EmailNotValidError, validate_email

from eventhub import create_app
from eventhub.accounts.grants import add_user, close_account, end_role, grant_role, open_account
from eventhub.accounts.models import RoleGrant, User
from eventhub.accounts.queries import find_user, list_users
from eventhub.accounts.rules import ROLE_SCOPES, Role, Scope
from eventhub.core import clock
from eventhub.core.errors import Refusal
from eventhub.core.text import LANGUAGES, clean_line
from eventhub.db import transaction
from eventhub.events.queries import get_event, slug_of_event

SHELL = "shell"
_ROLES = click.Choice([role.value for role in Role])
_email = click.option("--email", required=True, help="The address with which the person signs in.")
_role = click.option("--role", required=True, type=_ROLES, help="What they may do.")
_event = click.option("--event", "slug", help="The event (its name in the address) for a role on one event.")

_until = click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="The day (UTC) on which the role ends; else it stays."
)


@click.group()
def user() -> None:
    """People who sign in, and what they may do."""


@contextmanager
def _deed() -> Iterator[None]:
    """The application and one transaction; a refusal ends with its sentence."""
    with create_app().app_context():
        try:
            with transaction():
                yield
        except Refusal as refusal:
            raise click.ClickException(refusal.sentence % refusal.facts) from refusal


@user.command()
@_email
@click.option("--name", default="", help="Full name.")
@click.option("--language", default="en", type=click.Choice(LANGUAGES), help="Of pages and letters.")
@click.option("--role", type=_ROLES, help="A first role.")
@_event
def add(email: str, name: str, language: str, role: str | None, slug: str | None) -> None:
    """Add a person who may sign in by a letter, with a role if one is named."""
    address, now = _address(email), clock.now()
    with _deed():
        person = add_user(email=address, full_name=clean_line(name), language=language, by=SHELL, now=now)
        if role:
            grant_role(user=person, role=Role(role), event_id=_event_id(role, slug), by=SHELL, now=now)
    click.echo(f"{address} can sign in.")


@user.command()
@_email
@_role
@_event
@_until
def grant(email: str, role: str, slug: str | None, until: datetime | None) -> None:
    """Give a person a role, for a time or for good. They sign in again to use it."""
    now, ends_at = clock.now(), until and until.replace(tzinfo=UTC)
    if ends_at and ends_at <= now:
        raise click.BadParameter("this day has begun already", param_hint="--until")
    with _deed():
        grant_role(
            user=_person(email),
            role=Role(role),
            event_id=_event_id(role, slug),
            until=ends_at,
            by=SHELL,
            now=now,
        )
    click.echo(f"{email} is {role} now.")


@user.command()
@_email
@_role
@_event
def end(email: str, role: str, slug: str | None) -> None:
    """Take a role away; the person is signed out everywhere."""
    now = clock.now()
    with _deed():
        wanted = (role, _event_id(role, slug))
        rows = [row for row in _live(_person(email)) if (row.role, _on_event(row)) == wanted]
        if not rows:
            raise click.ClickException(f"{email} is not {role} there.")
        for row in rows:
            end_role(grant=row, by=SHELL, now=now)
    click.echo(f"{email} is not {role} any more.")


@user.command()
@_email
def close(email: str) -> None:
    """Close an account: nobody signs in with it."""
    with _deed():
        close_account(user=_person(email), by=SHELL, now=clock.now())
    click.echo(f"{email} is closed.")


@user.command(name="open")
@_email
def open_again(email: str) -> None:
    """Open a closed account again."""
    with _deed():
        open_account(user=_person(email), by=SHELL, now=clock.now())
    click.echo(f"{email} is open.")


@user.command(name="list")
def list_all() -> None:
    """Everybody, with the roles that hold now."""
    with create_app().app_context():
        for person in list_users():
            roles = ", ".join(_words(row) for row in _live(person)) or "-"
            closed = "" if person.is_active else " (closed)"
            click.echo(f"{person.email}\t{person.full_name or '-'}\t{roles}{closed}")


def _address(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="--email") from error


def _person(email: str) -> User:
    person = find_user(email)
    if person is None:
        raise click.ClickException(f"{email} has no account; `eventhub user add` makes one.")
    return person


def _event_id(role: str, slug: str | None) -> int | None:
    needs_event = ROLE_SCOPES[Role(role)] is Scope.EVENT
    if needs_event != bool(slug):
        message = f"{role} needs --event." if needs_event else f"{role} is not a role on one event."
        raise click.UsageError(message)
    return get_event(slug).id if slug else None


def _live(person: User) -> list[RoleGrant]:
    now = clock.now()
    return [row for row in person.grants if row.as_grant().holds_at(now)]


def _on_event(row: RoleGrant) -> int | None:
    return row.as_grant().scope_id


def _words(row: RoleGrant) -> str:
    event_id = _on_event(row)
    return f"{row.role} of {slug_of_event(event_id)}" if event_id else row.role


COMMANDS: tuple[click.Command, ...] = (user,)
