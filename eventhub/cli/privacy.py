"""Shell commands about sealed fields."""

from __future__ import annotations

import click

from eventhub import create_app
from eventhub.db import transaction
from eventhub.privacy.sealed import seal_anew
from eventhub.registration.forms.files import seal_keys_anew


@click.group()
def privacy() -> None:
    """Sealed fields and their keys."""


@privacy.command("reseal")
def reseal() -> None:
    """Bring all sealed fields under the newest of FIELD_KEYS. Stopped half-way, it goes on where it was."""
    done = 0
    with create_app().app_context():
        while some := _some():
            done += some
    click.echo(f"{done} fields are sealed anew; older keys open nothing any more.")


def _some() -> int:
    with transaction():
        return seal_anew() + seal_keys_anew()


COMMANDS: tuple[click.Command, ...] = (privacy,)
