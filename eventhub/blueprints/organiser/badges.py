"""Badges of an event: for whom, how they look, the document, and a single one."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventhub.badges.commands import plan_arrival, print_many, print_one
from eventhub.badges.models import BadgePrinting
from eventhub.badges.queries import (
    count_badges,
    find_plan,
    get_printing,
    list_printed,
    list_printings,
    list_tickets,
    prints_of,
)
from eventhub.badges.rules import MOST_BADGES, Layout, PrintAsk
from eventhub.badges.sheets import picture_of, preview_of, printed_document
from eventhub.blueprints.organiser.badge_forms import (
    LAYOUTS,
    ArrivalForm,
    OneBadgeForm,
    PrintForm,
    choose_form,
    read_badges,
)
from eventhub.blueprints.organiser.deeds import accepted
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.core import clock
from eventhub.documents.badge import PAPERS
from eventhub.events.models import Event
from eventhub.registration.desk import get_of_event, get_ticket
from eventhub.registration.types.queries import get_type_names


@pages.route("/events/<slug>/badges", methods=["GET", "POST"])
def badges(slug: str) -> ResponseReturnValue:
    """The address says for whom and how, the button prints."""
    event, form = the_event(slug), PrintForm()
    asked = read_badges(event)
    made: list[BadgePrinting] = []

    def deed() -> None:
        ask = PrintAsk(key=form.key.data or "", layout=asked.layout, language=asked.language)
        made.append(print_many(event, asked.wish, ask, by=current_user, now=clock.now()))

    if form.validate_on_submit() and form.carry_out(deed):
        return redirect(url_for(".badge_printing", slug=slug, printing=made[0].public_id))
    return _choosing(event, form), form.status if form.is_submitted() else 200


def _choosing(event: Event, form: PrintForm, arrival: ArrivalForm | None = None) -> str:
    asked, plan = read_badges(event), find_plan(event.id)
    number = count_badges(asked.wish)
    planned = {"on_arrival": plan.on_arrival, "layout": plan.layout.value} if plan else {"layout": "label"}
    return render_template(
        "organiser/badges.html",
        event=event,
        asked=asked,
        choose=choose_form(asked, get_type_names(event.id)),
        form=form,
        arrival=arrival or ArrivalForm(formdata=None, data=planned).offer(),
        number=number,
        most=MOST_BADGES,
        pages=-(-min(number, MOST_BADGES) // PAPERS[asked.layout].to_a_page),
        printings=list_printings(event.id),
        layouts=LAYOUTS,
    )


@pages.get("/events/<slug>/badges/preview.png")
def badges_preview(slug: str) -> Response:
    """The first page, as the address asks for it."""
    event = the_event(slug)
    asked = read_badges(event)
    tickets = list_tickets(asked.wish, most=PAPERS[asked.layout].to_a_page)
    picture = preview_of(event, tickets, asked.layout, language=asked.language)
    return Response(picture, content_type="image/png")


@pages.post("/events/<slug>/badges/arrival")
def badges_on_arrival(slug: str) -> ResponseReturnValue:
    event, form = the_event(slug), ArrivalForm().offer()

    def deed() -> None:
        facts: dict[str, Any] = {"on_arrival": form.on_arrival.data, "layout": Layout(form.layout.data)}
        plan_arrival(event, **facts, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The changes are stored."))
        return redirect(url_for(".badges", slug=slug))
    return _choosing(event, PrintForm(formdata=None), form), 422


@pages.get("/events/<slug>/badges/<printing>")
def badge_printing(slug: str, printing: str) -> ResponseReturnValue:
    """What was printed, with its document."""
    event = the_event(slug)
    made = get_printing(event.id, printing)
    return render_template(
        "organiser/badge_printing.html",
        event=event,
        printing=made,
        number=len(list_printed(made)),
        layouts=LAYOUTS,
    )


@pages.get("/events/<slug>/badges/<printing>/badges.pdf")
def badges_pdf(slug: str, printing: str) -> Response:
    event = the_event(slug)
    made = get_printing(event.id, printing)
    response = Response(printed_document(made, event, now=clock.now()), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="badges-{event.slug}.pdf"'
    return response


@pages.route("/events/<slug>/people/<public_id>/tickets/<number>/badge", methods=["GET", "POST"])
def badge(slug: str, public_id: str, number: str) -> ResponseReturnValue:
    """One badge; once more takes a reason."""
    event, form = the_event(slug), OneBadgeForm().offer()
    registration = get_of_event(event.id, public_id)
    ticket = get_ticket(registration, number)
    made: list[BadgePrinting] = []

    def deed() -> None:
        made.append(print_one(ticket, form.to_ask(), by=current_user, now=clock.now()))

    if form.validate_on_submit() and form.carry_out(deed):
        return redirect(url_for(".badge_printing", slug=slug, printing=made[0].public_id))
    page = render_template(
        "organiser/badge.html",
        form=form,
        event=event,
        registration=registration,
        attendee=next(one for one in registration.attendees if one.ticket_id == ticket.id),
        ticket=ticket,
        printed=prints_of([ticket.id]).get(ticket.id),
    )
    return page, form.status if form.is_submitted() else 200


@pages.get("/events/<slug>/people/<public_id>/tickets/<number>/badge.svg")
def badge_picture(slug: str, public_id: str, number: str) -> Response:
    event = the_event(slug)
    ticket = get_ticket(get_of_event(event.id, public_id), number)
    picture = picture_of(event, ticket.id, Layout.CARD, language="")
    return Response(picture, content_type="image/svg+xml")
