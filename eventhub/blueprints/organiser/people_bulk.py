"""One deed for many people: choosing it, seeing whom it is for, and watching it being done."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventhub.blueprints.organiser import people_words
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.people_address import Asked, read_address
from eventhub.blueprints.organiser.people_forms import BulkForm
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.core import clock
from eventhub.events.models import Event
from eventhub.people.bulk import BulkAsk, Chosen, count_chosen, start_bulk
from eventhub.people.models import BulkJob
from eventhub.people.progress import Outcome, count_rows, get_job, list_jobs, list_outcomes
from eventhub.people.queries import list_tags
from eventhub.people.rules import PAGE, BulkAction, RowState
from eventhub.web.i18n import say

SECONDS_BETWEEN_LOOKS = 2


@pages.route("/events/<slug>/people/bulk", methods=["GET", "POST"])
def bulk(slug: str) -> ResponseReturnValue:
    """The address says for whom, the form says what."""
    event, form = the_event(slug), BulkForm()
    asked = read_address(request.args, event)
    chosen = _chosen(asked)
    started: list[BulkJob] = []

    def deed() -> None:
        ask = BulkAsk(key=form.key.data or "", action=BulkAction(form.action.data), word=form.word())
        started.append(start_bulk(event, chosen, ask, by=me(), now=clock.now()))

    if form.validate_on_submit() and form.carry_out(deed):
        return redirect(url_for(".bulk_job", slug=slug, job=started[0].public_id))
    return _choosing(event, asked, chosen, form), form.status if form.is_submitted() else 200


def _chosen(asked: Asked) -> Chosen:
    if request.args.get("all") == "yes":
        return Chosen(wish=asked.wish)
    return Chosen(registrations=tuple(request.args.getlist("who")[:PAGE]))


def _choosing(event: Event, asked: Asked, chosen: Chosen, form: BulkForm) -> str:
    return render_template(
        "organiser/people_bulk.html",
        event=event,
        form=form,
        asked=asked,
        is_all=chosen.wish is not None,
        people=count_chosen(event, chosen),
        tags=list_tags(event.id),
        jobs=list_jobs(event.id),
        says=people_words,
    )


@pages.get("/events/<slug>/people/bulk/<job>")
def bulk_job(slug: str, job: str) -> ResponseReturnValue:
    event = the_event(slug)
    its_job = get_job(event.id, job)
    counts = count_rows(its_job)
    total = sum(counts.values())
    return render_template(
        "organiser/people_job.html",
        event=event,
        job=its_job,
        counts=counts,
        total=total,
        done=total - counts[RowState.WAITING],
        outcomes=[(one, _why(one)) for one in list_outcomes(its_job)],
        seconds=SECONDS_BETWEEN_LOOKS if counts[RowState.WAITING] else 0,
        says=people_words,
    )


def _why(outcome: Outcome) -> str:
    if outcome.state is RowState.FAILED:
        return str(_(people_words.FAILED))
    return say(outcome.reason, outcome.facts) if outcome.reason else ""
