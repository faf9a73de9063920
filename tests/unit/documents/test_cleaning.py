"""Files that people send: what is taken, what is left of it, and what is refused."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from eventhub.core.errors import Refusal
from eventhub.documents import cleaning
from eventhub.documents.cleaning import FileKind, NoDocument, NoPicture, TooLarge, clean


def a_picture(form: str = "PNG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, form, **more)  # type: ignore[arg-type]
    return out.getvalue()


def a_document(*, pages: int = 1, extra: bytes = b"", packed: bytes = b"") -> bytes:
    kids = b"".join(b"%d 0 obj << /Type /Page >> endobj\n" % (number + 10) for number in range(pages))
    stream = b"5 0 obj << /Filter /FlateDecode >> stream\n" + zlib.compress(packed) + b"\nendstream endobj\n"
    return b"%PDF-1.7\n" + kids + extra + stream + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def test_a_picture_is_drawn_anew_without_what_it_told() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    clean_one = clean(FileKind.PICTURE, a_picture("JPEG", exif=exif) + b"<script>alert(1)</script>")

    with Image.open(io.BytesIO(clean_one)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (40, 30), {})
    assert (b"script" in clean_one, b"home" in clean_one) == (False, False)


def test_a_plain_document_stays_as_it_is() -> None:
    document = a_document(packed=b"BT (Hello) Tj ET")

    assert clean(FileKind.DOCUMENT, document) == document


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"\x89PNG\r\n\x1a\n<html>",
        a_picture("GIF"),
        a_picture("PNG", (6000, 5000)),
        a_document(),
    ],
    ids=["nothing", "SVG", "PNG in name", "GIF", "30 megapixels", "a document"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NoPicture):
        clean(FileKind.PICTURE, content)


@pytest.mark.parametrize(
    "content",
    [
        b"<html>%PDF-1.7 /Type /Page %%EOF",
        a_picture(),
        a_document(pages=0),
        a_document(pages=21),
        a_document(extra=b"<< /Encrypt 9 0 R >>"),
        a_document(extra=b"<< /S /JavaScript /JS (app.alert) >>"),
        a_document(extra=b"<< /S /J#61vaScript >>"),
        a_document(packed=b"<< /S /Launch /F (cmd.exe) >>"),
        a_document(extra=b"<< /Type /ObjStm /Filter [/ASCII85Decode /FlateDecode] >>"),
        a_document(packed=bytes(70_000_000)),
    ],
    ids=[
        "HTML", "a picture", "no page", "21 pages", "locked", "a script", "a hidden script", "a packed launch",
        "unread objects", "a bomb",
    ],
)  # fmt: skip
def test_what_is_no_quiet_document_is_refused(content: bytes) -> None:
    with pytest.raises(NoDocument):
        clean(FileKind.DOCUMENT, content)


def test_what_is_too_large_is_not_looked_into() -> None:
    with pytest.raises(TooLarge):
        clean(FileKind.DOCUMENT, bytes(cleaning.MOST_BYTES + 1))


def test_every_refusal_is_told_as_one() -> None:
    assert {one.status for one in (TooLarge, NoDocument, NoPicture)} == {422}
    assert issubclass(TooLarge, Refusal)
