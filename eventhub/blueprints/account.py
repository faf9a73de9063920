"""Pages of account."""

from flask import Blueprint

pages = Blueprint("account", __name__)


@pages.get("/account/sign-in")
def sign_in() -> str:
    return ""
