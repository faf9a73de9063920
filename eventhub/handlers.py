"""The one table: what each kind of later work does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

HANDLERS: dict[str, Callable[[datetime], None]] = {}
