"""What Chromium takes for its camera: a film of pictures, thirty a second, shown again and again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

from eventhub.tickets.picture import qr_png

SIZE = (640, 480)
A_SECOND = 30


def switches(film: Path) -> tuple[str, ...]:
    """For the start of Chromium: allow the camera without asking, and let it be this film."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


def film(path: Path, *scenes: tuple[str | None, float]) -> Path:
    """Each scene is a text held into the camera as a QR code, or None for nothing, and its seconds."""
    with path.open("wb") as file:
        for text, seconds in scenes:
            file.write(_frame(text) * round(seconds * A_SECOND))
    return path


def _frame(text: str | None) -> bytes:
    frame = Image.new("RGB", SIZE, (96, 90, 84))
    if text is not None:
        side = round(SIZE[1] * 0.5)
        code = Image.open(BytesIO(qr_png(text))).convert("RGB").resize((side, side))
        frame.paste(code, ((SIZE[0] - side) // 2, (SIZE[1] - side) // 2))
    out = BytesIO()
    frame.save(out, format="JPEG", quality=85)
    return out.getvalue()
