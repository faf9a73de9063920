"""Phones are woken when what their pass shows has changed: by a server that plays Apple's, over HTTP/2 and TLS."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.db import db, transaction
from eventhub.events.models import Event, Venue
from eventhub.handlers import HANDLERS
from eventhub.registration.models import Attendee
from eventhub.tickets.commands import reissue_ticket, void_ticket
from eventhub.tickets.models import Ticket
from eventhub.wallet import lines, rounds
from eventhub.wallet.commands import register_phone
from eventhub.wallet.identity import AppleIdentity, wallets_of
from eventhub.wallet.models import PassOnPhone
from eventhub.wallet.queries import card_of
from tests import http2
from tests.certificates import Authority
from tests.conftest import settings_for
from tests.factories import make_attendee
from tests.http2 import HANG, Desk, Request
from tests.wallets import PASS_TYPE

pytestmark = pytest.mark.usefixtures("both")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def apple(
    app: Flask, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Desk]:
    """Who wakes phones, and asks for a certificate that our own root vouches for."""
    authority, desk = Authority(tmp_path), Desk()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setattr(lines, "_SECONDS", httpx.Timeout(0.3))
    context = authority.server("127.0.0.1")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(Path(environ["APPLE_PASS_CERT"]).with_name("root.pem"))
    with http2.running(desk, context) as url:
        offer(app, monkeypatch, tmp_path, {**environ, "APPLE_PUSH_URL": url})
        yield desk


def offer(app: Flask, monkeypatch: pytest.MonkeyPatch, folder: Path, environ: dict[str, str]) -> None:
    monkeypatch.setitem(app.extensions, "wallets", wallets_of(settings_for(folder, **environ)))


def register(holder: Attendee, *tokens: str, now: datetime) -> str:
    """A phone for each push token; the serial of the pass."""
    ticket = db.session.get_one(Ticket, holder.ticket_id)
    serial = str(card_of(ticket).serial)
    with transaction():
        for token in tokens:
            register_phone(f"phone-{token}", serial, push_token=token, now=now)
    return serial


def change(deed: Callable[[Attendee], None], holder: Attendee) -> None:
    with transaction():
        deed(db.session.get_one(Attendee, holder.id))


def rename(attendee: Attendee) -> None:
    attendee.full_name += " Jr"


def woken(desk: Desk, *, at: datetime) -> list[str]:
    """Run the job; which tokens were tried."""
    with time_machine.travel(at, tick=False):
        HANDLERS["wake_phones"](at)
    return sorted(request.path.removeprefix("/3/device/") for request in desk.took())


def test_each_change_of_a_pass_wakes_its_phones_once_with_nothing_in_the_message(
    apple: Desk, app: Flask, holder: Attendee, caplog: pytest.LogCaptureFixture, now: datetime
) -> None:
    with transaction():
        other = make_attendee(db.session.get_one(Event, holder.registration.event_id), now=now)
    register(holder, "aa", "bb", now=now)
    register(other, "cc", now=now)
    messages: list[Request] = []
    apple.answer = lambda request: (messages.append(request), (200, None))[1]

    def move(attendee: Attendee) -> None:
        attendee.registration.event.starts_at += timedelta(hours=1)

    def give_a_room(attendee: Attendee) -> None:
        attendee.registration.event.venue = Venue(name={"en": "Room 7"}, address={}, city={}, country="RU")

    def reissue(attendee: Attendee) -> None:
        reissue_ticket(db.session.get_one(Ticket, attendee.ticket_id), by="test", now=now)

    assert (woken(apple, at=now + 6 * MINUTE), apple.connections) == ([], 0)
    told = []
    for number, deed in enumerate([rename, move, give_a_room, reissue], start=2):
        change(deed, holder)
        told.append([woken(apple, at=now + number * 12 * MINUTE + late) for late in (0 * MINUTE, 6 * MINUTE)])

    mine, everybody = ["aa", "bb"], ["aa", "bb", "cc"]
    assert caplog.messages == []  # a token is nobody's business
    assert told == [[mine, []], [everybody, []], [everybody, []], [mine, []]]
    identity: AppleIdentity = app.extensions["wallets"].apple
    certificate = identity.certificate.public_bytes(Encoding.DER)
    assert {(one.method, one.body, one.headers["apns-topic"], one.shown) for one in messages} == {
        ("POST", b"{}", PASS_TYPE, certificate)
    }


def test_one_token_that_fails_stops_no_other_and_is_tried_again_but_not_without_end(
    apple: Desk, holder: Attendee, now: datetime
) -> None:
    scripted = {
        "gone": (410, {"reason": "Unregistered", "timestamp": 1}),
        "bad": (400, {"reason": "BadDeviceToken"}),
        "ill": (503, {"reason": "ServiceUnavailable"}),
        "away": (301, None),
        "mute": HANG,
        "odd": (400, ["?"]),
    }
    register(holder, *scripted, "well", now=now)
    apple.answer = lambda request: scripted.get(request.path.rpartition("/")[2], (200, None))
    change(rename, holder)
    failing = ["away", "ill", "mute", "odd"]

    first = woken(apple, at=now + 6 * MINUTE)
    soon = woken(apple, at=now + 20 * MINUTE)
    later = [woken(apple, at=now + half_days * timedelta(hours=13)) for half_days in range(1, 9)]
    known = db.session.scalars(select(PassOnPhone.push_token).order_by(PassOnPhone.push_token)).all()
    change(rename, holder)

    assert (first, soon) == (sorted([*scripted, "well"]), [])
    assert later == [failing] * 6 + [[]] * 2
    assert known == ["", "", *failing, "well"]
    assert woken(apple, at=now + timedelta(hours=120)) == [*failing, "well"]


def test_when_apple_is_out_of_reach_or_somebody_else_everybody_is_told_afterwards(
    apple: Desk,
    app: Flask,
    holder: Attendee,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    now: datetime,
) -> None:
    there = app.extensions["wallets"]
    register(holder, "aa", "bb", now=now)
    change(rename, holder)
    (tmp_path / "stranger").mkdir()
    stranger = Desk()
    with http2.running(stranger, Authority(tmp_path / "stranger").server("127.0.0.1")) as url:
        offer(app, monkeypatch, tmp_path, {**environ, "APPLE_PUSH_URL": url})
        assert woken(stranger, at=now + 6 * MINUTE) == []
    assert woken(stranger, at=now + 12 * MINUTE) == []  # nobody is there any more

    monkeypatch.setitem(app.extensions, "wallets", there)

    assert woken(apple, at=now + 60 * MINUTE) == ["aa", "bb"]


def test_who_asked_by_itself_or_holds_a_ticket_of_the_past_is_not_woken(
    apple: Desk, client: FlaskClient, holder: Attendee, now: datetime
) -> None:
    register(holder, "aa", "bb", now=now)
    change(rename, holder)
    assert client.get(f"/wallet/v1/devices/phone-aa/registrations/{PASS_TYPE}").status_code == 200
    assert woken(apple, at=now + 6 * MINUTE) == ["bb"]
    change(rename, holder)

    ended = db.session.get_one(Event, holder.registration.event_id).ends_at
    assert woken(apple, at=ended + timedelta(days=1)) == []


@pytest.mark.parametrize("is_taken", [True, False])
def test_two_workers_at_once_wake_each_phone_once_since_each_takes_its_own(
    apple: Desk, app: Flask, holder: Attendee, monkeypatch: pytest.MonkeyPatch, now: datetime, is_taken: bool
) -> None:
    """Without the taking, which is the control, both wake all."""
    monkeypatch.setattr(rounds, "BATCH", 5)
    if not is_taken:
        monkeypatch.setattr(rounds, "_take", only_read(threading.Barrier(2)))
    tokens = [f"t{number:02}" for number in range(20)]
    register(holder, *tokens, now=now)
    change(lambda attendee: void(attendee, now), holder)
    at = now + 6 * MINUTE

    def work() -> None:
        with app.app_context():
            HANDLERS["wake_phones"](at)

    with time_machine.travel(at, tick=False):
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    woken = sorted(one.path.removeprefix("/3/device/") for one in apple.took())
    assert woken == (tokens if is_taken else sorted(tokens * 2))


def only_read(both_have: threading.Barrier) -> Callable[[object], Sequence[PassOnPhone]]:
    """All passes, once for each worker."""
    has_read = threading.local()

    def read(_teller: object) -> Sequence[PassOnPhone]:
        if hasattr(has_read, "it"):
            return []
        has_read.it = True
        copies = db.session.scalars(select(PassOnPhone)).all()
        db.session.expunge_all()
        both_have.wait()
        return copies

    return read


def void(attendee: Attendee, now: datetime) -> None:
    void_ticket(db.session.get_one(Ticket, attendee.ticket_id), reason="cancelled", by="test", now=now)


def test_without_keys_nobody_looks(app: Flask, holder: Attendee, now: datetime) -> None:
    register(holder, "aa", now=now)
    change(rename, holder)

    assert woken(Desk(), at=now + 6 * MINUTE) == []

    assert db.session.scalars(select(PassOnPhone.look_at)).all() == [now + 5 * MINUTE]
