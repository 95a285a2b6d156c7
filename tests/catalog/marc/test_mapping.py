"""What a bib says of a record: CNMARC, MARC21 and their cousins through one set of words."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.bibdata import BibData, Contributor
from catalog.marc import bib_data
from catalog.marc.codes import kind, web_language
from tests.catalog.marc.marcbytes import MARC21_LEADER, cnmarc_fields, iso, marc21_fields, only, sub

Pairs = list[tuple[str, str]]


def cnmarc(*changed: tuple[str, str, Pairs], without: str = "") -> BibData:
    """A CNMARC book with some fields put in the place of its own."""
    tags = {tag for tag, _, _ in changed} | set(without.split())
    fields = [field for field in cnmarc_fields() if field[0] not in tags]
    fields += [(tag, sub(indicators, *pairs)) for tag, indicators, pairs in changed]
    return bib_data(only(iso(sorted(fields, key=lambda field: field[0]))))


def marc21(*changed: tuple[str, str, Pairs], without: str = "") -> BibData:
    tags = {tag for tag, _, _ in changed} | set(without.split())
    fields = [field for field in marc21_fields() if field[0] not in tags]
    fields += [(tag, sub(indicators, *pairs)) for tag, indicators, pairs in changed]
    return bib_data(only(iso(sorted(fields, key=lambda field: field[0]), MARC21_LEADER)))


def test_a_plain_cnmarc_book() -> None:
    assert cnmarc() == BibData(
        format="cnmarc",
        title="红楼梦",
        control_number="0120240001",
        contributors=(Contributor(name="曹雪芹", role="著", main=True),),
        responsibility="曹雪芹著",
        place="北京",
        publisher="人民文学出版社",
        year=2008,
        year_text="2008",
        isbns=("9787020002207",),
        price_fen=5970,
        language="chi",
        class_number="I242.4",
        kind="book",
    )


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a", "红楼梦"), ("h", "上册")], {"title": "红楼梦", "volume": "上册"}),
        ([("a", "红楼梦"), ("h", "第1卷"), ("i", "石头记")], {"volume": "第1卷 石头记"}),
        ([("a", "《红楼梦》")], {"title": "红楼梦"}),
        ([("a", " 红楼梦 /")], {"title": "红楼梦"}),
        ([("a", "呐喊"), ("a", "彷徨")], {"title": "呐喊 ; 彷徨"}),
        ([("a", "小王子"), ("d", "= Le petit prince")], {"parallel_titles": ("Le petit prince",)}),
        (
            [("a", "过程"), ("e", "增值"), ("d", "Process"), ("e", "creating value")],
            {"subtitle": "增值", "parallel_titles": ("Process : creating value",)},
        ),
        ([("a", "监控"), ("d", "Instrumentation"), ("e", "采集系统")], {"subtitle": "采集系统"}),
        ([("a", "红楼梦"), ("A", "hong lou meng"), ("9", "hong lou meng")], {"title": "红楼梦", "variant_titles": ()}),
        (
            [("a", "一"), ("f", "甲著"), ("c", "二"), ("f", "乙著")],
            {"variant_titles": ("二",), "responsibility": "甲著 ; 乙著"},
        ),
    ],
)
def test_field_200_in_its_many_forms(pairs: Pairs, expected: dict[str, Any]) -> None:
    found = cnmarc(("200", "1 ", pairs))
    assert {name: getattr(found, name) for name in expected} == expected


def test_of_two_200_fields_the_one_that_makes_a_title_entry_counts() -> None:
    found = cnmarc(("200", "  ", [("a", "测试题名")]), ("200", "1 ", [("a", "杜诗详注")]))
    assert (found.title, found.variant_titles) == ("杜诗详注", ("测试题名",))


def test_contributors_come_from_200_when_headings_are_missing() -> None:
    found = cnmarc(("200", "1 ", [("a", "魔法石"), ("f", "(英)J.K.罗琳著"), ("g", "苏农译")]), without="701")
    assert [(one.name, one.role, one.main) for one in found.contributors] == [
        ("J.K.罗琳", "著", True),
        ("苏农", "译", False),
    ]


def test_a_name_has_no_dynasty_country_or_pinyin_and_its_role_is_put_right() -> None:
    found = cnmarc(
        ("701", " 0", [("c", "(美)"), ("a", "科尔伯格"), ("9", "ke er bo ge"), ("c", "(Collberg)"), ("4", "着")])
    )
    assert found.contributors == (Contributor(name="科尔伯格", role="著", main=True),)


def test_several_names_in_one_field_are_several_people() -> None:
    found = cnmarc(("701", " 0", [("a", "李智民"), ("a", " 刘璐"), ("4", " 主编")]))
    assert [(one.name, one.role) for one in found.contributors] == [("李智民", "主编"), ("刘璐", "主编")]


def test_unimarc_names_are_put_together_and_relator_codes_are_words() -> None:
    found = cnmarc(("700", " 1", [("a", "Leroy-Beaulieu"), ("b", "Paul"), ("4", "070")]), without="701")
    assert found.contributors == (Contributor(name="Leroy-Beaulieu, Paul", role="著", main=True),)


def test_lists_that_a_script_wrote_into_one_subfield_are_taken_apart() -> None:
    found = cnmarc(("606", "0 ", [("a", "尘肺－护理；尘肺－康复")]), ("690", "  ", [("a", "R473.59；R598.209")]))
    assert found.subjects == ("尘肺--护理", "尘肺--康复")
    assert (found.class_number, found.other_classes) == ("R473.59", ("R598.209",))


@pytest.mark.parametrize(
    ("tag", "pairs", "number"),
    [
        ("690", [("a", "Ｉ２４７．５")], "I247.5"),
        ("096", [("a", "I565.8"), ("b", "aks")], "I565.8"),
        ("905", [("a", "BNU"), ("d", "F124"), ("e", "26")], "F124"),
        ("690", [("a", "Économie politique")], None),
    ],
)
def test_the_class_number_is_one_of_the_chinese_classification(tag: str, pairs: Pairs, number: str | None) -> None:
    assert cnmarc((tag, "  ", pairs), without="690").class_number == number


@pytest.mark.parametrize("coded", [None, [("a", "20240101d1936    ")]])
def test_a_year_of_the_republic_is_a_year_of_the_common_era(coded: Pairs | None) -> None:
    found = cnmarc(("210", "  ", [("a", "[上海]"), ("c", "[商务印书馆]"), ("d", "民国25年")]))
    assert (found.year, found.year_text, found.place, found.publisher) == (1936, "民国25年", "上海", "商务印书馆")


def test_a_series_is_taken_from_its_link_when_225_is_missing() -> None:
    found = cnmarc(("461", " 0", [("1", "2001 "), ("a", "图灵丛书"), ("v", "3")]))
    assert found.series == ("图灵丛书 ; 3",)


def test_only_web_addresses_are_links() -> None:
    found = cnmarc(("856", "40", [("u", "javascript:alert(1)")]), ("856", "40", [("u", "https://example.org/1")]))
    assert found.urls == ("https://example.org/1",)


def test_notes_abstract_contents_audience_and_extent() -> None:
    found = cnmarc(
        ("215", "  ", [("a", "2册(1606页)"), ("c", "图"), ("d", "21cm"), ("e", "光盘1片")]),
        ("300", "  ", [("a", "中国古典文学读本丛书")]),
        ("330", "  ", [("a", "本书描写了贾府的兴衰。")]),
        ("327", "1 ", [("a", "上册"), ("a", "下册")]),
        ("333", "  ", [("a", "文学爱好者")]),
    )
    assert found.extent == "2册(1606页) : 图 ; 21cm + 光盘1片"
    assert (found.notes, found.abstract, found.contents, found.audience) == (
        ("中国古典文学读本丛书",), "本书描写了贾府的兴衰。", "上册\n下册", "文学爱好者",
    )  # fmt: skip


def test_wrong_isbns_are_kept_apart() -> None:
    found = cnmarc(("010", "  ", [("a", "7-02-000220-1"), ("z", "7-02-000221-8"), ("d", "￥66.00（全三册）")]))
    assert (found.isbns, found.isbn_invalid, found.isbns_other) == ((), ("7-02-000220-1",), ("9787020002214",))
    assert found.price_fen == 2200


def test_a_plain_marc21_book() -> None:
    assert marc21() == BibData(
        format="marc21",
        title="Dream of the red chamber",
        control_number="m1",
        contributors=(Contributor(name="Cao, Xueqin", main=True),),
        responsibility="Tsao Hsueh-Chin",
        year=1958,
        isbns=("9780385093798",),
        language="eng",
        country="US",
        kind="book",
    )


def test_a_marc21_title_with_parts_parallel_and_variants() -> None:
    found = marc21(
        ("245", "10", [("a", "Laozi ="), ("b", "The way = La voie :"), ("n", "Part 2."), ("c", "by Laozi.")]),
        ("246", "31", [("a", "Dao de jing")]),
        ("246", "3 ", [("a", "Tao te king.")]),
        ("240", "10", [("a", "Daodejing."), ("l", "English")]),
    )
    assert (found.title, found.subtitle, found.volume) == ("Laozi", None, "Part 2")
    assert found.parallel_titles == ("The way", "La voie", "Dao de jing")
    assert found.variant_titles == ("Tao te king", "Daodejing")


def test_the_script_of_the_book_stands_before_its_romanised_form() -> None:
    found = marc21(
        ("100", "1 ", [("6", "880-01"), ("a", "Cao, Xueqin,"), ("e", "author.")]),
        ("245", "10", [("6", "880-02"), ("a", "Hong lou meng /"), ("c", "Cao Xueqin zhu.")]),
        ("260", "  ", [("6", "880-03"), ("a", "Beijing :"), ("b", "Ren min wen xue chu ban she,"), ("c", "2008.")]),
        ("880", "1 ", [("6", "100-01/$1"), ("a", "曹雪芹,")]),
        ("880", "10", [("6", "245-02/$1"), ("a", "红楼梦 /"), ("c", "曹雪芹著.")]),
        ("880", "  ", [("6", "260-03/$1"), ("a", "北京 :"), ("b", "人民文学出版社,"), ("c", "2008.")]),
    )
    assert (found.title, found.responsibility, found.place, found.publisher) == (
        "红楼梦",
        "曹雪芹著",
        "北京",
        "人民文学出版社",
    )
    assert found.variant_titles == ("Hong lou meng",)
    assert found.contributors == (Contributor(name="曹雪芹", role="author", main=True),)


def test_other_scripts_stay_variants() -> None:
    found = marc21(
        ("245", "10", [("6", "880-01"), ("a", "Har Tsevi /")]),
        ("880", "10", [("6", "245-01/(2/r"), ("a", "הר צבי /")]),
        ("880", "  ", [("a", "unlinked")]),
    )
    assert (found.title, found.variant_titles) == ("Har Tsevi", ("הר צבי",))


def test_marc21_class_numbers_say_which_classification_they_are() -> None:
    found = marc21(
        ("084", "  ", [("a", "I242.4"), ("2", "clc")]),
        ("084", "  ", [("a", "77.01"), ("2", "bcl")]),
        ("050", "00", [("a", "PL2727"), ("b", ".S2")]),
    )
    assert (found.class_number, found.other_classes) == ("I242.4", ("77.01", "PL2727 .S2"))


def test_marc21_subjects_lose_their_stops_and_repeat_once() -> None:
    found = marc21(
        ("650", " 0", [("a", "Jazz"), ("z", "France"), ("v", "Biography.")]),
        ("650", " 7", [("a", "Jazz"), ("z", "France"), ("v", "Biography."), ("2", "fast")]),
        ("653", "  ", [("a", "music; clubs")]),
    )
    assert (found.subjects, found.keywords) == (("Jazz--France--Biography",), ("music", "clubs"))


@pytest.mark.parametrize(
    ("leader", "unimarc", "expected"),
    [
        ("     nam0 ", True, "book"), ("     nas0 ", True, "serial"), ("     naa0 ", True, "article"), ("     njm0 ", True, "audio"),
        ("     ncm  ", False, "music"), ("     ngm  ", False, "video"), ("     nem  ", False, "map"), ("     nkm  ", False, "picture"),
        ("     nmm  ", False, "electronic"), ("     nmm0 ", True, "mixed"), ("     nlm0 ", True, "electronic"), ("     n?m  ", False, "book"),
    ],
)  # fmt: skip
def test_the_leader_says_what_kind_of_thing_it_is(leader: str, unimarc: bool, expected: str) -> None:
    assert kind(leader, unimarc=unimarc) == expected


@pytest.mark.parametrize(
    ("coded", "language", "country"),
    [
        ("fre", "fre", "FR"), ("fra", "fre", "FR"), ("zho", "chi", "FR"), ("und", None, "FR"), ("   ", None, "FR"),
    ],
)  # fmt: skip
def test_languages_have_one_code(coded: str, language: str | None, country: str | None) -> None:
    found = cnmarc(("101", "0 ", [("a", coded)]), ("102", "  ", [("a", "FR")]))
    assert (found.language, found.country) == (language, country)


def test_the_web_is_told_the_language_as_it_names_it() -> None:
    named = {code: web_language(code) for code in ("chi", "eng", "tib", "cze", "srp", "epo", "mul")}
    assert named == {"chi": "zh", "eng": "en", "tib": "bo", "cze": "ces", "srp": "srp", "epo": "epo", "mul": "mul"}
