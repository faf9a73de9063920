"""People who do not give up: a request without an answer is sent again, and what was acknowledged is written down."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.post_box import PostBox
from bench.server import Place
from bench.visits import PATH, Shown, filled, from_home, number_of, pressed
from bench.wire import Answer, Line, Request, ask
from config import QUICKEST_PERSON

PATIENCE = 60.0  # seconds in which somebody sends a request again
PAUSE = 0.05
MOST_SHOWN = 150


@dataclass
class Log:
    """E-mail addresses whose form was acknowledged, and those whose confirmation was."""

    sent: set[str] = field(default_factory=set)
    confirmed: set[str] = field(default_factory=set)


class Caller:
    """One connection, made anew whenever the server hung up."""

    def __init__(self, where: Place) -> None:
        self._where = where
        self._line: Line | None = None
        self.answers = 0

    def ask(self, request: Request) -> Answer:
        """The answer, however often it has to be asked for. Raises TimeoutError when there is none for long."""
        over = time.monotonic() + PATIENCE
        while time.monotonic() < over:
            try:
                self._line = self._line or Line(self._where.host, self._where.port)
                answer = ask(self._line, request)
            except (OSError, ValueError):
                self.close()
                time.sleep(PAUSE)
            else:
                self.answers += 1
                return answer
        raise TimeoutError(f"no answer to {request.method} {request.path} in {PATIENCE} s")

    def close(self) -> None:
        if self._line is not None:
            self._line.close()
        self._line = None


class Callers:
    """Several at once. Each answers a letter if one has come, else sends a form that is ready, else opens one."""

    def __init__(self, where: Place, box: PostBox, *, count: int) -> None:
        self.log = Log()
        self._box = box
        self._shown: deque[Shown] = deque()
        self._numbers = iter(range(1, 10**9))
        self._busy = 0
        self._is_closing = threading.Event()
        self._is_over = threading.Event()
        self._callers = [Caller(where) for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._work, args=(caller,), daemon=True) for caller in self._callers
        ]
        self._lock = threading.Lock()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop_new_ones(self) -> None:
        """From now on letters are answered, and nothing else."""
        self._is_closing.set()

    @property
    def are_done(self) -> bool:
        """Nobody does anything, and every letter that came is answered."""
        with self._lock:
            return self._busy == 0 and not self._box.links

    def wait_for_answers(self, *, seconds: float) -> None:
        """Until the server works for everybody again, and has acknowledged somebody. Raises TimeoutError."""
        before, over = [caller.answers for caller in self._callers], time.monotonic() + seconds
        while time.monotonic() < over:
            if self.log.sent and all(
                caller.answers > old for caller, old in zip(self._callers, before, strict=True)
            ):
                return
            time.sleep(PAUSE / 5)
        raise TimeoutError(f"not everybody was answered in {seconds} s")

    def end(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _work(self, caller: Caller) -> None:
        while not self._is_over.is_set():
            deed = self._take()
            if deed is None:
                time.sleep(PAUSE)
                continue
            try:
                deed(caller)
            except TimeoutError as error:
                print(error, file=sys.stderr)
            finally:
                with self._lock:
                    self._busy -= 1
        caller.close()

    def _take(self) -> Callable[[Caller], None] | None:
        with self._lock:
            deed = self._next()
            self._busy += deed is not None
            return deed

    def _next(self) -> Callable[[Caller], None] | None:
        if self._box.links:
            email, path = self._box.links.popleft()
            return lambda caller: self._confirm(caller, email, path)
        if self._is_closing.is_set():
            return None
        if self._shown and self._shown[0].ready_at <= time.perf_counter():
            shown = self._shown.popleft()
            return lambda caller: self._send(caller, shown)
        if len(self._shown) >= MOST_SHOWN:
            return None
        number = next(self._numbers)
        return lambda caller: self._open(caller, number)

    def _open(self, caller: Caller, number: int) -> None:
        form = caller.ask(Request("GET", PATH, head=from_home(number)))
        if _is(form, 200, "form"):
            self._shown.append(Shown(number, form, time.perf_counter() + QUICKEST_PERSON))

    def _send(self, caller: Caller, shown: Shown) -> None:
        if _is(caller.ask(filled(shown.number, shown.form)), 302, "submit"):
            self.log.sent.add(f"visitor{shown.number}@example.org")

    def _confirm(self, caller: Caller, email: str, path: str) -> None:
        """A letter may come twice; its second link leads to the registration at once."""
        home = from_home(number_of(email))
        page = caller.ask(Request("GET", path, head=home))
        done = page if page.status == 302 else caller.ask(pressed(path, page, head=home))
        if _is(done, 302, "confirm"):
            self.log.confirmed.add(email)


def _is(answer: Answer, status: int, what: str) -> bool:
    """An error page acknowledges nothing, and is told."""
    if answer.status != status:
        print(f"{what}: {answer.status} {answer.body[:200]!r}", file=sys.stderr)
    return answer.status == status
