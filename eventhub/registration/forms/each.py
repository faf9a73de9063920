"""Questions that each person of a family is asked: the form with a copy of them for everybody who comes along.

A copy is called by its question and the key of its person. That is the id of the attendee, or what stands for somebody
who is not written down yet. The first person answers the question itself, as whoever comes alone does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from eventhub.core.text import small_number
from eventhub.registration.forms.answering import Stored
from eventhub.registration.forms.shapes import Condition, Form, Question

# No public id has it.
_JOINT = "."
_NEW = "n"
NOBODY_NEW: Mapping[str, int] = {}


def question_in(name: str) -> str:
    """The public id of the question that is asked under this name."""
    return name.partition(_JOINT)[0]


def person_in(name: str) -> str:
    """The key of the person who is asked under this name; empty for the first or for all together."""
    return name.partition(_JOINT)[2]


def name_for(public_id: str, person: str) -> str:
    """Under which name a person is asked."""
    return f"{public_id}{_JOINT}{person}"


def newcomer(at: int) -> str:
    """The key of somebody who is not written down yet, by the place among those who come along."""
    return f"{_NEW}{at}"


def newcomers(attendee_ids: Iterable[int]) -> dict[str, int]:
    """Who came of them, all of whom were new."""
    return {newcomer(at): attendee for at, attendee in enumerate(attendee_ids)}


def asked_of_each(form: Form, people: Sequence[str]) -> Form:
    """The form with a copy for each of these keys, behind the question that it is made of."""
    each = {question.public_id for question in form if question.content.is_for_each}
    if not people or not each:
        return form
    sections = (
        replace(
            section,
            questions=tuple(one for asked in section.questions for one in _with_copies(asked, people, each)),
        )
        for section in form.sections
    )
    return replace(form, sections=tuple(sections))


def _with_copies(question: Question, people: Sequence[str], each: Collection[str]) -> list[Question]:
    copies = [_copy(question, person, each) for person in people] if question.public_id in each else []
    return [question, *copies]


def _copy(question: Question, person: str, each: Collection[str]) -> Question:
    """A condition looks at the person's own answers, and at those that are given for all together."""
    condition = question.content.condition
    tests = tuple(
        replace(test, question=name_for(test.question, person)) if test.question in each else test
        for test in condition.tests
    )
    content = replace(question.content, condition=Condition(match=condition.match, tests=tests))
    return replace(question, public_id=name_for(question.public_id, person), content=content)


def moved_up(name: str, *, dropped: int) -> str | None:
    """What a name is called once the newcomer at this place does not come along; None for one of theirs."""
    person = person_in(name)
    at = small_number(person.removeprefix(_NEW)) if person.startswith(_NEW) else None
    if at is None or at < dropped:
        return name
    return None if at == dropped else name_for(question_in(name), newcomer(at - 1))


def of_people(answers: Iterable[Stored], people: Collection[str]) -> list[Stored]:
    """Without those of who does not come along any more."""
    return [one for one in answers if person_in(one.question.public_id) in ("", *people)]


def written_down(answers: Iterable[Stored], new: Mapping[str, int]) -> list[Stored]:
    """The same under the names that stay: those of newcomers by the ids that they have now."""
    return [_by_id(one, person_in(one.question.public_id), new) for one in answers]


def _by_id(answer: Stored, person: str, new: Mapping[str, int]) -> Stored:
    if not person:
        return answer
    attendee_id = new[person] if person in new else int(person)
    name = name_for(question_in(answer.question.public_id), str(attendee_id))
    return replace(answer, question=replace(answer.question, public_id=name), attendee_id=attendee_id)
