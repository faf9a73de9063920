"""The people of an event: one table, filtered, sorted and with the columns that its address asks for; and the
addresses that somebody keeps as views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventhub.blueprints.organiser import people_words
from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.people_address import Asked, read_address
from eventhub.blueprints.organiser.people_forms import ViewForm, filter_form
from eventhub.blueprints.organiser.people_words import Cells
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.core import clock
from eventhub.core.text import Localised, clean_line
from eventhub.db import transaction
from eventhub.events.models import Event
from eventhub.events.publicity import show_participants
from eventhub.partners.queries import names_meant
from eventhub.people.commands import remove_view, save_view
from eventhub.people.companions import companions_by_registration
from eventhub.people.delegations import delegations_by_registration
from eventhub.people.queries import (
    PersonRow,
    count_by_tab,
    list_offers,
    list_people,
    list_views,
    sessions_by_registration,
    tags_by_registration,
)
from eventhub.people.rules import PAGE, Column
from eventhub.registration.organisations import list_typed
from eventhub.registration.participants import count_published


@pages.get("/events/<slug>/people")
def people(slug: str) -> ResponseReturnValue:
    return _page(the_event(slug), ViewForm(formdata=None))


@pages.post("/events/<slug>/people/views")
def keep_view(slug: str) -> ResponseReturnValue:
    """The address of this request is the one that is kept."""
    event, form = the_event(slug), ViewForm()
    asked = read_address(request.args, event)

    def deed() -> None:
        save_view(event.id, current_user.id, name=form.name.data or "", query=asked.query())

    if accepted(form, deed):
        flash(_("The view is kept."))
        return redirect(_address(slug, asked.query()))
    return _page(event, form), status_of(form)


@pages.post("/events/<slug>/people/views/remove")
def drop_view(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    with transaction():
        remove_view(event.id, current_user.id, clean_line(request.form.get("view", "")))
    flash(_("The view is removed."))
    return redirect(url_for(".people", slug=slug))


def _address(slug: str, query: str) -> str:
    return f"{url_for('.people', slug=slug)}{'?' if query else ''}{query}"


def _page(event: Event, view_form: ViewForm) -> str:
    asked = read_address(request.args, event)
    counts = count_by_tab(asked.wish)
    pages_in_all = max(1, -(-counts[asked.wish.tab] // PAGE))
    page = min(asked.page, pages_in_all)
    rows = list_people(asked.wish, page=page)
    cells = cells_of(event, asked, rows)
    return render_template(
        "organiser/people.html",
        event=event,
        asked=asked,
        counts=counts,
        page=page,
        pages=pages_in_all,
        published=count_published(event.id),
        rows=[(row, dict(zip(asked.columns, cells.of(row, asked.columns), strict=True))) for row in rows],
        tags=cells.tags,
        filters=filter_form(asked, list_offers(event.id)),
        views=list_views(event.id, current_user.id),
        view_form=view_form,
        confirm=Confirm(formdata=None),
        says=people_words,
    )


def cells_of(event: Event, asked: Asked, rows: Sequence[PersonRow] | None = None) -> Cells:
    """What the rows need beside themselves: of these rows, or, with None, of everybody at the event."""
    ids = None if rows is None else [row.registration_id for row in rows]
    return Cells(
        zone=event.timezone,
        tags=tags_by_registration(event.id, ids) if Column.TAGS in asked.columns else {},
        sessions=sessions_by_registration(event.id, ids) if Column.SESSIONS in asked.columns else {},
        delegations=delegations_by_registration(event.id, ids) if Column.DELEGATION in asked.columns else {},
        partners=_partners_of(event, rows) if Column.PARTNER in asked.columns else {},
        companions=companions_by_registration(event.id, ids) if Column.ACCOMPANYING in asked.columns else {},
    )


def _partners_of(event: Event, rows: Sequence[PersonRow] | None) -> Mapping[str, Localised]:
    """Whom the directory knows of the organisations that were typed."""
    return names_meant(list_typed(event.id) if rows is None else [row.organisation for row in rows])


@pages.post("/events/<slug>/people/public-list")
def public_list(slug: str) -> ResponseReturnValue:
    """Whether the event's page names who agreed to be named."""
    event, is_shown = the_event(slug), request.form.get("shown") == "yes"
    with transaction():
        show_participants(event, is_shown=is_shown, by=me(), now=clock.now())
    flash(
        _("The event's page names who agreed to be named.")
        if is_shown
        else _("The event's page names nobody any more.")
    )
    return redirect(url_for(".people", slug=slug))
