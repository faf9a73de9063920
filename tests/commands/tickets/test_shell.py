"""The shell says what a code is worth, and changes keys."""

import pytest
from click.testing import CliRunner

from eventhub.cli.ticket import ticket as shell
from eventhub.db import db, transaction
from eventhub.tickets.commands import issue_ticket, reissue_ticket, void_ticket
from eventhub.tickets.models import Ticket
from eventhub.tickets.queries import code_of
from tests.factories import make_event


@pytest.fixture
def issued(app, now):
    with transaction():
        return issue_ticket(event_id=make_event(now=now).id, now=now)


@pytest.fixture
def run(app):
    settings = app.extensions["settings"]
    environ = {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "MAIL_URL": "memory:",
    }

    def run(*words, answer=None):
        done = CliRunner(env=environ).invoke(shell, words, input=answer)
        return done.exit_code, done.output.splitlines()[-1]

    return run


def test_a_good_code_is_valid(issued, run):
    line = f"valid: ticket {issued.number}, event {issued.event_id}, key 1"

    assert run("verify", code_of(issued)) == (0, line)
    assert run("verify", f"https://events.example/t/{code_of(issued).lower()}") == (0, line)


@pytest.mark.parametrize("text", ["nonsense", "A" * 127, ""])
def test_a_foreign_code_ends_with_one(issued, run, text):
    assert run("verify", text) == (1, "Not a ticket of ours.")


def test_void_and_replaced_codes_end_with_one(issued, run, now):
    first = code_of(issued)
    with transaction():
        reissue_ticket(db.session.get_one(Ticket, issued.id), by="holder", now=now)
    second = code_of(db.session.get_one(Ticket, issued.id))
    with transaction():
        void_ticket(db.session.get_one(Ticket, issued.id), reason="cancelled", by="holder", now=now)
    about = f"ticket {issued.number}, event {issued.event_id}, key 1"

    assert run("verify", first) == (1, f"replaced: {about}")
    assert run("verify", second) == (1, f"void: {about}")


def test_keys_are_rotated_and_revoked(issued, run):
    code = code_of(issued)

    assert run("rotate-key") == (0, "New tickets are signed with key 2.")
    assert run("verify", code)[0] == 0
    assert run("revoke-key", "1", answer="n\n") == (1, "Aborted!")
    assert run("revoke-key", "1", answer="y\n") == (0, "Key 1 is revoked; 1 tickets have new codes.")
    assert run("verify", code) == (1, "Not a ticket of ours.")
