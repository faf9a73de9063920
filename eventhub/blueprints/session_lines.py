"""Waiting for full sessions by the registration's link: the wishes in their order, and the answer to an offer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import SelectField

from eventhub.core import clock, moments
from eventhub.core.errors import NotFound, Refusal
from eventhub.core.text import Localised, localised
from eventhub.events.models import Event, Session
from eventhub.registration.letters import MANAGE, manage_path
from eventhub.registration.models import Registration
from eventhub.registration.parties.queries import Member, find_party, list_members
from eventhub.registration.parties.rules import PartyKind
from eventhub.registration.queries import get_by_link
from eventhub.registration.rules import RegistrationState
from eventhub.registration.session_lines.commands import accept_seat, clashing, decline_seat, wish_for
from eventhub.registration.session_lines.for_parties import seats_lost
from eventhub.registration.session_lines.letters import SEAT, seat_path
from eventhub.registration.session_lines.models import SessionWish
from eventhub.registration.session_lines.offering import list_in_line
from eventhub.registration.session_lines.queries import (
    SeatStanding,
    count_lines,
    find_wish,
    list_full,
    list_standings,
)
from eventhub.registration.session_lines.rules import (
    MOST_WISHES,
    WishState,
    exclude_each_other,
)
from eventhub.web.forms import PageForm, Ticks, offered
from eventhub.web.headers import private
from eventhub.web.i18n import language
from eventhub.web.wording import mini, when

pages = Blueprint("session_lines", __name__)
pages.before_request(private)

ANSWERS = {"yes": accept_seat, "no": decline_seat}
PREFIX, WHO = "wish-", "who-"
Waiting = Mapping[int, Collection[int]]  # ids of attendees, by the id of a session
NO_WISHES: Waiting = {}


class WishForm(PageForm):
    """Which sessions somebody waits for, in which order: a select for each."""

    def wanted(self) -> list[str]:
        """Their public ids, the dearest first; of two with one rank the earlier session."""
        ranks = [(int(one.data), one.name.removeprefix(PREFIX)) for one in self.ranks() if one.data]
        return [public_id for _rank, public_id in sorted(ranks, key=lambda pair: pair[0])]

    def ranks(self) -> list[Any]:
        return [one for one in self if one.name.startswith(PREFIX)]

    def people_of(self, rank: Any) -> Any:
        """The ticks beside this select which say who of a family waits; None for who comes alone."""
        return self._fields.get(WHO + rank.name.removeprefix(PREFIX))

    def who(self) -> dict[str, list[str]]:
        """Numbers of tickets, by the public id of the session."""
        ticks = [one for one in self if one.name.startswith(WHO)]
        return {one.name.removeprefix(WHO): list(one.data or ()) for one in ticks}

    def lay(self, refusal: Refusal) -> bool:
        """Ages are wrong for one session, but a refusal knows only the child: it stands above the form."""
        if (refusal.field or "").startswith("children-"):
            refusal.field = None
        return super().lay(refusal)


def make_form(
    sessions: Sequence[tuple[Session, str, str]], family: Sequence[Member] = (), waiting: Waiting = NO_WISHES
) -> WishForm:
    """A form with these sessions, each with its rank and what is said of it; a `family` says for each who waits."""
    fields = {
        PREFIX + session.public_id: SelectField(
            localised(session.title, language()), default=rank, description=hint
        )
        for session, rank, hint in sessions
    }
    for session, _rank_now, _said in sessions if family else ():
        fields[WHO + session.public_id] = _ticks(session, family, waiting.get(session.id, ()))
    made: WishForm = type("WishesForm", (WishForm,), fields)()
    many = min(len(sessions), MOST_WISHES)
    wishes = [(str(number), _("Wish %(number)s", number=number)) for number in range(1, many + 1)]
    for one in made.ranks():
        one.choices = [("", _("I don't wait for it")), *wishes]
    return made


def _ticks(session: Session, family: Sequence[Member], waiting: Collection[int]) -> Any:
    """Those of the family who are not in the session yet, all or those who wait already ticked."""
    others = [one for one in family if session not in one.sessions and one.attendee.ticket is not None]
    numbers = {one.attendee.id: one.attendee.ticket.number for one in others if one.attendee.ticket}
    return Ticks(
        _("Who waits for “%(title)s”", title=localised(session.title, language())),
        choices=offered((numbers[one.attendee.id], one.attendee.full_name) for one in others),
        default=[number for person, number in numbers.items() if not waiting or person in waiting],
        validate_choice=False,
    )


@pages.get("/registrations/<public_id>/<secret>/wait")
def wishes(public_id: str, secret: str) -> ResponseReturnValue:
    registration = get_by_link(public_id, secret, purpose=MANAGE)
    return _wishes_page(registration, _form_of(registration), status=200)


@pages.post("/registrations/<public_id>/<secret>/wait")
def store_wishes(public_id: str, secret: str) -> ResponseReturnValue:
    now = clock.now()
    form = _form_of(get_by_link(public_id, secret, purpose=MANAGE))

    def deed() -> None:
        registration = get_by_link(public_id, secret, purpose=MANAGE)
        wish_for(registration, form.wanted(), who=form.who(), now=now)

    if form.validate() and form.carry_out(deed):
        flash(_("Your wishes are stored. As soon as a place is free for you, we write to you."), "ok")
        return redirect(url_for("registrations.show", public_id=public_id, secret=secret))
    return _wishes_page(get_by_link(public_id, secret, purpose=MANAGE), form, status=form.status)


def _form_of(registration: Registration) -> WishForm:
    """The sessions that are waited for, and those in which nothing is free; an offer is answered elsewhere."""
    now = clock.now()
    standings = {one.wish.session_id: one for one in list_standings(registration, now=now)}
    full = list_full(registration, now=now) if _takes_part(registration) else []
    known = {session.id: session for session in full}
    known |= {one.wish.session_id: one.wish.session for one in standings.values()}
    lines = count_lines(registration.event_id)
    ordered = sorted(known.values(), key=lambda one: (one.starts_at, one.position, one.id))
    rows = [
        (session, _rank(standings, session), _hint(registration.event, session, lines.get(session.id, 0)))
        for session in ordered
    ]
    waiting = {number: one.wish.people for number, one in standings.items()}
    return make_form(rows, _family_of(registration), waiting)


def _family_of(registration: Registration) -> Sequence[Member]:
    """A group waits whole, so only of a family it is asked who."""
    party = find_party(registration)
    is_family = party is not None and party.kind is PartyKind.FAMILY
    return list_members(registration) if is_family else ()


def _rank(standings: dict[int, SeatStanding], session: Session) -> str:
    """Ranks are said without gaps, however the wishes between them ended."""
    ranks = {number: str(place) for place, number in enumerate(standings, 1)}
    return ranks.get(session.id, "")


def _hint(event: Event, session: Session, waiting: int) -> str:
    day = moments.day(session.starts_at, event.timezone, language())
    hours = moments.hours(session.starts_at, session.ends_at, event.timezone)
    many = ngettext("%(num)s waits", "%(num)s wait", waiting) if waiting else _("nobody waits yet")
    return f"{day}, {hours}; {many}"


def _wishes_page(registration: Registration, form: WishForm, *, status: int) -> ResponseReturnValue:
    page = render_template(
        "registrations/wishes.html",
        registration=registration,
        form=form,
        rows=wish_rows(registration),
        back=manage_path(registration),
        can_wait=_takes_part(registration),
        **_facts(registration.event),
    )
    return page, status


def _takes_part(registration: Registration) -> bool:
    event = registration.event
    is_on = registration.state is RegistrationState.CONFIRMED and event.cancelled_at is None
    return is_on and clock.now() < event.ends_at


def waits_for_more(registration: Registration) -> bool:
    """Whether there is a full session to wait for."""
    return _takes_part(registration) and bool(list_full(registration, now=clock.now()))


def wish_rows(registration: Registration) -> list[dict[str, Any]]:
    """Each wish with where one stands and why it is not one's turn, or with the way to the answer."""
    if not _takes_part(registration):
        return []
    return [_row(registration, one) for one in list_standings(registration, now=clock.now())]


