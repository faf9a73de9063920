"""A ticket as a pass of Apple's Wallet: signed so that openssl believes it, with what stands on the ticket."""

from __future__ import annotations

import json
import subprocess
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import time_machine
from flask.testing import FlaskClient
from PIL import Image

from config import UnsafeSettings
from eventhub.core.links import base_url
from eventhub.core.translation import translator
from eventhub.db import db, transaction
from eventhub.registration.models import Attendee
from eventhub.tickets.commands import void_ticket
from eventhub.tickets.queries import code_of
from eventhub.tickets.signing import ticket_url
from eventhub.wallet.identity import wallets_of
from tests.certificates import VALID
from tests.conftest import settings_for
from tests.wallets import PASS_TYPE, TEAM, new_key, pem
from tests.web.reading import parsed
from tests.web.wallet.conftest import HOSTILE


def page_of(holder: Attendee) -> str:
    assert holder.ticket is not None
    return f"/t/{code_of(holder.ticket)}"


def strings(content: bytes) -> dict[str, str]:
    """A file of strings, read as strictly as a phone does: a quoted text, what it means, a semicolon."""
    return dict(
        json.loads("[" + line[:-1].replace('" = "', '", "') + "]") for line in content.decode().splitlines()
    )


@pytest.mark.usefixtures("wallets")
def test_the_pass_says_what_the_ticket_says_in_both_languages(client: FlaskClient, holder: Attendee) -> None:
    page = page_of(holder)

    answer = client.get(parsed(client.get(page)).xpath("//a[contains(@href, 'pkpass')]/@href")[0])

    assert (answer.status_code, answer.content_type) == (200, "application/vnd.apple.pkpass")
    files = ZipFile(BytesIO(answer.data))
    content = json.loads(files.read("pass.json"))
    ticket = holder.ticket
    assert ticket is not None
    assert (content["passTypeIdentifier"], content["teamIdentifier"], content["voided"]) == (
        PASS_TYPE,
        TEAM,
        False,
    )
    (code,) = content["barcodes"]
    assert (code["message"], code["altText"]) == (
        ticket_url(base_url(), code_of(ticket)),
        ticket.number,
    )
    fields = {field["key"]: field for part in content["eventTicket"].values() for field in part}
    assert (fields["holder"]["value"], fields["back_number"]["value"]) == (HOSTILE, ticket.number)
    assert fields["where"]["value"] == "Place to be announced"
    russian = strings(files.read("ru.lproj/pass.strings"))
    assert russian[fields["when"]["label"]] == translator("ru")("When") != "When"
    assert russian[fields["title"]["value"]] == holder.registration.event.title["ru"]
    assert (russian[HOSTILE], russian["Where"]) == (HOSTILE, translator("ru")("Where"))
    with Image.open(BytesIO(files.read("icon@2x.png"))) as icon:
        assert (icon.format, icon.size) == ("PNG", (58, 58))


@pytest.mark.usefixtures("wallets")
def test_openssl_believes_the_pass_and_no_changed_one(
    client: FlaskClient, holder: Attendee, environ: dict[str, str], tmp_path: Path
) -> None:
    ZipFile(BytesIO(client.get(f"{page_of(holder)}/ticket.pkpass").data)).extractall(tmp_path)
    root = Path(environ["APPLE_WWDR"]).with_name("root.pem")
    told = json.loads((tmp_path / "manifest.json").read_bytes())

    def is_believed() -> bool:
        asked = [
            "openssl",
            "smime",
            "-verify",
            "-inform",
            "DER",
            "-in",
            "signature",
            "-content",
            "manifest.json",
        ]
        more = ["-CAfile", str(root), "-purpose", "any", "-binary", "-out", "/dev/null"]
        return subprocess.run([*asked, *more], cwd=tmp_path, capture_output=True).returncode == 0

    files = [
        one for one in tmp_path.rglob("*") if one.is_file() and one.name not in ("manifest.json", "signature")
    ]
    assert told == {str(one.relative_to(tmp_path)): sha1(one.read_bytes()).hexdigest() for one in files}
    assert is_believed()
    (tmp_path / "manifest.json").write_bytes(json.dumps({**told, "pass.json": "0" * 40}).encode())
    assert not is_believed()


def test_without_keys_no_wallet_is_offered(client: FlaskClient, holder: Attendee) -> None:
    page = page_of(holder)

    assert "Wallet" not in client.get(page).text
    assert [client.get(f"{page}/{end}").status_code for end in ("ticket.pkpass", "google-wallet")] == [
        404,
        404,
    ]


@pytest.mark.usefixtures("wallets")
def test_when_the_certificate_is_over_no_pass_is_offered(client: FlaskClient, holder: Attendee) -> None:
    page = page_of(holder)
    assert "Apple Wallet" in client.get(page).text

    with time_machine.travel(VALID[1], tick=False):
        assert "Apple Wallet" not in client.get(page).text
        assert client.get(f"{page}/ticket.pkpass").status_code == 404


@pytest.mark.usefixtures("wallets")
def test_a_void_ticket_gives_no_pass(client: FlaskClient, holder: Attendee, now) -> None:
    page = page_of(holder)
    with transaction():
        assert holder.ticket is not None
        void_ticket(db.session.merge(holder.ticket), reason="cancelled", by="test", now=now)

    assert client.get(f"{page}/ticket.pkpass").status_code == 404


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"APPLE_TEAM": ""}, "missing: APPLE_TEAM."),
        ({"APPLE_PASS_KEY": "/nowhere/key.pem"}, "APPLE_PASS_KEY: /nowhere/key.pem can't be read"),
        ({"APPLE_PASS_KEY": "other"}, "APPLE_PASS_KEY is not the key of APPLE_PASS_CERT."),
        ({"APPLE_WWDR": "root"}, "APPLE_WWDR is not the certificate that signed APPLE_PASS_CERT."),
        ({"APPLE_PASS_TYPE": "pass.other"}, "APPLE_PASS_TYPE is not what APPLE_PASS_CERT was made for."),
        ({"APPLE_TEAM": "OTHER"}, "APPLE_TEAM is not the team of APPLE_PASS_CERT."),
        ({"GOOGLE_WALLET_ISSUER": "me"}, "GOOGLE_WALLET_ISSUER is the number of an issuer, not 'me'."),
        ({"GOOGLE_WALLET_KEY": "root"}, "GOOGLE_WALLET_KEY is not the JSON key of a service account."),
    ],
)
def test_a_key_that_does_not_fit_stops_the_start(
    environ: dict[str, str], tmp_path: Path, changes: dict[str, str], reason: str
) -> None:
    (tmp_path / "other.pem").write_bytes(pem(new_key()))
    files = {"other": tmp_path / "other.pem", "root": Path(environ["APPLE_WWDR"]).with_name("root.pem")}
    wrong = {name: str(files.get(value, value)) for name, value in changes.items()}

    with pytest.raises(UnsafeSettings) as refused:
        wallets_of(settings_for(tmp_path, **{**environ, **wrong}))

    assert reason in str(refused.value)
