"""Ticket types of an event: the list, a new one, and its changes."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.type_forms import ACCESS, PAYING, TypeForm, typed_type
from eventhub.core import clock
from eventhub.core.errors import Refusal
from eventhub.db import transaction
from eventhub.registration.types.editing import (
    add_type,
    close_type,
    get_type,
    list_types,
    move_type,
    open_type,
    remove_type,
    revise_type,
)
from eventhub.registration.types.queries import count_by_type, counted_pools, list_pools
from eventhub.web.i18n import sentence_of
from eventhub.web.prices import price_of

STEPS = {"up": -1, "down": 1}
DEEDS = {"close": close_type, "open": open_type, "remove": remove_type}


@pages.get("/events/<slug>/tickets")
def ticket_types(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    return render_template(
        "organiser/types.html",
        event=event,
        types=list_types(event),
        pools={one.pool_id: one for one in list_pools(event.id)},
        counted=counted_pools(event.id),
        holders=count_by_type(event.id),
        access_words=ACCESS,
        paying_words=PAYING,
        price_of=price_of,
        confirm=Confirm(formdata=None),
    )


@pages.route("/events/<slug>/tickets/new", methods=["GET", "POST"])
def new_type(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    form = TypeForm(data={"access": "open"}).offer(event.timezone, list_pools(event.id))

    def deed() -> None:
        content, counting = form.to_content(), form.to_counting()
        add_type(event, content, counting, code=form.code.data or "", by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The ticket is added."))
        return redirect(url_for(".ticket_types", slug=slug))
    return render_template("organiser/type.html", form=form, event=event, row=None), status_of(form)


@pages.route("/events/<slug>/tickets/<name>", methods=["GET", "POST"])
def edit_type(slug: str, name: str) -> ResponseReturnValue:
    event = the_event(slug)
    row, named = get_type(event, name), list_pools(event.id)
    typed = typed_type(row, event.timezone, named, counted_pools(event.id))
    form = TypeForm(data=typed).offer(event.timezone, named)

    def deed() -> None:
        content, counting = form.to_content(), form.to_counting()
        revise_type(event, name, content, counting, code=form.code.data or "", by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The changes are stored."))
        return redirect(url_for(".ticket_types", slug=slug))
    return render_template("organiser/type.html", form=form, event=event, row=row), status_of(form)


@pages.post("/events/<slug>/tickets/<name>/<any(up, down, close, open, remove):deed>")
def change_type(slug: str, name: str, deed: str) -> ResponseReturnValue:
    event = the_event(slug)
    get_type(event, name)
    try:
        with transaction():
            if deed in STEPS:
                move_type(event, name, steps=STEPS[deed], by=me(), now=clock.now())
            else:
                DEEDS[deed](event, name, by=me(), now=clock.now())
    except Refusal as refusal:
        flash(sentence_of(refusal), "error")
    else:
        flash(pgettext("tickets", "The tickets are changed."))
    return redirect(url_for(".ticket_types", slug=slug))
