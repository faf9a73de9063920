"""The forms of check-in points and their gates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, lazy_pgettext
from wtforms import BooleanField, FormField, HiddenField, RadioField, SelectField

from eventhub.blueprints.organiser.fields import (
    choices_of,
    in_both,
    line,
    moment_of,
    spread,
    wall_clock_field,
)
from eventhub.blueprints.organiser.question_forms import Row
from eventhub.blueprints.organiser.small_forms import LONGEST_NAME, NameForm
from eventhub.blueprints.organiser.type_forms import number
from eventhub.checkin.judging import KIND_WORDS, MODE_WORDS, Mode, PointKind, Window
from eventhub.checkin.models import CheckInPoint
from eventhub.checkin.points import MOST_QUESTIONS, DoorQuestion, PointPlan, questions_of, windows_of
from eventhub.core.ids import public_id
from eventhub.core.text import LANGUAGES, N_, localised, small_number
from eventhub.core.zones import wall_clock
from eventhub.events.models import Session
from eventhub.registration.types.models import TicketType
from eventhub.web.forms import Rows
from eventhub.web.i18n import language

MOST_TYPES = 100
OF_SESSIONS = (PointKind.SESSION, PointKind.SLOT, PointKind.STAND)
ADDED = {kind: words for kind, words in KIND_WORDS.items() if kind is not PointKind.EVENT}


class TypeRow(Row):
    """Whether a ticket type is admitted, and in which hours of its own."""

    type_id = HiddenField()
    admitted = BooleanField()
    opens_at = wall_clock_field(N_("From"), required=False)
    closes_at = wall_clock_field(N_("Until"), required=False)


class CheckRow(Row):
    """Something to be ticked at the door."""

    id = HiddenField()
    text_en = line(N_("In English"), LONGEST_NAME)
    text_ru = line(N_("In Russian"), LONGEST_NAME)
    required = BooleanField(lazy_gettext(N_("Nobody comes in without it")))


class PointForm(NameForm):
    """What is checked, how often, when, and whom it admits."""

    mode = RadioField(lazy_gettext(N_("How often one ticket is admitted")), choices=[])
    opens_at = wall_clock_field(N_("From"), required=False)
    closes_at = wall_clock_field(N_("Until"), required=False)
    all_types = BooleanField(lazy_gettext(N_("Every ticket")), default=True)
    types = Rows(FormField(TypeRow), max_entries=MOST_TYPES)
    booked_only = BooleanField(lazy_gettext(N_("Only who has booked the session")))
    paid_only = BooleanField(lazy_gettext(N_("Only who has paid")))
    most_inside = number(N_("People at once, at most"), 1, 1_000_000)
    questions = Rows(FormField(CheckRow), min_entries=MOST_QUESTIONS, max_entries=MOST_QUESTIONS)
    version = HiddenField(default="1")

    def offer(self, zone: str, types: Sequence[TicketType], point: CheckInPoint | None = None) -> PointForm:
        """Fill the choices; times are by the clocks of the zone. Rows of types that the event lacks are dropped."""
        self.zone = zone
        self.known_questions = [one["id"] for one in point.questions] if point else []
        self.mode.choices = choices_of(MODE_WORDS)
        self.names = {one.public_id: localised(one.name, language()) for one in types}
        known = {row.type_id.data: row.data for row in self.types}
        self.types.entries.clear()
        self.types.last_index = -1
        for type_id in list(self.names)[:MOST_TYPES]:
            self.types.append_entry(known.get(type_id, {"type_id": type_id}))
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Fields first, then the hours, and that somebody is admitted."""
        is_fine = super().validate(extra_validators)
        self.hours = self._window(self)
        self.windows = {row.type_id.data: self._window(row.form) for row in self.types if row.admitted.data}
        if not self.all_types.data and not self.windows:
            self.all_types.errors = [_("Tick the tickets that are admitted, or every ticket.")]
        return is_fine and not self.errors

    def _window(self, form: Any) -> Window:
        """Raises no error: a mistake lies beside its field."""
        opens_at, closes_at = (moment_of(field, self.zone) for field in (form.opens_at, form.closes_at))
        if opens_at and closes_at and closes_at <= opens_at:
            form.closes_at.errors = [*form.closes_at.errors, _("Enter a time after the first one.")]
        return Window(opens_at, closes_at)

    @property
    def seen_version(self) -> int:
        """The one that was on the page; 0 for none."""
        return small_number(self.version.data or "") or 0

    def to_plan(self) -> PointPlan:
        """What was typed, after it was found in order."""
        return PointPlan(
            name=in_both(self, "name"),
            mode=Mode(self.mode.data),
            opens_at=self.hours.opens_at,
            closes_at=self.hours.closes_at,
            types=None if self.all_types.data else self.windows,
            booked_only=self.booked_only.data,
            paid_only=self.paid_only.data,
            most_inside=self.most_inside.data,
            questions=tuple(self._questions()),
        )

    def _questions(self) -> Iterator[DoorQuestion]:
        """Each by an id of its own, whatever the form says."""
        known = set(self.known_questions)
        for row in self.questions:
            text = {each: row.form[f"text_{each}"].data for each in LANGUAGES}
            text = {each: words for each, words in text.items() if words}
            if text:
                name = row.form["id"].data
                is_known = name in known
                known.discard(name)
                yield DoorQuestion(
                    id=name if is_known else public_id(), text=text, required=row.required.data
                )


