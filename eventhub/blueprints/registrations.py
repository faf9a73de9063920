"""Looking after a registration by its link: see it, change it, cancel it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.billing.queries import list_invoices_of
from eventhub.blueprints.event_page import calendar_links, event_facts
from eventhub.blueprints.registration_forms import ChangeForm
from eventhub.blueprints.session_lines import waits_for_more, wish_rows
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.text import N_
from eventhub.core.tombstones import is_placeholder
from eventhub.events.queries import list_bookable
from eventhub.registration import changing, commands
from eventhub.registration.delegations.models import DelegationMember
from eventhub.registration.delegations.queries import find_membership, while_unanswered
from eventhub.registration.forms.answering import Stored
from eventhub.registration.forms.completing import left_to_complete
from eventhub.registration.forms.each import question_in
from eventhub.registration.forms.files import fetch_upload
from eventhub.registration.forms.queries import by_name, get_form, list_own_answers
from eventhub.registration.forms.shapes import Form, no_form
from eventhub.registration.forms.taking import asked_again
from eventhub.registration.handing_over import can_hand_over
from eventhub.registration.invoicing.queries import find_inherited_invoice, find_payer, owes_by_invoice
from eventhub.registration.letters import MANAGE, manage_path, offer_path
from eventhub.registration.models import Registration
from eventhub.registration.parties.fares import named_fares
from eventhub.registration.parties.queries import find_party, list_members
from eventhub.registration.queries import get_by_link
from eventhub.registration.rules import LIVE, RegistrationState
from eventhub.registration.types.queries import find_payment
from eventhub.registration.types.reading import find_in
from eventhub.registration.types.rules import OfferedType, can_swap
from eventhub.registration.waiting import standing_of
from eventhub.tickets.queries import codes_of
from eventhub.web.answers import answer_rows, by_link, has_file
from eventhub.web.forms import PageForm
from eventhub.web.headers import private
from eventhub.web.i18n import is_switch
from eventhub.web.prices import price_of
from eventhub.web.uploads import as_attachment, takes_files
from eventhub.web.wording import country_name

pages = Blueprint("registrations", __name__)
pages.before_request(private)


@pages.get("/registrations/<public_id>/<secret>")
def show(public_id: str, secret: str) -> ResponseReturnValue:
    """The number, the ticket, and everything that its holder can do."""
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    event = registration.event
    is_on = registration.state is RegistrationState.CONFIRMED and event.cancelled_at is None
    is_before_its_end = event.cancelled_at is None and clock.now() < event.ends_at
    party = find_party(registration)
    tickets = _tickets(registration) if is_on else []
    own, answers = _own_form(registration), list_own_answers(registration.id)
    member = find_membership(registration.id) if registration.state in LIVE else None
    return render_template(
        "registrations/show.html",
        registration=registration,
        tickets=tickets[:1] if party else tickets,
        party=party,
        tickets_of=named_fares(registration) if party else {},
        members=list_members(registration) if party else [],
        codes={one["number"]: one["code"] for one in tickets},
        calendar=calendar_links(event),
        email="" if is_placeholder(registration.email) else registration.email,
        country=country_name(registration.country),
        can_change=_can_change(registration),
        can_hand_over=_can_hand_over(registration, own, member),
        answers=_answers(registration, own, answers),
        payment=find_payment(registration.id) if registration.ticket_type_id else None,
        price_of=price_of,
        **_billing(registration),
        to_complete=left_to_complete(registration, own, answers, now=clock.now()) if is_on else [],
        can_cancel=registration.state in LIVE and is_before_its_end,
        line=_line(registration),
        wishes=wish_rows(registration),
        can_wait=waits_for_more(registration),
        invitation=while_unanswered(member),
        offer=offer_path(registration),
        ENDED=ENDED,
        **event_facts(event),
    )


def _can_hand_over(registration: Registration, own: Form, member: DelegationMember | None) -> bool:
    ticket_type = find_in(own.types, registration.ticket_type_id)
    return can_hand_over(registration, ticket_type=ticket_type, member=member, now=clock.now())


def _own_form(registration: Registration) -> Form:
    """What the event asks, as far as it is asked of this one still."""
    is_asked = registration.state is RegistrationState.CONFIRMED
    return get_form(registration.event_id) if is_asked else no_form(registration.event_id)


def _tickets(registration: Registration) -> list[dict[str, str]]:
    """Name, number and code of each that still admits somebody."""
    good = [
        (one.full_name, one.ticket)
        for one in registration.attendees
        if one.ticket is not None and one.ticket.voided_at is None
    ]
    codes = codes_of([ticket for _name, ticket in good])
    return [{"name": name, "number": one.number, "code": codes[one.number]} for name, one in good]


def _billing(registration: Registration) -> dict[str, object]:
    """Whom the invoice goes to, whether that is asked, and which there are; where nothing costs, nothing is asked."""
    if registration.ticket_type_id is None:
        return {"payer": None, "asks_payer": False, "invoices": (), "inherited": None}
    return {
        "payer": find_payer(registration=registration),
        "asks_payer": owes_by_invoice(registration),
        "invoices": list_invoices_of(("registration", registration.public_id)),
        "inherited": find_inherited_invoice(registration),
    }


ENDED = {
    RegistrationState.CANCELLED: N_("This registration is cancelled."),
    RegistrationState.EXPIRED: N_("The time to confirm this place is over."),
    RegistrationState.DECLINED: N_("You declined the place that was free."),
    RegistrationState.REJECTED: N_("The organisers did not approve this registration."),
}


def _line(registration: Registration) -> dict[str, object]:
    """Where somebody stands in line, and why it is not their turn yet."""
    if registration.state is not RegistrationState.WAITLISTED:
        return {}
    standing = standing_of(registration)
    why = (
        _("%(left)s places are free, and your group needs %(size)s.", left=standing.left, size=standing.size)
        if standing.left
        else _("No place is free at the moment.")
    )
    return {"position": standing.position, "length": standing.length, "why": why}


@pages.get("/registrations/<public_id>/<secret>/change")
def edit(public_id: str, secret: str) -> ResponseReturnValue:
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    if find_party(registration):
        return redirect(url_for("parties.edit", public_id=public_id, secret=secret))
    form = ChangeForm(data=ChangeForm.data_of(registration))
    _ask_again(registration, form)
    return _change_page(registration, form, status=200)


@pages.post("/registrations/<public_id>/<secret>/change")
@takes_files
def change(public_id: str, secret: str) -> ResponseReturnValue:
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    if find_party(registration):
        return redirect(url_for("parties.edit", public_id=public_id, secret=secret))
    form = ChangeForm()
    _ask_again(registration, form)
    if is_switch():
        return _change_page(registration, form, status=200)
    form.offer(offered(registration))
    now = clock.now()

    def deed() -> None:
        fresh = get_by_link(public_id, secret, purpose=MANAGE)
        changing.change(fresh, form.ask(email=fresh.email), now=now)

    if form.validate() and form.carry_out(deed):
        flash(_("Your registration is changed. A letter with the new details is on its way."), "ok")
        return redirect(url_for(".show", public_id=public_id, secret=secret))
    return _change_page(registration, form, status=form.status)


@pages.get("/registrations/<public_id>/<secret>/cancel")
def ask_to_cancel(public_id: str, secret: str) -> ResponseReturnValue:
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    return _cancel_page(registration, PageForm(), status=200)


@pages.post("/registrations/<public_id>/<secret>/cancel")
def cancel(public_id: str, secret: str) -> ResponseReturnValue:
    form = PageForm()
    now = clock.now()
    if form.carry_out(
        lambda: commands.cancel(get_by_link(public_id, secret, purpose=MANAGE), by="holder", now=now)
    ):
        flash(_("Your registration is cancelled, and your place is free for someone else."), "ok")
        return redirect(url_for(".show", public_id=public_id, secret=secret))
    return _cancel_page(get_by_link(public_id, secret, purpose=MANAGE), form, status=form.status)


def _change_page(registration: Registration, form: ChangeForm, *, status: int) -> ResponseReturnValue:
    form.offer(offered(registration))
    facts = event_facts(registration.event)
    page = render_template(
        "registrations/change.html",
        registration=registration,
        form=form,
        back=manage_path(registration),
        can_wait=waits_for_more(registration),
        **facts,
    )
    return page, status


def _ask_again(registration: Registration, form: ChangeForm) -> None:
    form.scope = registration.public_id
    own = get_form(registration.event_id)
    stored = by_name(list_own_answers(registration.id)) if own.mark else {}
    form.ask_questions(own, asked_again(own, stored, now=clock.now()), stored=stored)
    offered = _swappable(own.types, registration)
    form.offer_types(registration.event, offered, now=clock.now(), kept=registration.ticket_type_id)


def _swappable(types: Sequence[OfferedType], registration: Registration) -> list[OfferedType]:
    """The type that somebody has, and those to which it can be changed by link."""
    has = find_in(types, registration.ticket_type_id)
    if has is None:
        return []
    return [one for one in types if one is has or can_swap(has, one)]


@pages.get("/registrations/<public_id>/<secret>/files/<name>")
def own_file(public_id: str, secret: str, name: str) -> ResponseReturnValue:
    """A file that was sent, for who has the link; what lies sealed is told by nobody's link."""
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    answer = by_name(map(by_link, list_own_answers(registration.id))).get(name)
    if answer is None:
        raise NotFound()
    file = fetch_upload(registration.id, answer)
    return as_attachment(file.content, name=file.name, media_type=file.media_type)


