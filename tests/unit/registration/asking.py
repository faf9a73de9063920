"""Forms for tests of their rules, without a database."""

from __future__ import annotations

from typing import Any

from eventhub.registration.forms.shapes import (
    Condition,
    Content,
    Form,
    FormSection,
    Match,
    Option,
    Question,
    QuestionKind,
    Relation,
    Test,
)


def options(*keys: str) -> tuple[Option, ...]:
    return tuple(Option(key=key, label={"en": key.upper()}) for key in keys)


def question(name: str, kind: QuestionKind = QuestionKind.SHORT_TEXT, **changes: Any) -> Question:
    """A question whose number is made of its name."""
    number = sum(map(ord, name))
    content = Content(**{"kind": kind, "label": {"en": name}, **changes})
    return Question(id=number, public_id=name, version_id=number, content=content)


def form(*questions: Question) -> Form:
    return Form(
        event_id=1,
        mark="m",
        sections=(FormSection(id=1, title={"en": "All"}, questions=questions),),
        pools={},
    )


def only_if(*tests: tuple[str, Relation, str], match: Match = Match.ALL) -> Condition:
    return Condition(
        match=match,
        tests=tuple(Test(question=name, relation=relation, value=value) for name, relation, value in tests),
    )
