"""A printed badge is readable from two metres by people and by scanners, whatever its holder is called."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from eventhub.badges.rules import SINGLE, Layout
from eventhub.documents import compiler
from eventhub.documents.badge import PAPERS, BadgeSheet, badge_svg, badges_pdf
from eventhub.tickets.picture import qr_png
from tests.unit.documents.test_ticket import HOSTILE, NAMES, _standards

FONTS = Path(compiler.__file__).parents[1] / "static" / "dist" / "pdf-fonts"
MADE_AT = datetime(2027, 5, 1, 9, tzinfo=UTC)
MM = 72 / 25.4
SHEET = BadgeSheet(
    language="en",
    name="Testia Example",
    organisation="Example University",
    country="Germany",
    type="Participant",
    colour="indigo",
    event="Robotics for Sustainable Cities",
    when="12–16 July 2027",
    number="RSC-0042",
    code=b"",
)
SIXTY = "Maximiliana Alexandrina Hypothetica von Beispielhausen-Teste"
SCRIPTS = ("latin", "cyrillic", "chinese", "arabic", "korean")


@pytest.fixture(autouse=True, scope="module")
def _fonts():
    compiler.configure(fonts=FONTS)


def url(number):
    return "HTTPS://EVENTS.INTERNATIONAL.EXAMPLE/T/" + "ABCDEFG234567" * 9 + f"ABCDEFGH{number:02d}"


def badge(number=0, **changes):
    return replace(SHEET, code=qr_png(url(number), module_pixels=4), **changes)


def printed(*sheets, paper="sheet_8"):
    return badges_pdf(sheets, PAPERS[paper], title="Badges", language="en", made_at=MADE_AT)


def pages_of(pdf):
    return list(pypdfium2.PdfDocument(pdf))


def text_of(pdf, page=0):
    text = pages_of(pdf)[page].get_textpage().get_text_range()
    return " ".join(text.replace("\u200b", "").split())


def codes_on(pdf, page=0):
    """The texts of all codes in the order of reading: row by row."""
    picture = pages_of(pdf)[page].render(scale=3).to_pil()
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [one.text for one in sorted(found, key=_place)]


def _place(code):
    corner = code.position.top_left
    return round(corner.y / 60), corner.x


def letters_of(pdf, page=0):
    """Each visible letter with the box around it, in millimetres from the left and from below."""
    text = pages_of(pdf)[page].get_textpage()
    for number in range(text.count_chars()):
        if letter := text.get_text_range(number, 1).strip("\u200b\ufffe \r\n"):
            yield letter, tuple(one / MM for one in text.get_charbox(number))


def test_a_sheet_of_names_in_five_scripts_is_read_back_with_all_its_codes():
    sheets = [badge(number, name=NAMES[script]) for number, script in enumerate(SCRIPTS)]
    pdf = printed(*sheets)
    text = text_of(pdf)

    assert codes_on(pdf) == [url(number) for number in range(len(SCRIPTS))]
    assert [sorted(set(NAMES[script]) - set(text)) for script in SCRIPTS] == [[]] * len(SCRIPTS)
    assert [NAMES[script] for script in SCRIPTS if script != "arabic" and NAMES[script] not in text] == []
    assert _standards(pdf) == ("2", "A", "1")


@pytest.mark.parametrize("paper", PAPERS)
def test_everything_stands_on_a_badge_of_every_size_and_its_code_is_read(paper):
    pdf = printed(badge(), paper=paper)
    width, height = (round(one / MM) for one in pages_of(pdf)[0].get_size())
    faces = 2 if paper == "a6_folded" else 1

    assert (width, height) == (PAPERS[paper].paper_width, PAPERS[paper].paper_height)
    assert [
        text_of(pdf).count(text) for text in vars(SHEET).values() if text and text not in ("en", "indigo")
    ] == ([faces] * 7)
    assert codes_on(pdf) == [url(0)] * faces


@pytest.mark.parametrize(("paper", "to_a_page"), [("sheet_8", 8), ("sheet_10", 10), ("card", 1)])
def test_one_more_than_fits_begins_a_new_page_in_the_given_order(paper, to_a_page):
    sheets = [badge(number, name=f"Testia {number:02d}") for number in range(to_a_page + 1)]
    pdf = printed(*sheets, paper=paper)

    assert [codes_on(pdf, page) for page in range(2)] == [
        [url(number) for number in range(to_a_page)],
        [url(to_a_page)],
    ]


@pytest.mark.parametrize("paper", ["sheet_8", "sheet_10", "a6", "label", "card"])
@pytest.mark.parametrize(
    "name",
    [SIXTY, "Щ" * 40, "示" * 30, "Константинопольский-Вымысловский Александр", "W" * 300],
    ids=lambda name: name[:8],
)
def test_no_name_leaves_its_badge_or_covers_the_code(paper, name):
    long = {
        "organisation": "University of Examples and Tests " * 3,
        "type": "Speaker of the plenary session " * 2,
    }
    pdf = printed(badge(name=name, **long), paper=paper)
    size = PAPERS[paper]
    left = (size.paper_width - size.columns * size.width) / 2
    top = (size.paper_height + size.rows * size.height) / 2
    outside = [
        letter
        for letter, (x1, y1, x2, y2) in letters_of(pdf)
        if x1 < left or x2 > left + size.width or y1 < top - size.height or y2 > top
    ]

    assert (outside, codes_on(pdf)) == ([], [url(0)])


@pytest.mark.parametrize("paper", ["sheet_8", "sheet_10", "a6", "label", "card"])
def test_a_name_of_sixty_letters_is_whole_and_still_larger_than_all_else(paper):
    pdf = printed(badge(name=SIXTY), paper=paper)
    capitals = {letter: y2 - y1 for letter, (_, y1, _, y2) in letters_of(pdf) if letter in "MG"}

    assert SIXTY in text_of(pdf)
    assert capitals["M"] > capitals["G"] * 1.15  # Maximiliana, Germany


def test_a_short_name_is_larger_than_a_long_one():
    heights = [
        next(y2 - y1 for letter, (_, y1, _, y2) in letters_of(printed(badge(name=name))) if letter == "M")
        for name in ("Max Test", "Maximilian von Beispielhausen", SIXTY)
    ]

    assert heights == sorted(heights, reverse=True)
    assert heights[0] > 7  # millimetres: read from two metres


@pytest.mark.parametrize(("colour", "solid"), [("magenta", 0xA13384), ("olive", 0x6A7318)])
def test_the_band_has_the_colour_of_the_type_and_its_word(colour, solid):
    pdf = printed(badge(colour=colour, type="Speaker"), paper="card")
    picture = pages_of(pdf)[0].render(scale=2).to_pil().convert("RGB")

    assert picture.getpixel((4, picture.height - 4)) == tuple(solid.to_bytes(3, "big"))
    assert "Speaker" in text_of(pdf)


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_a_text_is_printed_letter_by_letter(text):
    assert text_of(printed(badge(name=text, organisation=text, type=text))).count(text) == 3


@pytest.mark.parametrize("name", ["", "\u202e\u2066", "🎉 ምሳሌ"])
def test_no_name_leaves_its_holder_without_a_badge(name):
    assert codes_on(printed(badge(name=name))) == [url(0)]


def test_the_picture_of_a_badge_needs_no_fonts():
    picture = badge_svg(badge(name=NAMES["chinese"]), PAPERS["label"])

    assert picture.startswith(b"<svg")
    assert (b"<text" in picture, b"font-family" in picture) == (False, False)


def test_a_long_document_is_printed_by_a_process_of_its_own_and_by_the_same_standards():
    sheets = [badge(number, name=f"Testia {number:02d}") for number in range(11)]
    pdf = printed(*sheets)
    strange = printed(*sheets[1:], badge(11, name="🎉"))

    assert pdf == printed(*sheets)
    assert [len(codes_on(pdf, page)) for page in range(2)] == [8, 3]
    assert (_standards(pdf), len(codes_on(strange))) == (("2", "A", "1"), 8)


def test_every_layout_has_its_paper_and_a_door_prints_on_pages_of_its_size():
    css = (Path(__file__).parents[3] / "frontend" / "css" / "gate.css").read_text()
    pages = {
        name.replace("-", "_"): (int(width), int(height))
        for name, width, height in re.findall(r"@page badge-([\w-]+) \{\s+size: (\d+)mm (\d+)mm;", css)
    }

    assert set(PAPERS) == set(Layout)
    assert pages == {one: (PAPERS[one].paper_width, PAPERS[one].paper_height) for one in SINGLE}


def test_while_a_long_document_is_made_another_one_waits_for_nobody() -> None:
    with compiler._one_at_a_time, pytest.raises(compiler.PrintsAnother):
        compiler.compile_long_pdf("badge", {}, made_at=MADE_AT)
