"""Names of statuses, columns and verdicts, and what is wrong with a row, in the reader's language."""

from __future__ import annotations

from flask_babel import gettext as _

from eventhub.core.text import N_
from eventhub.registration.delegations.columns import Column
from eventhub.registration.delegations.rules import DelegationState, MemberStatus
from eventhub.registration.delegations.sheets import Fault, Judged
from eventhub.web.i18n import say
from eventhub.web.wording import country_name, language_name

STATUSES = {
    MemberStatus.INVITED: N_("Invited"),
    MemberStatus.COMPLETED: N_("Completed"),
    MemberStatus.WAITING: N_("Waiting list"),
    MemberStatus.CHECKED_IN: N_("Checked in"),
    MemberStatus.CANCELLED: N_("Cancelled"),
    MemberStatus.DECLINED: N_("Declined"),
}
TONES = {
    MemberStatus.INVITED: "warn",
    MemberStatus.COMPLETED: "ok",
    MemberStatus.WAITING: "info",
    MemberStatus.CHECKED_IN: "ok",
}
STATES = {
    DelegationState.INVITED: N_("Invited"),
    DelegationState.PENDING: N_("Not confirmed"),
    DelegationState.OPEN: N_("Open"),
    DelegationState.ENDED: N_("Ended"),
}
COLUMNS = {
    Column.FULL_NAME: N_("Full name"),
    Column.EMAIL: N_("E-mail"),
    Column.ORGANISATION: N_("University or company"),
    Column.COUNTRY: N_("Country"),
    Column.LANGUAGE: N_("Language of our letters"),
    Column.TICKET: N_("Ticket"),
}
ROW = N_("Row")
REASON = N_("What is wrong")


def column_name(fault: Fault) -> str:
    """The column of a fault, as the reader calls it; a dash for the whole row."""
    return "–" if fault.column is None else str(_(COLUMNS[fault.column]))


def fault_sentence(fault: Fault) -> str:
    return say(fault.sentence, fault.facts)


def reason(row: Judged) -> str:
    """All that is wrong with a row, in one line."""
    return "; ".join(
        fault_sentence(fault) if fault.column is None else f"{column_name(fault)}: {fault_sentence(fault)}"
        for fault in row.faults
    )


def value_of(column: Column, value: str) -> str:
    """A value of a list in words."""
    if column is Column.COUNTRY and value:
        return country_name(value)
    return language_name(value) if column is Column.LANGUAGE and value else value
