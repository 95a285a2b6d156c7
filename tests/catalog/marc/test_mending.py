"""What describing a record puts right is named by its kind, and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest

from catalog.marc import bib_data, read_records, repairs_of
from catalog.marc.composing import compose
from catalog.marc.faults import REPAIRS
from catalog.marc.mending import mendings
from catalog.marc.record import ReadRecord
from tests.catalog.marc.marcbytes import RawField, book, book21, cnmarc_fields, iso, marc21_fields, only, sub
from tests.catalog.marc.samples import sample

RAW = dict[str, bytes | None]


def cnmarc(**changed: bytes | None) -> ReadRecord:
    """The plain book with fields exchanged (`f200=…`) or left out (None); those it has not come behind."""
    wanted: RAW = {name[1:]: body for name, body in changed.items()}
    kept: list[RawField] = []
    for tag, body in cnmarc_fields():
        put = wanted.pop(tag, body)
        if put is not None:
            kept.append((tag, put))
    return only(iso([*kept, *((tag, body) for tag, body in wanted.items() if body is not None)]))


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ({}, ()),
        ({"f010": sub("  ", ("a", "978-7-02-000220-7"), ("d", "CNY79.00 (全2册)"))}, ("price.divided",)),
        ({"f010": sub("  ", ("a", "978-7-02-000220-7"), ("d", "CNY79.00 (含光盘)"))}, ()),
        ({"f010": sub("  ", ("a", "978-7-02-000220-7 (精装)"), ("d", "CNY79.00"))}, ("isbn.words",)),
        ({"f010": sub("  ", ("a", "978-7-02-000220-7"), ("z", "7-5302-1678-5"))}, ()),
        ({"f010": sub("  ", ("a", "978-7-02-000220-7"), ("z", "978-7-5302-1678-5"))}, ()),
        ({"f010": sub("  ", ("z", "978-7-02-000220-7"))}, ("isbn.in_z",)),
        ({"f210": sub("  ", ("c", "商务印书馆"), ("d", "民国25年"))}, ("year.era",)),
        ({"f210": sub("  ", ("c", "内府"), ("d", "康熙五十年"))}, ("year.era",)),
        ({"f210": sub("  ", ("c", "社"), ("d", "二〇〇三年"))}, ("year.era",)),
        ({"f210": sub("  ", ("c", "社"), ("d", "民国25年[1936]"))}, ()),
        ({"f210": sub("  ", ("c", "社"), ("d", "[2003]"))}, ()),
        ({"f210": sub("  ", ("c", "社"), ("d", "198-"))}, ("year.decade",)),
        ({"f701": None}, ("name.from_statement",)),
        ({"f200": sub("1 ", ("a", "红楼梦"), ("9", "hong lou meng"), ("f", "曹雪芹著"))}, ("text.pinyin",)),
        ({"f200": sub("1 ", ("a", "红楼梦"), ("A", "hong lou meng"), ("f", "曹雪芹著"))}, ("text.pinyin",)),
        ({"f701": sub(" 0", ("a", "曹雪芹"), ("9", "cao xue qin"))}, ("text.pinyin",)),
        ({"f200": sub("1 ", ("a", "《红楼梦》"), ("f", "曹雪芹著"))}, ("title.marks",)),
        ({"f690": sub("  ", ("a", "I242.4；I207.411"))}, ("class.list",)),
    ],
)
def test_what_is_read_otherwise_than_written_is_counted(changed: RAW, kinds: tuple[str, ...]) -> None:
    read = cnmarc(**changed)
    assert mendings(read, bib_data(read)) == kinds


def test_a_year_that_the_coded_data_give_was_not_worked_out() -> None:
    fields = [*marc21_fields(), ("264", sub(" 1", ("c", "[195-]")))]
    read = only(iso(fields, b"00000nam a2200000 a 4500"))
    assert bib_data(read).year == 1958
    assert mendings(read, bib_data(read)) == ()


def test_full_width_blanks_are_mended_and_counted() -> None:
    read = cnmarc(f200=sub("1 ", ("a", "　红楼梦　　校注本　"), ("f", "曹雪芹著")))
    data = bib_data(read)
    assert data.title == "红楼梦 校注本"
    assert repairs_of(read, data) == ("text.wide_blank",)


def test_a_valid_isbn_in_z_is_not_called_wrong_and_comes_back_in_z() -> None:
    number = sub(
        "  ", ("a", "978-7-02-000220-7"), ("z", "0-385-09379-9"), ("z", "7-02-000220-1"), ("z", "9787020002207")
    )
    data = bib_data(cnmarc(f010=number))
    assert (data.isbns, data.isbns_other, data.isbn_invalid) == (
        ("9787020002207",),
        ("9780385093798",),
        ("7-02-000220-1",),
    )
    written = compose(data, control_number="X", entered_on=date(2024, 1, 1))
    assert [text for field in written.named("010") for text in field.every("z")] == ["9780385093798", "7-02-000220-1"]


def test_every_kind_has_words_in_both_languages_and_plain_books_need_none() -> None:
    for one in (only(book()), only(book21())):
        assert set(mendings(one, bib_data(one))) <= set(REPAIRS)
    assert mendings(only(book()), bib_data(only(book()))) == ()
    seen: set[str] = set()
    with sample("cnmarc/worksheets_15.utf8.iso").open("rb") as stream:
        for one in read_records(stream):
            assert isinstance(one, ReadRecord)
            seen.update(repairs_of(one, bib_data(one)))
    assert seen <= set(REPAIRS)
    assert "text.pinyin" in seen
