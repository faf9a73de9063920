"""Pages as a reader's program sees them: parsed, never searched as text alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lxml import html
from werkzeug.test import TestResponse

HOSTILE = json.loads((Path(__file__).parents[1] / "vectors" / "hostile_text.json").read_text())


def parsed(answer: TestResponse) -> html.HtmlElement:
    return html.fromstring(answer.data.decode())


def texts(answer: TestResponse, path: str) -> list[str]:
    """The text of every element, blanks joined."""
    return [" ".join(found.text_content().split()) for found in parsed(answer).xpath(path)]


def titles(answer: TestResponse) -> set[str]:
    """The titles of the events that a list shows."""
    return {
        " ".join(link.text_content().split())
        for link in parsed(answer).xpath("//a[starts-with(@href, '/events/')]")
        if link.text_content().strip()
    }


def fields(answer: TestResponse, *, form: str = "//form[@method='post']") -> dict[str, Any]:
    """What a browser would send of the page's form, untouched."""
    return dict(parsed(answer).xpath(form)[0].form_values())


def value_of(answer: TestResponse, name: str) -> str:
    """What stands in the field of this name."""
    control = parsed(answer).xpath(f"//form//*[@name='{name}']")[0]
    if control.tag == "select":
        return str((control.xpath("./option[@selected]/@value") or [""])[0])
    return str(control.get("value", control.text or ""))


def error_of(answer: TestResponse, name: str) -> str:
    """The sentence beside the field of this name; empty when there is none."""
    found = parsed(answer).xpath(f"//*[@id='{name}-error']")
    return " ".join(found[0].text_content().split()) if found else ""


def dangers(answer: TestResponse) -> list[str]:
    """What would run in a browser although the page did not mean it: inline code, handlers, javascript: links."""
    page = parsed(answer)
    inline = [
        script.text_content()
        for script in page.xpath("//script[not(@src)]")
        if script.get("type") != "application/ld+json"
    ]
    handlers = [
        name for found in page.iter() if found.attrib for name in found.attrib if name.startswith("on")
    ]
    links = [
        link
        for link in page.xpath("//@href | //@src | //@action")
        if link.strip().lower().startswith(("javascript:", "data:text"))
    ]
    return inline + handlers + links + page.xpath("//@style")
