"""Wakes phones whose passes changed, by Apple's push service: it carries nothing, the phone asks us what is new.

What is sent and what the answers mean is laid down in Apple's "Sending notification requests to APNs" and "Handling
notification responses from APNs"; that passes take an empty payload, in "Adding a Web Service to Update Passes".
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import cached_property

import httpx
from sqlalchemy import ColumnElement, select, update

from eventhub.db import rows_changed
from eventhub.events.models import Event
from eventhub.tickets.models import Ticket
from eventhub.wallet.identity import AppleIdentity
from eventhub.wallet.lines import open_line
from eventhub.wallet.models import PassOnPhone
from eventhub.wallet.queries import Card
from eventhub.wallet.rounds import Teller, Unreachable
from eventhub.wallet.rules import STAYS, Answer

log = logging.getLogger(__name__)
# The phone is not there any more, or its token was never one of our passes: Apple wants to hear of it no more.
_GONE = frozenset({"BadDeviceToken", "DeviceTokenNotForTopic", "ExpiredToken", "Unregistered"})


class Phones(Teller[PassOnPhone]):
    """The phones with passes of this pass type. The line is opened for the first one that is woken."""

    table = PassOnPhone

    def __init__(self, identity: AppleIdentity) -> None:
        self._identity = identity

    def close(self) -> None:
        if "_line" in vars(self):
            self._line.close()

    def matters(self, now: datetime) -> list[ColumnElement[bool]]:
        """Passes whose phone Apple knows, of events that are not over."""
        ahead = select(Ticket.id).join(Event, Event.id == Ticket.event_id).where(Event.ends_at > now - STAYS)
        return [PassOnPhone.push_token != "", PassOnPhone.ticket_id.in_(ahead)]

    def tell(self, copy: PassOnPhone, card: Card) -> Answer:
        """An empty message, whatever the card says."""
        try:
            answer = self._line.post(
                f"/3/device/{copy.push_token}", json={}, headers={"apns-topic": self._identity.pass_type}
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise Unreachable(error) from error
        except httpx.HTTPError as error:
            log.warning("phone not woken: %s", type(error).__name__)
            return Answer.LATER
        return _meaning(answer)

    def forget(self, copy: PassOnPhone) -> None:
        """Its token, on all its passes; a phone that is there after all asks by itself, or brings a new one."""
        same = (PassOnPhone.device == copy.device, PassOnPhone.push_token == copy.push_token)
        rows_changed(update(PassOnPhone).where(*same).values(push_token=""))

    @cached_property
    def _line(self) -> httpx.Client:
        return open_line(self._identity.push, as_whom=self._identity)


def _meaning(answer: httpx.Response) -> Answer:
    if answer.status_code == 200:
        return Answer.TOLD
    reason = _reason(answer)
    if answer.status_code == 410 or reason in _GONE:
        return Answer.GONE
    log.warning("phone not woken: %s %s", answer.status_code, reason)
    return Answer.LATER


def _reason(answer: httpx.Response) -> str:
    try:
        said = answer.json()
    except ValueError:
        return ""
    return str(said.get("reason", ""))[:50] if isinstance(said, dict) else ""
