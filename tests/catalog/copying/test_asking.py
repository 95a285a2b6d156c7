"""Real targets asked: SRU in three versions and Z39.50, beside ones that are down, slow or odd."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from catalog.copying import Answer, Target, Wanted, ask_all, read_targets

COMPUTER = Wanted(title="computer")
TARGET = '[[target]]\ncode = "{code}"\nname = "{code}"\nformat = "marc21"\n{rest}\n'


def target(rest: str, code: str = "t") -> Target:
    return read_targets(TARGET.format(code=code, rest=rest))[0]


def asked(wanted: Wanted, *targets: Target) -> list[Answer]:
    return ask_all(targets, wanted)


@pytest.mark.yaz
@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
def test_sru_gives_records(ztest: int, version: str) -> None:
    (answer,) = asked(COMPUTER, target(f'url = "http://127.0.0.1:{ztest}/Default"\nversion = "{version}"'))
    assert answer.fault is None
    assert answer.total >= len(answer.copies) > 0
    assert "How to program a computer" in [copy.data.title for copy in answer.copies]


@pytest.mark.yaz
def test_z3950_gives_records(ztest: int) -> None:
    (answer,) = asked(COMPUTER, target(f'address = "127.0.0.1:{ztest}/Default"'))
    assert answer.fault is None
    assert answer.total >= len(answer.copies) > 0
    assert "How to program a computer" in [copy.data.title for copy in answer.copies]


@pytest.mark.yaz
def test_z3950_joins_what_is_asked(ztest: int) -> None:
    (answer,) = asked(Wanted(title="computer", author="collins"), target(f'address = "127.0.0.1:{ztest}/Default"'))
    assert answer.fault is None


@pytest.mark.yaz
def test_a_copied_record_is_a_new_one(ztest: int) -> None:
    (answer,) = asked(COMPUTER, target(f'url = "http://127.0.0.1:{ztest}/Default"'))
    for copy in answer.copies:
        tags = {field.tag for field in copy.record.fields}
        assert not tags & {"001", "003", "005", "852", "949", "952"}
        assert copy.record.leader[5] == "n"


@pytest.mark.yaz
def test_a_target_that_refuses_says_why_and_the_others_answer(ztest: int) -> None:
    refusing = target(f'address = "127.0.0.1:{ztest}/Nowhere"', "a")
    good = target(f'url = "http://127.0.0.1:{ztest}/Default"', "b")
    first, second = asked(COMPUTER, refusing, good)
    assert "109" in str(first.fault)
    assert second.copies


@pytest.fixture
def serving() -> Iterator[Callable[[bytes], int]]:
    """A port whose server gives these bytes to whoever calls, and keeps the line open when there are none."""
    listeners: list[socket.socket] = []

    def serve(answer: bytes) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            try:
                line, _ = listener.accept()
                line.recv(65_536)
                if answer:
                    line.sendall(answer)
                    line.close()
                else:
                    line.recv(1)
            except OSError:
                pass  # the test is over

        Thread(target=run, daemon=True).start()
        return int(listener.getsockname()[1])

    yield serve
    for listener in listeners:
        listener.close()


HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (HTTP + b"<html/>", "读不懂"),
        (HTTP + b"not xml", "读不懂"),
        (HTTP + b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "读不懂"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\n\r\n", "HTTP 302"),
        (b"HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n", "HTTP 500"),
        (b"garbage\r\n\r\n", "连接不上"),
        (HTTP + b"x" * 4_100_000, "太大"),
        (
            HTTP
            + b"<searchRetrieveResponse><diagnostics><diagnostic><message>Unsupported index</message></diagnostic></diagnostics></searchRetrieveResponse>",
            "Unsupported index",
        ),
    ],
)
def test_an_odd_sru_answer_is_told(serving: Callable[[bytes], int], answer: bytes, told: str) -> None:
    (result,) = asked(COMPUTER, target(f'url = "http://127.0.0.1:{serving(answer)}/x"'))
    assert told in str(result.fault)
    assert not result.copies


@pytest.mark.parametrize(
    "answer",
    [b"\x00\x00\x00", b"\xff" * 100, b"\xb5\x84\xff\xff\xff\xff", b"HTTP/1.1 400 Bad\r\n\r\n", b"\xbf\x30\x00"],
)
def test_an_odd_z3950_answer_is_told(serving: Callable[[bytes], int], answer: bytes) -> None:
    (result,) = asked(COMPUTER, target(f'address = "127.0.0.1:{serving(answer)}/x"'))
    assert result.fault is not None


@pytest.mark.parametrize("where", ['url = "http://127.0.0.1:{port}/x"', 'address = "127.0.0.1:{port}/x"'])
def test_a_silent_target_is_given_up(serving: Callable[[bytes], int], where: str) -> None:
    (result,) = asked(COMPUTER, target(where.format(port=serving(b"")) + "\ntimeout = 1"))
    assert "1 秒内没有回答" in str(result.fault)


def test_a_target_that_is_down_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for where in (f'url = "http://127.0.0.1:{port}/x"', f'address = "127.0.0.1:{port}/x"'):
        (result,) = asked(COMPUTER, target(where))
        assert "连接不上" in str(result.fault)


def test_nothing_is_asked_of_nobody() -> None:
    assert asked(Wanted(), target('url = "http://127.0.0.1:1/x"')) == []
