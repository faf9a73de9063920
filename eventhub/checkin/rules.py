"""The words of a door: verdicts, directions, ways to scan, and why something is refused. judging.py judges."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from eventhub.core.errors import Refusal
from eventhub.core.refusals import ReasonMissing
from eventhub.core.text import N_

DOORS_OPEN_BEFORE = timedelta(hours=3)
SESSIONS_OPEN_BEFORE = timedelta(minutes=30)
SHORTEST_SEARCH = 2
LONGEST_REASON = 200
# Why somebody comes in who was found by name; the crew may say it in other words.
USUAL_REASONS = (N_("Forgot the ticket"), N_("Phone is empty"), N_("Code can’t be read"))
# One type today; the word for it is the page's.
TICKET_TYPE = "participant"


class Verdict(StrEnum):
    ADMIT = "admit"
    LEFT = "left"
    ALREADY_IN = "already_in"
    USED = "used"
    NOT_INSIDE = "not_inside"
    NOT_YET = "not_yet"
    OVER = "over"
    OTHER_EVENT = "other_event"
    WRONG_TYPE = "wrong_type"
    NOT_BOOKED = "not_booked"
    UNPAID = "unpaid"
    ASK = "ask"
    CANCELLED = "cancelled"
    VOID = "void"
    UNKNOWN = "unknown"
    UNDONE = "undone"


# What moves a person through the door; only these can be undone.
MOVING = (Verdict.ADMIT, Verdict.LEFT)
# With these somebody comes in, now or once the crew has ticked what is asked.
COMING_IN = (Verdict.ADMIT, Verdict.ASK)
# What was done before, and says when and where.
REPEATED = (Verdict.ALREADY_IN, Verdict.USED)
# The door says nothing of a person whose ticket is not for it.
NAMELESS = (Verdict.OTHER_EVENT, Verdict.UNKNOWN)


class Direction(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"


class ScanSource(StrEnum):
    CAMERA = "camera"
    WEDGE = "wedge"
    LINK = "link"
    SEARCH = "search"
    WALK_IN = "walk_in"
    CORRECTION = "correction"


class NothingToUndo(Refusal):
    sentence = N_("Only an admission or an exit can be undone.")


class AlreadyUndone(Refusal):
    sentence = N_("This scan is undone already.")


class LaterScanCounts(Refusal):
    sentence = N_("A later scan of this ticket counts now. Undo that one first.")


class NobodyChosen(Refusal):
    sentence = N_("Tick who goes through.")
    status = 422


class AdultMustCome(Refusal):
    sentence = N_("Children under 14 come in with an adult: tick the adult too.")
    status = 422


class NobodyInside(Refusal):
    sentence = N_("Tick who has left. Nobody of those who are ticked is inside.")
    status = 422


class QuestionsOpen(Refusal):
    sentence = N_("Tick what has to be checked before anybody comes in.")
    status = 422


class ScanIdTaken(Refusal):
    """A scan id names one scan for ever; another one under it is a mistake of whoever scans."""

    sentence = N_("This scan’s number belongs to another scan. Nothing was stored; please scan again.")


class ScanInProgress(Refusal):
    """The same scan is being stored by another request at this moment; asked again, it has its answer."""

    sentence = N_("This scan is being stored right now. Send it again.")
    status = 503


def check_reason(reason: str) -> None:
    """Raises ReasonMissing for an empty or an endless one."""
    if not is_reason(reason):
        raise ReasonMissing()


def is_reason(text: str) -> bool:
    return 0 < len(text) <= LONGEST_REASON
