"""Classes and headings from within the forms, without scripts: what was typed comes back with what was chosen."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from catalog.headings import HeadingData
from catalog.service.classes import ClassService
from catalog.service.headings import HeadingService
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.pages import Sheet, Visitor, visit

CHOOSE = "/stock/classes/choose"


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    with desk.database.transaction() as session:
        service = HeadingService(make_context(session))
        service.create(HeadingData(kind="person", name="鲁迅", variants=("周树人",)))
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def buttons(page: Sheet, name: str) -> list[str]:
    return list(page.html.xpath(f"//button[@name='{name}']/@value"))


def test_the_table_begins_at_the_class_of_the_form_and_keeps_what_was_typed(visitor: Visitor) -> None:
    draft = visitor.get("/titles/new").values() | {"title": "围城", "class_number": "I24"}
    page = visitor.send(f"{CHOOSE}/title?id=0", draft)
    assert page.status == 200
    assert {"I242", "I246", "I247"} <= set(buttons(page, "chosen"))
    assert page.values()["title"] == "围城"
    assert page.html.xpath("//button[@name='chosen'][@value='I246']/@formaction") == ["/titles/new"]
    back = visitor.send("/titles/new", page.values() | {"chosen": "I246"})
    assert back.status == 200
    assert (back.values()["title"], back.values()["class_number"]) == ("围城", "I246")
    saved = visitor.send("/titles/new", back.values())
    assert saved.status == 303
    assert "I246" in visitor.open(saved).text


def test_going_back_without_a_class_changes_nothing(visitor: Visitor) -> None:
    draft = visitor.get("/titles/new").values() | {"title": "围城", "class_number": "I24"}
    back = visitor.send("/titles/new", draft | {"chosen": ""})
    assert back.values()["class_number"] == "I24"


def test_words_find_classes_on_the_way(visitor: Visitor) -> None:
    page = visitor.send(f"{CHOOSE}/title?id=0", {"title": "x", "words": "小说"})
    assert "I246" in buttons(page, "chosen")


def test_a_chosen_class_stands_in_the_record(visitor: Visitor) -> None:
    draft = visitor.get("/titles/new/marc", template="book", format="cnmarc").values()
    page = visitor.send(f"{CHOOSE}/marc?id=0", draft)
    assert page.html.xpath("//button[@name='chosen'][@value='I']/@formaction") == ["/titles/new/marc"]
    back = visitor.send("/titles/new/marc", draft | {"chosen": "I247.5"})
    assert "690 ## $aI247.5$v5" in back.values()["text"]
    without = "\n".join(line for line in draft["text"].splitlines() if line[:3] != "690")
    back = visitor.send("/titles/new/marc", draft | {"chosen": "I247.5", "text": without})
    assert "690 ## $aI247.5" in back.values()["text"]


def test_a_chosen_class_stands_in_the_call_number(visitor: Visitor) -> None:
    draft = visitor.get("/items/edit/B0001").values()
    page = visitor.send(f"{CHOOSE}/copy?barcode=B0001", draft | {"call_number": "I247.5/3", "note": "破"})
    assert "I247.5" in buttons(page, "chosen") or "I247.57" in buttons(page, "chosen")
    back = visitor.send("/items/edit/B0001", page.values() | {"chosen": "I246"})
    assert back.status == 200
    assert (back.values()["call_number"], back.values()["note"]) == ("I246", "破")
    assert visitor.get("/items/edit/B0001").values()["call_number"] != "I246"  # nothing is kept yet


@pytest.mark.parametrize("path", ["nowhere", "title?id=x", "copy"])
def test_an_odd_address_breaks_nothing(visitor: Visitor, path: str) -> None:
    assert visitor.send(f"{CHOOSE}/{path}", {"title": "x"}).status in (200, 404)


def test_names_of_the_form_are_compared_with_the_headings(visitor: Visitor) -> None:
    draft = visitor.get("/titles/new").values() | {"title": "呐喊", "authors": "周树人著；某人译", "do": "names"}
    page = visitor.send("/titles/new", draft)
    assert page.status == 200
    assert "改用“鲁迅”" in page.text
    assert page.html.xpath("//a[contains(@href,'/stock/headings/new')]/@href")[0].endswith("kind=person")
    used = visitor.send(
        "/titles/new", page.values() | {"do": next(one for one in buttons(page, "do") if one.startswith("use:"))}
    )
    assert used.values()["authors"] == "鲁迅著；某人译"
    assert "规范标目" in used.text


@pytest.mark.parametrize("wanted", ["use:9:9", "use:", "use:0:x", "use:1:0:0", "nothing"])
def test_an_odd_choice_of_a_name_changes_nothing(visitor: Visitor, wanted: str) -> None:
    draft = visitor.get("/titles/new").values() | {"title": "呐喊", "authors": "周树人著", "do": wanted}
    assert visitor.send("/titles/new", draft).values()["authors"] == "周树人著"


def test_the_record_is_offered_the_heading_that_is_used(visitor: Visitor) -> None:
    draft = visitor.get("/titles/new/marc", template="book", format="cnmarc").values()
    text = "200 1# $a呐喊$f周树人著\n701 #0 $a周树人$9zhou shu ren$4著\n702 #0 $a某人$4译"
    page = visitor.send("/titles/new/marc", draft | {"text": text, "do": "headings"})
    assert page.values()["after_2"] == "701 #0 $a鲁迅$4著"
    assert "未规范" in page.text
    taken = visitor.send("/titles/new/marc", page.values() | {"take": "2", "do": "take"})
    assert "701 #0 $a鲁迅$4著" in taken.values()["text"]


def test_a_form_s_isbn_is_written_with_hyphens_and_told_in_ten_digits(visitor: Visitor) -> None:
    draft = visitor.get("/titles/new").values() | {"title": "红楼梦", "isbn": "702000220x", "do": "isbn"}
    page = visitor.send("/titles/new", draft)
    assert page.values()["isbn"] == "978-7-02-000220-7"
    assert "ISBN-10：7-02-000220-X" in page.text
    wrong = visitor.send("/titles/new", draft | {"isbn": "978-7-02-000220-8"})
    assert "末位应是 7，写的是 8" in wrong.text
    assert wrong.values()["isbn"] == "978-7-02-000220-8"


def test_pinyin_of_a_marc21_record_comes_as_a_linked_field(visitor: Visitor) -> None:
    draft = visitor.get("/titles/new/marc", template="book", format="marc21").values()
    text = "245 10 $a围城 /$c钱钟书著.\n650 #0 $aChina"
    page = visitor.send("/titles/new/marc", draft | {"text": text, "do": "pinyin"})
    taken = visitor.send("/titles/new/marc", page.values() | {"take": "1", "do": "take"})
    lines = taken.values()["text"].split("\n")
    assert lines[0].startswith("245 10 $6880-01$a围城 /")
    assert lines[2].startswith("880 10 $6245-01/(B$aWei cheng /")


def test_many_classes_are_gone_through_page_by_page(visitor: Visitor, desk: Desk) -> None:
    lines = "\n".join(f"S{n},作物{n},S" for n in range(100, 200))
    desk.write(lambda session: ClassService(make_context(session)).load(lines))
    first = visitor.send(f"{CHOOSE}/title?id=0", {"title": "围城", "under": "S"})
    assert "S199" not in buttons(first, "chosen")
    (onward,) = first.html.xpath("//button[contains(@formaction, 'after=')]/@formaction")
    second = visitor.send(onward, first.values() | {"under": "S"})
    assert "S199" in buttons(second, "chosen")
    assert second.values()["title"] == "围城"
