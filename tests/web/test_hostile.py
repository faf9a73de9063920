"""Hostile text reaches every form that there is, and the reader of the answers finds what they lack."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask, request

from eventhub.blueprints.account.forms import DetailsForm
from tests.web.hostile import Page, faults_of, forms_with_text, shown_again, typed_fields

TESTS = sorted(
    path
    for path in Path(__file__).parent.glob("*/test_*.py")
    if "faults_of(" in path.read_text(encoding="utf-8")
)


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_every_form_into_which_one_types_is_sent_hostile_text(app: Flask) -> None:
    tried = set().union(*(names_in(path) for path in TESTS))
    bases = {base for form in forms_with_text() for base in form.__mro__[1:]}

    assert {form.__name__ for form in forms_with_text() - bases} - tried == set()
    assert len(TESTS) >= 6


def test_fields_are_told_apart() -> None:
    assert (typed_fields(DetailsForm), shown_again(DetailsForm)) == (["full_name"], ["full_name"])


FORM = '<form method="post"><input name="full_name" value="{}"{}></form>{}'
ERROR = '<p class="field-error" id="full_name-error">No.</p>'
BESIDE = ' aria-describedby="full_name-error"'


@pytest.mark.parametrize(
    ("page", "status", "fault"),
    [
        (FORM.format("typed", BESIDE, ERROR), 422, []),
        (FORM.format("", BESIDE, ERROR), 422, ["lost what was typed into full_name"]),
        (FORM.format("typed", "", ERROR), 422, ["says no error beside its field"]),
        (FORM.format("typed", BESIDE, ""), 422, ["says no error beside its field"]),
        (FORM.format("typed", BESIDE, ERROR + "<b onclick='x'>"), 422, ["<b onclick>"]),
        ("", 500, ["answers 500"]),
        ("", 302, []),
    ],
)
def test_a_fault_of_a_page_is_found(page: str, status: int, fault: list[str]) -> None:
    faulty = Flask(__name__)
    faulty.secret_key = "for this test"
    faulty.add_url_rule("/", "page", lambda: (page if request.form else "", status), methods=["POST"])

    found = faults_of(faulty.test_client(), Page("/", DetailsForm), "typed")

    assert found == [f"/: {one}" for one in fault]
