"""Starting a delegation: a form and a letter that proves the address, or a letter by which an organiser asks."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from eventhub.blueprints.delegations.blueprint import facts_of, pages
from eventhub.blueprints.delegations.forms import AcceptForm, StartForm
from eventhub.blueprints.delegations.paying import offer_tickets, ticket_of
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.events.models import Event
from eventhub.events.queries import get_event
from eventhub.events.rules import PUBLIC_STATES, Registering, registering
from eventhub.registration.delegations.commands import Start, accept_invitation, open_delegation, start
from eventhub.registration.delegations.letters import CONFIRM, INVITATION, manage_path_of
from eventhub.registration.delegations.limits import count_start
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.delegations.queries import get_delegation
from eventhub.registration.delegations.rules import DelegationState
from eventhub.web.forms import PageForm
from eventhub.web.i18n import is_switch, language
from eventhub.web.proxies import caller_address

SENT = "delegation"


@pages.route("/events/<slug>/delegation", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    event, form = _public(slug), StartForm(language=language())
    offer_tickets(form, event)
    is_sent = request.method == "POST" and not is_switch()
    if is_sent and form.validate() and form.carry_out(lambda: _start(slug, form)):
        session[SENT] = form.email.data
        return redirect(url_for(".sent", slug=slug))
    state = registering(event.window, places_left=None, now=clock.now())
    is_open = state in (Registering.OPEN, Registering.FULL)
    page = render_template("delegations/new.html", form=form, is_open=is_open, **facts_of(event))
    return page, form.status if is_sent else 200, form.headers


def _start(slug: str, form: StartForm) -> None:
    now, coordinator = clock.now(), form.person
    count_start(email=coordinator.email, address=caller_address(), now=now)
    asked = Start(coordinator=coordinator, key=form.submission_key.data or "", ticket=form.wish)
    start(asked, slug=slug, now=now)


@pages.get("/events/<slug>/delegation/sent")
def sent(slug: str) -> ResponseReturnValue:
    """Look into your mail: the same words whether the address was new or not."""
    return render_template("delegations/sent.html", event=_public(slug), email=session.get(SENT, ""))


def _public(slug: str) -> Event:
    event = get_event(slug)
    if event.state not in PUBLIC_STATES:
        raise NotFound()
    return event


@pages.route("/delegations/<public_id>/confirm/<secret>", methods=["GET", "POST"])
def confirm(public_id: str, secret: str) -> ResponseReturnValue:
    """Mail scanners follow links, so only the button confirms."""
    form, found = PageForm(), _by_link(public_id, secret, CONFIRM)
    if request.method == "POST" and form.carry_out(
        lambda: open_delegation(_by_link(public_id, secret, CONFIRM), now=clock.now())
    ):
        found = _by_link(public_id, secret, CONFIRM)
    if found.state is DelegationState.OPEN:
        return redirect(manage_path_of(found))
    page = render_template("delegations/confirm.html", form=form, delegation=found, **facts_of(found.event))
    return page, form.status if form.errors else 200


@pages.route("/delegations/<public_id>/invitation/<secret>", methods=["GET", "POST"])
def accept(public_id: str, secret: str) -> ResponseReturnValue:
    form, found = AcceptForm(language=language()), _by_link(public_id, secret, INVITATION)
    if found.ticket_type_id is None:
        offer_tickets(form, found.event)
    is_sent = request.method == "POST" and not is_switch()

    def deed() -> None:
        fresh = _by_link(public_id, secret, INVITATION)
        accept_invitation(fresh, form.entry(fresh.email), ticket=form.wish, now=clock.now())

    if is_sent and form.validate() and form.carry_out(deed):
        found = _by_link(public_id, secret, INVITATION)
    if found.state is DelegationState.OPEN:
        return redirect(manage_path_of(found))
    page = render_template(
        "delegations/accept.html",
        form=form,
        delegation=found,
        ticket=ticket_of(found),
        **facts_of(found.event),
    )
    return page, form.status if is_sent else 200


def _by_link(public_id: str, secret: str, purpose: str) -> Delegation:
    return get_delegation(public_id, secret, purpose=purpose)
