"""A search in CQL and the address that carries it; records out of answers, however they are packed."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.copying import Target, Wanted, read_targets
from catalog.copying.faults import TargetFault
from catalog.copying.sru import cql, read_answer, search_address

RECORD = '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>     nam0 22        450 </leader><datafield tag="200" ind1="1" ind2=" "><subfield code="a">红楼梦</subfield></datafield></record>'


def target(extra: str = "", url: str = "https://sru.example.cn/biblio") -> Target:
    return read_targets(f'[[target]]\ncode = "t"\nname = "t"\nurl = "{url}"\n{extra}')[0]


def answer(data: str, count: int = 1) -> bytes:
    return f'<zs:searchRetrieveResponse xmlns:zs="http://www.loc.gov/zing/srw/"><zs:numberOfRecords>{count}</zs:numberOfRecords><zs:records><zs:record><zs:recordData>{data}</zs:recordData></zs:record></zs:records></zs:searchRetrieveResponse>'.encode()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(isbn="9787020002207", title="红楼梦"), 'bath.isbn="9787020002207"'),
        (Wanted(title="红楼梦", author="曹雪芹"), 'dc.title="红楼梦" and dc.creator="曹雪芹"'),
        (Wanted(title='x" or dc.title="*'), 'dc.title="x\\" or dc.title=\\"\\*"'),
        (Wanted(title="back\\slash?^"), 'dc.title="back\\\\slash\\?\\^"'),
    ],
)
def test_what_is_typed_is_only_ever_a_term(wanted: Wanted, expected: str) -> None:
    assert cql(target(), wanted) == expected


def test_a_target_names_its_indexes() -> None:
    assert cql(target('indexes = { title = "pica.tit" }'), Wanted(title="x")) == 'pica.tit="x"'


@pytest.mark.parametrize(
    ("version", "operation"), [("1.1", ["searchRetrieve"]), ("1.2", ["searchRetrieve"]), ("2.0", None)]
)
def test_the_address_keeps_what_it_said_before(version: str, operation: list[str] | None) -> None:
    address = search_address(
        target(f'version = "{version}"', "https://sru.example.cn/biblio?x-user=a"), Wanted(title="a&b")
    )
    asked = parse_qs(urlsplit(address).query)
    assert asked["x-user"] == ["a"]
    assert asked["query"] == ['dc.title="a&b"']
    assert asked["version"] == [version]
    assert asked.get("operation") == operation


@pytest.mark.parametrize("data", [RECORD, f"<collection>{RECORD}</collection>", RECORD.replace("<", "&lt;")])
def test_records_come_in_any_packing(data: str) -> None:
    found = read_answer(answer(data))
    assert found.total == 1
    assert len(found.records) == 1
    assert "红楼梦" in found.records[0].decode()


def test_no_more_than_a_page_is_taken() -> None:
    found = read_answer(
        answer("".join([RECORD] * 30), 30).replace(
            b"</record><record", b"</record></zs:recordData><zs:recordData><record"
        )
    )
    assert (found.total, len(found.records)) == (30, 10)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<x/>",
        b"\xff",
        b"<!DOCTYPE searchRetrieveResponse [<!ENTITY a 'b'>]><searchRetrieveResponse>&a;</searchRetrieveResponse>",
    ],
)
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(TargetFault):
        read_answer(body)
