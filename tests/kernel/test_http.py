"""The HTTP edge alone, with an application of two routes: cursors, versions, digests of requests, undeclared rights."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st

from kernel import http
from kernel.errors import Invalid, PreconditionMissing, Stale


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("edge")

    @app.get("/open")
    @http.right("public")
    def open_to_all() -> str:
        return ""

    @app.get("/forgotten")
    def forgotten() -> str:
        return ""

    return app


def test_a_route_without_a_right_is_found(app: Flask) -> None:
    assert http.routes_without_right(app) == ["forgotten"]
    assert http.declared_right(app.view_functions["open_to_all"]) == "public"


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_comes_back_as_it_went(position: int) -> None:
    assert http.decode_position(http.encode_cursor(position)) == position


@given(st.text())
def test_a_cursor_of_one_s_own_making_is_refused_or_a_number(cursor: str) -> None:
    with suppress(Invalid):
        assert 0 <= http.decode_position(cursor) < 2**63


def test_no_cursor_is_the_beginning() -> None:
    assert http.decode_position(None) == 0


@pytest.mark.parametrize(
    ("header", "version"),
    [
        ('"7"', 7),
        ('W/"7"', 7),
        (None, PreconditionMissing),
        ("*", PreconditionMissing),
        ('"x"', Stale),
        ('"1", "2"', Stale),
        ('"99999999999"', Stale),
    ],
)
def test_the_version_a_change_was_made_from(app: Flask, header: str | None, version: Any) -> None:
    headers = {"If-Match": header} if header else {}
    with app.test_request_context("/open", method="PATCH", headers=headers):
        if isinstance(version, int):
            assert http.expected_version() == version
        else:
            with pytest.raises(version):
                http.expected_version()


def digest(app: Flask, path: str = "/open", method: str = "POST", **options: Any) -> str:
    with app.test_request_context(path, method=method, **options):
        return http._digest()


def test_the_digest_tells_requests_apart(app: Flask) -> None:
    digests = [
        digest(app, data=b'{"a":1}'),
        digest(app, data=b'{"a":2}'),
        digest(app, data=b""),
        digest(app, "/open?a=1", data=b'{"a":1}'),
        digest(app, "/forgotten", data=b'{"a":1}'),
        digest(app, method="PUT", data=b'{"a":1}'),
        digest(app, data={"file": (BytesIO(b"one"), "a.mrc"), "org": "ZG"}),
        digest(app, data={"file": (BytesIO(b"two"), "a.mrc"), "org": "ZG"}),
        digest(app, data={"file": (BytesIO(b"one"), "b.mrc"), "org": "ZG"}),
        digest(app, data={"file": (BytesIO(b"one"), "a.mrc"), "org": "CG"}),
        digest(app, data={"fi": (BytesIO(b"one"), "a.mrc"), "org": "ZG"}),
    ]
    assert len(set(digests)) == len(digests)


def test_the_same_form_sent_twice_is_the_same_request(app: Flask) -> None:
    """The boundary between its parts is another each time."""
    once, again = (digest(app, data={"file": (BytesIO(b"one"), "a.mrc"), "org": "ZG"}) for _ in range(2))
    assert once == again


def test_a_digested_upload_is_read_from_its_start(app: Flask) -> None:
    with app.test_request_context("/open", method="POST", data={"file": (BytesIO(b"one"), "a.mrc")}):
        first = http._digest()
        assert request.files["file"].read() == b"one"
        assert http._digest() == first  # as when a deadlock makes the act be tried again
        assert request.files["file"].read() == b"one"
