"""A description becomes a record that says the same; an edited record keeps all that was not edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from catalog.bibdata import BibData, Contributor, MarcFormat
from catalog.marc import Field, MarcRecord, ReadRecord, bib_data, read_one, to_iso2709
from catalog.marc.composing import compose, recompose

ENTERED = date(2026, 11, 23)
FULL = BibData(
    format="cnmarc",
    control_number="TJ000000001",
    title="平凡的世界",
    subtitle="纪念版",
    volume="第一部",
    parallel_titles=("Ordinary world",),
    variant_titles=("普通的世界",),
    contributors=(
        Contributor(name="路遥", role="著", main=True),
        Contributor(name="某译社", role="译", body=True),
    ),
    responsibility="路遥著 ; 某译社译",
    edition="2版",
    place="北京",
    publisher="北京十月文艺出版社",
    year=2017,
    year_text="2017.6",
    extent="3册(1258页) ; 23cm",
    series=("茅盾文学奖获奖作品 ; 3",),
    notes=("封面题签",),
    abstract="写黄土高原上的年轻人。\n写他们的时代。",
    contents="上册\n下册",
    audience="成人",
    isbns=("9787530216781", "9787020002207"),
    isbn_invalid=("7-5302-1678-5",),
    issns=("1000-4556",),
    price_fen=10850,
    language="chi",
    country="CN",
    class_number="I247.57",
    other_classes=("I247.5",),
    subjects=("长篇小说--中国--当代",),
    keywords=("黄土高原", "农村"),
    kind="book",
    urls=("https://example.org/1", "https://example.org/2"),
    url_access=("card", "anyone"),
)


def through_bytes(record: MarcRecord, format: MarcFormat) -> BibData:
    read = read_one(to_iso2709(record, format), "iso2709", format)
    assert isinstance(read, ReadRecord), read
    return bib_data(read)


@pytest.mark.parametrize("format", ["cnmarc", "marc21"])
def test_composed_record_says_what_the_description_says(format: MarcFormat) -> None:
    data = replace(FULL, format=format)
    assert through_bytes(compose(data, control_number="TJ000000001", entered_on=ENTERED), format) == data


@pytest.mark.parametrize("format", ["cnmarc", "marc21"])
@pytest.mark.parametrize(
    "kind", ["book", "ancient", "serial", "article", "music", "audio", "video", "map", "picture", "electronic", "mixed"]
)
def test_kind_stands_in_the_leader(format: MarcFormat, kind: str) -> None:
    data = BibData(format=format, title="题名", kind=kind)  # type: ignore[arg-type]
    assert through_bytes(compose(data, control_number="1", entered_on=ENTERED), format).kind == kind


def test_title_alone_makes_a_record() -> None:
    record = compose(BibData(format="cnmarc", title="红楼梦"), control_number="1", entered_on=ENTERED)
    assert [field.tag for field in record.fields] == ["001", "100", "200"]


@pytest.mark.parametrize(
    ("country", "code"), [("CN", "cc "), ("US", "xxu"), ("GB", "xxk"), ("DE", "gw "), ("ZW", "xx "), (None, "xx ")]
)
def test_country_is_coded_as_marc21_codes_it(country: str | None, code: str) -> None:
    data = BibData(format="marc21", title="Emma", country=country, year=1815, language="eng")
    coded = compose(data, control_number="1", entered_on=ENTERED).control("008") or ""
    assert (len(coded), coded[0:6], coded[7:11], coded[15:18], coded[35:38]) == (40, "261123", "1815", code, "eng")


CAME = MarcRecord(
    "00000nam0 2200000   450 ",
    [
        Field("001", value="0192000001"),
        Field("100", "  ", (("a", "19920101d1992    em y0chiy0120    ea"),)),
        Field("105", "  ", (("a", "y   z   000yy"),)),
        Field("200", "1 ", (("a", "红楼梦"), ("9", "hong lou meng"), ("b", "专著"), ("f", "曹雪芹著"))),
        Field("210", "  ", (("a", "北京"), ("c", "人民文学出版社"), ("d", "1992"))),
        Field("701", " 0", (("a", "曹雪芹"), ("9", "cao xue qin"), ("4", "著"))),
        Field("801", " 0", (("a", "CN"), ("b", "NLC"))),
        Field("905", "  ", (("a", "ZG"), ("b", "B0001"))),
    ],
)


def described(record: MarcRecord, format: MarcFormat = "cnmarc") -> BibData:
    read = ReadRecord(number=1, offset=0, raw=b"", container="iso2709", encoding="utf-8", format=format, record=record)
    return bib_data(read)


def test_unchanged_record_stays_as_it_is() -> None:
    assert recompose(CAME, described(CAME), described(CAME)) == CAME


def test_changed_title_leaves_all_other_fields_alone() -> None:
    old = described(CAME)
    edited = recompose(CAME, old, replace(old, title="石头记"))
    assert [f for f in edited.fields if f.tag != "200"] == [f for f in CAME.fields if f.tag != "200"]
    assert edited.named("200") == [
        Field("200", "1 ", (("a", "石头记"), ("f", "曹雪芹著"), ("9", "hong lou meng"), ("b", "专著")))
    ]


def test_changed_year_moves_the_coded_date_too() -> None:
    edited = recompose(CAME, described(CAME), replace(described(CAME), year=1996, year_text=None))
    assert edited.first("210", "d") == "1996"
    assert (edited.first("100", "a") or "")[:13] == "19920101d1996"


def test_new_part_finds_its_place_among_the_tags() -> None:
    edited = recompose(CAME, described(CAME), replace(described(CAME), subjects=("古典小说--中国",)))
    tags = [field.tag for field in edited.fields]
    assert tags == sorted(tags)
    assert edited.named("606") == [Field("606", "0 ", (("a", "古典小说"), ("x", "中国")))]


def test_removed_part_takes_its_field_away() -> None:
    edited = recompose(CAME, described(CAME), replace(described(CAME), contributors=()))
    assert "701" not in edited


def test_changed_kind_changes_only_two_characters_of_the_leader() -> None:
    assert recompose(CAME, described(CAME), replace(described(CAME), kind="video")).leader == "00000ngm0 2200000   450 "


def test_romanised_twin_of_a_changed_field_goes_with_it() -> None:
    came = MarcRecord(
        "00000nam a2200000   4500",
        [
            Field("001", value="1"),
            Field("245", "10", (("6", "880-01"), ("a", "Hong lou meng"))),
            Field("264", " 1", (("b", "Zhonghua"), ("c", "2005"))),
            Field("264", " 4", (("c", "©2004"),)),
            Field("880", "10", (("6", "245-01"), ("a", "红楼梦"))),
            Field("880", "1 ", (("6", "100-02"), ("a", "曹雪芹"))),
        ],
    )
    old = described(came, "marc21")
    edited = recompose(came, old, replace(old, title="石头记", publisher="中华书局"))
    assert described(edited, "marc21").title == "石头记"
    assert [f.first("6") for f in edited.named("880")] == ["100-02"]
    assert [f.indicators for f in edited.named("264")] == [" 1", " 4"]


def from_a_dynasty() -> MarcRecord:
    """The names of an old novel as suppliers send them: $c and $f say when they lived, $3 is the authority."""
    names = [
        Field("701", " 0", (("3", "A0001"), ("c", "(清)"), ("a", "曹雪芹"), ("f", "约1715-约1763"), ("4", "著"))),
        Field("701", " 0", (("c", "(清)"), ("a", "高鹗"), ("4", "著"))),
    ]
    others = [field for field in CAME.fields if field.tag != "701"]
    return MarcRecord(CAME.leader, sorted([*others, *names], key=lambda field: field.tag))


def test_a_name_that_stays_keeps_its_dynasty_dates_and_authority() -> None:
    came = from_a_dynasty()
    old = described(came)
    cao, gao = came.named("701")
    commentator = Contributor(name="脂砚斋", role="评")
    edited = recompose(came, old, replace(old, contributors=(*old.contributors, commentator)))
    assert edited.named("701") == [cao, gao]
    assert edited.named("702") == [Field("702", " 0", (("a", "脂砚斋"), ("4", "评")))]


def test_a_name_with_another_role_or_rank_keeps_what_else_its_heading_says() -> None:
    came = from_a_dynasty()
    old = described(came)
    cao, gao = old.contributors
    edited = recompose(came, old, replace(old, contributors=(cao, replace(gao, role="续", main=False))))
    assert edited.named("702") == [Field("702", " 0", (("c", "(清)"), ("a", "高鹗"), ("4", "续")))]
    assert [one.name for one in described(edited).contributors] == ["曹雪芹", "高鹗"]


def test_another_name_takes_nothing_from_the_one_before() -> None:
    came = from_a_dynasty()
    old = described(came)
    edited = recompose(came, old, replace(old, contributors=(replace(old.contributors[0], name="曹沾"),)))
    assert edited.named("701") == [Field("701", " 0", (("a", "曹沾"), ("4", "著")))]


def test_marc21_names_keep_their_dates_and_the_works_beside_them_stay() -> None:
    work = Field("700", "12", (("a", "Marlowe, Christopher,"), ("t", "Doctor Faustus")))
    came = MarcRecord(
        "00000nam a2200000   4500",
        [
            Field("001", value="1"),
            Field("100", "1 ", (("a", "Shakespeare, William,"), ("d", "1564-1616"), ("0", "n78095332"))),
            Field("245", "10", (("a", "Hamlet"),)),
            work,
        ],
    )
    old = described(came, "marc21")
    editor = Contributor(name="Jenkins, Harold", role="editor")
    edited = recompose(came, old, replace(old, contributors=(*old.contributors, editor)))
    assert edited.named("100") == came.named("100")
    assert edited.named("700") == [Field("700", "1 ", (("a", "Jenkins, Harold"), ("e", "editor"))), work]
