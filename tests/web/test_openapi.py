"""The API's own description: every route with its right, its key header and the shape of its errors."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from branches.rights import ANYONE, PUBLIC, RIGHTS, SELF

METHODS = frozenset({"get", "post", "put", "patch", "delete"})


@pytest.fixture
def operations(client: FlaskClient) -> dict[str, Any]:
    described = client.get("/api/v1/openapi.json").get_json()
    assert described["components"]["securitySchemes"] == {"bearer": {"type": "http", "scheme": "bearer"}}
    assert "refusals" in described["components"]["schemas"]["Problem"]["properties"]
    return {
        f"{method} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_route_is_described_with_its_right(operations: dict[str, Any]) -> None:
    assert len(operations) > 60
    for name, operation in operations.items():
        assert operation["x-right"] in {*RIGHTS, PUBLIC, ANYONE, SELF}, name
        assert operation["security"] == ([] if operation["x-right"] == PUBLIC else [{"bearer": []}]), name
        assert operation["summary"], name


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_post_that_changes_something_takes_a_key(operations: dict[str, Any]) -> None:
    def headers(name: str) -> set[str]:
        return {p["name"] for p in operations[name].get("parameters", []) if p["in"] == "header"}

    assert headers("post /api/v1/loans") == {"Idempotency-Key"}
    assert headers("post /api/v1/auth/token") == set()
    assert headers("patch /api/v1/items/{barcode}") == {"If-Match"}
    assert headers("get /api/v1/search") == set()
    without_key = {name for name in operations if name.startswith("post ") and "Idempotency-Key" not in headers(name)}
    assert without_key == {
        "post /api/v1/auth/token",
        "post /api/v1/bibs/checks",
        "post /api/v1/imports/samples",
        "post /api/v1/labels",
        "post /api/v1/patrons/search",
        "post /api/v1/policies/lab",
        "post /api/v1/selections/presence",
        "post /api/v1/selections/quote",
    }
