"""One record with all the common dirt of Chinese suppliers at once: what is safe is put right, nothing else is invented."""

from __future__ import annotations

from io import BytesIO

from catalog.bibdata import BibData, Contributor
from catalog.marc import ReadRecord, bib_data, read_records
from tests.catalog.marc.marcbytes import RawField, iso, sub


def read(*fields: RawField) -> tuple[BibData, tuple[str, ...]]:
    coded: RawField = ("100", sub("  ", ("a", "20260301d2026    em y0chiy0120    ea")))
    [result] = read_records(BytesIO(iso([("001", b"A1"), coded, *fields])))
    assert isinstance(result, ReadRecord)
    return bib_data(result), result.repairs


def test_what_suppliers_write_beside_the_data_is_taken_off() -> None:
    data, _ = read(
        ("010", sub("  ", ("a", "978-7-02-000220-7(精装)"), ("d", "CNY79.00 (全2册)"))),
        (
            "200",
            sub(
                "1 ",
                ("a", "《红楼梦》 "),
                ("A", "hong lou meng"),
                ("9", "hong lou meng"),
                ("e", ""),
                ("f", "（清）曹雪芹，高鹗著 "),
            ),
        ),
        ("210", sub("  ", ("a", "北京"), ("c", "人民文学出版社"), ("d", "民国25年"))),
        ("690", sub("  ", ("a", "I242.4；I207"))),
    )
    assert (data.title, data.subtitle, data.variant_titles) == ("红楼梦", None, ())
    assert (data.isbns, data.isbn_invalid) == (("9787020002207",), ())
    assert data.price_fen == 3950
    assert (data.year, data.year_text) == (1936, "民国25年")
    assert (data.class_number, data.other_classes) == ("I242.4", ("I207",))


def test_names_come_from_the_statement_where_no_name_field_gives_them() -> None:
    data, _ = read(("200", sub("1 ", ("a", "三体"), ("f", "[美] 刘慈欣等著；李四译"))))
    assert data.contributors == (
        Contributor(name="刘慈欣", role="著", main=True),
        Contributor(name="李四", role="译"),
    )


def test_full_width_letters_and_digits_are_made_half_width_and_counted() -> None:
    data, repairs = read(
        ("010", sub("  ", ("d", "￥０．３８元"))),
        ("200", sub("1 ", ("a", "三体ＩＩ"))),
        ("210", sub("  ", ("d", "[2003]"))),
    )
    assert (data.title, data.price_fen, data.year) == ("三体II", 38, 2003)
    assert repairs == ("text.full_width",)
