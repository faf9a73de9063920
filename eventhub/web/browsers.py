"""The browser that calls: the secrets in its cookie, and a name that its owner recognises."""

from __future__ import annotations

from flask import request, session

from eventhub.accounts.commands import Browser
from eventhub.core.ids import secret
from eventhub.web.proxies import caller_address

SIGN_IN = "sign_in"
_MARK = "browser"
# The first that fits: each of them also claims to be those below it.
_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser", "Yandex Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def this_browser() -> Browser:
    """The calling browser, marked by a secret of its own from now on."""
    return Browser(
        secret=session.setdefault(_MARK, secret()),
        address=caller_address(),
        name=name_of(request.user_agent.string),
        signed_in=session.get(SIGN_IN),
    )


def name_of(user_agent: str) -> str:
    """Like "Firefox, Linux"; what is not known is left out."""
    found = (
        next((name for mark, name in table if mark in user_agent), "") for table in (_PROGRAMS, _SYSTEMS)
    )
    return ", ".join(filter(None, found))


def remember(new: str) -> None:
    """Signed in: nothing of the cookie's content survives, so that nobody can have prepared it."""
    session.clear()
    session[SIGN_IN] = new
    session.permanent = True


def forget() -> None:
    """Signed out: an empty cookie."""
    session.clear()
