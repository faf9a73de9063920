"""Writes verdicts.json: cases thought of by hand, and generated ones whose verdict comes from a list of plain rules.

Run `python -m tests.vectors.verdicts` after a change of the rules, and read the difference.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FILE = Path(__file__).with_name("verdicts.json")
GENERATED = 400
Case = dict[str, Any]

NOON = "2027-07-12T12:00:00+00:00"
OPENS, CLOSES = "2027-07-12T06:00:00+00:00", "2027-07-13T17:00:00+00:00"
TICKET: Case = {
    "event_id": 7,
    "is_current": True,
    "is_void": False,
    "registration_cancelled": False,
    "ticket_type": None,
    "has_booked": False,
    "owes": False,
    "is_inside": False,
    "entered_at": None,
}
POINT: Case = {
    "event_id": 7,
    "version": 1,
    "is_cancelled": False,
    "kind": "event",
    "mode": "reentry",
    "timezone": "Europe/Moscow",
    "opens_at": OPENS,
    "closes_at": CLOSES,
    "types": None,
    "booked_only": False,
    "paid_only": False,
    "asks": False,
    "required": [],
}
INSIDE = {"is_inside": True, "entered_at": "2027-07-12T08:15:00+00:00"}
LEFT = {"is_inside": False, "entered_at": "2027-07-12T08:15:00+00:00"}
SPEAKERS = {"types": {"speaker": [None, None], "guest": ["2027-07-12T13:00:00+00:00", None]}}


def case(why: str, verdict: str, moment: str | None = None, **facts: Any) -> Case:
    """One case; `facts` are those of the ticket and the point that differ, `direction`, `now` and `ticked`."""
    asked = {"direction": "entry", "now": NOON, "ticked": None}
    known = {name: facts.pop(name, usual) for name, usual in asked.items()}
    ticket = None if facts.get("ticket", True) is None else {**TICKET, **facts.pop("ticket", {})}
    return {
        "why": why,
        "ticket": ticket,
        "point": {**POINT, **facts.pop("point", {})},
        **known,
        "verdict": verdict,
        "moment": moment,
    }


def by_hand() -> list[Case]:
    """Every rule, its edges, and which of two reasons is said."""
    since = INSIDE["entered_at"]
    once, daily, meal = {"mode": "once"}, {"mode": "daily"}, {"kind": "meal", "mode": "once"}
    late = {"opens_at": "2027-07-12T12:00:00+00:00", "closes_at": "2027-07-12T12:30:00+00:00"}
    stamp = {"asks": True, "required": ["photo"]}
    return [
        case("a good ticket in the middle of the event", "admit"),
        case("inside already", "already_in", since, ticket=INSIDE),
        case("who left may come back", "admit", ticket=LEFT),
        case("a code that nobody signed", "unknown", ticket=None),
        case("a code that nobody signed, to leave", "unknown", ticket=None, direction="exit"),
        case("unknown comes before a cancelled event", "unknown", ticket=None, point={"is_cancelled": True}),
        case("unknown comes before too early", "unknown", ticket=None, now="2027-07-01T00:00:00+00:00"),
        case("a ticket of another event", "other_event", ticket={"event_id": 8}),
        case("another event's void ticket", "other_event", ticket={"event_id": 8, "is_void": True}),
        case("another event's ticket, to leave", "other_event", ticket={"event_id": 8}, direction="exit"),
        case("the event is cancelled", "cancelled", point={"is_cancelled": True}),
        case("the registration is cancelled", "cancelled", ticket={"registration_cancelled": True}),
        case(
            "cancelled comes before void",
            "cancelled",
            ticket={"registration_cancelled": True, "is_void": True},
        ),
        case("a void ticket", "void", ticket={"is_void": True}),
        case("a code that a later one replaced", "void", ticket={"is_current": False}),
        case(
            "void comes before too early", "void", ticket={"is_void": True}, now="2027-07-01T00:00:00+00:00"
        ),
        case("the moment it opens", "admit", now=OPENS),
        case("a second before it opens", "not_yet", OPENS, now="2027-07-12T05:59:59+00:00"),
        case("the moment it closes", "over", CLOSES, now=CLOSES),
        case("a second before it closes", "admit", now="2027-07-13T16:59:59+00:00"),
        case(
            "too early comes before inside already",
            "not_yet",
            OPENS,
            ticket=INSIDE,
            now="2027-07-12T05:00:00+00:00",
        ),
        case(
            "over comes before inside already", "over", CLOSES, ticket=INSIDE, now="2027-07-14T00:00:00+00:00"
        ),
        case("who is inside leaves", "left", ticket=INSIDE, direction="exit"),
        case("who is not inside can't leave", "not_inside", direction="exit"),
        case("who left can't leave again", "not_inside", ticket=LEFT, direction="exit"),
        case(
            "who is inside leaves a cancelled event",
            "left",
            ticket=INSIDE,
            direction="exit",
            point={"is_cancelled": True},
        ),
        case(
            "who is inside leaves with a void ticket",
            "left",
            ticket={**INSIDE, "is_void": True},
            direction="exit",
        ),
        case(
            "who is inside leaves after the end",
            "left",
            ticket=INSIDE,
            direction="exit",
            now="2027-07-20T00:00:00+00:00",
        ),
        case("leaving asks nothing about the type", "left", ticket=INSIDE, direction="exit", point=SPEAKERS),
        case("leaving asks nothing at the door", "left", ticket=INSIDE, direction="exit", point=stamp),
        case("a meal has no exit", "not_inside", ticket=INSIDE, direction="exit", point=meal),
        case(
            "a hand-out has no exit",
            "not_inside",
            ticket=INSIDE,
            direction="exit",
            point={**meal, "kind": "hand_out"},
        ),
        case("a first meal", "admit", point=meal),
        case("a second meal", "used", since, ticket=INSIDE, point=meal),
        case("once, and inside", "used", since, ticket=INSIDE, point=once),
        case("once, and gone again", "used", since, ticket=LEFT, point=once),
        case("once, the day after", "used", since, ticket=LEFT, point=once, now="2027-07-13T08:00:00+00:00"),
        case("once a day, the same day", "used", since, ticket=INSIDE, point=daily),
        case("once a day, left and back the same day", "used", since, ticket=LEFT, point=daily),
        case(
            "once a day, the next day", "admit", ticket=INSIDE, point=daily, now="2027-07-13T08:00:00+00:00"
        ),
        case(
            "the day begins at the event's midnight, not before",
            "used",
            since,
            ticket=INSIDE,
            point=daily,
            now="2027-07-12T20:59:59+00:00",
        ),
        case(
            "the day begins at the event's midnight",
            "admit",
            ticket=INSIDE,
            point=daily,
            now="2027-07-12T21:00:00+00:00",
        ),
        case(
            "a day of 23 hours, when clocks go forward",
            "admit",
            ticket={**INSIDE, "entered_at": "2027-03-28T21:30:00+00:00"},
            point={**daily, "timezone": "Europe/Berlin", "opens_at": "2027-03-01T00:00:00+00:00"},
            now="2027-03-28T22:00:00+00:00",
        ),
        case(
            "a day of 25 hours, when clocks go back",
            "used",
            "2027-10-30T22:30:00+00:00",
            ticket={**INSIDE, "entered_at": "2027-10-30T22:30:00+00:00"},
            point={
                **daily,
                "timezone": "Europe/Berlin",
                "opens_at": "2027-03-01T00:00:00+00:00",
                "closes_at": "2027-12-01T00:00:00+00:00",
            },
            now="2027-10-31T22:59:59+00:00",
        ),
        case(
            "an admission later than now counts as of this day",
            "used",
            "2027-07-12T23:30:00+00:00",
            ticket={**INSIDE, "entered_at": "2027-07-12T23:30:00+00:00"},
            point=daily,
        ),
        case("any number of times, inside", "admit", ticket=INSIDE, point={"mode": "unlimited"}),
        case(
            "any number of times, and leaving",
            "left",
            ticket=INSIDE,
            direction="exit",
            point={"mode": "unlimited"},
        ),
        case("a type that may enter", "admit", ticket={"ticket_type": "speaker"}, point=SPEAKERS),
        case("a type that may not", "wrong_type", ticket={"ticket_type": "press"}, point=SPEAKERS),
        case("no type where types are named", "wrong_type", point=SPEAKERS),
        case("no type admitted at all", "wrong_type", ticket={"ticket_type": "speaker"}, point={"types": {}}),
        case(
            "a type before its own hour",
            "not_yet",
            "2027-07-12T13:00:00+00:00",
            ticket={"ticket_type": "guest"},
            point=SPEAKERS,
        ),
        case(
            "a type in its own hour",
            "admit",
            ticket={"ticket_type": "guest"},
            point=SPEAKERS,
            now="2027-07-12T13:00:00+00:00",
        ),
        case(
            "a type after its own hour",
            "over",
            "2027-07-12T11:00:00+00:00",
            ticket={"ticket_type": "guest"},
            point={"types": {"guest": [None, "2027-07-12T11:00:00+00:00"]}},
        ),
        case(
            "a type's hours may be wider than the point's",
            "admit",
            ticket={"ticket_type": "speaker"},
            point={**late, "types": {"speaker": ["2027-07-12T08:00:00+00:00", None]}},
            now="2027-07-12T08:00:00+00:00",
        ),
        case(
            "the wrong type comes before too early",
            "wrong_type",
            point=SPEAKERS,
            now="2027-07-01T00:00:00+00:00",
        ),
        case("void comes before the wrong type", "void", ticket={"is_void": True}, point=SPEAKERS),
        case("who has booked", "admit", ticket={"has_booked": True}, point={"booked_only": True}),
        case("who has not booked", "not_booked", point={"booked_only": True}),
        case(
            "not booked comes before over",
            "not_booked",
            point={"booked_only": True},
            now="2027-08-01T00:00:00+00:00",
        ),
        case("the wrong type comes before not booked", "wrong_type", point={**SPEAKERS, "booked_only": True}),
        case("booking is asked only where it counts", "admit", ticket={"has_booked": False}),
        case("who owes where all must have paid", "unpaid", ticket={"owes": True}, point={"paid_only": True}),
        case("who has paid", "admit", point={"paid_only": True}),
        case("who owes where that is no matter", "admit", ticket={"owes": True}),
        case(
            "used comes before unpaid",
            "used",
            since,
            ticket={**INSIDE, "owes": True},
            point={**once, "paid_only": True},
        ),
        case("something has to be ticked", "ask", point=stamp),
        case("nothing of it is ticked", "ask", point=stamp, ticked=[]),
        case("what may be ticked is asked too", "ask", point={"asks": True}),
        case("what may be ticked is not", "admit", point={"asks": True}, ticked=[]),
        case("it is ticked", "admit", point=stamp, ticked=["photo"]),
        case("something else is ticked", "ask", point=stamp, ticked=["band"]),
        case(
            "one of two is ticked",
            "ask",
            point={"asks": True, "required": ["photo", "band"]},
            ticked=["band"],
        ),
        case("more is ticked than has to be", "admit", point=stamp, ticked=["photo", "band"]),
        case(
            "unpaid comes before what has to be ticked",
            "unpaid",
            ticket={"owes": True},
            point={**stamp, "paid_only": True},
        ),
        case(
            "inside already comes before what has to be ticked",
            "already_in",
            since,
            ticket=INSIDE,
            point=stamp,
        ),
    ]


def generated() -> list[Case]:
    """Facts by chance, always the same ones, the moments near the edges."""
    chance = random.Random("verdicts")
    return [_by_rules(number, _some_facts(chance)) for number in range(1, GENERATED + 1)]


def _some_facts(chance: random.Random) -> Case:
    def rarely() -> bool:
        return chance.random() < 0.06

    def moment() -> datetime:
        return start + timedelta(minutes=15 * chance.randrange(-40, 160))

    start = datetime(2027, 7, 12, 6, tzinfo=UTC)
    entered = moment() if chance.random() < 0.6 else None
    types = {
        name: [moment().isoformat() if rarely() else None, moment().isoformat() if rarely() else None]
        for name in ("a", "b", "c")
        if chance.random() < 0.7
    }
    ticket = {
        "event_id": 8 if rarely() else 7,
        "is_current": not rarely(),
        "is_void": rarely(),
        "registration_cancelled": rarely(),
        "ticket_type": chance.choice([None, "a", "b", "c"]),
        "has_booked": chance.random() < 0.6,
        "owes": chance.random() < 0.3,
        "is_inside": entered is not None and chance.random() < 0.6,
        "entered_at": entered.isoformat() if entered else None,
    }
    point = {
        "event_id": 7,
        "version": chance.randrange(1, 9),
        "is_cancelled": rarely(),
        "kind": chance.choice(["event", "day", "session", "slot", "stand", "meal", "hand_out"]),
        "mode": chance.choice(["once", "daily", "reentry", "unlimited"]),
        "timezone": chance.choice(
            ["Europe/Moscow", "Asia/Vladivostok", "America/New_York", "Asia/Kathmandu"]
        ),
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "types": types if chance.random() < 0.5 else None,
        "booked_only": chance.random() < 0.3,
        "paid_only": chance.random() < 0.3,
        "required": (required := chance.choice([[], [], ["photo"], ["photo", "band"]])),
        "asks": bool(required) or chance.random() < 0.2,
    }
    return {
        "ticket": None if chance.random() < 0.03 else ticket,
        "point": point,
        "direction": "exit" if chance.random() < 0.2 else "entry",
        "now": moment().isoformat(),
        "ticked": chance.choice([None, [], ["photo"], ["photo", "band"]]),
    }


def _by_rules(number: int, facts: Case) -> Case:
    verdict, moment = next((name, at) for applies, name, at in _rules(facts) if applies)
    return {"why": f"by chance, {number}", **facts, "verdict": verdict, "moment": moment}


def _rules(facts: Case) -> list[tuple[bool, str, str | None]]:
    """Whether each reason holds, apart from the others, in the order in which they are said."""
    point, ticket = facts["point"], facts["ticket"]
    if ticket is None:
        return [(True, "unknown", None)]
    entry, entered = facts["direction"] == "entry", ticket["entered_at"]
    own = (point["types"] or {}).get(ticket["ticket_type"]) or [None, None]
    opens, closes = own[0] or point["opens_at"], own[1] or point["closes_at"]
    now = _moment(facts["now"])
    zone = ZoneInfo(point["timezone"])
    today = entered is not None and _moment(entered).astimezone(zone).date() >= now.astimezone(zone).date()
    leaves = ticket["is_inside"] and point["kind"] not in ("meal", "hand_out")
    return [
        (ticket["event_id"] != point["event_id"], "other_event", None),
        (not entry and leaves, "left", None),
        (not entry, "not_inside", None),
        (point["is_cancelled"] or ticket["registration_cancelled"], "cancelled", None),
        (ticket["is_void"] or not ticket["is_current"], "void", None),
        (point["types"] is not None and ticket["ticket_type"] not in point["types"], "wrong_type", None),
        (point["booked_only"] and not ticket["has_booked"], "not_booked", None),
        (now < _moment(opens), "not_yet", opens),
        (now >= _moment(closes), "over", closes),
        (point["mode"] == "reentry" and ticket["is_inside"], "already_in", entered),
        (point["mode"] == "once" and entered is not None, "used", entered),
        (point["mode"] == "daily" and today, "used", entered),
        (point["paid_only"] and ticket["owes"], "unpaid", None),
        (point["asks"] and facts["ticked"] is None, "ask", None),
        (not set(point["required"]) <= set(facts["ticked"] or []), "ask", None),
        (True, "admit", None),
    ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def whole_file() -> str:
    """A line a case, so that a difference can be read."""
    cases = [json.dumps(one, ensure_ascii=False) for one in (*by_hand(), *generated())]
    return "[\n " + ",\n ".join(cases) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(whole_file(), encoding="utf-8")
