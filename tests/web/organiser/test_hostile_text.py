"""Every text field of the organisers' forms with hostile text: a clear error or harmless text, never a broken page."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from wtforms import StringField

from eventhub.billing.commands import issue
from eventhub.billing.rules import Bill, Billed, Line
from eventhub.blueprints.organisation_forms import MeantForm, MergeForm, OrganisationForm, SpellingForm
from eventhub.blueprints.organiser.attendance_forms import CorrectionForm, RuleForm
from eventhub.blueprints.organiser.badge_forms import OneBadgeForm
from eventhub.blueprints.organiser.delegations import PartnerForm
from eventhub.blueprints.organiser.forms import EventForm, SessionForm
from eventhub.blueprints.organiser.invoice_forms import ChooseIssuerForm, IssuerForm, SettleForm
from eventhub.blueprints.organiser.letter_forms import LetterTextForm, MailingForm
from eventhub.blueprints.organiser.offline import OfflineForm
from eventhub.blueprints.organiser.people_forms import BulkForm, NoteForm, TagForm, ViewForm
from eventhub.blueprints.organiser.phones import PhoneForm
from eventhub.blueprints.organiser.point_forms import DoorForm, NewPointForm, PointForm
from eventhub.blueprints.organiser.question_forms import QuestionForm
from eventhub.blueprints.organiser.small_forms import (
    CancelForm,
    CloneForm,
    CrewForm,
    ReasonForm,
    SectionForm,
    SeriesForm,
    TitleForm,
    VenueForm,
    WhyForm,
)
from eventhub.blueprints.organiser.type_forms import PaidForm, PoolForm, PoolSizeForm, TypeForm
from eventhub.checkin.points import whole_event
from eventhub.core.text import clean_text
from eventhub.db import db, transaction
from eventhub.events.models import Event, Section
from eventhub.partners.commands import add_organisation
from eventhub.registration.forms.editing import add_question
from eventhub.registration.forms.editing import add_section as begin_section
from eventhub.registration.forms.shapes import Content, QuestionKind
from eventhub.registration.models import Registration
from eventhub.registration.types.editing import Counting, add_type
from eventhub.registration.types.pools import add_pool
from eventhub.registration.types.queries import types_of
from eventhub.registration.types.rules import Paying, PoolKind, TypeContent
from eventhub.registration.types.taking import owe
from tests.commands.registration.questions import seal_an_answer
from tests.commands.registration.types import an_issuer
from tests.factories import make_attendee, make_session
from tests.people import csrf
from tests.web.hostile import SOME_VECTORS, VECTORS, Page, faults_of, live, text_fields
from tests.web.organiser.test_events import fields_of
from tests.web.organiser.test_programme import TYPED

OWN = "/organiser/events/own"
QUESTION = {"label_en": "How many?", "stage": "now", "data_class": "R", "audience": "organiser"}


TYPE = {
    "name_en": "Guest",
    "access": "open",
    "paying": "free",
    "currency": "RUB",
    "places_from": "event",
    "least": "1",
    "most": "1",
}


POINT = {"name_en": "Lunch", "kind": "meal", "session": "", "mode": "once", "all_types": "y", "version": "1"}
LATER = "2099-01-01T10:00"
ISSUER = {"prefix": "NEW", "name_en": "A", "address_en": "B", "bank_en": "C"}


def own_type(own: Event, registration: Registration, *, now: datetime) -> str:
    """The registration owes something; the public id of a pool."""
    content = TypeContent(name={"en": "Guest"}, price=100, paying=Paying.ON_SPOT)
    add_type(own, content, Counting(), by="test", now=now)
    owe(registration.id, types_of(own))
    pool = add_pool(own, name={"en": "Hall"}, kind=PoolKind.HOLD, places=1, by="test", now=now)
    return pool.public_id


def own_invoice(own: Event, registration: Registration, *, now: datetime) -> str:
    """The public id of an invoice that somebody has to pay."""
    an_issuer(own, now=now)
    billed = Billed(name="Works", address="1 Street", country="DE", email="bills@example.org")
    line = Line(text="Guest", count=1, price=100)
    about = ("registration", registration.public_id)
    bill = Bill(billed=billed, lines=(line,), currency="RUB", language="en", about=about)
    return issue(own, bill, by="test", now=now).public_id


def own_badge(own: Event, *, now: datetime) -> str:
    """Where somebody's badge is printed."""
    guest = make_attendee(own, now=now)
    assert guest.ticket is not None
    return f"{OWN}/people/{guest.registration.public_id}/tickets/{guest.ticket.number}/badge"


