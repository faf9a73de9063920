"""The organiser says what goes out by itself, and sees what people answered."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.mailings.reminders import get_plan, remind
from eventhub.mailings.rules import Plan, ReminderKind
from tests.factories import make_attendee
from tests.web.organiser.desk import error_beside, send, typed_in
from tests.web.reading import texts

PAGE = "/organiser/events/own/letters/reminders"
TYPED = {"remind_days": "2", "reconfirm_days": "7", "give_back_hours": "48", "complete_days": "9"}


def test_all_is_off_until_the_organiser_says_otherwise(organiser: FlaskClient, own: Event) -> None:
    page = organiser.get(PAGE).text

    assert [typed_in(page, name) for name in TYPED] == [""] * 4
    assert get_plan(own.id) == Plan()


def test_numbers_are_stored_and_emptied_again(organiser: FlaskClient, own: Event) -> None:
    assert send(organiser, PAGE, TYPED).status_code == 302
    assert get_plan(own.id) == Plan(remind_days=2, reconfirm_days=7, give_back_hours=48, complete_days=9)

    send(organiser, PAGE, dict.fromkeys(TYPED, ""))

    db.session.expire_all()
    assert get_plan(own.id) == Plan()


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"remind_days": "0"}, "remind_days", "from 1 to 60"),
        ({"remind_days": "61"}, "remind_days", "from 1 to 60"),
        ({"remind_days": "soon"}, "remind_days", "Not a valid integer"),
        ({"reconfirm_days": "99999999999999999999"}, "reconfirm_days", "from 1 to 60"),
        ({"give_back_hours": "241"}, "give_back_hours", "from 1 to 240"),
        ({"reconfirm_days": ""}, "give_back_hours", "had time to answer"),
        ({"reconfirm_days": "1"}, "give_back_hours", "had time to answer"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    organiser: FlaskClient, own: Event, changes: dict[str, str], field: str, says: str
) -> None:
    answer = send(organiser, PAGE, {**TYPED, **changes})

    assert answer.status_code == 422
    assert says in error_beside(answer.text, field)
    assert get_plan(own.id) == Plan()


def test_answers_are_counted(organiser: FlaskClient, own: Event, now: datetime) -> None:
    with transaction():
        public_id = make_attendee(own, now=now).registration.public_id
        remind(public_id, ReminderKind.RECONFIRM, now=now)

    shown = texts(organiser.get(PAGE), "//dl[@class='stats']/div")

    assert shown == ["Have not answered 1", "Come 0", "Gave the place back 0", "Lost the place by silence 0"]
