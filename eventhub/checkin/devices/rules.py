"""What a phone may do, and why it is turned away."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from eventhub.core.errors import Refusal
from eventhub.core.text import N_

# Long enough to walk over with the phone, too short for a picture of the code to be of use.
PAIRING_LASTS = timedelta(minutes=15)
LASTS_AFTER_EVENT = timedelta(days=1)
# What a phone has seen by itself still comes up when its shift is over; then it forgets everything.
UPLOADS_AFTER = timedelta(days=3)
SEEN_EVERY = timedelta(minutes=1)
LONGEST_NAME = 60


class Profile(StrEnum):
    """A helper scans, looks names up and takes back; a supervisor also sees the whole door."""

    HELPER = "helper"
    SUPERVISOR = "supervisor"


PROFILE_WORDS = {Profile.HELPER: N_("Helper"), Profile.SUPERVISOR: N_("Supervisor")}


class PhoneNotPaired(Refusal):
    sentence = N_("This phone is not paired any more. Ask the organisers for a new code.")
    status = 401


class PhoneOver(Refusal):
    sentence = N_("This phone’s time is over. Add it again with a later one.")


class PairingOver(Refusal):
    sentence = N_("This code was used already, or its 15 minutes are over. Ask for a new one.")
    status = 410
