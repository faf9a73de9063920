"""The forms of the organisers' pages, and how they become plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, IntegerField, SelectField, StringField, ValidationError
from wtforms.validators import Email, InputRequired, NumberRange, Optional

from eventhub.blueprints.organiser import words
from eventhub.blueprints.organiser.fields import (
    LONGEST_ADDRESS,
    check_web_address,
    check_zone,
    choices_of,
    in_both,
    line,
    lines,
    moment_of,
    spread,
    wall_clock_field,
)
from eventhub.core.text import N_, localised
from eventhub.core.zones import wall_clock
from eventhub.events.kinds import FORMAT_WORDS, SESSION_WORDS
from eventhub.events.models import Event, Series, Venue
from eventhub.events.plans import EventPlan, SessionPlan, SpeakerPlan
from eventhub.events.rules import Format, SessionKind
from eventhub.events.sections import outline
from eventhub.events.topics import TOPICS
from eventhub.registration.types.models import NamedPool
from eventhub.web.forms import PageForm, Ticks, one_line
from eventhub.web.i18n import language
from eventhub.web.wording import language_name

TEXTS = ("title", "summary", "description", "host", "price_note")
MOMENTS = ("starts_at", "ends_at", "opens_at", "closes_at", "names_until")
# Whether a session has a line of its own, by the word in its form.
HAS_LINE: dict[str, bool | None] = {"": None, "on": True, "off": False}
PLACES = ("capacity", "has_waiting_list", "offer_hours", "needs_approval")
PARTIES = ("takes_families", "children_per_adult", "takes_school_groups", "largest_group")
AGES = ("age_min", "age_max", "adult_required")
MOST_PLACES = 100_000
MOST_SPEAKERS = 30
LONGEST_NAME = 80


def places() -> IntegerField:
    """A number of places; empty: they are not counted."""
    in_range = NumberRange(1, MOST_PLACES, lazy_gettext(N_("Enter a number from 1 to 100,000.")))
    return IntegerField(lazy_gettext(N_("Places")), validators=[Optional(), in_range])


def _whole_number(label: str, most: int, *, default: int) -> IntegerField:
    """A number of people that has to be told."""
    in_range = NumberRange(1, most, lazy_gettext(N_("Enter a number from %(min)d to %(max)d.")))
    needed = InputRequired(lazy_gettext(N_("Enter a number.")))
    return IntegerField(lazy_gettext(label), default=default, validators=[needed, in_range])


def _age(label: str) -> IntegerField:
    """Years; empty sets no limit."""
    in_range = NumberRange(0, 99, lazy_gettext(N_("Enter a number from %(min)d to %(max)d.")))
    return IntegerField(lazy_gettext(label), validators=[Optional(), in_range])


class EventForm(PageForm):
    """Everything about an event that its organiser may change."""

    title_en = line(N_("Title in English"), 150)
    title_ru = line(N_("Title in Russian"), 150)
    summary_en = line(N_("Summary in English"), 300)
    summary_ru = line(N_("Summary in Russian"), 300)
    description_en = lines(N_("Description in English"), 20_000)
    description_ru = lines(N_("Description in Russian"), 20_000)
    host_en = line(N_("Host in English"), 150)
    host_ru = line(N_("Host in Russian"), 150)
    contact_email = line(
        N_("Contact e-mail"), 254,
        validators=[Optional(), Email(lazy_gettext(N_("Enter an e-mail address like name@example.org.")))],
    )  # fmt: skip
    topics = Ticks(lazy_gettext(N_("Topics")))
    languages = Ticks(
        lazy_gettext(N_("Languages of the event")),
        validators=[InputRequired(lazy_gettext(N_("Choose at least one language.")))],
    )
    format = SelectField(lazy_gettext(N_("Format")))
    timezone = StringField(
        lazy_gettext(N_("Time zone")), filters=[one_line],
        validators=[InputRequired(lazy_gettext(N_("Enter a time zone like Europe/Moscow."))), check_zone],
    )  # fmt: skip
    starts_at = wall_clock_field(N_("Starts"))
    ends_at = wall_clock_field(N_("Ends"))
    venue = SelectField(lazy_gettext(N_("Venue")))
    online_link = line(N_("Online link"), LONGEST_ADDRESS, validators=[check_web_address])
    accent = SelectField(lazy_gettext(N_("Colour")))
    is_free = BooleanField(lazy_gettext(N_("Taking part is free")))
    price_note_en = line(N_("Price in English"), 150)
    price_note_ru = line(N_("Price in Russian"), 150)
    series = SelectField(lazy_gettext(N_("Series")))
    opens_at = wall_clock_field(N_("Registration opens"), required=False)
    closes_at = wall_clock_field(N_("Registration closes"), required=False)
    names_until = wall_clock_field(N_("Names may be changed until"), required=False)
    capacity = IntegerField(
        lazy_gettext(N_("Places")),
        validators=[
            Optional(),
            NumberRange(1, MOST_PLACES, lazy_gettext(N_("Enter a number from 1 to 100,000."))),
        ],
    )

    has_waiting_list = BooleanField(lazy_gettext(N_("When all places are taken, people may stand in line")))
    offer_hours = IntegerField(
        lazy_gettext(N_("Hours to answer an offer")),
        default=24,
        validators=[
            InputRequired(lazy_gettext(N_("Enter a number of hours."))),
            NumberRange(1, 720, lazy_gettext(N_("Enter a number from 1 to 720."))),
        ],
    )
    needs_approval = BooleanField(lazy_gettext(N_("You approve each registration")))
    takes_families = BooleanField(lazy_gettext(N_("Families may register together")))
    children_per_adult = _whole_number(N_("Children for one adult"), 20, default=3)
    takes_school_groups = BooleanField(lazy_gettext(N_("School groups may register together")))
    largest_group = _whole_number(N_("Pupils in one group"), 500, default=40)

    def offer(self, *, venues: list[Venue] | Any, series: list[Series] | Any) -> EventForm:
        """Fill the selects; languages and topics that the event has already stay to be chosen."""
        self.format.choices = choices_of(FORMAT_WORDS)
        self.accent.choices = choices_of(words.ACCENTS)
        self.topics.choices = choices_of(TOPICS)
        self.languages.choices = _languages()
        self.venue.choices = [("", _("None")), *((str(one.id), _venue_line(one)) for one in venues)]
        self.series.choices = [("", _("None")), *((str(one.id), _in_words(one.title)) for one in series)]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Fields first, then the times by the clocks of the zone."""
        is_fine = super().validate(extra_validators)
        zone = "UTC" if self.timezone.errors else str(self.timezone.data)
        self.moments = {name: moment_of(self[name], zone) for name in MOMENTS}
        return is_fine and not self.errors

    def to_plan(self) -> EventPlan:
        """What was typed, after it was found in order."""
        typed: dict[str, Any] = {**self.data, **self.moments}
        texts: dict[str, Any] = {name: in_both(self, name) for name in TEXTS}
        as_typed = ("contact_email", "timezone", "accent", "is_free", *PLACES, *PARTIES, *self.moments)
        return EventPlan(
            **texts,
            **{name: typed[name] for name in as_typed},
            topics=tuple(typed["topics"]),
            languages=tuple(typed["languages"]),
            format=Format(typed["format"]),
            venue_id=_number(typed["venue"]),
            online_link=typed["online_link"] or None,
            series_id=_number(typed["series"]),
        )


