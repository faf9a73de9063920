"""The scanner as an app of the phone: what it starts from without network, and how it is installed."""

from __future__ import annotations

from eventhub.core.translation import translator
from tests.web.gate.door import Door


def test_the_kept_page_names_nobody_and_holds_no_token(door: Door) -> None:
    door.scan()
    opened, kept = door.client.get(door.url).text, door.client.get(f"{door.url}/shell").text

    assert door.attendee.full_name in opened
    assert 'name="csrf_token"' in opened
    for part in (door.attendee.full_name, 'name="csrf_token"', door.crew.full_name, door.code, door.number):
        assert part not in kept
    assert '<meta name="csrf-token" content="">' in kept


def test_the_kept_page_is_in_the_language_of_its_reader(door: Door) -> None:
    assert translator("ru")("Start scanning") in door.client.get(f"{door.url}/shell?lang=ru").text


def test_the_app_is_installed_from_its_manifest(door: Door) -> None:
    answer = door.client.get("/gate/app.webmanifest")

    assert answer.mimetype == "application/manifest+json"
    assert answer.json
    assert (answer.json["start_url"], answer.json["display"]) == ("/gate/", "standalone")
    for icon in answer.json["icons"]:
        assert door.client.get(icon["src"]).data.startswith(b"\x89PNG")


def test_the_keeper_is_a_script_for_the_gate_alone(door: Door) -> None:
    answer = door.client.get("/gate/sw.js")

    assert answer.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in answer.headers
