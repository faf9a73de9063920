"""A shelf for what was costly to make: a number of places, the oldest thing goes first. Safe from any thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock, RLock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Shelf(Generic[Thing]):
    """The latest things by their keys."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._lock = Lock()
        self._making = RLock()

    def __len__(self) -> int:
        return len(self._things)

    def find(self, key: Hashable) -> Thing | None:
        return self._things.get(key)

    def put(self, key: Hashable, thing: Thing) -> None:
        with self._lock:
            self._things[key] = thing
            self._things.move_to_end(key)
            while len(self._things) > self._places:
                self._things.popitem(last=False)

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """What lies under this key, made when nothing does. One maker at a time: a change is made once, however
        many ask for it."""
        found = self.find(key)
        if found is None:
            with self._making:
                found = self.find(key)
                if found is None:
                    found = make()
                    self.put(key, found)
        return found

    def clear(self) -> None:
        with self._lock:
            self._things.clear()
