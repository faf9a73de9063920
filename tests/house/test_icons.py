"""An icon that a template asks for is in the sprite: a missing one would be drawn as nothing."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASKED = re.compile(r"""(?:\bicon\(|\b(?:kind_)?icon=|"icon": )["']([a-z0-9-]+)["']""")


def test_every_icon_of_the_templates_is_in_the_sprite():
    sprite = set((ROOT / "frontend" / "icons.txt").read_text().split())

    asked = {
        name
        for page in (ROOT / "eventhub" / "templates").rglob("*.html")
        for name in ASKED.findall(page.read_text())
    }

    assert asked - sprite == set()
    assert "calendar-plus" in asked
