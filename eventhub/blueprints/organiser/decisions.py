"""What the organiser decides about a person: approve or not, and a place out of turn; one by one, or many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import ReasonForm
from eventhub.core import clock
from eventhub.core.errors import Refusal
from eventhub.db import transaction
from eventhub.registration.approval_preview import preview_of
from eventhub.registration.approving import approve, list_requests, reject
from eventhub.registration.desk import get_of_event
from eventhub.registration.models import Registration
from eventhub.registration.reviewing import approve_again, list_reviews
from eventhub.registration.waiting import offer_by_hand
from eventhub.web.i18n import sentence_of

MOST_AT_ONCE = 200


@pages.get("/events/<slug>/requests")
def requests(slug: str) -> ResponseReturnValue:
    """Who asks to take part, the first come first."""
    event = the_event(slug)
    return render_template(
        "organiser/requests.html",
        event=event,
        asking=list_requests(event.id, limit=MOST_AT_ONCE),
        changed=list_reviews(event.id, limit=MOST_AT_ONCE),
        confirm=Confirm(formdata=None),
    )


@pages.post("/events/<slug>/requests")
def look_at_requests(slug: str) -> ResponseReturnValue:
    """What approving the chosen ones would do: the letter, and who would be left out and why. Nothing is done yet."""
    event, form = the_event(slug), Confirm()
    chosen = chosen_requests()
    if not form.validate() or not chosen:
        return redirect(url_for(".requests", slug=slug))
    preview = preview_of(event, chosen)
    return render_template("organiser/approve.html", event=event, preview=preview, confirm=form)


@pages.post("/events/<slug>/requests/approve")
def approve_requests(slug: str) -> ResponseReturnValue:
    """Each in a transaction of its own: one that can't be approved stops no other, and is listed with the reason."""
    event, form = the_event(slug), Confirm()
    if not form.validate():
        return redirect(url_for(".requests", slug=slug))

    def deed(registration: Registration) -> None:
        approve(registration, by=me(), now=clock.now())

    done, skipped = result_of_each(event.id, chosen_requests(), deed)
    return render_template("organiser/approved.html", event=event, done=done, skipped=skipped)


def chosen_requests() -> Sequence[str]:
    """Public ids that were ticked."""
    return list(dict.fromkeys(request.form.getlist("chosen")))[:MOST_AT_ONCE]


def result_of_each(
    event_id: int, public_ids: Sequence[str], deed: Callable[[Registration], None]
) -> tuple[int, list[tuple[Registration, str]]]:
    """Do it for each in a transaction of its own: for how many it is done, and who was left out for which reason."""
    results = [(public_id, _why_not(event_id, public_id, deed)) for public_id in public_ids]
    skipped = [(get_of_event(event_id, one), why) for one, why in results if why]
    return len(results) - len(skipped), skipped


def _why_not(event_id: int, public_id: str, deed: Callable[[Registration], None]) -> str:
    """Empty when it is done."""
    try:
        with transaction():
            deed(get_of_event(event_id, public_id))
    except Refusal as refusal:
        return sentence_of(refusal)
    return ""


@pages.post("/events/<slug>/people/<public_id>/approve")
def approve_person(slug: str, public_id: str) -> ResponseReturnValue:
    event, form = the_event(slug), Confirm()
    if accepted(form, lambda: approve(get_of_event(event.id, public_id), by=me(), now=clock.now())):
        flash(_("The registration is approved."))
    return redirect(url_for(".person", slug=slug, public_id=public_id))


@pages.post("/events/<slug>/people/<public_id>/approve-again")
def approve_person_again(slug: str, public_id: str) -> ResponseReturnValue:
    """The answer that was changed is fine, as it stood on the page."""
    event, form, seen = the_event(slug), Confirm(), request.form.get("seen", "")
    person = get_of_event(event.id, public_id)
    if accepted(form, lambda: approve_again(person, seen=seen, by=me(), now=clock.now())):
        flash(_("The changed answer is approved."))
    return redirect(url_for(".person", slug=slug, public_id=public_id))


@pages.route("/events/<slug>/people/<public_id>/reject", methods=["GET", "POST"])
def reject_person(slug: str, public_id: str) -> ResponseReturnValue:
    event, form = the_event(slug), ReasonForm()
    registration, reason = get_of_event(event.id, public_id), form.reason.data or ""
    if accepted(form, lambda: reject(registration, reason=reason, by=me(), now=clock.now())):
        flash(_("The registration is not approved, and the person has a letter."))
        return redirect(url_for(".person", slug=slug, public_id=public_id))
    page = render_template("organiser/reject.html", form=form, event=event, registration=registration)
    return page, status_of(form)


@pages.route("/events/<slug>/people/<public_id>/offer", methods=["GET", "POST"])
def offer_person(slug: str, public_id: str) -> ResponseReturnValue:
    event, form = the_event(slug), ReasonForm()
    registration, reason = get_of_event(event.id, public_id), form.reason.data or ""
    if accepted(form, lambda: offer_by_hand(registration, reason=reason, by=me(), now=clock.now())):
        flash(_("The place is offered by mail."))
        return redirect(url_for(".person", slug=slug, public_id=public_id))
    page = render_template("organiser/offer.html", form=form, event=event, registration=registration)
    return page, status_of(form)
