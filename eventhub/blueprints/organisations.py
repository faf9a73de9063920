"""The directory of organisations, for the office: its list, an entry with spellings, a file, and what people typed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from eventhub.accounts.rules import RUNS_EVERY_EVENT
from eventhub.blueprints.organisation_forms import (
    ImportForm,
    MeantForm,
    MergeForm,
    OrganisationForm,
    SpellingForm,
)
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.text import clean_line
from eventhub.partners import commands
from eventhub.partners.queries import (
    PAGE,
    find_by_name,
    get_organisation,
    list_organisations,
    names_meant,
)
from eventhub.partners.sheets import Imported, import_organisations
from eventhub.registration.organisations import count_typed
from eventhub.web.forms import PageForm
from eventhub.web.i18n import language, sentence_of
from eventhub.web.wording import country_name

pages = Blueprint("organisations", __name__, url_prefix="/organiser/organisations")


@pages.before_request
def only_the_office() -> None:
    """Raises NotFound for organisers of single events."""
    if not current_user.may(RUNS_EVERY_EVENT):
        raise NotFound()


def _me() -> str:
    return str(current_user.public_id)


@pages.route("", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """The list, by name in any script, and a new entry."""
    form, text = OrganisationForm(), clean_line(request.args.get("q", ""))[:100]
    number = min(max(request.args.get("page", 1, type=int) or 1, 1), 1000)
    if form.validate_on_submit() and form.carry_out(
        lambda: commands.add_organisation(**form.facts(), by=_me(), now=clock.now())
    ):
        flash(_("The organisation is in the directory."), "ok")
        return redirect(url_for(".index"))
    rows = list_organisations(text, page=number)
    page = render_template(
        "organisations/index.html",
        form=form,
        text=text,
        rows=rows[:PAGE],
        page=number,
        has_more=len(rows) > PAGE,
        country_name=country_name,
    )
    return page, form.status if form.errors or form.form_errors else 200


@pages.route("/<public_id>", methods=["GET", "POST"])
def show(public_id: str) -> ResponseReturnValue:
    """An entry: its names, and the deeds of `change`."""
    organisation = get_organisation(public_id)
    form = OrganisationForm(data=OrganisationForm.data_of(organisation))
    if form.validate_on_submit() and form.carry_out(
        lambda: commands.rename_organisation(
            get_organisation(public_id), **form.facts(), by=_me(), now=clock.now()
        )
    ):
        flash(_("The organisation is changed."), "ok")
        return redirect(url_for(".show", public_id=public_id))
    return _page(public_id, form=form)


@pages.post("/<public_id>/<any(spelling, merge, remove):deed>")
def change(public_id: str, deed: str) -> ResponseReturnValue:
    """Known by one spelling more or less, one with another, or out of the directory."""
    get_organisation(public_id)
    return {"spelling": _change_spelling, "merge": _merge, "remove": _remove}[deed](public_id)


def _change_spelling(public_id: str) -> ResponseReturnValue:
    form, number = SpellingForm(), request.form.get("number", "")
    if number.isascii() and number.isdigit() and len(number) < 10:
        form.spelling.validators = []

        def deed() -> None:
            organisation = get_organisation(public_id)
            commands.remove_spelling(organisation, int(number), by=_me(), now=clock.now())
    else:

        def deed() -> None:
            organisation = get_organisation(public_id)
            commands.add_spelling(organisation, form.spelling.data or "", by=_me(), now=clock.now())

    return _done(public_id, form, deed, _("The spellings are changed."), spelling=form)


def _merge(public_id: str) -> ResponseReturnValue:
    form, into = MergeForm(), ""

    def deed() -> None:
        nonlocal into
        other = find_by_name(form.other.data or "")
        commands.merge(get_organisation(public_id), other, by=_me(), now=clock.now())
        into = other.public_id if other else ""

    said = _("Both are one organisation now.")
    return _done(public_id, form, deed, said, to=lambda: url_for(".show", public_id=into), merging=form)


def _remove(public_id: str) -> ResponseReturnValue:
    def deed() -> None:
        commands.remove_organisation(get_organisation(public_id), by=_me(), now=clock.now())

    return _done(public_id, PageForm(), deed, _("The organisation is removed."), to=lambda: url_for(".index"))


def _done(
    public_id: str,
    form: PageForm,
    deed: Callable[[], None],
    said: str,
    *,
    to: Callable[[], str] | None = None,
    **forms: PageForm,
) -> ResponseReturnValue:
    if form.validate() and form.carry_out(deed):
        flash(said, "ok")
        return redirect(to() if to else url_for(".show", public_id=public_id))
    for error in form.form_errors:
        flash(error, "error")
    return _page(public_id, status=form.status, **forms)


def _page(
    public_id: str,
    *,
    form: OrganisationForm | None = None,
    spelling: PageForm | None = None,
    merging: PageForm | None = None,
    status: int = 0,
) -> ResponseReturnValue:
    organisation = get_organisation(public_id)
    kept = form or OrganisationForm(formdata=None, data=OrganisationForm.data_of(organisation))
    page = render_template(
        "organisations/show.html",
        organisation=organisation,
        form=kept,
        spelling=spelling or SpellingForm(formdata=None),
        merging=merging or MergeForm(formdata=None),
        confirm=PageForm(formdata=None),
    )
    return page, status or (kept.status if kept.errors or kept.form_errors else 200)


@pages.route("/import", methods=["GET", "POST"])
def import_csv() -> ResponseReturnValue:
    """A file, as a whole or not at all."""
    form, outcome = ImportForm(), Imported()

    def deed() -> None:
        nonlocal outcome
        outcome = import_organisations(form.rows(), by=_me(), now=clock.now())

    if form.validate_on_submit() and form.carry_out(deed) and not outcome.faults:
        new = ngettext("%(num)s new organisation", "%(num)s new organisations", outcome.added)
        known = ngettext("%(num)s known already", "%(num)s known already", outcome.known)
        flash(f"{new}, {known}.", "ok")
        return redirect(url_for(".index"))
    faults = [(one.row, sentence_of(one.refusal)) for one in outcome.faults]
    page = render_template("organisations/import.html", form=form, faults=faults)
    return page, form.status if faults or form.errors or form.form_errors else 200


@pages.route("/typed", methods=["GET", "POST"])
def typed() -> ResponseReturnValue:
    """What people typed that the directory does not know, the most frequent first; and whom it means."""
    form = MeantForm()
    if form.validate_on_submit() and form.carry_out(lambda: _learn(form)):
        flash(_("The directory knows it now."), "ok")
        return redirect(url_for(".typed"))
    counts = count_typed()
    known = names_meant(counts)
    unknown = [(text, count) for text, count in counts.items() if text not in known]
    page = render_template(
        "organisations/typed.html", form=form, unknown=unknown[:PAGE], more=len(unknown) > PAGE
    )
    return page, form.status if form.errors or form.form_errors else 200


def _learn(form: MeantForm) -> None:
    text, now = form.spelling.data or "", clock.now()
    if form.other.data:
        commands.add_spelling(find_by_name(form.other.data), text, by=_me(), now=now)
    else:
        commands.add_typed(text, language=language(), by=_me(), now=now)
