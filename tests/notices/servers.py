"""Small servers of the other side: one that takes mail and one that takes posts, each on a port of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any


@dataclass
class MailServer:
    """`answers` are what it says to RCPT and to the end of DATA, else that all is well. `mails` are what it took."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    offers: str = "250 SMTPUTF8"
    mails: list[EmailMessage] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


class _MailHandler(StreamRequestHandler):
    told: MailServer

    def handle(self) -> None:
        while line := self._next():
            self._answer(line, line[:4].upper())
            if line[:4].upper() == "QUIT":
                return

    def setup(self) -> None:
        super().setup()
        self._say("220 test")

    def _next(self) -> str:
        line = self.rfile.readline().decode().strip()
        self.told.commands.append(line)
        return line

    def _answer(self, line: str, verb: str) -> None:
        if verb == "EHLO":
            self._say(f"250-test\r\n{self.told.offers}")
        elif verb == "DATA":
            self._say("354 go on")
            self._take()
        else:
            self._say(self.told.answers.get(verb, "250 ok"))

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        answer = self.told.answers.get("DATA", "250 taken")
        if answer.startswith("250"):
            self.told.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self._say(answer)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    server = MailServer(**options)
    handler = type("Handler", (_MailHandler,), {"told": server})
    with _running(ThreadingTCPServer(("127.0.0.1", 0), handler)) as port:
        server.port = port
        yield server


@dataclass
class PostServer:
    """`statuses` are what it answers one after the other, then 200."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@contextmanager
def post_server() -> Iterator[PostServer]:
    server = PostServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.bodies.append(body)
            server.posts.append(json.loads(body))
            server.headers.append(dict(self.headers))
            server.paths.append(self.path)
            status = server.statuses.pop(0) if server.statuses else 200
            self.send_response(status)
            if status in (301, 302, 307, 308):
                self.send_header("Location", f"http://127.0.0.1:{server.port}/inside")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with _running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        server.port = port
        yield server


@contextmanager
def _running(server: ThreadingTCPServer) -> Iterator[int]:
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
