"""Shell commands about tickets and their keys."""

from __future__ import annotations

import sys

import click

from eventhub import create_app
from eventhub.core import clock
from eventhub.db import transaction
from eventhub.tickets.commands import revoke_key, rotate_key
from eventhub.tickets.models import TicketState
from eventhub.tickets.queries import find_by_code
from eventhub.tickets.rules import is_current


@click.group()
def ticket() -> None:
    """Check ticket codes; change the key that signs them."""


@ticket.command()
@click.argument("code")
def verify(code: str) -> None:
    """Say what CODE, or the address that holds it, is worth. Ends with 1 unless it admits somebody."""
    with create_app().app_context():
        found = find_by_code(code)
    if found is None:
        click.echo("Not a ticket of ours.")
        sys.exit(1)
    shown, claim = found
    current = is_current(claim, key_id=shown.key_id, generation=shown.generation)
    worth = "valid" if current and shown.state is TicketState.VALID else "void" if current else "replaced"
    click.echo(f"{worth}: ticket {shown.number}, event {shown.event_id}, key {claim.key_id}")
    sys.exit(0 if worth == "valid" else 1)


@ticket.command("rotate-key")
def rotate() -> None:
    """Sign new tickets with a new key. Tickets that are out stay good."""
    with create_app().app_context(), transaction():
        key_id = rotate_key(by="shell", now=clock.now()).id
    click.echo(f"New tickets are signed with key {key_id}.")


@ticket.command("revoke-key")
@click.argument("key_id", type=click.IntRange(1, 255))
@click.confirmation_option(prompt="All printed and mailed codes of this key stop to work. Go on?")
def revoke(key_id: int) -> None:
    """Stop believing the stolen key KEY_ID; its valid tickets get new codes."""
    with create_app().app_context(), transaction():
        reissued = revoke_key(key_id, by="shell", now=clock.now())
    click.echo(f"Key {key_id} is revoked; {reissued} tickets have new codes.")


COMMANDS: tuple[click.Command, ...] = (ticket,)
