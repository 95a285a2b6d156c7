"""gunicorn's threaded worker, except that a request is gathered before a thread is spent on it.

gunicorn alone gives a thread to every new connection, for as long as a client takes to send: a handful of slow or silent clients would
stop the service for everybody. Here the one loop that watches all connections collects headers and small bodies as they trickle in.

A connection is taken by the worker that has fewest of them (`web.balancing`), its requests wait for a turn (`web.turns`), and a thread that
has answered a client stays with it for the moment in which a program sends its next request.
"""

from __future__ import annotations

import errno
import re
import selectors
import socket
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from functools import partial
from time import monotonic
from typing import Any, Final, Literal

from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from web.balancing import Board
from web.turns import Turns

PATIENCE_SECONDS: Final = 20.0  # for headers and an ordinary body
SLOWEST_BYTES_A_SECOND: Final = 20_000  # of a larger body: a file uploaded over a village's line
SEND_SECONDS: Final = 20.0  # for an answer that the kernel does not take at once
LINGER_SECONDS: Final = 2.0  # for a client to read the answer and close, as RFC 9112, section 9.6, asks
LARGEST_GATHERED: Final = 1024 * 1024  # no less than the largest ordinary body, see `limits`
ANSWER_BUFFER: Final = 512 * 1024  # so that no thread waits for a client to read a page
CHUNK: Final = 64 * 1024
STAY_SECONDS: Final = 0.005  # with a client that was answered, if no other waits for the thread

