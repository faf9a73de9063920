"""The delegation's own page: who is in it and how far they are; one person added, corrected, replaced, removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.blueprints.delegations.blueprint import facts_of, pages
from eventhub.blueprints.delegations.forms import PersonForm
from eventhub.blueprints.delegations.paying import HERE, by_link, check_price, money_of, price_mark, ticket_of
from eventhub.blueprints.delegations.words import COLUMNS, STATUSES, value_of
from eventhub.core import clock
from eventhub.core.text import localised
from eventhub.events.rules import Registering, registering
from eventhub.people.delegations import Listed, counted, list_members
from eventhub.people.sheets import write_xlsx
from eventhub.registration.delegations import members
from eventhub.registration.delegations.columns import Column, columns
from eventhub.registration.delegations.models import Delegation, DelegationMember
from eventhub.registration.delegations.queries import get_member
from eventhub.registration.types.queries import types_of
from eventhub.registration.types.reading import find_in
from eventhub.web.forms import PageForm
from eventhub.web.i18n import language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Deed = Callable[[Delegation, DelegationMember], object]


@pages.get(HERE)
def show(public_id: str, secret: str) -> ResponseReturnValue:
    return _page(by_link(public_id, secret), PageForm(formdata=None)), 200


def _page(delegation: Delegation, form: PageForm) -> str:
    listed = list_members(delegation)
    return render_template(
        "delegations/show.html",
        delegation=delegation,
        form=form,
        listed=listed,
        counts=counted(listed),
        is_open=is_open(delegation),
        money=money_of(delegation),
        **facts_of(delegation.event),
    )


def is_open(delegation: Delegation) -> bool:
    """Whether people can be registered now."""
    state = registering(delegation.event.window, places_left=None, now=clock.now())
    return state in (Registering.OPEN, Registering.FULL)


@pages.route(f"{HERE}/people/new", methods=["GET", "POST"])
def add(public_id: str, secret: str) -> ResponseReturnValue:
    delegation = by_link(public_id, secret)
    form = PersonForm(
        organisation=delegation.organisation, country=delegation.country, language=delegation.language
    )
    is_sent = request.method == "POST"
    if is_sent and form.validate() and form.carry_out(lambda: _add(public_id, secret, form)):
        flash(_("%(name)s is invited.", name=form.full_name.data), "ok")
        return redirect(url_for(".show", public_id=public_id, secret=secret))
    page = render_template(
        "delegations/person.html",
        form=form,
        delegation=delegation,
        member=None,
        ticket=ticket_of(delegation),
        shown=price_mark(delegation),
        **facts_of(delegation.event),
    )
    return page, form.status if is_sent else 200, form.headers


def _add(public_id: str, secret: str, form: PersonForm) -> None:
    delegation = by_link(public_id, secret)
    check_price(delegation, price_mark(delegation))
    members.add(delegation, form.person, now=clock.now())


@pages.route(f"{HERE}/people/<member>/correct", methods=["GET", "POST"])
def correct(public_id: str, secret: str, member: str) -> ResponseReturnValue:
    """What the coordinator wrote, as long as the person has not completed it."""
    found = get_member(by_link(public_id, secret), member)
    form = PersonForm(data=PersonForm.data_of(found))

    def deed(delegation: Delegation, line: DelegationMember) -> None:
        members.correct(delegation, line, form.person, now=clock.now())

    return _change(form, found, public_id, secret, deed, said=_("The changes are saved."))


@pages.route(f"{HERE}/people/<member>/replace", methods=["GET", "POST"])
def replace(public_id: str, secret: str, member: str) -> ResponseReturnValue:
    """Somebody else in the same place."""
    found = get_member(by_link(public_id, secret), member)
    form = PersonForm(organisation=found.organisation, country=found.country, language=found.language)

    def deed(delegation: Delegation, line: DelegationMember) -> None:
        members.replace(delegation, line, form.person, now=clock.now())

    return _change(form, found, public_id, secret, deed, said=_("The other person is invited."))


def _change(
    form: PersonForm, member: DelegationMember, public_id: str, secret: str, deed: Deed, *, said: str
) -> ResponseReturnValue:
    is_sent, line = request.method == "POST", member.public_id

    def fresh() -> None:
        delegation = by_link(public_id, secret)
        deed(delegation, get_member(delegation, line))

    if is_sent and form.validate() and form.carry_out(fresh):
        flash(said, "ok")
        return redirect(url_for(".show", public_id=public_id, secret=secret))
    delegation = by_link(public_id, secret)
    page = render_template(
        "delegations/person.html",
        form=form,
        delegation=delegation,
        member=get_member(delegation, line),
        **facts_of(delegation.event),
    )
    return page, form.status if is_sent else 200, form.headers


@pages.route(f"{HERE}/people/<member>/remove", methods=["GET", "POST"])
def remove(public_id: str, secret: str, member: str) -> ResponseReturnValue:
    form, found = PageForm(), get_member(by_link(public_id, secret), member)

    def deed() -> None:
        delegation = by_link(public_id, secret)
        members.remove(delegation, get_member(delegation, member), now=clock.now())

    if request.method == "POST" and form.carry_out(deed):
        flash(_("The person is removed from your delegation."), "ok")
        return redirect(url_for(".show", public_id=public_id, secret=secret))
    delegation = by_link(public_id, secret)
    page = render_template(
        "delegations/remove.html",
        form=form,
        delegation=delegation,
        member=found,
        **facts_of(delegation.event),
    )
    return page, form.status if form.errors else 200


@pages.post(f"{HERE}/remind")
def remind(public_id: str, secret: str) -> ResponseReturnValue:
    form, written = PageForm(), []

    def deed() -> None:
        written.append(members.remind(by_link(public_id, secret), now=clock.now()))

    if form.carry_out(deed):
        flash(ngettext("%(num)s person gets a reminder.", "%(num)s people get a reminder.", written[0]), "ok")
        return redirect(url_for(".show", public_id=public_id, secret=secret))
    return _page(by_link(public_id, secret), form), form.status, form.headers


@pages.get(f"{HERE}/people.xlsx")
def people_xlsx(public_id: str, secret: str) -> ResponseReturnValue:
    delegation = by_link(public_id, secret)
    wanted = columns_of(delegation)
    rows = (
        [*(_cell(column, one, delegation) for column in wanted), _(STATUSES[one.status])]
        for one in list_members(delegation)
    )
    return sheet("delegation", [*headings(wanted), _("State")], rows)


def _cell(column: Column, one: Listed, delegation: Delegation) -> str:
    if column is not Column.TICKET:
        return value_of(column, getattr(one.member, column))
    found = find_in(types_of(delegation.event), one.ticket_type_id)
    return localised(found.content.name, language()) if found else ""


@pages.get(f"{HERE}/empty.xlsx")
def empty_xlsx(public_id: str, secret: str) -> ResponseReturnValue:
    """A sheet to fill in, its headings in the reader's language."""
    return sheet("delegation-empty", headings(columns_of(by_link(public_id, secret))), ())


def columns_of(delegation: Delegation) -> list[Column]:
    """What the lists of this delegation say."""
    return columns(with_tickets=delegation.event.has_types)


def headings(wanted: Iterable[Column]) -> list[str]:
    return [_(COLUMNS[column]) for column in wanted]


def sheet(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> ResponseReturnValue:
    """A download; 1,000 rows at most, so it fits into memory."""
    file = BytesIO()
    write_xlsx(file, header, rows, made_at=clock.now())
    file.seek(0)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")
