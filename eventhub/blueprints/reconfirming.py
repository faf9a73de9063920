"""The page behind the letter that asks: are you still coming? Two buttons, since mail scanners follow links."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.mailings.models import Reminder
from eventhub.mailings.reminders import answer_question, find_question
from eventhub.registration.letters import manage_path
from eventhub.registration.models import Registration
from eventhub.registration.queries import get_by_link
from eventhub.registration.reminder_letters import RECONFIRM
from eventhub.web.forms import PageForm
from eventhub.web.headers import private
from eventhub.web.wording import mini, when

pages = Blueprint("reconfirming", __name__)
pages.before_request(private)

ANSWERS = {"come": True, "give-back": False}


@pages.get("/registrations/<public_id>/reconfirm/<secret>")
def ask(public_id: str, secret: str) -> ResponseReturnValue:
    registration = get_by_link(public_id, secret, purpose=RECONFIRM)
    return _page(registration, _question_to(registration), PageForm(), status=200)


@pages.post("/registrations/<public_id>/reconfirm/<secret>")
def answer(public_id: str, secret: str) -> ResponseReturnValue:
    form, now = PageForm(), clock.now()
    registration = get_by_link(public_id, secret, purpose=RECONFIRM)
    _question_to(registration)
    comes = ANSWERS.get(request.form.get("answer", ""))
    if comes is None:
        raise BadRequest()
    if form.carry_out(lambda: answer_question(registration, comes=comes, now=now)):
        flash(
            _("Thank you: we expect you.") if comes else _("Thank you: your place is free for someone else."),
            "ok",
        )
        if comes:
            return redirect(manage_path(registration))
        return redirect(url_for(".ask", public_id=public_id, secret=secret))
    return _page(registration, _question_to(registration), form, status=form.status)


def _question_to(registration: Registration) -> Reminder:
    question = find_question(registration)
    if question is None:
        raise NotFound()
    return question


def _page(
    registration: Registration, question: Reminder, form: PageForm, *, status: int
) -> ResponseReturnValue:
    event = registration.event
    page = render_template(
        "registrations/reconfirm.html",
        registration=registration,
        question=question,
        form=form,
        event=event,
        card=mini(event),
        when=when(event),
        is_over=clock.now() >= event.ends_at,
    )
    return page, status
