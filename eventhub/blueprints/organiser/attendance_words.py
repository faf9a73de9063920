"""How the pages and files of attendance say what they show: days, sessions, times spent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from flask_babel import gettext as _

from eventhub.attendance.queries import Entry, Roll
from eventhub.attendance.rules import Standing, Word
from eventhub.core import moments
from eventhub.core.text import N_, localised
from eventhub.core.tombstones import shown_name
from eventhub.events.models import Event, Session
from eventhub.web.i18n import language

WORDS = {
    Word.ATTENDED: N_("Attended"),
    Word.MISSED: N_("Not attended"),
    Word.AS_SCANNED: N_("As it was scanned"),
}
STANDINGS = {
    Standing.MET: N_("Meets the rule"),
    Standing.SHORT: N_("Not enough yet"),
    Standing.UNSEEN: N_("Never scanned"),
}
# Where no rule asks for anything.
SEEN = N_("Was there")
STANDING_TONES = {Standing.MET: "ok", Standing.SHORT: "warn"}


def standing_name(standing: Standing, *, has_rule: bool) -> str:
    return str(_(SEEN if standing is Standing.SHORT and not has_rule else STANDINGS[standing]))


def spent(time: timedelta) -> str:
    """Hours and minutes: 1:05."""
    minutes = int(time / timedelta(minutes=1))
    return f"{minutes // 60}:{minutes % 60:02}"


def day_name(on: date) -> str:
    """12 Jul, in the reader's language."""
    return str(format_date(on, "d MMM", locale=Locale.parse(language())))


def day_of(session: Session, event: Event) -> date:
    return session.starts_at.astimezone(ZoneInfo(event.timezone)).date()


def session_name(session: Session, event: Event) -> str:
    """12 Jul, 14:00 · Workshop: titles may repeat."""
    return f"{day_name(day_of(session, event))}, {short_name(session, event)}"


def short_name(session: Session, event: Event) -> str:
    """14:00 · Workshop."""
    return f"{moments.clock(session.starts_at, event.timezone)} · {localised(session.title, language())}"


def sheet_header(event: Event, roll: Roll, sessions: Sequence[Session]) -> list[str]:
    """The columns of sheet_rows."""
    header = [
        _("Name"),
        _("Organisation"),
        _("Ticket"),
        _("Rule"),
        _("Days"),
        _("Sessions"),
        _("Minutes in all"),
    ]
    header += [_("%(day)s, minutes", day=day_name(day.on)) for day in roll.programme.days]
    for session in sessions:
        name = session_name(session, event)
        header += [name, _("%(session)s, minutes", session=name)]
    return header


def sheet_rows(roll: Roll, sessions: Sequence[Session]) -> Iterator[list[str]]:
    """A row a person; times are whole minutes, which every spreadsheet adds up."""
    yes, no = _("yes"), _("no")
    for entry in roll.entries:
        seats = entry.attendance.seats
        row = [*_about(entry, has_rule=roll.rule.asks)]
        row += [_minutes(entry.attendance.days.get(day.on)) for day in roll.programme.days]
        for session in sessions:
            seat = seats.get(session.id)
            row += [yes if seat.is_attended else no, _minutes(seat.spent)] if seat else [no, ""]
        yield row


def _about(entry: Entry, *, has_rule: bool) -> list[str]:
    person, attendance = entry.person, entry.attendance
    return [
        shown_name(person.full_name, language()),
        person.organisation,
        person.ticket,
        standing_name(entry.standing, has_rule=has_rule),
        str(len(attendance.days)),
        str(attendance.sessions),
        _minutes(attendance.spent),
    ]


def _minutes(time: timedelta | None) -> str:
    return "" if time is None else str(int(time / timedelta(minutes=1)))
