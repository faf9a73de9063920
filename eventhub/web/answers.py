"""Questions and answers in the reader's words: an answer as a sentence, and when a question is asked at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from eventhub.core import moments
from eventhub.core.text import N_, localised
from eventhub.registration.forms.answering import Stored, is_kept
from eventhub.registration.forms.conditions import Value, as_typed, holds
from eventhub.registration.forms.shapes import Form, Match, Question, Relation, Shape, Test
from eventhub.registration.forms.unfit import PREFIX
from eventhub.web.i18n import language
from eventhub.web.wording import country_name

YES_NO = {"yes": N_("Yes"), "no": N_("No")}


def label_of(question: Question) -> str:
    """The question."""
    return localised(question.content.label, language())


def option_name(question: Question, key: str) -> str:
    """An option in words; its key when this version does not know it."""
    option = question.option(key)
    return key if option is None else localised(option.label, language())


def answer_text(answer: Stored) -> str:
    """What was answered, as it was asked; empty when nothing was."""
    question, value = answer.question, answer.value
    if answer.is_sealed and value is None:
        return str(_("Stored and sealed"))
    if value is None or value == []:
        return ""
    if question.content.shape is Shape.PEOPLE and isinstance(value, list):
        return "; ".join(person_text(one) for one in value if isinstance(one, dict))
    if isinstance(value, bool):
        word = "yes" if value else "no"
        return str(_(YES_NO[word]))
    if isinstance(value, list):
        return "; ".join(option_name(question, key) for key in as_typed(value))
    say = _WORDS.get(question.content.shape)
    return say(question, str(value)) if say else str(value)


def person_text(person: Mapping[str, str]) -> str:
    """An accompanying person."""
    return f"{person['name']} ({person['note']})" if person["note"] else person["name"]


def _day(_question: Question, value: str) -> str:
    return moments.whole_day(date.fromisoformat(value), language())


def _country(_question: Question, value: str) -> str:
    return country_name(value)


def _file_name(_question: Question, value: str) -> str:
    return value.partition("/")[2]


_WORDS = {
    Shape.ONE: option_name,
    Shape.DATE: _day,
    Shape.COUNTRY: _country,
    Shape.FILE: _file_name,
}


def answer_rows(answers: Iterable[Stored]) -> list[dict[str, str]]:
    """Each question as it was asked, of whom, and what was answered, for components/summary_list.html."""
    return [{"key": asked_whom(answer), "value": answer_text(answer)} for answer in answers]


def asked_whom(answer: Stored) -> str:
    """The question, and whom it was asked, if not the first person."""
    label = label_of(answer.question)
    return f"{label} ({answer.person})" if answer.person else label


def has_file(answer: Stored) -> bool:
    """Whether there is a file to fetch."""
    return answer.question.content.shape is Shape.FILE and answer.value is not None


def by_link(answer: Stored) -> Stored:
    """As whoever has the link may see it: links are passed on, and passports are not."""
    return replace(answer, value=None) if answer.is_sealed and is_kept(answer) else answer


def hint_of(question: Question) -> str:
    """What is said under the question: the help, and why it is asked."""
    help_text, purpose = (
        localised(text, language()) for text in (question.content.help, question.content.purpose)
    )
    return " ".join(part for part in (help_text, purpose and _("Why we ask: %(why)s", why=purpose)) if part)


def only_if(form: Form, question: Question) -> str:
    """When the question is asked, in a sentence; empty when always."""
    condition = question.content.condition
    if not condition.tests:
        return ""
    parts = [_test_in_words(form, test) for test in condition.tests]
    joined = (_(" and ") if condition.match is Match.ALL else _(" or ")).join(parts)
    return str(_("Only if %(conditions)s.", conditions=joined))


def _test_in_words(form: Form, test: Test) -> str:
    other = form.find(test.question)
    return "…" if other is None else test_in_words(other, test.relation, value_in_words(other, test.value))


def test_in_words(question: Question, relation: Relation, answer: str) -> str:
    """What a test asks of an earlier question, its `answer` in words."""
    label = label_of(question)
    if relation is Relation.ANSWERED:
        return str(_("“%(question)s” is answered", question=label))
    if relation is Relation.CONTAINS:
        return str(_("“%(question)s” includes “%(answer)s”", question=label, answer=answer))
    return str(_("“%(question)s” is “%(answer)s”", question=label, answer=answer))


def value_in_words(question: Question, value: str) -> str:
    """A test's value: an option or yes and no by their words, a text as it is."""
    if question.content.shape is Shape.YES_NO and value in YES_NO:
        return str(_(YES_NO[value]))
    return option_name(question, value)


def condition_for_script(
    question: Question, known: Mapping[str, Value], *, asked: Collection[str]
) -> dict[str, Any] | None:
    """The condition as frontend/src/questions.js reads it: what is not asked on this page is judged already."""
    condition = question.content.condition
    if not condition.tests:
        return None
    tests = [
        {"name": PREFIX + test.question, "relation": test.relation.value, "value": test.value}
        if test.question in asked
        else {"holds": holds(test, known.get(test.question))}
        for test in condition.tests
    ]
    return {"match": condition.match.value, "tests": tests}
