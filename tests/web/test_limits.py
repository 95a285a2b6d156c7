"""How large a request may be: nobody without a right to upload makes the server hold or keep much."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from kernel.db import Database
from tests.factories import ApiUser, make_county, make_token, make_user
from web.limits import LARGEST_BODY

TOO_LARGE = b"0" * (LARGEST_BODY + 1)


@pytest.fixture
def hub_librarian(database: Database, client: FlaskClient) -> ApiUser:
    county = database.run(make_county)
    return ApiUser(client, database.run(lambda s: make_token(s, make_user(s, "chen", ("hub_librarian", county.hub)))))


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/api/v1/auth/token", "application/json"),
        ("/login", "application/x-www-form-urlencoded"),
        ("/login", "multipart/form-data; boundary=x"),
        ("/preferences", "multipart/form-data; boundary=x"),
    ],
)
def test_nobody_makes_the_server_hold_a_large_body(
    database: Database, client: FlaskClient, path: str, media_type: str
) -> None:
    database.run(make_county)
    assert client.post(path, data=TOO_LARGE, content_type=media_type).status_code == 413


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [("/imports", {"org": "ZG"}, 202), ("/imports/samples", {}, 422)],  # queued; looked at, and no MARC
)
def test_only_those_who_may_import_upload_much(
    hub_librarian: ApiUser, path: str, fields: dict[str, str], status: int
) -> None:
    def send(user: ApiUser) -> int:
        form = fields | {"file": (BytesIO(TOO_LARGE), "records.iso")}
        return user.ask("POST", path, data=form, content_type="multipart/form-data").status_code

    assert send(ApiUser(hub_librarian.client)) == 401
    assert send(hub_librarian) == status
