"""Which consents are needed, and what a text's version is recognised by."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from hashlib import sha256
from typing import Protocol

from eventhub.core.errors import Refusal
from eventhub.core.text import N_, Localised


class ConsentMissing(Refusal):
    sentence = N_("Please agree to “%(title)s”: without it we can't register you.")
    status = 422
    field = "consents"


class Document(Protocol):
    """What the rule needs to know of a consent document."""

    @property
    def id(self) -> int: ...
    @property
    def is_required(self) -> bool: ...
    @property
    def title(self) -> dict[str, str]: ...


def check_required(documents: Iterable[Document], given: Collection[int]) -> None:
    """Raises ConsentMissing with the first required document that was not given."""
    for document in documents:
        if document.is_required and document.id not in given:
            raise ConsentMissing(title=document.title)


def text_hash(title: Localised, body: Localised) -> str:
    """SHA-256 of the wording in all languages: proof of what was agreed to."""
    return sha256(json.dumps([title, body], sort_keys=True, ensure_ascii=False).encode()).hexdigest()
