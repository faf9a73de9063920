"""Lists of events by wishes that stand in the address, for the home page and the pages of the kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from eventhub.core import clock
from eventhub.core.text import LANGUAGES, clean_line
from eventhub.events.kinds import FORMAT_WORDS, KIND_WORDS
from eventhub.events.queries import PAGE, Wish, list_countries, list_public_events
from eventhub.events.rules import Format, Kind
from eventhub.events.stamps import find_stamp
from eventhub.events.topics import TOPICS
from eventhub.web.caching import anonymous_page
from eventhub.web.wording import card, country_name, language_name

LONGEST_SEARCH = 80
FARTHEST_PAGE = 1000
WHEN = {"week": 7, "month": 31, "half-year": 183}


def page(
    template: str, *, kind: Kind | None = None, more: Callable[[datetime], dict[str, Any]] | None = None
) -> Response:
    """The list page for the wishes in the address; the minute is part of its stamp, since events end."""
    now = clock.now()
    return anonymous_page(
        stamp_of_lists(), lambda: _render(template, kind, now, more(now) if more else {}), ask=stamp_of_lists
    )


def stamp_of_lists() -> str:
    """What every list of public events depends on; how many places are left may be a minute old there."""
    return f"{find_stamp()[0]}|{clock.now():%Y%m%d%H%M}"


def _render(template: str, kind: Kind | None, now: datetime, more: dict[str, Any]) -> str:
    wish = wish_of(request.args, kind=kind, now=now)
    events, total = list_public_events(wish, now=now)
    return render_template(
        template,
        cards=[card(event) for event in events],
        total=total,
        pages=min(-(-total // PAGE), FARTHEST_PAGE),
        wish=wish,
        rows=_rows(kind, now),
        address=lambda number: address(page=number),
        kinds=KIND_WORDS,
        kind=kind,
        is_filtered=any(name in request.args for name in ("q", *_NAMES)),
        **more,
    )


def wish_of(args: MultiDict[str, str], *, kind: Kind | None, now: datetime) -> Wish:
    """What the address asks for; a value that we do not know asks for nothing."""
    days = WHEN.get(args.get("when", ""))
    return Wish(
        text=clean_line(args.get("q", ""))[:LONGEST_SEARCH],
        kind=kind or _member(Kind, args.get("kind")),
        topic=args.get("topic", "") if args.get("topic") in TOPICS else "",
        format=_member(Format, args.get("format")),
        country=_code(args.get("country", "")),
        language=args.get("spoken", "") if args.get("spoken") in LANGUAGES else "",
        is_free="free" in args,
        starts_before=now + timedelta(days=days) if days else None,
        page=_page_number(args.get("page", "1")),
    )


def address(**changes: Any) -> str:
    """This list with these wishes changed; an empty one is dropped, and so is the page unless it is asked for."""
    asked = request.args.items()
    kept = {name: value[:LONGEST_SEARCH] for name, value in asked if name in _NAMES or name == "q"}
    wishes = {name: value for name, value in {**kept, **changes}.items() if value}
    return f"{request.path}?{urlencode(wishes)}" if wishes else request.path


_NAMES = ("kind", "when", "topic", "format", "country", "spoken", "free")


def _rows(kind: Kind | None, now: datetime) -> list[dict[str, Any]]:
    """The rows of filter chips."""
    kinds = (
        [] if kind else [("kind", _("Kind"), [(k.value, _(w.many), w.icon) for k, w in KIND_WORDS.items()])]
    )
    rest = [
        ("when", _("When"), [("week", _("This week"), None), ("month", _("This month"), None),
                             ("half-year", _("This half-year"), None)]),
        ("format", _("Format"), [(f.value, _(words), None) for f, words in FORMAT_WORDS.items()]),
        ("topic", _("Topic"), [(topic, _(words), None) for topic, words in TOPICS.items()]),
        ("country", _("Country"), [(code, country_name(code), None) for code in list_countries(now=now)]),
        ("spoken", _("Held in"), [(code, language_name(code), None) for code in LANGUAGES]),
        ("free", _("Price"), [("yes", _("Free"), None)]),
    ]  # fmt: skip
    return [
        {"id": name, "name": title, "options": _options(name, options)}
        for name, title, options in kinds + rest
    ]


def _options(name: str, options: Iterable[tuple[str, str, str | None]]) -> list[dict[str, Any]]:
    chosen = request.args.get(name, "")
    all_of_them = {"text": _("All"), "href": address(**{name: ""}), "current": not chosen, "icon": None}
    each = [
        {"text": text, "href": address(**{name: value}), "current": chosen == value, "icon": icon}
        for value, text, icon in options
    ]
    return [all_of_them, *each]


def _member(enum: type[Any], value: str | None) -> Any:
    return enum(value) if value in [member.value for member in enum] else None


def _code(value: str) -> str:
    return value if len(value) == 2 and value.isascii() and value.isupper() else ""


def _page_number(value: str) -> int:
    return (
        min(max(int(value), 1), FARTHEST_PAGE)
        if value.isascii() and value.isdigit() and len(value) < 6
        else 1
    )
