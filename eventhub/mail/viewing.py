"""A letter as a browser shows it under a policy that allows no style but known ones.

Mail programs want styles in attributes, and a policy can only allow all of those or none. So each of them becomes a
rule of a style sheet, and the policy names the letter's sheets by their hashes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import unescape

_ATTRIBUTE = re.compile(r'\sstyle="([^"]*)"')
_SHEET = re.compile(r"<style>(.*?)</style>", re.DOTALL)
# In the frame itself a page of ours would not open: no page but a letter lets itself be framed.
_LINKS_OPEN_BESIDE = '<base target="_blank">'


@dataclass(frozen=True, kw_only=True)
class Viewed:
    """The page, and the Content-Security-Policy sources of the styles in it."""

    html: str
    styles: tuple[str, ...]


def viewed(html: str) -> Viewed:
    """The letter's HTML with the same looks and without styles in attributes."""
    rules: dict[str, str] = {}
    page = _ATTRIBUTE.sub(lambda found: _marked(found[1], rules), html)
    sheet = "".join(f'[data-style="{mark}"] {{ {style} }}\n' for style, mark in rules.items())
    page = page.replace("<head>", f"<head>\n{_LINKS_OPEN_BESIDE}", 1)
    page = page.replace("</head>", f"<style>\n{sheet}</style>\n</head>", 1)
    return Viewed(html=page, styles=tuple(_source(text) for text in _SHEET.findall(page)))


def _marked(attribute: str, rules: dict[str, str]) -> str:
    """What stands instead of a style: the mark of its rule, or nothing when it could be more than a rule."""
    style = unescape(attribute)
    if set(style) & set("{}<"):
        return ""
    mark = rules.setdefault(style, f"{len(rules) + 1}")
    return f' data-style="{mark}"'


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
