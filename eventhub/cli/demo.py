"""Shell commands about demo data."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
