"""Where a programme collides."""

from datetime import UTC, datetime, timedelta

import pytest

from eventhub.events.conflicts import Booking, Clash, find_conflicts, speaker_keys

DAY = datetime(2027, 7, 12, tzinfo=UTC)


def a_booking(
    number: int,
    start: float,
    end: float,
    *,
    room: int | None = None,
    speakers: str = "",
    ours: bool = True,
) -> Booking:
    return Booking(
        session_id=number,
        title={"en": f"Session {number}"},
        starts_at=DAY + timedelta(hours=start),
        ends_at=DAY + timedelta(hours=end),
        room_id=room,
        speakers=speaker_keys([speakers]),
        is_ours=ours,
    )


def found(*bookings: Booking) -> list[tuple[Clash, int, int | None]]:
    conflicts = find_conflicts(
        bookings, starts_at=DAY + timedelta(hours=9), ends_at=DAY + timedelta(hours=18)
    )
    return [(one.clash, one.first.session_id, one.second and one.second.session_id) for one in conflicts]


@pytest.mark.parametrize(
    ("second", "clashes"),
    [
        (a_booking(2, 10.5, 11.5, room=1), [(Clash.ROOM, 1, 2)]),
        (a_booking(2, 10, 11, room=1), [(Clash.ROOM, 1, 2)]),
        (a_booking(2, 9, 17, room=1), [(Clash.ROOM, 2, 1)]),
        (a_booking(2, 11, 12, room=1), []),
        (a_booking(2, 9, 10, room=1), []),
        (a_booking(2, 10, 11, room=2), []),
        (a_booking(2, 10, 11), []),
        (a_booking(2, 10, 11, speakers="test  SPEAKER"), [(Clash.SPEAKER, 1, 2)]),
        (
            a_booking(2, 10, 11, room=1, speakers="Test Speaker"),
            [(Clash.ROOM, 1, 2), (Clash.SPEAKER, 1, 2)],
        ),
        (a_booking(2, 11, 12, speakers="Test Speaker"), []),
        (a_booking(2, 10, 11, speakers="Another Speaker"), []),
        (a_booking(2, 10, 11, room=1, ours=False), [(Clash.ROOM, 1, 2)]),
        (a_booking(2, 10, 11, speakers="Test Speaker", ours=False), []),
        (a_booking(2, 8, 9.5), [(Clash.OUTSIDE, 2, None)]),
        (a_booking(2, 17, 18.5), [(Clash.OUTSIDE, 2, None)]),
        (a_booking(2, 8, 9.5, ours=False), []),
    ],
)
def test_two_sessions_collide_or_not(second: Booking, clashes: list[tuple[Clash, int, int | None]]) -> None:
    first = a_booking(1, 10, 11, room=1, speakers="Test Speaker")

    assert found(first, second) == clashes
    assert sorted(found(second, first)) == sorted(clashes)


def test_other_events_do_not_warn_about_each_other() -> None:
    assert found(a_booking(1, 10, 11, room=1, ours=False), a_booking(2, 10, 11, room=1, ours=False)) == []


def test_a_long_session_collides_with_all_that_lie_in_it() -> None:
    assert found(a_booking(1, 9, 18, room=1), a_booking(2, 10, 11, room=1), a_booking(3, 12, 13, room=1)) == [
        (Clash.ROOM, 1, 2),
        (Clash.ROOM, 1, 3),
    ]


def test_a_nameless_speaker_is_nobody() -> None:
    assert speaker_keys(["", "  ", "Ёж  Тестов"]) == frozenset({"еж тестов"})
