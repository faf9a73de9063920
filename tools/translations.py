"""Compares the text for people with its catalogues: tells what is missing, unsure or has other placeholders.

`python tools/translations.py` checks; `--update` writes new text into the catalogues first.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUES = ROOT / "eventhub" / "translations"
LANGUAGES = ("ru",)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def extract(target: Path) -> None:
    """Write every text of the sources to `target`, as a template for catalogues."""
    keywords = "--keywords=N_ NN_:1,2 _l lazy_gettext lazy_pgettext:1c,2"
    command = ["extract", "--mapping-file=babel.cfg", keywords, "--no-location"]
    header = ["--project=EventHub", "--omit-header", f"--output-file={target}"]
    _babel([*command, *header, "."])


def update(template: Path) -> None:
    """Bring every catalogue up to `template`, keeping what is translated."""
    for language in LANGUAGES:
        is_new = not _path(language).exists()
        way = (
            ["init"]
            if is_new
            else ["update", "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date"]
        )
        _babel([*way, "--input-file", str(template), "--output-dir", str(CATALOGUES), "--locale", language])


def faults(template: Path, language: str) -> list[str]:
    """What the reader of `language` would see in English, or broken."""
    if not _path(language).exists():
        return [f"{language}: no catalogue"]
    with template.open("rb") as file:
        texts = [message for message in read_po(file) if message.id]
    with _path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    return [f"{language}: {said}: {_first(text.id)!r}" for text in texts for said in _fault(catalogue, text)]


def _fault(catalogue: Catalog, text: Message) -> list[str]:
    translated = catalogue.get(text.id, text.context)
    if translated is None or not all(_all(translated.string)):
        return ["not translated"]
    if translated.fuzzy:
        return ["not sure"]
    # The singular may leave the number out ("one place"), so the plural decides.
    allowed = set(PLACEHOLDER.findall(_all(text.id)[-1]))
    needed = allowed if isinstance(text.id, str) else set()
    found = [set(PLACEHOLDER.findall(string)) for string in _all(translated.string)]
    return [] if all(needed <= names <= allowed for names in found) else ["other placeholders"]


def _all(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [""])  # type: ignore[call-overload]  # a tuple of texts


def _first(value: object) -> str:
    return _all(value)[0]


def _path(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def _babel(arguments: list[str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", *arguments], cwd=ROOT, check=True
    )


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        extract(template)
        if "--update" in sys.argv:
            update(template)
        found = [fault for language in LANGUAGES for fault in faults(template, language)]
    print(*found, sep="\n", end="\n" if found else "")
    print(f"translations: {len(found)} texts to do" if found else "translations: complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
