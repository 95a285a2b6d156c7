"""Forms of our own pages filled in with what no honest person types: an answer that says so, never an error of ours."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Visitor, visit
from tests.web.test_every_route import addresses, rules_of
from web.pages import BLUEPRINTS

VALUES = (
    "\x00",
    "x" * 5000,
    "－１",
    "1e999",
    "99999999999999999999",
    "' OR 1=1 --",
    "<script>",
    "9998-12-31",
    "{}",
)
FIELDS = (
    "scan",
    "mode",
    "switch",
    "reader",
    "override",
    "reason",
    "unit",
    "view",
    "q",
    "barcode",
    "name",
    "category",
    "home",
    "expires_on",
    "birth_on",
    "guardian",
    "phone",
    "pin",
    "new_barcode",
    "until",
    "at",
    "loan",
    "old_pin",
    "pin_again",
    "code",
    "kind",
    "parent",
    "lat",
    "lon",
    "whose",
    "mon-0-opens",
    "mon-0-closes",
    "closure-0-from",
    "closure-0-to",
    "closure-0-reason",
    "username",
    "password",
    "role",
    "org",
    "what",
    "grant",
    "setting",
    "value",
    "note",
    "version",
    "tab",
    "title",
    "authors",
    "year",
    "isbn",
    "price",
    "language",
    "subjects",
    "abstract",
    "item_type",
    "owner",
    "call_number",
    "shelf",
    "volume",
    "acquired_on",
    "format",
    "profile",
    "source",
    "login",
    "secret",
    "next",
    "size",
    "theme",
)


@pytest.mark.parametrize("value", VALUES)
def test_no_form_breaks(app: Flask, client: FlaskClient, desk: Desk, value: str) -> None:
    app.extensions["tongjie_limiter"] = None
    caller = desk.staffed(("sysadmin", desk.county.network), ("hub_librarian", desk.county.network)).caller
    names = {blueprint.name for blueprint in BLUEPRINTS}
    broken = []
    for rule in rules_of(app, None):
        if "POST" not in (rule.methods or ()) or rule.endpoint.partition(".")[0] not in names:
            continue
        visitor: Visitor = visit(client, desk, caller)  # anew, for some forms end the login
        for address in addresses(rule):
            answer = visitor.send(address, dict.fromkeys(FIELDS, value))
            if answer.status >= 500:
                broken.append((address, answer.status))
        file = visitor.send(
            address,
            dict.fromkeys(FIELDS, value)
            | {"file": (BytesIO(value.encode()), value[:9]), "record": (BytesIO(value.encode()), "x")},
        )
        if file.status >= 500:
            broken.append((address, "file"))
    assert not broken
