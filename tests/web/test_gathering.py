"""How much of a request is there, byte by byte, and how an answer goes out."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from web.gathering import LARGEST_GATHERED, PatientSocket, Stage, stage_of

POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("gathered", "stage"),
    [
        (b"", "headers"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", "headers"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "whole"),
        (POST + b"content-LENGTH: 3 \r\n\r\nab", "body"),
        (POST + b"content-LENGTH: 3 \r\n\r\nabc", "whole"),
        (POST + b"Content-Length: 3\r\n\r\nabcGET", "whole"),
        (POST + b"X-Content-Length: 3\r\n\r\n", "whole"),
        (POST + b"\r\nContent-Length: 3\r\n\r\n", "whole"),
        (POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\n", "whole"),
        (POST + b"Content-Length: 99999999999999999999\r\n\r\n", "whole"),
        (POST + b"Content-Length: %d\r\n\r\n" % LARGEST_GATHERED, "body"),
        (POST + b"Content-Length: %d\r\n\r\n" % (LARGEST_GATHERED + 1), "large"),
        (CHUNKED + b"3\r\nabc\r\n", "body"),
        (CHUNKED + b"3\r\nabc\r\n0\r\n\r\n", "whole"),
        (CHUNKED + b"3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\r\n", "large"),
        (CHUNKED + b"a" * (LARGEST_GATHERED + 1), "large"),
        (b"a" * (LARGEST_GATHERED + 1), "large"),
    ],
)
def test_says_how_much_of_a_request_is_there(gathered: bytes, stage: Stage) -> None:
    assert stage_of(gathered) == stage


@pytest.fixture
def line() -> Iterator[tuple[PatientSocket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with PatientSocket(fileno=ours.detach()) as server, theirs as client:
        client.setblocking(False)
        yield server, client


def test_a_head_waits_for_its_body(line: tuple[PatientSocket, socket.socket]) -> None:
    server, client = line
    with server.answering():
        server.sendall(b"head ")
        with pytest.raises(BlockingIOError):
            client.recv(99)
        server.sendall(b"body")
        assert client.recv(99) == b"head body"
        server.sendall(b" more")
        assert client.recv(99) == b" more"
    with server.answering():
        server.sendall(b"head alone")
    assert client.recv(99) == b"head alone"


def test_a_head_whose_body_failed_is_not_sent_with_what_comes_next(line: tuple[PatientSocket, socket.socket]) -> None:
    server, client = line

    def fail() -> None:
        with server.answering():
            server.sendall(b"head ")
            raise StopIteration  # as gunicorn ends a connection

    with pytest.raises(StopIteration):
        fail()
    server.sendall(b"error")
    assert client.recv(99) == b"error"


def test_who_does_not_read_an_answer_without_a_body_is_found_out(line: tuple[PatientSocket, socket.socket]) -> None:
    server, _silent = line
    server.settimeout(0.05)

    def answer_for_ever() -> None:
        while True:
            with server.answering():
                server.sendall(b"head" * 1000)

    with pytest.raises(TimeoutError):
        answer_for_ever()
