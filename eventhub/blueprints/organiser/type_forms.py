"""The forms of ticket types, named pools and payments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, NumberRange, Optional

from eventhub.blueprints.organiser.fields import (
    choices_of,
    in_both,
    line,
    lines,
    moment_of,
    spread,
    wall_clock_field,
)
from eventhub.blueprints.organiser.words import ACCENTS
from eventhub.core import money
from eventhub.core.text import N_, localised
from eventhub.core.zones import wall_clock
from eventhub.events.models import CapacityPool
from eventhub.registration.types.editing import Counting
from eventhub.registration.types.models import NamedPool, TicketType
from eventhub.registration.types.rules import MOST_PEOPLE, Access, Paying, PoolKind, TypeContent
from eventhub.web.forms import PageForm, offered, one_line
from eventhub.web.i18n import language

ACCESS = {
    Access.OPEN: N_("Everybody"),
    Access.CODE: N_("Whoever has the invitation code"),
    Access.PARTNER: N_("Partners of the office, by their e-mail addresses"),
    Access.STUDENT: N_("Students of the university, by their e-mail addresses"),
}
PAYING = {
    Paying.FREE: N_("Free of charge"),
    Paying.ON_SPOT: N_("Paid on the spot"),
    Paying.INVOICE: N_("Paid by invoice"),
}
KINDS = {
    PoolKind.SHARED: N_("Shared by several tickets"),
    PoolKind.HOLD: N_("Held back for a ticket"),
    PoolKind.DOOR: N_("Held back for the door"),
}
FROM_EVENT, OWN = "event", "own"
MOST_PLACES = 1_000_000


def number(label: str, least: int, most: int, **more: Any) -> IntegerField:
    """A whole number within limits, or nothing."""
    words = lazy_gettext(N_("Enter a number from %(min)s to %(max)s."))
    validators = [Optional(), NumberRange(min=least, max=most, message=words)]
    return IntegerField(lazy_gettext(label), validators=validators, **more)


class TypeForm(PageForm):
    """A ticket type."""

    name_en = line(N_("Name in English"), 80)
    name_ru = line(N_("Name in Russian"), 80)
    help_en = line(N_("Explanation in English"), 300)
    help_ru = line(N_("Explanation in Russian"), 300)
    access = RadioField(lazy_gettext(N_("Who may take it")), choices=[])
    code = line(N_("Invitation code"), 80)
    uses = number(N_("How often the code may be used"), 1, MOST_PLACES)
    allowed = lines(N_("Addresses and domains"), 10_000)
    opens_at = wall_clock_field(N_("Offered from"), required=False)
    closes_at = wall_clock_field(N_("Offered until"), required=False)
    paying = SelectField(lazy_gettext(N_("Payment")), choices=[])
    price = line(N_("Price"), 12)
    currency = SelectField(
        lazy_gettext(N_("Currency")), choices=offered((one, one) for one in money.CURRENCIES)
    )
    places_from = SelectField(lazy_gettext(N_("Places")), choices=[])
    capacity = number(N_("Number of places of its own"), 0, MOST_PLACES)
    least = number(N_("People in one registration, at least"), 1, MOST_PEOPLE, default=1)
    most = number(N_("People in one registration, at most"), 1, MOST_PEOPLE, default=1)
    youngest = number(N_("Lowest age"), 0, 120)
    oldest = number(N_("Highest age"), 0, 120)
    badge_colour = SelectField(lazy_gettext(N_("Colour of the badge")), choices=[], default="")
    needs_approval = BooleanField(lazy_gettext(N_("Organisers approve each registration with this ticket")))

    def offer(self, zone: str, pools: Iterable[NamedPool]) -> TypeForm:
        """Fill the choices; times are by the clocks of the zone."""
        self.zone = zone
        self.access.choices = choices_of(ACCESS)
        self.paying.choices = choices_of(PAYING)
        self.badge_colour.choices = [("", _("As the event")), *choices_of(ACCENTS)]
        named = [(one.public_id, localised(one.name, language())) for one in pools]
        usual = [(FROM_EVENT, _("The places of the event")), (OWN, _("A number of its own"))]
        self.places_from.choices = [*usual, *named]
        return self

    def validate_price(self, field: Any) -> None:
        """WTForms calls it by its name."""
        if field.data and money.minor_units(field.data) is None:
            raise ValidationError(_("Enter an amount like 500 or 12.50."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Fields first, then what belongs together."""
        is_fine = super().validate(extra_validators)
        self.moments = {name: moment_of(self[name], self.zone) for name in ("opens_at", "closes_at")}
        if self.places_from.data == OWN and self.capacity.data is None and not self.capacity.errors:
            self.capacity.errors = [_("Enter the number of places.")]
        return is_fine and not self.errors

    def to_content(self) -> TypeContent:
        """What was typed, after it was found in order."""
        asked = Access(self.access.data)
        is_list = asked in (Access.PARTNER, Access.STUDENT)
        listed = (one_line(one).casefold() for one in (self.allowed.data or "").splitlines())
        return TypeContent(
            name=in_both(self, "name"),
            help=in_both(self, "help"),
            access=asked,
            allowed=tuple(dict.fromkeys(one for one in listed if one)) if is_list else (),
            **self.moments,
            price=money.minor_units(self.price.data or "0") or 0,
            currency=self.currency.data,
            paying=Paying(self.paying.data),
            least=self.least.data or 1,
            most=self.most.data or 1,
            youngest=self.youngest.data,
            oldest=self.oldest.data,
            needs_approval=self.needs_approval.data,
            badge_colour=self.badge_colour.data or None,
        )

    def to_counting(self) -> Counting:
        """Whence its places come."""
        chosen = self.places_from.data
        return Counting(
            places=self.capacity.data if chosen == OWN else None,
            pool="" if chosen in (FROM_EVENT, OWN) else chosen,
            uses=self.uses.data if self.access.data == Access.CODE else None,
        )


