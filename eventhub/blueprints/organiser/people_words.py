"""How the people table says what it shows: names of tabs, columns and orders, and each cell as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import pgettext

from eventhub.blueprints.organiser import words
from eventhub.core.text import N_, Localised, localised
from eventhub.core.tombstones import is_placeholder
from eventhub.people.queries import PersonRow
from eventhub.people.rules import BulkAction, Column, RowState, Sort, Tab
from eventhub.web.answers import person_text
from eventhub.web.i18n import language
from eventhub.web.wording import country_name, language_name

TABS = {
    Tab.ALL: N_("All"),
    Tab.CONFIRMED: N_("Confirmed"),
    Tab.PENDING: N_("Pending"),
    Tab.WAITING: N_("Waiting list"),
    Tab.OFFERED: N_("Offered"),
    Tab.CANCELLED: N_("Cancelled"),
    Tab.CHECKED_IN: N_("Checked in"),
}
COLUMNS = {
    Column.ORGANISATION: N_("Organisation"),
    Column.COUNTRY: N_("Country"),
    Column.STATE: N_("State"),
    Column.TICKET: N_("Ticket"),
    Column.CHECKED_IN: N_("Checked in at"),
    Column.TAGS: N_("Tags"),
    Column.TYPE: N_("Kind of ticket"),
    Column.EMAIL: N_("E-mail"),
    Column.LANGUAGE: N_("Language"),
    Column.SESSIONS: N_("Sessions"),
    Column.REGISTERED: N_("Registered at"),
    Column.NUMBER: N_("Number"),
    Column.DELEGATION: N_("Delegation"),
    Column.ACCOMPANYING: N_("Accompanying persons"),
    Column.PARTNER: N_("In the directory"),
}
SORTS = {
    Sort.NAME: N_("Name"),
    Sort.TIME: N_("Time of registration"),
    Sort.ORGANISATION: N_("Organisation"),
    Sort.STATE: N_("State"),
}
ACTIONS = {
    BulkAction.ADD_TAG: N_("Add a tag"),
    BulkAction.REMOVE_TAG: N_("Remove a tag"),
    BulkAction.CANCEL: N_("Cancel with a reason"),
    BulkAction.RESEND: N_("Send the letter again"),
    BulkAction.COMPLETE: N_("Remind to complete the data"),
}
ROWS = {
    RowState.WAITING: N_("Waiting"),
    RowState.DONE: N_("Done"),
    RowState.SKIPPED: N_("Left out"),
    RowState.FAILED: N_("Failed"),
}
ROW_TONES = {RowState.DONE: "ok", RowState.SKIPPED: "warn", RowState.FAILED: "err"}
# A mistake of ours is told in the log; an organiser can only try it again.
FAILED = N_("Something went wrong on our side. Try this one again by itself.")


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Rows as texts, in the reader's language and the event's time."""

    zone: str
    tags: Mapping[int, Sequence[str]]
    sessions: Mapping[int, Sequence[Localised]]
    delegations: Mapping[int, str] = field(default_factory=dict)
    companions: Mapping[int, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    partners: Mapping[str, Localised] = field(default_factory=dict)

    def of(self, row: PersonRow, columns: Sequence[Column]) -> list[str]:
        """One text a column, empty where there is nothing to say."""
        return [self._makers[column](row) for column in columns]

    @cached_property
    def _makers(self) -> dict[Column, Any]:
        countries: dict[str, str] = {}
        return {
            Column.ORGANISATION: lambda row: row.organisation,
            Column.COUNTRY: lambda row: _kept(countries, row.country),
            Column.STATE: lambda row: _(words.REGISTRATIONS[row.state]),
            Column.TICKET: lambda row: row.ticket or "",
            Column.CHECKED_IN: lambda row: self._clock(row.since),
            Column.TAGS: lambda row: ", ".join(self.tags.get(row.registration_id, ())),
            Column.TYPE: lambda row: localised(row.ticket_type, language()),
            Column.EMAIL: lambda row: "" if is_placeholder(row.email) else row.email,
            Column.LANGUAGE: lambda row: language_name(row.language),
            Column.SESSIONS: lambda row: self._sessions_of(row),
            Column.REGISTERED: lambda row: self._clock(row.created_at),
            Column.NUMBER: lambda row: row.number,
            Column.DELEGATION: lambda row: self.delegations.get(row.registration_id, ""),
            Column.PARTNER: lambda row: localised(self.partners.get(row.organisation), language()),
            Column.ACCOMPANYING: lambda row: "; ".join(
                map(person_text, self.companions.get(row.registration_id, ()))
            ),
        }

    def _sessions_of(self, row: PersonRow) -> str:
        titles = self.sessions.get(row.registration_id, ())
        return "; ".join(localised(title, language()) for title in titles)

    def _clock(self, moment: datetime | None) -> str:
        """A form that sorts, also in a spreadsheet."""
        return moment.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M") if moment else ""


def _kept(names: dict[str, str], code: str) -> str:
    if code not in names:
        names[code] = country_name(code) if code else ""
    return names[code]


def came(value: bool | None) -> str:
    """The address's word for the filter."""
    return {True: "yes", False: "no", None: ""}[value]


def came_choices() -> list[tuple[str, str]]:
    return [("", pgettext("filter", "Any")), ("yes", _("Checked in")), ("no", _("Not checked in"))]
