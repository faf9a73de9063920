"""A real HTTP/2 server over TLS on loopback that answers as scripted, for tests of what is sent to wallets."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded

HANG = (0, None)
Answer = tuple[int, Any]


@dataclass(kw_only=True)
class Request:
    """What arrived; `shown` is the certificate that the client showed, DER, or None."""

    method: str
    path: str
    headers: dict[str, str]
    shown: bytes | None
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Desk:
    """What arrived, in order, and how it is answered: a status and a body for JSON, or HANG."""

    answer: Callable[[Request], Answer] = lambda request: (200, None)
    arrived: list[Request] = field(default_factory=list)
    connections: int = 0

    def took(self) -> list[Request]:
        """What arrived since this was asked last."""
        taken, self.arrived = self.arrived, []
        return taken


@contextmanager
def running(desk: Desk, context: ssl.SSLContext) -> Iterator[str]:
    """The address of the server."""
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, context, desk), daemon=True).start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _accept(listener: socket.socket, context: ssl.SSLContext, desk: Desk) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(plain, context, desk), daemon=True).start()


def _serve(plain: socket.socket, context: ssl.SSLContext, desk: Desk) -> None:
    try:
        with context.wrap_socket(plain, server_side=True) as line:
            desk.connections += 1
            _talk(line, desk)
    except OSError:
        return  # the client went, or did not like us


def _talk(line: ssl.SSLSocket, desk: Desk) -> None:
    speech = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
    speech.initiate_connection()
    line.sendall(speech.data_to_send())
    begun: dict[int, Request] = {}
    while heard := line.recv(65536):
        for event in speech.receive_data(heard):
            if isinstance(event, RequestReceived):
                begun[event.stream_id] = _request(event, line)
            elif isinstance(event, DataReceived):
                begun[event.stream_id].body += event.data
                speech.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, StreamEnded):
                _answer(speech, event.stream_id, begun.pop(event.stream_id), desk)
        line.sendall(speech.data_to_send())


def _request(event: RequestReceived, line: ssl.SSLSocket) -> Request:
    headers = dict(event.headers)
    shown = line.getpeercert(binary_form=True)
    return Request(method=headers[":method"], path=headers[":path"], headers=headers, shown=shown)


def _answer(speech: H2Connection, stream: int, request: Request, desk: Desk) -> None:
    desk.arrived.append(request)
    status, said = desk.answer(request)
    if (status, said) == HANG:
        return
    body = b"" if said is None else json.dumps(said).encode()
    headers = [(":status", str(status)), ("content-type", "application/json"), ("location", "/elsewhere")]
    speech.send_headers(stream, headers)
    speech.send_data(stream, body, end_stream=True)
