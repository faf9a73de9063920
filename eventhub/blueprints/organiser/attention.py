"""What an organiser should look at first: the next step of an event, and what went wrong around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.checkin.desk import list_gates
from eventhub.events.checklist import WORDS, Task
from eventhub.events.conflicts import Conflict
from eventhub.events.models import Event
from eventhub.events.rules import EventState, Format, Registering, registering
from eventhub.mail.desk import count_letters
from eventhub.mail.rules import MessageState

STEP_OF_TASK = {Task.PROGRAMME: "organiser.programme"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do: why, in a sentence, and the words and the address of its button."""

    title: str
    button: str
    href: str
    is_deed: bool = False
    """Whether the address is posted to, not opened."""


def next_step(event: Event, missing: list[Task], *, now: datetime) -> Step | None:
    """The one step that brings the event on; None when there is nothing left to do."""
    if event.state is EventState.DRAFT:
        return _towards_publication(event, missing)
    if event.state is EventState.ARCHIVED:
        return None
    if event.state is EventState.CANCELLED or now >= event.ends_at:
        return _deed(event, "archive", _("It is over: put it away."), _("Archive"))
    if event.format is not Format.ONLINE and not list_gates(event.id):
        return _page(event, "door", _("Name a gate, so that tickets can be scanned."), _("Add a gate"))
    if now >= event.starts_at:
        return Step(title=_("It is on now."), button=_("Scan tickets"), href=url_for("gate.index"))
    return Step(
        title=_("All is ready. Invite people to the public page."),
        button=_("Open the public page"),
        href=url_for("public.show", slug=event.slug),
    )


def list_attention(event: Event, conflicts: list[Conflict], *, now: datetime) -> list[Step]:
    """What went wrong or soon will, each with the page on which it is mended."""
    return list(_attention(event, conflicts, now=now))


def _attention(event: Event, conflicts: list[Conflict], *, now: datetime) -> Iterator[Step]:
    parked = count_letters(event.id)[MessageState.PARKED]
    if parked:
        title = ngettext("%(num)s letter did not arrive.", "%(num)s letters did not arrive.", parked)
        href = url_for("organiser.letters", slug=event.slug, state=MessageState.PARKED)
        yield Step(title=title, button=_("Look at the letters"), href=href)
    if conflicts:
        many = len(conflicts)
        title = ngettext("The programme has %(num)s conflict.", "The programme has %(num)s conflicts.", many)
        yield _page(event, "programme", title, _("Look at the programme"))
    if event.state is EventState.PUBLISHED and now < event.ends_at:
        yield from _doors_to_registration(event, now=now)


def _doors_to_registration(event: Event, *, now: datetime) -> Iterator[Step]:
    left = event.pool.capacity - event.pool.taken if event.pool else None
    says = {
        Registering.FULL: _("All places are taken: nobody else can register."),
        Registering.CLOSED: _("Registration is closed."),
        Registering.NOT_YET: _("Registration is not open yet."),
    }.get(registering(event.window, places_left=left, now=now))
    if says:
        yield _page(event, "edit", says, _("Change the details"))


def _towards_publication(event: Event, missing: list[Task]) -> Step:
    if not missing:
        return _deed(event, "publish_event", _("Everything is there: publish it."), _("Publish"))
    first = missing[0]
    href = url_for(STEP_OF_TASK.get(first, "organiser.edit"), slug=event.slug)
    return Step(title=_(WORDS[first]), button=_("Go on"), href=href)


def _page(event: Event, view: str, title: str, button: str) -> Step:
    return Step(title=title, button=button, href=url_for(f"organiser.{view}", slug=event.slug))


def _deed(event: Event, view: str, title: str, button: str) -> Step:
    address = url_for(f"organiser.{view}", slug=event.slug)
    return Step(title=title, button=button, href=address, is_deed=True)
