"""The whole catalogue as a file over HTTP: who may, what is in it, and that it streams."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import etree
from sqlalchemy import event

from catalog.service import exporting
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib, make_item
from tests.pages import visit


@pytest.fixture
def held(desk: Desk) -> None:
    """Titles at hub and branch, beside the one of the desk at the hub."""
    for title, home, barcode in (("总馆的书", desk.county.hub, "H1"), ("分馆的书", desk.county.branch, "F1")):
        desk.write(lambda s, t=title, h=home, b=barcode: make_item(s, h, b, make_bib(s, t)))


def test_a_hub_librarian_takes_everything_or_one_library_s(client: FlaskClient, desk: Desk, held: None) -> None:
    librarian = desk.as_role("hub_librarian", desk.county.hub).over_http(client)
    everything = librarian.get("/exports/titles", format="marcxml")
    assert everything.status_code == 200
    assert len(etree.fromstring(everything.data)) == 3
    branch = librarian.get("/exports/titles", format="iso2709", encoding="gb18030", org="CG")
    assert branch.data.count(b"\x1d") == 1
    assert "分馆的书".encode("gb18030") in branch.data


def test_a_branch_librarian_takes_what_the_branch_holds(client: FlaskClient, desk: Desk, held: None) -> None:
    librarian = desk.as_role("branch_librarian", desk.county.branch).over_http(client)
    assert librarian.get("/exports/titles", org="CG").data.count(b"\x1d") == 1
    assert librarian.get("/exports/titles").status_code == 404
    assert librarian.get("/exports/titles", org="ZG").status_code == 404
    assert desk.as_role("volunteer", desk.county.point).over_http(client).get("/exports/titles").status_code == 403


@pytest.mark.parametrize(
    "query", [{"format": "docx"}, {"encoding": "big5"}, {"format": "marcxml", "encoding": "gb18030"}, {"org": "%"}]
)
def test_what_cannot_be_made_is_said_before_the_file_begins(
    client: FlaskClient, desk: Desk, query: dict[str, str]
) -> None:
    assert (
        desk.as_role("hub_librarian", desk.county.hub).over_http(client).get("/exports/titles", **query).status_code
        == 422
    )


def test_a_client_that_goes_away_leaves_no_connection_behind(
    client: FlaskClient, desk: Desk, held: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 1)
    librarian = desk.as_role("hub_librarian", desk.county.hub).over_http(client)
    out: set[int] = set()
    event.listen(desk.database.engine, "checkout", lambda _c, record, _p: out.add(id(record)))
    event.listen(desk.database.engine, "checkin", lambda _c, record: out.discard(id(record)))
    answer = librarian.ask("GET", "/exports/titles", query_string={"format": "iso2709"}, buffered=False)
    parts = iter(answer.response)
    assert next(parts)
    assert out == set()  # nothing is held even while the client takes its time
    answer.close()
    assert out == set()


def test_the_page_offers_the_units_where_the_right_is_held(client: FlaskClient, desk: Desk, held: None) -> None:
    visitor = visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch)).caller)
    page = visitor.get("/exports")
    assert page.html.xpath("//select[@name='org']/option/@value") == ["", "CG", "LX", "XC"]
    assert visitor.get("/exports/titles", format="iso2709-utf-8", org="CG").response.data.count(b"\x1d") == 1
    assert visitor.get("/exports/titles", format="", org="CG").status == 422
    assert visitor.get("/exports/titles", format="marcxml", org="ZG").status == 404
