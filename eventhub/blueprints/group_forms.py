"""The form of a school group: a number of pupils, and their ages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from eventhub.blueprints.contact_fields import no_links, organisation_field
from eventhub.blueprints.party_forms import ChangeKey, with_party
from eventhub.blueprints.registration_forms import AnswersForm, RegistrationForm
from eventhub.registration.asking import Ask
from eventhub.registration.parties.models import Party
from eventhub.registration.parties.plans import PartyPlan, PersonPlan
from eventhub.registration.parties.queries import Member
from eventhub.registration.parties.rules import PartyKind
from eventhub.registration.rules import LONGEST_NAME
from eventhub.web.forms import many_lines, one_line

MOST_PUPILS = 500
OLDEST = 25


class GroupFields(AnswersForm):
    """What the leader of a school group tells; of ages those of the pupils."""

    may_ask_birth = False

    organisation = organisation_field(_l("School or club"), missing=_l("Enter your school or club."))
    heads = IntegerField(
        _l("Number of pupils"),
        description=_l("Without you. You need not tell their names."),
        validators=[
            InputRequired(_l("Enter the number of pupils.")),
            NumberRange(1, MOST_PUPILS, _l("Enter a number from 1 to 500.")),
        ],
    )
    grade = StringField(
        _l("Grade"),
        filters=[one_line],
        validators=[Length(max=40, message=_l("Enter at most %(max)d characters.")), no_links],
    )
    youngest = IntegerField(
        _l("Age of the youngest"),
        validators=[Optional(), NumberRange(0, OLDEST, _l("Enter a number from 0 to 25."))],
    )
    oldest = IntegerField(
        _l("Age of the oldest"),
        validators=[Optional(), NumberRange(0, OLDEST, _l("Enter a number from 0 to 25."))],
    )

    @property
    def total(self) -> str:
        """What they pay together, in words."""
        heads = self.heads.data if isinstance(self.heads.data, int) else 0
        return self.total_of([self.ticket_type.data or ""] * (heads + 1)) if 0 < heads <= MOST_PUPILS else ""

    def reshape(self, *, more: bool, drop: str) -> None:
        """A group has no fieldsets."""

    def ask(self, *, email: str) -> Ask:
        """The answers with so many pupils."""
        return with_party(super().ask(email=email), self.party_plan())

    def party_plan(self) -> PartyPlan:
        heads = range(self.heads.data or 0)
        return PartyPlan(
            kind=PartyKind.SCHOOL_GROUP,
            grade=self.grade.data or "",
            youngest=self.youngest.data,
            oldest=self.oldest.data,
            people=tuple(PersonPlan(full_name=self.name_of(at), ticket=self.ticket_of(at)) for at in heads),
        )

    def name_of(self, at: int) -> str:
        """What stands for a name that was not told."""
        return str(_("Pupil %(number)d", number=at + 1))

    def ticket_of(self, at: int) -> str:
        return ""

    @staticmethod
    def party_data(party: Party, members: Sequence[Member]) -> dict[str, Any]:
        """The party as it is, for the form that changes it."""
        return {
            "heads": len(members) - 1,
            "grade": party.grade,
            "youngest": party.youngest,
            "oldest": party.oldest,
            "names": "\n".join(one.attendee.full_name for one in members[1:]),
        }


class GroupForm(GroupFields, RegistrationForm):
    """A school group registers."""


class GroupChangeForm(ChangeKey, GroupFields):
    """The same, later, with names if the leader wants to tell them."""

    names = TextAreaField(
        _l("Names of the pupils"),
        description=_l("One a line, if you like: they help at the entrance."),
        filters=[many_lines],
        validators=[Length(max=20_000, message=_l("Enter at most %(max)d characters.")), no_links],
    )
    # Whoever is registered already, by the numbers of their tickets.
    known: Mapping[str, int] = {}

    def name_of(self, at: int) -> str:
        lines = [
            one for line in (self.names.data or "").splitlines() if (one := one_line(line)[:LONGEST_NAME])
        ]
        return lines[at] if at < len(lines) else super().name_of(at)

    def ticket_of(self, at: int) -> str:
        tickets = list(self.known)
        return tickets[at] if at < len(tickets) else ""
