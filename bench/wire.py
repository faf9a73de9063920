"""A cheap HTTP/1.1 client: one thread keeps many connections busy, since it shares the cores with the server.

A visitor is a generator: it yields requests and is sent the answers. Only status, length, cookie and location
are read. The same visitors can be led through an application in this process, to count its statements.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from typing import Any

END_OF_HEAD = b"\r\n\r\n"
LONGEST_ANSWER = 30.0  # seconds without any answer, after which the server counts as hung
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Request:
    """What goes over the wire; `head` is everything but the first line, Host and Content-Length."""

    method: str
    path: str
    body: bytes = b""
    head: tuple[tuple[str, str], ...] = ()

    def on_the_wire(self, host: str) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.head]
        if self.method == "POST":
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + END_OF_HEAD + self.body


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes
    seconds: float

    def header(self, name: bytes) -> str:
        """The value of the first header of this name (lower case), else empty."""
        start = self.head.lower().find(b"\r\n" + name + b": ")
        if start < 0:
            return ""
        start += len(name) + 4
        end = self.head.find(b"\r\n", start)
        return self.head[start : end if end >= 0 else None].decode("latin-1")


Visit = Generator[Request, Answer, None]


@dataclass
class Line:
    """A kept connection with the visit that runs on it. After `patience` seconds without an answer it gives up."""

    host: str
    port: int
    patience: float = LONGEST_ANSWER
    visit: Visit | None = None
    link: socket.socket = field(init=False)
    got: bytearray = field(default_factory=bytearray)
    sent_at: float = 0.0

    def __post_init__(self) -> None:
        self.connect()

    def connect(self) -> None:
        self.link = socket.create_connection(("127.0.0.1", self.port), timeout=self.patience)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: Request) -> None:
        self.got.clear()
        self.sent_at = time.perf_counter()
        self.link.sendall(request.on_the_wire(self.host))

    def receive(self) -> Answer | None:
        """The answer once it is whole. Raises ConnectionError when the server hung up."""
        piece = self.link.recv(262144)
        if not piece:
            raise ConnectionError("the server hung up")
        self.got += piece
        return whole_answer(self.got, self.sent_at)

    def close(self) -> None:
        self.link.close()


def whole_answer(got: bytearray, sent_at: float) -> Answer | None:
    end = got.find(END_OF_HEAD)
    if end < 0:
        return None
    head = bytes(got[:end])
    status = int(head[9:12])
    length = 0 if status in (204, 304) else _length(head)
    if len(got) < end + 4 + length:
        return None
    return Answer(status, head, bytes(got[end + 4 : end + 4 + length]), time.perf_counter() - sent_at)


def _length(head: bytes) -> int:
    lower = head.lower()
    start = lower.find(b"\r\ncontent-length: ")
    if start < 0:
        raise ValueError("an answer without its length")
    end = lower.find(b"\r\n", start + 18)
    return int(lower[start + 18 : end if end >= 0 else None])


def ask(line: Line, request: Request) -> Answer:
    """One request, waited for."""
    line.send(request)
    while (answer := line.receive()) is None:
        pass
    return answer


def lead(lines: Iterable[Line], next_visit: Callable[[], Visit | None], *, idle: Callable[[], bool]) -> int:
    """Lead visits over the lines until there is none and `idle()` says that none will come.

    Returns how many requests were lost with their connection.
    """
    crowd = Crowd(next_visit)
    for line in lines:
        crowd.take(line)
    while crowd.is_busy or not idle():
        crowd.turn()
    return crowd.lost


class Crowd:
    """Connections that wait for an answer, and those that wait for a visit."""

    def __init__(self, next_visit: Callable[[], Visit | None]) -> None:
        self._next_visit = next_visit
        self._waiting = selectors.DefaultSelector()
        self._free: list[Line] = []
        self.lost = 0

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting.get_map())

    def take(self, line: Line) -> None:
        """Begin the next visit on this line, or let it wait for one."""
        visit = self._next_visit()
        if visit is None:
            self._free.append(line)
            return
        line.visit = visit
        line.send(next(visit))
        self._waiting.register(line.link, selectors.EVENT_READ, line)

    def turn(self) -> None:
        """Read what has come, and give waiting lines their visits."""
        ready = self._waiting.select(0.005 if self._free else LONGEST_ANSWER) if self.is_busy else []
        if not self.is_busy:
            time.sleep(0.002)
        elif not ready and not self._free:
            raise TimeoutError(f"no answer within {LONGEST_ANSWER} seconds")
        for key, _events in ready:
            self._read(key.data)
        free, self._free = self._free, []
        for line in free:
            self.take(line)

    def _read(self, line: Line) -> None:
        try:
            answer = line.receive()
        except OSError:
            self.lost += 1
            self._waiting.unregister(line.link)
            line.connect()
            self.take(line)
            return
        if answer is not None:
            self._go_on(line, answer)

    def _go_on(self, line: Line, answer: Answer) -> None:
        visit: Any = line.visit
        try:
            line.send(visit.send(answer))
        except StopIteration:
            self._waiting.unregister(line.link)
            self.take(line)
