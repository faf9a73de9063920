"""How a verdict is said: as data for the scanner, and in at most three words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.checkin.crew_answers import NO_FACTS, CrewFacts, facts_of_scan
from eventhub.checkin.parties import OPEN_VERDICTS
from eventhub.checkin.people import Person
from eventhub.checkin.queries import Door, list_admitted_types
from eventhub.checkin.rules import NAMELESS, TICKET_TYPE, Verdict
from eventhub.checkin.showing import ScanRecord
from eventhub.core import moments
from eventhub.core.text import N_, localised
from eventhub.web.answers import answer_text, label_of
from eventhub.web.i18n import language
from eventhub.web.prices import price_of

TICKET_TYPES = {TICKET_TYPE: N_("Participant")}


@dataclass(frozen=True, kw_only=True)
class Saying:
    """`look` is the colour and shape of components/verdict.html; `detail` holds `time`, `gate` and `types`."""

    look: str
    word: str
    detail: str = ""


SAYINGS: Mapping[Verdict, Saying] = {
    Verdict.ADMIT: Saying(look="admit", word=N_("Welcome")),
    Verdict.LEFT: Saying(look="admit", word=N_("Goodbye")),
    Verdict.ALREADY_IN: Saying(look="already", word=N_("Already in"), detail=N_("since %(time)s, %(gate)s")),
    Verdict.USED: Saying(look="already", word=N_("Already used"), detail=N_("%(time)s, %(gate)s")),
    Verdict.NOT_INSIDE: Saying(look="already", word=N_("Not inside")),
    Verdict.NOT_YET: Saying(look="refuse", word=N_("Not yet"), detail=N_("Only from %(time)s")),
    Verdict.OVER: Saying(look="refuse", word=N_("Closed now"), detail=N_("since %(time)s")),
    Verdict.OTHER_EVENT: Saying(look="refuse", word=N_("Not this event")),
    Verdict.WRONG_TYPE: Saying(
        look="refuse", word=N_("Other ticket needed"), detail=N_("Only for: %(types)s")
    ),
    Verdict.NOT_BOOKED: Saying(look="refuse", word=N_("Not booked")),
    Verdict.UNPAID: Saying(look="refuse", word=N_("Not paid")),
    Verdict.ASK: Saying(look="ask", word=N_("Check first")),
    Verdict.CANCELLED: Saying(look="refuse", word=N_("Cancelled")),
    Verdict.VOID: Saying(look="refuse", word=N_("Not valid")),
    Verdict.UNKNOWN: Saying(look="refuse", word=N_("Unknown code")),
    Verdict.UNDONE: Saying(look="ask", word=N_("Undone")),
}


@dataclass(frozen=True, kw_only=True)
class Card:
    """One verdict in the reader's language, ready for the page."""

    look: str
    word: str
    name: str
    ticket_type: str
    detail: str
    others: str = ""
    answers: Sequence[tuple[str, str]] = ()


def facts_of(record: ScanRecord, door: Door) -> CrewFacts:
    """What the crew may know of whom the door lets through, or has let through."""
    if record.verdict not in OPEN_VERDICTS or not door.has_crew_facts:
        return NO_FACTS
    return facts_of_scan(record.scan_id, event_id=record.event_id)


def others_in(facts: CrewFacts) -> str:
    """How many come along; empty for nobody."""
    number = facts.companions
    return ngettext("with %(num)s accompanying", "with %(num)s accompanying", number) if number else ""


def answers_in(facts: CrewFacts) -> list[tuple[str, str]]:
    """Questions and what was answered."""
    return [(label_of(one.question), answer_text(one)) for one in facts.answers]


def in_one_line(facts: CrewFacts) -> str:
    """All of it, for a list of people."""
    answers = (f"{question}{_between(question)} {answer}" for question, answer in answers_in(facts))
    return " · ".join(filter(None, (others_in(facts), *answers)))


def _between(question: str) -> str:
    return "" if question.endswith(("?", ":", ".", "!")) else ":"


