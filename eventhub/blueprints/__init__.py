"""THE MAP: every blueprint and its guard, on one screen."""

from __future__ import annotations

from flask import Flask

from eventhub.blueprints import (
    account,
    billing,
    calendars,
    completing,
    conferences,
    consent_texts,
    delegations,
    fablab_picnic,
    gate,
    handing_over,
    health,
    invitations,
    offers,
    officer,
    organisations,
    organiser,
    own_data,
    pairing,
    parties,
    public,
    reconfirming,
    registering,
    registrations,
    schools,
    science_week,
    seminars,
    session_lines,
    tickets,
    wallet,
)
from eventhub.web.guards import Part, crew, everyone, install
from eventhub.web.guards import officer as an_officer
from eventhub.web.guards import organiser as an_organiser

MAP = (
    Part(public.pages, everyone),  # /
    Part(seminars.pages, everyone),  # /seminars
    Part(conferences.pages, everyone),  # /conferences
    Part(science_week.pages, everyone),  # /week-of-science
    Part(fablab_picnic.pages, everyone),  # /fablab-picnik
    Part(schools.pages, everyone),  # /summer-schools, /winter-schools
    Part(registering.pages, everyone),  # /events/<slug>/register, /registrations/<id>/confirm/<secret>
    Part(registrations.pages, everyone),  # /registrations/<id>/<secret>
    Part(invitations.pages, everyone),  # /registrations/<id>/<secret>/invitation
    Part(delegations.pages, everyone),  # /events/<slug>/delegation, /delegations/<id>/<secret>
    Part(parties.pages, everyone),  # /events/<slug>/register/family|group, /registrations/<id>/<secret>/party
    Part(completing.pages, everyone),  # /registrations/<id>/<secret>/complete
    Part(billing.pages, everyone),  # /registrations/<id>/<secret>/billing, .../invoices/<id>
    Part(handing_over.pages, everyone),  # /registrations/<id>/<secret>/hand-over, .../<id>/take-over/<secret>
    Part(offers.pages, everyone),  # /registrations/<id>/offer/<secret>
    Part(
        session_lines.pages, everyone
    ),  # /registrations/<id>/<secret>/wait, /registrations/<id>/sessions/<secret>/<id>
    Part(reconfirming.pages, everyone),  # /registrations/<id>/reconfirm/<secret>
    Part(own_data.pages, everyone),  # /registrations/<id>/<secret>/privacy
    Part(tickets.pages, everyone),  # /t/<code>: the code is the secret
    Part(wallet.service, everyone),  # /wallet/v1: phones that hold a pass show its token
    Part(calendars.feeds, everyone),  # /calendar/*.ics
    Part(account.pages, everyone),  # /account: signing in is for everyone, the rest asks inside
    Part(organiser.pages, an_organiser),  # /organiser
    Part(organisations.pages, an_organiser),  # /organiser/organisations, the office alone
    Part(officer.pages, an_officer),  # /organiser/privacy
    Part(consent_texts.pages, an_officer),  # /organiser/privacy/texts
    Part(pairing.pages, everyone),  # /gate/pair/<phone>/<secret>
    Part(gate.pages, crew),  # /gate
    Part(health.probes, everyone),  # /healthz /readyz /metrics /robots.txt /.well-known
)


def register(app: Flask) -> None:
    """Put every part behind its guard."""
    install(app, MAP)
