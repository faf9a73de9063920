"""The form of a family: who registers, a fieldset for each child, and what each of them is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Form,
    FormField,
    HiddenField,
    SelectField,
    TelField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from eventhub.blueprints.contact_fields import name_field, organisation_field
from eventhub.blueprints.party_forms import ChangeKey, with_party
from eventhub.blueprints.registration_forms import AnswersForm, RegistrationForm
from eventhub.blueprints.type_fields import named_price
from eventhub.core.errors import Refusal
from eventhub.core.text import small_number
from eventhub.events.models import Event, Session
from eventhub.registration.asking import Ask
from eventhub.registration.forms.each import moved_up
from eventhub.registration.parties.models import Party
from eventhub.registration.parties.plans import PartyPlan, PersonPlan, key_of
from eventhub.registration.parties.queries import Member
from eventhub.registration.parties.rules import ADULT_FROM, PartyKind
from eventhub.registration.types.rules import OfferedType, is_shown
from eventhub.web.forms import PageForm, Rows, Ticks, offered, one_line
from eventhub.web.i18n import sentence_of

# More fieldsets than any event allows; how many it allows, the command says.
MOST_FIELDSETS = 20
RELATIONS = {
    "mother": _l("Mother"),
    "father": _l("Father"),
    "guardian": _l("Legal guardian"),
    "relative": _l("Another relative, with the parents’ consent"),
}


class BirthDate(DateField):
    """A day, in our words when it can't be read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As WTForms reads it; an empty one is told by its validator."""
        if not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Enter a date like 2017-06-30.")) from None


class ChildForm(Form):
    """One child; `ticket` is the number of who is registered already."""

    class Meta(PageForm.Meta):
        csrf = False

    ticket = HiddenField()
    full_name = name_field(_l("Name of the child"), missing=_l("Enter the name of the child."))
    born_on = BirthDate(
        _l("Date of birth"),
        description=_l("Some workshops are for certain ages. We delete it a month after the event."),
        validators=[InputRequired(_l("Enter the date of birth."))],
    )
    ticket_type = SelectField(_l("Ticket"), choices=[], validators=[Optional()], validate_choice=False)
    sessions = Ticks(_l("Workshops"), validators=[Optional()], choices=[], validate_choice=False)
    may_leave_alone = BooleanField(_l("May leave the event alone"))
    may_be_photographed = BooleanField(_l("May be photographed"))

    def plan(self) -> PersonPlan:
        """The child as a command takes it."""
        return PersonPlan(
            full_name=self.full_name.data or "",
            born_on=self.born_on.data,
            sessions=tuple(self.sessions.data or ()),
            may_leave_alone=bool(self.may_leave_alone.data),
            may_be_photographed=bool(self.may_be_photographed.data),
            ticket=self.ticket.data or "",
            ticket_type=(self.ticket_type.data or "")[:60] if self.ticket_type.choices else "",
        )