def answer_of(record: ScanRecord, door: Door) -> dict[str, object]:
    """The stored scan as JSON: of a person the name, the type, what is to be paid, and what the crew may know, as they
    are now; all else is as it was stored."""
    named, facts = record.verdict not in NAMELESS, facts_of(record, door)
    return {
        "scan_id": record.scan_id,
        "verdict": record.verdict,
        "direction": record.direction,
        "scanned_at": record.scanned_at.isoformat(),
        "name": record.full_name,
        "ticket_type": TICKET_TYPE if named else None,
        "ticket_words": type_words(record) if named and (record.ticket_type or record.to_pay) else None,
        "moment": record.moment.isoformat() if record.moment else None,
        "first_gate": dict(record.first_gate) if record.first_gate else None,
        **_known(facts),
    }


def without_names(answer: Mapping[str, object]) -> dict[str, object]:
    """What a screen may show on which everybody looks: of a name its first letter, of others nothing."""
    shown = (
        "scan_id",
        "verdict",
        "direction",
        "scanned_at",
        "ticket_type",
        "ticket_words",
        "moment",
        "first_gate",
    )
    return {**{name: answer.get(name) for name in shown}, "name": initial_of(str(answer.get("name") or ""))}


def initial_of(name: str | None) -> str:
    """What others may read of a name."""
    return f"{name[0]}…" if name else ""


def _known(facts: CrewFacts) -> dict[str, object]:
    answers = [{"question": question, "answer": answer} for question, answer in answers_in(facts)]
    return {"with": others_in(facts) or None, "answers": answers}


def line_of(person: Person) -> dict[str, object]:
    """One person found by name, as JSON."""
    return {
        "ticket": person.number,
        "name": person.full_name,
        "ticket_type": TICKET_TYPE,
        "came_at": person.came_at.isoformat() if person.came_at else None,
        "can_leave": person.can_leave,
        "known": in_one_line(person.facts),
    }


def card_of(
    record: ScanRecord, door: Door, *, facts: CrewFacts = NO_FACTS, types: str = "", now: datetime
) -> Card:
    """`types` names those whom the door admits, where not all."""
    named = record.verdict not in NAMELESS
    saying = SAYINGS[record.verdict]
    time = short_time(record.moment, door.timezone, now=now) if record.moment else ""
    said = {"time": time, "gate": localised(record.first_gate, language()), "types": types}
    return Card(
        look=saying.look,
        word=_(saying.word),
        name=record.full_name or "",
        ticket_type=type_words(record) if named else "",
        detail=(_(saying.detail) % said).rstrip(", ") if saying.detail else "",
        others=others_in(facts),
        answers=answers_in(facts),
    )


def types_at(door: Door) -> str:
    """The ticket types that the door admits, in words; empty where it admits all. One statement, or none."""
    if door.facts.types is None:
        return ""
    return ", ".join(localised(name, language()) for name in list_admitted_types(door))


def questions_at(door: Door) -> list[dict[str, object]]:
    """What the crew ticks when it admits somebody, as JSON."""
    return [
        {"id": one.id, "text": localised(one.text, language()), "required": one.required}
        for one in door.questions
    ]


def type_words(record: ScanRecord) -> str:
    """The type of the ticket, and what is still to be paid for it."""
    name = localised(record.ticket_type, language()) or str(_(TICKET_TYPES[TICKET_TYPE]))
    if record.to_pay is None:
        return name
    return f"{name} · {_('to pay: %(price)s', price=price_of(*record.to_pay))}"


def short_time(moment: datetime, zone: str, *, now: datetime) -> str:
    """The clock of the event; with the day in front when that is not today there."""
    clock, local = moments.clock(moment, zone), moment.astimezone(ZoneInfo(zone))
    if local.date() == now.astimezone(ZoneInfo(zone)).date():
        return clock
    return f"{format_skeleton('MMMd', local, locale=language())} {clock}"
