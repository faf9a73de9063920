"""Signing in and out: by a letter's link or code, or by a password; each opens a sign-in of its own."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow

from sqlalchemy import ColumnElement, case, delete, literal, null, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventhub import audit
from eventhub.accounts import letters
from eventhub.accounts.limits import count_code, count_letter
from eventhub.accounts.models import SignIn, SignInRequest, User
from eventhub.accounts.queries import find_asked, get_user, is_open
from eventhub.accounts.rules import (
    CODE_DIGITS,
    CODE_LIVES,
    GUEST_LONGEST,
    SEEN_EVERY,
    AccountClosed,
    check_is_recent,
)
from eventhub.core.ids import public_id, secret
from eventhub.core.keys import digest, subkey
from eventhub.core.names import email_key
from eventhub.db import UtcDateTime, db
from eventhub.mail.models import Message

_REQUESTS_KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Browser:
    """Who asks: `secret` marks this browser, `signed_in` is the secret of its sign-in so far."""

    secret: str
    address: str
    name: str
    signed_in: str | None = None


def ask_to_sign_in(*, email: str, language: str, browser: Browser, now: datetime) -> None:
    """Send a link and a code. Known and unknown addresses get the same work and the same answer.

    The letter goes to the normal form of the address: what is compared is what is proven, else the owner of
    straße.example would sign in as the person at strasse.example. Raises TooMany.
    """
    count_letter(email=email, address=browser.address, now=now)
    link, code = secret(), f"{randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    request = SignInRequest(
        email=email_key(email),
        email_key=email_key(email),
        language=language,
        link_hash=digest(link),
        code_hash=_code_hash(digest(link), code),
        browser_hash=digest(browser.secret),
        tries=0,
        created_at=now,
        expires_at=now + CODE_LIVES,
        used_at=None,
    )
    db.session.add(request)
    db.session.flush()
    letters.post_sign_in(request, link=link, code=code, now=now)


def sign_in_by_link(*, link: str, browser: Browser, now: datetime) -> str | None:
    """The secret of the new sign-in; None when the link is used or old, or another browser asked for it."""
    mine = (SignInRequest.link_hash == digest(link), SignInRequest.browser_hash == digest(browser.secret))
    used = db.session.execute(
        update(SignInRequest)
        .where(*mine, *is_open(now))
        .values(used_at=now)
        .returning(SignInRequest.email_key, SignInRequest.language),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return start_sign_in(_user_of(*used, now=now), browser=browser, now=now) if used else None


def sign_in_by_code(*, code: str, link: str | None, browser: Browser, now: datetime) -> str | None:
    """The secret of the new sign-in, for the request of the link or else of this browser.

    None when the code is wrong, used or old. That is returned, not raised: a wrong try must be stored.
    Raises TooMany.
    """
    count_code(address=browser.address, now=now)
    request = find_asked(link=link, secret=browser.secret, now=now)
    if request is None or not _use_code(request, code, now=now):
        return None
    return start_sign_in(_user_of(request.email_key, request.language, now=now), browser=browser, now=now)


def _use_code(request: SignInRequest, code: str, *, now: datetime) -> bool:
    """Count the try and use the code in one statement: of many at once one wins, and five is five."""
    is_right = SignInRequest.code_hash == _code_hash(request.link_hash, code)
    used_at = db.session.execute(
        update(SignInRequest)
        .where(SignInRequest.id == request.id, *is_open(now))
        .values(
            tries=SignInRequest.tries + 1,
            used_at=case((is_right, literal(now, UtcDateTime())), else_=null()),
        )
        .returning(SignInRequest.used_at),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    return used_at is not None


def _code_hash(link_hash: str, code: str) -> str:
    """Keyed, since six digits are guessed from a plain hash in a blink."""
    return hmac.digest(subkey("sign-in-code"), f"{link_hash}:{code}".encode(), "sha256").hex()


def _user_of(key: str, language: str, *, now: datetime) -> User:
    """The person of this proven address; at the first sign-in a row is made. Two at once make one."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    db.session.execute(
        dialect.insert(User)
        .values(
            public_id=public_id(),
            email=key,
            email_key=key,
            full_name="",
            language=language,
            password_hash=None,
            is_active=True,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[User.email_key])
    )
    return db.session.scalars(select(User).where(User.email_key == key)).one()


