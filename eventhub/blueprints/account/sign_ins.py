"""Where one is signed in, and ending it from afar."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventhub.accounts.commands import end_sign_in, end_sign_ins
from eventhub.accounts.queries import list_sign_ins
from eventhub.blueprints.account.blueprint import pages
from eventhub.blueprints.account.forms import LinkForm
from eventhub.core import clock
from eventhub.db import transaction


@pages.get("/sign-ins")
def list_own() -> ResponseReturnValue:
    rows = list_sign_ins(current_user.id, now=clock.now())
    return render_template("account/sign_ins.html", sign_ins=rows, button_only=LinkForm())


@pages.post("/sign-ins/<mark>/end")
def end_one(mark: str) -> ResponseReturnValue:
    """`mark` is the hash of the sign-in's secret: it finds the row and opens nothing."""
    with transaction():
        end_sign_in(user_id=current_user.id, secret_hash=mark, now=clock.now())
    flash(_("This browser is signed out."))
    return redirect(url_for(".list_own"))


@pages.post("/sign-ins/end-others")
def end_others() -> ResponseReturnValue:
    with transaction():
        end_sign_ins(user_id=current_user.id, but=current_user.sign_in_id, now=clock.now())
    flash(_("All other browsers are signed out."))
    return redirect(url_for(".list_own"))
