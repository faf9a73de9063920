"""Commands of the shell: `eventhub COMMAND --help` explains each."""

from __future__ import annotations

import sys

import click

from config import UnsafeSettings
from eventhub.cli import data, demo, privacy, serve, ticket, user


@click.group()
def main_group() -> None:
    """EventHub: registration, tickets, door and calendar."""


for module in (serve, demo, user, data, ticket, privacy):
    for command in module.COMMANDS:
        main_group.add_command(command)


def main() -> None:
    """The console script. Unsafe settings end with their reasons, not with a stack trace."""
    try:
        main_group()
    except UnsafeSettings as error:
        click.echo(str(error), err=True)
        sys.exit(2)
