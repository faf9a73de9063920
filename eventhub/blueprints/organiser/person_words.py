"""How the timeline of a registration says what happened, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from eventhub.attendance.rules import Word
from eventhub.blueprints.gate.saying import SAYINGS
from eventhub.blueprints.organiser import words
from eventhub.blueprints.organiser.attendance_words import WORDS
from eventhub.checkin.rules import Verdict
from eventhub.core.text import N_, localised
from eventhub.mail.rules import MessageState
from eventhub.people.timeline import Moment, Source
from eventhub.web.i18n import language
from eventhub.web.wording import country_name, language_name

ACTIONS = {
    "registration.received": N_("Registration received"),
    "registration.requested": N_("Approval requested"),
    "registration.approved": N_("Approved"),
    "registration.let_in": N_("Approved beyond the places"),
    "payment.paid": N_("Payment marked as paid"),
    "payment.waived": N_("Payment waived"),
    "payment.due": N_("Payment due again"),
    "registration.rejected": N_("Not approved"),
    "registration.waitlisted": N_("Put on the waiting list"),
    "registration.offered": N_("A place was offered"),
    "registration.offered_by_hand": N_("Offered out of turn"),
    "registration.declined": N_("The place was declined"),
    "registration.confirmed": N_("Confirmed"),
    "registration.completed": N_("Data completed"),
    "registration.reminded_to_complete": N_("Reminded to complete the data"),
    "registration.reconfirmed": N_("Said again to be coming"),
    "registration.changed": N_("Answers changed"),
    "registration.handed_over": N_("Handed over to a colleague"),
    "registration.received_from": N_("Place received from a colleague"),
    "registration.review_asked": N_("A decisive answer was changed"),
    "registration.approved_again": N_("Approved again"),
    "registration.walked_in": N_("Registered at the door"),
    "registration.cancelled": N_("Registration cancelled"),
    "registration.wished": N_("Wishes for full sessions changed"),
    "registration.session_offered": N_("A place in a session was offered"),
    "registration.session_offered_by_hand": N_("A place in a session offered out of turn"),
    "registration.seat_taken": N_("Took the place in a session"),
    "registration.seat_declined": N_("Declined the place in a session"),
    "registration.written_again": N_("Letter sent again"),
    "attendance.corrected": N_("Attendance corrected"),
    "ticket.reissued": N_("Ticket replaced"),
    "ticket.voided": N_("Ticket voided"),
    "badge.printed": N_("Badge printed"),
    "letter.resent": N_("Letter tried again"),
    "tag.added": N_("Tag added"),
    "tag.removed": N_("Tag removed"),
}
ACTORS = {
    "guest": N_("by the guest"),
    "holder": N_("by the person"),
    "worker": N_("by EventHub"),
    "system": N_("by EventHub"),
    "shell": N_("by the administrator"),
}
ANSWERS = {
    "full_name": N_("Name"),
    "organisation": N_("Organisation"),
    "country": N_("Country"),
    "language": N_("Language"),
    "sessions": N_("Sessions"),
    "people": N_("People"),
    "attendance": N_("Attendance"),
}
_VALUES: Mapping[str, Callable[[Any], str]] = {
    "country": country_name,
    "language": language_name,
    "sessions": lambda chosen: str(len(chosen)),
    "attendance": lambda word: _(WORDS[Word(word)]),
}
_NAMED_FACTS = ("reason", "tag")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry as the page shows it: a title, by whom, a text of several lines, changes as (what, old, new), and
    a pill."""

    title: str
    who: str = ""
    text: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()
    pill: str = ""
    tone: str = ""


def line_of(moment: Moment) -> Line:
    """The entry in words."""
    return _LINES[moment.source](moment)


def _deed(moment: Moment) -> Line:
    said = [str(moment.facts[name]) for name in _NAMED_FACTS if moment.facts.get(name)]
    if "attendee" in moment.facts:
        said.insert(0, f"{moment.facts['attendee']}, {localised(moment.facts['session'], language())}:")
    return Line(
        title=_(ACTIONS.get(moment.what, moment.what)),
        who=_(ACTORS[moment.who]) if moment.who in ACTORS else moment.who or "",
        text=" ".join(said),
        changes=tuple(_changes(moment.facts.get("old"), moment.facts.get("new"))),
    )


def _changes(old: object, new: object) -> list[tuple[str, str, str]]:
    """Old and new answers that differ; other kinds of old and new are left to the audit."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return []
    differing = [name for name in new if old.get(name) != new[name]]
    return [(_answer(name), _value(name, old.get(name)), _value(name, new[name])) for name in differing]


def _answer(name: str) -> str:
    return _(ANSWERS[name]) if name in ANSWERS else name


def _value(name: str, value: object) -> str:
    if not value:
        return "–"
    return _VALUES.get(name, str)(value)


def _letter(moment: Moment) -> Line:
    state = MessageState(moment.facts["state"])
    return Line(
        title=moment.what,
        text=moment.facts["error"] or "",
        pill=_(words.LETTERS[state]),
        tone=words.LETTER_TONES.get(state, ""),
    )


def _scan(moment: Moment) -> Line:
    saying = SAYINGS[Verdict(moment.what)]
    gate = localised(moment.facts["gate"], language())
    return Line(
        title=_("Scanned at %(gate)s", gate=gate) if gate else _("Scanned"),
        who=moment.who or "",
        text=moment.facts["reason"] or "",
        pill=_(saying.word),
        tone=_SCAN_TONES.get(saying.look, ""),
    )


def _note(moment: Moment) -> Line:
    return Line(title=_("Note"), who=moment.who or "", text=moment.what)


_SCAN_TONES = {"admit": "ok", "already": "warn", "refuse": "err"}
_LINES: dict[Source, Callable[[Moment], Line]] = {
    Source.DEED: _deed,
    Source.LETTER: _letter,
    Source.SCAN: _scan,
    Source.NOTE: _note,
}
