"""Whether a question is shown: what its condition says of the answers before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from eventhub.registration.forms.shapes import Condition, Match, Relation, Test

# A text, a whole number, a yes or no, the key of an option, keys in the order of the options, or people as
# {"name", "note"}.
Value = str | int | bool | list[str] | list[dict[str, str]] | None


def could_be_shown(condition: Condition, known: Mapping[str, Value], *, asked: Collection[str]) -> bool:
    """Whether the answers known so far leave it open that the question appears; those to `asked` may still come."""
    results = [
        None if test.question in asked else holds(test, known.get(test.question)) for test in condition.tests
    ]
    if condition.match is Match.ALL:
        return False not in results
    return not results or True in results or None in results


def is_shown(condition: Condition, known: Mapping[str, Value]) -> bool:
    """Whether the earlier answers let the question appear. A question that was not shown has no answer."""
    if not condition.tests:
        return True
    results = (holds(test, known.get(test.question)) for test in condition.tests)
    return all(results) if condition.match is Match.ALL else any(results)


def holds(test: Test, value: Value) -> bool:
    """What one test says of an answer. Texts are compared without regard to case."""
    if value is None:
        return False
    if test.relation is Relation.ANSWERED:
        return True
    if isinstance(value, list):
        return test.value in value and (test.relation is Relation.CONTAINS or len(value) == 1)
    said, wanted = as_typed(value)[0].casefold(), test.value.casefold()
    return wanted in said if test.relation is Relation.CONTAINS else wanted == said


def as_typed(value: Value) -> list[str]:
    """A stored answer as a browser would send it."""
    if value is None:
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if not isinstance(value, list):
        return [str(value)]
    return [
        text for one in value for text in ((one["name"], one["note"]) if isinstance(one, dict) else (one,))
    ]