def typed_type(
    row: TicketType, zone: str, pools: Iterable[NamedPool], counted: dict[int, CapacityPool]
) -> dict[str, Any]:
    """A ticket type as a TypeForm shows it."""
    named = next((one.public_id for one in pools if one.pool_id == row.pool_id), None)
    own = counted.get(row.pool_id or 0) if named is None else None
    uses = counted.get(row.code_pool_id or 0)
    same = ("currency", "least", "most", "youngest", "oldest", "needs_approval")
    moments = {"opens_at": row.opens_at, "closes_at": row.closes_at}
    return {
        **spread(("name", "help"), row),
        **{name: getattr(row, name) for name in same},
        **{name: moment and wall_clock(moment, zone) for name, moment in moments.items()},
        "badge_colour": row.badge_colour or "",
        "access": row.access.value,
        "paying": row.paying.value,
        "allowed": "\n".join(row.allowed),
        "price": money.typed(row.price) if row.price else "",
        "places_from": named or (OWN if own else FROM_EVENT),
        "capacity": own.seats if own else None,
        "uses": uses.capacity if uses else None,
    }


class PoolForm(PageForm):
    """A named pool, when it is made."""

    name_en = line(N_("Name in English"), 80)
    name_ru = line(N_("Name in Russian"), 80)
    kind = RadioField(lazy_gettext(N_("What the places are for")), choices=[], default=PoolKind.SHARED.value)
    capacity = number(N_("Number of places"), 1, MOST_PLACES)
    parent = SelectField(lazy_gettext(N_("Taken out of")))
    releases_at = wall_clock_field(N_("What is left goes back at"), required=False)

    def offer(self, zone: str, pools: Iterable[NamedPool]) -> PoolForm:
        """Fill the choices; times are by the clocks of the zone."""
        self.zone = zone
        self.kind.choices = choices_of(KINDS)
        shared = [one for one in pools if one.kind is PoolKind.SHARED]
        named = [(one.public_id, localised(one.name, language())) for one in shared]
        self.parent.choices = [("", _("The places of the event")), *named]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Fields first, then the day."""
        is_fine = super().validate(extra_validators)
        self.moment: datetime | None = moment_of(self.releases_at, self.zone)
        if self.capacity.data is None and not self.capacity.errors:
            self.capacity.errors = [_("Enter the number of places.")]
        return is_fine and not self.errors


class PoolSizeForm(PageForm):
    """A named pool, when it is changed."""

    name_en = line(N_("Name in English"), 80)
    name_ru = line(N_("Name in Russian"), 80)
    capacity = number(N_("Number of places"), 0, MOST_PLACES)
    releases_at = wall_clock_field(N_("What is left goes back at"), required=False)
    zone = "UTC"

    def keep_back(self, row: NamedPool) -> PoolSizeForm:
        """Only what is held back goes back some day."""
        if row.kind is PoolKind.SHARED:
            del self.releases_at
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Fields first, then the day."""
        is_fine = super().validate(extra_validators)
        self.moment: datetime | None = (
            moment_of(self.releases_at, self.zone) if "releases_at" in self else None
        )
        if self.capacity.data is None and not self.capacity.errors:
            self.capacity.errors = [_("Enter the number of places.")]
        return is_fine and not self.errors


class OverbookForm(PageForm):
    """How many more places than seats are given out."""

    percent = IntegerField(
        lazy_gettext(N_("More than there are seats, in percent")),
        validators=[
            InputRequired(lazy_gettext(N_("Enter a number from 0 to 100."))),
            NumberRange(min=0, max=100, message=lazy_gettext(N_("Enter a number from 0 to 100."))),
        ],
    )


class PaidForm(PageForm):
    """How somebody paid."""

    method = SelectField(lazy_gettext(N_("How it was paid")), choices=[])
    reference = StringField(lazy_gettext(N_("Receipt or transfer number")), filters=[one_line])

    def offer(self) -> PaidForm:
        self.method.choices = choices_of(METHODS)
        return self

    def validate_reference(self, field: Any) -> None:
        """WTForms calls it by its name."""
        if len(field.data or "") > 100:
            raise ValidationError(_("Enter at most %(max)d characters.") % {"max": 100})


METHODS = {"cash": N_("Cash"), "card": N_("Card"), "transfer": N_("Bank transfer")}
