"""The way in: a letter with a link and a code, or a password; and the way out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.accounts.commands import (
    ask_to_sign_in,
    sign_in_by_code,
    sign_in_by_link,
    sign_in_by_password,
    sign_out,
)
from eventhub.accounts.limits import count_password
from eventhub.accounts.passwords import is_right
from eventhub.accounts.queries import find_asked, find_request, find_user, is_asked_by
from eventhub.accounts.rules import SignInFailed, WrongPassword
from eventhub.blueprints.account.blueprint import pages
from eventhub.blueprints.account.forms import CodeForm, EmailForm, LinkForm, PasswordSignInForm
from eventhub.core import clock
from eventhub.db import transaction
from eventhub.web.browsers import SIGN_IN, forget, remember, this_browser
from eventhub.web.i18n import language
from eventhub.web.next import safe_next


@pages.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    if "next" in request.args:
        session["next"] = safe_next(request.args["next"])
    return render_template("account/sign_in.html", form=EmailForm())


@pages.post("/sign-in")
def ask() -> ResponseReturnValue:
    form = EmailForm()
    if not form.validate():
        return render_template("account/sign_in.html", form=form), 422
    with transaction():
        ask_to_sign_in(
            email=form.email.data or "", language=language(), browser=this_browser(), now=clock.now()
        )
    return redirect(url_for(".sent"))


@pages.get("/sign-in/sent")
def sent() -> ResponseReturnValue:
    asked = find_asked(link=None, secret=this_browser().secret, now=clock.now())
    if asked is None:
        return redirect(url_for(".sign_in"))
    return render_template("account/sent.html", form=CodeForm(), email=asked.email)


@pages.post("/sign-in/sent")
def enter_code() -> ResponseReturnValue:
    return _by_code(link=None)


@pages.get("/sign-in/<link>")
def by_link(link: str) -> ResponseReturnValue:
    asked = find_request(link, now=clock.now())
    if asked is None:
        return render_template("account/link_ended.html"), 410
    if is_asked_by(asked, this_browser().secret):
        return render_template("account/by_link.html", form=LinkForm(), email=asked.email)
    return render_template("account/sent.html", form=CodeForm(), email=asked.email, link=link)


@pages.post("/sign-in/<link>")
def use_link(link: str) -> ResponseReturnValue:
    if "code" in request.form:
        return _by_code(link=link)
    with transaction():
        new = sign_in_by_link(link=link, browser=this_browser(), now=clock.now())
    return _enter(new) if new else (render_template("account/link_ended.html"), 410)


def _by_code(*, link: str | None) -> ResponseReturnValue:
    form = CodeForm()
    new = None
    if form.validate():
        with transaction():
            new = sign_in_by_code(
                code=form.code.data or "", link=link, browser=this_browser(), now=clock.now()
            )
    if new:
        return _enter(new)
    if not form.errors:
        form.lay(SignInFailed())
    asked = find_asked(link=link, secret=this_browser().secret, now=clock.now())
    return render_template("account/sent.html", form=form, link=link, email=asked and asked.email), 422


@pages.get("/sign-in/password")
def ask_password() -> ResponseReturnValue:
    return render_template("account/password.html", form=PasswordSignInForm())


@pages.post("/sign-in/password")
def use_password() -> ResponseReturnValue:
    form = PasswordSignInForm()
    if not form.validate():
        return render_template("account/password.html", form=form), 422
    email, password, browser = form.email.data or "", form.password.data or "", this_browser()
    with transaction():
        count_password(email=email, address=browser.address, now=clock.now())
    user = find_user(email)
    # Between the transactions: argon2 takes its time, and nobody waits for the database meanwhile.
    password_hash = user.password_hash if user else None
    if not is_right(password, password_hash) or user is None or password_hash is None:
        form.lay(WrongPassword())
        return render_template("account/password.html", form=form), 422
    with transaction():
        new = sign_in_by_password(
            user_id=user.id, password_hash=password_hash, browser=browser, now=clock.now()
        )
    return _enter(new)


def _enter(new: str) -> ResponseReturnValue:
    after = safe_next(session.get("next")) or url_for(".index")
    remember(new)
    return redirect(after)


@pages.get("/sign-out")
def leave() -> ResponseReturnValue:
    return render_template("account/sign_out.html", form=LinkForm())


@pages.post("/sign-out")
def end() -> ResponseReturnValue:
    with transaction():
        sign_out(secret=session[SIGN_IN], now=clock.now())
    forget()
    flash(_("You are signed out."))
    return redirect(url_for("public.home"))
