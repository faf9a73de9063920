"""Decides how a text becomes a QR picture: always black on white, quiet zone of four modules, level M."""

import re
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Literal

from PIL import Image
from qrcode import ERROR_CORRECT_M, QRCode
from qrcode.util import QRData

QUIET_ZONE = 4

# ISO/IEC 18004 has the writer look for the mask that best breaks up runs of equal data. Ours is mostly a
# signature, which is noise already. Measured with 40 codes turned, blurred and noisy: at 3 pixels a module
# every mask is read 200 times of 200, at the edge of the readable the best mask 27 times of 200, this one 35,
# the others 23 to 30. Looking for the best costs 9 ms, a fixed one 1.5 ms.
_MASK = 3


def qr_modules(text: str) -> list[list[bool]]:
    """The square of modules without its quiet zone, row by row, True is black.

    An upper-case address takes the alphanumeric mode by itself.
    """
    content = text.encode()
    data = QRData(content)
    code = QRCode(_version(len(content), data.mode), error_correction=ERROR_CORRECT_M, mask_pattern=_MASK)
    code.add_data(data)
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.modules]


@lru_cache(maxsize=32)
def _version(length: int, mode: Literal[1, 2, 4]) -> int:
    """The smallest that holds so many characters; all tickets of a house are of one length."""
    code = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(QRData(b"0" * length, mode=mode))
    return int(code.best_fit(start=1))


def qr_svg(text: str, *, title: str) -> str:
    """The QR as SVG that scales to its container; `title` is what a screen reader says instead of it."""
    modules = qr_modules(text)
    side = len(modules) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img"'
        ' shape-rendering="crispEdges">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{side}" height="{side}" fill="#fff"/><path stroke="#000" d="{_lines(modules)}"/></svg>'
    )


def qr_png(text: str, *, module_pixels: int = 8) -> bytes:
    """The QR as a PNG of two colours, every module `module_pixels` wide."""
    modules = qr_modules(text)
    side = len(modules) + 2 * QUIET_ZONE
    small = Image.new("1", (side, side), color=1)
    for y, row in enumerate(modules, start=QUIET_ZONE):
        for x, black in enumerate(row, start=QUIET_ZONE):
            if black:
                small.putpixel((x, y), 0)
    picture = small.resize((side * module_pixels, side * module_pixels), Image.Resampling.NEAREST)
    out = BytesIO()
    picture.save(out, format="PNG")
    return out.getvalue()


def _lines(modules: list[list[bool]]) -> str:
    """Every row as one broken line, as thick as a module: half as long as boxes, and sooner drawn."""
    return "".join(
        f"M{QUIET_ZONE} {y}.5"
        + "".join(f"m{len(white)} 0h{len(black)}" for white, black in _RUNS(bytes(row)))
        for y, row in enumerate(modules, start=QUIET_ZONE)
    )


_RUNS = re.compile(rb"(\x00*)(\x01+)").findall