class FamilyFields(AnswersForm):
    """What a guardian tells besides the usual answers."""

    organisation = organisation_field(_l("University or company"))
    phone = TelField(
        _l("Your phone"),
        description=_l("For the day of the event alone, if a child needs you."),
        filters=[one_line],
        validators=[
            DataRequired(_l("Enter your phone number.")),
            Length(max=40, message=_l("Enter at most %(max)d characters.")),
            Regexp(r"\+?[\d\s().-]{5,}$", message=_l("Enter a phone number like +7 812 000-00-00.")),
        ],
    )
    relation = SelectField(
        _l("Your relation to the children"),
        choices=offered(RELATIONS.items()),
        validators=[InputRequired(_l("Choose your relation to the children."))],
    )
    child_choices: Sequence[tuple[str, str]] = ()
    # Whoever is registered already, by the numbers of their tickets.
    known: Mapping[str, int] = {}
    dropped: int | None = None
    children = Rows(FormField(ChildForm), min_entries=1, max_entries=MOST_FIELDSETS)

    def offer(self, sessions: Sequence[Session]) -> None:
        """The same sessions for the adult and for each child."""
        super().offer(sessions)
        for entry in self.children:
            entry.form.sessions.choices = self.sessions.choices

    def offer_types(
        self, event: Event, types: Sequence[OfferedType], *, now: datetime, kept: int | None = None
    ) -> None:
        """To the adult those for adults, and to each child all of them, where there are several."""
        self.take_code(types, now=now)
        super().offer_types(event, [one for one in types if _is_for_adults(one)], now=now, kept=kept)
        shown = [one for one in types if is_shown(one, code=self.code.data or "")]
        self.shown_types = {one.public_id: one for one in shown}
        self.offer_children(shown)

    def offer_children(self, types: Iterable[OfferedType]) -> None:
        """One of several types for each child who is new; whoever has a ticket keeps it."""
        named = [(one.public_id, named_price(one)) for one in types]
        self.child_choices = [("", _("The same as yours")), *named] if len(named) > 1 else []
        for entry in self.children:
            entry.form.ticket_type.choices = [] if entry.form.ticket.data else self.child_choices

    @property
    def total(self) -> str:
        """What they pay together, in words."""
        return self.total_of(self.wished_types)

    @property
    def wished_types(self) -> Sequence[str]:
        own = self.ticket_type.data or ""
        return [own, *(entry.form.ticket_type.data or own for entry in self.children)]

    def reshape(self, *, more: bool, drop: str) -> None:
        """A fieldset more, or one less; all that was typed stays."""
        entries = self.children.entries
        if more and len(entries) < MOST_FIELDSETS:
            self.children.append_entry()
        at = small_number(drop)
        if at is not None and at < len(entries) > 1:
            del entries[at]
            self.dropped = at
            for at, entry in enumerate(entries):
                _renumber(entry, at)

    @property
    def sent(self) -> MultiDict[str, str]:
        """Answers of children whose fieldset moved up moved with it."""
        sent = super().sent
        if self.dropped is None:
            return sent
        pairs = ((moved_up(name, dropped=self.dropped), value) for name, value in sent.items(multi=True))
        return MultiDict([(name, value) for name, value in pairs if name is not None])

    @property
    def people(self) -> dict[str, str]:
        """What is said above the questions to each child, by the keys under which they are asked."""
        return {
            key_of(entry.form.ticket.data or "", at, self.known): _named(at + 1, entry.form.full_name.data)
            for at, entry in enumerate(self.children)
        }

    def lay(self, refusal: Refusal) -> bool:
        """Beside the child whom it is about, where there is one."""
        parts = (refusal.field or "").split("-")
        if parts[0] != "children" or len(parts) != 3:
            return super().lay(refusal)
        field = self.children.entries[int(parts[1])].form[parts[2]]
        field.errors = [*field.errors, sentence_of(refusal)]
        self.children.errors = [entry.errors for entry in self.children]
        return True

    def ask(self, *, email: str) -> Ask:
        """The answers with those who come along."""
        return with_party(super().ask(email=email), self.party_plan())

    def party_plan(self) -> PartyPlan:
        return PartyPlan(
            kind=PartyKind.FAMILY,
            phone=self.phone.data or "",
            relation=self.relation.data,
            people=tuple(entry.form.plan() for entry in self.children),
        )

    @staticmethod
    def party_data(party: Party, members: Sequence[Member]) -> dict[str, Any]:
        """The party as it is, for the form that changes it."""
        children = [
            {
                "ticket": one.attendee.ticket.number if one.attendee.ticket else "",
                "full_name": one.attendee.full_name,
                "born_on": one.child and one.child.born_on,
                "sessions": [session.public_id for session in one.sessions],
                "may_leave_alone": one.child and one.child.may_leave_alone,
                "may_be_photographed": one.child and one.child.may_be_photographed,
            }
            for one in members[1:]
        ]
        own = [session.public_id for session in members[0].sessions]
        return {"phone": party.phone, "relation": party.relation, "children": children, "sessions": own}


class FamilyForm(FamilyFields, RegistrationForm):
    """A family registers."""


class FamilyChangeForm(ChangeKey, FamilyFields):
    """The same, later."""


def _is_for_adults(one: OfferedType) -> bool:
    return one.content.oldest is None or one.content.oldest >= ADULT_FROM


def _named(number: int, full_name: str | None) -> str:
    child = _("Child %(number)s", number=number)
    return f"{child}: {full_name}" if full_name else child


def _renumber(entry: Any, at: int) -> None:
    """The fields of a fieldset carry its number."""
    entry.id = entry.name = f"children-{at}"
    for field in entry.form:
        field.name = field.id = f"children-{at}-{field.short_name}"
        field.label.field_id = field.id
