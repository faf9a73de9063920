"""Each rule of the house catches the fault that it is there for, and lets the right thing pass."""

from pathlib import Path

import pytest

from tests.house import code, imports, repository, templates
from tests.house.sizes import report
from tests.house.test_house import CHECKS, Check

MIGRATION = 'revision = "{own}"\ndown_revision = {before}\ndef upgrade():\n    op.go()\ndef downgrade():\n    {down}\n'
STATES = (
    "class S(StrEnum):\n    A = 'a'\n    B = 'b'\nMOVES: dict[S, frozenset[S]] = {S.A: frozenset({S.B})}\n"
)
LONG = "def f():\n" + "    x = 1\n" * 40

# (rule, files of the planted tree, what the rule says)
FAULTS: list[tuple[Check, dict[str, str], list[str]]] = [
    (
        imports.floors,
        {"eventhub/events/a.py": "from eventhub.tickets import b\n", "eventhub/tickets/b.py": ""},
        ["eventhub/events/a.py:1: events may not import tickets"],
    ),
    (
        imports.floors,
        {"eventhub/billing/a.py": "import eventhub.tickets.b\n", "eventhub/tickets/b.py": ""},
        ["eventhub/billing/a.py:1: billing may not import tickets"],
    ),
    (imports.floors, {"eventhub/extras.py": ""}, ["eventhub/extras.py:1: extras stands on no floor"]),
    (
        imports.floors,
        {"eventhub/web/a.py": "from eventhub import create_app\n", "eventhub/__init__.py": ""},
        ["eventhub/web/a.py:1: web may not import create_app"],
    ),
    (
        imports.floors,
        {"eventhub/core/a.py": "from ..events import b\n", "eventhub/events/b.py": ""},
        ["eventhub/core/a.py:1: core may not import events"],
    ),
    (
        imports.purity,
        {"eventhub/events/rules.py": "from eventhub.events.models import Event\n"},
        ["eventhub/events/rules.py:1: rules.py may not import eventhub.events.models.Event"],
    ),
    (
        imports.purity,
        {"eventhub/tickets/signing.py": "from eventhub.core import clock\n"},
        ["eventhub/tickets/signing.py:1: signing.py may not import eventhub.core.clock"],
    ),
    (
        imports.purity,
        {"eventhub/calendars/ical.py": "import sqlalchemy\n"},
        ["eventhub/calendars/ical.py:1: ical.py may not import sqlalchemy"],
    ),
    (
        imports.purity,
        {
            "eventhub/calendars/ical.py": "from eventhub.calendars.entries import Entry\n",
            "eventhub/calendars/entries.py": "from eventhub.calendars.models import Feed\n",
            "eventhub/calendars/models.py": "from eventhub.db import Base\n",
        },
        ["eventhub/calendars/ical.py:1: ical.py may not import eventhub.calendars.entries.Entry"],
    ),
    (
        imports.clock_at_the_edge,
        {"eventhub/events/commands.py": "from eventhub.core import clock\n"},
        ["eventhub/events/commands.py:1: commands.py may not read the clock"],
    ),
    (
        imports.http_ends_at_web,
        {"eventhub/events/queries.py": "from flask_babel import gettext\n"},
        ["eventhub/events/queries.py:1: events may not import flask_babel"],
    ),
    (
        imports.http_ends_at_web,
        {"eventhub/mail/outbox.py": "import werkzeug.datastructures\n"},
        ["eventhub/mail/outbox.py:1: mail may not import werkzeug"],
    ),
    (
        imports.one_database_extension,
        {"eventhub/web/pages.py": "from flask_sqlalchemy import SQLAlchemy\n"},
        ["eventhub/web/pages.py:1: only eventhub/db.py may import flask_sqlalchemy"],
    ),
    (
        imports.absolute,
        {"eventhub/events/a.py": "from . import b\n"},
        ["eventhub/events/a.py:1: relative import"],
    ),
    (
        imports.at_the_top,
        {"eventhub/a.py": "def f():\n    import csv  # noqa: PLC0415\n"},
        ["eventhub/a.py:2: import of csv inside a function without a reason"],
    ),
    (
        imports.cycles,
        {
            "eventhub/events/a.py": "from eventhub.events import b\n",
            "eventhub/events/b.py": "import eventhub.events.a\n",
        },
        ["eventhub.events.a -> eventhub.events.b -> eventhub.events.a"],
    ),
    (
        code.one_commit,
        {"eventhub/events/commands.py": "db.session.commit()\n"},
        ["eventhub/events/commands.py:1: commit outside eventhub/db.py"],
    ),
    (
        code.one_clock,
        {
            "eventhub/a.py": "from time import time\n\nx = dt.datetime.now(UTC)\n",
            "config.py": "import datetime\nx = datetime.date.today()\n",
        },
        [
            "eventhub/a.py:1: time.time outside eventhub/core/clock.py",
            "eventhub/a.py:3: datetime.now outside eventhub/core/clock.py",
            "config.py:2: date.today outside eventhub/core/clock.py",
        ],
    ),
    (code.purpose, {"eventhub/a.py": "x = 1\n"}, ["eventhub/a.py:1: no docstring"]),
    (code.short_functions, {"eventhub/a.py": LONG}, ["eventhub/a.py:1: f has 41 lines"]),
    (code.short_median, {"eventhub/a.py": LONG}, ["the median function has 41 lines"]),
    (code.short_files, {"eventhub/a.py": "x = 1\n" * 351}, ["eventhub/a.py:351: file too long"]),
    (
        code.broad_excepts,
        {
            "eventhub/a.py": "try:\n    f()\nexcept Exception:  # noqa: BLE001\n    g()\ntry:\n    f()\nexcept:\n    g()\n"
        },
        [
            "eventhub/a.py:3: catches everything without a reason",
            "eventhub/a.py:7: catches everything without a reason",
        ],
    ),
    (
        code.silenced_checks,
        {"eventhub/a.py": "x = 1  # type: ignore[attr-defined]\n"},
        ["eventhub/a.py:1: silences a check without a reason"],
    ),
    (
        code.plain_names,
        {"eventhub/utils.py": "class TicketManager: ...\n"},
        ["eventhub/utils.py:1: vague file name", "eventhub/utils.py:1: vague name TicketManager"],
    ),
    (code.whole_tables, {"eventhub/events/rules.py": STATES}, ["eventhub/events/rules.py:4: S.B has no row"]),
    (
        code.no_mocks,
        {"tests/unit/test_a.py": "from unittest.mock import Mock\n"},
        ["tests/unit/test_a.py:1: mock"],
    ),
    (
        templates.exist,
        {
            "eventhub/a.py": "render_template('a.html')\nrender_template('b.html')\n",
            "eventhub/templates/a.html": '{% extends "gone.html" %}',
        },
        ["eventhub/a.py:2: no template b.html", "a.html: no template gone.html"],
    ),
    (
        templates.used,
        {
            "eventhub/a.py": "f'errors/{code}.html'\n",
            "eventhub/templates/old.html": "",
            "eventhub/templates/errors/404.html": "",
        },
        ["old.html: nobody uses it"],
    ),
    (
        templates.used,
        {"eventhub/a.py": "f'mail/{letter}/body.html'\n", "eventhub/templates/mail/lost/body.html": ""},
        ["mail/lost/body.html: nobody uses it"],
    ),
    (
        templates.safe,
        {
            "eventhub/templates/a.html": "<script>1</script>\n<style></style>\n<p style='x'>\n<a onclick=\"x\">\n"
            '<input {# > #} value={{ "a>b" }}>\n<a href="javascript:x">\n'
        },
        [
            "a.html:1: inline script",
            "a.html:2: inline style",
            "a.html:3: style attribute",
            "a.html:4: event attribute",
            "a.html:5: attribute without quotes",
            "a.html:6: javascript: address",
        ],
    ),
    (
        templates.whole_letters,
        {"eventhub/templates/mail/hello/subject.txt": ""},
        ["mail/hello: no body.txt", "mail/hello: no body.html"],
    ),
    (
        templates.used_imports,
        {
            "eventhub/templates/a.html": '{% from "b.html" import c, d as e with context %}{% import "f.html" as g %}{{ c() }}'
        },
        ["a.html: g is imported and not used", "a.html: e is imported and not used"],
    ),
    (
        repository.nothing_private,
        {"lock.json": "https://registry." + "npm" + "js.org/a", "notes.md": "in /" + "root/eventhub"},
        ["lock.json:1: package registry", "notes.md:1: machine path"],
    ),
    (
        repository.numbered_migrations,
        {
            "migrations/versions/0001_first.py": MIGRATION.format(own="0001", before=None, down="op.back()"),
            "migrations/versions/0002_second.py": MIGRATION.format(own="0002", before="'0001'", down="pass"),
            "migrations/versions/0002_third.py": MIGRATION.format(
                own="0003", before="'0001'", down="op.back()"
            ),
        },
        [
            "migrations/versions/0002_second.py:1: has no downgrade",
            "migrations/versions/0002_third.py:1: is not number 0003",
            "migrations/versions/0002_third.py:1: does not stand behind 0002",
        ],
    ),
    (
        repository.free_migrations,
        {"migrations/versions/0001_first.py": "from eventhub.events.models import Event\n"},
        ["migrations/versions/0001_first.py:1: imports models"],
    ),
    (
        repository.every_test_runs,
        {
            "tools/test.sh": "for floor in unit web; do",
            "tests/unit/test_a.py": "",
            "tests/door/test_b.py": "",
        },
        ["tests/door: tools/test.sh does not run it"],
    ),
]

