"""Draws our sign, that of frontend/src/favicon.svg, as the pictures of a pass."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

BLUE, WHITE, NOTHING = "#3351d1", "#ffffff", (0, 0, 0, 0)
# The sign is drawn in 32 units; so many pixels a unit, then made small, which smooths its edges.
_FINE = 24


@cache
def sign_png(side: int) -> bytes:
    """The sign as a square PNG of so many pixels, on nothing."""
    large = Image.new("RGBA", (32 * _FINE, 32 * _FINE), NOTHING)
    draw = ImageDraw.Draw(large)
    draw.rounded_rectangle(_scaled(2, 4, 30, 28), radius=4 * _FINE, fill=BLUE)
    for x in (2, 30):
        draw.ellipse(_circle(x, 16, 3.5), fill=NOTHING)
    draw.ellipse(_circle(16, 16, 7.5), outline=WHITE, width=2 * _FINE)
    draw.ellipse(_circle(20.6, 11.4, 2.6), fill=WHITE)
    out = BytesIO()
    large.resize((side, side), Image.Resampling.LANCZOS).save(out, format="PNG")
    return out.getvalue()


def _circle(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return _scaled(x - radius, y - radius, x + radius, y + radius)


def _scaled(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    return left * _FINE, top * _FINE, right * _FINE, bottom * _FINE
