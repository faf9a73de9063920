"""Unconfirmed places of one network, and letters to one mailbox: what is counted, what is refused, and many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from time import sleep

import pytest
from flask import Flask

from eventhub.core.errors import Refusal
from eventhub.db import transaction
from eventhub.registration import commands, limits
from eventhub.registration.limits import (
    FORMS_OF_A_NETWORK,
    LETTERS_TO_A_MAILBOX,
    MOST_UNCONFIRMED,
    TooManyForms,
    TooManyLetters,
    TooManyUnconfirmed,
)
from eventhub.registration.models import Registration
from eventhub.registration.rules import HOLD
from tests.commands.registration.asking import a_submission, an_ask, cancel, confirm, count
from tests.factories import make_event, make_session
from tests.people import at_once

CAMPUS = "192.0.2.1"


def send(
    number: int,
    *,
    now: datetime,
    address: str = CAMPUS,
    slug: str = "hall",
    sessions: tuple[str, ...] = (),
    count_it: Callable[..., None] = limits.count_submission,
) -> Registration:
    """One form as the page sends it."""
    ask = an_ask(f"guest{number}@example.org", sessions=sessions)
    with transaction():
        count_it(email=ask.email, address=address, slug=slug, sessions=sessions, now=now)
        return commands.register(ask, a_submission(), slug=slug, now=now)


def outcome(deed: Callable[[], object]) -> str:
    try:
        deed()
    except Refusal as refusal:
        return type(refusal).__name__
    return "done"


def test_a_network_holds_half_of_the_places_unconfirmed_and_others_have_the_rest(
    both: Flask, app: Flask, now: datetime
) -> None:
    with transaction():
        make_event(now=now, slug="hall", capacity=5)

    said = [outcome(lambda number=number: send(number, now=now)) for number in range(5)]

    assert said == ["done", "done", "done", "TooManyUnconfirmed", "TooManyUnconfirmed"]
    assert outcome(lambda: send(9, now=now, address="198.51.100.1")) == "done"


def test_a_workshop_counts_by_itself(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        event = make_event(now=now, slug="hall", capacity=100)
        workshop = make_session(event, capacity=2).public_id

    said = [
        outcome(lambda wish=wish, number=number: send(number, now=now, sessions=wish))
        for number, wish in enumerate([(workshop,), (workshop,), ()])
    ]

    assert said == ["done", "TooManyUnconfirmed", "done"]


def test_a_place_of_an_event_with_one_place_can_be_had(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="hall", capacity=1)

    assert outcome(lambda: send(1, now=now)) == "done"


def test_what_is_confirmed_cancelled_or_over_counts_no_more(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="hall", capacity=4)
    moments = [now + timedelta(seconds=number) for number in range(3)]
    first, second = send(1, now=moments[0]), send(2, now=moments[1])

    full = outcome(lambda: send(3, now=moments[2]))
    confirm(first, now=moments[2])
    after_confirming = outcome(lambda: send(3, now=moments[2]))
    cancel(second, now=moments[2])
    after_cancelling = outcome(lambda: send(4, now=moments[2]))
    later = outcome(lambda: send(5, now=moments[2] + HOLD))

    assert (full, after_confirming, after_cancelling, later) == (
        "TooManyUnconfirmed",
        "done",
        "done",
        "done",
    )


def test_a_lecture_hall_that_confirms_behind_one_address_is_never_refused(app: Flask, now: datetime) -> None:
    """150 students in ten minutes, a full hall; each letter takes two minutes."""
    with transaction():
        make_event(now=now, slug="hall", capacity=150)
    waiting: list[Registration] = []

    for number in range(150):
        moment = now + timedelta(seconds=4 * number)
        waiting.append(send(number, now=moment))
        if number >= 30:
            confirm(waiting.pop(0), now=moment)

    assert (count(Registration), len(waiting)) == (150, 30)


def test_a_network_holds_no_more_than_a_hall_over_all_events(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="hall")
        make_event(now=now, slug="other")
    for number in range(MOST_UNCONFIRMED):
        send(number, now=now + timedelta(seconds=number))

    with pytest.raises(TooManyUnconfirmed) as refused:
        send(999, slug="other", now=now + timedelta(minutes=20))

    assert (refused.value.retry_after, refused.value.facts["minutes"]) == (601, 10)
    assert outcome(lambda: send(999, now=now + timedelta(minutes=20), address="198.51.100.1")) == "done"


def test_who_takes_part_already_is_refused_as_a_stranger_is(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="hall", capacity=2)
    send(1, now=now)

    assert [outcome(lambda number=number: send(number, now=now)) for number in (1, 2)] == [
        "TooManyUnconfirmed"
    ] * 2


@pytest.mark.parametrize("takes_part", [True, False])
def test_a_mailbox_is_written_to_ten_times_an_hour_over_all_events(
    both: Flask, app: Flask, now: datetime, takes_part: bool
) -> None:
    with transaction():
        slugs = [make_event(now=now).slug for _ in range(LETTERS_TO_A_MAILBOX.tries + 1)]
    for number, slug in enumerate(slugs[:-1]):
        send(1, slug=slugs[0] if takes_part else slug, now=now, address=f"198.51.100.{number}")

    with pytest.raises(TooManyLetters) as refused:
        send(1, slug=slugs[-1], now=now)

    assert refused.value.retry_after == 3601
    assert outcome(lambda: send(2, slug=slugs[-1], now=now)) == "done"
    assert outcome(lambda: send(1, slug=slugs[-1], now=now + timedelta(hours=1))) == "done"


def test_a_network_that_only_sends_known_addresses_ends_too(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="hall")
        for number in range(FORMS_OF_A_NETWORK.tries):
            limits.count_submission(
                email=f"{number}@example.org", address=CAMPUS, slug="hall", sessions=(), now=now
            )

    with pytest.raises(TooManyForms) as refused:
        send(1, now=now + timedelta(minutes=30))

    assert refused.value.facts["minutes"] == 30


def test_a_refused_form_counts_for_nothing(both: Flask, app: Flask, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="hall", capacity=2)
    send(1, now=now)

    for _ in range(FORMS_OF_A_NETWORK.tries // 10):
        assert outcome(lambda: send(2, now=now)) == "TooManyUnconfirmed"

    assert outcome(lambda: send(2, now=now, address="198.51.100.1")) == "done"


@pytest.mark.parametrize("sessions", [("\x00",), ("x" * 500,), tuple(map(str, range(20_000)))])
def test_hostile_choices_are_no_error_of_the_count(
    both: Flask, app: Flask, now: datetime, sessions: tuple[str, ...]
) -> None:
    with transaction():
        limits.count_submission(email="a@example.org", address="", slug="x\x01", sessions=sessions, now=now)


def unqueued(*, email: str, address: str, slug: str, sessions: tuple[str, ...], now: datetime) -> None:
    """The control: the same conditional statement, but nobody waits for others of the network before it."""
    limits.note_hold(address, slug=slug, sessions=sessions, now=now)
    sleep(0.02)


@pytest.mark.parametrize(("count_it", "is_exact"), [(limits.count_submission, True), (unqueued, False)])
def test_thirty_at_once_from_one_network_hold_half_and_without_their_queue_more(
    postgresql_app: Flask, app: Flask, now: datetime, count_it: Callable[..., None], is_exact: bool
) -> None:
    with postgresql_app.app_context():
        results = _rush(postgresql_app, now=now, count_it=count_it)

        assert set(results) <= {"done", "TooManyUnconfirmed", "EventFull"}
        assert (results["done"] == 5) is is_exact


def test_thirty_at_once_from_one_network_hold_half_on_one_writer_too(app: Flask, now: datetime) -> None:
    assert _rush(app, now=now, count_it=limits.count_submission) == {"done": 5, "TooManyUnconfirmed": 25}


def _rush(app: Flask, *, now: datetime, count_it: Callable[..., None]) -> Counter[str]:
    with transaction():
        slug = make_event(now=now, capacity=10).slug
    said = at_once(
        app,
        lambda number: outcome(
            lambda: send(number, slug=slug, now=now + timedelta(seconds=number), count_it=count_it)
        ),
        times=30,
    )
    return Counter(said)
