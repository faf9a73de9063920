"""Somebody without a registration: three fields at the door, and the ticket is on the screen and admitted."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import HiddenField, RadioField
from wtforms.validators import Optional

from eventhub.blueprints.consent_fields import ConsentsForm, consents_field
from eventhub.blueprints.contact_fields import email_field, name_field, organisation_field
from eventhub.blueprints.gate.blueprint import pages
from eventhub.blueprints.gate.reading import fresh_scan_id, my_door, my_scan, scan_id_of, ticked_in
from eventhub.blueprints.gate.saying import card_of, questions_at
from eventhub.checkin.commands import redeem
from eventhub.checkin.parties import check_ticked
from eventhub.checkin.queries import Door, get_scan, get_ticket_of
from eventhub.checkin.rules import Direction, ScanSource
from eventhub.checkin.showing import Showing, Shown
from eventhub.core import clock
from eventhub.core.ids import public_id
from eventhub.core.names import email_key
from eventhub.events.queries import get_event_by_id
from eventhub.registration.models import Registration
from eventhub.registration.queries import find_live
from eventhub.registration.rules import RegistrationState
from eventhub.registration.walking_in import WalkIn, walk_in
from eventhub.tickets.queries import code_of
from eventhub.web.forms import LANGUAGES, offered
from eventhub.web.i18n import language
from eventhub.web.proxies import caller_address

SAID = offered([("paper", _l("on paper")), ("aloud", _l("aloud"))])


class NewcomerForm(ConsentsForm):
    """Who stands there. Sent twice it is one person, by the form's own keys."""

    key = HiddenField(default=public_id)
    scan_id = HiddenField(default=fresh_scan_id)
    full_name = name_field(_l("Full name"), missing=_l("Enter the full name."))
    email = email_field(
        _l("E-mail"), description=_l("The ticket goes there. Without it the code is on this screen alone.")
    )
    organisation = organisation_field(
        _l("Organisation or country"), missing=_l("Enter the organisation or the country.")
    )
    consents = consents_field(_l("Agreed to"))

    def walk_in(self, *, language: str, said: str) -> WalkIn:
        """The person as the command takes it."""
        return WalkIn(
            key=(self.key.data or "")[:64],
            full_name=self.full_name.data or "",
            email=self.email.data or "",
            organisation=self.organisation.data or "",
            language=language,
            consents=tuple(self.consents.data or ()),
            said=said,
            address=caller_address(),
        )


class WalkInForm(NewcomerForm):
    """Who stands there, as the crew writes it down."""

    language = RadioField(_l("Language of our letters"), choices=LANGUAGES)
    said = RadioField(_l("The person agreed"), choices=SAID, default="paper", validators=[Optional()])


@pages.get("/<gate>/walk-in")
def walk_in_form(gate: str) -> ResponseReturnValue:
    return _page(my_door(gate), WalkInForm(language=language()))


@pages.post("/<gate>/walk-in")
def register_walk_in(gate: str) -> ResponseReturnValue:
    """Register, confirm and admit in one step."""
    door, form = my_door(gate), WalkInForm(language=language())
    scan_id, now = scan_id_of(form.scan_id.data), clock.now()
    ticked = ticked_in(request.form.getlist("ticked"), door)

    def deed() -> None:
        event = get_event_by_id(door.event_id)
        check_ticked(ticked, door)
        asked = form.walk_in(language=form.language.data, said=form.said.data or "")
        made = walk_in(asked, event=event, by=current_user.public_id, now=now)
        redeem(walk_in_showing(made, scan_id, door, ticked), now=now)

    if form.validate() and form.carry_out(deed):
        return redirect(url_for(".walked_in", gate=gate, scan_id=scan_id), 303)
    return _page(door, form, there=_who_is_there(form, door)), form.status


def walk_in_showing(made: Registration, scan_id: str, door: Door, ticked: tuple[str, ...]) -> Showing:
    """The ticket of who was just registered, shown at this door."""
    ticket = made.attendees[0].ticket
    return Showing(
        scan_id=scan_id,
        gate_id=door.gate_id,
        event_id=door.event_id,
        shown=Shown(number=ticket.number if ticket else None),
        direction=Direction.ENTRY,
        source=ScanSource.WALK_IN,
        crew_id=current_user.id,
        device_id=current_user.device_id,
        ticked=ticked,
    )


def _who_is_there(form: WalkInForm, door: Door) -> dict[str, Any] | None:
    """Who takes part under this address already, with the ticket to admit; None for nobody."""
    if not form.email.data or form.email.errors:
        return None
    found = find_live(door.event_id, email_key(form.email.data))
    if found is None:
        return None
    ticket = found.attendees[0].ticket
    is_confirmed = found.state is RegistrationState.CONFIRMED and ticket is not None
    return {"name": found.attendees[0].full_name, "ticket": ticket.number if is_confirmed and ticket else ""}


@pages.get("/<gate>/walk-in/<scan_id>")
def walked_in(gate: str, scan_id: str) -> ResponseReturnValue:
    """The verdict, and the code to take a picture of."""
    door = my_door(gate)
    identity = my_scan(scan_id, door)
    record = get_scan(identity, event_id=door.event_id)
    ticket = get_ticket_of(identity, event_id=door.event_id, source=ScanSource.WALK_IN)
    return render_template(
        "gate/walked_in.html",
        door=door,
        card=card_of(record, door, now=clock.now()),
        record=record,
        ticket=ticket,
        code=code_of(ticket),
    )


def _page(door: Door, form: WalkInForm, *, there: dict[str, Any] | None = None) -> str:
    form.ask_consents()
    return render_template(
        "gate/walk_in.html",
        door=door,
        form=form,
        there=there,
        questions=questions_at(door),
        fresh_scan_id=fresh_scan_id,
    )
