"""The import wizard: a file is looked at, corrected, started; or left, and nothing has happened."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from branches.models import OrgUnit
from catalog.import_models import ImportBatch, ImportProfile
from catalog.models import Item, ItemType
from catalog.reference import ITEM_TYPES
from tests.catalog.marc.marcbytes import sub
from tests.catalog.service.imports.loading import holding, record
from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Sheet, Visitor, visit
from tests.web.pages.test_imports import GOOD, work

STRANGE = b"".join(
    record(
        f"A{n}",
        f"第{n}种不同的书" * (n + 1),
        (
            "985",
            holding(
                ("a", "总馆借书处"),
                ("b", f"00200{n}1"),
                ("d", "I247.5"),
                ("a", "东乡"),
                ("b", f"00200{n}2"),
                ("d", "I247.5"),
            )[1],
        ),
    )
    for n in range(4)
)


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def look(visitor: Visitor, content: bytes) -> Sheet:
    form = {"org": "ZG", "format": "auto", "look": "1", "file": (BytesIO(content), "books.iso")}
    sent = visitor.send("/imports", form, content_type="multipart/form-data")
    assert sent.response.location is not None
    return visitor.get(sent.response.location)


def address(sheet: Sheet) -> str:
    return str(sheet.response.request.path)


def test_a_file_is_looked_at_and_nothing_is_imported(visitor: Visitor, desk: Desk) -> None:
    page = look(visitor, GOOD)
    for told in ("CNMARC", "905", "三体", "B0201", "ISO 2709"):
        assert told in page.text
    assert desk.read(lambda session: session.scalars(select(ImportBatch.id)).all()) == []


def test_a_common_layout_with_our_own_codes_starts_at_once(visitor: Visitor, desk: Desk) -> None:
    page = look(visitor, GOOD)
    begun = visitor.send(address(page), page.values())
    work(desk)
    assert "2" in visitor.open(begun).text
    assert desk.read(lambda session: session.scalars(select(ImportProfile.code)).all()) == []
    again = visitor.send(address(page), page.values() | {"source": "other"})
    assert again.status in (303, 404), "the file was taken; at most its batch is shown again"


def test_codes_are_mapped_kept_as_a_profile_and_used(visitor: Visitor, desk: Desk) -> None:
    page = look(visitor, STRANGE)
    assert "从样本里学来的" in page.text
    values = page.values() | {"unit-0": "ZG", "unit-1": "CG"}
    refused = visitor.send(address(page), values)
    assert refused.html.xpath("//*[@id='wrong-keep_as']")
    visitor.send(address(page), values | {"keep_as": "DX985"})
    work(desk)
    homes = select(OrgUnit.code, Item.barcode).join(Item, Item.home_id == OrgUnit.id).where(Item.barcode.like("00200%"))
    found = desk.read(lambda session: sorted(session.execute(homes.order_by(Item.barcode)).all()))
    assert {code for code, _ in found} == {"ZG", "CG"}
    assert len(found) == 8
    kept = desk.read(lambda session: session.get_one(ImportProfile, "DX985"))
    assert kept.body["libraries"].keys() == {"总馆借书处", "东乡"}
    assert (kept.body["tag"], kept.body["mode"]) == ("985", "run")


def test_codes_beyond_the_sample_and_type_codes_are_told_where_they_go(visitor: Visitor, desk: Desk) -> None:
    """The sample shows the first twenty records; the twenty-first has a library nobody has named."""
    with desk.database.transaction() as session:
        session.add(ItemType(code="pic", name="绘本", parent=None))
        ITEM_TYPES.changed(session)
    kept = ("949", "  ", "m", "i", "t")
    data = b"".join(
        record(
            f"N{n}", f"第{n}种不同的书" * (n + 1), (kept[0], sub(kept[1], ("m", where), ("i", f"T{n:04}"), ("t", kind)))
        )
        for n, (where, kind) in enumerate([*[("东乡", "图"), ("CG", "绘")] * 10, ("西乡", "绘")])
    )
    page = look(visitor, data)
    assert "类型代码是哪种文献" in page.text
    assert "西乡" not in page.text
    values = page.values()
    unit = {"东乡": "unit-0", "CG": "unit-1"}
    assert (values[unit["东乡"]], values[unit["CG"]]) == ("", "CG")
    chosen = {unit["东乡"]: "LX", "other_library": "CG", "type-0": "", "type-1": "pic", "keep_as": "NEW949"}
    visitor.send(address(page), values | chosen)
    work(desk)
    homes = select(Item.barcode, OrgUnit.code, Item.item_type).join(OrgUnit, OrgUnit.id == Item.home_id)
    found = {
        barcode: (home, kind)
        for barcode, home, kind in desk.read(lambda session: session.execute(homes).all())
        if barcode.startswith("T0")
    }
    assert found["T0000"][0] == "LX"
    assert found["T0001"] == ("CG", "pic")
    assert found["T0020"] == ("CG", "pic")
    assert found["T0000"][1] != "pic"
    batch = desk.read(lambda session: session.scalars(select(ImportBatch)).one())
    assert batch.repaired["item.other_library"] == 1


def test_what_is_no_marc_is_said_and_can_be_exchanged(visitor: Visitor) -> None:
    assert "不能导入" in look(visitor, b"<html>no marc</html>").text


def test_a_file_that_is_gone_is_not_found(visitor: Visitor, data_dir: Path) -> None:
    page = look(visitor, GOOD)
    for file in (data_dir / "imports").glob("*.marc"):
        file.unlink()
    assert visitor.get(address(page)).status == 404
    assert visitor.get("/imports/samples/..%2Fsecret").status == 404
