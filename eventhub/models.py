"""Every table of the house, so that migrations and tests see them all."""

from eventhub import audit, throttle
from eventhub.accounts import models as accounts
from eventhub.attendance import models as attendance
from eventhub.badges import models as badges
from eventhub.billing import models as billing
from eventhub.checkin import models as checkin
from eventhub.checkin.devices import models as devices
from eventhub.checkin.offline import models as offline
from eventhub.events import models as events
from eventhub.jobs import models as jobs
from eventhub.mail import models as mail
from eventhub.mailings import models as mailings
from eventhub.partners import models as partners
from eventhub.people import models as people
from eventhub.privacy import models as privacy
from eventhub.registration import models as registration
from eventhub.registration.delegations import models as delegations
from eventhub.registration.forms import models as forms
from eventhub.registration.invoicing import models as invoicing
from eventhub.registration.parties import models as parties
from eventhub.registration.session_lines import models as session_lines
from eventhub.registration.types import models as types
from eventhub.tickets import models as tickets
from eventhub.wallet import models as wallet

__all__ = [
    "accounts",
    "attendance",
    "badges",
    "billing",
    "audit",
    "checkin",
    "delegations",
    "devices",
    "events",
    "forms",
    "invoicing",
    "jobs",
    "mail",
    "mailings",
    "offline",
    "parties",
    "partners",
    "people",
    "privacy",
    "registration",
    "session_lines",
    "throttle",
    "tickets",
    "types",
    "wallet",
]
