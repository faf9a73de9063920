"""Own data: name, language, password, roles and registrations."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from eventhub.accounts.commands import describe_self, set_password
from eventhub.accounts.passwords import hash_of
from eventhub.accounts.queries import get_user
from eventhub.accounts.rules import (
    ROLE_NAMES,
    SHORTEST_PASSWORD,
    WeakPassword,
    check_is_recent,
    check_password,
    is_recent,
)
from eventhub.blueprints.account.blueprint import pages
from eventhub.blueprints.account.forms import DetailsForm, LinkForm, NewPasswordForm
from eventhub.core import clock
from eventhub.core.text import N_
from eventhub.db import transaction
from eventhub.events.queries import titles_of
from eventhub.registration.delegations.letters import manage_path_of
from eventhub.registration.delegations.queries import list_of_coordinator
from eventhub.registration.letters import manage_path
from eventhub.registration.queries import list_of_person
from eventhub.registration.rules import RegistrationState
from eventhub.web.browsers import remember, this_browser
from eventhub.web.forms import PageForm

REGISTRATION_NAMES = {
    RegistrationState.PENDING: N_("Waiting for your confirmation"),
    RegistrationState.CONFIRMED: N_("Confirmed"),
    RegistrationState.REQUESTED: N_("Waiting for approval"),
    RegistrationState.WAITLISTED: N_("On the waiting list"),
    RegistrationState.OFFERED: N_("A place is offered"),
    RegistrationState.REJECTED: N_("Not approved"),
    RegistrationState.DECLINED: N_("Declined"),
    RegistrationState.CANCELLED: N_("Cancelled"),
    RegistrationState.EXPIRED: N_("Expired"),
}
REGISTRATION_TONES = {
    RegistrationState.CONFIRMED: "ok",
    RegistrationState.PENDING: "warn",
    RegistrationState.REQUESTED: "warn",
    RegistrationState.OFFERED: "warn",
}


@pages.get("")
def index() -> ResponseReturnValue:
    return _page()


@pages.post("/details")
def save() -> ResponseReturnValue:
    form = DetailsForm()
    if not form.validate():
        return _page(details=form), 422
    with transaction():
        describe_self(
            user_id=current_user.id, full_name=form.full_name.data or "", language=form.language.data
        )
    flash(_("Saved."))
    return redirect(url_for(".index", lang=form.language.data))


@pages.post("/password")
def set_new_password() -> ResponseReturnValue:
    form = NewPasswordForm()
    check_is_recent(current_user.signed_in_at, now=clock.now())
    if not form.validate():
        return _page(new_password=form), 422
    password = form.password.data or ""
    try:
        check_password(password, email=current_user.email)
    except WeakPassword as refusal:
        form.lay(refusal)
        return _page(new_password=form), 422
    _store_password(hash_of(password))
    flash(_("Your password is set. All other browsers are signed out."))
    return redirect(url_for(".index"))


@pages.post("/password/remove")
def remove_password() -> ResponseReturnValue:
    _store_password(None)
    flash(_("Your password is removed. You sign in by a letter now."))
    return redirect(url_for(".index"))


def _store_password(password_hash: str | None) -> None:
    with transaction():
        new = set_password(
            user_id=current_user.id,
            password_hash=password_hash,
            signed_in_at=current_user.signed_in_at,
            browser=this_browser(),
            now=clock.now(),
        )
    remember(new)


def _page(*, details: PageForm | None = None, new_password: PageForm | None = None) -> str:
    user, now = get_user(current_user.id), clock.now()
    roles = [row for row in user.grants if row.as_grant().holds_at(now)]
    return render_template(
        "account/index.html",
        user=user,
        form=details or new_password,
        details=details or DetailsForm(obj=user),
        new_password=new_password or NewPasswordForm(username=user.email),
        button_only=LinkForm(),
        is_recent=is_recent(current_user.signed_in_at, now=now),
        shortest_password=SHORTEST_PASSWORD,
        roles=roles,
        role_names=ROLE_NAMES,
        event_titles=titles_of({row.scope_id for row in roles if row.scope == "event" and row.scope_id}),
        registration_names=REGISTRATION_NAMES,
        registration_tones=REGISTRATION_TONES,
        # Who signed in has proven the address, as the link in the letter would.
        manage_path=manage_path,
        registrations=list_of_person(user.email_key),
        delegations=list_of_coordinator(user.email_key),
        manage_path_of=manage_path_of,
    )
