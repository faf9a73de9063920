"""A text with {placeholders}: which it may name, and the one pass in which they are filled.

It is data and never code: a placeholder is a name from a list, without attributes, calls or formats, and what stands
in its place is not read again. Braces for readers are written {{ and }}.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from eventhub.core.errors import Refusal
from eventhub.core.text import N_

# A name in braces, a doubled brace, or a brace that belongs to nothing.
_TOKEN = re.compile(r"(?P<brace>\{\{|\}\})|\{(?P<name>[^{}]*)\}|(?P<stray>[{}])")


class PlaceholderUnknown(Refusal):
    sentence = N_(
        "{%(name)s} is no placeholder of this letter. Allowed are: %(allowed)s. Braces for readers are doubled: {{ }}."
    )
    status = 422


class PlaceholderOpen(Refusal):
    sentence = N_(
        "A brace is not closed near “%(near)s”. A placeholder is written like {full_name}; allowed are: %(allowed)s. "
        "Braces for readers are doubled: {{ }}."
    )
    status = 422


class Unresolved(Exception):
    """Nothing is known to put in place of these names."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__(", ".join(f"{{{name}}}" for name in names))
        self.names = tuple(names)


def check_placeholders(text: str, allowed: Collection[str]) -> None:
    """Raises PlaceholderUnknown and PlaceholderOpen with the list of what is allowed."""
    listed = ", ".join(f"{{{name}}}" for name in allowed)
    for found in _TOKEN.finditer(text):
        if found["stray"]:
            raise PlaceholderOpen(near=text[found.start() : found.start() + 20], allowed=listed)
        if found["name"] is not None and found["name"] not in allowed:
            raise PlaceholderUnknown(name=found["name"][:40], allowed=listed)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each placeholder's value, in one pass. Raises Unresolved."""
    unknown = [name for name in _names(text) if name not in values]
    if unknown:
        raise Unresolved(sorted(set(unknown)))
    return _TOKEN.sub(lambda found: _said(found, values), text)


def _names(text: str) -> Iterator[str]:
    """What has to be known; a stray brace counts as a name of its own, so that nothing half-written leaves."""
    for found in _TOKEN.finditer(text):
        if not found["brace"]:
            yield found["name"] if found["name"] is not None else found["stray"]


def _said(found: re.Match[str], values: Mapping[str, str]) -> str:
    return found["brace"][0] if found["brace"] else values[found["name"]]
