"""Answers that come with a registration or after it: judged, and their places named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from eventhub.registration.forms.answering import (
    Stored,
    Typed,
    companions_in,
    judge,
    no_room,
    places_of,
    shown,
)
from eventhub.registration.forms.each import asked_of_each, of_people
from eventhub.registration.forms.queries import by_name, get_form, hold_form, list_own_answers
from eventhub.registration.forms.shapes import Form, Question, Stage
from eventhub.registration.forms.unfit import FormChanged
from eventhub.registration.needs import Claim, Claims
from eventhub.registration.types.rules import OfferedType


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What was typed into an event's own questions, by their public ids. `mark` is the form's as it was shown;
    None when nobody was shown one, as with an import. Files among the answers came under `scope`."""

    typed: Typed = field(default_factory=dict)
    mark: str | None = None
    scope: str = ""


@dataclass(frozen=True, kw_only=True)
class Given:
    """Answers to write, older ones that go, and the places that all answers now need. `companions` take places of the
    event besides. `types` are those that the event offers. `changes` are the names under which was asked (forms/each).
    """

    answers: Sequence[Stored]
    gone: Sequence[Stored]
    pools: Claims
    changes: Sequence[str]
    scope: str = ""
    types: Sequence[OfferedType] = ()
    companions: int = 0


NOTHING_GIVEN = Given(answers=(), gone=(), pools={}, changes=())


def asked_now(form: Form, *, now: datetime) -> list[Question]:
    """What is asked of somebody who registers."""
    return [question for question in form if question.content.stage is Stage.NOW and question.is_open(now)]


def asked_again(form: Form, stored: Mapping[str, Stored], *, now: datetime) -> list[Question]:
    """What somebody who takes part can change: all that was answered, and what all are asked."""
    return [
        question
        for question in form
        if question.is_open(now) and (question.content.stage is Stage.NOW or question.public_id in stored)
    ]


def asked_later(form: Form, stored: Mapping[str, Stored], *, now: datetime) -> list[Question]:
    """What somebody who takes part has not been asked yet."""
    return [question for question in form if question.is_open(now) and question.public_id not in stored]


def to_complete(form: Form, stored: Mapping[str, Stored], *, now: datetime) -> list[Question]:
    """As asked_later, but for what the answers so far hide: what there is to remind of."""
    open_ones = {question.public_id for question in asked_later(form, stored, now=now)}
    values = {name: answer.value for name, answer in stored.items()}
    return [question for question in shown(form, values) if question.public_id in open_ones]


def is_stale(form: Form, sheet: Sheet) -> bool:
    """Whether the person was shown another form than this."""
    return bool(form.mark) and sheet.mark is not None and sheet.mark != form.mark


def take_first(event_id: int, sheet: Sheet, *, people: Sequence[str] = (), now: datetime) -> Given:
    """Judge the answers of somebody who registers, and of `people` besides, by their keys (forms/each). Raises
    FormChanged, UnknownQuestion, and the first Unfit."""
    form = asked_of_each(hold_form(event_id), people)
    return _given(form, sheet, asked_now(form, now=now), {})


def take_again(
    form: Form,
    registration_id: int,
    sheet: Sheet,
    *,
    people: Sequence[str] = (),
    now: datetime,
    later: bool = False,
) -> Given:
    """Judge what somebody who takes part answers: anew, or `later` what is open still. As take_first.

    `form` is held and the registration locked, in this order, so that nobody waits for each other.
    """
    form = asked_of_each(form, people)
    stored = by_name(of_people(list_own_answers(registration_id), people))
    asked = (asked_later if later else asked_again)(form, stored, now=now)
    return _given(form, sheet, asked, stored)


def pools_again(registration_id: int, form: Form) -> Claims:
    """The places that a registration's answers need, for one that has none. The form is held. What is not asked any
    more takes nothing, since nobody could choose anew."""
    return pools_of_answers(form, list_own_answers(registration_id))


def pools_of_answers(form: Form, answers: Iterable[Stored]) -> Claims:
    """As pools_again, of answers that were read already."""
    asked = {question.id for question in form}
    return _pools(form, (one for one in answers if one.question.id in asked))


def without_places(given: Given, event_id: int) -> Given:
    """The same but for the answers that would take places."""
    if not given.pools:
        return given
    form = get_form(event_id)
    free = [one for one in given.answers if not _pools(form, [one])]
    return replace(given, answers=free, pools={}, companions=companions_in(free))


def _given(form: Form, sheet: Sheet, asked: Iterable[Question], stored: Mapping[str, Stored]) -> Given:
    if is_stale(form, sheet):
        raise FormChanged()
    judged = judge(form, sheet.typed, asked={question.public_id for question in asked}, stored=stored)
    for refusal in judged.unfit.values():
        raise refusal
    fresh = {name: one for name, one in judged.answers.items() if stored.get(name) != one}
    changes = sorted({*fresh, *judged.dropped})
    after = {name: one for name, one in {**stored, **fresh}.items() if name not in judged.dropped}
    return Given(
        answers=list(fresh.values()),
        gone=[stored[name] for name in changes if name in stored],
        pools=_pools(form, after.values()),
        changes=changes,
        scope=sheet.scope,
        types=form.types,
        companions=companions_in(after.values()),
    )


def _pools(form: Form, answers: Iterable[Stored]) -> Claims:
    pools: dict[int, Claim] = {}
    for answer in answers:
        question = answer.question
        for key, count in places_of(question, answer.value).items():
            pool, refusal = form.pools.get((question.id, key)), no_room(question, key)
            if pool is not None and refusal is not None:
                before = pools.get(pool, Claim(0, refusal))
                pools[pool] = Claim(before.count + count, before.refusal)
    return pools
