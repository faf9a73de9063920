"""The sections of an event, in an order of their own: institutes and their sections, tracks, areas of a site."""

from __future__ import annotations

from datetime import datetime

from eventhub import audit
from eventhub.core.errors import NotFound
from eventhub.db import db
from eventhub.events.commands import lock
from eventhub.events.models import Event, Section
from eventhub.events.rules import EventState
from eventhub.events.stamps import revise


def add_section(
    event: Event, *, title: dict[str, str], by: str, now: datetime, parent: Section | None = None
) -> Section:
    """An institute, a section of it, a track, or an area of the site; it comes last."""
    lock(event)
    section = Section(event_id=event.id, parent_id=parent.id if parent else None, title=title,
                      position=len(event.sections))  # fmt: skip
    event.sections.append(section)
    db.session.flush()
    _show(event, now=now)
    audit.record("section.added", subject=_subject(section), by=by, now=now, event=event.id, title=title)
    return section


def rename_section(section: Section, *, title: dict[str, str], by: str, now: datetime) -> None:
    """Call it something else."""
    lock(section.event)
    old, section.title = section.title, title
    if old == title:
        return
    _show(section.event, now=now)
    audit.record("section.renamed", subject=_subject(section), by=by, now=now, title=[old, title])


def move_section(section: Section, *, steps: int, by: str, now: datetime) -> None:
    """Up (-1) or down (1) among those of the same parent; beyond an end nothing happens."""
    lock(section.event)
    beside = children(section.event, section.parent_id)
    old = beside.index(section)
    new = min(max(old + steps, 0), len(beside) - 1)
    if new == old:
        return
    beside.insert(new, beside.pop(old))
    for position, one in enumerate(beside):
        one.position = position
    db.session.flush()
    db.session.expire(section.event, ["sections"])
    _show(section.event, now=now)
    audit.record("section.moved", subject=_subject(section), by=by, now=now, position=[old, new])


def get_section(event: Event, number: int) -> Section:
    """A section of this event. Raises NotFound, for those of other events too."""
    found = next((section for section in event.sections if section.id == number), None)
    if found is None:
        raise NotFound()
    return found


def children(event: Event, parent_id: int | None) -> list[Section]:
    """The sections right under a parent, None for the institutes themselves, in their order."""
    return [section for section in event.sections if section.parent_id == parent_id]


def outline(event: Event) -> list[tuple[Section, int]]:
    """Every section as people read them: each institute (depth 0) before its own sections (depth 1)."""
    return [
        (section, depth)
        for institute in children(event, None)
        for depth, group in enumerate(([institute], children(event, institute.id)))
        for section in group
    ]


def _show(event: Event, *, now: datetime) -> None:
    if event.state is not EventState.DRAFT:
        revise(event, now=now)


def _subject(section: Section) -> tuple[str, str]:
    return ("section", str(section.id))
