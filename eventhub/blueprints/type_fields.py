"""The choice of a ticket type on a guest's form: what is offered, at what price, and why something is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField
from wtforms.validators import Optional

from eventhub.core import moments
from eventhub.core.text import clean_line, localised
from eventhub.db import transaction
from eventhub.events.models import CapacityPool, Event, least_of
from eventhub.registration.limits import weigh_code
from eventhub.registration.types.queries import get_pools
from eventhub.registration.types.rules import Access, OfferedType, Paying, TypeWish, is_shown, why_not_now
from eventhub.web.forms import PageForm, one_line
from eventhub.web.i18n import language
from eventhub.web.prices import price_of
from eventhub.web.proxies import caller_address
from eventhub.web.wording import seats_note


class Day(DateField):
    """A day, refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As WTForms reads it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Enter a day like 2008-05-31.")) from None


class TypesForm(PageForm):
    """A form that may offer ticket types. What may be taken is judged by the command."""

    ticket_type = RadioField(_l("Ticket"), choices=[], validators=[Optional()], validate_choice=False)
    code = HiddenField(filters=[one_line])
    type_hints: Mapping[str, str] = {}
    type_notes: Mapping[str, str] = {}
    closed_types: Sequence[str] = ()
    shown_types: Mapping[str, OfferedType] = {}
    asks_code = asks_birth = False
    may_ask_birth = True

    @property
    def wish(self) -> TypeWish:
        """What is wished for, as a command takes it."""
        return TypeWish(
            public_id=(self.ticket_type.data or "")[:60],
            code=self.code.data or "",
            born_on=self._fields["born_on"].data if self.asks_birth else None,
        )

    def offer_types(
        self, event: Event, types: Sequence[OfferedType], *, now: datetime, kept: int | None = None
    ) -> None:
        """Show these types; `kept` is the one that somebody has already."""
        self.take_code(types, now=now)
        shown = [one for one in types if one.id == kept or is_shown(one, code=self.code.data or "")]
        pools, words = get_pools(shown), language()
        self.shown_types = {one.public_id: one for one in shown}
        self.ticket_type.choices = [(one.public_id, localised(one.content.name, words)) for one in shown]
        self.type_hints = {one.public_id: hint for one in shown if (hint := _hint(one, event, now))}
        self.type_notes = {one.public_id: _note(one, pools) for one in shown}
        self.closed_types = [
            one.public_id
            for one in shown
            if one.id != kept and (why_not_now(one, now=now) or _is_full(one, event, pools))
        ]
        self.asks_code = any(one.content.access is Access.CODE for one in types)
        has_ages = self.may_ask_birth and any(one.content.has_ages for one in shown)
        if has_ages and not self.asks_birth:
            self._ask_birth()
        mine = [one.public_id for one in shown if one.id == kept]
        free = [one.public_id for one in shown if one.public_id not in self.closed_types]
        if request.method == "GET":
            self.ticket_type.data = next(iter(mine or (free if len(free) == 1 else ())), None)

    def take_code(self, types: Sequence[OfferedType], *, now: datetime) -> None:
        """The invitation code that was typed, or followed in a link. Raises TooManyGuesses."""
        self.code.data = self.code.data or clean_line(request.args.get("code", ""))[:80]
        _weigh(types, self.code.data, now)

    def ask_birth_of(self, one: OfferedType | None) -> None:
        """Of somebody whose type is chosen already: only where it has an age limit."""
        if one is not None and one.content.has_ages and not self.asks_birth:
            self._ask_birth()

    def total_of(self, names: Sequence[str]) -> str:
        """What people with these types pay together, in words; empty while that is not known, or is nothing."""
        chosen = [self.shown_types[one].content for one in names if one in self.shown_types]
        total = sum(one.price for one in chosen)
        currencies = {one.currency for one in chosen if one.price}
        if len(chosen) < len(names) or len(currencies) != 1:
            return ""
        return price_of(total, *currencies)

    @property
    def has_prices(self) -> bool:
        return any(one.content.price for one in self.shown_types.values())

    def _ask_birth(self) -> None:
        """The field is there only where an age counts."""
        self.asks_birth = True
        unbound = Day(
            _l("Date of birth"),
            description=_l("Only for a ticket with an age limit. We compare it and do not keep it."),
            validators=[Optional()],
        )
        bound = {"name": "born_on", "prefix": "", "translations": self.meta.get_translations(self)}
        field = self.meta.bind_field(self, unbound, bound)
        field.process(request.form if request.method == "POST" else None)
        self._fields["born_on"] = field

    @property
    def has_types(self) -> bool:
        return bool(self.ticket_type.choices)


def _weigh(types: Sequence[OfferedType], code: str, now: datetime) -> None:
    """Once for each request, and by itself: what is refused later must not undo the count."""
    if code and g.get("weighed_code") != code:
        with transaction():
            weigh_code(types, code, address=caller_address(), now=now)
        g.weighed_code = code


def named_price(one: OfferedType) -> str:
    """A type with its price and ages, for an option of a list."""
    content = one.content
    price = price_of(content.price, content.currency)
    return " · ".join(part for part in (localised(content.name, language()), price, _ages(one)) if part)


def _is_full(one: OfferedType, event: Event, pools: Mapping[int, CapacityPool]) -> bool:
    """Who can stand in a line may ask for a full one too."""
    return not event.has_waiting_list and any(
        pools[pool].taken >= pools[pool].capacity for pool in one.chain if pool in pools
    )


def _note(one: OfferedType, pools: Mapping[int, CapacityPool]) -> str:
    """The price, and few places left."""
    content = one.content
    chain = [pools[pool] for pool in one.chain if pool in pools]
    parts = [price_of(content.price, content.currency), seats_note(least_of(chain)) if chain else ""]
    return " · ".join(part for part in parts if part)


def _hint(one: OfferedType, event: Event, now: datetime) -> str:
    content = one.content
    parts = [localised(content.help, language()), _ages(one), _paid(one), _window(one, event, now)]
    parts += [
        _("For partners of the office: register with the address of your organisation.")
        if content.access is Access.PARTNER
        else _("For students of the university: register with your university address.")
        if content.access is Access.STUDENT
        else ""
    ]
    parts += [_("The organisers answer by mail.") if content.needs_approval else ""]
    return " ".join(str(part) for part in parts if part)


def _paid(one: OfferedType) -> str:
    words = {Paying.ON_SPOT: _("Paid on the spot."), Paying.INVOICE: _("Paid by invoice.")}
    return str(words.get(one.content.paying, ""))


def _ages(one: OfferedType) -> str:
    youngest, oldest = one.content.youngest, one.content.oldest
    if youngest is not None and oldest is not None:
        return str(_("From %(youngest)s to %(oldest)s years of age.", youngest=youngest, oldest=oldest))
    if youngest is not None:
        return str(_("From %(youngest)s years of age.", youngest=youngest))
    return "" if oldest is None else str(_("Up to %(oldest)s years of age.", oldest=oldest))


def _window(one: OfferedType, event: Event, now: datetime) -> str:
    content, zone = one.content, event.timezone
    if content.opens_at is not None and now < content.opens_at:
        return str(_("Offered from %(day)s.", day=_moment(content.opens_at, zone)))
    if content.closes_at is not None and now < content.closes_at:
        return str(_("Offered until %(day)s.", day=_moment(content.closes_at, zone)))
    return str(_("Not offered any more.")) if why_not_now(one, now=now) else ""


def _moment(moment: datetime, zone: str) -> str:
    return f"{moments.day(moment, zone, language())}, {moments.clock(moment, zone)}"