def _answers(registration: Registration, own: Form, answers: Sequence[Stored]) -> list[dict[str, str]]:
    """What was answered, with a way to those answers that can be changed still."""
    rows = [
        {**row, **_file_link(answer)}
        for row, answer in zip(answer_rows(map(by_link, answers)), answers, strict=True)
    ]
    if not _can_change(registration):
        return rows
    open_ones = {one.public_id for one in asked_again(own, by_name(answers), now=clock.now())}
    path = url_for(".edit", **(request.view_args or {}))
    return [
        {**row, "href": path} if question_in(answer.question.public_id) in open_ones else row
        for row, answer in zip(rows, answers, strict=True)
    ]


def _file_link(answer: Stored) -> dict[str, str]:
    if not has_file(by_link(answer)):
        return {}
    return {"file": url_for(".own_file", name=answer.question.public_id, **(request.view_args or {}))}


def _can_change(registration: Registration) -> bool:
    event = registration.event
    is_on = registration.state is RegistrationState.CONFIRMED and event.cancelled_at is None
    return is_on and clock.now() < event.ends_at


def offered(registration: Registration) -> list[Any]:
    """What may be chosen, and what was chosen before."""
    offered = list(list_bookable(registration.event_id))
    known = {session.id for session in offered}
    return offered + [one.session for one in registration.choices if one.session_id not in known]


def _cancel_page(registration: Registration, form: PageForm, *, status: int) -> ResponseReturnValue:
    facts = event_facts(registration.event)
    page = render_template(
        "registrations/cancel.html",
        registration=registration,
        form=form,
        back=manage_path(registration),
        **facts,
    )
    return page, status
