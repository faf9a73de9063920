"""How a person stands to each consent now: what the newest line of the ledger says, against the text in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from eventhub.core.text import Localised
from eventhub.privacy.rules import Act


class LedgerLine(NamedTuple):
    """A line of the ledger with the document that it is about."""

    id: int
    context: str
    act: str
    at: datetime
    method: str
    address: str
    guardian_name: str | None
    guardian_relation: str | None
    text_hash: str
    document_id: int
    purpose: str
    version: int
    title: dict[str, str]
    body: dict[str, str]
    is_required: bool


class Text(NamedTuple):
    """A document in force."""

    id: int
    purpose: str
    version: int
    title: dict[str, str]
    is_required: bool


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One purpose: the text that was agreed to, else the one in force. `at` None: never answered."""

    purpose: str
    version: int
    title: Localised
    is_required: bool
    is_given: bool
    at: datetime | None
    guardian: str | None
    can_be_given: bool


def standings(lines: Iterable[LedgerLine], in_force: Sequence[Text]) -> list[Standing]:
    """In the order of the texts in force; what is only in the ledger comes last."""
    newest = {line.purpose: line for line in lines}
    texts = {text.purpose: text for text in in_force}
    return [_standing(newest.get(purpose), texts.get(purpose)) for purpose in {**texts, **newest}]


def _standing(line: LedgerLine | None, text: Text | None) -> Standing:
    is_given = line is not None and line.act == Act.GIVEN
    shown = line if line is not None and (is_given or text is None) else text
    assert shown is not None  # a purpose is known by one of the two
    return Standing(
        purpose=shown.purpose,
        version=shown.version,
        title=shown.title,
        is_required=shown.is_required,
        is_given=is_given,
        at=line.at if line else None,
        guardian=line.guardian_name if line else None,
        can_be_given=not is_given and text is not None,
    )
