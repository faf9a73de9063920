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
from eventhub.registration.forms.queries import list_answers
from eventhub.registration.forms.sealing import open_answer
from eventhub.registration.models import Registration
from eventhub.web.answers import answer_text, label_of


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
    page = render_template(
        "organiser/open_answer.html",
        form=form,
        event=event,
        registration=registration,
        question=label_of(sealed.question),
        text=answer_text(opened[0]) if is_open else "",
    )
    return page, status_of(form)


def _get(registration: Registration, name: str) -> Stored:
    """The sealed answer to this question. Raises NotFound, for one that is not sealed too."""
    for answer in list_answers(registration.id):
        if answer.question.public_id == name and answer.is_sealed:
            return answer
    raise NotFound()