_END_OF_HEADERS: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
_LAST_CHUNK: Final = b"0\r\n\r\n"
_EXPECT: Final = re.compile(rb"\r\nexpect:[^\r\n]*", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_GO_ON: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_TOO_SLOW: Final = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

Stage = Literal["headers", "body", "whole", "large"]


def stage_of(gathered: bytes | bytearray) -> Stage:
    """How much of a request is there. `large`: its headers, and a thread may read the body, which is an upload or will be refused."""
    end = gathered.find(_END_OF_HEADERS)
    if end < 0:
        return "large" if len(gathered) > LARGEST_GATHERED else "headers"
    body = len(gathered) - end - len(_END_OF_HEADERS)
    if _CHUNKED.search(gathered, 0, end + 2):
        if gathered.endswith(_LAST_CHUNK):
            return "whole"
        # Another request may follow in the same packet: only a parser can tell.
        has_end = gathered.find(_LAST_CHUNK, end) >= 0
        return "large" if has_end or body > LARGEST_GATHERED else "body"
    lengths = _LENGTH.findall(gathered, 0, end + 2)
    if len(lengths) != 1 or body >= int(lengths[0]):
        return "whole"  # several lengths are for gunicorn to refuse
    return "large" if int(lengths[0]) > LARGEST_GATHERED else "body"


class PatientSocket(socket.socket):
    """A connection on which a thread waits for the rest of a body, but not for ever, and where the head of an answer is sent with its
    body: in one packet, which wakes the client once."""

    deadline = 0.0
    _head: bytes | None = None

    def setblocking(self, flag: bool) -> None:
        self.settimeout(SEND_SECONDS if flag else 0.0)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """What is sent first is the head: it waits for what follows, or for the end of an answer without a body."""
        self._head = b""
        try:
            yield
            self._send_head()
        finally:
            self._head = None

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        if self._head is None:
            super().sendall(data, flags)
        elif self._head:
            whole, self._head = self._head + data, None
            super().sendall(whole, flags)
        else:
            self._head = data

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        self._send_head()
        return super().sendfile(file, offset, count)

    def await_more(self, seconds: float) -> bytes:
        """What comes within so short a time, if anything."""
        self.settimeout(seconds)
        try:
            return super().recv(CHUNK)
        except OSError:
            return b""

    def _send_head(self) -> None:
        head, self._head = self._head, None
        if head:
            super().sendall(head)

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """What has come. Raises ConnectionResetError when the whole takes too long, however lively it drips."""
        patience = self.gettimeout()
        if patience == 0.0:
            return super().recv(size, flags)
        left = self.deadline - monotonic()
        if left <= 0:
            raise ConnectionResetError(errno.ECONNRESET, "the body came too slowly")
        try:
            self.settimeout(min(left, patience or left))
            data = super().recv(size, flags)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the body came too slowly") from error
        finally:
            self.settimeout(patience)
        self.deadline += len(data) / SLOWEST_BYTES_A_SECOND
        return data


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A connection with what was gathered of its next request."""

    sock: PatientSocket

    def __init__(self, cfg: Any, sock: PatientSocket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.gathered = bytearray()
        self.is_whole = True
        self.data_ready = True  # no thread need wait for the first byte

    def feed(self) -> None:
        """Hand what was gathered to gunicorn's parser."""
        self.is_whole = stage_of(self.gathered) == "whole"
        self.sock.deadline = monotonic() + PATIENCE_SECONDS
        self.init()
        self.parser.unreader.unread(bytes(self.gathered))
        self.gathered.clear()


class GatheringWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Overrides where gunicorn takes a connection up and where it lets go of one. The threads' own work is gunicorn's."""

    pending_conns: deque[Connection]

    def __init__(self, age: int, ppid: int, sockets: Any, app: Any, *args: Any) -> None:
        """In the process that forks the worker. `app` has the board that all its workers share, and says how many requests each works on
        at once."""
        board: Board = app.board
        self.place = board.take_place()
        self._turns = Turns(app.at_once)
        super().__init__(age, ppid, sockets, app, *args)
        self._lingering: deque[Connection] = deque()
        self._in_hand = 0  # requests that a thread has or is to have; changed by the loop alone

    @property
    def nr_conns(self) -> int:
        return self.place.connections

    @nr_conns.setter
    def nr_conns(self, count: int) -> None:
        self.place.connections = count

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled and not self.place.wait_seconds)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Not beyond the moment from which connections are no longer left to others."""
        if self.alive and not self._accepting and self.nr_conns < self.worker_connections:
            timeout = min(timeout, self.place.wait_seconds)
        super().wait_for_and_dispatch_events(timeout)

    def accept(self, listener: Any) -> None:
        if not self.place.takes_next():
            self.set_accept_enabled(False)
            return
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        sock = PatientSocket(fileno=accepted.detach())
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ANSWER_BUFFER)
        self._gather(Connection(self.cfg, sock, client, listener.getsockname()))

    def on_client_socket_readable(self, conn: Connection, client: Any) -> None:
        """A connection that was kept alive sends again."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._gather(conn)
        self._read_on(conn, client)

    def handle(self, conn: Connection) -> Any:
        """In a thread of the pool."""
        conn.feed()
        while (keeps := super().handle(conn)) and self._sends_again(conn):
            conn.feed()
        return keeps

    def handle_request(self, req: Any, conn: Connection) -> Any:
        """In a thread too. A connection whose body may be left unread is closed, and its client told: else a thread waits for the rest."""
        if not conn.is_whole:
            req.force_close()
        # Who still sends a body, over a village's line, is waited for without holding up others.
        with conn.sock.answering(), self._turns.turn() if conn.is_whole else nullcontext():
            return super().handle_request(req, conn)

    def enqueue_req(self, conn: Connection) -> None:
        self._in_hand += 1
        super().enqueue_req(conn)

    def finish_request(self, conn: Connection, fs: Future[Any]) -> None:
        """Keep the connection, or end it without ever waiting for its client: this runs in the loop that serves all."""
        self._in_hand -= 1
        if fs.cancelled() or fs.exception() is not None:
            self._close(conn)
        elif not fs.result():
            self._linger(conn)
        elif conn.gathered:
            conn.sock.setblocking(False)
            self._gather(conn)
        else:
            super().finish_request(conn, fs)

    def murder_pending(self) -> None:
        """End connections whose request does not come; while stopping, all that sent nothing yet."""
        now = monotonic()
        silent = [] if self.alive else [conn for conn in self.pending_conns if not conn.gathered]
        late = [conn for conn in self.pending_conns if conn.gathered or self.alive]
        for conn in [*silent, *(conn for conn in late if conn.timeout <= now)]:
            self.pending_conns.remove(conn)
            self.poller.unregister(conn.sock)
            if conn.gathered:
                _try_to_send(conn.sock, _TOO_SLOW)
            self._close(conn)
        while self._lingering and self._lingering[0].timeout <= now:
            self._let_go(self._lingering[0])

    def _sends_again(self, conn: Connection) -> bool:
        """Whether a client that was answered has sent the whole of another request; what came of it is gathered. No thread stays with a
        client while a request waits for one."""
        conn.gathered += conn.parser.unreader.take_buffered()
        if not self.alive or self._in_hand > self.cfg.threads:
            return False
        if not conn.gathered:
            conn.gathered += conn.sock.await_more(STAY_SECONDS)
        return bool(conn.gathered) and _is_ready(conn)

    def _gather(self, conn: Connection) -> None:
        """Wait for the rest of a request, some of which may be there already."""
        if _is_ready(conn):
            self.enqueue_req(conn)
            return
        conn.timeout = monotonic() + PATIENCE_SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read_on, conn))

    def _read_on(self, conn: Connection, _sock: Any) -> None:
        try:
            data = conn.sock.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""  # the client is gone
        conn.gathered += data
        if data and not _is_ready(conn):
            return
        self.pending_conns.remove(conn)
        self.poller.unregister(conn.sock)
        if data:
            self.enqueue_req(conn)
        else:
            self._close(conn)

    def _linger(self, conn: Connection) -> None:
        """Say that nothing more comes, and wait for the client to close: closing first could cut the answer off."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
            return
        conn.timeout = monotonic() + LINGER_SECONDS
        self._lingering.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))

    def _drain(self, conn: Connection, _sock: Any) -> None:
        try:
            is_open = bool(conn.sock.recv(CHUNK))
        except BlockingIOError:
            return
        except OSError:
            is_open = False
        if not is_open:
            self._let_go(conn)

    def _let_go(self, conn: Connection) -> None:
        self._lingering.remove(conn)
        self.poller.unregister(conn.sock)
        self._close(conn)

    def _close(self, conn: Connection) -> None:
        self.nr_conns -= 1
        conn.close()


def _is_ready(conn: Connection) -> bool:
    """Whether a thread can take over. A client that waits for our word before it sends an ordinary body is given it."""
    stage = stage_of(conn.gathered)
    if stage == "body":
        end = conn.gathered.find(_END_OF_HEADERS)
        if _EXPECT.search(conn.gathered, 0, end + 2):
            conn.gathered = bytearray(_EXPECT.sub(b"", conn.gathered, count=1))
            _try_to_send(conn.sock, _GO_ON)
    return stage in ("whole", "large")


def _try_to_send(sock: socket.socket, answer: bytes) -> None:
    try:
        sock.send(answer)
    except OSError:
        return  # whoever sends half a request may well be gone
