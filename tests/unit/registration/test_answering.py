"""What an answer may be, for every kind of question; and that rules hold whatever is typed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventhub.core.text import clean_text
from eventhub.registration.forms.answering import Stored, judge, keys_of, shown
from eventhub.registration.forms.conditions import as_typed, could_be_shown, is_shown
from eventhub.registration.forms.shapes import (
    SHAPES,
    WITH_OPTIONS,
    Condition,
    Form,
    Match,
    QuestionKind,
    Relation,
)
from eventhub.registration.forms.unfit import FormChanged, UnknownQuestion
from tests.unit.registration.asking import form, only_if, options, question
from tests.web.reading import HOSTILE

KIND = QuestionKind
ABC = {"options": options("a", "b", "c")}


def outcome(typed: list[str], kind: QuestionKind, **changes: object) -> object:
    """The value, or the name of what is wrong."""
    judged = judge(form(question("q", kind, **changes)), {"q": typed}, asked={"q"})
    return type(judged.unfit["q"]).__name__ if judged.unfit else judged.answers["q"].value


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (KIND.SHORT_TEXT, ["  two   words\n"], "two words"),
        (KIND.SHORT_TEXT, ["x" * 200], "x" * 200),
        (KIND.SHORT_TEXT, ["x" * 201], "TooLong"),
        (KIND.SHORT_TEXT, ["first", "second"], "first"),
        (KIND.LONG_TEXT, ["one\r\ntwo"], "one\ntwo"),
        (KIND.LONG_TEXT, ["x" * 4001], "TooLong"),
        (KIND.NUMBER, ["-12"], -12),
        (KIND.NUMBER, ["1.5"], "NoNumber"),
        (KIND.NUMBER, ["²"], "NoNumber"),
        (KIND.NUMBER, ["-"], "NoNumber"),
        (KIND.NUMBER, ["--1"], "NoNumber"),
        (KIND.NUMBER, ["9" * 13], "NumberOutOfRange"),
        (KIND.NUMBER, ["9" * 400], "NoNumber"),
        (KIND.DATE, ["2027-07-12"], "2027-07-12"),
        (KIND.DATE, ["2027-02-30"], "NoDate"),
        (KIND.DATE, ["20270712"], "NoDate"),
        (KIND.DATE, ["0001-01-01"], "NoDate"),
        (KIND.YES_NO, ["yes"], True),
        (KIND.YES_NO, ["no"], False),
        (KIND.YES_NO, ["maybe"], "ChoiceMissing"),
        (KIND.COUNTRY, ["DE"], "DE"),
        (KIND.COUNTRY, ["de"], "NoCountry"),
        (KIND.COUNTRY, ["EU"], "NoCountry"),
        (KIND.PHONE, ["+7 (812) 555-01-23"], "+78125550123"),
        (KIND.PHONE, ["8 812 555 01 23"], "NoPhone"),
        (KIND.PHONE, ["+7 1"], "NoPhone"),
        (KIND.PHONE, ["+78125550123 ext. 7"], "NoPhone"),
        (KIND.EMAIL, ["ada@Example.org"], "ada@example.org"),
        (KIND.EMAIL, ["ada"], "NoEmail"),
        (KIND.ORGANISATION, ["Example University"], "Example University"),
        (KIND.ACCESS, ["A ramp"], "A ramp"),
    ],
)
def test_each_kind_reads_its_answers(kind: QuestionKind, typed: list[str], value: object) -> None:
    assert outcome(typed, kind) == value


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (KIND.CHOICE, ["b"], "b"),
        (KIND.CHOICE, ["d"], "UnknownOption"),
        (KIND.T_SHIRT, ["a", "b"], "a"),
        (KIND.CHOICES, ["c", "a", "c"], ["a", "c"]),
        (KIND.CHOICES, ["c", "d"], "UnknownOption"),
        (KIND.DIETARY, ["b"], ["b"]),
    ],
)
def test_options_are_read_by_their_keys_and_in_their_order(
    kind: QuestionKind, typed: list[str], value: object
) -> None:
    assert outcome(typed, kind, **ABC) == value


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (KIND.SHORT_TEXT, ["x"], "TooShort"),
        (KIND.SHORT_TEXT, ["xxxx"], "TooLong"),
        (KIND.NUMBER, ["1"], "NumberOutOfRange"),
        (KIND.NUMBER, ["3"], 3),
        (KIND.NUMBER, ["4"], "NumberOutOfRange"),
        (KIND.CHOICES, ["a"], "TooFewChosen"),
        (KIND.CHOICES, ["a", "b", "c", "d"], "TooManyChosen"),
    ],
)
def test_limits_from_two_to_three_hold(kind: QuestionKind, typed: list[str], value: object) -> None:
    more = {"options": options("a", "b", "c", "d")} if kind is KIND.CHOICES else {}
    assert outcome(typed, kind, at_least=2, at_most=3, **more) == value


@pytest.mark.parametrize("kind", KIND)
@pytest.mark.parametrize("typed", [[], [""], [" \n"], ["\u202e"]])
def test_nothing_is_an_answer_only_where_it_may_be(kind: QuestionKind, typed: list[str]) -> None:
    more = ABC if SHAPES[kind] in WITH_OPTIONS else {}

    assert outcome(typed, kind, is_required=False, **more) is None
    assert outcome(typed, kind, is_required=True, **more) in ("AnswerMissing", "ChoiceMissing")


DIET = question("diet", KIND.CHOICES, **ABC)
VISA = question("visa", KIND.YES_NO)
TOPIC = question("topic")


@pytest.mark.parametrize(
    ("condition", "values", "is_on"),
    [
        (Condition(), {}, True),
        (only_if(("visa", Relation.EQUALS, "yes")), {"visa": True}, True),
        (only_if(("visa", Relation.EQUALS, "yes")), {"visa": False}, False),
        (only_if(("visa", Relation.EQUALS, "no")), {}, False),
        (only_if(("visa", Relation.ANSWERED, "")), {"visa": False}, True),
        (only_if(("diet", Relation.CONTAINS, "a")), {"diet": ["a", "b"]}, True),
        (only_if(("diet", Relation.EQUALS, "a")), {"diet": ["a", "b"]}, False),
        (only_if(("diet", Relation.EQUALS, "a")), {"diet": ["a"]}, True),
        (only_if(("topic", Relation.CONTAINS, "HEAT")), {"topic": "Waste heat"}, True),
        (only_if(("topic", Relation.EQUALS, "heat")), {"topic": "Heat"}, True),
        (only_if(("visa", Relation.EQUALS, "yes"), ("topic", Relation.ANSWERED, "")), {"visa": True}, False),
        (
            only_if(("visa", Relation.EQUALS, "yes"), ("topic", Relation.ANSWERED, ""), match=Match.ANY),
            {"visa": True},
            True,
        ),
    ],
)
def test_a_condition_looks_at_earlier_answers(
    condition: Condition, values: dict[str, object], is_on: bool
) -> None:
    assert is_shown(condition, values) is is_on


WHY = question("why", is_required=True, condition=only_if(("visa", Relation.EQUALS, "yes")))
WHERE = question("where", is_required=True, condition=only_if(("why", Relation.ANSWERED, "")))
CHAIN = form(VISA, WHY, WHERE)
ALL = {"visa", "why", "where"}


def test_an_answer_to_what_is_hidden_is_dropped_and_not_demanded() -> None:
    judged = judge(CHAIN, {"visa": ["no"], "why": ["typed before"], "where": ["too"]}, asked=ALL)

    assert {name: one.value for name, one in judged.answers.items()} == {"visa": False}
    assert judged.unfit == {}


def test_what_hangs_on_something_hidden_is_hidden_too_and_what_is_shown_is_demanded() -> None:
    judged = judge(CHAIN, {"visa": ["yes"]}, asked=ALL)

    assert (set(judged.answers), set(judged.unfit)) == ({"visa"}, {"why"})
    assert judged.unfit["why"].field == "q_why"
    assert [one.public_id for one in shown(CHAIN, {"visa": True, "why": "x"})] == ["visa", "why", "where"]
    assert [one.public_id for one in shown(CHAIN, {"visa": False, "why": "x"})] == ["visa"]


def test_what_is_not_asked_is_refused() -> None:
    with pytest.raises(UnknownQuestion):
        judge(CHAIN, {"unknown": ["x"]}, asked={"visa"})


def test_what_closed_while_it_was_answered_is_shown_anew() -> None:
    with pytest.raises(FormChanged):
        judge(CHAIN, {"why": ["x"]}, asked={"visa"})


def test_an_answer_left_as_it_was_stays_one_to_the_version_it_was_given_to() -> None:
    old = question("size", KIND.CHOICE, options=options("s", "xxl"))
    new = replace(old, version_id=99, content=replace(old.content, options=options("s", "m")))
    stored = {"size": Stored(question=old, value="xxl")}

    kept = judge(form(new), {"size": ["xxl"]}, asked={"size"}, stored=stored)
    changed = judge(form(new), {"size": ["m"]}, asked={"size"}, stored=stored)

    assert kept.answers == stored
    assert changed.answers["size"] == Stored(question=new, value="m")
    assert outcome(["xxl"], KIND.CHOICE, options=options("s", "m")) == "UnknownOption"


def test_answers_that_are_not_shown_any_more_are_dropped_and_those_not_asked_stay() -> None:
    stored = {
        "visa": Stored(question=VISA, value=True),
        "why": Stored(question=WHY, value="because"),
        "where": Stored(question=WHERE, value="there"),
    }

    judged = judge(CHAIN, {"visa": ["no"]}, asked={"visa", "why"}, stored=stored)

    assert (set(judged.answers), judged.dropped) == ({"visa"}, {"why"})


def test_what_may_still_be_answered_may_still_be_shown() -> None:
    condition = only_if(("visa", Relation.EQUALS, "yes"), ("topic", Relation.ANSWERED, ""))

    assert could_be_shown(condition, {}, asked={"visa", "topic"})
    assert could_be_shown(condition, {"visa": True}, asked={"topic"})
    assert not could_be_shown(condition, {"visa": False}, asked={"topic"})
    assert could_be_shown(replace(condition, match=Match.ANY), {"visa": False}, asked={"topic"})
    assert not could_be_shown(replace(condition, match=Match.ANY), {"visa": False}, asked=())


@pytest.mark.parametrize("vector", HOSTILE, ids=lambda vector: vector["name"])
@pytest.mark.parametrize("kind", KIND)
def test_hostile_text_is_refused_or_clean(kind: QuestionKind, vector: dict[str, str]) -> None:
    more = ABC if SHAPES[kind] in WITH_OPTIONS else {}
    judged = judge(form(question("q", kind, **more)), {"q": [vector["text"]]}, asked={"q"})

    for answer in judged.answers.values():
        assert as_typed(answer.value) == [clean_text(text) for text in as_typed(answer.value)]


names = st.sampled_from("abcdef")
texts = st.one_of(st.text(max_size=30), st.sampled_from(["yes", "no", "a", "b", "1", "DE", "2027-01-01"]))


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """Up to six questions of any kind, each perhaps depending on some before it."""
    made = []
    for name in draw(st.lists(names, unique=True, max_size=6)):
        kind = draw(st.sampled_from(KIND))
        before = [one.public_id for one in made]
        tests = st.lists(
            st.tuples(st.sampled_from(before or ["-"]), st.sampled_from(Relation), texts), max_size=2
        )
        condition = only_if(*draw(tests if before else st.just([])), match=draw(st.sampled_from(Match)))
        more = ABC if SHAPES[kind] in WITH_OPTIONS else {}
        made.append(question(name, kind, condition=condition, is_required=draw(st.booleans()), **more))
    return form(*made)


@settings(max_examples=300, deadline=None)
@given(forms(), st.dictionaries(names, st.lists(texts, max_size=3)))
def test_whatever_is_typed_the_answers_are_the_same_again_and_only_to_what_is_shown(
    made: Form, typed: dict[str, list[str]]
) -> None:
    asked = {one.public_id for one in made}
    sent = {name: text for name, text in typed.items() if name in asked}

    first, second = judge(made, sent, asked=asked), judge(made, sent, asked=asked)

    assert first.answers == second.answers
    values = {name: one.value for name, one in first.answers.items()}
    assert {one.public_id for one in shown(made, values)} == {*first.answers, *first.unfit}
    assert not first.dropped
    for answer in first.answers.values():
        assert answer.value is not None or not answer.question.content.is_required
        assert {one.key for one in answer.question.content.options} >= set(
            keys_of(answer.question, answer.value)
        )


@settings(max_examples=200, deadline=None)
@given(forms(), st.dictionaries(names, st.lists(texts, max_size=3)))
def test_what_was_taken_is_taken_again_as_it_is(made: Form, typed: dict[str, list[str]]) -> None:
    asked = {one.public_id for one in made}
    first = judge(made, {name: text for name, text in typed.items() if name in asked}, asked=asked)
    again = {name: as_typed(one.value) for name, one in first.answers.items()}
    again |= {name: typed.get(name, []) for name in first.unfit}

    second = judge(made, again, asked=asked, stored=first.answers)

    assert (second.answers, second.dropped) == (first.answers, frozenset())
    assert set(second.unfit) == set(first.unfit)
