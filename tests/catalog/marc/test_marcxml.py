"""MARCXML with any namespace, nested in anything, several roots or none; a broken record spoils only itself."""

from __future__ import annotations

import tracemalloc
from io import BytesIO

import pytest

from catalog.marc import ReadRecord, RejectedRecord, read_records
from catalog.marc.framing import MAX_RECORD
from tests.catalog.marc.marcbytes import numbers, only, read, title

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def record(number: str = "X1", name: str = "红楼梦", prefix: str = "", attributes: str = "", extra: str = "") -> str:
    p = prefix
    return (
        f"<{p}record{attributes}><{p}leader>00000nam0 2200000   450 </{p}leader>"
        f'<{p}controlfield tag="001">{number}</{p}controlfield>{extra}'
        f'<{p}datafield tag="200" ind1="1" ind2=" "><{p}subfield code="a">{name}</{p}subfield></{p}datafield></{p}record>'
    )


SLIM = ' xmlns="http://www.loc.gov/MARC21/slim"'


@pytest.mark.parametrize(
    "document",
    [
        f"{HEAD}<collection>{record()}</collection>",
        f"{HEAD}<collection{SLIM}>{record()}</collection>",
        f"{HEAD}{record(attributes=SLIM)}",
        record(),
        f'{HEAD}<marc:collection xmlns:marc="http://www.loc.gov/MARC21/slim">{record(prefix="marc:")}</marc:collection>',
        f'{HEAD}<mxc:record xmlns:mxc="info:lc/xmlns/marcxchange-v2">{record(prefix="mxc:")[12:]}',
        f'{HEAD}<record xmlns="http://www.nlc.cn/">{record()[8:]}',
        f'{HEAD}<s:searchRetrieveResponse xmlns:s="http://www.loc.gov/zing/srw/"><s:records><s:record><s:recordData>'
        f"{record(attributes=SLIM)}</s:recordData></s:record></s:records></s:searchRetrieveResponse>",
        f"{HEAD}<OAI-PMH><ListRecords><record><header><identifier>1</identifier></header><metadata>"
        f"{record(attributes=SLIM)}</metadata></record></ListRecords></OAI-PMH>",
        f"{HEAD}<!-- <record> --><collection><![CDATA[</record>]]>{record()}</collection>",
    ],
)
def test_can_read_a_record_wherever_it_stands(document: str) -> None:
    found = only(document.encode())
    assert (found.control_number, title(found), found.format) == ("X1", "红楼梦", "cnmarc")
    assert found.repairs == ()
    assert document.encode()[found.offset : found.end] == found.raw


def test_can_read_several_roots_one_behind_another() -> None:
    assert numbers(read((record("X1") + "\n" + record("X2") + HEAD + record("X3")).encode())) == ["X1", "X2", "X3"]


@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
def test_declared_gb2312_that_holds_more_is_read(codec: str) -> None:
    document = f'<?xml version="1.0" encoding="GB2312"?><collection>{record(name="王喆朱镕基")}</collection>'
    found = only(document.encode(codec))
    assert (title(found), found.encoding) == ("王喆朱镕基", codec)


def test_declared_utf8_that_is_gb18030_is_read_with_a_note() -> None:
    found = only(f"{HEAD}<collection>{record()}</collection>".encode("gb18030"))
    assert (title(found), found.repairs) == ("红楼梦", ("encoding.declared",))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("控\x01制", "控制"),
        ("控&#1;制", "控制"),
        ("Tom & Jerry", "Tom & Jerry"),
        ("caf&eacute;", "café"),
        ("AT&amp;T &lt;b&gt;", "AT&T <b>"),
    ],
)
def test_characters_that_xml_forbids_are_put_right(name: str, text: str) -> None:
    document = f"{HEAD}<collection>{record('X1', name)}{record('X2')}</collection>"
    first, second = read(document.encode())
    assert isinstance(first, ReadRecord)
    assert title(first) == text
    assert numbers([second]) == ["X2"]


def test_a_broken_record_in_the_middle_loses_only_itself() -> None:
    broken = record("X2").replace("</subfield>", "")
    results = read(f"{HEAD}<collection>{record('X1')}{broken}{record('X3')}</collection>".encode())
    assert numbers(results) == ["X1", "record.xml", "X3"]
    assert results[1].raw == broken.encode()


