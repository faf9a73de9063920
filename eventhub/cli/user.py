"""Shell commands about people who sign in."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
