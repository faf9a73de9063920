"""How the cover of an event is drawn: orbits and gears in its accent, always the same for one seed."""

from hashlib import sha256
from typing import NamedTuple


class Accent(NamedTuple):
    """Four tones of one colour, the same as in frontend/css/tokens.css."""

    solid: str
    tint: str
    ink: str
    bright: str


ACCENTS = {
    "indigo": Accent("#3d5bc6", "#e9eefc", "#293d7c", "#a2bcff"),
    "violet": Accent("#7747b7", "#f0ecfa", "#4c3173", "#c7aff5"),
    "magenta": Accent("#a13384", "#fde7f5", "#672654", "#f999da"),
    "red": Accent("#b32e2f", "#fceae8", "#722423", "#f8a49d"),
    "orange": Accent("#a85419", "#faebe3", "#6e2b00", "#fca676"),
    "olive": Accent("#6a7318", "#edf2d4", "#414800", "#bbc855"),
    "green": Accent("#198044", "#dcf7e2", "#005222", "#71d790"),
    "teal": Accent("#087c77", "#d1f8f4", "#00514d", "#47d6cf"),
    "sky": Accent("#0975a2", "#e2f1fa", "#004974", "#7ac8f5"),
}

HEIGHT = 360


def cover_svg(seed: str, accent: str, *, wide: bool = True) -> str:
    """An SVG document, 16:9 or square, without styles or scripts. An unknown accent is drawn in indigo."""
    tones = ACCENTS.get(accent, ACCENTS["indigo"])
    dice = _Dice(seed)
    width = 640 if wide else HEIGHT
    centre = (width * dice.between(48, 72) // 100, HEIGHT * dice.between(42, 62) // 100)
    aside = (width * dice.between(10, 24) // 100, dice.between(70, 290))
    shapes = [
        _ground(width, tones),
        _far_planet(dice, width, tones),
        *_orbits(dice, centre, tones),
        _core(dice, centre, tones),
        _gear(dice, aside, dice.between(26, 44), tones.bright),
    ]
    frame = f'viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>{"".join(shapes)}</svg>'


class _Dice:
    """An endless row of numbers that the seed alone decides."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._throws = 0

    def between(self, low: int, high: int) -> int:
        self._throws += 1
        digest = sha256(f"{self._seed}\n{self._throws}".encode()).digest()
        return low + int.from_bytes(digest[:4], "big") % (high - low + 1)


def _ground(width: int, tones: Accent) -> str:
    return (
        '<defs><pattern id="dots" width="16" height="16" patternUnits="userSpaceOnUse">'
        '<circle cx="8" cy="8" r="1.2" fill="#fff" fill-opacity=".2"/></pattern></defs>'
        f'<rect width="{width}" height="{HEIGHT}" fill="{tones.solid}"/>'
        f'<rect width="{width}" height="{HEIGHT}" fill="url(#dots)"/>'
    )


def _far_planet(dice: _Dice, width: int, tones: Accent) -> str:
    across = dice.between(78, 104) if dice.between(0, 1) else dice.between(-4, 22)
    down = HEIGHT if dice.between(0, 1) else 0
    return _disc((width * across // 100, down), dice.between(120, 190), tones.ink)


def _orbits(dice: _Dice, centre: tuple[int, int], tones: Accent) -> list[str]:
    radius, shapes = dice.between(62, 78), []
    path = f'stroke="{tones.tint}" stroke-opacity=".55" stroke-width="1.5"'
    for moon in (tones.bright, "#fff", tones.tint):
        turn = dice.between(0, 359)
        opposite = turn + dice.between(150, 250)
        shapes.append(_circle(centre, radius, path))
        shapes.append(_arc(centre, radius, turn, share=dice.between(12, 34), colour=tones.bright))
        shapes.append(_moon(centre, radius, opposite, size=dice.between(7, 17), colour=moon))
        radius += dice.between(38, 64)
    return shapes


def _arc(centre: tuple[int, int], radius: int, turn: int, *, share: int, colour: str) -> str:
    pen = f'stroke="{colour}" stroke-width="9" stroke-linecap="round"'
    part = f'pathLength="100" stroke-dasharray="{share} 100" {_turned(turn, centre)}'
    return _circle(centre, radius, f"{pen} {part}")


def _moon(centre: tuple[int, int], radius: int, turn: int, *, size: int, colour: str) -> str:
    return _disc((centre[0] + radius, centre[1]), size, colour, _turned(turn, centre))


def _core(dice: _Dice, centre: tuple[int, int], tones: Accent) -> str:
    if dice.between(0, 1):
        return _gear(dice, centre, dice.between(30, 38), tones.tint)
    return _disc(centre, dice.between(34, 46), tones.tint) + _disc(centre, dice.between(10, 18), tones.solid)


def _gear(dice: _Dice, centre: tuple[int, int], radius: int, colour: str) -> str:
    teeth = dice.between(8, 12)
    cut = f'stroke="{colour}" stroke-width="14" pathLength="{2 * teeth}" stroke-dasharray="1 1"'
    return _circle(centre, radius, f'stroke="{colour}" stroke-width="16"') + _circle(centre, radius + 13, cut)


def _circle(centre: tuple[int, int], radius: int, line: str) -> str:
    return f'<circle cx="{centre[0]}" cy="{centre[1]}" r="{radius}" fill="none" {line}/>'


def _disc(centre: tuple[int, int], radius: int, colour: str, more: str = "") -> str:
    return f'<circle cx="{centre[0]}" cy="{centre[1]}" r="{radius}" fill="{colour}" {more}/>'


def _turned(degrees: int, centre: tuple[int, int]) -> str:
    return f'transform="rotate({degrees} {centre[0]} {centre[1]})"'
