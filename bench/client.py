"""The other end of the line: connections kept alive, nothing done but to send, receive and look at the status."""

from __future__ import annotations

import json
import re
import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

PATIENCE_SECONDS: Final = 30.0
CHUNK: Final = 256 * 1024
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def wire(self) -> bytes:
        """As it goes over the line."""
        length = {} if self.body is None else {"Content-Length": str(len(self.body))}
        headers = {"Host": "127.0.0.1", **self.headers, **length}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{head}\r\n".encode() + (self.body or b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """`seconds` by the clock for all, `latencies` in milliseconds, sorted; `client_ms` is the CPU time of sending itself."""

    seconds: float
    latencies: tuple[float, ...]
    client_ms: float

    def quantile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def post(token: str, key: str, path: str, **body: str) -> Request:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}
    return Request(method="POST", path=f"/api/v1{path}", body=json.dumps(body).encode(), headers=headers)


def get(path: str) -> Request:
    return Request(method="GET", path=path)


def send_all(port: int, requests: Sequence[Request], *, connections: int) -> Sent:
    """Send every request once, spread over the connections; any answer but 2xx ends the run (RuntimeError)."""
    latencies: list[float] = []
    lines = [_Line(port, requests[part::connections]) for part in range(min(connections, len(requests)))]
    began, cpu = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as waiting:
        for line in lines:
            waiting.register(line.socket, selectors.EVENT_READ, line)
            line.send_next()
        while waiting.get_map():
            ready = waiting.select(PATIENCE_SECONDS)
            if not ready:
                raise RuntimeError(f"no answer within {PATIENCE_SECONDS} seconds")
            for key, _ in ready:
                if key.data.receive():
                    latencies.append(key.data.took_ms)
                    if not key.data.send_next():
                        waiting.unregister(key.fileobj)
    seconds, client_ms = time.perf_counter() - began, (time.process_time() - cpu) * 1000
    for line in lines:
        line.socket.close()
    return Sent(seconds=seconds, latencies=tuple(sorted(latencies)), client_ms=client_ms)


class _Line:
    """A connection with what is still to be sent over it, one after the other. All share one thread: a client that keeps several busy takes
    more of the machine than it measures."""

    def __init__(self, port: int, requests: Sequence[Request]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._left = iter([(request.path, request.wire()) for request in requests])
        self.took_ms = 0.0

    def send_next(self) -> bool:
        self._asked, wire = next(self._left, ("", b""))
        if not wire:
            return False
        self._came, self._began = b"", time.perf_counter()
        self.socket.sendall(wire)
        return True

    def receive(self) -> bool:
        """Whether the answer is whole now."""
        data = self.socket.recv(CHUNK)
        if not data:
            raise RuntimeError(f"{self._asked}: the server closed the connection")
        self._came += data
        head, end, body = self._came.partition(b"\r\n\r\n")
        if not end:
            return False
        length = _LENGTH.search(head)
        if length is None:
            raise RuntimeError(f"{self._asked}: an answer of unknown length")
        if len(body) < int(length[1]):
            return False
        self.took_ms = (time.perf_counter() - self._began) * 1000
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{self._asked}: {head[9:12].decode()} {body[:300].decode(errors='replace')}")
        return True
