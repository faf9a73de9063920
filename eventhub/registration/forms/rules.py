"""What an organiser may ask: words, options, limits and dates in order; nothing depends on what comes later."""

from __future__ import annotations

from eventhub.core.errors import Refusal
from eventhub.core.text import N_
from eventhub.registration.forms.shapes import (
    ASKED_ONCE,
    SEALED,
    WITH_OPTIONS,
    Content,
    DataClass,
    Form,
    Question,
    QuestionKind,
    Shape,
    Stage,
    Test,
)

MOST_OPTIONS = 100
MOST_QUESTIONS = 100
MOST_COMPANIONS = 10


class LabelMissing(Refusal):
    sentence = N_("Enter the question, in English or in Russian.")
    status = 422
    field = "label_en"


class OptionsMissing(Refusal):
    sentence = N_("Enter at least two options.")
    status = 422
    field = "options"


class TooManyOptions(Refusal):
    sentence = N_("Enter at most %(most)s options.")
    status = 422
    field = "options"


class TooManyQuestions(Refusal):
    sentence = N_("A form has at most %(most)s questions.")
    status = 422
    field = "label_en"


class LimitsTurned(Refusal):
    sentence = N_("The most can't be less than the least.")
    status = 422
    field = "at_most"


class EndMissing(Refusal):
    sentence = N_("Enter until when this is asked.")
    status = 422
    field = "due_at"


class EndTooMuch(Refusal):
    sentence = N_("Only a question that is asked until a day has an end. Leave it empty.")
    status = 422
    field = "due_at"


class NotSealed(Refusal):
    sentence = N_("A passport number is visa data: it lies sealed.")
    status = 422
    field = "data_class"


class MostMissing(Refusal):
    sentence = N_("Enter how many people may be named, from 1 to %(most)s.")
    status = 422
    field = "at_most"


class NotForSealing(Refusal):
    sentence = N_("The door counts accompanying persons, so their names can't lie sealed.")
    status = 422
    field = "data_class"


class AskedOnce(Refusal):
    sentence = N_("Files and accompanying persons are asked for once, not of each person.")
    status = 422
    field = "is_for_each"


class DependsOnEach(Refusal):
    sentence = N_(
        "“%(other)s” is asked of each person, so “%(question)s” can depend on it only if it is asked of each too."
    )
    field = "tests"


class DependsOnLater(Refusal):
    sentence = N_("“%(question)s” depends on “%(other)s”, so it must come after it.")
    field = "tests"


class DependsOnGone(Refusal):
    sentence = N_(
        "“%(question)s” depends on a question or an option that is not there. Change its condition first."
    )
    field = "tests"


class SectionNotEmpty(Refusal):
    sentence = N_("Remove or move the questions of this section first.")


class LimitBelowTaken(Refusal):
    sentence = N_("“%(option)s” was chosen %(taken)s times already. Enter that number or a higher one.")
    status = 422
    field = "options"


def check_content(content: Content) -> None:
    """Raises LabelMissing, OptionsMissing, TooManyOptions, LimitsTurned, EndMissing, EndTooMuch, NotSealed,
    MostMissing, NotForSealing or AskedOnce."""
    if not any(content.label.values()):
        raise LabelMissing()
    if content.shape in WITH_OPTIONS and len(content.options) < 2:
        raise OptionsMissing()
    if content.kind is QuestionKind.PASSPORT and content.data_class is not DataClass.VISA:
        raise NotSealed()
    if len(content.options) > MOST_OPTIONS:
        raise TooManyOptions(most=MOST_OPTIONS)
    if content.at_least is not None and content.at_most is not None and content.at_most < content.at_least:
        raise LimitsTurned()
    if content.kind is QuestionKind.ACCOMPANYING:
        _check_companions(content)
    if content.is_for_each and content.shape in ASKED_ONCE:
        raise AskedOnce()
    _check_end(content)


def _check_end(content: Content) -> None:
    if content.stage is Stage.LATER and content.due_at is None:
        raise EndMissing()
    if content.stage is not Stage.LATER and content.due_at is not None:
        raise EndTooMuch()


def _check_companions(content: Content) -> None:
    if not 1 <= (content.at_most or 0) <= MOST_COMPANIONS:
        raise MostMissing(most=MOST_COMPANIONS)
    if content.data_class in SEALED:
        raise NotForSealing()


def check_form(form: Form) -> None:
    """Every condition looks back. Raises TooManyQuestions, DependsOnLater, DependsOnGone and DependsOnEach."""
    questions = list(form)
    if len(questions) > MOST_QUESTIONS:
        raise TooManyQuestions(most=MOST_QUESTIONS)
    for place, question in enumerate(questions):
        for test in question.content.condition.tests:
            _check_test(form, question, test, earlier=questions[:place])


def _check_test(form: Form, question: Question, test: Test, *, earlier: list[Question]) -> None:
    other = form.find(test.question)
    if other is None or not _can_hold(test, other):
        raise DependsOnGone(question=question.content.label)
    if other not in earlier:
        raise DependsOnLater(question=question.content.label, other=other.content.label)
    if other.content.is_for_each and not question.content.is_for_each:
        raise DependsOnEach(question=question.content.label, other=other.content.label)


def _can_hold(test: Test, other: Question) -> bool:
    """Whether the question that a test looks at has such an answer."""
    if not test.value:
        return True
    if other.content.shape in WITH_OPTIONS:
        return other.option(test.value) is not None
    return other.content.shape is not Shape.YES_NO or test.value in {"yes", "no"}


def earlier_than(form: Form, public_id: str | None, section_id: int) -> list[Question]:
    """The questions that one in this section may depend on; a new one (None) comes last there."""
    found: list[Question] = []
    for section in form.sections:
        for question in section.questions:
            if question.public_id == public_id and section.id == section_id:
                return found
            if question.public_id != public_id:
                found.append(question)
        if section.id == section_id:
            return found
    return found
