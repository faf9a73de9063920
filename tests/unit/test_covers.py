"""The drawn cover of an event: the same for one seed, small, and clean enough for the strictest page."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eventhub.events.covers import ACCENTS, cover_svg

TOKENS = Path(__file__).parents[2] / "frontend" / "css" / "tokens.css"
SEEDS = ["", "a", "42", "Неделя науки", '"><script>alert(1)</script>', "x" * 500]


def test_one_seed_gives_the_same_bytes_always():
    assert cover_svg("week-of-science", "teal") == cover_svg("week-of-science", "teal")


def test_two_seeds_give_two_covers():
    assert cover_svg("seminar-1", "teal") != cover_svg("seminar-2", "teal")


@pytest.mark.parametrize("accent", ACCENTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_cover_is_small_valid_and_without_styles_or_scripts(seed, accent):
    svg = cover_svg(seed, accent)

    root = ElementTree.fromstring(svg)

    assert len(svg.encode()) <= 3 * 1024
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {name.split("}")[1] for name in (element.tag for element in root.iter())} <= {
        "svg",
        "defs",
        "pattern",
        "rect",
        "circle",
    }
    assert [element for element in root.iter() if {"style", "class"} & set(element.attrib)] == []


@pytest.mark.parametrize(("wide", "box"), [(True, "0 0 640 360"), (False, "0 0 360 360")])
def test_a_cover_is_wide_or_square(wide, box):
    assert ElementTree.fromstring(cover_svg("a", "sky", wide=wide)).get("viewBox") == box


def test_an_unknown_accent_is_drawn_in_indigo():
    assert cover_svg("a", "no such colour") == cover_svg("a", "indigo")


def test_the_cover_and_the_style_sheet_use_the_same_colours():
    tone = r"--a-\w+: (\S+); "
    line = rf'\[data-accent="(\w+)"\] \{{ {tone * 4}\}}'

    in_the_style_sheet = {name: tuple(tones) for name, *tones in re.findall(line, TOKENS.read_text())}

    assert in_the_style_sheet == ACCENTS
