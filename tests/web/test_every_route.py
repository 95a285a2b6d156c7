"""Every route of the application with input that no honest client sends: an answer that says so, never an error of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from branches.rights import ANYONE, SELF
from kernel.http import declared_right
from search.api import EXTENSION
from search.indexer import Indexer
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import NOW, make_token
from web.auth import SESSION_COOKIE

NUMBERS = ("1", "0", str(2**63 - 1), str(2**63))
NAMES = ("ZG", "B0001", "%00", "..%2f..", "%ff%27", "\u202e{0}" + "x" * 300)
QUERIES = (
    "cursor=ImFiYyI",  # a cursor that is a word
    "cursor=OTIyMzM3MjAzNjg1NDc3NTgwOA",  # 2^63
    "q=%00&org=%00&at=%00&patron=%00&item=%00",
    "q=%f0%9f&page=99999999999999999999&size=1e9&limit=-1",
    "from=2026-11-23&to=9998-12-31",
    "org=QX&item_org=XX&category=%27",
    "at=ZG&at=CG",
    "status=nonsense&sort=nonsense&tab=nonsense&year=..&next=//evil.example",
)
BODIES: tuple[dict[str, Any], ...] = (
    {"json": []},
    {"json": {"x": "\x00"}},
    {"data": b"[" * 20_000, "content_type": "application/json"},
    {"data": b"\xff\xfe", "content_type": "application/marc"},
    {
        "data": b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
        "content_type": "application/marcxml+xml",
    },
    {"data": {"file": ""}, "content_type": "multipart/form-data"},
    {"data": "a=%00&patron=%00&item=%00&at=%00", "content_type": "application/x-www-form-urlencoded"},
)


def rules_of(app: Flask, rights: Container[str] | None) -> list[Rule]:
    """All routes, or those that need one of these rights."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and (rights is None or declared_right(app.view_functions[rule.endpoint]) in rights)
    ]


def addresses(rule: Rule) -> Iterator[str]:
    """The rule's address with each odd value in all its places, as it stands on the line."""
    if not rule.arguments:
        yield rule.rule
        return
    is_number = any(type(converter).__name__ == "IdConverter" for converter in rule._converters.values())
    for value in NUMBERS if is_number else NAMES:
        address = rule.rule
        for part in rule.rule.split("<")[1:]:
            address = address.replace("<" + part.split(">")[0] + ">", value, 1)
        yield address


def requests_of(rule: Rule) -> Iterator[tuple[str, str, dict[str, Any]]]:
    methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
    whole = list(addresses(rule))
    for method in sorted(methods):
        if method == "GET":
            yield from ((method, address, {}) for address in whole)
            yield from ((method, whole[0], {"query_string": query}) for query in QUERIES)
        else:
            yield from ((method, address, {"json": {}}) for address in whole)
            yield from ((method, whole[0], body) for body in BODIES)


@pytest.mark.parametrize(("role", "rights"), [("librarian", None), ("reader", {ANYONE, SELF})])
def test_no_route_breaks(app: Flask, desk: Desk, client: FlaskClient, role: str, rights: Container[str] | None) -> None:
    """One who may do everything asks everything; a reader asks what readers are asked for."""
    network = desk.county.network
    app.extensions["tongjie_limiter"] = None
    Indexer(desk.database, app.extensions[EXTENSION]).work()
    caller = desk.reading(desk.preview().patron.id).caller
    if role == "librarian":
        caller = desk.staffed(("sysadmin", network), ("hub_librarian", network)).caller
    broken, answers = [], Counter[int]()
    for rule in rules_of(app, rights):
        token = desk.write(lambda s: make_token(s, caller))  # a new one, for some routes end a login
        client.set_cookie(SESSION_COOKIE, token)
        headers = {"Authorization": f"Bearer {token}", "X-Now": NOW.isoformat(), "If-Match": '"1"'}
        for method, address, options in requests_of(rule):
            key = {"Idempotency-Key": f"k{answers.total()}"}
            response = client.open(address, method=method, headers=headers | key, **options)
            response.close()
            answers[response.status_code] += 1
            if response.status_code >= 500:
                asked = {name: str(value)[:60] for name, value in options.items()}
                broken.append((response.status_code, method, address[:60], asked))
    assert not broken, "\n".join(map(str, broken[:12]))
    assert answers.total() > (1000 if role == "librarian" else 40)
