"""The kinds of events in words."""

from __future__ import annotations

from dataclasses import dataclass

from eventhub.core.text import N_
from eventhub.events.rules import Format, Kind, SessionKind


@dataclass(frozen=True, kw_only=True)
class KindWords:
    """One of a kind, many of it, what a visitor finds there, and its icon."""

    one: str
    many: str
    promise: str
    icon: str


KIND_WORDS = {
    Kind.SEMINAR: KindWords(
        one=N_("Seminar"),
        many=N_("Seminars"),
        promise=N_(
            "One talk, one discussion: research groups of the university and its partners present their work."
        ),
        icon="presentation",
    ),
    Kind.CONFERENCE: KindWords(
        one=N_("Conference"),
        many=N_("Conferences"),
        promise=N_("Several days, several tracks: results from partner universities and industry."),
        icon="mic",
    ),
    Kind.WEEK_OF_SCIENCE: KindWords(
        one=N_("Week of Science"),
        many=N_("Week of Science"),
        promise=N_(
            "The student conference of all institutes: sections, plenary lectures and open laboratories."
        ),
        icon="flask-conical",
    ),
    Kind.FABLAB_PICNIK: KindWords(
        one=N_("FabLabPicnik"),
        many=N_("FabLabPicnik"),
        promise=N_("A festival of makers under the open sky: stands to touch, workshops for all ages."),
        icon="wrench",
    ),
    Kind.SUMMER_SCHOOL: KindWords(
        one=N_("Summer school"),
        many=N_("Summer schools"),
        promise=N_("Two or three weeks of courses, laboratories and company visits."),
        icon="sun",
    ),
    Kind.WINTER_SCHOOL: KindWords(
        one=N_("Winter school"),
        many=N_("Winter schools"),
        promise=N_("Short intensive courses and a winter city."),
        icon="snowflake",
    ),
}

FORMAT_WORDS = {
    Format.ON_SITE: N_("On site"),
    Format.ONLINE: N_("Online"),
    Format.HYBRID: N_("On site and online"),
}

SESSION_WORDS = {
    SessionKind.PLENARY: N_("Plenary"),
    SessionKind.TALK: N_("Talk"),
    SessionKind.LECTURE: N_("Lecture"),
    SessionKind.WORKSHOP: N_("Workshop"),
    SessionKind.MODULE: N_("Module"),
    SessionKind.STAND: N_("Stand"),
    SessionKind.SECTION: N_("Section session"),
    SessionKind.SOCIAL: N_("Social programme"),
}
