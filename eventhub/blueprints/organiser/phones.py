"""Phones at the gates of an event: added, paired by a QR code, ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import RadioField, ValidationError
from wtforms.validators import InputRequired

from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.fields import choices_of, line, moment_of, wall_clock_field
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.checkin.desk import list_gates
from eventhub.checkin.devices.commands import add_device, pair_again, revoke
from eventhub.checkin.devices.models import Device
from eventhub.checkin.devices.queries import get_device, list_devices, pairing_path
from eventhub.checkin.devices.rules import LASTS_AFTER_EVENT, LONGEST_NAME, PROFILE_WORDS, Profile
from eventhub.checkin.models import Gate
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.core.links import absolute
from eventhub.core.text import N_, localised
from eventhub.core.zones import wall_clock
from eventhub.db import transaction
from eventhub.tickets.picture import qr_svg
from eventhub.web.forms import PageForm, Ticks
from eventhub.web.i18n import language


class PhoneForm(PageForm):
    """A phone, where it may scan, and until when."""

    name = line(
        N_("Name of the phone"),
        LONGEST_NAME,
        validators=[InputRequired(lazy_gettext(N_("Enter a name.")))],
        description=lazy_gettext(N_("So that you know it again: Ada’s phone, tablet 2.")),
    )
    profile = RadioField(lazy_gettext(N_("What it may do")), choices=[], default=Profile.HELPER.value)
    gates = Ticks(lazy_gettext(N_("Gates")), description=lazy_gettext(N_("None ticked: every gate.")))
    expires_at = wall_clock_field(N_("Good until"))

    def offer(self, zone: str, gates: list[Gate]) -> PhoneForm:
        self.zone = zone
        self.profile.choices = choices_of(PROFILE_WORDS)
        self.gates.choices = [(one.public_id, localised(one.name, language())) for one in gates]
        return self

    def validate_gates(self, field: Any) -> None:
        """WTForms calls it by its name."""
        if field.data and self.profile.data == Profile.SUPERVISOR.value:
            raise ValidationError(_("A supervisor sees every gate: tick none, or choose “Helper”."))

    def validate_expires_at(self, field: Any) -> None:
        """WTForms calls it by its name."""
        moment = moment_of(field, self.zone)
        if moment is not None and moment <= clock.now():
            raise ValidationError(_("Enter a time that is still to come."))

    @property
    def moment(self) -> datetime:
        """Only after it was found in order."""
        moment = moment_of(self.expires_at, self.zone)
        assert moment is not None
        return moment


@pages.route("/events/<slug>/door/phones", methods=["GET", "POST"])
def phones(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    gates = list(list_gates(event.id))
    until = max(event.ends_at, clock.now()) + LASTS_AFTER_EVENT
    form = PhoneForm(data={"expires_at": wall_clock(until, event.timezone)}).offer(event.timezone, gates)
    made: list[Device] = []

    def deed() -> None:
        device = add_device(
            event_id=event.id,
            name=form.name.data or "",
            profile=Profile(form.profile.data),
            gates=form.gates.data or None,
            expires_at=form.moment,
            by=me(),
            now=clock.now(),
        )
        made.append(device)

    if accepted(form, deed):
        return redirect(url_for(".phone", slug=slug, public_id=made[0].public_id))
    page = render_template(
        "organiser/phones.html",
        form=form,
        event=event,
        devices=list_devices(event.id),
        names={one.public_id: localised(one.name, language()) for one in gates},
        profile_words=PROFILE_WORDS,
        now=clock.now(),
        confirm=Confirm(formdata=None),
    )
    return page, status_of(form)


@pages.get("/events/<slug>/door/phones/<public_id>")
def phone(slug: str, public_id: str) -> ResponseReturnValue:
    """The code to scan with the phone, while it is good."""
    event = the_event(slug)
    device, now = get_device(event.id, public_id), clock.now()
    link = absolute(pairing_path(device)) if device.may_be_paired(now) else ""
    return render_template(
        "organiser/phone.html",
        event=event,
        device=device,
        link=link,
        now=now,
        profile_words=PROFILE_WORDS,
        confirm=Confirm(formdata=None),
    )


@pages.get("/events/<slug>/door/phones/<public_id>/code.svg")
def phone_code(slug: str, public_id: str) -> ResponseReturnValue:
    """The QR code, while it is good. Raises NotFound."""
    device = get_device(the_event(slug).id, public_id)
    if not device.may_be_paired(clock.now()):
        raise NotFound()
    picture = qr_svg(absolute(pairing_path(device)), title=_("QR code that pairs a phone"))
    return Response(picture, content_type="image/svg+xml")


@pages.post("/events/<slug>/door/phones/<public_id>/<any(again, revoke):deed>")
def change_phone(slug: str, public_id: str, deed: str) -> ResponseReturnValue:
    event = the_event(slug)
    device = get_device(event.id, public_id)
    with transaction():
        (pair_again if deed == "again" else revoke)(device, by=me(), now=clock.now())
    if deed == "again":
        return redirect(url_for(".phone", slug=slug, public_id=public_id))
    flash(_("The phone scans no more."))
    return redirect(url_for(".phones", slug=slug))
