"""The letters of an event: what waits, what left, what did not arrive; in a demonstration, what they say."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser.deeds import Confirm
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.previewing import SANDBOX
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.core import clock
from eventhub.core.errors import NotFound
from eventhub.db import transaction
from eventhub.mail.desk import count_letters, get_letter, list_letters
from eventhub.mail.kinds import EDITABLE
from eventhub.mail.models import Message
from eventhub.mail.outbox import resend
from eventhub.mail.rules import MessageState
from eventhub.mail.viewing import viewed
from eventhub.web.headers import EVERYWHERE
from eventhub.web.proxies import settings_of

# The letter's own page may do nothing but look like itself and open its links: no script, no form, no session of
# ours, and no picture from elsewhere.
ALONE = (
    f"sandbox {SANDBOX}; default-src 'none'; img-src data:; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; style-src "
)
AROUND_A_LETTER = f"{EVERYWHERE}; frame-src 'self'"


@pages.get("/events/<slug>/letters")
def letters(slug: str) -> ResponseReturnValue:
    event = the_event(slug)
    asked = request.args.get("state", "")
    state = MessageState(asked) if asked in set(MessageState) else None
    return render_template(
        "organiser/letters.html",
        event=event,
        state=state,
        rows=list_letters(event.id, state=state),
        counts=count_letters(event.id),
        confirm=Confirm(formdata=None),
        can_read=_is_demonstration(),
        editable=EDITABLE,
    )


@pages.post("/events/<slug>/letters/<int:number>/resend")
def send_again(slug: str, number: int) -> ResponseReturnValue:
    letter = get_letter(the_event(slug).id, number)
    with transaction():
        resend(letter, by=me(), now=clock.now())
    flash(_("The letter is on its way again."))
    return redirect(url_for(".letters", slug=slug))


@pages.get("/events/<slug>/letters/<int:number>")
def letter(slug: str, number: int) -> Response:
    """The letter as a mail program shows it, in a frame, and its plain text."""
    event = the_event(slug)
    page = render_template(
        "organiser/letter.html", event=event, letter=_readable(event.id, number), sandbox=SANDBOX
    )
    return _under(AROUND_A_LETTER, page)


@pages.get("/events/<slug>/letters/<int:number>/page")
def letter_page(slug: str, number: int) -> Response:
    """The HTML of the letter, alone and in a sandbox."""
    page = viewed(_readable(the_event(slug).id, number).html)
    return _under(ALONE + (" ".join(page.styles) or "'none'"), page.html)


def _under(policy: str, page: str) -> Response:
    response = make_response(page)
    response.headers["Content-Security-Policy"] = policy
    return response


def _readable(event_id: int, number: int) -> Message:
    """Letters hold their readers' secret links, so nobody else reads them outside a demonstration."""
    if not _is_demonstration():
        raise NotFound()
    return get_letter(event_id, number)


def _is_demonstration() -> bool:
    settings = settings_of()
    return not settings.is_production and settings.mail_url.partition(":")[0] in {"viewer", "memory"}
