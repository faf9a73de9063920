"""Pages with letters in frames: each letter alone in a sandbox, under a policy that knows the styles of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, make_response, render_template

from eventhub.mail.viewing import viewed
from eventhub.mailings.previews import Preview
from eventhub.web.headers import EVERYWHERE

SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_STYLES = "style-src 'self'"


def page_with(template: str, previews: Sequence[Preview], *, status: int = 200, **facts: Any) -> Response:
    """The page, in which `previews` are pairs of a preview and the HTML of its frame."""
    pages = [viewed(one.html) for one in previews]
    shown = [(one, page.html) for one, page in zip(previews, pages, strict=True)]
    response = make_response(render_template(template, previews=shown, sandbox=SANDBOX, **facts), status)
    styles = sorted({style for page in pages for style in page.styles})
    policy = EVERYWHERE.replace(_STYLES, " ".join([_STYLES, *styles]))
    response.headers["Content-Security-Policy"] = f"{policy}; frame-src 'self'"
    return response
