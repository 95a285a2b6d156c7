"""How much of a request is there, byte by byte."""

from __future__ import annotations

import pytest

from web.gathering import LARGEST_GATHERED, Stage, stage_of

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
        (CHUNKED + b"a" * (LARGEST_GATHERED + 1), "large"),
        (b"a" * (LARGEST_GATHERED + 1), "large"),
    ],
)
def test_says_how_much_of_a_request_is_there(gathered: bytes, stage: Stage) -> None:
    assert stage_of(gathered) == stage
