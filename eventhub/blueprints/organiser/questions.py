"""An event's own questions: the form is built, tried out and changed."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from eventhub.blueprints.organiser.deeds import Confirm, accepted, status_of
from eventhub.blueprints.organiser.fields import in_both, spread
from eventhub.blueprints.organiser.pages import pages
from eventhub.blueprints.organiser.question_forms import QuestionForm, typed_question
from eventhub.blueprints.organiser.scope import me, the_event
from eventhub.blueprints.organiser.small_forms import TitleForm
from eventhub.blueprints.question_fields import AskingForm
from eventhub.core import clock
from eventhub.core.errors import NotFound, Refusal
from eventhub.db import transaction
from eventhub.events.models import Event
from eventhub.registration.forms.editing import (
    add_question,
    add_section,
    get_section,
    list_sections,
    move_question,
    move_section,
    remove_question,
    remove_section,
    rename_section,
    revise_question,
)
from eventhub.registration.forms.queries import get_form
from eventhub.registration.forms.rules import MOST_QUESTIONS, earlier_than
from eventhub.registration.forms.shapes import (
    AUDIENCE_WORDS,
    CLASS_WORDS,
    KIND_WORDS,
    STAGE_WORDS,
    Content,
    DataClass,
    Question,
    QuestionKind,
)
from eventhub.registration.forms.templates import EMPTY, TEMPLATES, USUAL_CLASS, USUAL_OPTIONS, begin_form
from eventhub.web.answers import label_of, only_if
from eventhub.web.i18n import sentence_of

STEPS = {"up": -1, "down": 1}


@pages.route("/events/<slug>/form", methods=["GET", "POST"])
def form(slug: str) -> ResponseReturnValue:
    """Everything that the event asks, and a new section."""
    event, new = the_event(slug), TitleForm()
    if accepted(new, lambda: add_section(event, title=in_both(new, "title"), by=me(), now=clock.now())):
        flash(pgettext("form", "The section is added."))
        return redirect(url_for(".form", slug=slug))
    own = get_form(event.id)
    page = render_template(
        "organiser/questions.html",
        form=new,
        event=event,
        own=own,
        template=TEMPLATES[event.kind],
        confirm=Confirm(formdata=None),
        label_of=label_of,
        when_asked={one.public_id: only_if(own, one) for one in own},
        kind_words=KIND_WORDS,
        stage_words=STAGE_WORDS,
        class_words=CLASS_WORDS,
        audience_words=AUDIENCE_WORDS,
    )
    return page, status_of(new)


@pages.post("/events/<slug>/form/begin/<any(template, empty):way>")
def begin_own_form(slug: str, way: str) -> ResponseReturnValue:
    event = the_event(slug)
    plan = TEMPLATES[event.kind] if way == "template" else EMPTY
    with transaction():
        begin_form(event, plan, by=me(), now=clock.now())
    flash(_("The form is there. Change it as you like."))
    return redirect(url_for(".form", slug=slug))


@pages.route("/events/<slug>/form/sections/<int:number>", methods=["GET", "POST"])
def form_section(slug: str, number: int) -> ResponseReturnValue:
    event = the_event(slug)
    section = get_section(event, number)
    form = TitleForm(data=spread(["title"], section))
    title = in_both(form, "title")
    if accepted(form, lambda: rename_section(event, number, title=title, by=me(), now=clock.now())):
        flash(pgettext("form", "The section is renamed."))
        return redirect(url_for(".form", slug=slug))
    return render_template("organiser/form_section.html", form=form, event=event), status_of(form)


@pages.post("/events/<slug>/form/sections/<int:number>/<any(up, down, move, remove):deed>")
def change_form_section(slug: str, number: int, deed: str) -> ResponseReturnValue:
    event, now = the_event(slug), clock.now()
    get_section(event, number)
    if deed != "remove":
        _do(
            lambda: move_section(event, number, steps=_steps(deed), by=me(), now=now),
            _("The order is changed."),
        )
    else:
        _do(
            lambda: remove_section(event, number, by=me(), now=now),
            pgettext("form", "The section is removed."),
        )
    return redirect(url_for(".form", slug=slug))


@pages.route("/events/<slug>/form/questions/new", methods=["GET", "POST"])
def new_question(slug: str) -> ResponseReturnValue:
    """A question of the kind and in the section that the address says."""
    event = the_event(slug)
    section = get_section(event, request.args.get("section", 0, type=int))
    asked = request.args.get("kind", "")
    if asked not in set(QuestionKind):
        raise NotFound()
    kind = QuestionKind(asked)
    data_class = USUAL_CLASS.get(kind, DataClass.REGISTRATION)
    content = Content(kind=kind, label={}, options=USUAL_OPTIONS.get(kind, ()), data_class=data_class)
    typed = _question_form(event, content, section=section.id, name=None)
    if _is_stored(
        typed,
        lambda: add_question(
            event, section=int(typed.section.data), content=typed.to_content(), by=me(), now=clock.now()
        ),
    ):
        flash(_("The question is added."))
        return redirect(url_for(".form", slug=slug))
    return _question_page(event, typed)


@pages.route("/events/<slug>/form/questions/<name>", methods=["GET", "POST"])
def question(slug: str, name: str) -> ResponseReturnValue:
    event = the_event(slug)
    section, found = _find(event, name)
    typed = _question_form(event, found.content, section=section, name=name)
    if _is_stored(
        typed,
        lambda: revise_question(
            event, name, section=int(typed.section.data), content=typed.to_content(), by=me(), now=clock.now()
        ),
    ):
        flash(_("The question is stored. Who answered before keeps the one that they were asked."))
        return redirect(url_for(".form", slug=slug))
    return _question_page(event, typed)


@pages.post("/events/<slug>/form/questions/<name>/<any(up, down, move, remove):deed>")
def change_question(slug: str, name: str, deed: str) -> ResponseReturnValue:
    event, now = the_event(slug), clock.now()
    _find(event, name)
    if deed != "remove":
        _do(
            lambda: move_question(event, name, steps=_steps(deed), by=me(), now=now),
            _("The order is changed."),
        )
    else:
        _do(lambda: remove_question(event, name, by=me(), now=now), _("The question is removed."))
    return redirect(url_for(".form", slug=slug))


@pages.get("/events/<slug>/form/preview/<any(en, ru):words>")
def preview_form(slug: str, words: str) -> ResponseReturnValue:
    """The form as a participant reads it in this language; nothing can be sent."""
    event, asking = the_event(slug), AskingForm(formdata=None)
    g.language = words
    own = get_form(event.id)
    asking.ask_questions(own, own)
    return render_template("organiser/form_preview.html", event=event, asking=asking, words_of=words)


def _steps(deed: str) -> int:
    """How far it moves: one by a button, so many when it was dragged."""
    asked = request.form.get("steps", 0, type=int)
    return STEPS.get(deed, min(max(asked, -MOST_QUESTIONS), MOST_QUESTIONS))


def _find(event: Event, name: str) -> tuple[int, Question]:
    """A question with its section's number. Raises NotFound, for those of other events too."""
    for section in get_form(event.id).sections:
        for one in section.questions:
            if one.public_id == name:
                return section.id, one
    raise NotFound()


def _question_form(event: Event, content: Content, *, section: int, name: str | None) -> QuestionForm:
    typed = QuestionForm(data=typed_question(content, section=section, zone=event.timezone))
    typed.known_keys = frozenset(option.key for option in content.options)
    earlier = earlier_than(get_form(event.id), name, section)
    sections = list_sections(event)
    return typed.offer(content.kind, sections=sections, earlier=earlier, zone=event.timezone)


def _is_stored(typed: QuestionForm, deed: Callable[[], object]) -> bool:
    """Whether it was; who only asks for more rows gets them with all that was typed."""
    if "more" in request.form:
        typed.add_rows()
        return False
    return accepted(typed, deed)


def _question_page(event: Event, typed: QuestionForm) -> ResponseReturnValue:
    page = render_template(
        "organiser/question.html", form=typed, event=event, kind_word=_(KIND_WORDS[typed.kind])
    )
    return page, status_of(typed)


def _do(deed: Callable[[], object], said: str) -> None:
    """Do it; what is refused is said on the page where the button is."""
    try:
        with transaction():
            deed()
    except NotFound:
        raise
    except Refusal as refusal:
        flash(sentence_of(refusal), "error")
    else:
        flash(said)