GOOD = {
    "config.py": '"""Settings."""\n',
    "eventhub/__init__.py": '"""The list of parts."""\nfrom eventhub.blueprints import public\n',
    "eventhub/cli.py": '"""The shell."""\nfrom eventhub import create_app\n',
    "eventhub/db.py": '"""Data."""\nfrom flask_sqlalchemy import SQLAlchemy\n\n\ndef transaction():\n    db.commit()\n',
    "eventhub/core/clock.py": '"""Time."""\nfrom datetime import datetime\n\n\ndef now():\n    return datetime.now()\n',
    "eventhub/events/__init__.py": "",
    "eventhub/events/rules.py": '"""Rules."""\nfrom eventhub.core import errors\nfrom eventhub.accounts.rules import a\n'
    + STATES.replace("frozenset({S.B})}", "frozenset({S.B}), S.B: frozenset()}"),
    "eventhub/calendars/ical.py": '"""Text."""\nfrom eventhub.calendars.lines import fold\n',
    "eventhub/calendars/lines.py": '"""Lines."""\nfrom eventhub.core.text import clean\n',
    "eventhub/accounts/rules.py": '"""Rules."""\n',
    "eventhub/core/errors.py": '"""Errors."""\n',
    "eventhub/mail/outbox.py": '"""Letters."""\nfrom flask import render_template\n\nrender_template(f"mail/{letter}/body.txt")\n'
    'letter = "hello"\n',
    "eventhub/templates/pdf/a.typ": '#import "b.typ": c',
    "eventhub/templates/pdf/b.typ": "",
    "eventhub/documents/paper.py": '"""Paper."""\nname = "a.typ"\ntry:\n    f()\nexcept BaseException:\n    g()\n    raise\n',
    "eventhub/web/slow.py": '"""Slow."""\nimport time\n\nstarted = time.monotonic()\ntry:\n    f()\n'
    "except Exception:  # a broken gauge must not stop the page\n    pass\n\n\n"
    "def g():\n    # Costs a second, and only the shell needs it.\n    import typst\n",
    "eventhub/blueprints/public.py": '"""Pages."""\nfrom flask import render_template\n\nrender_template("home.html")\n',
    "eventhub/templates/home.html": '{% from "c.html" import c %}<p class="{{ "a" if b }}" {% if d > e %}hidden{% endif %}>{{ c() }}\n'
    '<script type="application/ld+json">{}</script><script src="{{ asset("a.js") }}" defer></script><br/>',
    "eventhub/templates/c.html": "{% macro c() %}{% endmacro %}",
    "eventhub/templates/mail/hello/subject.txt": "Hello",
    "eventhub/templates/mail/hello/body.txt": "Hello",
    "eventhub/templates/mail/hello/body.html": '<p style="margin: 0">Hello</p>',
    "migrations/versions/0001_first.py": MIGRATION.format(own="0001", before=None, down="op.back()"),
    "tools/test.sh": "for floor in unit; do",
    "tests/unit/test_a.py": "",
}


def plant(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("check", "files", "said"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_fault_is_found(
    tmp_path: Path, check: Check, files: dict[str, str], said: list[str]
) -> None:
    plant(tmp_path, files)

    assert check(tmp_path) == said


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_good_tree_passes(tmp_path: Path, check: Check) -> None:
    plant(tmp_path, GOOD)

    assert check(tmp_path) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_an_empty_tree_passes(tmp_path: Path, check: Check) -> None:
    assert check(tmp_path) == []


def test_every_rule_has_its_fault() -> None:
    assert {check for check, _, _ in FAULTS} == set(CHECKS)


def test_sizes_are_told_in_one_line(tmp_path: Path) -> None:
    plant(
        tmp_path, {"eventhub/a.py": "def f():\n    pass\n", "tests/unit/test_a.py": "x = 1\n\ny = 2\nz = 3\n"}
    )

    assert (
        report(tmp_path) == "app 2 lines, tests 3, tests to app 1.50; 1 functions, median 2 lines, longest 2"
    )
