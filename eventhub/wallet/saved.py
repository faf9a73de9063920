"""Changes tickets that were saved in Google's Wallet, by the service account.

Addresses and bodies are those of the Google Wallet API, eventticketclass.patch and eventticketobject.patch and .update;
the token is had as in "Using OAuth 2.0 for Server to Server Applications".
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import httpx
from sqlalchemy import ColumnElement, delete

from eventhub.core import clock
from eventhub.db import rows_changed
from eventhub.wallet.google import event_of, expired_of, signed, ticket_of
from eventhub.wallet.identity import GoogleIdentity
from eventhub.wallet.lines import open_line
from eventhub.wallet.models import PassAtGoogle
from eventhub.wallet.queries import Card
from eventhub.wallet.rounds import Teller, Unreachable, is_still
from eventhub.wallet.rules import STAYS, Answer

log = logging.getLogger(__name__)
_SCOPE = "https://www.googleapis.com/auth/wallet_object.issuer"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_TOKEN_LIVES = timedelta(minutes=10)  # a round is shorter
_EVENT, _TICKET = (f"/walletobjects/v1/eventTicket{one}/" for one in ("Class", "Object"))


class SavedTickets(Teller[PassAtGoogle]):
    """The tickets that somebody may have saved. The token is asked for when the first one is changed."""

    table = PassAtGoogle

    def __init__(self, identity: GoogleIdentity) -> None:
        self._identity = identity
        self._events_told: set[str] = set()

    def close(self) -> None:
        if "_line" in vars(self):
            self._line.close()

    def matters(self, now: datetime) -> list[ColumnElement[bool]]:
        """All: the row goes when there is nothing more to tell."""
        return []

    def digest_of(self, card: Card) -> str:
        """A ticket is another one too when its event is over."""
        return super().digest_of(card) + (" over" if _is_over(card) else "")

    def tell(self, copy: PassAtGoogle, card: Card) -> Answer:
        """A ticket that nobody saved is as good as changed."""
        if card.is_void or _is_over(card):
            # What is not said in an update is cleared there; a patch would leave the name.
            body = expired_of(card, self._identity, copy.language)
            return self._ask("PUT", _TICKET, body, known=Answer.GONE)
        is_event_told = self._tell_event(event_of(card, self._identity, copy.language))
        answer = self._ask(
            "PATCH", _TICKET, ticket_of(card, self._identity, copy.language), known=Answer.TOLD
        )
        return answer if is_event_told else Answer.LATER

    def _tell_event(self, event: dict[str, Any]) -> bool:
        """Once a round, however many hold a ticket to it."""
        told = repr(event)
        if (
            told not in self._events_told
            and self._ask("PATCH", _EVENT, event, known=Answer.TOLD) is Answer.TOLD
        ):
            self._events_told.add(told)
        return told in self._events_told

    def forget(self, copy: PassAtGoogle) -> None:
        rows_changed(delete(PassAtGoogle).where(is_still(copy)))

    def _ask(self, method: str, place: str, body: dict[str, Any], *, known: Answer) -> Answer:
        line = self._line
        try:
            answer = line.request(method, f"{place}{body['id']}", json=body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise Unreachable(error) from error
        except httpx.HTTPError as error:
            log.warning("saved ticket not changed: %s", type(error).__name__)
            return Answer.LATER
        if answer.status_code in {200, 404}:
            return known
        log.warning("saved ticket not changed: %s", answer.status_code)
        return Answer.LATER

    @cached_property
    def _line(self) -> httpx.Client:
        line = open_line(self._identity.service)
        try:
            line.headers["Authorization"] = f"Bearer {_token(line, self._identity)}"
        except BaseException:
            line.close()
            raise
        return line


def _is_over(card: Card) -> bool:
    """The name need not stay with Google any longer."""
    return card.ends_at + STAYS <= clock.now()


def _token(line: httpx.Client, identity: GoogleIdentity) -> str:
    """What lets the account change tickets for an hour. Raises Unreachable, for a refused key too."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": identity.account,
        "scope": _SCOPE,
        "aud": identity.tokens,
        "iat": now,
        "exp": now + int(_TOKEN_LIVES.total_seconds()),
    }
    form = {"grant_type": _GRANT, "assertion": signed(claims, identity)}
    try:
        answer = line.post(identity.tokens, data=form)
        if answer.status_code != 200:
            raise Unreachable(f"no token from {identity.tokens}: {answer.status_code}")
        return str(answer.json()["access_token"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise Unreachable(f"no token from {identity.tokens}: {type(error).__name__}") from error
