"""The child process that looks into a file that somebody sent: standard input in, the clean file out.

Started by documents/cleaning.py as a script of its own, with nothing of the application in it. Ends with 3 when the
file is not what is taken.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import warnings
import zlib

from PIL import Image, ImageOps

MEGABYTE = 1024 * 1024
MOST_PIXELS = 25_000_000
MOST_PAGES = 20
MOST_OBJECTS = 50_000
MOST_UNPACKED = 60 * MEGABYTE
LIMITS = ((resource.RLIMIT_AS, 512 * MEGABYTE), (resource.RLIMIT_CPU, 10), (resource.RLIMIT_FSIZE, 0))
REFUSED = 3
ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|Encrypt|SubmitForm|ImportData|GoToE)\b"
)
# Object streams behind these filters are not read by us, but would be by a reader.
UNREAD = re.compile(rb"/(ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL|Crypt)\b")


class Refused(Exception):
    """The file is not what is taken."""


def clean_picture(content: bytes) -> bytes:
    """The picture drawn anew: nothing but its pixels is left."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error")
    with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as sent:
        if sent.width * sent.height > MOST_PIXELS or getattr(sent, "n_frames", 1) > 1:
            raise Refused
        upright = ImageOps.exif_transpose(sent)
        fresh = Image.new("RGB", upright.size, "white")
        drawn = upright.convert("RGBA")
        fresh.paste(drawn, mask=drawn.getchannel("A"))
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=88)
    return out.getvalue()


def check_document(content: bytes) -> bytes:
    """The same bytes, if they are a PDF of some pages in which nothing acts and nothing is locked."""
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-1024:]:
        raise Refused
    parts = [_named(content), *(_named(part) for part in _unpacked(content))]
    objects = content.count(b" obj")
    pages = sum(len(re.findall(rb"/Type\s*/Page\b", part)) for part in parts)
    if objects > MOST_OBJECTS or not 0 < pages <= MOST_PAGES:
        raise Refused
    if any(ACTIVE.search(part) for part in parts) or (b"/ObjStm" in parts[0] and UNREAD.search(parts[0])):
        raise Refused
    return content


def _named(part: bytes) -> bytes:
    """Names may be written in hexadecimal (ISO 32000-1, 7.3.5)."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), part)


def _unpacked(content: bytes) -> list[bytes]:
    """What the packed streams hold, as far as they are packed in the usual way."""
    left, found = MOST_UNPACKED, []
    for start in re.finditer(rb"stream\r?\n", content):
        try:
            part = zlib.decompressobj().decompress(content[start.end() :], left)
        except zlib.error:
            continue
        left -= len(part)
        if left <= 0:
            raise Refused
        found.append(part)
    return found


CLEANERS = {"picture": clean_picture, "document": check_document}


def main() -> None:
    """Read, clean, write; whatever goes wrong is a refusal."""
    for what, most in LIMITS:
        resource.setrlimit(what, (most, most))
    try:
        clean = CLEANERS[sys.argv[1]](sys.stdin.buffer.read())
    except BaseException:  # out of memory too: whatever it was, the file is not taken
        sys.exit(REFUSED)
    sys.stdout.buffer.write(clean)


if __name__ == "__main__":
    main()
