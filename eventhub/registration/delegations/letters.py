"""What delegations say by mail: to the coordinator, and to those whom the coordinator registers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from eventhub.core.keys import token_for
from eventhub.core.links import absolute
from eventhub.core.text import localised
from eventhub.events.models import Event
from eventhub.events.wording import when
from eventhub.mail.outbox import Recipient, post
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.letters import manage_path, post_letter
from eventhub.registration.models import Registration
from eventhub.registration.queries import link_subject

CONFIRM = "delegation.confirm"
MANAGE = "delegation.manage"
INVITATION = "delegation.invitation"


def confirm_path(delegation: Delegation) -> str:
    return _path(delegation, CONFIRM, "confirm/")


def manage_path_of(delegation: Delegation) -> str:
    """The coordinator's own page."""
    return _path(delegation, MANAGE)


def invitation_path(delegation: Delegation) -> str:
    """Where a coordinator whom an organiser invited begins."""
    return _path(delegation, INVITATION, "invitation/")


def _path(delegation: Delegation, purpose: str, step: str = "") -> str:
    secret = token_for(purpose, link_subject(delegation))
    return f"/delegations/{delegation.public_id}/{step}{secret}"


def answer_path(registration: Registration) -> str:
    """Where somebody who was registered reads by whom, and agrees or declines."""
    return f"{manage_path(registration)}/invitation"


def post_confirm(delegation: Delegation, *, now: datetime) -> None:
    """Please confirm: it is your address, and then you can register people."""
    _post("delegation_confirm", delegation, now=now, link=absolute(confirm_path(delegation)))


def post_open(delegation: Delegation, *, now: datetime) -> None:
    """Here is the link to your delegation."""
    _post("delegation_open", delegation, now=now, link=absolute(manage_path_of(delegation)))


def post_invited(delegation: Delegation, *, now: datetime) -> None:
    """The organisers ask this partner to send a delegation."""
    link = absolute(invitation_path(delegation))
    _post("delegation_invited", delegation, now=now, link=link, most=delegation.most_members)


def post_declined(delegation: Delegation, *, person: str, now: datetime) -> None:
    """Somebody is not in the delegation any more; why is theirs alone."""
    _post(
        "delegation_declined", delegation, now=now, person=person, link=absolute(manage_path_of(delegation))
    )


def post_digest(delegation: Delegation, *, unfinished: int, people: int, now: datetime) -> None:
    """So many of so many people have not completed their data."""
    link = absolute(manage_path_of(delegation))
    _post("delegation_digest", delegation, now=now, unfinished=unfinished, people=people, link=link)


def post_member(
    registration: Registration, event: Event, *, delegation: Delegation, again: bool = False, now: datetime
) -> None:
    """To the person: who registered them, and the link by which they agree, complete their data or decline."""
    post_letter(
        "delegation_member",
        registration,
        event,
        now=now,
        coordinator=delegation.full_name,
        organisation=delegation.organisation,
        is_reminder=again,
        link=absolute(answer_path(registration)),
    )


def _post(letter: str, delegation: Delegation, *, now: datetime, **facts: Any) -> None:
    event, language = delegation.event, delegation.language
    post(
        letter,
        to=Recipient(email=delegation.email, full_name=delegation.full_name, language=language),
        facts={
            "event_title": localised(event.title, language),
            "event_when": when(event, language),
            "contact_email": event.contact_email,
            **facts,
        },
        about=("delegation", delegation.public_id),
        event_id=event.id,
        now=now,
    )
