"""People as files and on paper: whom the address asks for, with the columns that it asks for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from tempfile import TemporaryFile
from typing import IO

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.people import cells_of
from eventhub.blueprints.organiser.people_address import Asked, read_address
from eventhub.blueprints.organiser.people_words import COLUMNS
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.core import clock
from eventhub.core.names import folded
from eventhub.core.tombstones import shown_name
from eventhub.events.models import Event
from eventhub.people.queries import walk_people
from eventhub.people.rules import Sort
from eventhub.people.sheets import write_csv, write_xlsx
from eventhub.web.i18n import language

log = logging.getLogger(__name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Rows = Iterable[Sequence[str]]


@pages.get("/events/<slug>/people.csv")
def people_csv(slug: str) -> ResponseReturnValue:
    return _file(the_event(slug), "csv", "text/csv; charset=utf-8", write_csv)


@pages.get("/events/<slug>/people.xlsx")
def people_xlsx(slug: str) -> ResponseReturnValue:
    def write(file: IO[bytes], header: Sequence[str], rows: Rows) -> None:
        write_xlsx(file, header, rows, made_at=clock.now())

    return _file(the_event(slug), "xlsx", XLSX, write)


def _file(
    event: Event, ending: str, media_type: str, write: Callable[[IO[bytes], Sequence[str], Rows], None]
) -> ResponseReturnValue:
    """Written to the disk first: an answer that breaks off half-way would look whole."""
    asked = read_address(request.args, event)
    log.info("people exported", extra={"of": event.slug, "by": me(), "form": ending})
    file = TemporaryFile()  # noqa: SIM115 - Werkzeug closes it when it is sent
    write(file, [_("Name"), *(_(COLUMNS[column]) for column in asked.columns)], _rows(event, asked))
    file.seek(0)
    return send_file(file, mimetype=media_type, as_attachment=True, download_name=f"{event.slug}.{ending}")


def _rows(event: Event, asked: Asked) -> Iterator[list[str]]:
    cells = cells_of(event, asked)
    for row in walk_people(asked.wish):
        yield [shown_name(row.full_name, language()), *cells.of(row, asked.columns)]


@pages.get("/events/<slug>/people/paper")
def people_paper(slug: str) -> ResponseReturnValue:
    """By first letter, with a box to tick; for a door without power."""
    event = the_event(slug)
    asked = read_address(request.args, event)
    rows = _rows(event, replace(asked, wish=replace(asked.wish, sort=Sort.NAME, is_descending=False)))
    letters = [(letter, list(those)) for letter, those in groupby(rows, lambda row: _letter(row[0]))]
    return render_template(
        "organiser/people_paper.html",
        event=event,
        asked=asked,
        letters=letters,
        total=sum(len(those) for _letter, those in letters),
    )


def _letter(name: str) -> str:
    first = folded(name)[:1].upper()
    return first if first.isalpha() else "#"
