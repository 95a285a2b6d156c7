"""The demo's files are what a supplier would send: readable by any MARC reader, every copy numbered once, the same every time."""

from __future__ import annotations

from pathlib import Path

import pymarc
import pytest

from web.demo import county
from web.demo.classics import load_works
from web.demo.marc import DemoFile, write_files


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DemoFile]:
    return {file.path.name: file for file in write_files(tmp_path_factory.mktemp("marc"), generated=200)}


def records(file: DemoFile) -> list[pymarc.Record]:
    encoding = "gb18030" if file.format == "cnmarc" else "utf-8"
    with file.path.open("rb") as stream:
        reader = pymarc.MARCReader(stream, file_encoding=encoding, to_unicode=True, force_utf8=encoding == "utf-8")
        return [record for record in reader if record is not None]


def record_of(file: DemoFile, title: str) -> pymarc.Record:
    tag = "200" if file.format == "cnmarc" else "245"
    return next(record for record in records(file) if record[tag]["a"].strip(" :/") == title)


def barcodes(record: pymarc.Record) -> list[str]:
    return [
        *(b for f in record.get_fields("905") for b in f.get_subfields("b")),
        *(p for f in record.get_fields("952") for p in f.get_subfields("p")),
    ]


def test_every_work_is_in_exactly_one_file(files: dict[str, DemoFile]) -> None:
    classics = [file for name, file in files.items() if not name.startswith("new-")]
    numbers = [record["001"].data for file in classics for record in records(file)]
    assert sorted(numbers) == [f"QXTSG{work.number:06d}" for work in load_works()]


def test_a_file_says_truly_how_much_it_holds(files: dict[str, DemoFile]) -> None:
    for file in files.values():
        found = records(file)
        assert len(found) == file.records
        assert sum(len(barcodes(record)) for record in found) == file.copies


def test_every_copy_has_its_own_barcode_in_the_range_of_its_unit(files: dict[str, DemoFile]) -> None:
    prefixes = {unit.code: unit.barcode_prefix for unit in county.units()}
    seen: set[str] = set()
    for file in files.values():
        for record in records(file):
            for field in record.get_fields("905", "952"):
                numbers = field.get_subfields("b") if field.tag == "905" else field.get_subfields("p")
                assert all(number.startswith(prefixes[field["a"]]) for number in numbers)
            assert seen.isdisjoint(barcodes(record))
            seen |= set(barcodes(record))


def test_books_stand_in_hubs_branches_and_village_points(files: dict[str, DemoFile]) -> None:
    kinds = {unit.code: unit.kind for unit in county.units()}
    held = {kinds[field["a"]] for record in records(files["books.iso"]) for field in record.get_fields("905")}
    assert held == {"hub", "branch", "point", "selfservice", "mobile", "store"}


def test_a_chinese_work_is_catalogued_as_a_librarian_does(files: dict[str, DemoFile]) -> None:
    record = record_of(files["books.iso"], "百年孤独")
    assert record["200"]["f"] == "(哥伦比亚)加夫列尔·加西亚·马尔克斯著"
    assert record["200"]["g"] == "范晔译"
    assert record["010"]["a"] == "978-7-5442-5399-4"
    assert (record["210"]["a"], record["210"]["c"], record["210"]["d"]) == ("海口", "南海出版公司", "2011")
    assert (record["101"].indicators[0], record["101"]["a"], record["101"]["c"]) == ("1", "chi", "spa")
    assert (record["701"]["a"], record["701"]["g"], record["702"]["a"]) == (
        "加西亚·马尔克斯",
        "García Márquez, Gabriel",
        "范晔",
    )
    assert record["606"]["a"] == "长篇小说"
    assert record["690"]["a"] == "I775.45"
    assert len(record["100"]["a"]) == 36


def test_volumes_of_a_set_share_a_call_number(files: dict[str, DemoFile]) -> None:
    found = [r for r in records(files["books.iso"]) if r["200"]["a"] == "平凡的世界"]
    assert [record["200"]["h"] for record in found] == ["第一部", "第二部", "第三部"]
    calls = [record["905"]["s"] for record in found]
    stem = calls[0].removesuffix(":1")
    assert calls == [f"{stem}:1", f"{stem}:2", f"{stem}:3"]


def test_rare_characters_survive(files: dict[str, DemoFile]) -> None:
    assert record_of(files["books.iso"], "骈雅")["701"]["a"] == "朱谋㙔"
    assert record_of(files["books.iso"], "徐氏笔精")["701"]["a"] == "徐𤊹"


def test_an_english_work_is_catalogued_as_marc21(files: dict[str, DemoFile]) -> None:
    record = record_of(files["english.mrc"], "The time machine")
    assert record.leader[9] == "a"
    assert record["245"].indicators == ("1", "4")
    assert record["245"]["c"] == "H. G. Wells."
    assert record["100"].get_subfields("a", "q", "d", "e") == [
        "Wells, H. G.",
        "(Herbert George),",
        "1866-1946,",
        "author.",
    ]
    assert (record["084"]["a"], record["084"]["2"], record["082"]["a"]) == ("I561.44", "clc", "823.912")
    assert record["952"]["y"] == "book"
    assert len(record["008"].data) == 40


def test_a_periodical_has_its_issn(files: dict[str, DemoFile]) -> None:
    record = record_of(files["periodicals.iso"], "人民文学")
    assert (record["011"]["a"], record["326"]["a"], record.leader[7]) == ("0258-8218", "月刊", "s")


def test_no_made_up_book_is_called_like_a_real_one(files: dict[str, DemoFile]) -> None:
    real = {work.title for work in load_works()} | {"金刚经", "资治通鉴", "苏东坡"}
    invented = {r["200"]["a"] for name in ("new-books.iso", "new-children.iso") for r in records(files[name])}
    assert len(invented) > 100
    assert not real & invented


def test_the_same_call_gives_the_same_bytes(files: dict[str, DemoFile], tmp_path: Path) -> None:
    again = write_files(tmp_path, generated=200)
    assert [file.path.read_bytes() for file in again] == [file.path.read_bytes() for file in files.values()]
