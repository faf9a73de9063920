"""The picture of an event, for pages and for sites that show links to them."""

from __future__ import annotations

import io
from datetime import datetime

from flask.testing import FlaskClient
from lxml import html
from PIL import Image

from eventhub.db import transaction
from eventhub.events.stamps import raise_stamp
from tests.factories import make_event

TEAL = (8, 124, 119)


def test_a_shared_link_shows_the_cover_as_a_png_of_1200_pixels(client: FlaskClient, now: datetime) -> None:
    with transaction():
        make_event(now=now, slug="heat", accent="teal")
        raise_stamp(now=now)
    page = html.fromstring(client.get("/events/heat").data)
    address = page.xpath("string(//meta[@property='og:image']/@content)")
    answer = client.get(address)
    picture = Image.open(io.BytesIO(answer.data)).convert("RGB")
    assert answer.content_type == "image/png"
    assert picture.size == (1200, 675)
    assert max(picture.getcolors(maxcolors=2**24) or [])[1] == TEAL
