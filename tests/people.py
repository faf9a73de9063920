"""People at their browsers: signed in without a letter, or reading theirs; and many doing one thing at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from threading import Barrier
from typing import TypeVar

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event, select

from eventhub.accounts.commands import Browser, start_sign_in
from eventhub.accounts.models import User
from eventhub.core.ids import secret
from eventhub.db import db, transaction
from eventhub.mail.models import Message

Result = TypeVar("Result")
_CSRF = "e6cc5a2f0f0e4d41a3a8a5b2f4a2d6b6f3e0c1d2"


def a_browser(
    name: str = "Firefox, Linux", *, address: str = "192.0.2.1", mark: str | None = None
) -> Browser:
    """A browser of its own, with a secret that no other has."""
    return Browser(secret=mark or secret(), address=address, name=name)


def sign_in(client: FlaskClient, user: User, *, now: datetime) -> str:
    """Sign this client's browser in, as a letter would have done; gives the secret in its cookie."""
    with transaction():
        new = start_sign_in(db.session.merge(user, load=True), browser=a_browser(), now=now)
    with client.session_transaction() as session:
        session["sign_in"] = new
    return new


def csrf(client: FlaskClient) -> dict[str, str]:
    """The header that a form of ours would send as a field."""
    with client.session_transaction() as session:
        session["csrf_token"] = _CSRF
    signer = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token")
    return {"X-CSRFToken": signer.dumps(_CSRF)}


def last_letter(letter: str = "sign_in") -> Message:
    """The newest letter of this kind."""
    query = select(Message).where(Message.letter == letter).order_by(Message.id.desc()).limit(1)
    db.session.rollback()
    return db.session.scalars(query).one()


def link_and_code(message: Message) -> tuple[str, str]:
    """What a reader takes out of the letter: the end of the link's address, and the digits."""
    link = re.search(r"/account/sign-in/(\S+)", message.text)
    code = re.search(r"\b(\d{3}) (\d{3})\b", message.text)
    assert link is not None
    assert code is not None
    return link[1], code[1] + code[2]


def at_once(app: Flask, work: Callable[[int], Result], *, times: int) -> list[Result]:
    """Do the work in so many threads that start in the same moment, each with its own database session."""
    barrier = Barrier(times)

    def one(number: int) -> Result:
        with app.app_context():
            barrier.wait(10)
            return work(number)

    db.session.rollback()
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def forget_kept(app: Flask) -> None:
    """As in a process that has just begun: nothing rendered is kept."""
    for shelf in app.extensions["shelves"].values():
        shelf.clear()


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that runs meanwhile, in order; BEGIN and COMMIT are not in it."""
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