class NewPointForm(PointForm):
    """A point that is added: what it is for."""

    kind = RadioField(lazy_pgettext("of a check-in point", "What is checked"), choices=[])
    session = SelectField(lazy_gettext(N_("Session")), choices=[])

    def offer_sessions(self, sessions: Iterable[Session]) -> NewPointForm:
        """Fill what it may be for."""
        self.kind.choices = choices_of(ADDED)
        named = [(one.public_id, localised(one.title, language())) for one in sessions]
        self.session.choices = [("", _("None")), *named]
        return self

    @property
    def wanted_kind(self) -> PointKind:
        return PointKind(self.kind.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """A point of a session needs its session, another one has none; a day needs its hours."""
        is_fine = super().validate(extra_validators)
        if self.kind.errors:
            return False
        if self.wanted_kind in OF_SESSIONS and not self.session.data:
            self.session.errors = [_("Choose the session.")]
        if self.wanted_kind is PointKind.DAY and not (self.hours.opens_at and self.hours.closes_at):
            self.opens_at.errors = [*self.opens_at.errors, _("Enter from when until when the day is.")]
        return is_fine and not self.errors


class DoorForm(NameForm):
    """A door: its name, and what is checked there."""

    point = SelectField(lazy_gettext(N_("What is checked here")), choices=[])

    def offer(self, points: Iterable[CheckInPoint]) -> DoorForm:
        """Fill the choice; without a point yet, the event itself is checked."""
        named = [(one.public_id, localised(one.name, language())) for one in points]
        self.point.choices = named or [("", _(KIND_WORDS[PointKind.EVENT]))]
        self.point.data = self.point.data or self.point.choices[0][0]
        return self


def typed_point(point: CheckInPoint, zone: str) -> dict[str, Any]:
    """A point as a PointForm shows it."""
    windows = windows_of(point.types)
    rows = [
        {"type_id": name, "admitted": True, **_clocks(window, zone)}
        for name, window in (windows or {}).items()
    ]
    return {
        **spread(("name",), point),
        **_clocks(Window(point.opens_at, point.closes_at), zone),
        "mode": point.mode.value,
        "all_types": windows is None,
        "types": rows,
        "booked_only": point.booked_only,
        "paid_only": point.paid_only,
        "most_inside": point.most_inside,
        "questions": [
            {
                "id": one.id,
                "required": one.required,
                **{f"text_{each}": one.text.get(each, "") for each in LANGUAGES},
            }
            for one in questions_of(point.questions)
        ],
        "version": str(point.version),
    }


def _clocks(window: Window, zone: str) -> dict[str, Any]:
    return {name: moment and wall_clock(moment, zone) for name, moment in window._asdict().items()}
