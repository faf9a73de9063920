"""A cheap SMTP server on loopback: counts letters, and keeps the links that ask to confirm an address."""

from __future__ import annotations

import base64
import re
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from typing import BinaryIO

# The plain text comes first; what follows, a ticket perhaps, is not looked through.
BYTES_WITH_TEXT = 8_000
_CONFIRM = re.compile(rb"/registrations/[\w-]+/confirm/[\w.~-]+")
_BASE64_PART = re.compile(rb"text/plain.*?base64\r?\n(.*?)\r?\n\r?\n(.+?)--=", re.DOTALL)


class PostBox:
    """`links` holds (recipient, path) of letters not yet fetched; `count` is how many letters came."""

    def __init__(self) -> None:
        self.links: deque[tuple[str, str]] = deque()
        self.count = 0
        self.last_at = 0.0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def wait_for(self, letters: int, *, seconds: float) -> bool:
        """Whether so many have come in time."""
        deadline = time.monotonic() + seconds
        while self.count < letters and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.count >= letters

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                link, _address = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(link,), daemon=True).start()

    def _talk(self, link: socket.socket) -> None:
        with suppress(ConnectionError), link, link.makefile("rb") as said:
            link.sendall(b"220 ready\r\n")
            recipient = ""
            for line in said:
                verb = line[:4].upper()
                if verb == b"RCPT":
                    recipient = line[line.find(b"<") + 1 : line.find(b">")].decode()
                if verb == b"DATA":
                    link.sendall(b"354 go on\r\n")
                    self._keep(recipient, _until_dot(said))
                link.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                if verb == b"QUIT":
                    return

    def _keep(self, recipient: str, letter: bytes) -> None:
        found = _CONFIRM.search(_text_of(letter[:BYTES_WITH_TEXT]))
        if found:
            self.links.append((recipient, found[0].decode()))
        self.count += 1
        self.last_at = time.perf_counter()


def _until_dot(said: BinaryIO) -> bytes:
    lines = []
    for line in said:
        if line == b".\r\n":
            break
        lines.append(line)
    return b"".join(lines)


def _text_of(letter: bytes) -> bytes:
    """The plain text, as far as links in it need: soft line ends are joined, base64 is opened."""
    part = _BASE64_PART.search(letter)
    if part:
        return base64.b64decode(part[2])
    return letter.replace(b"=\r\n", b"").replace(b"=3D", b"=")
