"""Refusals: what the house says no to, as facts with one sentence for the user."""

from __future__ import annotations

from typing import Any, ClassVar

from eventhub.core.text import N_


class Refusal(Exception):
    """A deed that is not done. Raising one rolls the transaction back; the edge words it once.

    `sentence` is an English source string for gettext with %(name)s fields, filled from `facts`.
    `field` names the form field beside which the sentence belongs, if there is one; where the fields are somebody's
    own questions, each refusal is given it.
    """

    sentence: ClassVar[str] = N_("This can't be done.")
    status: ClassVar[int] = 409
    field: str | None = None

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.sentence)
        self.facts = facts


class NotFound(Refusal):
    """There is no such thing, or it is not yours: both look the same from outside."""

    sentence = N_("We can't find this page.")
    status = 404


class NotAllowed(Refusal):
    """You are known, and this is not for you."""

    sentence = N_("Your account may not do this.")
    status = 403


class TooMany(Refusal):
    """A limit on tries is reached; `retry_after` is in whole seconds, the sentence may say %(minutes)d."""

    sentence = N_("Too many tries. Please wait a little and try again.")
    status = 429

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(retry_after=retry_after, minutes=max(1, -((1 - retry_after) // 60)))
        self.retry_after = retry_after


class Busy(Refusal):
    """The database could not give its lock in time; nothing was changed."""

    sentence = N_("Many people are registering right now. Nothing was changed; please try again in a moment.")
    status = 503


class IllegalMove(Refusal):
    """A state machine has no such move."""

    sentence = N_("This isn't possible any more: its state has changed. Please reload the page.")
