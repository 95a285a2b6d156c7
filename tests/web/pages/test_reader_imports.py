"""Readers from a spreadsheet by pages."""

from __future__ import annotations

import base64
import csv
import io
import json
import zlib

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from patrons.models import Patron
from tests.desk import Desk, offenders
from tests.desk import desk as desk
from tests.kernel.sheets.workbooks import workbook
from tests.pages import Sheet, Visitor, visit

PAGE = "/patrons/imports"
HEADS = ("证号", "姓名", "类别", "所属馆", "监护人", "单位")
GOOD = (HEADS, ("N1", "张小", "child", "CG", "N2", ""), ("N2", "=张大", "成人", "城关分馆", "", ""))
BAD = (*GOOD, (12345, "李四", "adult", "CG", "", ""), ("N4", "+王", "adult", "ZG", "", ""))


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch)).caller)


def look(visitor: Visitor, body: bytes, **form: str) -> Sheet:
    return visitor.send(PAGE, {"do": "look", "file": (io.BytesIO(body), "readers.xlsx")} | form)


def readers(desk: Desk) -> int:
    return desk.read(lambda s: s.scalar(select(func.count(Patron.id))) or 0)


def test_a_file_is_looked_at_and_then_taken(visitor: Visitor, desk: Desk) -> None:
    assert PAGE in set(visitor.get("/patrons").links())
    page = look(visitor, workbook(GOOD))
    assert (page.status, readers(desk)) == (200, 1)
    assert "新办 2" in page.text
    assert "这些列不用： 单位" in page.text
    taken = visitor.send(PAGE, page.values() | {"do": "take"})
    assert "新办 2 位" in visitor.open(taken).text
    again = look(visitor, workbook(GOOD))
    assert "不变 2" in again.text
    assert "办理 2 位" not in again.text
    assert readers(desk) == 3
    assert offenders(desk.database) == {}


def test_the_good_rows_are_taken_and_the_others_come_as_a_file_to_correct(visitor: Visitor, desk: Desk) -> None:
    page = look(visitor, workbook(BAD))
    for told in ("不能办理 2", "设为“文本”格式", "馆点「ZG」", "只办能办的 2 位"):
        assert told in page.text
    values = page.values()
    unasked = visitor.send(PAGE, {"table": values["table"], "do": "take"})
    assert unasked.status == 422
    assert "2 行不能办理" in unasked.text
    file = visitor.send(PAGE, values | {"do": "refused"}).response
    assert file.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(file.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[0] == ["证号", "姓名", "类别", "所属馆", "监护人", "行", "原因"]
    assert [row[:2] + row[-2:-1] for row in rows[1:]] == [["12345", "李四", "4"], ["N4", "'+王", "5"]]
    assert "没有办理 2 位" in visitor.open(visitor.send(PAGE, values | {"do": "take"})).text
    assert readers(desk) == 3
    corrected = file.get_data().replace(b"ZG", b"CG")
    assert "新办 2" in look(visitor, corrected).text
    assert offenders(desk.database) == {}


def test_readers_on_record_are_changed_where_that_is_ticked(visitor: Visitor) -> None:
    table = workbook([HEADS, ("P0001", "张三", "adult", "CG", "", "")])
    told = look(visitor, table)
    assert "与记录不同 1" in told.text
    assert "办理 1 位" not in told.text
    ticked = look(visitor, table, update="1")
    assert "修改 1" in ticked.text
    assert "修改 1 位" in visitor.open(visitor.send(PAGE, ticked.values() | {"do": "take"})).text
    assert "不变 1" in look(visitor, table).text


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode()


FOUR = ["barcode", "name", "category", "home"]
ODD: list[object] = [[], {}, [FOUR, [], [], False], [["x"], [[2, ["a"]]], [], False]]


@pytest.mark.parametrize(
    "table",
    [
        *("", "x", "%00", base64.b64encode(zlib.compress(b"x" * 50_000_000)).decode()),
        *map(packed, ODD),
        *(
            packed([FOUR, [row], [], False])
            for row in ([2, ["a"]], ["2", list("abcd")], [2, ["\ud800"] * 4], [2, [1] * 4], 3)
        ),
    ],
)
def test_a_form_that_did_not_come_from_here_is_refused(visitor: Visitor, desk: Desk, table: str) -> None:
    for do in ("take", "refused"):
        answer = visitor.send(PAGE, {"do": do, "table": table})
        assert (answer.status, "请重新选择文件" in answer.text) == (422, True)
    assert readers(desk) == 1


@pytest.mark.parametrize(
    ("body", "sentence"), [(b"", "文件是空的"), (b"\x00", "读不出"), (b"a,b\n1,2", "没有找到表头")]
)
def test_what_is_no_table_is_told_beside_the_field(visitor: Visitor, body: bytes, sentence: str) -> None:
    page = look(visitor, body)
    assert page.status == 422
    assert sentence in page.text
    assert "请选择读者表" in visitor.send(PAGE, {"do": "look"}).text
