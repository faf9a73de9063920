"""A ticket behind a link to Google's Wallet: a token that its service account signed, with what the ticket says."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from flask.testing import FlaskClient

from eventhub.core.links import base_url
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.models import Attendee
from eventhub.tickets.commands import void_ticket
from eventhub.tickets.models import Ticket
from eventhub.tickets.queries import code_of
from eventhub.tickets.signing import ticket_url
from tests.web.reading import parsed
from tests.web.wallet.conftest import HOSTILE


def unpacked(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def public_key(environ: dict[str, str]) -> RSAPublicKey:
    account = json.loads(Path(environ["GOOGLE_WALLET_KEY"]).read_text())
    key = load_pem_private_key(account["private_key"].encode(), None).public_key()
    assert isinstance(key, RSAPublicKey)
    return key


@pytest.mark.usefixtures("wallets")
def test_the_link_holds_the_ticket_under_the_signature_of_the_account(
    client: FlaskClient, holder: Attendee, environ: dict[str, str], now
) -> None:
    assert holder.ticket is not None
    page = f"/t/{code_of(holder.ticket)}"
    (link,) = parsed(client.get(page)).xpath("//a[contains(@href, 'google-wallet')]/@href")

    answer = client.get(link)

    address, _, token = answer.headers["Location"].rpartition("/")
    head, claims, signature = token.split(".")
    public_key(environ).verify(unpacked(signature), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
    assert (answer.status_code, address) == (302, "https://pay.google.com/gp/v/save")
    assert json.loads(unpacked(head)) == {"alg": "RS256", "typ": "JWT"}
    said = json.loads(unpacked(claims))
    assert (said["iss"], said["aud"], said["typ"], said["iat"]) == (
        "wallet@example.org",
        "google",
        "savetowallet",
        int(now.timestamp()),
    )
    (event,), (ticket,) = said["payload"]["eventTicketClasses"], said["payload"]["eventTicketObjects"]
    assert (ticket["classId"], ticket["ticketHolderName"]) == (event["id"], HOSTILE)
    assert event["eventName"] == {"defaultValue": {"language": "en", "value": "Shells"}}
    assert ticket["barcode"]["value"] == ticket_url(base_url(), code_of(holder.ticket))


@pytest.mark.usefixtures("wallets")
def test_the_longest_texts_make_no_address_that_google_would_cut(
    client: FlaskClient, holder: Attendee
) -> None:
    with transaction():
        event = db.session.get_one(Event, holder.registration.event_id)
        event.title = event.host = {"ru": "Щ" * 300}
        db.session.get_one(Attendee, holder.id).full_name = "Ж" * 200
    assert holder.ticket is not None

    answer = client.get(f"/t/{code_of(holder.ticket)}/google-wallet?lang=ru")

    assert len(answer.headers["Location"]) < 2700


@pytest.mark.usefixtures("wallets")
def test_a_void_ticket_has_no_link(client: FlaskClient, holder: Attendee, now) -> None:
    assert holder.ticket is not None
    link = f"/t/{code_of(holder.ticket)}/google-wallet"
    assert client.get(link).status_code == 302

    with transaction():
        void_ticket(db.session.get_one(Ticket, holder.ticket_id), reason="cancelled", by="test", now=now)

    assert client.get(link).status_code == 404
