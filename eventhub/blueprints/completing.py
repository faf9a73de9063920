"""Completing a registration by its link: what was not asked before the place was safe."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.question_fields import AskingForm
from eventhub.core import clock
from eventhub.registration.forms.completing import complete
from eventhub.registration.forms.queries import by_name, get_form, list_own_answers
from eventhub.registration.forms.taking import asked_later
from eventhub.registration.letters import MANAGE, manage_path
from eventhub.registration.models import Registration
from eventhub.registration.parties.queries import list_answering
from eventhub.registration.queries import get_by_link
from eventhub.web.headers import private
from eventhub.web.i18n import is_switch
from eventhub.web.uploads import takes_files
from eventhub.web.wording import mini, when

pages = Blueprint("completing", __name__)
pages.before_request(private)


@pages.get("/registrations/<public_id>/<secret>/complete")
def edit(public_id: str, secret: str) -> ResponseReturnValue:
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    return _page(registration, _asking(registration), status=200)


@pages.post("/registrations/<public_id>/<secret>/complete")
@takes_files
def store(public_id: str, secret: str) -> ResponseReturnValue:
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    form = _asking(registration)
    if is_switch():
        return _page(registration, form, status=200)
    now = clock.now()
    if form.validate() and form.carry_out(
        lambda: complete(get_by_link(public_id, secret, purpose=MANAGE), form.sheet, now=now)
    ):
        flash(_("Thank you, your answers are stored."), "ok")
        return redirect(url_for("registrations.show", public_id=public_id, secret=secret))
    return _page(registration, form, status=form.status)


def _asking(registration: Registration) -> AskingForm:
    form = CompletingForm()
    form.scope, form.asked_people = registration.public_id, list_answering(registration)
    own = form.of_each(get_form(registration.event_id))
    stored = by_name(list_own_answers(registration.id))
    form.ask_questions(own, asked_later(own, stored, now=clock.now()), stored=stored)
    return form


class CompletingForm(AskingForm):
    """What is open of each of a registration's people."""

    asked_people: Mapping[str, str] = {}

    @property
    def people(self) -> Mapping[str, str]:
        return self.asked_people


def _page(registration: Registration, form: AskingForm, *, status: int) -> ResponseReturnValue:
    event = registration.event
    page = render_template(
        "registrations/complete.html",
        form=form,
        event=event,
        back=manage_path(registration),
        card=mini(event),
        when=when(event),
    )
    return page, status
