"""Every text field of a registration's forms with hostile text: a clear error that keeps it, or harmless text."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventhub.blueprints.billing_form import BillingForm, PayerForm
from eventhub.blueprints.delegations.forms import AcceptForm, ManyForm, PersonForm, StartForm
from eventhub.blueprints.family_forms import FamilyChangeForm, FamilyForm
from eventhub.blueprints.group_forms import GroupChangeForm, GroupForm
from eventhub.blueprints.registration_forms import ChangeForm, RegistrationForm
from eventhub.core.ids import public_id
from eventhub.db import db, transaction
from eventhub.events.models import Event
from eventhub.registration.delegations.commands import Start, invite_partner
from eventhub.registration.delegations.letters import invitation_path
from eventhub.registration.delegations.models import DelegationMember
from eventhub.registration.delegations.rules import Entry
from eventhub.registration.types.rules import Paying
from tests.commands.registration.types import make_type
from tests.factories import make_event, make_session
from tests.web.delegations.coordinating import ANSWERS as COORDINATOR
from tests.web.delegations.coordinating import FORM as START
from tests.web.delegations.coordinating import PERSON, fill, press_import, started
from tests.web.hostile import SOME_VECTORS, VECTORS, Page, faults_of, live, text_fields, typed_fields
from tests.web.reading import fields
from tests.web.registrations.guest import ANSWERS, FORM, link_in, press, registered

FAMILY = "/events/picnic/register/family"
GROUP = "/events/picnic/register/group"
GUARDIAN = {**ANSWERS, "phone": "+7 812 000-00-00", "relation": "mother"}
CHILD = {"children-0-full_name": "Vera Example", "children-0-born_on": "2018-06-01"}
PUPILS = {**ANSWERS, "heads": "2"}
BILLING = {
    "name": "Works",
    "address": "1 Street",
    "country": "DE",
    "email": "bills@example.org",
    "language": "en",
}
LATER = {name: typed for name, typed in ANSWERS.items() if name != "email"}


@pytest.fixture
def manage(client: FlaskClient, event, consent: int) -> str:
    return registered(client, consent, email="first@example.org")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_is_refused_beside_its_field_or_harmless(
    client: FlaskClient, consent: int, manage: str, vector: dict[str, str]
) -> None:
    new = Page(FORM, RegistrationForm, {**ANSWERS, "consents": [consent]})
    later = Page(f"{manage}/change", ChangeForm, LATER)

    assert [fault for page in (new, later) for fault in faults_of(client, page, vector["text"])] == []
    assert live(client.get(manage).text) == []


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_about_who_pays_is_refused_beside_its_field_or_harmless(
    client: FlaskClient, consent: int, event: Event, now: datetime, vector: dict[str, str]
) -> None:
    gala = make_type(event, "Gala", price=100, paying=Paying.INVOICE, now=now).public_id
    manage = registered(client, consent, email="first@example.org")
    page = Page(f"{manage}/billing", BillingForm, BILLING)
    part = {f"payer-{name}": typed for name, typed in BILLING.items()}
    shown = fields(client.get(FORM))
    shown.pop("csrf_token")
    guest = {**shown, **ANSWERS, "consents": [consent], "ticket_type": gala}
    at_once = Page(FORM, PayerForm, {**guest, **part})

    assert faults_of(client, page, vector["text"]) == []
    parts = [f"payer-{name}" for name in typed_fields(PayerForm)]
    assert faults_of(client, at_once, vector["text"], fields=parts) == []
    assert live(client.get(manage).text) == []


@pytest.fixture
def parties(client: FlaskClient, consent: int, now) -> dict[str, str]:
    """The pages of a family and of a group that are registered."""
    with transaction():
        make_session(make_event(now=now, slug="picnic", takes_families=True, takes_school_groups=True))
    made = {}
    for path, typed in ((FAMILY, {**GUARDIAN, **CHILD}), (GROUP, PUPILS)):
        more = {**typed, "email": f"{path[-5:]}@example.org", "consents": [consent]}
        assert client.post(path, data={**fields(client.get(path)), **more}).status_code == 302
        made[path] = press(client, link_in("registration_confirm")).headers["Location"]
    return made


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_about_a_party_is_refused_beside_its_field_or_harmless(
    client: FlaskClient, consent: int, parties: dict[str, str], vector: dict[str, str]
) -> None:
    family, group = parties[FAMILY], parties[GROUP]
    pages = (
        Page(FAMILY, FamilyForm, {**GUARDIAN, **CHILD, "consents": [consent]}),
        Page(GROUP, GroupForm, {**PUPILS, "consents": [consent]}),
        Page(f"{family}/party", FamilyChangeForm, {**GUARDIAN, **CHILD}),
        Page(f"{group}/party", GroupChangeForm, PUPILS),
    )

    assert [fault for page in pages for fault in faults_of(client, page, vector["text"])] == []
    for page in (pages[0], pages[2]):
        for name in ("full_name", "born_on", "sessions", "ticket"):
            answer = faults_of(client, page, vector["text"], fields=[f"children-0-{name}"])
            assert answer == [], name
    assert [live(client.get(path).text) for path in (family, group)] == [[], []]


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_choices_refuse_hostile_text_beside_their_field(
    client: FlaskClient, consent: int, manage: str, vector: dict[str, str]
) -> None:
    new = Page(FORM, RegistrationForm, {**ANSWERS, "consents": [consent]})
    later = Page(f"{manage}/change", ChangeForm, LATER)

    for page in (new, later):
        assert faults_of(client, page, vector["text"], fields=text_fields(page.form)) == []


@pytest.fixture
def delegation(client: FlaskClient, event, consent: int) -> str:
    home = started(client)
    fill(client, f"{home}/people/new", **PERSON)
    return home


def delegation_pages(home: str, event: Event, now) -> list[Page]:
    """The forms of a delegation, each with what a browser would have sent."""
    who = {
        name: COORDINATOR[name]
        for name in ("full_name", "organisation", "country", "language", "people_know")
    }
    asked = Entry(
        full_name="", email=f"{public_id()}@example.org", organisation="", country="", language="en"
    )
    with transaction():
        there = db.session.get_one(Event, event.id)
        invited = invite_partner(there, Start(coordinator=asked, key=public_id()), most=5, by="test", now=now)
        line = db.session.scalars(select(DelegationMember.public_id)).first()
        invitation = invitation_path(invited)
    return [
        Page(START, StartForm, COORDINATOR),
        Page(invitation, AcceptForm, who),
        Page(f"{home}/people/new", PersonForm, PERSON),
        Page(f"{home}/people/{line}/correct", PersonForm, PERSON),
        Page(f"{home}/people/many", ManyForm),
    ]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_delegation_refuses_hostile_text_or_shows_it_as_text(
    client: FlaskClient, event, delegation: str, now, vector: dict[str, str]
) -> None:
    pages = delegation_pages(delegation, event, now)

    assert [fault for page in pages for fault in faults_of(client, page, vector["text"])] == []
    for page in pages:
        names = [name for name in text_fields(page.form) if name != "file"]
        assert faults_of(client, page, vector["text"], fields=names) == []
    assert live(client.get(delegation).text) == []


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_list_with_hostile_text_is_told_of_as_text(
    client: FlaskClient, delegation: str, vector: dict[str, str]
) -> None:
    cell = vector["text"].replace(chr(34), chr(34) * 2)
    rows = f'Full name;E-mail;"{cell}"\n"{cell}";x@example.org;"{cell}"\nAda;"{cell}";1'
    answer = fill(client, f"{delegation}/people/many", rows=rows)

    if answer.status_code == 422:  # with tabs in it the first line has no headings
        assert live(answer.text) == []
        return
    page = answer.headers["Location"]
    press_import(client, page)
    for path in (page, f"{page}/mistakes.xlsx", delegation):
        shown = client.get(path)
        assert shown.status_code == 200
        assert path.endswith("xlsx") or live(shown.text) == []
