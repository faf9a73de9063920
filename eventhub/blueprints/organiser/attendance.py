"""Attendance of an event: people by days or by the sessions of a day, the rule for certificates, corrections."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.attendance.commands import correct, set_rule
from eventhub.attendance.queries import (
    entry_of,
    find_rule,
    get_person,
    list_corrected,
    list_corrections,
    page_of_roll,
    programme_of,
    roll_of,
)
from eventhub.attendance.rules import Programme, Standing, Word
from eventhub.blueprints.organiser import attendance_words
from eventhub.blueprints.organiser.attendance_forms import CorrectionForm, RuleForm
from eventhub.blueprints.organiser.attendance_words import day_of, sheet_header, sheet_rows
from eventhub.blueprints.organiser.deeds import accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.people_address import LONGEST_TEXT, MOST_PAGES
from eventhub.blueprints.organiser.people_lists import XLSX
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.core import clock
from eventhub.core.text import clean_line
from eventhub.events.models import Event, Session
from eventhub.people.sheets import write_csv, write_xlsx

log = logging.getLogger(__name__)
# More columns than these are shown only where somebody came.
MOST_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for: words, how people stand to the rule, the day whose sessions are shown, the page."""

    text: str
    standing: Standing | None
    day: date | None
    page: int

    def query(self, **changes: Any) -> str:
        """The query string with changes; anything but `page` begins on page one."""
        wanted = {"q": self.text, "standing": self.standing, "day": self.day, "page": 1, **changes}
        pairs = {name: str(value) for name, value in wanted.items() if value and value != 1}
        return urlencode(pairs)


def read_address() -> Asked:
    """Nonsense asks for nothing."""
    standing = next((one for one in Standing if one == request.args.get("standing")), None)
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 10 else 1
    return Asked(
        text=clean_line(request.args.get("q", ""))[:LONGEST_TEXT],
        standing=standing,
        day=_day(request.args.get("day", "")),
        page=min(max(number, 1), MOST_PAGES),
    )


def _day(asked: str) -> date | None:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return None


@pages.route("/events/<slug>/attendance", methods=["GET", "POST"])
def attendance(slug: str) -> ResponseReturnValue:
    """The table, and the rule by which it counts."""
    event = the_event(slug)
    form = RuleForm(data=vars(find_rule(event.id)))
    if accepted(form, lambda: set_rule(event, form.to_rule(), by=me(), now=clock.now())):
        flash(_("The rule is stored. It counts at once, also for what was scanned before."))
        return redirect(url_for(".attendance", slug=slug))
    asked = read_address()
    roll = page_of_roll(event, page=asked.page, text=asked.text, standing=asked.standing)
    shown = _shown_sessions(event, roll.programme)
    days = sorted({day_of(one, event) for one in shown})
    page = render_template(
        "organiser/attendance.html",
        event=event,
        form=form,
        asked=asked,
        roll=roll,
        days=[one.on for one in roll.programme.days] if len(roll.programme.days) <= MOST_DAYS else days,
        days_with_sessions=days,
        sessions=[one for one in shown if day_of(one, event) == asked.day],
        says=attendance_words,
        standings=[one for one in Standing if roll.rule.asks or one is not Standing.MET],
    )
    return page, status_of(form)


def _shown_sessions(event: Event, programme: Programme) -> list[Session]:
    """Those of which something may be claimed: with a point of their own, or with a correction."""
    known = programme.counted | list_corrected(event.id)
    return [one for one in event.sessions if one.id in known and one.id in programme.sessions]


@pages.get("/events/<slug>/attendance.<any(csv, xlsx):ending>")
def attendance_sheet(slug: str, ending: str) -> ResponseReturnValue:
    """Whom the address asks for, with every day and session. Written to the disk first, as people are."""
    event, asked = the_event(slug), read_address()
    log.info("attendance exported", extra={"of": event.slug, "by": me(), "form": ending})
    roll = roll_of(event, text=asked.text, standing=asked.standing)
    sessions = _shown_sessions(event, roll.programme)
    header, rows = sheet_header(event, roll, sessions), sheet_rows(roll, sessions)
    file = TemporaryFile()  # noqa: SIM115 - Werkzeug closes it when it is sent
    if ending == "csv":
        write_csv(file, header, rows)
    else:
        write_xlsx(file, header, rows, made_at=clock.now())
    file.seek(0)
    media_type = "text/csv; charset=utf-8" if ending == "csv" else XLSX
    name = f"{event.slug}-attendance.{ending}"
    return send_file(file, mimetype=media_type, as_attachment=True, download_name=name)


@pages.route("/events/<slug>/attendance/<number>", methods=["GET", "POST"])
def person_attendance(slug: str, number: str) -> ResponseReturnValue:
    """One person by the number of the ticket, and what is right of a session."""
    event = the_event(slug)
    person, programme, rule = get_person(event, number), programme_of(event), find_rule(event.id)
    held = [one for one in event.sessions if one.id in programme.sessions]
    form = CorrectionForm(data={"session": request.args.get("session")}).offer(event, held)

    def deed() -> None:
        session = next(one for one in held if one.public_id == form.session.data)
        word, reason = Word(form.word.data), form.reason.data or ""
        correct(person, session, word, reason=reason, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The correction is stored."))
        return redirect(url_for(".person_attendance", slug=slug, number=number))
    page = render_template(
        "organiser/person_attendance.html",
        event=event,
        person=person,
        entry=entry_of(event, person, programme, rule),
        sessions=_shown_sessions(event, programme),
        corrections=list_corrections(person.attendee_id),
        rule=rule,
        form=form,
        held=held,
        says=attendance_words,
    )
    return page, status_of(form)
