"""The organisers' pages of attendance: the table, its files, the rule, and corrections of one person."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from eventhub.attendance.queries import find_rule
from eventhub.attendance.rules import Rule
from eventhub.checkin.judging import Mode, PointKind
from eventhub.checkin.models import Scan
from eventhub.checkin.points import PointPlan, add_point
from eventhub.checkin.rules import Direction, ScanSource, Verdict
from eventhub.db import db, transaction
from eventhub.events.models import Event, Session
from eventhub.registration.models import Attendee
from tests.factories import make_attendee, make_session
from tests.web.organiser.desk import Statements, error_beside, send
from tests.web.reading import parsed

ATTENDANCE = "/organiser/events/own/attendance"
FORMULA = "=HYPERLINK(1)"


def came(session: Session, guest: Attendee, *, minutes: int, by: Event, now: datetime) -> None:
    """In at the beginning of a session, out after so long."""
    plan = PointPlan(name={"en": "Lab"}, mode=Mode.REENTRY)
    point = add_point(event_id=by.id, kind=PointKind.SESSION, plan=plan, session=session, by="test", now=now)
    for verdict, after in ((Verdict.ADMIT, 0), (Verdict.LEFT, minutes)):
        at = session.starts_at + timedelta(minutes=after)
        scan = Scan(
            scan_id=str(uuid4()),
            event_id=by.id,
            point_id=point.id,
            rules_version=1,
            ticket_id=guest.ticket_id,
            direction=Direction.ENTRY,
            verdict=verdict,
            source=ScanSource.CAMERA,
            scanned_at=at,
            received_at=at,
        )
        db.session.add(scan)


@pytest.fixture
def lab(own: Event, now: datetime) -> Session:
    """Half an hour of Anna in it; Borys never came."""
    with transaction():
        session = make_session(own, title={"en": FORMULA, "ru": "Лаборатория"})
        anna = make_attendee(own, now=now, full_name="Анна Тестова", organisation=FORMULA)
        make_attendee(own, now=now, full_name="Borys Example")
        came(session, anna, minutes=30, by=own, now=now)
    return session


def rows_of(client: FlaskClient, query: str = "") -> list[list[str]]:
    rows = parsed(client.get(f"{ATTENDANCE}?{query}")).xpath("//table/tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("th|td")] for row in rows]


def test_the_table_shows_days_or_the_sessions_of_a_day(
    organiser: FlaskClient, own: Event, lab: Session
) -> None:
    day = own.starts_at.date()

    assert rows_of(organiser) == [
        ["Borys Example", "Never scanned", "0", "0:00", "–"],
        ["Анна Тестова", "Was there", "1", "0:30", "✓ Was there 0:30"],
    ]
    assert rows_of(organiser, f"day={day}&q=anna") == [
        ["Анна Тестова", "Was there", "1", "0:30", "✓ Attended 0:30"]
    ]
    assert rows_of(organiser, "day=soon&standing=unseen&page=9") == [
        ["Borys Example", "Never scanned", "0", "0:00", "–"]
    ]


def test_the_rule_is_stored_and_tells_people_apart(organiser: FlaskClient, own: Event, lab: Session) -> None:
    refused = send(organiser, ATTENDANCE, {"session_percent": "101"})
    stored = send(organiser, ATTENDANCE, {"session_percent": "60", "least_sessions": "1"})

    assert error_beside(refused.text, "session_percent") == "Enter a number from 1 to 100."
    assert stored.status_code == 302
    db.session.rollback()
    assert find_rule(own.id) == Rule(session_percent=60, least_sessions=1)
    assert [row[0] for row in rows_of(organiser, "standing=short")] == ["Анна Тестова"]
    assert rows_of(organiser, "standing=met") == []
    send(organiser, ATTENDANCE, {"session_percent": "50", "least_sessions": "1"})
    assert [row[1] for row in rows_of(organiser)] == ["Never scanned", "Meets the rule"]


def test_a_session_is_corrected_with_a_reason_and_the_timeline_tells(
    organiser: FlaskClient, own: Event, lab: Session
) -> None:
    (link,) = parsed(organiser.get(f"{ATTENDANCE}?q=borys")).xpath("//tbody/tr/th/a/@href")
    typed = {"session": lab.public_id, "word": "attended", "reason": "Helped <b>there</b>"}
    (registration,) = parsed(organiser.get(link)).xpath("//a[contains(@href, '/people/')]/@href")

    refused = send(organiser, link, {**typed, "reason": ""})
    again = send(organiser, link, {**typed, "word": "as_scanned"})
    stored = send(organiser, link, typed)

    assert error_beside(refused.text, "reason") == "Say in a few words why."
    assert error_beside(again.text, "word") == "This is what counts already."
    assert stored.status_code == 302
    assert rows_of(organiser, f"day={own.starts_at.date()}&q=borys") == [
        ["Borys Example", "Was there", "1", "1:00", "✓ Attended 1:00* corrected"]
    ]
    for address in (link, registration):
        told = " ".join(
            parsed(organiser.get(address)).xpath("//ol[@class='timeline']")[0].text_content().split()
        )
        assert "Helped <b>there</b> Attendance: As it was scanned Attended Test Organiser" in told


def test_files_hold_every_day_and_session_as_text(organiser: FlaskClient, own: Event, lab: Session) -> None:
    answer = organiser.get(f"{ATTENDANCE}.csv?lang=ru")
    header, borys, anna = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    sheet = organiser.get(f"{ATTENDANCE}.xlsx?standing=unseen")

    assert header[:2] == ["Имя", "Организация"]
    assert header[-1] == "8 мар., 12:00 · Лаборатория, минут"
    assert [anna[0], anna[1], *anna[4:]] == ["Анна Тестова", f"'{FORMULA}", "1", "1", "30", "30", "да", "30"]
    assert borys[4:] == ["0", "0", "0", "", "нет", ""]
    assert (sheet.status_code, sheet.data[:2]) == (200, b"PK")


def test_one_and_thirty_people_cost_the_same_statements(
    organiser: FlaskClient, own: Event, lab: Session, now: datetime
) -> None:
    own_id, counts = own.id, []
    for more in (0, 30):
        with transaction():
            event = db.session.get_one(Event, own_id)
            for number in range(more):
                make_attendee(event, now=now, full_name=f"Guest {number}")
        for query in ("", "?standing=unseen"):
            with Statements() as statements:
                organiser.get(f"{ATTENDANCE}{query}")
            counts.append(statements.count)

    assert counts[:2] == counts[2:]
