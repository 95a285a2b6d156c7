"""Tables row by row: found under their heads, in any order and encoding, within bounds however long the file is."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator

import pytest

from kernel.errors import Invalid
from kernel.i18n import Text
from kernel.sheets.tables import Column, Layout, open_table
from tests.kernel.sheets.workbooks import workbook

THINGS = Layout(
    code="things",
    columns={
        "number": Column(label=Text("编号", "number"), heads="number 编号 号码", is_required=True),
        "name": Column(label=Text("名称", "name"), heads="name 名称", is_required=True),
        "note": Column(label=Text("备注", "note"), heads="note 备注"),
    },
    known_by=("number", "name"),
    largest_file=30_000_000,
    most_rows=60_000,
    too_many=Text("太多。", "Too many."),
)


def read(body: bytes) -> tuple[tuple[str, ...], list[tuple[int, tuple[str | float, ...]]]]:
    with open_table(io.BytesIO(body), THINGS) as table:
        return table.fields, list(table.rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_heads_stand_in_any_order_and_language(encoding: str) -> None:
    body = "Name（必填）,备注,号 码\n甲,,1\n乙,x\n".encode(encoding)
    assert read(body) == (("name", "note", "number"), [(2, ("甲", "", "1")), (3, ("乙", "x", ""))])


def test_what_a_table_lacks_is_named() -> None:
    with pytest.raises(Invalid) as raised:
        read("编号,备注\n1,2\n".encode())
    assert raised.value.code == "things.columns"
    assert "“编号”和“名称”" in raised.value.detail.zh
    assert "number, name, note" in raised.value.detail.en


def test_the_file_stays_open_for_whoever_opened_it() -> None:
    file = io.BytesIO("编号,名称\n1,甲\n".encode())
    with open_table(file, THINGS) as table:
        assert [number for number, _cells in table.rows] == [2]
    file.seek(0)
    assert file.read(6) == "编号".encode()


def lines() -> Iterator[tuple[str, str]]:
    return ((f"N{n}", f"很长的名称{n}" * 5) for n in range(50_000))


def as_csv() -> bytes:
    return ("编号,名称\n" + "".join(f"{number},{name}\n" for number, name in lines())).encode("gb18030")


def as_workbook() -> bytes:
    return workbook([("编号", "名称"), *lines()], constant_memory=True)


@pytest.mark.parametrize(("body", "most"), [(as_csv(), 2_000_000), (as_workbook(), 8_000_000)], ids=["csv", "xlsx"])
def test_a_long_table_is_never_held_whole(body: bytes, most: int) -> None:
    file = io.BytesIO(body)
    tracemalloc.start()
    with open_table(file, THINGS) as table:
        assert sum(1 for _row in table.rows) == 50_000
    assert tracemalloc.get_traced_memory()[1] < most
    tracemalloc.stop()
