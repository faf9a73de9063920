"""Jinja environments that look up names fast."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from jinja2 import Environment


class OneWorld(Environment):
    """All templates share the environment's own dictionary of globals.

    Jinja lays a chain of two dictionaries over it for each template, so that a template could have globals of its own;
    ours have none, and each render and import would walk that chain in Python: a tenth of a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
