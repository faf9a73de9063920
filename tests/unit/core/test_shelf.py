"""The shelf of costly things."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from eventhub.core.shelf import Shelf


def test_what_is_put_is_found_until_newer_things_need_its_place() -> None:
    shelf = Shelf[str](2)
    for name in ("a", "b", "a", "c"):
        shelf.put(name, name.upper())

    assert [shelf.find(name) for name in ("a", "b", "c")] == ["A", None, "C"]
    assert len(shelf) == 2


def test_one_thing_is_made_once_however_many_ask_for_it() -> None:
    shelf, made, together = Shelf[int](2), [], Barrier(8)

    def ask(_number: int) -> int:
        together.wait()
        return shelf.get("key", lambda: made.append(1) or len(made))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [1] * 8


def test_a_maker_who_fails_leaves_the_place_to_the_next() -> None:
    shelf = Shelf[int](1)

    def fail() -> int:
        raise ValueError

    for _twice in range(2):
        try:
            shelf.get("key", fail)
        except ValueError:
            continue
    assert shelf.get("key", lambda: 7) == 7


def test_a_cleared_shelf_is_empty() -> None:
    shelf = Shelf[int](1)
    shelf.put("key", 1)
    shelf.clear()

    assert (shelf.find("key"), len(shelf)) == (None, 0)