def pages_of(own: Event, *, now: datetime) -> list[Page]:
    """The forms of one event, each once; calling it off comes last."""
    with transaction():
        badge = own_badge(own, now=now)
        section = Section(event_id=own.id, title={"en": "First"}, position=1)
        db.session.add(section)
        asked = Content(kind=QuestionKind.NUMBER, label={"en": "How many?"})
        heading = begin_section(own, title={"en": "Questions"}, by="test", now=now)
        question = add_question(own, section=heading, content=asked, by="test", now=now)
        guest = make_attendee(own, now=now)
        registration, ticket = guest.registration, guest.ticket.number
        session = make_session(own).public_id
        sealed = seal_an_answer(own, heading, registration.id, now=now)
        hall = own_type(own, registration, now=now)
        point = whole_event(own.id).public_id
    with transaction():
        known = add_organisation(name={"en": "Known University"}, country="", by="test", now=now).public_id
        invoice = own_invoice(own, registration, now=now)
    return [
        Page("/organiser/organisations", OrganisationForm, {"country": "DE"}),
        Page(f"/organiser/organisations/{known}", OrganisationForm, {"country": "DE"}),
        Page(f"/organiser/organisations/{known}/spelling", SpellingForm),
        Page(f"/organiser/organisations/{known}/merge", MergeForm),
        Page("/organiser/organisations/typed", MeantForm, {"other": ""}),
        Page(f"{OWN}/edit", EventForm, fields_of(own)),
        Page(f"{OWN}/programme/new", SessionForm, TYPED),
        Page(f"{OWN}/programme/sections", SectionForm, {"title_en": "Track"}),
        Page(f"{OWN}/programme/sections/{section.id}", TitleForm, {"title_en": "Track"}),
        Page(f"{OWN}/form", TitleForm, {"title_en": "Questions"}),
        Page(f"{OWN}/form/questions/{question}", QuestionForm, QUESTION),
        Page(f"{OWN}/delegations", PartnerForm, {"email": "p@example.org", "language": "en", "most": "5"}),
        Page(f"{OWN}/door", DoorForm, {"name_en": "Gate"}),
        Page(f"{OWN}/door/points/new", NewPointForm, POINT),
        Page(f"{OWN}/door/points/{point}", PointForm, POINT),
        Page(f"{OWN}/door/phones", PhoneForm, {"name": "Phone", "profile": "helper", "expires_at": LATER}),
        Page(f"{OWN}/door/offline", OfflineForm, {"unlisted": "admit"}),
        Page(f"{OWN}/attendance", RuleForm),
        Page(f"{OWN}/attendance/{ticket}", CorrectionForm, {"session": session, "word": "attended"}),
        Page(f"{OWN}/crew", CrewForm, {"email": "crew@example.org", "full_name": "Test Crew"}),
        Page(f"{OWN}/venue", VenueForm, {"name_en": "House", "country": "RU"}),
        Page(f"{OWN}/series", SeriesForm, {"title_en": "Series"}),
        Page(f"{OWN}/clone", CloneForm, {"starts_on": "2027-05-01"}),
        Page(f"{OWN}/tickets/new", TypeForm, TYPE),
        Page(
            f"{OWN}/places/new",
            PoolForm,
            {"name_en": "Hall", "kind": "shared", "capacity": "5", "parent": ""},
        ),
        Page(f"{OWN}/places/{hall}", PoolSizeForm, {"name_en": "Hall", "capacity": "5"}),
        Page(f"{OWN}/people/{registration.public_id}/payment", PaidForm, {"method": "cash"}),
        Page("/organiser/issuers/new", IssuerForm, ISSUER),
        Page(f"{OWN}/payments/issuer", ChooseIssuerForm),
        Page(f"{OWN}/payments/{invoice}/paid", SettleForm),
        Page(f"{OWN}/people/views?q=x", ViewForm, {"name": "View"}),
        Page(f"{OWN}/people/{registration.public_id}/tags", TagForm, {"tag": "Tag"}),
        Page(f"{OWN}/people/{registration.public_id}/notes", NoteForm, {"note": "Note"}),
        Page(f"{OWN}/people/bulk?who={registration.public_id}", BulkForm, {"key": "k", "action": "add_tag"}),
        Page(badge, OneBadgeForm, {"key": "k", "layout": "label", "words": ""}),
        Page(f"{OWN}/people/{registration.public_id}/cancel", ReasonForm, {"reason": "Double"}),
        Page(f"{OWN}/people/{registration.public_id}/answers/{sealed}/open", WhyForm, shows_at_once=True),
        Page(f"{OWN}/letters/texts/reminder", LetterTextForm, {"place_en": "added", "place_ru": "instead"}),
        Page(f"{OWN}/letters/mailings/new", MailingForm, {"states": ["confirmed"]}),
        Page(f"{OWN}/cancel", CancelForm, {"reason_en": "Storm"}),
    ]


def test_the_reader_finds_what_would_run() -> None:
    page = '<p onclick="x">&lt;script&gt;</p><script>x</script><img src="//evil"><a href="javascript:x">'

    assert live(page) == ["<p onclick>", "<script script>", "<img img>", "<a javascript:x>"]
    assert live('<script src="/static/dist/app.js"></script><input value="javascript:x">') == []


def test_the_enumeration_finds_text_fields() -> None:
    assert "title_en" in text_fields(EventForm)
    assert issubclass(EventForm.title_en.field_class, StringField)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_is_refused_beside_its_field_or_harmless(
    office: FlaskClient, own: Event, now: datetime, vector: dict[str, str]
) -> None:
    pages = pages_of(own, now=now)

    assert [fault for page in pages for fault in faults_of(office, page, vector["text"])] == []


@pytest.mark.parametrize("vector", SOME_VECTORS, ids=lambda vector: vector["name"])
def test_choices_numbers_and_times_refuse_hostile_text_beside_their_field(
    office: FlaskClient, own: Event, now: datetime, vector: dict[str, str]
) -> None:
    for page in pages_of(own, now=now):
        assert faults_of(office, page, vector["text"], fields=text_fields(page.form)) == []


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hostile_text_that_is_stored_is_clean_and_shown_harmlessly(
    organiser: FlaskClient, own: Event, vector: dict[str, str]
) -> None:
    token, text = csrf(organiser), vector["text"]
    db.session.rollback()
    typed = {**fields_of(own), "title_ru": text[:150], "description_en": text, "host_en": text[:150]}

    answer = organiser.post(f"{OWN}/edit", data=typed, headers=token)

    db.session.refresh(own)
    assert answer.status_code in (302, 422)
    stored = [text for texts in (own.title, own.description, own.host) for text in texts.values()]
    assert stored == [clean_text(text) for text in stored]
    shown = organiser.get(f"{OWN}?lang=ru")
    assert (shown.status_code, live(shown.text)) == (200, [])
