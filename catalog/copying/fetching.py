"""One answer over HTTP from an address that an administrator has written down: no redirect is followed, so that no target can send us on to
a machine of its choice; the whole has a deadline and a size."""

from __future__ import annotations

import http.client
import time
from typing import Final
from urllib.parse import urlsplit

from catalog.copying.faults import NOT_UNDERSTOOD, TOO_LARGE, TOO_SLOW, UNREACHABLE, TargetFault

LARGEST_ANSWER: Final = 4_000_000
_CHUNK: Final = 65_536


def fetch(address: str, timeout: float) -> bytes:
    """Raises TargetFault."""
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    deadline = time.monotonic() + timeout
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers={"Accept": "application/xml, text/xml"})
        answer = connection.getresponse()
        body = _read(answer, connection, deadline, timeout)
    except TimeoutError as error:
        raise TargetFault(TOO_SLOW.format(n=f"{timeout:g}")) from error
    except (OSError, http.client.HTTPException) as error:
        raise TargetFault(UNREACHABLE.format(detail=_reason(error))) from error
    finally:
        connection.close()
    if answer.status != 200:
        raise TargetFault(NOT_UNDERSTOOD.format(detail=f"HTTP {answer.status}"))
    return body


def _read(
    answer: http.client.HTTPResponse, connection: http.client.HTTPConnection, deadline: float, timeout: float
) -> bytes:
    """A trickle of bytes does not put the deadline off."""
    body = bytearray()
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TargetFault(TOO_SLOW.format(n=f"{timeout:g}"))
        if connection.sock is not None:
            connection.sock.settimeout(left)
        chunk = answer.read1(_CHUNK)
        if not chunk:
            return bytes(body)
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise TargetFault(TOO_LARGE)


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:120]
