"""Sections, rooms and series: added, renamed, put in order; and what the overview says first."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db
from eventhub.events.models import Event, Series
from eventhub.events.rules import EventState
from eventhub.events.sections import outline
from eventhub.mail.rules import MessageState
from tests.factories import make_event, make_gate, make_room, make_session
from tests.web.organiser.desk import error_beside, send, summary
from tests.web.organiser.test_people import a_letter

OWN = "/organiser/events/own"
SECTIONS = f"{OWN}/programme/sections"


def titles(event: Event) -> list[tuple[str, int]]:
    db.session.expire_all()
    return [(section.title["en"], depth) for section, depth in outline(event)]


def test_sections_stand_under_their_institutes_and_move_among_their_own(
    organiser: FlaskClient, own: Event
) -> None:
    for title in ("Energy", "Physics"):
        send(organiser, SECTIONS, {"title_en": title, "parent": ""})
    energy, physics = own.sections
    numbers = {"Energy": energy.id, "Physics": physics.id}
    for title in ("Turbines", "Boilers"):
        send(organiser, SECTIONS, {"title_en": title, "parent": str(numbers["Energy"])})
    before = titles(own)

    send(organiser, SECTIONS, {}, to=f"{SECTIONS}/{numbers['Physics']}/up")
    boilers = next(section.id for section, _depth in outline(own) if section.title["en"] == "Boilers")
    send(organiser, SECTIONS, {}, to=f"{SECTIONS}/{boilers}/up")
    send(organiser, SECTIONS, {}, to=f"{SECTIONS}/{boilers}/up")

    assert before == [("Energy", 0), ("Turbines", 1), ("Boilers", 1), ("Physics", 0)]
    assert titles(own) == [("Physics", 0), ("Energy", 0), ("Boilers", 1), ("Turbines", 1)]


def test_a_section_is_renamed_for_everybody_to_see(organiser: FlaskClient, own: Event) -> None:
    send(organiser, SECTIONS, {"title_en": "Energy", "parent": ""})
    address = f"{SECTIONS}/{own.sections[0].id}"
    db.session.expire_all()
    before = own.revision
    nameless = send(organiser, address, {"title_en": " "})
    same = send(organiser, address, {"title_en": "Energy"})
    done = send(organiser, address, {"title_en": "Power", "title_ru": "Энергия"})

    db.session.expire_all()
    assert (nameless.status_code, error_beside(nameless.text, "title_en")) == (422, "Enter a title.")
    assert (same.status_code, done.status_code, own.revision) == (302, 302, before + 1)
    assert own.sections[0].title == {"en": "Power", "ru": "Энергия"}


def test_the_rooms_of_a_venue_that_others_use_are_the_offices(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    room = make_room("101")
    own.venue_id = room.venue_id
    make_event(now=now, venue_id=room.venue_id)
    db.session.commit()

    added = send(organiser, f"{OWN}/rooms", {"name_en": "102"})
    renamed = send(organiser, f"{OWN}/rooms/{room.id}", {"name_en": "Hall", "name_ru": "Зал"})

    db.session.expire_all()
    assert (added.status_code, renamed.status_code) == (409, 409)
    assert [one.name for one in own.venue.rooms] == [{"en": "101", "ru": "101"}]


def test_a_room_is_added_and_renamed_in_every_programme_that_shows_it(
    office: FlaskClient, own: Event, now: datetime
) -> None:
    room = make_room("101")
    own.venue_id = room.venue_id
    neighbour = make_event(now=now, venue_id=room.venue_id)
    session = make_session(neighbour, room_id=room.id)
    db.session.commit()

    added = send(office, f"{OWN}/rooms", {"name_en": "102"})
    renamed = send(office, f"{OWN}/rooms/{room.id}", {"name_en": "Hall", "name_ru": "Зал"})

    db.session.expire_all()
    assert (added.status_code, renamed.status_code) == (302, 302)
    assert [one.name for one in own.venue.rooms] == [{"en": "Hall", "ru": "Зал"}, {"en": "102", "ru": "102"}]
    assert (session.revision, neighbour.revision, own.revision) == (1, 1, 0)


def test_without_a_venue_there_are_no_rooms(organiser: FlaskClient) -> None:
    assert organiser.get(f"{OWN}/rooms").status_code == 404
    assert organiser.get(f"{OWN}/rooms/1").status_code == 404


def test_a_new_series_has_an_address_of_its_own_and_the_event_in_it(
    organiser: FlaskClient, own: Event
) -> None:
    for _ in range(2):
        send(organiser, f"{OWN}/series", {"title_en": "Energy talks"})

    first, second = db.session.scalars(select(Series).order_by(Series.id))
    db.session.refresh(own)
    assert (first.slug, second.slug.startswith("energy-talks-")) == ("energy-talks", True)
    assert own.series_id == second.id


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"state": EventState.DRAFT}, "Venue, online link, or both, as the format says"),
        ({}, "Name a gate, so that tickets can be scanned."),
        ({"gate": True}, "All is ready. Invite people to the public page."),
        ({"gate": True, "starts_at": timedelta(hours=-1)}, "It is on now."),
        (
            {"starts_at": timedelta(days=-2), "ends_at": timedelta(days=-1)},
            "It is over: put it away.",
        ),
    ],
)
def test_the_overview_names_one_next_step(
    organiser: FlaskClient, own: Event, now: datetime, changes: dict[str, object], sentence: str
) -> None:
    for name, value in changes.items():
        if name == "gate":
            make_gate(own)
        else:
            setattr(own, name, now + value if isinstance(value, timedelta) else value)
    db.session.commit()

    page = organiser.get(OWN).text

    step = page.split('<h2 id="next">Next step</h2>')[1].split("</p>")[0]
    assert step.strip() == f"<p>{sentence}"
    assert page.count('class="button"') == 1


def test_the_overview_says_what_needs_attention(organiser: FlaskClient, own: Event, now: datetime) -> None:
    a_letter(own, now=now, state=MessageState.PARKED)
    own.closes_at = now
    db.session.commit()

    box = organiser.get(OWN).text.split('<ul class="attention">')[1].split("</ul>")[0]

    says = [part.split("</span>")[0] for part in box.split("<span>")[1:]]
    assert says == ["1 letter did not arrive.", "Registration is closed."]


def test_a_title_is_missed_beside_its_field(organiser: FlaskClient) -> None:
    answer = send(organiser, f"{OWN}/series", {})

    assert (answer.status_code, summary(answer.text)) == (422, ["Enter a title."])
