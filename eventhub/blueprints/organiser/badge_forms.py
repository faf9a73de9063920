"""The forms around badges: for whom and how, one badge, and printing on arrival; and their address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from flask import request
from flask_babel import lazy_gettext, pgettext
from wtforms import BooleanField, Form, HiddenField, SelectField

from eventhub.badges.rules import LONGEST_REASON, SINGLE, BadgeWish, Layout, Order, PrintAsk, Printed
from eventhub.blueprints.organiser.fields import choices_of, line
from eventhub.blueprints.organiser.people_address import Asked, read_address
from eventhub.blueprints.organiser.people_words import came, came_choices
from eventhub.core.ids import public_id
from eventhub.core.text import LANGUAGES, N_, clean_line, localised
from eventhub.events.models import Event
from eventhub.people.rules import PAGE, Sort, Tab
from eventhub.web.forms import PageForm, one_line
from eventhub.web.i18n import NAMES, language

LAYOUTS = {
    Layout.SHEET_8: N_("A4 sheet, 8 badges of 90 × 60 mm, to cut"),
    Layout.SHEET_10: N_("A4 sheet, 10 badges of 86 × 54 mm, to cut"),
    Layout.A6: N_("A6, one badge on a page"),
    Layout.A6_FOLDED: N_("A6 on both sides: A5, to fold in the middle"),
    Layout.LABEL: N_("Label of 62 × 100 mm"),
    Layout.CARD: N_("Card of 86 × 54 mm"),
}
PRINTED = {
    Printed.NOT_YET: N_("Not printed yet"),
    Printed.ANY: N_("Printed before or not"),
    Printed.BEFORE: N_("Printed before"),
}
ORDERS = {Order.NAME: N_("Name"), Order.ORGANISATION: N_("Organisation, then name")}
Word = TypeVar("Word", Layout, Printed, Order)


@dataclass(frozen=True, kw_only=True)
class BadgesAsked:
    """For whom and how; `filters` are those of the people table, as pairs of its address."""

    wish: BadgeWish
    layout: Layout
    language: str
    filters: Sequence[tuple[str, str]]

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values of the address; what is usual is left out."""
        wish = self.wish
        own = {
            "layout": self.layout,
            "printed": wish.printed,
            "order": wish.order,
            "words": self.language,
            "type": wish.ticket_type,
            "came": came(wish.people.has_come),
        }
        chosen = [("who", one) for one in wish.registrations]
        return [(name, str(value)) for name, value in own.items() if value] + [*self.filters, *chosen]

    def query(self) -> str:
        return urlencode(self.pairs())


def read_badges(event: Event) -> BadgesAsked:
    """What the address asks for; nonsense asks for what is usual. Who has cancelled has no valid ticket anyway."""
    asked = read_address(request.args, event)
    people = replace(asked.wish, sort=Sort.NAME, is_descending=False)
    wish = BadgeWish(
        people=people,
        registrations=tuple(clean_line(one) for one in request.args.getlist("who")[:PAGE]),
        ticket_type=people.ticket_type,
        printed=_word(Printed, "printed", Printed.NOT_YET),
        order=_word(
            Order, "order", Order.ORGANISATION if asked.wish.sort is Sort.ORGANISATION else Order.NAME
        ),
    )
    words = request.args.get("words", "")
    return BadgesAsked(
        wish=wish,
        layout=_word(Layout, "layout", Layout.SHEET_8),
        language=words if words in LANGUAGES else "",
        filters=_filters(Asked(wish=people)),
    )


def _filters(asked: Asked) -> list[tuple[str, str]]:
    """Without the tabs, which are asked here in other words."""
    kept = replace(asked, wish=replace(asked.wish, has_come=None, ticket_type=""))
    return [pair for pair in kept.pairs() if pair[0] != "tab" or pair[1] != Tab.CONFIRMED]


def _word(words: type[Word], name: str, usual: Word) -> Word:
    return next((word for word in words if word == request.args.get(name)), usual)


class ChooseForm(Form):
    """What the address asks for as controls; it is filled from what was understood and never refuses."""

    layout = SelectField(lazy_gettext(N_("Paper")))
    printed = SelectField(lazy_gettext(N_("Whose badges")))
    type = SelectField(lazy_gettext(N_("Kind of ticket")))
    came = SelectField(lazy_gettext(N_("Check-in")))
    order = SelectField(lazy_gettext(N_("Order")))
    words = SelectField(lazy_gettext(N_("Language of the badges")))


def choose_form(asked: BadgesAsked, types: Sequence[tuple[str, Mapping[str, str]]]) -> ChooseForm:
    """The controls as they stand, with the event's ticket types."""
    wish = asked.wish
    form = ChooseForm(
        layout=asked.layout.value,
        printed=wish.printed.value,
        type=wish.ticket_type,
        came=came(wish.people.has_come),
        order=wish.order.value,
        words=asked.language,
    )
    named = [(public, localised(name, language())) for public, name in types]
    form.layout.choices = choices_of(LAYOUTS)
    form.printed.choices = choices_of(PRINTED)
    form.type.choices = [("", pgettext("filter", "Any")), *named]
    form.came.choices = came_choices()
    form.order.choices = choices_of(ORDERS)
    form.words.choices = language_choices()
    return form


def language_choices() -> list[tuple[str, str]]:
    """Each person's own, or one for all."""
    return [("", pgettext("badge", "Each person's own")), *((code, str(name)) for code, name in NAMES)]


def _short(key: str | None) -> str:
    """A WTForms filter: a key that is not ours is one all the same, and without one the form is new."""
    return one_line(key)[:40] or public_id()


class PrintForm(PageForm):
    """The button below the choice. The key makes the same form, sent twice, one printing."""

    key = HiddenField(default=public_id, filters=[_short])


class OneBadgeForm(PageForm):
    """One badge, for the first time or once more."""

    key = HiddenField(default=public_id, filters=[_short])
    layout = SelectField(lazy_gettext(N_("Paper")), choices=[])
    words = SelectField(lazy_gettext(N_("Language of the badge")), choices=[])
    reason = line(N_("Why it is printed once more"), LONGEST_REASON)

    def offer(self) -> OneBadgeForm:
        """Fill the choices."""
        self.layout.choices = choices_of({one: LAYOUTS[one] for one in SINGLE})
        self.words.choices = language_choices()
        return self

    def to_ask(self) -> PrintAsk:
        """What was chosen, after it was found in order."""
        return PrintAsk(
            key=self.key.data or "",
            layout=Layout(self.layout.data),
            language=self.words.data,
            reason=self.reason.data or "",
        )


class ArrivalForm(PageForm):
    """Whether the crew prints on arrival."""

    on_arrival = BooleanField(lazy_gettext(N_("The crew prints a badge after an admission")))
    layout = SelectField(lazy_gettext(N_("Paper")), id="arrival-layout", choices=[])

    def offer(self) -> ArrivalForm:
        """Fill the choices."""
        self.layout.choices = choices_of({one: LAYOUTS[one] for one in SINGLE})
        return self
