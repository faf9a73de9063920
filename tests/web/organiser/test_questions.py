"""The pages on which an organiser builds the form of an event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.events.rules import Kind
from eventhub.registration.forms.queries import get_form
from eventhub.registration.forms.shapes import KIND_WORDS, PEOPLE, Question, QuestionKind, Relation, Stage
from eventhub.registration.forms.templates import TEMPLATES, begin_form
from tests.commands.registration.questions import a_section, ask, some_options
from tests.factories import make_event
from tests.web.organiser.desk import Statements, error_beside, send, summary, typed_in
from tests.web.reading import texts

FORM = "/organiser/events/own/form"
TYPED = {
    "label_en": "Which trip?",
    "stage": "now",
    "data_class": "R",
    "audience": "organiser",
    "match": "all",
}
KIND = QuestionKind


@pytest.fixture
def section(own: Event, now: datetime) -> int:
    return a_section(own, now=now)


@pytest.fixture
def new(section: int) -> str:
    return f"{FORM}/questions/new?section={section}&kind=choice"


def rows(*words: tuple[str, str]) -> dict[str, str]:
    """Rows of options with words in English and a number of places."""
    return {
        f"options-{number}-{name}": value
        for number, (label, limit) in enumerate(words)
        for name, value in (("label_en", label), ("limit", limit))
    }


def questions(event: Event) -> list[Question]:
    db.session.rollback()
    return list(get_form(event.id))


def press(client: FlaskClient, address: str) -> Any:
    return send(client, FORM, {}, to=address)


def test_an_empty_form_says_so_and_begins_with_a_template_or_without(
    office: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        make_event(now=now, slug="school", kind=Kind.SUMMER_SCHOOL)
    assert "No questions of your own yet" in office.get(FORM).text
    assert "Begin with the usual questions" not in office.get(FORM).text

    school = "/organiser/events/school/form"
    assert send(office, school, {}, to=f"{school}/begin/template").status_code == 302

    assert texts(office.get(school), "//th[@scope='row']/text()[1]/..")[-1].startswith("T-shirt size")
    assert len(texts(office.get(school), "//tr/th[@scope='row']")) == 5


def test_a_question_is_stored_as_it_was_typed(organiser: FlaskClient, own: Event, new: str) -> None:
    typed = {
        **TYPED, **rows(("Boat", "8"), ("", ""), ("Bus", "")), "label_ru": "Какая поездка?",
        "help_en": "Both come back.", "purpose_en": "We book seats.", "is_required": "y", "stage": "later",
        "due_at": "2027-03-05T18:00", "frozen_at": "2027-03-06T18:00", "data_class": "H", "audience": "crew",
        "is_for_each": "y",
    }  # fmt: skip
    answer = send(organiser, new, typed)

    (question,) = questions(own)
    content = question.content
    assert (answer.status_code, content.kind, content.stage) == (302, KIND.CHOICE, Stage.LATER)
    assert content.label == {"en": "Which trip?", "ru": "Какая поездка?"}
    assert [(option.label["en"], option.limit) for option in content.options] == [("Boat", 8), ("Bus", None)]
    assert (content.due_at.isoformat(), content.audience, content.is_required, content.is_for_each) == (
        "2027-03-05T15:00:00+00:00",
        "crew",
        True,
        True,
    )
    page = organiser.get(f"{FORM}/questions/{question.public_id}").text
    assert (typed_in(page, "due_at"), typed_in(page, "options-1-label_en")) == ("2027-03-05T18:00", "Bus")


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"label_en": ""}, "label_en", "Enter the question, in English or in Russian."),
        ({"stage": "later"}, "due_at", "Enter until when this is asked."),
        ({"due_at": "2027-03-05T18:00"}, "due_at",
         "Only a question that is asked until a day has an end. Leave it empty."),
        ({"options-1-label_en": ""}, "options", "Enter at least two options."),
        ({"options-0-limit": "0"}, "options-0-limit", "Enter a number from 1 to 100,000."),
        ({"options-0-label_en": "x" * 151}, "options-0-label_en", "Enter at most 150 characters."),
        ({"frozen_at": "noon"}, "frozen_at", "Enter day and time like 2027-07-12 14:00."),
    ],
)  # fmt: skip
def test_a_mistake_is_told_beside_its_field_and_what_was_typed_stays(
    organiser: FlaskClient, new: str, changes: dict[str, str], field: str, sentence: str
) -> None:
    typed = {**TYPED, **rows(("Boat", "8"), ("Bus", "")), "help_en": "Typed just now", **changes}

    answer = send(organiser, new, typed)

    assert (answer.status_code, error_beside(answer.text, field)) == (422, sentence)
    assert sentence in summary(answer.text)
    assert (typed_in(answer.text, "help_en"), typed_in(answer.text, "options-0-label_en")) == (
        "Typed just now",
        {**typed}["options-0-label_en"],
    )


def test_more_rows_come_with_all_that_was_typed_and_nothing_is_stored(
    organiser: FlaskClient, own: Event, new: str
) -> None:
    answer = send(organiser, new, {**TYPED, **rows(("Boat", "8")), "more": "yes"})

    assert (answer.status_code, typed_in(answer.text, "options-0-label_en"), questions(own)) == (
        200,
        "Boat",
        [],
    )
    assert 'name="options-4-label_en"' in answer.text


def test_an_option_keeps_its_key_when_its_words_change_and_a_strange_key_is_made_anew(
    organiser: FlaskClient, own: Event, section: int, now: datetime
) -> None:
    trip = ask(own, section, now=now, kind=KIND.CHOICE, options=some_options(a=3, b=None))
    typed = {
        **TYPED, "section": str(section), **rows(("Ship", "3"), ("Bus", ""), ("Train", "")),
        "options-0-key": "a", "options-1-key": "<script>", "options-2-key": "a",
    }  # fmt: skip

    assert send(organiser, f"{FORM}/questions/{trip}", typed).status_code == 302

    (question,) = questions(own)
    keys = [option.key for option in question.content.options]
    assert (keys[0], len({*keys}), "<script>" in keys) == ("a", 3, False)


def test_a_limit_below_what_is_taken_is_refused_beside_the_options(
    organiser: FlaskClient, own: Event, section: int, now: datetime
) -> None:
    trip = ask(own, section, now=now, kind=KIND.CHOICE, options=some_options(a=3, b=None))
    with transaction():
        pool = next(iter(get_form(own.id).pools.values()))
        db.session.execute(db.text("UPDATE capacity_pools SET taken = 2 WHERE id = :pool"), {"pool": pool})
    typed = {**TYPED, "section": str(section), **rows(("A", "1"), ("B", "")), "options-0-key": "a"}

    answer = send(organiser, f"{FORM}/questions/{trip}", typed)

    assert (answer.status_code, error_beside(answer.text, "options")) == (
        422,
        "“A” was chosen 2 times already. Enter that number or a higher one.",
    )


def test_a_condition_is_chosen_from_earlier_questions_and_shown_again(
    organiser: FlaskClient, own: Event, section: int, now: datetime
) -> None:
    trip = ask(own, section, now=now, kind=KIND.CHOICE, label="Trip?", options=some_options(a=None, b=None))
    topic = ask(own, section, now=now, label="Topic?")
    new = f"{FORM}/questions/new?section={section}&kind=short_text"
    typed = {
        **TYPED, "section": str(section), "match": "any", "tests-0-what": f"{trip}|equals|a",
        "tests-1-what": f"{topic}|contains|", "tests-1-value": "heat",
    }  # fmt: skip
    offered = texts(organiser.get(new), "//select[@id='tests-0-what']/option")

    assert send(organiser, new, typed).status_code == 302

    assert offered[:4] == [
        "Always",
        "“Trip?” is answered",
        "“Trip?” is “A”",
        "“Trip?” is “B”",
    ]
    question = questions(own)[-1]
    assert [(test.relation, test.value) for test in question.content.condition.tests] == [
        (Relation.EQUALS, "a"),
        (Relation.CONTAINS, "heat"),
    ]
    page = html.fromstring(organiser.get(f"{FORM}/questions/{question.public_id}").text)
    chosen = page.xpath("//select[starts-with(@id, 'tests-')]/option[@selected]/@value")
    assert chosen == [f"{trip}|equals|a", f"{topic}|contains|", ""]
    assert page.get_element_by_id("tests-1-value").value == "heat"
    assert page.get_element_by_id("tests-0-value").value == ""
    shown = texts(organiser.get(FORM), "//th/p[@class='hint']")
    assert shown == ["Only if “Trip?” is “A” or “Topic?” includes “heat”."]
    assert press(organiser, f"{FORM}/questions/{trip}/remove").status_code == 302
    assert "depends on a question or an option that is not there" in organiser.get(FORM).text


def test_buttons_move_and_remove_and_sections_are_renamed(
    organiser: FlaskClient, own: Event, section: int, now: datetime
) -> None:
    first, second = (ask(own, section, now=now, label=label) for label in ("One?", "Two?"))

    press(organiser, f"{FORM}/questions/{second}/up")
    assert [one.public_id for one in questions(own)] == [second, first]
    press(organiser, f"{FORM}/questions/{second}/remove")
    assert [one.public_id for one in questions(own)] == [first]
    send(organiser, FORM, {"title_en": "Stay"})
    assert send(organiser, FORM, {"title_en": ""}).status_code == 422
    send(organiser, f"{FORM}/sections/{section}", {"title_en": "Part"})
    press(organiser, f"{FORM}/sections/{section}/down")
    db.session.rollback()
    assert [one.title["en"] for one in get_form(own.id).sections] == ["Stay", "Part"]
    press(organiser, f"{FORM}/sections/{section}/remove")
    assert "Remove or move the questions of this section first." in organiser.get(FORM).text


def test_the_preview_is_in_its_own_language_and_leaves_the_readers_alone(
    organiser: FlaskClient, own: Event, now: datetime
) -> None:
    with transaction():
        begin_form(own, TEMPLATES[Kind.SUMMER_SCHOOL], by="test", now=now)

    russian = organiser.get(f"{FORM}/preview/ru")
    assert "Размер футболки" in texts(russian, "//legend")
    assert texts(russian, "//p[@class='pills']") == ["После подтверждения места"] * 2
    assert "T-shirt size" in texts(organiser.get(f"{FORM}/preview/en"), "//legend")
    assert "Registration form" in texts(organiser.get(FORM), "//h2")
    assert organiser.get(f"{FORM}/preview/de").status_code == 404


def test_a_copy_of_the_event_asks_the_same(
    office: FlaskClient, own: Event, section: int, now: datetime
) -> None:
    ask(own, section, now=now, label="Why?", stage=Stage.LATER, due_at=now)

    answer = send(office, "/organiser/events/own/clone", {"starts_on": "2028-03-08"})

    db.session.rollback()
    copy = db.session.query(Event).filter_by(slug=answer.headers["Location"].rsplit("/", 1)[1]).one()
    (question,) = get_form(copy.id)
    assert question.content.label == {"en": "Why?"}
    assert question.content.due_at - now == copy.starts_at - own.starts_at


@pytest.mark.parametrize("kind", KIND)
def test_every_kind_has_its_page(organiser: FlaskClient, section: int, kind: QuestionKind) -> None:
    answer = organiser.get(f"{FORM}/questions/new?section={section}&kind={kind}")

    assert (answer.status_code, texts(answer, "//form//h2")) == (200, [KIND_WORDS[kind]])


def test_a_kind_that_is_none_has_no_page(organiser: FlaskClient, section: int) -> None:
    assert organiser.get(f"{FORM}/questions/new?section={section}&kind=file").status_code == 404


def test_thirty_questions_cost_what_one_costs(
    organiser: FlaskClient, own: Event, section: int, now: datetime
) -> None:
    counts = []
    for number in range(30):
        ask(own, section, now=now, label=f"Question {number}?")
        if number in (0, 29):
            with Statements() as said:
                assert organiser.get(FORM).status_code == 200
            counts.append(said.count)

    assert counts[0] == counts[1]


def test_a_question_is_dragged_so_many_steps_and_nonsense_moves_nothing(
    organiser: FlaskClient, own: Event, section: int, now: datetime
) -> None:
    names = [ask(own, section, now=now, label=word) for word in ("One?", "Two?", "Three?")]
    orders = []

    for steps in ("-2", "soon", "999999999999"):
        send(organiser, FORM, {"steps": steps}, to=f"{FORM}/questions/{names[2]}/move")
        db.session.rollback()
        orders.append([one.content.label["en"] for one in questions(own)])

    assert orders == [["Three?", "One?", "Two?"]] * 2 + [["One?", "Two?", "Three?"]]


def test_a_question_about_people_who_come_along_is_stored_as_it_was_typed(
    organiser: FlaskClient, own: Event, section: int
) -> None:
    new = f"{FORM}/questions/new?section={section}&kind=accompanying"
    typed = {**TYPED, "label_en": "Who comes along?", "options-0-limit": "12", "takes_places": "y"}

    wrong = send(organiser, new, {**TYPED, "at_most": "11"})
    right = send(organiser, new, {**typed, "at_most": "3"})

    assert error_beside(wrong.text, "at_most") == "Enter how many people may be named, from 1 to 10."
    (question,) = questions(own)
    content = question.content
    assert (right.status_code, content.at_most, content.takes_places) == (302, 3, True)
    assert [(one.key, one.limit) for one in content.options] == [(PEOPLE, 12)]
    page = organiser.get(f"{FORM}/questions/{question.public_id}").text
    assert (typed_in(page, "options-0-limit"), typed_in(page, "at_most")) == ("12", "3")
