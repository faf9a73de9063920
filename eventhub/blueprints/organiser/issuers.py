"""Who makes invoices: the office's list for all events, and the choice of one event."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.billing.issuers import add_issuer, choose_issuer, revise_issuer
from eventhub.billing.queries import find_issuer, get_issuer, list_issuers
from eventhub.blueprints.organiser.deeds import accepted, status_of
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
    return render_template("organiser/edit_issuer.html", form=form, issuer=issuer), status_of(form)


@pages.route("/events/<slug>/payments/issuer", methods=["GET", "POST"])
def issuer(slug: str) -> ResponseReturnValue:
    """Who makes the invoices of this event."""
    event, all_issuers = the_event(slug), list_issuers()
    chosen = find_issuer(event.id)
    form = ChooseIssuerForm(data={"issuer": chosen.public_id if chosen else None}).offer(all_issuers)

    def deed() -> None:
        choose_issuer(event, get_issuer(form.issuer.data), by=me(), now=clock.now())

    if accepted(form, deed):
        flash(_("Saved. The next invoices say so; those that are made stay as they are."))
        return redirect(url_for(".payments", slug=slug))
    page = render_template("organiser/issuer.html", event=event, form=form, issuers=all_issuers)
    return page, status_of(form)
