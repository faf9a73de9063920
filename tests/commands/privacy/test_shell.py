"""The shell brings sealed fields under a new key, and the old one may go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from click.testing import CliRunner
from flask import Flask

from eventhub.cli.privacy import privacy as shell
from eventhub.core import keys
from eventhub.db import transaction
from eventhub.privacy.sealed import open_value, seal_value

OLD, NEW = "o" * 32, "n" * 32


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    keys.configure_field_keys((OLD,))
    yield
    keys.configure_field_keys(())


def test_fields_come_under_the_new_key_and_the_old_one_may_go(app: Flask, now: datetime) -> None:
    settings = app.extensions["settings"]
    environ = {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "MAIL_URL": "memory:",
        "FIELD_KEYS": f"{NEW},{OLD}",
    }
    with transaction():
        for number in range(3):
            seal_value(("registration", str(number)), "passport", f"number {number}", now)

    done = CliRunner(env=environ).invoke(shell, ["reseal"])

    assert (done.exit_code, done.output.splitlines()[-1]) == (
        0,
        "3 fields are sealed anew; older keys open nothing any more.",
    )
    keys.configure_field_keys((NEW,))
    with transaction():
        assert open_value(("registration", "2"), "passport", "officer", "test", now) == "number 2"
