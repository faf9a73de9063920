"""Files that people send are looked into by a child process with limits: what it can't take harms nobody.

Limits: docs of the house for uploads (10 MB, 20 pages, 25 megapixels, 512 MB of memory, 10 s of work, 20 s in all).
"""

from __future__ import annotations

import subprocess
import sys
from enum import StrEnum
from pathlib import Path

from eventhub.core.errors import Refusal
from eventhub.core.text import N_

MOST_BYTES = 10 * 1024 * 1024
LONGEST = 20
_SCRIPT = Path(__file__).with_name("cleaner.py")


class FileKind(StrEnum):
    """What is taken; how it is recognised and cleaned stands in documents/cleaner.py."""

    DOCUMENT = "document"
    PICTURE = "picture"


class TooLarge(Refusal):
    sentence = N_("The file is too large. Send one of at most 10 MB.")
    status = 422


class NoDocument(Refusal):
    sentence = N_(
        "Send a PDF of at most 20 pages, without a password, scripts or files inside. Printing it into a new PDF helps."
    )
    status = 422


class NoPicture(Refusal):
    sentence = N_("Send a picture: JPEG, PNG or WebP, of at most 25 megapixels.")
    status = 422


_REFUSALS: dict[FileKind, type[Refusal]] = {FileKind.DOCUMENT: NoDocument, FileKind.PICTURE: NoPicture}
MEDIA_TYPES = {FileKind.DOCUMENT: "application/pdf", FileKind.PICTURE: "image/jpeg"}
ENDINGS = {FileKind.DOCUMENT: ".pdf", FileKind.PICTURE: ".jpg"}


def clean(kind: FileKind, content: bytes) -> bytes:
    """What may be kept: pictures are drawn anew, documents checked. Raises TooLarge, NoDocument, NoPicture."""
    if len(content) > MOST_BYTES:
        raise TooLarge()
    command = [sys.executable, "-I", str(_SCRIPT), kind.value]
    try:
        done = subprocess.run(  # noqa: S603  # our own script, no shell, nothing of the caller in its words
            command, input=content, capture_output=True, timeout=LONGEST, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise _REFUSALS[kind]() from None
    if done.returncode != 0 or not done.stdout:
        raise _REFUSALS[kind]()
    return done.stdout
