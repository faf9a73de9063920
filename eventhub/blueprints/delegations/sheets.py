"""Many people at once: what was sent is read and shown with all its mistakes, and the good rows are imported."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.blueprints.delegations.blueprint import facts_of, pages
from eventhub.blueprints.delegations.forms import ManyForm
from eventhub.blueprints.delegations.importing import import_rows
from eventhub.blueprints.delegations.paying import (
    HERE,
    by_link,
    check_price,
    named_tickets,
    price_marks,
    ticket_of,
)
from eventhub.blueprints.delegations.people import columns_of, headings, is_open, sheet
from eventhub.blueprints.delegations.words import REASON, ROW, reason
from eventhub.blueprints.type_fields import named_price
from eventhub.core import clock
from eventhub.registration.delegations.columns import Column
from eventhub.registration.delegations.keeping import get_sheet, keep_sheet, report_of
from eventhub.registration.delegations.models import Delegation
from eventhub.registration.delegations.reading import Row
from eventhub.registration.delegations.sheets import Verdict
from eventhub.registration.delegations.tickets import list_guesses, tickets_of_list
from eventhub.registration.limits import weigh_code
from eventhub.web.forms import PageForm
from eventhub.web.proxies import caller_address


@pages.route(f"{HERE}/people/many", methods=["GET", "POST"])
def many(public_id: str, secret: str) -> ResponseReturnValue:
    """Nothing is done with it yet but to keep it for an hour."""
    delegation, form = by_link(public_id, secret), ManyForm()
    rows: list[Row] = []
    kept: list[str] = []

    def weigh() -> None:
        rows.extend(form.read())
        _weigh(by_link(public_id, secret), rows)

    def deed() -> None:
        kept.append(keep_sheet(by_link(public_id, secret), rows, now=clock.now()).public_id)

    is_sent = request.method == "POST"
    # Guesses are counted before and by themselves: a refusal must not undo the count.
    if is_sent and form.validate() and form.carry_out(weigh) and form.carry_out(deed):
        return redirect(url_for(".check", public_id=public_id, secret=secret, key=kept[0]))
    delegation = by_link(public_id, secret)
    page = render_template(
        "delegations/many.html",
        form=form,
        delegation=delegation,
        ticket=ticket_of(delegation),
        **facts_of(delegation.event),
    )
    return page, form.status if is_sent else 200


def _weigh(delegation: Delegation, rows: Sequence[Row]) -> None:
    """Raises TooManyGuesses, and as reading does."""
    now = clock.now()
    tickets = tickets_of_list(delegation, now=now)
    if tickets is not None:
        for guess in list_guesses(tickets, rows):
            weigh_code(tickets.types, guess, address=caller_address(), now=now)


@pages.get(f"{HERE}/sheets/<key>")
def check(public_id: str, secret: str, key: str) -> ResponseReturnValue:
    """What an import would do, and all that is wrong."""
    delegation = by_link(public_id, secret)
    kept = get_sheet(delegation, key, now=clock.now())
    report = report_of(delegation, kept, now=clock.now())
    named = named_tickets(delegation, report)
    return render_template(
        "delegations/check.html",
        delegation=delegation,
        form=PageForm(formdata=None),
        report=report,
        bad=report.of(Verdict.BAD),
        new=report.of(Verdict.NEW),
        changed=report.of(Verdict.CHANGED),
        same=report.of(Verdict.SAME),
        was_refused=kept.refused,
        is_open=is_open(delegation),
        ticket=ticket_of(delegation),
        tickets={name: named_price(one) for name, one in named.items()},
        has_own_tickets=Column.TICKET in report.layout.columns,
        shown=price_marks(delegation, report),
        **facts_of(delegation.event),
    )


@pages.post(f"{HERE}/sheets/<key>/import")
def import_sheet(public_id: str, secret: str, key: str) -> ResponseReturnValue:
    """The good rows; what could not be done is told beside its row on the page before."""
    delegation = by_link(public_id, secret)
    report = report_of(delegation, get_sheet(delegation, key, now=clock.now()), now=clock.now())
    check_price(delegation, price_marks(delegation, report))
    done = import_rows(public_id, secret, key)
    if done:
        flash(ngettext("%(num)s row is imported.", "%(num)s rows are imported.", done), "ok")
    else:
        flash(_("Nothing was left to import."))
    return redirect(url_for(".check", public_id=public_id, secret=secret, key=key))


@pages.get(f"{HERE}/sheets/<key>/mistakes.xlsx")
def mistakes(public_id: str, secret: str, key: str) -> ResponseReturnValue:
    """The bad rows as they were sent, each with its number and what is wrong, to be corrected and sent again."""
    delegation = by_link(public_id, secret)
    report = report_of(delegation, get_sheet(delegation, key, now=clock.now()), now=clock.now())
    rows = report.of(Verdict.BAD)
    header = list(report.layout.header) or headings(columns_of(delegation))
    width = max([len(header), *(len(row.cells) for row in rows)])
    header += [""] * (width - len(header))
    lines = ([*row.cells, *[""] * (width - len(row.cells)), str(row.number), reason(row)] for row in rows)
    return sheet("mistakes", [*header, _(ROW), _(REASON)], lines)
