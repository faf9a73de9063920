"""Tickets that were saved in Google's Wallet change as ours do: by a server that plays Google's two, over TLS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import time_machine
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config import UnsafeSettings
from eventhub.core.subjects import DataSubject
from eventhub.db import db, transaction
from eventhub.handlers import HANDLERS
from eventhub.registration.models import Attendee
from eventhub.subjects.erasing import forget
from eventhub.tickets.commands import reissue_ticket
from eventhub.tickets.models import Ticket
from eventhub.tickets.queries import code_of
from eventhub.wallet import lines
from eventhub.wallet.identity import wallets_of
from eventhub.wallet.models import PassAtGoogle
from eventhub.wallet.personal import export_passes
from tests import http2
from tests.certificates import Authority
from tests.conftest import settings_for
from tests.http2 import Answer, Desk, Request
from tests.wallets import new_key, pem
from tests.web.wallet.conftest import HOSTILE
from tests.web.wallet.test_google import public_key, unpacked

pytestmark = pytest.mark.usefixtures("both")
MINUTE = timedelta(minutes=1)
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/wallet_object.issuer"


class Google:
    """What the account's owner saved, by address, and whoever has the account's key may change it."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.saved: dict[str, dict[str, Any]] = {}
        self.desk = Desk(answer=self._answer)
        self.url = ""
        self.is_ill = False
        self._key = public_key(environ)

    def save(self, link: str) -> None:
        """Somebody presses Save behind the link."""
        payload = json.loads(unpacked(link.rpartition("/")[2].split(".")[1]))["payload"]
        for name in ("Class", "Object"):
            for one in payload[f"eventTicket{name}" + ("es" if name == "Class" else "s")]:
                self.saved.setdefault(f"/walletobjects/v1/eventTicket{name}/{one['id']}", one)

    def ticket(self) -> dict[str, Any]:
        (one,) = (one for path, one in self.saved.items() if "/eventTicketObject/" in path)
        return one

    def event(self) -> dict[str, Any]:
        (one,) = (one for path, one in self.saved.items() if "/eventTicketClass/" in path)
        return one

    def _answer(self, request: Request) -> Answer:
        if request.path == "/token":
            return self._token(request)
        if request.headers.get("authorization") != "Bearer good":
            return 401, {}
        if self.is_ill:
            return 503, {}
        if request.path not in self.saved:
            return 404, {}
        before = self.saved[request.path] if request.method == "PATCH" else {}
        self.saved[request.path] = {**before, **request.json}
        return 200, self.saved[request.path]

    def _token(self, request: Request) -> Answer:
        form = parse_qs(request.body.decode())
        head, claims, signature = form["assertion"][0].split(".")
        said = json.loads(unpacked(claims))
        try:
            self._key.verify(unpacked(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            return 400, {"error": "invalid_grant"}
        whom = (form["grant_type"], said["iss"], said["scope"], said["aud"])
        is_right = whom == ([GRANT], "wallet@example.org", SCOPE, f"{self.url}/token")
        lives = 0 < said["exp"] - said["iat"] <= 3600
        return (200, {"access_token": "good", "expires_in": 3599}) if is_right and lives else (400, {})


@pytest.fixture
def google(
    app: Flask, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Google]:
    authority, google = Authority(tmp_path), Google(environ)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    monkeypatch.setattr(lines, "_SECONDS", httpx.Timeout(0.5))
    with http2.running(google.desk, authority.server("127.0.0.1")) as url:
        google.url = url
        offer(app, google, monkeypatch, tmp_path, environ)
        yield google


def offer(
    app: Flask,
    google: Google,
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    environ: dict[str, str],
    **account: str,
) -> None:
    """The installation has the account of these files, except where `account` says otherwise."""
    own = json.loads(Path(environ["GOOGLE_WALLET_KEY"]).read_text())
    file = folder / "account.json"
    file.write_text(json.dumps({**own, "token_uri": f"{google.url}/token", **account}))
    changed = {**environ, "GOOGLE_WALLET_KEY": str(file), "GOOGLE_WALLET_URL": google.url}
    monkeypatch.setitem(app.extensions, "wallets", wallets_of(settings_for(folder, **changed)))


def pressed(client: FlaskClient, holder: Attendee, language: str = "en") -> str:
    """The link to Google behind the ticket's button."""
    ticket = db.session.get_one(Ticket, holder.ticket_id)
    link = client.get(f"/t/{code_of(ticket)}/google-wallet?lang={language}").headers["Location"]
    db.session.rollback()
    return link


def work(google: Google, *, at: datetime) -> list[tuple[str, str]]:
    """Run the job; what Google was asked, without the issuer's number."""
    with time_machine.travel(at, tick=False):
        HANDLERS["change_saved_tickets"](at)
    return [(one.method, one.path.rpartition("/")[2].partition(".")[2]) for one in google.desk.took()]


def rename(holder: Attendee, name: str) -> None:
    with transaction():
        db.session.get_one(Attendee, holder.id).full_name = name


def test_a_saved_ticket_changes_with_ours_and_expires_without_name_and_code_when_it_is_void(
    google: Google, client: FlaskClient, holder: Attendee, now: datetime
) -> None:
    google.save(pressed(client, holder))
    pressed(client, holder, "ru")  # nobody saved this one
    rename(holder, "Ada Example")
    with transaction():
        event = db.session.get_one(Attendee, holder.id).registration.event
        event.starts_at += timedelta(hours=1)
        starts_at, number = event.starts_at, event.id
    serial = google.ticket()["id"].partition(".")[2].removesuffix("-en")

    asked = work(google, at=now + 6 * MINUTE)
    again = work(google, at=now + 12 * MINUTE)

    events = [("PATCH", f"event-{number}-{language}") for language in ("en", "ru")]
    tickets = [("PATCH", f"{serial}-{language}") for language in ("en", "ru")]
    assert (sorted(asked), again) == (sorted([("POST", ""), *events, *tickets]), [])
    assert (google.ticket()["state"], google.ticket()["ticketHolderName"]) == ("ACTIVE", "Ada Example")
    assert google.event()["dateTime"]["start"] == starts_at.strftime("%Y-%m-%dT%H:%MZ")

    with transaction():
        reissue_ticket(db.session.get_one(Ticket, holder.ticket_id), by="test", now=now)
    work(google, at=now + 18 * MINUTE)

    named = {"id": google.ticket()["id"], "classId": google.event()["id"]}
    assert google.ticket() == {**named, "state": "EXPIRED"}
    assert db.session.scalars(select(PassAtGoogle.serial)).all() == []


def test_what_google_could_not_do_or_did_not_let_us_is_done_later(
    google: Google,
    app: Flask,
    client: FlaskClient,
    holder: Attendee,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    now: datetime,
) -> None:
    google.save(pressed(client, holder))
    rename(holder, "Ada Example")
    google.is_ill = True
    assert len(work(google, at=now + 6 * MINUTE)) == 3
    assert work(google, at=now + 12 * MINUTE) == []
    google.is_ill = False
    offer(app, google, monkeypatch, tmp_path, environ, private_key=pem(new_key()).decode())
    assert work(google, at=now + 30 * MINUTE) == [("POST", "")]
    assert google.ticket()["ticketHolderName"] == HOSTILE
    offer(app, google, monkeypatch, tmp_path, environ)

    work(google, at=now + 90 * MINUTE)

    assert google.ticket()["ticketHolderName"] == "Ada Example"
    with transaction():
        reissue_ticket(db.session.get_one(Ticket, holder.ticket_id), by="test", now=now)
    google.is_ill = True
    tries = [work(google, at=now + half_days * timedelta(hours=13)) for half_days in range(1, 10)]
    assert [len(asked) for asked in tries] == [2] * 7 + [0] * 2  # not without end


def test_google_keeps_no_name_of_somebody_erased_nor_after_the_event(
    google: Google, client: FlaskClient, holder: Attendee, now: datetime
) -> None:
    google.save(pressed(client, holder))
    subject = DataSubject(email_key="", addresses=(), registrations=(holder.registration.public_id,))
    ends_at = holder.registration.event.ends_at
    told = export_passes(subject)
    with transaction():
        forget(subject, now=now)

    work(google, at=now + 6 * MINUTE)
    erased = google.ticket()["ticketHolderName"]
    work(google, at=ends_at + timedelta(days=1))

    number = db.session.get_one(Ticket, holder.ticket_id).number
    assert told == [{"ticket": number, "language": "en", "offered_to_google_at": now}]
    assert erased == "Removed on 1 March 2027"
    assert set(google.ticket()) == {"id", "classId", "state"}
    assert db.session.scalars(select(PassAtGoogle.serial)).all() == []


def test_without_keys_nobody_looks_and_nothing_is_sent_in_the_clear(
    app: Flask, environ: dict[str, str], tmp_path: Path, now: datetime
) -> None:
    HANDLERS["change_saved_tickets"](now)

    settings = settings_for(tmp_path, **environ)
    assert settings.apple_wallet is not None
    assert settings.google_wallet is not None
    assert (settings.apple_wallet.push, settings.google_wallet.service) == (
        "https://api.push.apple.com",
        "https://walletobjects.googleapis.com",
    )
    account = json.loads(Path(environ["GOOGLE_WALLET_KEY"]).read_text())
    (tmp_path / "clear.json").write_text(json.dumps({**account, "token_uri": "http://google.example/token"}))
    with pytest.raises(UnsafeSettings, match="token_uri that is not https"):
        wallets_of(settings_for(tmp_path, **{**environ, "GOOGLE_WALLET_KEY": str(tmp_path / "clear.json")}))
    for name, wrong in [
        ("GOOGLE_WALLET_URL", "http://google.example"),
        ("GOOGLE_WALLET_URL", "https://google.example/path"),
        ("APPLE_PUSH_URL", "api.push.apple.com"),
    ]:
        with pytest.raises(UnsafeSettings, match=f"{name} must be https://host without a path."):
            settings_for(tmp_path, **{**environ, name: wrong})
