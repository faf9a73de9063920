"""Refusals that several features say in the same words."""

from __future__ import annotations

from eventhub.core.errors import Refusal
from eventhub.core.text import N_


class ReasonMissing(Refusal):
    sentence = N_("Say in a few words why.")
    status = 422
    field = "reason"


class TitleMissing(Refusal):
    sentence = N_("Enter a title.")
    status = 422
    field = "title_en"