def sign_in_by_password(*, user_id: int, password_hash: str, browser: Browser, now: datetime) -> str:
    """The secret of the new sign-in, once the password was found right against this hash.

    Raises AccountClosed, also when the password was changed in the meantime.
    """
    user = get_user(user_id)
    if user.password_hash != password_hash:
        raise AccountClosed
    return start_sign_in(user, browser=browser, now=now)


def start_sign_in(user: User, *, browser: Browser, now: datetime) -> str:
    """A new secret for this browser; what it had before ends (session fixation). Raises AccountClosed."""
    if not user.is_active:
        raise AccountClosed
    if browser.signed_in:
        sign_out(secret=browser.signed_in, now=now)
    new = secret()
    db.session.add(
        SignIn(
            secret_hash=digest(new),
            user_id=user.id,
            created_at=now,
            seen_at=now,
            ended_at=None,
            browser=browser.name,
        )
    )
    db.session.flush()
    return new


def sign_out(*, secret: str, now: datetime) -> None:
    """End this sign-in: a copy of its cookie is worth nothing from now on."""
    _end(SignIn.secret_hash == digest(secret), now=now)


def end_sign_in(*, user_id: int, secret_hash: str, now: datetime) -> None:
    """End one of this person's sign-ins; another's is not touched."""
    _end(SignIn.user_id == user_id, SignIn.secret_hash == secret_hash, now=now)


def end_sign_ins(*, user_id: int, now: datetime, but: int | None = None) -> None:
    """End all sign-ins of this person, or all but the one with this id."""
    _end(SignIn.user_id == user_id, SignIn.id != (but or 0), now=now)


def _end(*which: ColumnElement[bool], now: datetime) -> None:
    db.session.execute(
        update(SignIn).where(*which, SignIn.ended_at.is_(None)).values(ended_at=now),
        execution_options={"synchronize_session": False},
    )


def keep_alive(*, sign_in_id: int, now: datetime) -> None:
    """Remember that it was seen, at most every five minutes."""
    db.session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None), SignIn.seen_at <= now - SEEN_EVERY)
        .values(seen_at=now),
        execution_options={"synchronize_session": False},
    )


def describe_self(*, user_id: int, full_name: str, language: str) -> None:
    """Change one's own name and language."""
    user = get_user(user_id)
    user.full_name, user.language = full_name, language


def set_password(
    *, user_id: int, password_hash: str | None, signed_in_at: datetime, browser: Browser, now: datetime
) -> str:
    """Set, change or (None) remove the password: all sign-ins end, this browser gets a new one.

    Raises SignInAgain unless this sign-in is recent.
    """
    check_is_recent(signed_in_at, now=now)
    user = get_user(user_id)
    user.password_hash = password_hash
    end_sign_ins(user_id=user.id, now=now)
    action = "user.password_set" if password_hash else "user.password_removed"
    audit.record(action, subject=("user", user.public_id), by=user.public_id, now=now)
    letters.post_password_changed(user, now=now)
    return start_sign_in(user, browser=browser, now=now)


def forget_old_sign_ins(*, now: datetime) -> None:
    """Requests and their letters go after a day, sign-ins when they could not be alive any more."""
    db.session.execute(
        delete(Message).where(Message.letter == letters.SIGN_IN, Message.created_at < now - _REQUESTS_KEPT)
    )
    db.session.execute(delete(SignInRequest).where(SignInRequest.expires_at < now - _REQUESTS_KEPT))
    too_old = now - GUEST_LONGEST
    db.session.execute(delete(SignIn).where(or_(SignIn.created_at < too_old, SignIn.ended_at < too_old)))
