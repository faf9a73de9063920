"""The data-protection officer's desk: the register of requests, by when each is due, and what became of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventhub.blueprints.privacy_words import (
    KINDS,
    STATES,
    TONES,
    AnswerForm,
    ExtendForm,
    OnlyButton,
    RegisterForm,
)
from eventhub.core import clock
from eventhub.privacy import requests
from eventhub.privacy.models import SubjectRequest
from eventhub.privacy.requests import Asker, get_request
from eventhub.privacy.rules import MOVES, WAITING, RequestKind, RequestState, is_overdue
from eventhub.registration.personal import is_still_to_come, list_registrations_of
from eventhub.subjects import erasing
from eventhub.subjects.queries import subject_of_request
from eventhub.web.forms import PageForm

pages = Blueprint("officer", __name__, url_prefix="/organiser/privacy")


@pages.context_processor
def say() -> dict[str, Any]:
    return {"kinds": KINDS, "states": STATES, "tones": TONES, "waiting": WAITING, "overdue": _overdue}


@pages.get("")
def index() -> ResponseReturnValue:
    asked = request.args.get("state", "")
    state = RequestState(asked) if asked in set(RequestState) else None
    return render_template(
        "officer/index.html",
        state=state,
        rows=requests.list_requests(state=state),
        counts=requests.count_requests(),
    )


@pages.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Into the register with what came on paper, by telephone or in a letter."""
    form = RegisterForm()
    if form.validate_on_submit() and form.carry_out(lambda: _register(form)):
        flash(_("The request is in the register, and the person has a letter."), "ok")
        return redirect(url_for(".index"))
    return render_template("officer/new.html", form=form), _status(form)


def _register(form: RegisterForm) -> None:
    asker = Asker(
        email=form.email.data or "", full_name=form.full_name.data or "", language=form.language.data
    )
    kind = RequestKind(form.kind.data)
    requests.ask(asker, kind=kind, text=form.text.data or "", by=_me(), now=clock.now())


@pages.get("/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    return _page(get_request(public_id))


@pages.post("/<public_id>/answer")
def answer(public_id: str) -> ResponseReturnValue:
    row = get_request(public_id)
    form = AnswerForm().offer(row.kind)

    def deed() -> None:
        close = requests.refuse if form.outcome.data == RequestState.REFUSED else requests.answer
        close(row, text=form.text.data or "", by=_me(), now=clock.now())

    if form.validate() and form.carry_out(deed):
        flash(_("The answer is on its way."), "ok")
        return redirect(url_for(".index"))
    return _page(get_request(public_id), answer_form=form)


@pages.post("/<public_id>/extend")
def extend(public_id: str) -> ResponseReturnValue:
    row, form = get_request(public_id), ExtendForm()
    if form.validate() and form.carry_out(
        lambda: requests.extend(row, reason=form.reason.data or "", by=_me(), now=clock.now())
    ):
        flash(_("There are five working days more, and the person knows why."), "ok")
        return redirect(url_for(".show", public_id=public_id))
    return _page(get_request(public_id), extend_form=form)


@pages.post("/<public_id>/erase")
def erase(public_id: str) -> ResponseReturnValue:
    row, form = get_request(public_id), OnlyButton()
    if form.carry_out(lambda: erasing.erase(row, by=_me(), now=clock.now())):
        flash(_("The data are erased, and the person has a letter."), "ok")
        return redirect(url_for(".show", public_id=public_id))
    return _page(get_request(public_id), erase_form=form)


def _page(
    row: SubjectRequest,
    *,
    answer_form: AnswerForm | None = None,
    extend_form: ExtendForm | None = None,
    erase_form: OnlyButton | None = None,
) -> ResponseReturnValue:
    subject, form = subject_of_request(row), answer_form or extend_form or erase_form
    page = render_template(
        "officer/show.html",
        row=row,
        registrations=list_registrations_of(subject),
        is_to_come=is_still_to_come(subject, now=clock.now()),
        answer_form=answer_form or AnswerForm(formdata=None).offer(row.kind),
        extend_form=extend_form or ExtendForm(formdata=None),
        button_only=OnlyButton(formdata=None),
        can_extend=RequestState.EXTENDED in MOVES[row.state],
        form=form,
    )
    return page, _status(form) if form else 200


def _overdue(row: SubjectRequest) -> bool:
    return is_overdue(row.state, row.due_on, now=clock.now())


def _me() -> str:
    return str(current_user.public_id)


def _status(form: PageForm) -> int:
    return form.status if form.errors or form.form_errors else 200
