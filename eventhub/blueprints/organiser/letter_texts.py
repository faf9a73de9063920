"""The organiser's own words in the letters of an event: changing, looking at them, and back to ours."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.accounts.queries import names_of
from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.letter_forms import LetterTextForm
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.previewing import page_with
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.core import clock
from eventhub.db import transaction
from eventhub.mail.kinds import EDITABLE
from eventhub.mail.models import LetterText
from eventhub.mail.own_text import OwnText
from eventhub.mail.texts import get_kind, list_texts, take_back_texts, word_letter
from eventhub.mailings.previews import preview, readers_of
from eventhub.mailings.queries import list_examples


@pages.get("/events/<slug>/letters/texts")
def letter_texts(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    texts = list_texts(event.id)
    last: dict[str, LetterText] = {}
    for text in sorted(texts, key=lambda one: one.revised_at):
        last[text.letter] = text
    return render_template(
        "organiser/letter_texts.html",
        event=event,
        kinds_of_letters=EDITABLE,
        last=last,
        names=names_of(text.revised_by for text in texts),
    )


@pages.route("/events/<slug>/letters/texts/<letter>", methods=["GET", "POST"])
def letter_text(slug: str, letter: str) -> ResponseReturnValue:
    """Two buttons: one shows what was typed, the other stores it."""
    event, kind = the_event(slug), get_kind(letter)
    stored = list_texts(event.id, letter)
    own = {row.language: OwnText(subject=row.subject, text=row.text, place=row.place) for row in stored}
    form = LetterTextForm(data=LetterTextForm.data_of(own)).offer(letter)
    if request.form.get("do") == "preview":
        form.validate_on_submit()
    elif accepted(form, lambda: word_letter(event.id, letter, form.own_texts(), by=me(), now=clock.now())):
        flash(_("The text is stored. It stands in letters from now on."))
        return redirect(url_for(".letter_text", slug=slug, letter=letter))
    if request.method == "GET":
        form.has_good_texts()
    readers = readers_of(list_examples(event.id))
    shown = [] if form.errors else preview(letter, form.own_texts(), event, readers)
    return page_with(
        "organiser/letter_text.html",
        shown,
        status=status_of(form) if request.method == "POST" else 200,
        form=form,
        event=event,
        letter=letter,
        kind=kind,
        stored=stored,
        names=names_of(row.revised_by for row in stored),
        confirm=Confirm(formdata=None),
    )


@pages.post("/events/<slug>/letters/texts/<letter>/reset")
def reset_letter_text(slug: str, letter: str) -> ResponseReturnValue:
    event = the_event(slug)
    get_kind(letter)
    with transaction():
        take_back_texts(event.id, letter, by=me(), now=clock.now())
    flash(_("The letter says what we wrote again."))
    return redirect(url_for(".letter_text", slug=slug, letter=letter))
