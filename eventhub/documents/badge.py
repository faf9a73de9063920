"""Decides what stands on a printed badge, on which paper, and how much of a text that is far too long."""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from eventhub.core.text import N_
from eventhub.documents.compiler import compile_long_pdf, compile_pdf, compile_png, compile_svg

_WORDS = {"code": N_("QR code of the ticket")}
_LONGEST = 120
# More of them are printed by a process of their own.
_MOST_AT_HAND = 10
# The compiler breaks lines between words, and between Chinese or Japanese characters; no word is so long.
_UNBREAKABLE = re.compile(r"[^\s\-\u2e80-\u9fff\uff00-\uffef]{28,}")
_MAY_BREAK = "\u200b"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """How badges lie on a page; all sizes are millimetres. A badge that `is_folded` has the same face twice."""

    width: int
    height: int
    paper_width: int
    paper_height: int
    columns: int = 1
    rows: int = 1
    is_folded: bool = False

    @property
    def to_a_page(self) -> int:
        return self.columns * self.rows


PAPERS = {
    "sheet_8": Paper(width=90, height=60, paper_width=210, paper_height=297, columns=2, rows=4),
    "sheet_10": Paper(width=86, height=54, paper_width=210, paper_height=297, columns=2, rows=5),
    "a6": Paper(width=105, height=148, paper_width=105, paper_height=148),
    "a6_folded": Paper(width=105, height=148, paper_width=210, paper_height=148, is_folded=True),
    "label": Paper(width=62, height=100, paper_width=62, paper_height=100),
    "card": Paper(width=86, height=54, paper_width=86, paper_height=54),
}


@dataclass(frozen=True, kw_only=True)
class BadgeSheet:
    """What is printed of one person, in words of `language`, "en" or "ru".

    `colour` is one of the nine colour names of events, `code` a QR as a PNG with its quiet zone. Empty texts are left
    out.
    """

    language: str
    name: str
    organisation: str
    country: str
    type: str
    colour: str
    event: str
    when: str
    number: str
    code: bytes


def badges_pdf(
    sheets: Sequence[BadgeSheet],
    paper: Paper,
    *,
    title: str,
    language: str,
    made_at: datetime,
    translate: Callable[[str], str] = str,
) -> bytes:
    """As many pages as `paper` needs for the badges, of which there is one at least, in their order."""
    data = _data(sheets, paper, title=title, language=language, translate=translate)
    compile_them = compile_pdf if len(sheets) <= _MOST_AT_HAND else compile_long_pdf
    return compile_them("badge", data, made_at=made_at)


def badges_png(sheets: Sequence[BadgeSheet], paper: Paper, *, language: str) -> bytes:
    """The first page as a picture, two pixels to a point; there are no more badges than fit on it."""
    data = _data(sheets, paper, title="", language=language, translate=str)
    return compile_png("badge", data, to_a_point=2)


def badge_svg(sheet: BadgeSheet, paper: Paper, *, translate: Callable[[str], str] = str) -> bytes:
    """The page of one badge as a picture that needs no fonts."""
    data = _data([sheet], paper, title=sheet.name, language=sheet.language, translate=translate)
    return compile_svg("badge", data)


def _data(
    sheets: Sequence[BadgeSheet],
    paper: Paper,
    *,
    title: str,
    language: str,
    translate: Callable[[str], str],
) -> dict[str, object]:
    return {
        "title": title,
        "language": language,
        "words": {name: translate(word) for name, word in _WORDS.items()},
        "layout": asdict(paper),
        "badges": [_printable(sheet) for sheet in sheets],
    }


def _printable(sheet: BadgeSheet) -> dict[str, object]:
    texts = {name: _fitting(value) for name, value in asdict(sheet).items() if isinstance(value, str)}
    return {**texts, "code": list(sheet.code)}


def _fitting(value: str) -> str:
    shown = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
    return _UNBREAKABLE.sub(lambda run: _MAY_BREAK.join(run[0]), shown)
