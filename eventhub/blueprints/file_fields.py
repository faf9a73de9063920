"""Files of a form: taken as soon as they come, so that they stay when another field is wrong."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from eventhub.core import clock
from eventhub.core.errors import Refusal
from eventhub.db import transaction
from eventhub.documents.cleaning import MOST_BYTES
from eventhub.registration.forms.files import UPLOADS, cleaned, keep_upload
from eventhub.registration.forms.shapes import Question, Shape
from eventhub.throttle import count_try, network_of
from eventhub.web.proxies import caller_address

FILE_PREFIX = "f_"


def take_files(questions: Iterable[Question], *, scope: str) -> tuple[dict[str, str], dict[str, Refusal]]:
    """Keep what was sent for these questions: the answers, and what was refused, by public id."""
    taken: dict[str, str] = {}
    refused: dict[str, Refusal] = {}
    for question in questions:
        sent = request.files.get(FILE_PREFIX + question.public_id)
        if question.content.shape is Shape.FILE and sent is not None and sent.filename:
            try:
                content = sent.stream.read(MOST_BYTES + 1)
                taken[question.public_id] = _take(question, content, called=sent.filename, scope=scope)
            except Refusal as refusal:
                refused[question.public_id] = refusal
    return taken, refused


def _take(question: Question, content: bytes, *, called: str, scope: str) -> str:
    now = clock.now()
    with transaction():
        count_try(UPLOADS, network_of(caller_address()), now=now)
    clean = cleaned(question, content)
    with transaction():
        return keep_upload(question, clean, called=called, scope=scope, now=now)
