"""A sheet between its check and its import: kept for an hour under a random key, judged anew each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select

from eventhub.core.errors import Refusal
from eventhub.core.ids import public_id
from eventhub.core.names import email_key
from eventhub.db import db, rows_changed
from eventhub.registration.delegations.members import add, correct, entry_of
from eventhub.registration.delegations.models import Delegation, DelegationMember, KeptSheet
from eventhub.registration.delegations.queries import find_by_address
from eventhub.registration.delegations.reading import Row
from eventhub.registration.delegations.rules import KEPT_FOR, Entry, SheetGone
from eventhub.registration.delegations.sheets import Known, Report, Verdict, judge, refused
from eventhub.registration.delegations.tickets import tickets_of_list
from eventhub.registration.models import Registration
from eventhub.registration.rules import LIVE
from eventhub.registration.types.models import TicketType


def keep_sheet(delegation: Delegation, rows: Sequence[Row], *, now: datetime) -> KeptSheet:
    """Raises ColumnsMissing and SheetEmpty when there is nothing that could be imported."""
    _judge(delegation, rows, now=now)
    sheet = KeptSheet(
        public_id=public_id(),
        delegation_id=delegation.id,
        rows=[{"number": number, "cells": cells} for number, cells in rows],
        refused={},
        expires_at=now + KEPT_FOR,
    )
    db.session.add(sheet)
    db.session.flush()
    return sheet


def get_sheet(delegation: Delegation, public_id: str, *, now: datetime) -> KeptSheet:
    """Raises SheetGone, for those of other delegations too."""
    query = select(KeptSheet).where(
        KeptSheet.public_id == public_id,
        KeptSheet.delegation_id == delegation.id,
        KeptSheet.expires_at > now,
    )
    sheet = db.session.scalars(query).one_or_none()
    if sheet is None:
        raise SheetGone()
    return sheet


def drop_old_sheets(*, now: datetime) -> int:
    """Their hour is over. How many they were."""
    return rows_changed(delete(KeptSheet).where(KeptSheet.expires_at <= now))


def judge_sheet(delegation: Delegation, sheet: KeptSheet, *, now: datetime) -> Report:
    """Every row as things stand now."""
    return _judge(delegation, [(row["number"], row["cells"]) for row in sheet.rows], now=now)


def report_of(delegation: Delegation, sheet: KeptSheet, *, now: datetime) -> Report:
    """As judge_sheet; what an import could not do is said beside the row."""
    report = judge_sheet(delegation, sheet, now=now)
    rows = [
        refused(row, **sheet.refused[str(row.number)])
        if str(row.number) in sheet.refused and row.verdict in (Verdict.NEW, Verdict.CHANGED)
        else row
        for row in report.rows
    ]
    return Report(layout=report.layout, rows=rows)


def _judge(delegation: Delegation, rows: Sequence[Row], *, now: datetime) -> Report:
    usual = Entry(
        full_name="",
        email="",
        organisation=delegation.organisation,
        country=delegation.country,
        language=delegation.language,
    )
    room, tickets = delegation.most_members - delegation.member_count, tickets_of_list(delegation, now=now)
    find = tickets.find if tickets else None
    return judge(rows, usual=usual, known=_known(delegation), room=room, tickets=find)


def _known(delegation: Delegation) -> Mapping[str, Known]:
    """Everybody in the list, by address, in one statement."""
    query = (
        select(DelegationMember, Registration.state, TicketType.public_id)
        .outerjoin(Registration, Registration.id == DelegationMember.registration_id)
        .outerjoin(TicketType, TicketType.id == Registration.ticket_type_id)
        .where(DelegationMember.delegation_id == delegation.id)
    )
    return {
        member.email_key: Known(
            entry=replace(entry_of(member), ticket=ticket or ""), is_settled=_is_settled(member, state)
        )
        for member, state, ticket in db.session.execute(query)
    }


def _is_settled(member: DelegationMember, state: str | None) -> bool:
    has_ended = state is not None and state not in LIVE
    return member.completed_at is not None or member.declined_at is not None or has_ended


def import_entry(delegation: Delegation, entry: Entry, *, now: datetime) -> None:
    """Add the person, or change what the list says of them. For a transaction of its own: one row stops no other.

    Raises as add and correct.
    """
    there = find_by_address(delegation, email_key(entry.email))
    if there is None:
        add(delegation, entry, now=now)
    elif there.completed_at is None and there.declined_at is None:
        correct(delegation, there, entry, now=now)


def remember_refusals(sheet: KeptSheet, refusals: Mapping[int, Refusal]) -> None:
    """Why rows could not be imported, by their numbers, in place of what was remembered before."""
    sheet.refused = {
        str(number): {"sentence": why.sentence, "facts": _plain(why.facts)}
        for number, why in refusals.items()
    }
    db.session.flush()


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    """What JSON can keep."""
    return {name: value if isinstance(value, dict | int) else str(value) for name, value in facts.items()}
