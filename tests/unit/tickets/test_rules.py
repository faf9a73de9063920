"""Which code counts, and the two bytes that can run full."""

import pytest

from eventhub.tickets.rules import NoKeysLeft, ReissuedTooOften, is_current, next_generation, next_key_id
from eventhub.tickets.signing import TicketClaim

CLAIM = TicketClaim(key_id=2, event_number=1, ticket_id=bytes(8), generation=3)


@pytest.mark.parametrize(
    ("key_id", "generation", "current"), [(2, 3, True), (2, 4, False), (2, 2, False), (3, 3, False)]
)
def test_only_the_last_code_of_a_ticket_is_current(key_id, generation, current):
    assert is_current(CLAIM, key_id=key_id, generation=generation) is current


def test_generations_rise_by_one_until_the_byte_is_full():
    assert [next_generation(1), next_generation(254)] == [2, 255]
    with pytest.raises(ReissuedTooOften):
        next_generation(255)


def test_key_ids_start_at_one_and_end_with_the_byte():
    assert [next_key_id(None), next_key_id(1), next_key_id(254)] == [1, 2, 255]
    with pytest.raises(NoKeysLeft):
        next_key_id(255)
