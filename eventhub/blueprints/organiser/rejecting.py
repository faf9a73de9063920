"""Many requests are not approved at once: for one reason, with the letter shown first."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventhub.blueprints.organiser.decisions import chosen_requests, result_of_each
from eventhub.blueprints.organiser.deeds import status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import ReasonForm
from eventhub.core import clock
from eventhub.core.refusals import ReasonMissing
from eventhub.registration.approval_letters import render_rejected
from eventhub.registration.approving import list_chosen_requests, reject
from eventhub.registration.models import Registration

DO_IT = "reject"


@pages.post("/events/<slug>/requests/reject")
def reject_requests(slug: str) -> ResponseReturnValue:
    """First the people, the reason and the letter; with the button on that page it is done, each for itself."""
    event, form = the_event(slug), ReasonForm()
    asking = list_chosen_requests(event.id, chosen_requests())
    if not asking:
        return redirect(url_for(".requests", slug=slug))
    is_asked = bool(request.form.get("step"))
    if is_asked and form.validate() and request.form["step"] == DO_IT:
        if form.reason.data:
            return _reject(slug, form.reason.data)
        form.lay(ReasonMissing())
    page = render_template(
        "organiser/reject_many.html",
        event=event,
        form=form,
        asking=asking,
        letter=render_rejected(asking[0], event, reason=form.reason.data or "…"),
        step=DO_IT,
    )
    return page, status_of(form) if is_asked else 200


def _reject(slug: str, reason: str) -> str:
    event = the_event(slug)

    def deed(registration: Registration) -> None:
        reject(registration, reason=reason, by=me(), now=clock.now())

    done, skipped = result_of_each(event.id, chosen_requests(), deed)
    return render_template("organiser/rejected.html", event=event, done=done, skipped=skipped)
