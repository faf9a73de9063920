"""Shell commands about tickets and their keys."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
