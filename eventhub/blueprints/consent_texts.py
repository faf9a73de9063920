"""The texts of consents, for the data-protection officer: what is in force, and a new version of one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.text import LANGUAGES, N_
from eventhub.privacy.models import ConsentDocument
from eventhub.privacy.publishing import publish_version
from eventhub.privacy.queries import list_consent_documents
from eventhub.web.forms import PageForm, many_lines, one_line

pages = Blueprint("consent_texts", __name__, url_prefix="/organiser/privacy/texts")
LONGEST_TITLE, LONGEST_BODY = 150, 20_000
_TOO_LONG = lazy_gettext(N_("Enter at most %(max)d characters."))


def _title(label: str) -> StringField:
    return StringField(
        lazy_gettext(label), filters=[one_line], validators=[Length(max=LONGEST_TITLE, message=_TOO_LONG)]
    )


def _body(label: str) -> TextAreaField:
    return TextAreaField(
        lazy_gettext(label), filters=[many_lines], validators=[Length(max=LONGEST_BODY, message=_TOO_LONG)]
    )


class TextForm(PageForm):
    """A consent text in both languages. `after` is the version that it was written from."""

    after = HiddenField()
    title_en = _title(N_("Title in English"))
    title_ru = _title(N_("Title in Russian"))
    body_en = _body(N_("Text in English"))
    body_ru = _body(N_("Text in Russian"))

    def texts(self, name: str) -> dict[str, str]:
        """The title or the body, per language."""
        return {language: self[f"{name}_{language}"].data or "" for language in LANGUAGES}


@pages.get("")
def index() -> ResponseReturnValue:
    return render_template("officer/texts.html", documents=list_consent_documents())


@pages.route("/<purpose>", methods=["GET", "POST"])
def edit(purpose: str) -> ResponseReturnValue:
    """A new version is written, looked at, and published."""
    document = _in_force(purpose)
    form = TextForm(data=_written(document))
    is_sent = form.is_submitted() and form.validate()
    if is_sent and "preview" not in request.form and form.carry_out(lambda: _publish(purpose, form)):
        flash(
            _("The new version is in force. Who agreed before keeps the version that they agreed to."), "ok"
        )
        return redirect(url_for(".index"))
    page = render_template(
        "officer/text.html",
        form=form,
        document=document,
        versions=list_consent_documents(purpose=purpose),
        preview={"title": form.texts("title"), "body": form.texts("body")} if is_sent else None,
    )
    return page, form.status if form.errors or form.form_errors else 200


def _publish(purpose: str, form: TextForm) -> None:
    after = form.after.data or ""
    publish_version(
        purpose,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 6 else 0,
        title=form.texts("title"),
        body=form.texts("body"),
        by=str(current_user.public_id),
        now=clock.now(),
    )


def _in_force(purpose: str) -> ConsentDocument:
    for document in list_consent_documents():
        if document.purpose == purpose:
            return document
    raise NotFound()


def _written(document: ConsentDocument) -> dict[str, Any]:
    texts = {"title": document.title, "body": document.body}
    fields = {f"{name}_{code}": text.get(code, "") for name, text in texts.items() for code in LANGUAGES}
    return {"after": str(document.version), **fields}
