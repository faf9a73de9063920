"""The data under one's own address: consents of all registrations, a copy of everything, erasure, questions."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventhub.accounts.queries import get_user
from eventhub.blueprints.account.blueprint import pages
from eventhub.blueprints.own_data import as_download, ask_page, asked, erase_page, openers
from eventhub.blueprints.privacy_words import KINDS, STATES, TONES, AskForm, OnlyButton
from eventhub.core import clock
from eventhub.core.subjects import DataSubject
from eventhub.db import transaction
from eventhub.privacy.requests import Asker, list_requests_of
from eventhub.privacy.sealed import list_openings
from eventhub.registration.consents import standings_of_all
from eventhub.registration.forms.sealing import labels_of
from eventhub.registration.letters import manage_path
from eventhub.registration.personal import is_still_to_come
from eventhub.registration.queries import list_of_person
from eventhub.subjects.erasing import ask_for_erasure
from eventhub.subjects.exporting import export_zip
from eventhub.subjects.queries import subject_of_address


@pages.get("/privacy")
def privacy() -> ResponseReturnValue:
    registrations = list_of_person(current_user.email_key)
    openings = list_openings(
        *(("registration", one.public_id) for one in registrations), ("user", current_user.public_id)
    )
    return render_template(
        "account/privacy.html",
        registrations=registrations,
        standings=standings_of_all(registrations, current_user.email_key),
        manage_path=manage_path,
        requests=list_requests_of(current_user.email_key),
        openings=openings,
        openers=openers(openings),
        opened_fields=labels_of(row.field for row in openings),
        button_only=OnlyButton(formdata=None),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {"kinds": KINDS, "states": STATES, "tones": TONES}


@pages.post("/privacy/export")
def export_data() -> Response:
    with transaction():
        content = export_zip(_subject(), by=current_user.public_id, now=clock.now())
    return as_download(content)


@pages.route("/privacy/erase", methods=["GET", "POST"])
def erase_data() -> ResponseReturnValue:
    form, back, now, subject = OnlyButton(), url_for(".privacy"), clock.now(), _subject()
    if form.validate_on_submit() and form.carry_out(
        lambda: ask_for_erasure(_asker(), subject, by=current_user.public_id, now=now)
    ):
        flash(_("We have your request. A letter says by when it is answered."), "ok")
        return redirect(back)
    return erase_page(form, back=back, is_to_come=is_still_to_come(subject, now=now))


@pages.route("/privacy/ask", methods=["GET", "POST"])
def ask_about_data() -> ResponseReturnValue:
    form, back = AskForm(), url_for(".privacy")
    if form.validate_on_submit() and form.carry_out(lambda: asked(form, _asker())):
        flash(_("We have your request. A letter says by when it is answered."), "ok")
        return redirect(back)
    return ask_page(form, back=back)


def _subject() -> DataSubject:
    return subject_of_address(current_user.email_key, email=current_user.email)


def _asker() -> Asker:
    user = get_user(current_user.id)
    return Asker(email=user.email, full_name=user.full_name, language=user.language)
