"""When a letter is tried again: the table of pauses, and who is not asked twice."""

from datetime import UTC, datetime, timedelta

import pytest

from eventhub.mail.rules import GIVE_UP_AFTER, Failure, is_poison, next_attempt

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def pause(
    failure: Failure, attempts: int, *, age: timedelta = timedelta(), jitter: float = 0
) -> float | None:
    give_up_at = NOW - age + GIVE_UP_AFTER
    again = next_attempt(failure, attempts=attempts, give_up_at=give_up_at, now=NOW, jitter=jitter)
    return None if again is None else (again - NOW).total_seconds() / 60


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (3, 5), (4, 10), (5, 30), (6, 60), (7, 60), (40, 60)]
)
def test_pauses_grow_to_an_hour(attempts: int, minutes: float) -> None:
    assert pause(Failure.LATER, attempts) == minutes


def test_jitter_moves_the_moment_by_a_fifth_of_the_pause() -> None:
    assert pause(Failure.LATER, 4, jitter=1) == 12
    assert pause(Failure.LATER, 4, jitter=-1) == 8


def test_after_a_day_the_letter_is_parked() -> None:
    assert pause(Failure.LATER, 9, age=timedelta(hours=23, minutes=59)) == 60
    assert pause(Failure.LATER, 9, age=timedelta(hours=24)) is None


def test_a_refused_address_is_not_asked_twice() -> None:
    assert pause(Failure.REFUSED, 1) is None


def test_a_letter_that_cant_be_made_is_parked_at_its_tenth_try() -> None:
    assert pause(Failure.BROKEN, 9) == 60
    assert pause(Failure.BROKEN, 10) is None


def test_a_letter_is_poison_when_a_day_of_attempts_gave_no_answer() -> None:
    over = NOW - timedelta(seconds=1)

    assert is_poison(attempts=11, give_up_at=over, now=NOW)
    assert not is_poison(attempts=10, give_up_at=over, now=NOW)
    assert not is_poison(attempts=11, give_up_at=NOW + timedelta(hours=1), now=NOW)
