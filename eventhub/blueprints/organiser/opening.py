"""A sealed answer is opened for staff: with a reason, once for each look, and its owner sees that."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from eventhub.blueprints.organiser.deeds import accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import WhyForm
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.registration.desk import get_of_event
from eventhub.registration.forms.answering import Stored
from eventhub.registration.forms.files import fetch_upload
from eventhub.registration.forms.queries import by_name, list_answers
from eventhub.registration.forms.sealing import open_answer
from eventhub.registration.models import Registration
from eventhub.web.answers import answer_text, asked_whom, has_file
from eventhub.web.uploads import as_attachment


@pages.route("/events/<slug>/people/<public_id>/answers/<name>/open", methods=["GET", "POST"])
def open_sealed(slug: str, public_id: str, name: str) -> ResponseReturnValue:
    """Asks why, and shows what was sealed on the answer to that alone: no address leads to it."""
    event, form = the_event(slug), WhyForm()
    registration = get_of_event(event.id, public_id)
    sealed = _get(registration, name)
    opened: list[Stored] = []

    def deed() -> None:
        why = form.why.data or ""
        opened.append(open_answer(registration, sealed, why=why, by=me(), now=clock.now()))

    is_open = accepted(form, deed)
    if is_open and has_file(opened[0]):
        return _sent(registration, opened[0])
    page = render_template(
        "organiser/open_answer.html",
        form=form,
        event=event,
        registration=registration,
        question=asked_whom(sealed),
        text=answer_text(opened[0]) if is_open else "",
    )
    return page, status_of(form)


@pages.get("/events/<slug>/people/<public_id>/files/<name>")
def sent_file(slug: str, public_id: str, name: str) -> ResponseReturnValue:
    """A file that answers a question; one that lies sealed is opened with a reason instead."""
    registration = get_of_event(the_event(slug).id, public_id)
    answer = by_name(list_answers(registration.id)).get(name)
    if answer is None:
        raise NotFound()
    return _sent(registration, answer)


def _sent(registration: Registration, answer: Stored) -> ResponseReturnValue:
    file = fetch_upload(registration.id, answer)
    return as_attachment(file.content, name=file.name, media_type=file.media_type)


def _get(registration: Registration, name: str) -> Stored:
    """The sealed answer to this question. Raises NotFound, for one that is not sealed too."""
    for answer in list_answers(registration.id):
        if answer.question.public_id == name and answer.is_sealed:
            return answer
    raise NotFound()
