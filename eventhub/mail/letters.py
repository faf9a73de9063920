"""Rendering a letter from its folder templates/mail/<letter>/{subject.txt,body.txt,body.html}."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from eventhub.core.templating import OneWorld
from eventhub.core.translation import catalogue, translator

PACKAGE = Path(__file__).parent.parent
WORD_JOINER = "\u2060"
_LINKABLE = re.compile(r"(?<=\w)[.@:](?=[\w/])")


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Part of a line that an organiser wrote; `is_link` when it is a whole address of ours."""

    text: str
    is_link: bool


@dataclass(frozen=True, kw_only=True)
class OwnWords:
    """What an organiser says in a letter of ours: paragraphs of lines of pieces, and a subject or none."""

    subject: str
    paragraphs: tuple[tuple[tuple[Piece, ...], ...], ...]
    replaces: bool

    @property
    def text(self) -> str:
        """The paragraphs as plain text."""
        return "\n\n".join(
            "\n".join("".join(piece.text for piece in pieces) for pieces in lines)
            for lines in self.paragraphs
        )


@dataclass(frozen=True)
class Rendered:
    """A letter as it will be sent."""

    subject: str
    text: str
    html: str


def render(letter: str, *, language: str, facts: dict[str, Any], own: OwnWords | None = None) -> Rendered:
    """The letter in this language. A fact that a template names and nobody gave is an error, never a gap.

    `own` are the words of an organiser, which replace ours or stand after them.
    """
    environment = _environment(language)
    subject, text, html = (
        environment.get_template(f"mail/{letter}/{part}").render(facts, current_language=language, own=own)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    if own and own.subject:
        subject = own.subject
    return Rendered(subject=" ".join(subject.split()), text=text.strip() + "\n", html=html)


def literal(text: str) -> str:
    """What a person wrote, so that no mail program makes a link of it: a name must not lead anywhere."""
    return _LINKABLE.sub(lambda found: f"{found[0]}{WORD_JOINER}", text)


@lru_cache(maxsize=8)
def _environment(language: str) -> Environment:
    # Subjects and plain texts are no HTML: only body.html is escaped.
    environment = OneWorld(
        loader=FileSystemLoader(PACKAGE / "templates"),
        autoescape=lambda name: bool(name and name.endswith(".html")),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["literal"] = literal
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    environment.globals["_"] = _speaker(language)
    return environment


def _speaker(language: str) -> Callable[..., str]:
    """What `_` is in a letter: Jinja's own takes five times as long for each word."""
    translate = translator(language)

    @pass_eval_context
    def say(context: EvalContext, sentence: str, **facts: object) -> str:
        words = Markup(translate(sentence)) if context.autoescape else translate(sentence)  # noqa: S704 - our own words
        return words % facts if facts or "%" in words else words

    return say