def test_a_cut_record_is_kept_aside_wherever_it_is_cut() -> None:
    results = read(f"{HEAD}<collection>{record('X1')}{record('X2')[:120]}".encode())
    assert numbers(results) == ["X1", "record.cut"]
    results = read(f"{HEAD}<collection>{record('X1')[:120]}{record('X2')}</collection>".encode())
    assert numbers(results) == ["record.cut", "X2"]


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "entity",
    [
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>',
    ],
)
def test_entities_are_never_expanded(entity: str) -> None:
    document = f'<?xml version="1.0"?>{entity}<collection>{record("X1", "&l9;")}{record("X2")}</collection>'
    first, second = read(document.encode())
    assert isinstance(first, RejectedRecord)
    assert (first.code, numbers([second])) == ("record.xml", ["X2"])


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ('<controlfield tag="001">other</controlfield>', "record.two_001"),
        ('<datafield tag="42" ind1=" " ind2=" "><subfield code="a">x</subfield></datafield>', "record.tag"),
        ('<datafield tag="300" ind1=" " ind2=" ">no subfield</datafield>', "record.field"),
    ],
)
def test_what_is_wrong_in_iso2709_is_wrong_in_xml(extra: str, code: str) -> None:
    assert numbers(read(f"<collection>{record(extra=extra)}</collection>".encode())) == [code]


def test_holdings_and_authority_records_are_kept_aside() -> None:
    document = record(attributes=' type="Holdings"')
    assert numbers(read(f"<collection>{document}</collection>".encode())) == ["record.not_bibliographic"]


def test_missing_leader_and_indicators_are_filled_in() -> None:
    document = record().replace("<leader>00000nam0 2200000   450 </leader>", "").replace(' ind2=" "', "")
    found = only(f"<collection>{document}</collection>".encode())
    assert set(found.repairs) >= {"leader.missing", "field.indicators"}
    assert len(found.record.leader) == 24


def test_memory_stays_bounded_over_many_records() -> None:
    document = f"{HEAD}<collection>{record() * 20_000}</collection>".encode()
    tracemalloc.start()
    count = sum(1 for _ in read_records(BytesIO(document)))
    peak = tracemalloc.get_traced_memory()[1] - len(document)
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 2_000_000


def test_can_take_up_reading_behind_any_record() -> None:
    data = f"{HEAD}<collection>{record('X1')}\n{record('X2')}{record('X3')}</collection>".encode()
    first = read(data)[0]
    rest = list(read_records(BytesIO(data), start_at=first.end, first_number=2))
    assert [(one.number, *numbers([one])) for one in rest] == [(2, "X2"), (3, "X3")]


def test_another_declared_encoding_is_followed() -> None:
    document = f'<?xml version="1.0" encoding="windows-1251"?><collection>{record(name="Война и мир")}</collection>'
    found = only(document.encode("cp1251"))
    assert (title(found), found.encoding, found.repairs) == ("Война и мир", "windows-1251", ())


@pytest.mark.parametrize(
    "name", ["klingon", "UTF-16", "utf-16-le", "utf-32", "undefined", "unicode_escape", "utf-7", "idna", "hex"]
)
def test_a_declared_encoding_that_no_such_file_can_have_does_not_matter(name: str) -> None:
    for text in ("红楼梦", "红楼梦了"):  # an odd and an even number of bytes
        document = f'<?xml version="1.0" encoding="{name}"?><collection>{record(name=text)}</collection>'
        found = only(document.encode())
        assert (title(found), found.encoding, found.repairs) == (text, "utf-8", ("encoding.declared",))


def test_a_record_without_end_is_given_up_at_the_limit_and_the_next_is_read() -> None:
    endless = record("X1")[:60] + " " * (MAX_RECORD + 200_000)
    results = read(f"{HEAD}<collection>{endless}{record('X2')}</collection>".encode())
    assert numbers(results) == ["record.too_long", "X2"]


def test_a_subfield_without_a_code_keeps_its_text() -> None:
    extra = '<datafield tag="300" ind1=" " ind2=" "><subfield>first</subfield><subfield code="">second</subfield></datafield>'
    found = only(f"<collection>{record(extra=extra)}</collection>".encode())
    assert found.record.named("300")[0].subfields == (("a", "first"), ("?", "second"))
    assert found.repairs == ("field.subfield_code",)


def test_a_record_without_any_field_is_kept_aside() -> None:
    assert numbers(read(f"<collection><record><leader>x</leader></record>{record()}</collection>".encode())) == [
        "record.empty",
        "X1",
    ]
