"""Decides how data becomes a PDF or a picture: our Typst templates, our fonts, user text never as markup."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import cast

import typst

from eventhub.core.errors import Refusal
from eventhub.core.text import N_

log = logging.getLogger(__name__)
TEMPLATES = Path(__file__).parent.parent / "templates" / "pdf"

# Archivable and accessible: PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1). Costs nothing measurable.
_STRICT: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]


class PrintsAnother(Refusal):
    sentence = N_("Another long document is being made right now. Try again in a moment.")
    status = 503


class NotPrinted(Refusal):
    sentence = N_("This document could not be made. Choose fewer people, or try again later.")
    status = 503


class NotConfigured(RuntimeError):
    """`configure` was not called, or its folder holds no font."""


class ForkedWhilePrinting(RuntimeError):
    """This process was forked from one that had printed already; start it by spawn, or fork before."""


@dataclass(frozen=True)
class _Press:
    """A kept compiler of one template; compiling anew each time would cost the fonts and the layout cache.

    The wheel's compiler refuses a second caller while it works, hence the lock.
    """

    compiler: typst.Compiler
    lock: Lock = field(default_factory=Lock)


_presses: dict[str, _Press] = {}
_setting_up = Lock()
_fonts: typst.Fonts | None = None
_folder: Path | None = None
_printed_in: int | None = None
_PRESSER = Path(__file__).with_name("presser.py")
# Seconds for one long document; five hundred badges take three.
_LONGEST = 120
_one_at_a_time = Lock()


def configure(*, fonts: Path) -> None:
    """This folder's TTF and OTF files are all the fonts there are, in every process that prints.

    Raises NotConfigured when it holds none: a page of empty squares is worse than none.
    """
    global _fonts, _folder
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
    if not found.families():
        raise NotConfigured(f"no fonts in {fonts}")
    with _setting_up:
        _fonts, _folder = found, fonts
        _presses.clear()


def compile_pdf(template: str, data: Mapping[str, object], *, made_at: datetime) -> bytes:
    """What `print(data)` of `templates/pdf/<template>.typ` makes of the data.

    `made_at` is written into the document; equal arguments give equal bytes. Safe from any thread.
    Raises NotConfigured, or ForkedWhilePrinting.
    """
    _check_not_forked()
    press = _press(template)
    printed = partial(
        press.compiler.compile,
        input=_page(template, data),
        format="pdf",
        timestamp=int(made_at.timestamp()),
    )
    with press.lock:
        try:
            return cast(bytes, printed(pdf_standards=_STRICT))
        except typst.TypstError:
            # Both standards refuse a letter that no font has; whoever bears it shall still have the paper.
            return cast(bytes, printed(pdf_standards=[]))


def compile_long_pdf(template: str, data: Mapping[str, object], *, made_at: datetime) -> bytes:
    """As `compile_pdf`, in a child process: a compiler keeps what it laid out, 150 MB of five hundred badges.

    One at a time in a process, so that whoever waits at a door is answered meanwhile. Raises NotConfigured,
    PrintsAnother, or NotPrinted.
    """
    if _folder is None:
        raise NotConfigured("eventhub.documents.compiler.configure was not called")
    moment = str(int(made_at.timestamp()))
    command = [sys.executable, "-I", str(_PRESSER), str(_folder), str(TEMPLATES), moment, *_STRICT]
    if not _one_at_a_time.acquire(blocking=False):
        raise PrintsAnother()
    try:
        done = subprocess.run(  # noqa: S603  # our own script, no shell, nothing of the caller in its words
            command, input=_page(template, data), capture_output=True, timeout=_LONGEST, env={}, check=True
        )
    except subprocess.SubprocessError as error:
        log.exception("a long document was not printed")
        raise NotPrinted() from error
    finally:
        _one_at_a_time.release()
    return done.stdout


def compile_png(template: str, data: Mapping[str, object], *, to_a_point: int = 1) -> bytes:
    """The one page of the template as a picture, so many pixels to a point. Else as `compile_pdf`."""
    _check_not_forked()
    press = _press(template)
    with press.lock:
        made = press.compiler.compile(input=_page(template, data), format="png", ppi=72 * to_a_point)
    return cast(bytes, made)


def compile_svg(template: str, data: Mapping[str, object]) -> bytes:
    """The one page of the template as a picture without text in it: letters are drawn. Else as `compile_pdf`."""
    _check_not_forked()
    press = _press(template)
    with press.lock:
        made = press.compiler.compile(input=_page(template, data), format="svg")
    return cast(bytes, made)


def _page(template: str, data: Mapping[str, object]) -> bytes:
    """The document itself, two lines. Data given as `sys.inputs` would make the compiler forget all that it keeps of
    the last document, which takes twice as long. JSON without its two signs that end or escape a text is safe in one.
    """
    text = json.dumps(data).replace("\\", "\\\\").replace('"', '\\"')
    return f'#import "{template}.typ": print\n#print(json(bytes("{text}")))\n'.encode("ascii")


def _check_not_forked() -> None:
    """The compiler's threads do not survive a fork: without this, the child would wait for them for ever."""
    global _printed_in
    if _printed_in not in {None, os.getpid()}:
        raise ForkedWhilePrinting
    _printed_in = os.getpid()


def _press(template: str) -> _Press:
    with _setting_up:
        if template not in _presses:
            _presses[template] = _Press(_new_compiler())
        return _presses[template]


def _new_compiler() -> typst.Compiler:
    if _fonts is None:
        raise NotConfigured("eventhub.documents.compiler.configure was not called")
    return typst.Compiler(
        root=str(TEMPLATES),
        font_paths=_fonts,
        ignore_system_fonts=True,
    )
