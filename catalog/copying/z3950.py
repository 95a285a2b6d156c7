"""A small client of Z39.50 (ISO 23950, version 3): Init, Search with Bib-1 use attributes, Present, Close."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import Final

from catalog.bibdata import MarcFormat
from catalog.copying import ber
from catalog.copying.ber import BadEncoding, Value, context, group, integer, oid, sequence
from catalog.copying.faults import NOT_UNDERSTOOD, REFUSED, TOO_LARGE, TOO_SLOW, UNREACHABLE, TargetFault
from catalog.copying.targets import Target
from catalog.copying.wanted import Index, Wanted
from kernel.i18n import Text

MOST_RECORDS: Final = 10
LARGEST_ANSWER: Final = 4_000_000
_INIT, _INIT_ANSWER, _SEARCH, _SEARCH_ANSWER, _PRESENT, _PRESENT_ANSWER, _CLOSE = 20, 21, 22, 23, 24, 25, 48
_BIB_1: Final = oid("1.2.840.10003.3.1")
_SYNTAXES: Final[dict[MarcFormat, bytes]] = {
    "cnmarc": oid("1.2.840.10003.5.1"),  # UNIMARC, under which servers give CNMARC
    "marc21": oid("1.2.840.10003.5.10"),
}
_USE: Final[dict[Index, int]] = {"title": 4, "isbn": 7, "author": 1003}
_SET: Final = b"default"


def search(target: Target, wanted: Wanted) -> tuple[int, tuple[bytes, ...]]:
    """How many records there are, and the first of them in ISO 2709. Raises TargetFault."""
    deadline = time.monotonic() + target.timeout
    try:
        with socket.create_connection((target.host, target.port), timeout=target.timeout) as connection:
            return _Session(connection=connection, deadline=deadline, target=target).search(wanted)
    except TimeoutError as error:
        raise TargetFault(TOO_SLOW.format(n=f"{target.timeout:g}")) from error
    except OSError as error:
        raise TargetFault(UNREACHABLE.format(detail=str(error)[:120])) from error
    except BadEncoding as error:
        raise TargetFault(NOT_UNDERSTOOD.format(detail=f"BER: {error}")) from error


@dataclass(slots=True, kw_only=True)
class _Session:
    """One association with a target, from Init to Close."""

    connection: socket.socket
    deadline: float
    target: Target
    unread: bytes = b""

    def search(self, wanted: Wanted) -> tuple[int, tuple[bytes, ...]]:
        opened = self._ask(init_request(), _INIT_ANSWER)
        accepted = opened.part(12)
        if accepted is None or not any(accepted.content):
            raise TargetFault(REFUSED.format(detail="Init"))
        found = self._ask(search_request(self.target, wanted), _SEARCH_ANSWER)
        _check(found)
        count = found.part(23)
        total = count.as_int if count else 0
        records: tuple[bytes, ...] = ()
        if total > 0:
            presented = self._ask(present_request(self.target, min(total, MOST_RECORDS)), _PRESENT_ANSWER)
            records = records_of(presented)
            if not records:
                _check(presented, always=True)
        self._send(group(_CLOSE, [context(211, integer(0))]))
        return total, records

    def _ask(self, request: bytes, expected: int) -> Value:
        self._send(request)
        answer = self._receive()
        if answer.number != expected:
            detail = "Close" if answer.number == _CLOSE else f"PDU {answer.number}"
            raise TargetFault(NOT_UNDERSTOOD.format(detail=detail))
        return answer

    def _send(self, request: bytes) -> None:
        self._be_patient()
        self.connection.sendall(request)

    def _receive(self) -> Value:
        while True:
            found = ber.read_value(self.unread) if self.unread else None
            if found is not None:
                self.unread = self.unread[found[1] :]
                return found[0]
            if len(self.unread) > LARGEST_ANSWER:
                raise TargetFault(TOO_LARGE)
            self._be_patient()
            chunk = self.connection.recv(65_536)
            if not chunk:
                raise TargetFault(UNREACHABLE.format(detail="EOF"))
            self.unread += chunk

    def _be_patient(self) -> None:
        """A trickle of bytes does not put the deadline off."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.connection.settimeout(left)


# --- what is sent -------------------------------------------------------------------------------------------------------------------


def init_request() -> bytes:
    return group(
        _INIT,
        [
            context(3, b"\x05\xe0"),  # versions 1 to 3
            context(4, b"\x06\xc0"),  # search and present
            context(5, integer(LARGEST_ANSWER // 2)),
            context(6, integer(LARGEST_ANSWER // 2)),
            context(111, b"Tongjie"),
        ],
    )


def search_request(target: Target, wanted: Wanted) -> bytes:
    """Only counts: no record comes along, so that Present alone says how they are written."""
    return group(
        _SEARCH,
        [
            context(13, integer(0)),
            context(14, integer(1)),
            context(15, integer(0)),
            context(16, b"\xff"),
            context(17, _SET),
            group(18, [context(105, target.database.encode())]),
            group(21, [group(1, [ber.encode("universal", ber.OID, _BIB_1), _rpn(target, wanted)])]),
        ],
    )


def _rpn(target: Target, wanted: Wanted) -> bytes:
    """The terms, joined by AND from the left."""
    operands = [_operand(index, term.encode(target.charset, "replace")) for index, term in wanted.terms]
    query = operands[0]
    for operand in operands[1:]:
        query = group(1, [query, operand, group(46, [context(0, b"")])])
    return query


def _operand(index: Index, term: bytes) -> bytes:
    use = sequence([context(120, integer(1)), context(121, integer(_USE[index]))])
    return group(0, [group(102, [group(44, [use]), context(45, term)])])


def present_request(target: Target, count: int) -> bytes:
    return group(
        _PRESENT,
        [
            context(31, _SET),
            context(30, integer(1)),
            context(29, integer(count)),
            group(19, [context(0, b"F")]),
            context(104, _SYNTAXES[target.format]),
        ],
    )


# --- what comes back ----------------------------------------------------------------------------------------------------------------


def records_of(answer: Value) -> tuple[bytes, ...]:
    """The records of an answer, octet for octet; diagnostics in their place are passed over."""
    listed = answer.part(28)
    found = []
    for named in listed.parts if listed else []:
        record = named.part(1)
        retrieved = record.part(1) if record else None
        for external in retrieved.parts if retrieved else []:
            octets = external.part(1) if external.number == ber.EXTERNAL else None
            if octets is not None:
                found.append(octets.content)
    return tuple(found[:MOST_RECORDS])


def _check(answer: Value, *, always: bool = False) -> None:
    """Raises TargetFault with the target's own words where it answers with a diagnostic; `always`: also where it says nothing."""
    diagnostic = answer.part(130)
    if diagnostic is not None:
        parts = [part for part in diagnostic.parts if not part.is_context]
        numbers = [str(part.as_int) for part in parts if part.number == ber.INTEGER]
        words = [part.content.decode("utf-8", "replace") for part in parts if part.number not in (ber.INTEGER, ber.OID)]
        raise TargetFault(REFUSED.format(detail=" ".join(["Bib-1", *numbers, *words])[:200]))
    if always:
        raise TargetFault(_NO_RECORDS)


_NO_RECORDS: Final = Text(
    "有结果，但对方没有按所设的格式给出记录。请管理员核对这个目标的 format。",
    "There are hits, but no record in the format that is set. Have an administrator check this target's format.",
)
