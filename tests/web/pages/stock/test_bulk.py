"""Many copies at once by pages: registered, changed by a list after a look, and their labels."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from catalog.labels import FontMissing, find_font
from tests.conftest import missing
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib
from tests.pages import Visitor, visit


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def needs_font() -> None:
    try:
        find_font()
    except FontMissing:
        missing("no Chinese font is installed (fonts-noto-cjk)")


def test_several_are_registered_and_their_labels_offered(visitor: Visitor, desk: Desk) -> None:
    bib_id = desk.write(lambda s: make_bib(s, "人生", class_number="I247.57"))
    assert f"/stock/register/{bib_id}" in set(visitor.get(f"/bibs/{bib_id}").links())
    address = f"/stock/register/{bib_id}"
    form = visitor.get(address).values() | {"first": "C0098", "count": "3"}
    page = visitor.open(visitor.send(address, form))
    assert page.values()["barcodes"].split() == ["C0098", "C0099", "C0100"]
    assert f"/bibs/{bib_id}" in set(page.links())
    assert "I247.57/1" in visitor.get("/items/C0099").text
    again = visitor.send(address, visitor.get(address).values() | {"first": "C0100", "count": "2"})
    assert again.status == 422
    assert "C0100：已属于《人生》。" in again.text
    assert visitor.get("/items/C0101").status == 404


def test_a_barcode_of_a_pasted_list_that_is_taken_is_named_at_its_line(visitor: Visitor, desk: Desk) -> None:
    item = desk.item()
    address = f"/stock/register/{item.bib_id}"
    form = visitor.get(address).values() | {"barcodes": f"条码\nD1\n\n{item.barcode}\nD:2\n"}
    refused = visitor.send(address, form)
    assert refused.status == 422
    assert f"第 4 行，{item.barcode}：已属于" in refused.text
    assert "第 5 行，D:2：不能作条码" in refused.text
    assert "D1\n" in refused.values()["barcodes"], "what was pasted stays"


def test_a_pasted_list_is_registered(visitor: Visitor, desk: Desk) -> None:
    bib_id = desk.item().bib_id
    form = visitor.get(f"/stock/register/{bib_id}").values() | {"barcodes": "D1\nD7\n"}
    visitor.open(visitor.send(f"/stock/register/{bib_id}", form))
    assert visitor.get("/items/D7").status == 200


def test_what_cannot_be_counted_is_said(visitor: Visitor, desk: Desk) -> None:
    address = f"/stock/register/{desk.item().bib_id}"
    form = visitor.get(address).values()
    assert "数不出" in visitor.send(address, form | {"first": "ABC", "count": "3"}).text
    assert visitor.send(address, form | {"first": "A1", "count": "9999"}).status == 422
    assert visitor.send(address, form).status == 422


def test_a_list_is_looked_at_and_then_changed(visitor: Visitor, desk: Desk) -> None:
    file = (BytesIO("条码\nB0001\nNOPE".encode("gb18030")), "list.csv")
    seen = visitor.send(
        "/stock/change", {"shelf": "三楼 A", "home": "CG", "file": file}, content_type="multipart/form-data"
    )
    assert seen.status == 200
    assert "城关总馆 → 城关分馆" in seen.text
    assert "没有找到图书条码「NOPE」" in seen.text
    assert "城关总馆" in visitor.get("/items/B0001").text
    deed = next(form for form in seen.html.xpath("//main//form") if form.xpath(".//input[@name='step']"))
    sent = {name: value for name, value in deed.form_values() if name != "csrf_token"}
    done = visitor.send("/stock/change", sent)
    assert "已修改 1" in done.text
    assert "没有修改 1" in done.text
    assert visitor.send("/stock/change", sent).text == done.text  # sent again it is not done again
    assert "三楼 A" in visitor.get("/items/B0001").text
    later = visitor.send("/stock/change", sent | {"shelf": "二楼", "key": "0" * 32})
    assert "别人已先修改" in later.text


def test_a_list_that_cannot_be_read_is_said(visitor: Visitor) -> None:
    zipped = (BytesIO(b"PK\x03\x04\x00\x00"), "list.xlsx")
    answer = visitor.send("/stock/change", {"shelf": "A", "file": zipped}, content_type="multipart/form-data")
    assert answer.status == 422
    assert "读不出这个文件" in answer.text
    assert "请选择要改的内容" in visitor.send("/stock/change", {"barcodes": "B0001"}).text


def test_labels_are_a_pdf(visitor: Visitor, desk: Desk) -> None:
    needs_font()
    answer = visitor.send("/stock/labels", {"barcodes": "B0001", "kind": "barcode", "sheet": "a4-3x8", "start": "24"})
    assert (answer.status, answer.response.content_type) == (200, "application/pdf")
    assert answer.response.get_data()[:5] == b"%PDF-"
    wrong = visitor.send("/stock/labels", {"barcodes": "B0001\nNOPE", "kind": "spine", "sheet": "a4-3x8"})
    assert wrong.status == 422
    assert "B0001：没有索书号" in wrong.text
    assert "没有找到图书条码「NOPE」" in wrong.text


def test_a_volunteer_has_no_stock_pages(client: FlaskClient, desk: Desk) -> None:
    volunteer = visit(client, desk, desk.staffed(("volunteer", desk.county.point)).caller)
    for address in ("/stock", "/stock/change", "/stock/labels", "/stock/register/1"):
        assert volunteer.get(address).status == 403
