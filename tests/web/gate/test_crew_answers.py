"""What the door shows of a registration's answers: those for the crew, of its own event, and never what lies sealed."""

from __future__ import annotations

from uuid import uuid4

import pytest

from eventhub.accounts.rules import Role
from eventhub.db import transaction
from eventhub.registration.forms.completing import complete
from eventhub.registration.forms.shapes import PEOPLE, Audience, DataClass, Option, QuestionKind
from eventhub.registration.forms.taking import Sheet
from eventhub.registration.queries import get_registration
from tests.commands.registration.questions import a_section, ask, ask_otherwise
from tests.factories import grant, make_event, make_gate
from tests.web.gate.door import Door

CREW = Audience.CREW


@pytest.fixture
def badge(door: Door) -> tuple[str, int]:
    """The question for the crew and its section; the guest has answered it and three others."""
    section = a_section(door.event, now=door.now)
    people = {"kind": QuestionKind.ACCOMPANYING, "at_most": 3, "options": (Option(key=PEOPLE, label={}),)}
    said = {
        ask(door.event, section, now=door.now, label="Parcel for us?", audience=CREW): ["A box of badges"],
        ask(door.event, section, now=door.now, label="Own secret?"): ["For organisers"],
        ask(
            door.event, section, now=door.now, label="Illness?", audience=CREW, data_class=DataClass.HEALTH
        ): ["Sealed away"],
        ask(door.event, section, now=door.now, label="Who comes along?", **people): [
            "Linda",
            "",
            "Paul",
            "son",
        ],
    }
    with transaction():
        complete(get_registration(door.attendee.registration.public_id), Sheet(typed=said), now=door.now)
    return next(iter(said)), section


def told(door: Door) -> tuple[object, object]:
    answer = door.scan(scan_id=str(uuid4())).json
    return answer["with"], answer["answers"]


PARCEL = {"question": "Parcel for us?", "answer": "A box of badges"}


@pytest.mark.usefixtures("badge")
def test_a_scan_says_what_is_for_the_crew_and_how_many_come_along(door: Door) -> None:
    said, page = told(door), door.submit().text

    assert said == ("with 2 accompanying", [PARCEL])
    assert ("A box of badges" in page, "with 2 accompanying" in page) == (True, True)
    assert [word for word in ("For organisers", "Sealed away", "Linda") if word in page] == []


@pytest.mark.usefixtures("badge")
def test_a_name_that_is_looked_up_says_the_same(door: Door) -> None:
    (hit,) = door.client.get(f"{door.url}/people?q=ada").json["people"]
    page = door.client.get(f"{door.url}?q=ada").text

    assert hit["known"] == "with 2 accompanying · Parcel for us? A box of badges"
    assert hit["known"] in page


def test_a_question_that_is_for_the_crew_no_more_says_nothing(door: Door, badge: tuple[str, int]) -> None:
    name, section = badge

    ask_otherwise(door.event, name, section, now=door.now, label="Parcel for us?")

    assert told(door) == ("with 2 accompanying", [])


@pytest.mark.usefixtures("badge")
def test_the_gate_of_another_event_is_told_nothing(door: Door) -> None:
    with transaction():
        other = make_event(now=door.now, starts_at=door.event.starts_at, ends_at=door.event.ends_at)
        grant(door.crew, Role.CHECKIN_STAFF, now=door.now, event=other)
        door.gate = make_gate(other)
    ask(other, a_section(other, now=door.now), now=door.now, audience=CREW)

    answer = door.scan()

    assert (answer.json["verdict"], told(door)) == ("other_event", (None, []))
    assert "A box of badges" not in door.client.get(f"{door.url}/people?q=ada").text
