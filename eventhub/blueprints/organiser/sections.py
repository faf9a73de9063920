"""The sections of an event's programme: institutes and theirs, tracks, areas of a site."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.fields import in_both, spread
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import SectionForm, TitleForm
from eventhub.core import clock
from eventhub.db import transaction
from eventhub.events.sections import (
    add_section,
    children,
    get_section,
    move_section,
    outline,
    rename_section,
)

STEPS = {"up": -1, "down": 1}


@pages.route("/events/<slug>/programme/sections", methods=["GET", "POST"])
def sections(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    form = SectionForm().offer(children(event, None))

    def deed() -> None:
        parent = get_section(event, int(form.parent.data)) if form.parent.data else None
        add_section(event, title=in_both(form, "title"), parent=parent, by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("The section is added."))
        return redirect(url_for(".sections", slug=slug))
    page = render_template(
        "organiser/sections.html",
        form=form,
        event=event,
        outline=outline(event),
        confirm=Confirm(formdata=None),
    )
    return page, status_of(form)


@pages.route("/events/<slug>/programme/sections/<int:number>", methods=["GET", "POST"])
def section(slug: str, number: int) -> ResponseReturnValue:
    event = the_event(slug)
    the_section = get_section(event, number)
    form = TitleForm(data=spread(["title"], the_section))
    if accepted(
        form, lambda: rename_section(the_section, title=in_both(form, "title"), by=me(), now=clock.now())
    ):
        flash(_("The section is renamed."))
        return redirect(url_for(".sections", slug=slug))
    return render_template("organiser/section.html", form=form, event=event), status_of(form)


@pages.post("/events/<slug>/programme/sections/<int:number>/<any(up, down):way>")
def move(slug: str, number: int, way: str) -> ResponseReturnValue:
    the_section = get_section(the_event(slug), number)
    with transaction():
        move_section(the_section, steps=STEPS[way], by=me(), now=clock.now())
    flash(_("The order is changed."))
    return redirect(url_for(".sections", slug=slug))
