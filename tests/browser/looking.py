"""What axe and a ruler find on a page.

Contrast depends on the theme, layout on the size, words on the language. Four of the eight combinations hold every
pair of them (each theme in each size, each theme in each language, each size in each language), so two a language are
enough; more of them find the same again and cost half a second each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Frames have no axe in them: asking them only waits for no answer.
LOOK = """async (rules) => {
    const spare = { preload: false, iframes: false, selectors: false, elementRef: false };
    const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"], ...spare });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}"""
SMALLEST = {"width": 320, "height": 640}
Views = dict[str, tuple[tuple[dict[str, int], str], ...]]
VIEWS: Views = {"en": ((PHONE, "light"), (DESK, "dark")), "ru": ((PHONE, "dark"), (DESK, "light"))}
# For pages of staff, of which there are many: each theme, size and language once.
FEW_VIEWS: Views = {"en": ((PHONE, "dark"),), "ru": ((DESK, "light"),)}
PARTS = (0, 1)


def part_of(addresses: Iterable[str], part: int) -> list[str]:
    """Every second address, from this one on: two workers share a long list."""
    return list(addresses)[part :: len(PARTS)]


def faults_of_pages(
    page: Page, addresses: Iterable[str], language: str, *, views: Views = FEW_VIEWS
) -> list[str]:
    """What is wrong with any of them; each is loaded once."""
    page.context.add_init_script(path=AXE)
    return [fault for address in addresses for fault in _faults(page, address, views[language])]


def _faults(page: Page, address: str, views: Iterable[tuple[dict[str, int], str]]) -> Iterator[str]:
    page.goto(address)
    for size, theme in views:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        yield from (f"{address} {size['width']} {theme} {line}" for line in page.evaluate(LOOK, TAGS))
    page.set_viewport_size(SMALLEST)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width != SMALLEST["width"]:
        yield f"{address} is {width} wide"
