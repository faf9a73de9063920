"""Letters to many: written, looked at with real people, sent, and taken back within a minute."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from eventhub.accounts.queries import names_of
from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.letter_forms import MailingForm
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.previewing import page_with
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.core import clock
from eventhub.core.errors import IllegalMove
from eventhub.core.text import LANGUAGES
from eventhub.db import transaction
from eventhub.mail.kinds import KINDS, MAILING
from eventhub.mailings.commands import (
    discard_mailing,
    draft_mailing,
    own_text_of,
    post_mailing,
    revise_mailing,
    withdraw_mailing,
    write_letters,
)
from eventhub.mailings.models import Mailing
from eventhub.mailings.previews import MOST_PEOPLE, Preview, preview, readers_of
from eventhub.mailings.queries import (
    count_by_state,
    get_mailing,
    list_mailings,
    list_readers,
    whom_it_reaches,
)
from eventhub.mailings.rules import MailingState
from eventhub.registration.rules import RegistrationState

PLACEHOLDERS = KINDS[MAILING].placeholders


@pages.get("/events/<slug>/letters/mailings")
def mailings(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    rows = list_mailings(event.id)
    names = names_of(row.author for row in rows)
    return render_template("organiser/mailings.html", event=event, rows=rows, names=names)


@pages.route("/events/<slug>/letters/mailings/new", methods=["GET", "POST"])
def new_mailing(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    form = MailingForm(data={"states": [RegistrationState.CONFIRMED]}).offer()
    made: list[Mailing] = []
    if accepted(form, lambda: made.append(draft_mailing(event, form.ask(), by=me(), now=clock.now()))):
        return redirect(url_for(".mailing", slug=slug, public_id=made[0].public_id))
    page = render_template(
        "organiser/write_mailing.html", event=event, form=form, placeholders_of=PLACEHOLDERS, mailing=None
    )
    return page, status_of(form)


@pages.route("/events/<slug>/letters/mailings/<public_id>/edit", methods=["GET", "POST"])
def edit_mailing(slug: str, public_id: str) -> ResponseReturnValue:
    event = the_event(slug)
    draft = get_mailing(event.id, public_id)
    if draft.state is not MailingState.DRAFT:
        raise IllegalMove()
    form = MailingForm(data=MailingForm.data_of(draft)).offer(chosen=tuple(draft.chosen))
    if accepted(form, lambda: revise_mailing(draft, form.ask())):
        return redirect(url_for(".mailing", slug=slug, public_id=public_id))
    page = render_template(
        "organiser/write_mailing.html", event=event, form=form, placeholders_of=PLACEHOLDERS, mailing=draft
    )
    return page, status_of(form)


@pages.get("/events/<slug>/letters/mailings/<public_id>")
def mailing(slug: str, public_id: str) -> ResponseReturnValue:
    """A draft with its readers and what three of them read; later what became of it."""
    event = the_event(slug)
    the_mailing = get_mailing(event.id, public_id)
    is_draft = the_mailing.state is MailingState.DRAFT
    if is_draft and not the_mailing.subject:
        return redirect(url_for(".edit_mailing", slug=slug, public_id=public_id))
    reached = whom_it_reaches(the_mailing) if is_draft else None
    people = reached.readers[:MOST_PEOPLE] if reached else ()
    own = {language: own_text_of(the_mailing, language) for language in LANGUAGES}
    shown: list[Preview] = preview(MAILING, own, event, readers_of(list_readers(event.id, people)))
    return page_with(
        "organiser/mailing.html",
        shown,
        event=event,
        mailing=the_mailing,
        reached=reached,
        counts=None if is_draft else count_by_state(the_mailing),
        names=names_of([the_mailing.author]),
        is_waiting=the_mailing.leaves_at is not None and clock.now() < the_mailing.leaves_at,
        confirm=Confirm(formdata=None),
    )


@pages.post("/events/<slug>/letters/mailings/<public_id>/send")
def send_mailing(slug: str, public_id: str) -> ResponseReturnValue:
    event, now = the_event(slug), clock.now()
    draft = get_mailing(event.id, public_id)
    letters = write_letters(draft, event, now=now)
    with transaction():
        posted = post_mailing(draft, letters, by=me(), now=now)
    flash(
        ngettext(
            "%(num)s letter leaves in a minute. Until then you can undo it.",
            "%(num)s letters leave in a minute. Until then you can undo it.",
            posted,
        )
    )
    return redirect(url_for(".mailing", slug=slug, public_id=public_id))


@pages.post("/events/<slug>/letters/mailings/<public_id>/undo")
def undo_mailing(slug: str, public_id: str) -> ResponseReturnValue:
    the_mailing = get_mailing(the_event(slug).id, public_id)
    with transaction():
        withdrawn = withdraw_mailing(the_mailing, by=me(), now=clock.now())
    flash(ngettext("%(num)s letter is withdrawn.", "%(num)s letters are withdrawn.", withdrawn))
    return redirect(url_for(".mailing", slug=slug, public_id=public_id))


@pages.post("/events/<slug>/letters/mailings/<public_id>/discard")
def discard(slug: str, public_id: str) -> ResponseReturnValue:
    the_mailing = get_mailing(the_event(slug).id, public_id)
    with transaction():
        discard_mailing(the_mailing)
    flash(_("The draft is discarded."))
    return redirect(url_for(".mailings", slug=slug))
