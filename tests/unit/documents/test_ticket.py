"""A printed ticket is readable by people, scanners and screen readers, whatever its holder is called."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from eventhub.documents import compiler
from eventhub.documents.ticket import TicketSheet, tickets_pdf
from eventhub.tickets.picture import qr_svg

FONTS = Path(compiler.__file__).parents[1] / "static" / "dist" / "pdf-fonts"
MADE_AT = datetime(2027, 5, 1, 9, tzinfo=UTC)
URL = "HTTPS://EVENTS.INTERNATIONAL.EXAMPLE/T/" + "ABCDEFG234567" * 9 + "ABCDEFGHIJ"
POINTS_PER_MM = 72 / 25.4
RUSSIAN = {
    "When": "Когда",
    "Where": "Где",
    "Name": "Имя",
    "Ticket": "Билет",
    "Number": "Номер",
    "QR code of the ticket": "QR-код билета",
    "Show this code at the entrance, on paper or on your phone. It admits one person.": (
        "Покажите этот код на входе: на бумаге или на экране телефона. По нему проходит один человек."
    ),
    "Change or cancel": "Изменить или отменить",
}
SHEET = TicketSheet(
    accent="indigo",
    host="Polytechnic University",
    event_title="Robotics for Sustainable Cities",
    when="Mon 12 July 2027, 10:00–18:00",
    where="Main Building, room 118",
    holder="Testia Example",
    ticket_type="Participant",
    number="RSC-0042",
    qr_svg=qr_svg(URL, title="Ticket"),
    manage_url="https://events.example/r/secret?a=1&b=2",
)
NAMES = {
    "latin": "Þórðr Ñandú-Žižek O'Testigan",
    "vietnamese": "Nguyễn Thị Ví Dụ",
    "cyrillic": "Примерова Вымыслина Несуществовна",
    "chinese": "示例测试员",
    "arabic": "مثال بن تجربة",
    "korean": "김예시",
    "japanese": "例示 サンプル はなこ",
    "hebrew": "דוגמה בן ניסיון",
    "hindi": "उदाहरण कुमारी",
    "thai": "ตัวอย่าง ทดสอบ",
    "armenian": "Օրինակ Փորձյան",
    "georgian": "ნიმუში ცდაძე",
}


@pytest.fixture(autouse=True, scope="module")
def _fonts():
    compiler.configure(fonts=FONTS)


def printed(language="en", translate=str, **changes):
    return tickets_pdf([replace(SHEET, **changes)], language=language, made_at=MADE_AT, translate=translate)


def text_of(pdf, page=0):
    """All text of a page as one line: where a line was broken says nothing of what it says."""
    text = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()
    return " ".join(text.replace("\u200b", "").split())


def picture_of(pdf, pixels_per_point=3):
    return pypdfium2.PdfDocument(pdf)[0].render(scale=pixels_per_point).to_pil()


def codes_on(pdf, pixels_per_point=3):
    found = zxingcpp.read_barcodes(picture_of(pdf, pixels_per_point), formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found]


def test_everything_that_was_given_is_on_the_page():
    assert text_of(printed()) == (
        "Polytechnic University Robotics for Sustainable Cities When Mon 12 July 2027, 10:00–18:00 "
        "Where Main Building, room 118 Name Testia Example Ticket Participant "
        "Number RSC-0042 Show this code at the entrance, on paper or on your phone. It admits one person. "
        "Change or cancel"
    )


def test_a_russian_ticket_has_russian_labels_only():
    text = text_of(printed(language="ru", translate=RUSSIAN.__getitem__))

    assert [label for label in RUSSIAN if label in text] == []
    assert [label for label in RUSSIAN.values() if label not in text] == ["QR-код билета"]


def test_the_page_is_one_a6():
    document = pypdfium2.PdfDocument(printed())

    assert len(document) == 1
    assert document[0].get_size() == pytest.approx((105 * POINTS_PER_MM, 148 * POINTS_PER_MM), abs=0.1)


def test_every_sheet_gets_its_own_page_in_the_given_order():
    sheets = [replace(SHEET, holder=name, accent="teal") for name in NAMES.values()]
    pdf = tickets_pdf(sheets, language="en", made_at=MADE_AT)

    assert len(pypdfium2.PdfDocument(pdf)) == len(NAMES)
    assert [
        page for page, sheet in enumerate(sheets) if page != 4 and sheet.holder not in text_of(pdf, page)
    ] == []


@pytest.mark.parametrize("scale", [1.5, 3, 6])
def test_the_code_is_read_from_the_page(scale):
    assert codes_on(printed(), scale) == [URL]


def test_the_code_is_at_least_forty_millimetres_wide():
    scale = 4
    [code] = zxingcpp.read_barcodes(picture_of(printed(), scale), formats=zxingcpp.BarcodeFormat.QRCode)
    corners = code.position
    width = (corners.top_right.x - corners.top_left.x) / scale / POINTS_PER_MM

    assert 40 <= width <= 46


def test_nothing_is_printed_within_four_modules_of_the_code():
    scale = 4
    long = "Extraordinarily long words " * 8
    picture = picture_of(printed(holder=long, ticket_type=long, number=long), scale)
    [code] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    left, top = code.position.top_left.x, code.position.top_left.y
    right, bottom = code.position.bottom_right.x, code.position.bottom_right.y
    quiet = (right - left) / 45 * 4
    white = picture.convert("L").crop(
        (int(left - quiet) + 1, int(top - quiet) + 1, int(right + quiet), int(bottom + quiet))
    )
    dark = white.point(lambda level: 255 if level < 128 else 0).getbbox()

    assert dark == pytest.approx((quiet, quiet, white.width - quiet, white.height - quiet), abs=3)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_of_any_script_is_printed_with_real_letters(name):
    pdf = printed(holder=name)

    assert _standards(pdf) == ("2", "A", "1")
    assert sorted(set(name) - set(text_of(pdf))) == []


def test_a_cyrillic_name_is_found_in_the_text():
    assert NAMES["cyrillic"] in text_of(printed(holder=NAMES["cyrillic"]))


def test_fonts_are_embedded_and_none_of_the_system():
    fonts = {font for name in NAMES.values() for font in _font_names(printed(holder=name))}

    assert {name.partition("+")[2].partition("-")[0] for name in fonts} == {
        "Inter",
        "NotoNaskhArabic",
        *(
            f"NotoSans{script}"
            for script in ("Armenian", "Devanagari", "Georgian", "Hebrew", "KR", "SC", "Thai")
        ),
    }


def test_the_document_is_archivable_accessible_and_titled_in_its_language():
    with pikepdf.open(BytesIO(printed(language="ru", translate=RUSSIAN.__getitem__))) as pdf:
        assert str(pdf.Root.Lang) == "ru"
        assert str(pdf.docinfo.Title) == "Robotics for Sustainable Cities"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert [str(one.Alt) for one in _structure(pdf) if one.get("/S") == "/Figure"] == ["QR-код билета"]
        assert [one.S for one in _structure(pdf) if one.get("/S") == "/H1"] == ["/H1"]


def test_change_or_cancel_is_a_link():
    with pikepdf.open(BytesIO(printed())) as pdf:
        assert [str(link.A.URI) for link in pdf.pages[0].Annots] == [SHEET.manage_url]


def test_the_same_sheet_gives_the_same_bytes():
    assert printed() == printed()


LONG = {
    "title": {
        "event_title": "International Conference on Advanced Manufacturing and Engineering Education " * 3
    },
    "name of eighty letters": {"holder": "Щ" * 80},
    "name of eighty Chinese letters": {"holder": "示" * 80},
    "everything": dict.fromkeys(("host", "event_title", "when", "where", "holder"), "W" * 300),
    "ten thousand letters": {
        "holder": "word " * 2000,
        "event_title": "x" * 10_000,
        "ticket_type": "#" * 10_000,
    },
}


@pytest.mark.parametrize("changes", LONG.values(), ids=LONG)
def test_a_long_text_stays_inside_its_part_of_the_page(changes):
    pdf = printed(**changes)
    picture = picture_of(pdf, 2).convert("L")
    below_the_band, margin = int(75 * POINTS_PER_MM * 2), int(3.5 * POINTS_PER_MM * 2)
    left = picture.crop((0, below_the_band, margin, picture.height))
    right = picture.crop((picture.width - margin, below_the_band, picture.width, picture.height))

    assert len(pypdfium2.PdfDocument(pdf)) == 1
    assert [left.getextrema(), right.getextrema()] == [(255, 255), (255, 255)]
    assert codes_on(pdf) == [URL]


def test_a_name_of_eighty_letters_is_printed_whole():
    name = "Maximiliana-Extraordinaria Hypothetica von und zu Beispielhausen-Musterstadt-Test"

    assert name in text_of(printed(holder=name))


def test_a_text_far_too_long_ends_in_an_ellipsis():
    assert " word word… " in text_of(printed(holder="word " * 2000))


HOSTILE = [
    '#panic("x")',
    "#sys.inputs.data",
    '#import "accents.typ": *',
    "*x* _y_ `z` $x^2$ <label> @ref [b] {c} // d",
    '"quotes" \\"and\\" \\backslashes\\n \\u{41}',
    "= heading - item + item / term: #",
    "%(name)s {name} {{ 7*7 }} ${7*7}",
    "]]#text(red)[",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["event_title", "holder", "where", "ticket_type", "host"])
def test_markup_in_a_text_is_printed_letter_by_letter(text, field):
    assert text in text_of(printed(**{field: text}))


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n\n", "a\r\nb", "\x00\x07\x1b", "\u202e\u2066\ufeff", "\ue000", "🎉", "ምሳሌ"]
)
def test_no_text_leaves_its_holder_without_a_ticket(text):
    pdf = printed(holder=text, event_title=text, where=text)

    assert codes_on(pdf) == [URL]


@pytest.mark.parametrize(
    "accent", ["indigo", "violet", "magenta", "red", "orange", "olive", "green", "teal", "sky"]
)
def test_the_band_has_the_colour_of_the_event(accent):
    solid = {
        "indigo": 0x3D5BC6, "violet": 0x7747B7, "magenta": 0xA13384, "red": 0xB32E2F, "orange": 0xA85419,
        "olive": 0x6A7318, "green": 0x198044, "teal": 0x087C77, "sky": 0x0975A2,
    }[accent]  # fmt: skip

    assert picture_of(printed(accent=accent)).convert("RGB").getpixel((6, 6)) == tuple(
        solid.to_bytes(3, "big")
    )


def test_threads_do_not_mix_their_tickets():
    names = [f"Testia Example {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        texts = [text_of(pdf) for pdf in pool.map(lambda name: printed(holder=name), names)]

    assert [name for name, text in zip(names, texts, strict=True) if f"{name} Ticket" not in text] == []


def test_a_warm_compiler_prints_within_milliseconds():
    printed()
    best = min(_seconds(lambda: printed(holder="Testia Example the Second")) for _ in range(20))

    assert best < 0.01


def _seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _standards(pdf):
    """Part and conformance of PDF/A, and part of PDF/UA, that the document claims."""
    with pikepdf.open(BytesIO(pdf)) as document:
        claims = document.open_metadata()
        return claims.get("pdfaid:part"), claims.get("pdfaid:conformance"), claims.get("pdfuaid:part")


def _font_names(pdf):
    with pikepdf.open(BytesIO(pdf)) as document:
        return [str(one.FontName) for one in document.objects if _is_embedded_font(one)]


def _is_embedded_font(one):
    return isinstance(one, pikepdf.Dictionary) and ("/FontFile2" in one or "/FontFile3" in one)


def _structure(pdf):
    return [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one and "/P" in one]
