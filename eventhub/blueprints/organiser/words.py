"""How states and colours are called on the organisers' pages."""

from __future__ import annotations

from eventhub.core.text import N_
from eventhub.events.rules import EventState
from eventhub.mail.rules import MessageState
from eventhub.mailings.rules import Answer, LeftOut, MailingState
from eventhub.registration.rules import RegistrationState
from eventhub.tickets.models import TicketState

STATES = {
    EventState.DRAFT: N_("Draft"),
    EventState.PUBLISHED: N_("Published"),
    EventState.CANCELLED: N_("Cancelled"),
    EventState.ARCHIVED: N_("Archived"),
}
STATE_TONES = {EventState.DRAFT: "warn", EventState.PUBLISHED: "ok", EventState.CANCELLED: "err"}
REGISTRATIONS = {
    RegistrationState.CONFIRMED: N_("Confirmed"),
    RegistrationState.PENDING: N_("Waiting for confirmation"),
    RegistrationState.REQUESTED: N_("Waiting for approval"),
    RegistrationState.WAITLISTED: N_("On the waiting list"),
    RegistrationState.OFFERED: N_("A place is offered"),
    RegistrationState.REJECTED: N_("Not approved"),
    RegistrationState.DECLINED: N_("Declined"),
    RegistrationState.CANCELLED: N_("Cancelled"),
    RegistrationState.EXPIRED: N_("Expired"),
}
REGISTRATION_TONES = {
    RegistrationState.CONFIRMED: "ok",
    RegistrationState.PENDING: "warn",
    RegistrationState.REQUESTED: "warn",
    RegistrationState.OFFERED: "warn",
}
TICKETS = {TicketState.VALID: N_("Valid"), TicketState.VOID: N_("Void")}
LETTERS = {
    MessageState.QUEUED: N_("Waiting to be sent"),
    MessageState.SENT: N_("Sent"),
    MessageState.PARKED: N_("Not delivered"),
    MessageState.CANCELLED: N_("Withdrawn"),
}
LETTER_TONES = {MessageState.SENT: "ok", MessageState.PARKED: "err", MessageState.QUEUED: "info"}
MAILINGS = {
    MailingState.DRAFT: N_("Draft"),
    MailingState.POSTED: N_("Sent"),
    MailingState.WITHDRAWN: N_("Withdrawn"),
    MailingState.DISCARDED: N_("Discarded"),
}
MAILING_TONES = {MailingState.DRAFT: "warn", MailingState.POSTED: "ok"}
LEFT_OUT = {
    LeftOut.ENDED: N_("their registration has ended"),
    LeftOut.ERASED: N_("their data was erased, or they gave no address"),
    LeftOut.HAS_IT: N_("they have got this letter already"),
    LeftOut.SAME_ADDRESS: N_("the same address gets it once"),
    LeftOut.UNWRITABLE: N_("the letter could not be written"),
}
ANSWERS = {
    Answer.COMES: N_("Come"),
    Answer.GIVES_BACK: N_("Gave the place back"),
    Answer.SILENT: N_("Lost the place by silence"),
    None: N_("Have not answered"),
}
ACCENTS = {
    "indigo": N_("Indigo"),
    "violet": N_("Violet"),
    "magenta": N_("Magenta"),
    "red": N_("Red"),
    "orange": N_("Orange"),
    "olive": N_("Olive"),
    "green": N_("Green"),
    "teal": N_("Teal"),
    "sky": N_("Sky"),
}
# Languages that an event may have, as ISO 639-1 codes.
LANGUAGES = ("en", "ru", "zh", "de", "fr", "es", "ar")
