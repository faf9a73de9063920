"""Places of an event: its named pools, what is held back, and how many more are given out than there are seats."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.fields import in_both, spread
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.type_forms import KINDS, OverbookForm, PoolForm, PoolSizeForm
from eventhub.core import clock
from eventhub.core.errors import Refusal
from eventhub.core.zones import wall_clock
from eventhub.db import transaction
from eventhub.events.models import Event
from eventhub.registration.types.editing import get_named_pool
from eventhub.registration.types.pools import (
    add_pool,
    overbook,
    release_hold,
    remove_pool,
    rename_pool,
    resize_named_pool,
)
from eventhub.registration.types.queries import counted_pools, list_pools
from eventhub.registration.types.rules import PoolKind
from eventhub.web.i18n import sentence_of


@pages.route("/events/<slug>/places", methods=["GET", "POST"])
def places(slug: str) -> ResponseReturnValue:
    """All pools, and the overbooking of the event's own."""
    event = the_event(slug)
    form = OverbookForm(data={"percent": event.pool.overbooking if event.pool else 0})
    if accepted(form, lambda: overbook(event, percent=form.percent.data or 0, by=me(), now=clock.now())):
        flash(_("The changes are stored."))
        return redirect(url_for(".places", slug=slug))
    page = render_template(
        "organiser/places.html",
        event=event,
        form=form,
        named=list_pools(event.id),
        counted=counted_pools(event.id),
        kind_words=KINDS,
        confirm=Confirm(formdata=None),
    )
    return page, status_of(form)


@pages.route("/events/<slug>/places/new", methods=["GET", "POST"])
def new_place(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    form = PoolForm().offer(event.timezone, list_pools(event.id))
    if accepted(form, lambda: _add(event, form)):
        flash(_("The places are counted."))
        return redirect(url_for(".places", slug=slug))
    return render_template("organiser/place.html", form=form, event=event, row=None), status_of(form)


def _add(event: Event, form: PoolForm) -> None:
    add_pool(
        event,
        name=in_both(form, "name"),
        kind=PoolKind(form.kind.data),
        places=form.capacity.data or 0,
        parent=form.parent.data or "",
        releases_at=form.moment,
        by=me(),
        now=clock.now(),
    )


@pages.route("/events/<slug>/places/<name>", methods=["GET", "POST"])
def place(slug: str, name: str) -> ResponseReturnValue:
    event = the_event(slug)
    row = get_named_pool(event, name)
    day = row.releases_at and wall_clock(row.releases_at, event.timezone)
    form = PoolSizeForm(data={**spread(["name"], row), "capacity": row.pool.seats, "releases_at": day})
    form.zone = event.timezone
    form.keep_back(row)

    def deed() -> None:
        now = clock.now()
        rename_pool(event, name, name=in_both(form, "name"), releases_at=form.moment, by=me(), now=now)
        resize_named_pool(event, name, places=form.capacity.data or 0, by=me(), now=now)

    if accepted(form, deed):
        flash(_("The changes are stored."))
        return redirect(url_for(".places", slug=slug))
    return render_template("organiser/place.html", form=form, event=event, row=row), status_of(form)


@pages.post("/events/<slug>/places/<name>/<any(release, remove):deed>")
def change_place(slug: str, name: str, deed: str) -> ResponseReturnValue:
    event = the_event(slug)
    get_named_pool(event, name)
    try:
        with transaction():
            flash(_do(event, name, deed))
    except Refusal as refusal:
        flash(sentence_of(refusal), "error")
    return redirect(url_for(".places", slug=slug))


def _do(event: Event, name: str, deed: str) -> str:
    if deed == "remove":
        remove_pool(event, name, by=me(), now=clock.now())
        return str(_("The places are not counted apart any more."))
    freed = release_hold(event, name, by=me(), now=clock.now())
    return str(ngettext("%(num)s place went back.", "%(num)s places went back.", freed))
