"""An installation that has the keys of both wallets, and somebody with a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from eventhub.db import transaction
from eventhub.registration.models import Attendee
from eventhub.wallet.identity import wallets_of
from tests.conftest import settings_for
from tests.factories import make_attendee, make_event
from tests.wallets import apple_files, google_file

HOSTILE = 'Eve "; "Where" = "<b>\\'


@pytest.fixture(autouse=True)
def today(now: datetime) -> Iterator[None]:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("wallets")
    return {**apple_files(folder), **google_file(folder)}


@pytest.fixture
def wallets(app: Flask, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(app.extensions, "wallets", wallets_of(settings_for(tmp_path, **environ)))


@pytest.fixture
def holder(app: Flask, now: datetime) -> Attendee:
    with transaction():
        event = make_event(now=now, slug="shells", title={"en": "Shells", "ru": "Оболочки"})
        return make_attendee(event, now=now, full_name=HOSTILE)
