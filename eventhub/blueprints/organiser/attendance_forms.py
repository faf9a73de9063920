"""The forms of attendance: the rule of an event, and a correction."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from eventhub.attendance.rules import (
    LONGEST_REASON,
    MOST_HOURS,
    MOST_MINUTES,
    MOST_SESSIONS,
    Rule,
    Word,
)
from eventhub.blueprints.organiser.attendance_words import WORDS, session_name
from eventhub.blueprints.organiser.fields import choices_of, line
from eventhub.blueprints.organiser.type_forms import number
from eventhub.core.text import N_
from eventhub.events.models import Event, Session
from eventhub.web.forms import PageForm, offered


class RuleForm(PageForm):
    """What counts as attended, and how much is enough; the fields are those of a Rule."""

    session_minutes = number(N_("Minutes in the session"), 1, MOST_MINUTES)
    session_percent = number(N_("Percent of its length"), 1, 100)
    least_sessions = number(N_("Sessions"), 1, MOST_SESSIONS)
    least_hours = number(N_("Hours in all"), 1, MOST_HOURS)
    least_days_percent = number(N_("Percent of the days"), 1, 100)

    def to_rule(self) -> Rule:
        return Rule(**{name: self[name].data for name in Rule.__annotations__})


class CorrectionForm(PageForm):
    """What is right of one session."""

    session = SelectField(
        lazy_gettext(N_("Session")), validators=[InputRequired(lazy_gettext(N_("Choose a session.")))]
    )
    word = RadioField(
        lazy_gettext(N_("What is right")),
        validators=[InputRequired(lazy_gettext(N_("Choose what is right.")))],
    )
    reason = line(
        N_("Reason"), LONGEST_REASON, validators=[InputRequired(lazy_gettext(N_("Say in a few words why.")))]
    )

    def offer(self, event: Event, sessions: Sequence[Session]) -> CorrectionForm:
        self.session.choices = offered((one.public_id, session_name(one, event)) for one in sessions)
        self.word.choices = choices_of({word: WORDS[word] for word in Word})
        return self
