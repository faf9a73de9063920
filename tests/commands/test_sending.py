"""Letters leave by a real SMTP server: once each, in order, and none of them stops the others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eventhub.core.errors import IllegalMove
from eventhub.db import db, transaction
from eventhub.mail import outbox, postmen, sending
from eventhub.mail.envelope import Attachment, Sender
from eventhub.mail.models import Message
from eventhub.mail.outbox import Recipient
from eventhub.mail.rules import BATCH, CLAIM_LIVES, MARKED_TOGETHER, MessageState
from eventhub.mail.sending import PostOffice, send_due_letters
from tests import smtp

SENDER = Sender(address="EventHub <no-reply@eventhub.example>", host="eventhub.example")
FACTS = {"code": "123456", "link": "https://eventhub.example/x", "minutes": 10}


@pytest.fixture(autouse=True)
def _clock(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def mailroom() -> smtp.Mailroom:
    return smtp.Mailroom()


@pytest.fixture
def office(mailroom: smtp.Mailroom) -> Iterator[PostOffice]:
    with smtp.running(mailroom) as url:
        yield office_at(url)


def office_at(url: str, **recipes: Any) -> PostOffice:
    return PostOffice(mail_url=url, sender=SENDER, recipes=recipes)


def post(number: int, *, now: datetime, **changes: Any) -> None:
    to = Recipient(email=f"guest{number}@example.org", full_name=f"Guest {number}", language="en")
    with transaction():
        outbox.post("sign_in", to=to, facts=FACTS, about=("test", str(number)), now=now, **changes)


def letters() -> list[Message]:
    db.session.rollback()
    return list(
        db.session.scalars(select(Message).order_by(Message.id).execution_options(populate_existing=True))
    )


def states() -> list[str]:
    return [letter.state.value for letter in letters()]


def refuse(number: int, answer: str) -> Any:
    return lambda recipient: answer if recipient == f"guest{number}@example.org" else None


def test_letters_leave_in_the_order_in_which_they_were_posted(
    both: Flask, app: Flask, office: PostOffice, mailroom: smtp.Mailroom, now: datetime
) -> None:
    for number in range(BATCH + 5):
        post(number, now=now)

    sent = send_due_letters(office)

    assert sent == BATCH + 5
    assert mailroom.recipients == [f"guest{number}@example.org" for number in range(BATCH + 5)]
    assert mailroom.connections == 1
    assert {letter.sent_at for letter in letters()} == {now}
    assert send_due_letters(office) == 0


def test_two_workers_never_send_one_letter_twice(
    both: Flask, app: Flask, office: PostOffice, mailroom: smtp.Mailroom, now: datetime
) -> None:
    for number in range(60):
        post(number, now=now)

    def work() -> None:
        with app.app_context():
            send_due_letters(office)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(mailroom.recipients) == sorted(f"guest{number}@example.org" for number in range(60))
    assert states() == ["sent"] * 60


def test_a_letter_claimed_by_a_worker_that_died_goes_again_with_the_same_message_id(
    both: Flask, app: Flask, office: PostOffice, mailroom: smtp.Mailroom, now: datetime
) -> None:
    post(1, now=now)
    killed_after_sending = sending._claim()
    sending.postman_for(office.mail_url).deliver(
        sending.wrap(killed_after_sending[0], sender=SENDER, attachments=[])
    )

    assert send_due_letters(office) == 0
    with time_machine.travel(now + CLAIM_LIVES, tick=False):
        assert send_due_letters(office) == 1

    first, second = mailroom.arrived
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes().split(b"boundary")[0] == second.as_bytes().split(b"boundary")[0]


@pytest.mark.parametrize(
    ("pause", "at_stake"),
    [
        (timedelta(minutes=1), [number % MARKED_TOGETHER for number in range(BATCH)]),
        (timedelta(0), [0] * BATCH),
    ],
)
def test_a_kill_lets_at_most_a_few_letters_go_twice(
    both: Flask,
    app: Flask,
    mailroom: smtp.Mailroom,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    pause: timedelta,
    at_stake: list[int],
) -> None:
    monkeypatch.setattr(sending, "MARKED_WITHIN", pause)
    for number in range(BATCH):
        post(number, now=now, attachments=({"kind": "look"},))
    left_unmarked = []

    def look(_recipe: dict[str, Any]) -> Attachment:
        left_unmarked.append(len(mailroom.recipients) - states().count("sent"))
        return Attachment(name="a.txt", media_type="text/plain", content=b"a")

    with smtp.running(mailroom) as url:
        send_due_letters(office_at(url, look=look))

    assert left_unmarked == at_stake
    assert states() == ["sent"] * BATCH


@pytest.mark.parametrize("stage", ["at_recipient", "at_data"])
@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("450 greylisted", "queued"),
        ("421 closing", "queued"),
        ("550 no such person", "parked"),
        ("554 not wanted", "parked"),
        (smtp.CLOSE, "queued"),
    ],
)
def test_one_bad_letter_never_stops_the_others(
    app: Flask,
    office: PostOffice,
    mailroom: smtp.Mailroom,
    now: datetime,
    stage: str,
    answer: str,
    state: str,
) -> None:
    for number in range(3):
        post(number, now=now)
    setattr(mailroom, stage, refuse(1, answer))

    assert send_due_letters(office) == 2

    assert states() == ["sent", state, "sent"]
    assert letters()[1].attempts == 1
    assert letters()[1].last_error is not None


def test_a_greylisted_letter_is_sent_at_its_next_try(
    both: Flask, app: Flask, office: PostOffice, mailroom: smtp.Mailroom, now: datetime
) -> None:
    post(1, now=now)
    mailroom.at_recipient = refuse(1, "450 greylisted")
    send_due_letters(office)
    mailroom.at_recipient = lambda recipient: None

    with time_machine.travel(now + timedelta(seconds=47), tick=False):
        assert send_due_letters(office) == 0
    with time_machine.travel(now + timedelta(seconds=73), tick=False):
        assert send_due_letters(office) == 1

    assert letters()[0].attempts == 2
    assert letters()[0].last_error is None


def test_a_server_that_hangs_costs_one_letter_a_time_out(
    app: Flask, office: PostOffice, mailroom: smtp.Mailroom, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postmen, "TIMEOUT", 0.3)
    for number in range(3):
        post(number, now=now)
    mailroom.at_data = refuse(0, smtp.HANG)

    assert send_due_letters(office) == 2

    assert states() == ["queued", "sent", "sent"]


def test_letters_wait_while_the_server_is_down_and_all_leave_when_it_is_back(
    both: Flask, app: Flask, mailroom: smtp.Mailroom, now: datetime
) -> None:
    port = smtp.free_port()
    office = office_at(f"smtp://127.0.0.1:{port}")
    for number in range(BATCH * 2):
        post(number, now=now)
    for minute in range(0, 360, 5):
        with time_machine.travel(now + timedelta(minutes=minute), tick=False):
            assert send_due_letters(office) == 0
    assert states() == ["queued"] * BATCH * 2

    with smtp.running(mailroom, port=port), time_machine.travel(now + timedelta(hours=8), tick=False):
        assert send_due_letters(office) == BATCH * 2

    assert len(set(mailroom.recipients)) == BATCH * 2


def test_after_a_day_without_a_server_letters_are_parked_and_can_be_sent_again(
    both: Flask, app: Flask, office: PostOffice, mailroom: smtp.Mailroom, now: datetime
) -> None:
    nobody = office_at(f"smtp://127.0.0.1:{smtp.free_port()}")
    post(1, now=now)
    tomorrow = now + timedelta(hours=24)
    with time_machine.travel(tomorrow, tick=False):
        send_due_letters(nobody)
        assert states() == ["parked"]
        parked = letters()[0]
        with transaction():
            outbox.resend(parked, by="test", now=tomorrow)
        send_due_letters(nobody)
        assert states() == ["queued"]

    with time_machine.travel(tomorrow + timedelta(minutes=2), tick=False):
        assert send_due_letters(office) == 1
    assert mailroom.recipients == ["guest1@example.org"]


def test_a_letter_that_cant_be_made_is_parked_at_its_tenth_try_and_others_flow(
    both: Flask, app: Flask, mailroom: smtp.Mailroom, now: datetime
) -> None:
    def broken(recipe: dict[str, Any]) -> Attachment:
        raise ZeroDivisionError("no ink")

    post(0, now=now, attachments=({"kind": "broken"},))
    with smtp.running(mailroom) as url:
        office = office_at(url, broken=broken)
        for number in range(1, 11):
            moment = now + timedelta(hours=2 * number)
            with time_machine.travel(moment, tick=False):
                post(number, now=moment)
                send_due_letters(office)

    assert states() == ["parked"] + ["sent"] * 10
    assert letters()[0].attempts == 10
    assert letters()[0].last_error == "ZeroDivisionError: no ink"


def test_a_letter_that_ends_every_worker_is_parked_in_the_end(
    app: Flask, office: PostOffice, mailroom: smtp.Mailroom, now: datetime
) -> None:
    post(1, now=now)
    for hour in range(0, 22, 2):
        with time_machine.travel(now + timedelta(hours=hour), tick=False):
            assert len(sending._claim()) == 1  # and here the worker ends

    with time_machine.travel(now + timedelta(hours=25), tick=False):
        assert send_due_letters(office) == 0

    assert states() == ["parked"]
    assert mailroom.arrived == []


def test_attachments_are_made_when_the_letter_leaves(
    app: Flask, mailroom: smtp.Mailroom, now: datetime
) -> None:
    def ticket(recipe: dict[str, Any]) -> Attachment:
        return Attachment(
            name=f"ticket-{recipe['ticket']}.pdf", media_type="application/pdf", content=b"%PDF"
        )

    post(1, now=now, attachments=({"kind": "ticket_pdf", "ticket": 7},))
    with smtp.running(mailroom) as url:
        send_due_letters(office_at(url, ticket_pdf=ticket))

    attached = list(mailroom.arrived[0].iter_attachments())
    assert [(part.get_filename(), part.get_content_type(), part.get_content()) for part in attached] == [
        ("ticket-7.pdf", "application/pdf", b"%PDF")
    ]


def test_a_cancelled_letter_never_leaves(
    both: Flask, app: Flask, office: PostOffice, mailroom: smtp.Mailroom, now: datetime
) -> None:
    post(1, now=now)
    waiting = letters()[0]
    with transaction():
        withdrawn = outbox.withdraw(about=(waiting.subject_kind, waiting.subject_id))

    assert (withdrawn, send_due_letters(office), states()) == (1, 0, ["cancelled"])


def test_a_letter_that_left_can_be_neither_cancelled_nor_sent_again(
    both: Flask, app: Flask, office: PostOffice, now: datetime
) -> None:
    post(1, now=now)
    send_due_letters(office)
    letter = letters()[0]

    with transaction():
        withdrawn = outbox.withdraw(about=(letter.subject_kind, letter.subject_id))
    with pytest.raises(IllegalMove), transaction():
        outbox.resend(letter, by="test", now=now)

    assert (withdrawn, states()) == (0, ["sent"])


def test_nothing_is_said_in_the_clear_when_tls_is_required(
    app: Flask, mailroom: smtp.Mailroom, now: datetime
) -> None:
    post(1, now=now)
    with smtp.running(mailroom) as url:
        assert send_due_letters(office_at(f"{url}?tls=starttls")) == 0

    assert mailroom.arrived == []
    assert "STARTTLS" in str(letters()[0].last_error)


def test_a_slow_batch_puts_the_rest_back_before_its_claim_ends(
    app: Flask, office: PostOffice, mailroom: smtp.Mailroom, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BATCH_LASTS", timedelta(seconds=-1))
    post(1, now=now)

    assert send_due_letters(office) == 0

    assert states() == [MessageState.QUEUED.value]
    assert (letters()[0].attempts, letters()[0].next_attempt_at) == (0, now)


@pytest.mark.parametrize(("url", "state"), [("viewer:", "sent"), ("memory:", "sent"), ("console:", "sent")])
def test_other_postmen_take_every_letter(
    app: Flask, now: datetime, url: str, state: str, tmp_path: Path
) -> None:
    post(1, now=now)

    assert send_due_letters(office_at(url)) == 1

    assert states() == [state]


def test_a_claim_that_ended_marks_nothing(both: Flask, app: Flask, now: datetime) -> None:
    post(1, now=now)
    slow = sending._claim()
    with time_machine.travel(now + CLAIM_LIVES, tick=False):
        assert len(sending._claim()) == 1

    sending._mark(slow[0], state=MessageState.PARKED)

    assert states() == ["queued"]
