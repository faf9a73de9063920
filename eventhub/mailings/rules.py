"""How a letter to many moves, who gets it and who is left out, and when reminders are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventhub.core.errors import Refusal
from eventhub.core.text import N_
from eventhub.core.tombstones import is_placeholder
from eventhub.registration.rules import LIVE, RegistrationState

# So long the organiser may take a letter to many back; nothing of it leaves before.
SECOND_THOUGHTS = timedelta(seconds=60)
# Who confirmed only now has the day in mind and is not reminded of it.
FRESHLY_CONFIRMED = timedelta(hours=12)
# So long at least has who was asked, before silence counts as an answer.
TIME_TO_ANSWER = timedelta(hours=24)
MOST_DAYS = 60
MOST_HOURS = 240


class MailingState(StrEnum):
    """`posted`: its letters are stored; they leave unless it is withdrawn before."""

    DRAFT = "draft"
    POSTED = "posted"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


MOVES = {
    MailingState.DRAFT: frozenset({MailingState.POSTED, MailingState.DISCARDED}),
    MailingState.POSTED: frozenset({MailingState.WITHDRAWN}),
    MailingState.WITHDRAWN: frozenset(),
    MailingState.DISCARDED: frozenset(),
}


class LeftOut(StrEnum):
    """Why somebody who was chosen gets no letter."""

    ENDED = "ended"
    ERASED = "erased"
    HAS_IT = "has_it"
    SAME_ADDRESS = "same_address"
    UNWRITABLE = "unwritable"


class NobodyToWriteTo(Refusal):
    sentence = N_("Nobody would get this letter. Choose other people.")
    status = 422
    field = "states"


class NothingToSay(Refusal):
    sentence = N_("Write a subject and a text, in English or in Russian.")
    status = 422


class NothingToWithdraw(Refusal):
    sentence = N_("All letters have left already: nothing can be withdrawn any more.")


class PlanUnclear(Refusal):
    sentence = N_("A place can only be given back when people are asked, and after they had time to answer.")
    status = 422
    field = "give_back_hours"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A chosen registration as far as the choice goes."""

    public_id: str
    state: RegistrationState
    email_key: str
    is_removed: bool


@dataclass(frozen=True, kw_only=True)
class Round:
    """Who gets a letter to many, by public ids, and how many are left out for which reason."""

    readers: tuple[str, ...]
    left_out: Mapping[LeftOut, int]


def round_of(chosen: Iterable[Chosen], *, have_it: Collection[str]) -> Round:
    """Each address gets one letter; `have_it` are public ids that got the same letter before."""
    readers: list[str] = []
    addresses: set[str] = set()
    reasons: Counter[LeftOut] = Counter()
    for one in chosen:
        reason = _why_not(one, have_it, addresses)
        if reason is None:
            readers.append(one.public_id)
            addresses.add(one.email_key)
        else:
            reasons[reason] += 1
    return Round(readers=tuple(readers), left_out=dict(reasons))


def _why_not(one: Chosen, have_it: Collection[str], addresses: Collection[str]) -> LeftOut | None:
    if one.is_removed or is_placeholder(one.email_key):
        return LeftOut.ERASED
    if one.state not in LIVE:
        return LeftOut.ENDED
    if one.public_id in have_it:
        return LeftOut.HAS_IT
    return LeftOut.SAME_ADDRESS if one.email_key in addresses else None


class ReminderKind(StrEnum):
    REMINDER = "reminder"
    RECONFIRM = "reconfirm"
    COMPLETE = "complete"


class Answer(StrEnum):
    """What became of the question whether somebody still comes."""

    COMES = "comes"
    GIVES_BACK = "gives_back"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What goes out by itself before an event; None is off. Days and hours count back from its start, `complete_days`
    from the day on which an answer is due."""

    remind_days: int | None = None
    reconfirm_days: int | None = None
    give_back_hours: int | None = None
    complete_days: int | None = None

    def gives_back_at(self, starts_at: datetime) -> datetime | None:
        """When the places of those who did not answer become free."""
        return None if self.give_back_hours is None else starts_at - timedelta(hours=self.give_back_hours)


def check_plan(plan: Plan) -> None:
    """Raises PlanUnclear when places would go before anybody had the time to answer."""
    if plan.give_back_hours is None:
        return
    asked = timedelta(days=plan.reconfirm_days or 0)
    if asked - timedelta(hours=plan.give_back_hours) < TIME_TO_ANSWER:
        raise PlanUnclear()
