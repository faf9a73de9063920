"""The house's own catalogues for what is written outside of a page: letters, documents, calendars."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent.parent / "translations"


@lru_cache(maxsize=8)
def catalogue(language: str) -> NullTranslations:
    """The compiled catalogue of a language; of the source language an empty one."""
    return Translations.load(str(FOLDER), [language])


def translator(language: str) -> Callable[[str], str]:
    """A function from English source strings to this language."""
    return catalogue(language).gettext
