"""What the forms of people who come together share."""

from __future__ import annotations

from dataclasses import replace

from wtforms import HiddenField

from eventhub.blueprints.registration_forms import ours
from eventhub.core.ids import public_id
from eventhub.registration.asking import Ask
from eventhub.registration.parties.plans import PartyPlan
from eventhub.web.forms import PageForm


class ChangeKey(PageForm):
    """The key of a form that changes a party: sent twice, it changes it once."""

    form_key = HiddenField(default=public_id)

    def ask(self, *, email: str) -> Ask:
        """The answers with the key."""
        asked: Ask = super().ask(email=email)
        assert asked.party is not None
        return replace(asked, party=replace(asked.party, form_key=ours(self.form_key.data)))


def with_party(ask: Ask, party: PartyPlan) -> Ask:
    """The answers with those who come along."""
    return replace(ask, party=party)
