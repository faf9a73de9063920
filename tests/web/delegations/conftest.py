"""Delegations over HTTP: an event with many places, and a consent."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask

from eventhub.db import transaction
from eventhub.privacy.commands import publish_consent
from tests.factories import both_languages, make_event


@pytest.fixture(autouse=True)
def today(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def consent(app: Flask, now) -> int:
    with transaction():
        return publish_consent(
            purpose="processing",
            title=both_languages("Processing of data"),
            body=both_languages("We keep your name."),
            is_required=True,
            now=now,
        ).id


@pytest.fixture
def event(app: Flask, now):
    with transaction():
        return make_event(now=now, slug="shells", capacity=300)