def typed_event(plan: EventPlan) -> dict[str, Any]:
    """A plan as an EventForm shows it."""
    moments = {name: getattr(plan, name) for name in MOMENTS}
    return {
        **spread(TEXTS, plan),
        **{name: moment and wall_clock(moment, plan.timezone) for name, moment in moments.items()},
        "contact_email": plan.contact_email,
        "topics": list(plan.topics),
        "languages": list(plan.languages),
        "format": plan.format.value,
        "timezone": plan.timezone,
        "venue": str(plan.venue_id or ""),
        "online_link": plan.online_link or "",
        "accent": plan.accent,
        "is_free": plan.is_free,
        "series": str(plan.series_id or ""),
        **{name: getattr(plan, name) for name in (*PLACES, *PARTIES)},
    }


class SessionForm(PageForm):
    """A line of the programme. Times are by the clocks of the event."""

    kind = SelectField(lazy_gettext(N_("Kind")))
    title_en = line(N_("Title in English"), 200)
    title_ru = line(N_("Title in Russian"), 200)
    summary_en = lines(N_("Text in English"), 3000)
    summary_ru = lines(N_("Text in Russian"), 3000)
    language = SelectField(lazy_gettext(N_("Language")))
    starts_at = wall_clock_field(N_("Starts"))
    ends_at = wall_clock_field(N_("Ends"))
    room = SelectField(lazy_gettext(N_("Room")))
    section = SelectField(lazy_gettext(N_("Section")))
    speakers = lines(N_("Speakers"), 10_000)
    is_bookable = BooleanField(lazy_gettext(N_("Participants choose it when they register")))
    capacity = IntegerField(
        lazy_gettext(N_("Places")),
        validators=[
            Optional(),
            NumberRange(1, MOST_PLACES, lazy_gettext(N_("Enter a number from 1 to 100,000."))),
        ],
    )
    pool = SelectField(lazy_gettext(N_("Places from")), default="")
    waiting_list = SelectField(lazy_gettext(N_("Waiting list")))

    age_min = _age(N_("Youngest age"))
    age_max = _age(N_("Oldest age"))
    adult_required = BooleanField(lazy_gettext(N_("Children take part with an adult")))

    def offer(self, event: Event, pools: Sequence[NamedPool] = ()) -> SessionForm:
        """Fill the selects with what this event has; `pools` are those that sessions may share."""
        named = [(one.public_id, _in_words(one.name)) for one in pools]
        self.pool.choices = [("", _("The number above")), *named]
        self.zone = event.timezone
        self.kind.choices = choices_of(SESSION_WORDS)
        self.waiting_list.choices = [("", _("As the event")), ("on", _("On")), ("off", _("Off"))]
        self.language.choices = _languages()
        rooms = event.venue.rooms if event.venue else []
        self.room.choices = [("", _("None")), *((str(one.id), _in_words(one.name)) for one in rooms)]
        sections = [(str(one.id), "– " * depth + _in_words(one.title)) for one, depth in outline(event)]
        self.section.choices = [("", _("None")), *sections]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Fields first, then the times, and who speaks."""
        is_fine = super().validate(extra_validators)
        self.moments = {name: moment_of(self[name], self.zone) for name in ("starts_at", "ends_at")}
        return is_fine and not self.errors

    def validate_speakers(self, field: Any) -> None:
        """WTForms calls it by its name."""
        people = _speakers(field.data or "")
        if len(people) > MOST_SPEAKERS:
            raise ValidationError(_("Enter at most 30 speakers."))
        if any(len(one.full_name) > LONGEST_NAME or len(one.affiliation) > 150 for one in people):
            raise ValidationError(_("A name has at most 80 characters, an organisation 150."))

    def to_plan(self) -> SessionPlan:
        """What was typed, after it was found in order."""
        typed: dict[str, Any] = {**self.data, **self.moments}
        return SessionPlan(
            kind=SessionKind(typed["kind"]),
            title=in_both(self, "title"),
            summary=in_both(self, "summary"),
            language=typed["language"],
            starts_at=typed["starts_at"],
            ends_at=typed["ends_at"],
            room_id=_number(typed["room"]),
            section_id=_number(typed["section"]),
            is_bookable=typed["is_bookable"],
            capacity=typed["capacity"] if typed["is_bookable"] else None,
            has_waiting_list=HAS_LINE[typed["waiting_list"]],
            speakers=_speakers(typed["speakers"]),
            **{name: typed[name] for name in AGES},
        )


def typed_session(plan: SessionPlan, zone: str) -> dict[str, Any]:
    """A plan as a SessionForm shows it."""
    return {
        **spread(("title", "summary"), plan),
        "kind": plan.kind.value,
        "language": plan.language,
        "starts_at": wall_clock(plan.starts_at, zone),
        "ends_at": wall_clock(plan.ends_at, zone),
        "room": str(plan.room_id or ""),
        "section": str(plan.section_id or ""),
        "is_bookable": plan.is_bookable,
        "capacity": plan.capacity,
        "waiting_list": next(
            word for word, has_line in HAS_LINE.items() if has_line is plan.has_waiting_list
        ),
        **{name: getattr(plan, name) for name in AGES},
        "speakers": "\n".join(
            "; ".join(part for part in (one.full_name, one.affiliation) if part) for one in plan.speakers
        ),
    }


def _speakers(text: str) -> tuple[SpeakerPlan, ...]:
    """One speaker a line: name; organisation."""
    pairs = (one.partition(";") for one in text.splitlines())
    people = ((one_line(name), one_line(organisation)) for name, _sign, organisation in pairs)
    return tuple(
        SpeakerPlan(full_name=name, affiliation=organisation) for name, organisation in people if name
    )


def _number(chosen: str) -> int | None:
    return int(chosen) if chosen else None


def _languages() -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code in words.LANGUAGES]


def _venue_line(venue: Venue) -> str:
    return ", ".join(text for text in (_in_words(venue.name), _in_words(venue.city)) if text)


def _in_words(texts: dict[str, str]) -> str:
    return localised(texts, language())
