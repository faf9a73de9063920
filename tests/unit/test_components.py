"""The shared pieces of pages: every field tied to its words, and what people wrote never becomes markup."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html
from wtforms import BooleanField, Form, RadioField, StringField
from wtforms.validators import InputRequired

TEMPLATES = Path(__file__).parents[2] / "eventhub" / "templates"
HOSTILE = "\"><script>alert(1)</script>'{{ 7 * 7 }}"


class Application(Form):
    name = StringField("Full name", [InputRequired("Enter your full name")], description="As on your badge")
    organisation = StringField("Organisation")
    language = RadioField(
        "Language", [InputRequired("Choose one")], choices=[("en", "English"), ("ru", "Русский")]
    )
    terms = BooleanField("I agree", [InputRequired("Tick to agree")])


@pytest.fixture(scope="module")
def environment():
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
    )
    made.install_null_translations(newstyle=True)
    made.globals["asset"] = "/static/dist/{}".format
    return made


@pytest.fixture
def render(environment):
    def call(macro, arguments, **values):
        source = f'{{% from "components/{macro}.html" import {macro} %}}{{{{ {macro}({arguments}) }}}}'
        return html.fragment_fromstring(
            environment.from_string(source).render(**values), create_parent="main"
        )

    return call


@pytest.fixture
def refused_form():
    form = Application()
    form.validate()
    return form


def words(element):
    return " ".join(element.text_content().split())


def test_a_refused_field_is_described_by_its_hint_and_its_error(render, refused_form):
    page = render("field", "form.name, autocomplete='name'", form=refused_form)

    control = page.get_element_by_id("name")
    described = [words(page.get_element_by_id(name)) for name in control.get("aria-describedby").split()]

    assert described == ["As on your badge", "Error: Enter your full name"]
    assert (control.get("aria-invalid"), control.get("autocomplete")) == ("true", "name")
    assert words(page.find(".//label[@for='name']")) == "Full name"


def test_a_field_that_may_stay_empty_says_so_and_claims_no_description(render):
    page = render("field", "form.organisation", form=Application())

    assert words(page.find(".//label")) == "Organisation (optional)"
    assert page.get_element_by_id("organisation").get("aria-describedby") is None


def test_what_was_typed_stays_and_stays_text(render):
    page = render("field", "form.name", form=Application(data={"name": HOSTILE}))

    assert page.get_element_by_id("name").get("value") == HOSTILE
    assert page.findall(".//script") == []


def test_the_summary_leads_to_every_refused_field(render, refused_form):
    page = render("error_summary", "form", form=refused_form)

    links = {link.get("href"): words(link) for link in page.iter("a")}

    assert links == {"#name": "Enter your full name", "#language": "Choose one", "#terms": "Tick to agree"}


def test_a_form_without_mistakes_has_no_summary(render):
    assert words(render("error_summary", "form", form=Application())) == ""


def test_choices_carry_the_anchor_of_the_summary_and_one_label_each(render, refused_form):
    page = render(
        "choices", "form.language, notes={'en': '3 places left'}, disabled=['ru']", form=refused_form
    )

    group = page.get_element_by_id("language")

    assert words(page.get_element_by_id(group.get("aria-describedby"))) == "Error: Choose one"
    assert [(label.get("for"), words(label)) for label in page.iter("label")] == [
        ("language-0", "English"),
        ("language-1", "Русский"),
    ]
    assert [control.get("disabled") is not None for control in page.iter("input")] == [False, True]


def test_a_time_names_its_zone_for_script_and_its_moment_for_machines(render):
    starts_at = datetime(2027, 7, 12, 7, tzinfo=UTC)

    page = render("when", "'12 July, 10:00', starts_at, 'Europe/Moscow'", starts_at=starts_at)

    assert page.find(".//time").get("datetime") == "2027-07-12T07:00:00+00:00"
    assert page.find("eh-timezone").get("zone") == "Europe/Moscow"


@pytest.mark.parametrize(
    ("macro", "arguments"),
    [
        ("button", "text, href=text, title=text"),
        ("copy", "text, label=text"),
        ("empty", "text, text=text, action=text, href=text"),
        (
            "event_card",
            "text, text, text, text, text, text, text, place=text, kind=text, host=text, note=text",
        ),
        ("event_hero", "text, text, text, kind=text, host=text, lead=text"),
        ("event_mini", "text, text, text, text, note=text"),
        ("filters", "text, [{'text': text, 'href': text}]"),
        ("meter", "text, 1, 2, text=text"),
        ("notice", "text, text"),
        ("pill", "text"),
        ("stat", "text, text, note=text"),
        ("summary_list", "[{'key': text, 'value': text, 'href': text}]"),
        ("tabs", "[{'text': text, 'href': text, 'count': 1}], text"),
        ("timeline_item", "text, text, place=text, speakers=[{'name': text, 'note': text}], text=text"),
        ("verdict", "'admit', text, name=text, type=text, detail=text, band=text"),
    ],
)
def test_hostile_text_stays_text(render, macro, arguments):
    page = render(macro, arguments, text=HOSTILE)

    assert page.findall(".//script") == []
    assert HOSTILE in words(page)


@pytest.mark.parametrize(("page", "shown"), [(1, "1 2 … 9"), (5, "1 … 4 5 6 … 9"), (9, "1 … 8 9")])
def test_a_pager_shows_its_ends_and_its_neighbours(render, page, shown):
    pager = render("pager", "page, 9, address", page=page, address="?page={}".format)

    assert words(pager).replace("Previous ", "").replace(" Next", "").replace("Previous", "") == shown


def test_one_page_needs_no_pager(render):
    assert words(render("pager", "1, 1, address", address=str)) == ""
