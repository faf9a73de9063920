"""Which numbers may stand in an address: those that a row of ours can have."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

# PostgreSQL's INTEGER; SQLite takes twice as many digits, and neither takes more.
LARGEST = 2**31 - 1


class RowNumber(IntegerConverter):
    """`<int:number>`: what no row can have is a page that we do not have, and never asks the database."""

    def __init__(self, map: Map, fixed_digits: int = 0, max: int = LARGEST) -> None:
        super().__init__(map, fixed_digits=fixed_digits, max=max)


def init_app(app: Flask) -> None:
    """Before the routes are."""
    app.url_map.converters["int"] = RowNumber
