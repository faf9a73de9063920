"""Typed words with the forms in which they are looked for: what holds the server and the phone to the same."""

from __future__ import annotations

import json
from pathlib import Path

VECTORS: list[list[object]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