def _row(registration: Registration, standing: SeatStanding) -> dict[str, Any]:
    wish = standing.wish
    is_offered = wish.state is WishState.OFFERED
    return {
        "title": localised(wish.session.title, language()),
        "until": wish.offered_until,
        "answer": seat_path(registration, wish.session.public_id) if is_offered else "",
        "text": "" if is_offered else _where(standing),
    }


def _where(standing: SeatStanding) -> str:
    """Position, how many are before, and what is free."""
    place = _("Number %(position)s of %(all)s in line.", position=standing.position, all=standing.length)
    if standing.left > 0 or (standing.position == 1 and standing.wish.size > 1):
        why = _("Free places: %(left)s. You need: %(size)s.", left=standing.left, size=standing.wish.size)
    elif standing.position == 1:
        why = _("No place is free at the moment; the next one is yours.")
    else:
        ahead = standing.position - 1
        why = ngettext(
            "No place is free at the moment, and %(num)s person came before you.",
            "No place is free at the moment, and %(num)s people came before you.",
            ahead,
        )
    return f"{place} {why}"


@pages.get("/registrations/<public_id>/sessions/<secret>/<session_id>")
def ask_about_seat(public_id: str, secret: str, session_id: str) -> ResponseReturnValue:
    """Mail scanners follow links, so only the buttons answer."""
    registration = get_by_link(public_id, secret, purpose=SEAT)
    return _seat_page(registration, session_id, PageForm(), status=200)


