"""The forms around the people table: its filters, a saved view, a tag, a note, a deed for many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext, pgettext
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired

from eventhub.blueprints.organiser.fields import choices_of, line, lines
from eventhub.blueprints.organiser.people_address import Asked
from eventhub.blueprints.organiser.people_words import ACTIONS, COLUMNS, SORTS, came, came_choices
from eventhub.core.ids import public_id
from eventhub.core.text import N_, localised
from eventhub.people.queries import Offers
from eventhub.people.rules import LONGEST_NOTE, LONGEST_REASON, LONGEST_TAG, LONGEST_VIEW, BulkAction
from eventhub.web.countries import by_alphabet
from eventhub.web.forms import PageForm, Ticks
from eventhub.web.i18n import language
from eventhub.web.wording import country_name, language_name


class FilterForm(Form):
    """What the address asks for as controls; it is filled from what was understood and never refuses."""

    q = SearchField(lazy_gettext(N_("Name, e-mail or number")))
    country = SelectField(lazy_gettext(N_("Country")))
    organisation = StringField(lazy_gettext(N_("Organisation")))
    language = SelectField(lazy_gettext(N_("Language")))
    session = SelectField(lazy_gettext(N_("Session")))
    tag = SelectField(lazy_gettext(N_("Tag")))
    type = SelectField(lazy_gettext(N_("Kind of ticket")))
    delegation = SelectField(lazy_gettext(N_("Delegation")))
    came = SelectField(lazy_gettext(N_("Check-in")))
    since = DateField(lazy_gettext(N_("Registered from")), name="from")
    until = DateField(lazy_gettext(N_("Registered to")), name="to")
    sort = SelectField(lazy_gettext(N_("Sort by")))
    down = BooleanField(lazy_gettext(N_("The last first")))
    column = Ticks(lazy_gettext(N_("Columns")))


def filter_form(asked: Asked, offers: Offers) -> FilterForm:
    """The controls as they stand, with what the event has to offer."""
    wish = asked.wish
    form = FilterForm(
        q=wish.text,
        country=wish.country,
        organisation=wish.organisation,
        language=wish.language,
        session=wish.session,
        tag=wish.tag,
        type=wish.ticket_type,
        delegation=wish.delegation,
        came=came(wish.has_come),
        since=wish.since,
        until=wish.until,
        sort=wish.sort.value,
        down=wish.is_descending,
        column=[str(column) for column in asked.columns],
    )
    form.country.choices = _offered(
        wish.country, by_name({one: country_name(one) for one in offers.countries})
    )
    form.language.choices = _offered(
        wish.language, by_name({one: language_name(one) for one in offers.languages})
    )
    titles = [(public, localised(title, language())) for public, title in offers.sessions]
    form.session.choices = _offered(wish.session, titles)
    form.tag.choices = _offered(wish.tag, [(name, name) for name in offers.tags])
    names = [(public, localised(name, language())) for public, name in offers.types]
    form.type.choices = _offered(wish.ticket_type, names)
    form.delegation.choices = _offered(wish.delegation, offers.delegations)
    form.came.choices = came_choices()
    form.sort.choices = choices_of(SORTS)
    form.column.choices = choices_of(COLUMNS)
    return form


def by_name(names: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda pair: by_alphabet(pair[1]))


def _offered(chosen: str, choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Any, then what there is; what was asked for stays in sight although nobody has it."""
    offered = [("", pgettext("filter", "Any")), *choices]
    return offered if chosen in dict(offered) else [*offered, (chosen, chosen)]


class ViewForm(PageForm):
    """Under which name an address of the table is kept."""

    name = line(
        N_("Name of the view"), LONGEST_VIEW, validators=[DataRequired(lazy_gettext(N_("Enter a name.")))]
    )


class TagForm(PageForm):
    """A tag for one registration."""

    tag = line(N_("Tag"), LONGEST_TAG, validators=[DataRequired(lazy_gettext(N_("Enter a tag.")))])


class NoteForm(PageForm):
    """A note about one registration."""

    note = lines(
        N_("Note"), LONGEST_NOTE, validators=[DataRequired(lazy_gettext(N_("Write something first.")))]
    )


def _short(key: str | None) -> str:
    """A WTForms filter: a key that is not ours is one all the same, and without one the form is new."""
    return (key or public_id())[:40]


class BulkForm(PageForm):
    """What is done for all who are chosen. The key makes the same form, sent twice, one job."""

    key = HiddenField(default=public_id, filters=[_short])
    action = RadioField(
        lazy_gettext(N_("What to do")), validators=[InputRequired(lazy_gettext(N_("Choose what to do.")))]
    )
    tag = line(N_("Tag"), LONGEST_TAG)
    reason = line(N_("Reason"), LONGEST_REASON)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action.choices = choices_of(ACTIONS)

    def word(self) -> str:
        """What the chosen action needs beside the people."""
        cancels = self.action.data == BulkAction.CANCEL
        return str((self.reason.data if cancels else self.tag.data) or "")
