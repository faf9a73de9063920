"""A decisive answer that is changed is looked at again; place and ticket stay meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.approving import approve
from eventhub.registration.forms.completing import complete
from eventhub.registration.forms.taking import Sheet
from eventhub.registration.queries import get_registration
from eventhub.registration.reviewing import approve_again, list_reviews
from eventhub.registration.rules import ChangedAgain, RegistrationState
from eventhub.tickets.models import TicketState
from tests.commands.registration.asking import (
    GUEST,
    Known,
    change,
    look_again,
    registered,
    state_of,
    taken,
    tickets,
)
from tests.commands.registration.questions import a_section, ask, typed
from tests.factories import make_event

pytestmark = pytest.mark.usefixtures("books")


@pytest.fixture
def event(both: Flask, app: Flask, now: datetime) -> Event:
    with transaction():
        return make_event(now=now, slug="heat", capacity=3, needs_approval=True)


@pytest.fixture
def topic(event: Event, now: datetime) -> str:
    return ask(event, a_section(event, now=now), now=now, label="Topic?", is_decisive=True)


def approved(topic: str, email: str = GUEST, *, now: datetime) -> Known:
    one = registered("heat", email, now=now, sheet=typed(topic, "Pumps"))
    with transaction():
        approve(get_registration(one.public_id), by="test", now=now)
    return Known(one.public_id)


def since(one: Known) -> datetime | None:
    look_again()
    return get_registration(one.public_id).review_since


def again(one: Known, seen: datetime | None, *, now: datetime) -> None:
    with transaction():
        shown = "" if seen is None else seen.isoformat()
        approve_again(get_registration(one.public_id), seen=shown, by="test", now=now)


def test_a_decisive_change_waits_for_the_organiser_with_place_and_ticket(
    event: Event, topic: str, now: datetime
) -> None:
    ada = approved(topic, now=now)
    before = since(ada)

    change(ada, now=now, sheet=typed(topic, "Boilers"))

    assert (before, since(ada)) == (None, now)
    assert [one.public_id for one in list_reviews(event.id, limit=9)] == [ada.public_id]
    assert (state_of(ada), taken(event.pool_id)) == (RegistrationState.CONFIRMED, 1)
    assert tickets(event) == [TicketState.VALID]


def test_the_first_answer_to_a_decisive_question_added_later_is_looked_at_and_an_empty_one_is_not(
    event: Event, topic: str, now: datetime
) -> None:
    ada = approved(topic, now=now)
    borys = approved(topic, "borys@example.org", now=now)
    added = ask(event, a_section(event, now=now), now=now, label="Level?", is_decisive=True)

    for one, sheet in ((ada, typed(added, "Beginner")), (borys, Sheet())):
        with transaction():
            complete(get_registration(one.public_id), sheet, now=now)

    assert (since(ada), since(borys)) == (now, None)


def test_other_changes_wait_for_nobody(event: Event, topic: str, now: datetime) -> None:
    ada = approved(topic, now=now)

    change(ada, now=now, sheet=typed(topic, "Pumps"), organisation="Other University")

    assert since(ada) is None


def test_without_approval_nothing_is_decided_again(event: Event, topic: str, now: datetime) -> None:
    ada = approved(topic, now=now)
    with transaction():
        db.session.get_one(Event, event.id).needs_approval = False

    change(ada, now=now, sheet=typed(topic, "Boilers"))

    assert since(ada) is None


def test_approved_again_it_waits_no_more_and_asked_twice_nothing_happens(
    event: Event, topic: str, now: datetime
) -> None:
    ada = approved(topic, now=now)
    change(ada, now=now, sheet=typed(topic, "Boilers"))

    again(ada, now, now=now)
    again(ada, now, now=now)

    assert (since(ada), list_reviews(event.id, limit=9)) == (None, [])


def test_what_was_changed_after_the_page_was_shown_is_not_approved_unseen(
    event: Event, topic: str, now: datetime
) -> None:
    ada, later = approved(topic, now=now), now + timedelta(minutes=1)
    change(ada, now=now, sheet=typed(topic, "Boilers"))
    change(ada, now=later, sheet=typed(topic, "Turbines"))

    with pytest.raises(ChangedAgain):
        again(ada, now, now=later)

    assert since(ada) == later
