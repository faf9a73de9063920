"""Who makes invoices: the office's list for all events, and the choice of one event."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.billing.issuers import (
    add_issuer,
    choose_issuer,
    offer_issuer_again,
    retire_issuer,
    revise_issuer,
)
from eventhub.billing.queries import (
    count_events_of,
    find_issuer,
    get_issuer,
    list_issuers,
    list_offered_issuers,
)
from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.invoice_forms import ChooseIssuerForm, IssuerForm, typed_issuer
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import check_runs_the_office, me, the_event
from eventhub.core import clock


@pages.get("/issuers")
def issuers() -> ResponseReturnValue:
    check_runs_the_office()
    return render_template("organiser/issuers.html", issuers=list_issuers())


@pages.route("/issuers/new", methods=["GET", "POST"])
def new_issuer() -> ResponseReturnValue:
    check_runs_the_office()
    form = IssuerForm()
    if accepted(form, lambda: add_issuer(form.to_letterhead(), by=me(), now=clock.now())):
        flash(_("The issuer is added. Events can choose it on their page of payments."))
        return redirect(url_for(".issuers"))
    return render_template("organiser/edit_issuer.html", form=form, issuer=None), status_of(form)


@pages.route("/issuers/<public_id>", methods=["GET", "POST"])
def edit_issuer(public_id: str) -> ResponseReturnValue:
    """For all of its events at once."""
    check_runs_the_office()
    issuer = get_issuer(public_id)
    form = IssuerForm(data=typed_issuer(issuer))
    if accepted(form, lambda: revise_issuer(issuer, form.to_letterhead(), by=me(), now=clock.now())):
        flash(_("Saved. The next invoices say so; those that are made stay as they are."))
        return redirect(url_for(".issuers"))
    page = render_template(
        "organiser/edit_issuer.html",
        form=form,
        issuer=issuer,
        confirm=Confirm(formdata=None),
        events=count_events_of(issuer),
    )
    return page, status_of(form)


@pages.post("/issuers/<public_id>/<any(retire, offer):deed>")
def change_issuer(public_id: str, deed: str) -> ResponseReturnValue:
    """No event can choose it any more, or all can again."""
    check_runs_the_office()
    issuer, form = get_issuer(public_id), Confirm()
    change = retire_issuer if deed == "retire" else offer_issuer_again
    if accepted(form, lambda: change(issuer, by=me(), now=clock.now())):
        flash(
            _("%(prefix)s is retired: no event can choose it any more.", prefix=issuer.prefix)
            if deed == "retire"
            else _("Events can choose %(prefix)s again.", prefix=issuer.prefix)
        )
    return redirect(url_for(".issuers"))


@pages.route("/events/<slug>/payments/issuer", methods=["GET", "POST"])
def issuer(slug: str) -> ResponseReturnValue:
    """Who makes the invoices of this event."""
    event = the_event(slug)
    chosen, offered = find_issuer(event.id), list_offered_issuers(event.id)
    form = ChooseIssuerForm(data={"issuer": chosen.public_id if chosen else None}).offer(offered)

    def deed() -> None:
        choose_issuer(event, get_issuer(form.issuer.data), by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("Saved. The next invoices say so; those that are made stay as they are."))
        return redirect(url_for(".payments", slug=slug))
    page = render_template("organiser/issuer.html", event=event, form=form, issuers=offered, chosen=chosen)
    return page, status_of(form)
