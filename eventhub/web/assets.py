"""Built files by their plain names: asset("app.css") is the address of the hashed file."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request

DIST = Path(__file__).parent.parent / "static" / "dist"
PDF_FONTS = DIST / "pdf-fonts"
IMMUTABLE = "public, max-age=31536000, immutable"


class FrontEndMissing(RuntimeError):
    """The front end is not built, or has no such file: run `make setup`."""


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, asset_integrity=asset_integrity)
    app.after_request(_keep_hashed_files)


def asset(name: str) -> str:
    """The address of a built file. Raises FrontEndMissing."""
    return f"/static/dist/{_entry(name)['file']}"


def asset_integrity(name: str) -> str:
    """Its hash for the integrity attribute (Subresource Integrity)."""
    return _entry(name)["integrity"]


def build_mark() -> str:
    """Changes with every build: part of the ETag of a page that names built files."""
    return _manifest()[1]


def _entry(name: str) -> dict[str, str]:
    try:
        return _manifest()[0][name]
    except KeyError:
        raise FrontEndMissing(name) from None


@lru_cache(maxsize=1)
def _manifest() -> tuple[dict[str, dict[str, str]], str]:
    path = DIST / "manifest.json"
    if not path.exists():
        raise FrontEndMissing(str(path))
    content: dict[str, dict[str, str]] = json.loads(path.read_text())
    return content, sha256(path.read_bytes()).hexdigest()[:16]


def _keep_hashed_files(response: Response) -> Response:
    if request.path.startswith("/static/dist/") and response.status_code in (200, 206, 304):
        response.headers["Cache-Control"] = IMMUTABLE
    return response
