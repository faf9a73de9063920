"""Pages that are kept for everybody: a message for one reader is in nobody else's."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

MESSAGE = "Your registration is cancelled"


def read(client: FlaskClient, etag: str = "") -> tuple[int, bool, str, str]:
    """Status, whether the message is there, who may keep the page, and its mark."""
    answer = client.get("/help", headers={"If-None-Match": etag} if etag else {})
    return (
        answer.status_code,
        MESSAGE in answer.text,
        answer.headers["Cache-Control"],
        answer.headers.get("ETag", ""),
    )


def test_a_waiting_message_is_shown_once_to_its_reader_alone(app: Flask) -> None:
    reader, stranger = app.test_client(), app.test_client()
    mark = read(reader)[3]
    with reader.session_transaction() as session:
        session["_flashes"] = [("ok", MESSAGE)]
    assert read(reader, etag=mark) == (200, True, "private, no-store", "")
    assert read(stranger) == (200, False, "public, no-cache", mark)
    assert read(reader, etag=mark) == (304, False, "public, no-cache", mark)
