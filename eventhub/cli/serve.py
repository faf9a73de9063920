"""Shell commands about the server and the worker."""

from __future__ import annotations

import click

COMMANDS: tuple[click.Command, ...] = ()
