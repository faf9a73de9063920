"""What is said by mail to people who sign in."""

from __future__ import annotations

from datetime import datetime

from eventhub.accounts.models import SignInRequest, User
from eventhub.accounts.rules import CODE_LIVES
from eventhub.core.links import absolute
from eventhub.mail.outbox import Recipient, post

SIGN_IN = "sign_in"


def post_sign_in(request: SignInRequest, *, link: str, code: str, now: datetime) -> None:
    """The link and, for another device, the code."""
    facts = {
        "link": absolute(f"/account/sign-in/{link}"),
        "code": f"{code[:3]} {code[3:]}",
        "minutes": int(CODE_LIVES.total_seconds()) // 60,
    }
    recipient = Recipient(email=request.email, full_name="", language=request.language)
    post(SIGN_IN, to=recipient, facts=facts, about=("sign_in_request", str(request.id)), now=now)


def post_password_changed(user: User, *, now: datetime) -> None:
    """A stranger's change is noticed by its owner (ASVS 5.0, 6.3.7)."""
    recipient = Recipient(email=user.email, full_name=user.full_name, language=user.language)
    facts = {"has_password": user.password_hash is not None, "link": absolute("/account")}
    post("password_changed", to=recipient, facts=facts, about=("user", user.public_id), now=now)
