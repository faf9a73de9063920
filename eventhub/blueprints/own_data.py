"""What somebody can do about the data of one registration, by its secret link: consents, a copy, erasure, questions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.accounts.queries import names_of
from eventhub.blueprints.privacy_words import KINDS, STATES, TONES, AskForm, OnlyButton
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.db import transaction
from eventhub.privacy.models import SealedOpening
from eventhub.privacy.requests import ask_oneself, list_requests_of
from eventhub.privacy.rules import RequestKind
from eventhub.privacy.sealed import list_openings
from eventhub.privacy.standing import Standing
from eventhub.registration.consents import (
    Saying,
    asker_of,
    give_consent,
    list_standings,
    withdraw_consent,
)
from eventhub.registration.forms.sealing import labels_of
from eventhub.registration.letters import MANAGE, manage_path
from eventhub.registration.models import Registration
from eventhub.registration.personal import is_still_to_come
from eventhub.registration.queries import get_by_link
from eventhub.subjects.erasing import ask_for_erasure
from eventhub.subjects.exporting import export_zip
from eventhub.subjects.queries import subject_of_registration
from eventhub.web.forms import PageForm
from eventhub.web.headers import private
from eventhub.web.next import safe_next
from eventhub.web.proxies import caller_address

pages = Blueprint("own_data", __name__, url_prefix="/registrations/<public_id>/<secret>/privacy")
pages.before_request(private)

BY = "holder"


@pages.context_processor
def say() -> dict[str, Any]:
    return {"kinds": KINDS, "states": STATES, "tones": TONES}


@pages.get("")
def show(public_id: str, secret: str) -> ResponseReturnValue:
    registration = _get(public_id, secret)
    openings = list_openings(("registration", public_id))
    return render_template(
        "own_data/show.html",
        registration=registration,
        back=manage_path(registration),
        standings=list_standings(registration),
        requests=list_requests_of(registration.email_key, registration=public_id),
        openings=openings,
        openers=openers(openings),
        opened_fields=labels_of(row.field for row in openings),
        button_only=OnlyButton(formdata=None),
    )


def openers(openings: Any) -> dict[str, str]:
    """The names of those who opened something, by what the line says."""
    rows: list[SealedOpening] = list(openings)
    return names_of(row.by for row in rows) if rows else {}


@pages.post("/consents/<purpose>/give")
def give(public_id: str, secret: str, purpose: str) -> ResponseReturnValue:
    with transaction():
        give_consent(_get(public_id, secret), purpose=purpose, saying=_saying(), now=clock.now())
    flash(_("Your consent is recorded."), "ok")
    return _back(public_id, secret)


@pages.get("/consents/<purpose>/withdraw")
def ask_to_withdraw(public_id: str, secret: str, purpose: str) -> ResponseReturnValue:
    """For a consent without which we may keep nothing: what follows from its end is said first."""
    registration = _get(public_id, secret)
    return render_template(
        "own_data/withdraw.html",
        registration=registration,
        standing=_standing(registration, purpose),
        back=url_for(".show", public_id=public_id, secret=secret),
        form=OnlyButton(formdata=None),
    )


@pages.post("/consents/<purpose>/withdraw")
def withdraw(public_id: str, secret: str, purpose: str) -> ResponseReturnValue:
    with transaction():
        withdraw_consent(_get(public_id, secret), purpose=purpose, saying=_saying(), now=clock.now())
    flash(_("Your consent is withdrawn."), "ok")
    return _back(public_id, secret)


@pages.post("/export")
def export(public_id: str, secret: str) -> Response:
    with transaction():
        subject = subject_of_registration(_get(public_id, secret))
        content = export_zip(subject, by=BY, now=clock.now())
    return as_download(content)


def as_download(content: bytes) -> Response:
    """A ZIP that no browser opens by itself."""
    response = Response(content, content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return response


@pages.route("/erase", methods=["GET", "POST"])
def erase(public_id: str, secret: str) -> ResponseReturnValue:
    registration, form, now = _get(public_id, secret), OnlyButton(), clock.now()
    back, subject = (
        url_for(".show", public_id=public_id, secret=secret),
        subject_of_registration(registration),
    )
    if form.validate_on_submit() and form.carry_out(
        lambda: ask_for_erasure(asker_of(registration), subject, by=BY, now=now)
    ):
        flash(_("We have your request. A letter says by when it is answered."), "ok")
        return redirect(back)
    return erase_page(form, back=back, is_to_come=is_still_to_come(subject, now=now))


def erase_page(form: PageForm, *, back: str, is_to_come: bool) -> ResponseReturnValue:
    """What is erased and what is kept; or that something has to be cancelled first."""
    page = render_template("own_data/erase.html", form=form, back=back, is_to_come=is_to_come)
    return page, form.status if form.form_errors else 200


@pages.route("/ask", methods=["GET", "POST"])
def ask(public_id: str, secret: str) -> ResponseReturnValue:
    registration, form = _get(public_id, secret), AskForm()
    back = url_for(".show", public_id=public_id, secret=secret)

    def deed() -> None:
        asked(form, asker_of(registration))

    if form.validate_on_submit() and form.carry_out(deed):
        flash(_("We have your request. A letter says by when it is answered."), "ok")
        return redirect(back)
    return ask_page(form, back=back)


def asked(form: AskForm, asker: Any) -> None:
    """Register what stands in the form."""
    kind = RequestKind(form.kind.data)
    ask_oneself(asker, kind=kind, text=form.text.data or "", by=BY, now=clock.now())


def ask_page(form: AskForm, *, back: str) -> ResponseReturnValue:
    page = render_template("own_data/ask.html", form=form, back=back)
    return page, form.status if form.errors or form.form_errors else 200


def _get(public_id: str, secret: str) -> Registration:
    return get_by_link(public_id, secret, purpose=MANAGE)


def _saying() -> Saying:
    return Saying(method="page", address=caller_address())


def _standing(registration: Registration, purpose: str) -> Standing:
    """What is given and may be withdrawn. Raises NotFound."""
    found = next(
        (one for one in list_standings(registration) if one.purpose == purpose and one.is_given), None
    )
    if found is None:
        raise NotFound()
    return found


def _back(public_id: str, secret: str) -> ResponseReturnValue:
    own = url_for(".show", public_id=public_id, secret=secret)
    return redirect(safe_next(request.args.get("next")) or own)
