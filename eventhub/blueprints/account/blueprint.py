"""The audience of these pages: the way in is open, everything else is for who is signed in."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from eventhub.web.guards import signed_in
from eventhub.web.headers import private

OPEN = frozenset(
    f"account.{view}"
    for view in (
        "sign_in",
        "ask",
        "sent",
        "enter_code",
        "by_link",
        "use_link",
        "ask_password",
        "use_password",
    )
)

pages = Blueprint("account", __name__, url_prefix="/account")


@pages.before_request
def _ask_who() -> ResponseReturnValue | None:
    private()
    return None if request.endpoint in OPEN else signed_in()
