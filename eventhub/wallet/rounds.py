"""Tells wallets what changed: a few passes at a time are compared with what was told of them, and marked.

No command says that it changed something a pass shows, so this job of the worker looks at each pass every few minutes.
It opens its own short transactions, and none of them is open while Apple or Google is talked to. A change is told at
least once: killed before the mark, it is told again when the pass is looked at next.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, select, tuple_, update

from eventhub.core import clock
from eventhub.db import db, rows_changed, transaction
from eventhub.wallet.models import PassAtGoogle, PassOnPhone
from eventhub.wallet.queries import Card, digest_of, get_card
from eventhub.wallet.rules import BATCH, LOOK_AGAIN, ROUND_LASTS, Answer, next_try

log = logging.getLogger(__name__)
Copy = TypeVar("Copy", PassOnPhone, PassAtGoogle)


class Unreachable(Exception):
    """Nobody can be told of any pass now."""


class Teller(ABC, Generic[Copy]):
    """Who talks to the maker of a wallet, and about which passes."""

    table: type[Copy]

    @abstractmethod
    def matters(self, now: datetime) -> list[ColumnElement[bool]]:
        """Of which rows there is anybody to tell."""

    def digest_of(self, card: Card) -> str:
        """Another one when there is something to tell."""
        return digest_of(card)

    @abstractmethod
    def tell(self, copy: Copy, card: Card) -> Answer:
        """The pass is this card now. Raises Unreachable."""

    @abstractmethod
    def forget(self, copy: Copy) -> None:
        """Nobody will want to hear of it. Inside a transaction."""


def go_round(teller: Teller[Copy]) -> None:
    """Tell of each pass that changed and whose turn it is. It ends early when nobody can be told, and after
    ROUND_LASTS; the others come next time."""
    ends = time.monotonic() + ROUND_LASTS.total_seconds()
    try:
        while time.monotonic() < ends and (copies := _take(teller)):
            for copy, card in _changed(teller, copies):
                if time.monotonic() > ends:
                    return
                _tell(teller, copy, card)
    except Unreachable as error:
        log.warning("wallet out of reach: %s", error, extra={"table": teller.table.__tablename__})


def _take(teller: Teller[Copy]) -> Sequence[Copy]:
    """Those that were looked at longest ago: whoever else looks finds their turn in the future."""
    now: datetime = clock.now()
    table = teller.table
    is_due = (table.look_at <= now, *teller.matters(now))
    key = table.__mapper__.primary_key
    oldest = (
        select(*key).where(*is_due).order_by(table.look_at).limit(BATCH).with_for_update(skip_locked=True)
    )
    with transaction():
        keys = [tuple(row) for row in db.session.execute(oldest)]
        if not keys:
            return []
        taken = (
            update(table)
            .where(tuple_(*key).in_(keys), *is_due)
            .values(look_at=now + LOOK_AGAIN)
            .returning(table)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        copies = db.session.scalars(taken).all()
        for copy in copies:
            db.session.expunge(copy)  # it stays as we took it, whatever others do to the row
    return copies


def _changed(teller: Teller[Copy], copies: Sequence[Copy]) -> list[tuple[Copy, Card]]:
    found = []
    for copy in copies:
        try:
            card = get_card(copy.serial)
        except Exception:  # one strange ticket must not stop the others
            log.exception("pass can't be made", extra={"serial": copy.serial})
            continue
        if teller.digest_of(card) != copy.told_digest:
            found.append((copy, card))
    db.session.rollback()  # what was read must not stay open while somebody far away thinks
    return found


def _tell(teller: Teller[Copy], copy: Copy, card: Card) -> None:
    digest = teller.digest_of(card)
    try:
        answer = teller.tell(copy, card)
    except Unreachable:
        _put_off(copy, digest)
        raise
    if answer is Answer.LATER:
        _put_off(copy, digest)
    elif answer is Answer.GONE:
        with transaction():
            teller.forget(copy)
    else:
        _mark(copy, told_digest=digest, tries=0)


def _put_off(copy: PassOnPhone | PassAtGoogle, digest: str) -> None:
    again = next_try(copy.tries + 1, now=clock.now())
    if again is not None:
        _mark(copy, tries=copy.tries + 1, look_at=again)
        return
    log.warning(
        "wallet not told: the pass stays as it is until it changes again", extra={"serial": copy.serial}
    )
    _mark(copy, told_digest=digest, tries=0)


def _mark(copy: PassOnPhone | PassAtGoogle, **changes: Any) -> None:
    """Unless the phone asked by itself meanwhile, and was told more."""
    with transaction():
        rows_changed(update(type(copy)).where(is_still(copy)).values(**changes))


def is_still(copy: PassOnPhone | PassAtGoogle) -> ColumnElement[bool]:
    """The row of this copy, as long as nobody told of it since."""
    key = [column == getattr(copy, str(column.key)) for column in type(copy).__mapper__.primary_key]
    return and_(*key, type(copy).told_digest == copy.told_digest)
