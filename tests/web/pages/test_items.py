"""One copy for staff: four places, its loan, its way, its history without any reader; registering and changing copies."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from catalog.models import ItemType
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib
from tests.pages import Visitor, visit


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def places(visitor: Visitor, barcode: str = "B0001") -> list[str]:
    page = visitor.get(f"/items/{barcode}")
    return [" ".join(dd.text_content().split()) for dd in page.html.xpath("//dl[@class='four']//dd")]


def test_a_copy_has_four_places(visitor: Visitor, desk: Desk) -> None:
    assert places(visitor) == ["城关总馆", "城关总馆", "城关总馆", "没有"]
    desk.check_in(at="CG")
    assert places(visitor) == ["城关总馆", "城关总馆", "城关分馆", "城关总馆 待发"]


def test_who_has_a_copy_is_told_only_where_one_may_see_it(client: FlaskClient, visitor: Visitor, desk: Desk) -> None:
    desk.check_out()
    page = visitor.get("/items/B0001")
    assert "应还 12月23日（周三）" in page.text
    assert "/patrons/P0001" in set(page.links())
    volunteer = visit(client, desk, desk.staffed(("volunteer", desk.county.other_point), username="li").caller)
    masked = volunteer.get("/items/B0001")
    assert "P0001" not in masked.text
    assert "不能查看这册书的经历" in masked.text


def test_history_tells_everything_but_the_reader(visitor: Visitor, desk: Desk) -> None:
    desk.check_out()
    desk.check_in(at="CG")
    page = visitor.get("/items/B0001")
    told = " ".join(page.html.xpath("//ol[@class='timeline']//text()"))
    assert "借出" in told
    assert "归还" in told
    assert "→ 城关总馆" in told
    assert "P0001" not in told


def test_history_goes_on_a_page_at_a_time(visitor: Visitor, desk: Desk) -> None:
    for _ in range(14):
        desk.check_out()
        desk.check_in()
    page = visitor.get("/items/B0001")
    older = visitor.get(page.html.xpath("//a[@rel='next']/@href")[0])
    assert len(page.html.xpath("//ol[@class='timeline']/li")) == 25
    assert len(older.html.xpath("//ol[@class='timeline']/li")) >= 3


def test_a_copy_is_registered_and_changed(visitor: Visitor, desk: Desk) -> None:
    bib_id = desk.item().bib_id
    form = visitor.get(f"/items/new/{bib_id}").values()
    assert form["home"] == "ZG"
    made = visitor.send(f"/items/new/{bib_id}", form | {"barcode": "B0100", "price": "68", "call_number": "I247/9"})
    assert made.address == "/items/B0100"
    assert "¥68.00" in visitor.open(made).text
    form = visitor.get("/items/edit/B0100").values()
    visitor.send("/items/edit/B0100", form | {"home": "CG", "price": "70.5"})
    assert places(visitor, "B0100")[:2] == ["城关总馆", "城关分馆"]
    stale = visitor.send("/items/edit/B0100", form | {"price": "1"})
    assert stale.status == 412
    assert visitor.send(f"/items/new/{bib_id}", form | {"barcode": "B0001"}).status == 409


def test_a_number_is_taken_while_the_form_is_filled_in(visitor: Visitor, desk: Desk) -> None:
    bib_id = desk.item().bib_id
    address = f"/items/new/{bib_id}"
    nothing = visitor.send(f"{address}/number", visitor.get(address).values())
    assert nothing.status == 422
    assert "还没有分类号" in nothing.text
    typed = visitor.get(address).values() | {"barcode": "B0100", "call_number": "I247.57", "note": "赠书"}
    form = visitor.open(visitor.send(f"{address}/number", typed)).values()
    assert form == typed | {"call_number": "I247.57/1", "key": form["key"]}
    visitor.send(address, form)
    edit = visitor.get("/items/edit/B0100").values()
    again = visitor.open(visitor.send("/items/edit/B0100/number", edit | {"call_number": "K20"})).values()
    assert (again["call_number"], again["note"]) == ("K20/1", "赠书")


def test_a_call_number_of_another_book_is_told_after_saving(visitor: Visitor, desk: Desk) -> None:
    form = visitor.get(f"/items/new/{desk.item().bib_id}").values()
    visitor.send(f"/items/new/{desk.item().bib_id}", form | {"barcode": "B0100", "call_number": "I247/9"})
    other = desk.write(lambda s: make_bib(s, "人生", authors="柏杨"))
    made = visitor.send(f"/items/new/{other}", form | {"barcode": "B0101", "call_number": "I247/9"})
    assert "索书号 I247/9 已用于《" in visitor.open(made).response.get_data(as_text=True)


def test_a_new_copy_is_at_first_what_the_other_copies_are_else_a_book(visitor: Visitor, desk: Desk) -> None:
    desk.write(lambda s: s.execute(insert(ItemType), [{"code": "av", "name": "音像制品"}]))
    assert visitor.get(f"/items/new/{desk.item().bib_id}").values()["item_type"] == "book"
    desk.set_item(item_type="av")
    assert visitor.get(f"/items/new/{desk.item().bib_id}").values()["item_type"] == "av"


def test_wrong_values_are_told_beside_their_fields(visitor: Visitor, desk: Desk) -> None:
    answer = visitor.send(f"/items/new/{desk.item().bib_id}", {"barcode": "", "price": "many", "home": "XX"})
    assert answer.status == 422
    assert {"wrong-barcode", "wrong-price", "wrong-home"} <= {
        e.get("id") for e in answer.html.xpath("//p[@class='wrong']")
    }


@pytest.mark.parametrize(
    ("field", "value"), [("barcode", "ZG:1"), ("barcode", "B/1"), ("barcode", "００１"), ("price", "99999999.99")]
)
def test_a_page_takes_no_number_that_could_not_be_looked_up_and_no_price_that_no_column_holds(
    visitor: Visitor, desk: Desk, field: str, value: str
) -> None:
    address = f"/items/new/{desk.item().bib_id}"
    form = visitor.get(address).values() | {"barcode": "B0100", field: value}
    answer = visitor.send(address, form)
    assert answer.status == 422
    assert {e.get("id") for e in answer.html.xpath("//p[@class='wrong']")} == {f"wrong-{field}"}
    assert answer.values()[field] == value


def test_an_unknown_copy_is_not_found(visitor: Visitor) -> None:
    assert visitor.get("/items/nothing").status == 404
    assert "没有找到图书条码「nothing」" in visitor.get("/items/nothing").text


def offered(visitor: Visitor, barcode: str = "B0001") -> list[str]:
    return list(visitor.get(f"/items/{barcode}").html.xpath("//button[@name='act']/@value"))


def test_the_page_of_a_copy_offers_what_may_be_said_of_it(visitor: Visitor, desk: Desk) -> None:
    assert offered(visitor) == ["missing", "lost", "in_repair", "damaged"]
    done = visitor.send("/items/status/B0001", {"act": "damaged", "reason": "书脊开胶"})
    assert done.status == 303
    page = visitor.get("/items/B0001")
    assert "登记破损。现在：在架" in page.text
    assert "书脊开胶" in page.text
    assert offered(visitor) == ["missing", "lost", "in_repair", "mended"]
    desk.check_out()
    assert offered(visitor) == ["lost", "claimed_returned", "mended"]
    visitor.send("/items/status/B0001", {"act": "lost"})
    assert "已报失" in visitor.get("/items/B0001").text
    refused = visitor.send("/items/status/B0001", {"act": "missing"})
    assert refused.status == 409
    assert "现在可以办理：读者称已还" in refused.text


def test_a_volunteer_is_offered_nothing_to_say(client: FlaskClient, desk: Desk) -> None:
    volunteer = visit(client, desk, desk.staffed(("volunteer", desk.county.hub), username="li").caller)
    assert offered(volunteer) == []


def test_a_desk_elsewhere_speaks_of_a_copy_in_hand_alone(client: FlaskClient, desk: Desk) -> None:
    branch = visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch), username="li").caller)
    assert offered(branch) == ["in_repair", "damaged"]
    branch.send("/items/status/B0001", {"act": "in_repair"})
    assert desk.place() == ("in_repair", desk.county.branch)


def test_the_history_names_no_reader_and_calls_the_program_so(client: FlaskClient, desk: Desk) -> None:
    reader = desk.preview().patron.id
    desk.check_out()
    desk.reading(reader).renew(1)
    page = visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller).get("/items/B0001")
    history = " ".join(page.html.text_content().split())
    assert "· 读者" in history
    assert "· 系统" in history
    assert "patron" not in history