@pages.post("/registrations/<public_id>/sessions/<secret>/<session_id>")
def answer_seat(public_id: str, secret: str, session_id: str) -> ResponseReturnValue:
    form, now = PageForm(), clock.now()
    answer = request.form.get("answer", "")
    deed = ANSWERS.get(answer)
    if deed is not None and form.carry_out(
        lambda: deed(get_by_link(public_id, secret, purpose=SEAT), session_id, now=now)
    ):
        flash(_SAID[answer](), "ok")
        return redirect(manage_path(get_by_link(public_id, secret, purpose=SEAT)))
    return _seat_page(get_by_link(public_id, secret, purpose=SEAT), session_id, form, status=form.status)


_SAID = {
    "yes": lambda: _("The place is yours. A letter with your sessions is on its way."),
    "no": lambda: _("The place goes to the next person. Thank you for telling us."),
}


def _seat_page(
    registration: Registration, session_id: str, form: PageForm, *, status: int
) -> ResponseReturnValue:
    wish = find_wish(registration, session_id)
    if wish is None:
        raise NotFound()
    event, session, until = registration.event, wish.session, wish.offered_until
    is_open = wish.state is WishState.OFFERED and until is not None and until > clock.now()
    page = render_template(
        "registrations/seat.html",
        form=form,
        session=session,
        hours=moments.hours(session.starts_at, session.ends_at, event.timezone),
        until=until,
        is_open=is_open and _takes_part(registration),
        is_taken=wish.state is WishState.ACCEPTED,
        gives_up=_given_up(wish),
        ends=[
            one.session.title
            for one in list_in_line(registration)
            if one.rank > wish.rank
            and exclude_each_other(one.session, session)
            and (not wish.people or set(wish.people) & set(one.people))
        ],
        people=[one.full_name for one in registration.attendees if one.id in wish.people],
        says_no=request.args.get("answer") == "no",
        back=manage_path(registration),
        **_facts(event),
    )
    return page, status


def _given_up(wish: SessionWish) -> list[Localised]:
    """Titles of what is at the same time."""
    if wish.people:
        lost = {session.id: session.title for _person, session in seats_lost(wish)}
        return list(lost.values())
    return [one.session.title for one in clashing(wish.registration, wish.session)]


def _facts(event: Event) -> dict[str, Any]:
    return {"event": event, "card": mini(event), "when": when(event)}
