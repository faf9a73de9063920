"""The line of a session: who waits for it, and a place out of turn."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.deeds import accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import ReasonForm
from eventhub.core import clock
from eventhub.events.desk import get_session
from eventhub.registration.desk import get_of_event
from eventhub.registration.session_lines.commands import offer_seat_by_hand
from eventhub.registration.session_lines.queries import list_line
from eventhub.registration.types.queries import names_of_pools


@pages.get("/events/<slug>/programme/<public_id>/line")
def session_line(slug: str, public_id: str) -> ResponseReturnValue:
    """The first come first."""
    event = the_event(slug)
    session = get_session(event, public_id)
    return render_template(
        "organiser/line.html",
        event=event,
        session=session,
        chain=[session.pool, *session.above] if session.pool else [],
        names=names_of_pools(event),
        line=list_line(session),
    )


@pages.route("/events/<slug>/programme/<public_id>/line/<person_id>/offer", methods=["GET", "POST"])
def offer_seat(slug: str, public_id: str, person_id: str) -> ResponseReturnValue:
    event, form = the_event(slug), ReasonForm()
    session, registration = get_session(event, public_id), get_of_event(event.id, person_id)
    reason = form.reason.data or ""

    def deed() -> None:
        offer_seat_by_hand(registration, session, event, reason=reason, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The place is offered by mail."))
        return redirect(url_for(".session_line", slug=slug, public_id=public_id))
    page = render_template(
        "organiser/offer_seat.html", form=form, event=event, session=session, registration=registration
    )
    return page, status_of(form)
