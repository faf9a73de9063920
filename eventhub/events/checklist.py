"""What an event needs before everybody may see it: seven tasks, judged from facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eventhub.core.text import LANGUAGES, N_
from eventhub.events.rules import Format, Kind


class Task(StrEnum):
    """The values are the names of the tasks in links and tests."""

    TITLE = "title"
    SUMMARY = "summary"
    DESCRIPTION = "description"
    DATES = "dates"
    PLACE = "place"
    CONTACT = "contact"
    PROGRAMME = "programme"


WORDS = {
    Task.TITLE: N_("Title in English and Russian"),
    Task.SUMMARY: N_("Summary in English and Russian"),
    Task.DESCRIPTION: N_("Description in English and Russian"),
    Task.DATES: N_("Dates that are still ahead, with registration open before the end"),
    Task.PLACE: N_("Venue, online link, or both, as the format says"),
    Task.CONTACT: N_("Host and contact address"),
    Task.PROGRAMME: N_("Programme with at least one session"),
}


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """The facts of an event that decide whether it may be published."""

    kind: Kind
    title: Mapping[str, str]
    summary: Mapping[str, str]
    description: Mapping[str, str]
    host: Mapping[str, str]
    contact_email: str
    format: Format
    has_venue: bool
    has_online_link: bool
    ends_at: datetime
    closes_at: datetime | None
    sessions: int


def open_tasks(facts: Readiness, *, now: datetime) -> list[Task]:
    """What is missing, in the order of the page; empty when the event may be published."""
    is_done = {
        Task.TITLE: _in_all_languages(facts.title),
        Task.SUMMARY: _in_all_languages(facts.summary),
        Task.DESCRIPTION: _in_all_languages(facts.description),
        Task.DATES: now < (facts.closes_at or facts.ends_at),
        Task.PLACE: _has_place(facts),
        Task.CONTACT: bool(facts.contact_email) and _in_any_language(facts.host),
        # A seminar's one talk is told by its own title and description.
        Task.PROGRAMME: facts.kind is Kind.SEMINAR or facts.sessions > 0,
    }
    return [task for task in Task if not is_done[task]]


def _in_all_languages(texts: Mapping[str, str]) -> bool:
    return all(texts.get(language) for language in LANGUAGES)


def _in_any_language(texts: Mapping[str, str]) -> bool:
    return any(texts.values())


def _has_place(facts: Readiness) -> bool:
    needs_venue = facts.format is not Format.ONLINE
    needs_link = facts.format is not Format.ON_SITE
    return (facts.has_venue or not needs_venue) and (facts.has_online_link or not needs_link)
