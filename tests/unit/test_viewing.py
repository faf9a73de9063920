"""A letter under a policy that trusts no styles in attributes: it looks the same, by sheets with known hashes."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from lxml import html

from eventhub.mail.viewing import viewed

LETTER = """<html><head><style>.page { color: red }</style></head>
<body class="page" style="margin: 0; font: 16px 'Segoe UI'"><p style="margin: 0">A</p><p style="margin: 0">B</p>
<p style="font-family: &quot;Inter&quot;">style="x"</p></body></html>"""


def test_every_style_becomes_a_rule_for_the_same_elements() -> None:
    page = html.fromstring(viewed(LETTER).html)

    rules = dict(line.split(" ", 1) for line in page.xpath("//style")[1].text.strip().splitlines())
    styled = [
        (one.tag, rules[f'[data-style="{one.get("data-style")}"]']) for one in page.xpath("//*[@data-style]")
    ]
    assert styled == [
        ("body", "{ margin: 0; font: 16px 'Segoe UI' }"),
        ("p", "{ margin: 0 }"),
        ("p", "{ margin: 0 }"),
        ("p", '{ font-family: "Inter" }'),
    ]
    assert page.xpath("//@style") == []


def test_the_hashes_are_those_of_the_sheets() -> None:
    shown = viewed(LETTER)

    sheets = [sheet.text for sheet in html.fromstring(shown.html).xpath("//style")]
    assert shown.styles == tuple(
        f"'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'" for sheet in sheets
    )


def test_a_style_that_would_be_more_than_a_rule_is_left_out() -> None:
    hostile = '<head></head><p style="} * { color: red">A</p><p style="&lt;/style>&lt;script>">B</p>'

    shown = viewed(hostile)

    assert html.fromstring(shown.html).xpath("//style/text()") == ["\n"]
    assert html.fromstring(shown.html).xpath("//script | //@style") == []


def test_links_open_beside_the_letter() -> None:
    assert '<base target="_blank">' in viewed("<head></head>").html


def test_a_letter_that_is_no_page_stays_as_it_is() -> None:
    assert (viewed("<p>Hello</p>").html, viewed("").styles) == ("<p>Hello</p>", ())
