"""How the gates of an event work when the network is gone."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, RadioField, StringField, ValidationError

from eventhub.accounts.passwords import hash_of
from eventhub.blueprints.organiser.deeds import accepted, status_of
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.checkin.offline.settings import change_offline_settings, offline_settings
from eventhub.core import clock
from eventhub.core.text import N_
from eventhub.web.forms import PageForm, offered, one_line

ADMIT, REFUSE = "admit", "refuse"
_PIN = re.compile(r"[0-9]{6,12}")


class OfflineForm(PageForm):
    """What a phone without network does on its own. The PIN is never shown again: empty, it stays as it is."""

    unlisted = RadioField(
        lazy_gettext(N_("A good ticket that the phone’s list does not have yet")),
        choices=offered(
            [
                (ADMIT, lazy_gettext(N_("Let in, with a note"))),
                (REFUSE, lazy_gettext(N_("Turn it away"))),
            ]
        ),
    )
    pin = StringField(lazy_gettext(N_("PIN")), filters=[one_line])
    removes_pin = BooleanField(lazy_gettext(N_("Remove the PIN: nobody searches names without network")))

    def validate_pin(self, field: Any) -> None:
        """WTForms calls it by its name."""
        if field.data and not _PIN.fullmatch(field.data):
            raise ValidationError(_("Enter 6 to 12 digits."))
        if field.data and self.removes_pin.data:
            raise ValidationError(_("Enter a new PIN or remove it, not both."))


@pages.route("/events/<slug>/door/offline", methods=["GET", "POST"])
def offline(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    settings = offline_settings(event.id)
    form = OfflineForm(data={"unlisted": ADMIT if settings.admits_unlisted else REFUSE})
    # Hashed between the transactions: it takes its time, and nobody waits for the database meanwhile.
    new = hash_of(form.pin.data) if form.validate_on_submit() and form.pin.data else None

    def deed() -> None:
        change_offline_settings(
            event.id,
            admits_unlisted=form.unlisted.data == ADMIT,
            new_pin_hash=new,
            removes_pin=form.removes_pin.data,
            by=me(),
            now=clock.now(),
        )

    if accepted(form, deed):
        flash(_("The changes are stored."))
        return redirect(url_for(".door", slug=slug))
    page = render_template(
        "organiser/offline.html", form=form, event=event, has_pin=settings.pin_hash is not None
    )
    return page, status_of(form)
