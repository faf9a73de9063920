"""How many places people of one network may ask for before they confirm, and how often one mailbox is written to.

Why it is counted so: docs/adr/0011.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import CompoundSelect, Integer, Select, bindparam, exists, func, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from eventhub.core.errors import TooMany
from eventhub.core.names import email_key
from eventhub.core.text import N_
from eventhub.db import connection, db
from eventhub.events.models import CapacityPool, Event, PoolAbove, Session
from eventhub.registration.choosing import MOST_SESSIONS
from eventhub.registration.forms.answering import Typed
from eventhub.registration.forms.each import question_in
from eventhub.registration.forms.models import OptionPool, QuestionRow
from eventhub.registration.forms.shapes import PEOPLE
from eventhub.registration.models import Place, Registration
from eventhub.registration.rules import HOLD, RegistrationState
from eventhub.registration.types.models import TicketType
from eventhub.registration.types.rules import Access, OfferedType, code_matches
from eventhub.throttle import Limit, Tries, count_tries, count_try, key_of, network_of, take_back

# A lecture hall behind one address registers within ten minutes; letters may be minutes late.
MOST_UNCONFIRMED = 150
HELD = "registration-held"
NOTHING_TYPED: Typed = {}
_PUBLIC_ID = re.compile(r"[\w-]{1,40}", re.ASCII)


class TooManyUnconfirmed(TooMany):
    sentence = N_(
        "Many registrations from your network are not confirmed yet. "
        "Follow the links in the letters, or try again in %(minutes)d min."
    )


class TooManyForms(TooMany):
    sentence = N_(
        "Very many registrations came from your network within the hour. Try again in %(minutes)d min."
    )


class TooManyLetters(TooMany):
    sentence = N_(
        "This e-mail address was entered very often within the hour. "
        "Look for our letters, also among the spam, or try again in %(minutes)d min."
    )


LETTERS_TO_A_MAILBOX = Limit(
    name="registration-mailbox", tries=10, window=timedelta(hours=1), refusal=TooManyLetters
)
# More than a campus needs; whoever sends known addresses only, and so holds nothing, still ends here.
FORMS_OF_A_NETWORK = Limit(
    name="registration-caller", tries=600, window=timedelta(hours=1), refusal=TooManyForms
)


class TooManyGuesses(TooMany):
    sentence = N_(
        "Very many invitation codes were tried from your network within the hour. Try again in %(minutes)d min."
    )


# Whoever was given a code types it right at the second try; right ones count for nothing.
GUESSES_OF_A_NETWORK = Limit(
    name="registration-code", tries=30, window=timedelta(hours=1), refusal=TooManyGuesses
)


def weigh_code(types: Sequence[OfferedType], code: str, *, address: str, now: datetime) -> None:
    """Count an invitation code that leads to none of these types. Raises TooManyGuesses, then for right ones too: else
    the refusal would tell which are wrong."""
    if not code or not any(one.content.access is Access.CODE for one in types):
        return
    network = network_of(address)
    count_try(GUESSES_OF_A_NETWORK, network, now=now)
    if any(code_matches(one, code) for one in types):
        take_back(GUESSES_OF_A_NETWORK, network, now=now)


def count_submission(
    *,
    email: str,
    address: str,
    slug: str,
    sessions: Iterable[str],
    typed: Typed = NOTHING_TYPED,
    ticket_types: Iterable[str] = (),
    now: datetime,
) -> None:
    """Count a form before it is carried out, in the same transaction: what is refused later counts for nothing.

    `typed` answers the event's own questions, whose options may be limited too.
    Raises TooManyForms, TooManyLetters and TooManyUnconfirmed, for known and unknown addresses alike.
    """
    network = network_of(address)
    # Its row stays ours until the end: of two from one network the second sees what the first one holds.
    count_tries([(FORMS_OF_A_NETWORK, network), (LETTERS_TO_A_MAILBOX, email_key(email))], now=now)
    note_hold(network, slug=slug, sessions=sessions, typed=typed, ticket_types=ticket_types, now=now)


def note_hold(
    network: str,
    *,
    slug: str,
    sessions: Iterable[str],
    typed: Typed = NOTHING_TYPED,
    ticket_types: Iterable[str] = (),
    now: datetime,
) -> None:
    """Note that somebody of this network is about to hold places until now + HOLD, if that is still allowed.

    Raises TooManyUnconfirmed. Only exact for one at a time of a network.
    """
    values = {
        "network": key_of(HELD, network),
        "until": now + HOLD,
        "now": now,
        "slug": slug,
        "asked": _readable(sessions),
        "types": _readable(ticket_types),
        "questions": _readable(dict.fromkeys(map(question_in, typed))),
        "options": [PEOPLE, *_readable(dict.fromkeys(key for keys in typed.values() for key in keys))],
    }
    if connection().execute(_note(db.engine.dialect.name), values).scalar_one_or_none() is None:
        raise TooManyUnconfirmed(retry_after=_seconds_until_one_ends(values["network"], now))


def _readable(names: Iterable[str]) -> list[str]:
    """Those that can name something: anything else is refused later, and a NUL in a text is an error to PostgreSQL."""
    return [one for one in names if _PUBLIC_ID.fullmatch(one)][:MOST_SESSIONS]


def _seconds_until_one_ends(network: object, now: datetime) -> int:
    first = connection().execute(_FIRST_TO_END, {"network": network, "now": now}).scalar_one_or_none()
    return int(((first or now) - now).total_seconds()) + 1


# A note counts while a registration waits that is held until that very moment: once it is confirmed, cancelled or
# over, nothing has to be given back, and no address has to be kept beside it.
_NETWORK = bindparam("network", type_=Tries.key.type)
_UNTIL = bindparam("until", type_=Tries.window_starts_at.type)
_HOLDS = (
    Tries.key == _NETWORK,
    Tries.window_starts_at > bindparam("now"),
    Registration.state == RegistrationState.PENDING,
    Registration.held_until == Tries.window_starts_at,
)
_FIRST_TO_END = select(func.min(Registration.held_until)).where(*_HOLDS)


@cache
def _note(dialect_name: str) -> ReturningInsert[*tuple[int]]:
    """One statement: the note is written only while the network holds little of all, and of each pool it asks for."""
    held = select(func.count(Registration.id)).where(*_HOLDS).scalar_subquery()
    allowed = select(_NETWORK, _UNTIL, literal(1, Integer)).where(
        held < MOST_UNCONFIRMED, ~exists(_half_held())
    )
    new = sqlite.insert(Tries) if dialect_name == "sqlite" else postgresql.insert(Tries)
    return (
        new.from_select(["key", "window_starts_at", "count"], allowed)
        .on_conflict_do_update(
            index_elements=[Tries.key, Tries.window_starts_at], set_={"count": Tries.count + 1}
        )
        .returning(Tries.count)
    )


def _half_held() -> Select[*tuple[int]]:
    """The pools that are asked for and of which the network holds half already."""
    asked: CompoundSelect[*tuple[int | None]] = union_all(
        select(Event.pool_id).where(Event.slug == bindparam("slug")),
        select(Session.pool_id)
        .join(Event)
        .where(Event.slug == bindparam("slug"), Session.public_id.in_(bindparam("asked", expanding=True))),
        select(PoolAbove.pool_id)
        .join(Session)
        .join(Event)
        .where(Event.slug == bindparam("slug"), Session.public_id.in_(bindparam("asked", expanding=True))),
        select(OptionPool.pool_id)
        .join(QuestionRow, QuestionRow.id == OptionPool.question_id)
        .where(
            QuestionRow.public_id.in_(bindparam("questions", expanding=True)),
            OptionPool.key.in_(bindparam("options", expanding=True)),
        ),
        select(TicketType.pool_id)
        .join(Event)
        .where(Event.slug == bindparam("slug"), TicketType.public_id.in_(bindparam("types", expanding=True))),
    )
    return (
        select(CapacityPool.id)
        .join(Place, Place.pool_id == CapacityPool.id)
        .where(Place.registration_id.in_(select(Registration.id).where(*_HOLDS)), CapacityPool.id.in_(asked))
        .group_by(CapacityPool.id, CapacityPool.capacity)
        .having(func.sum(Place.count) * 2 >= CapacityPool.capacity)
    )
