"""What a form says becomes a description, or every fault is named."""

from __future__ import annotations

from typing import Any

import pytest

from catalog.bibdata import BibData, Contributor
from catalog.entering import BibFields, change, enter
from kernel.errors import Invalid

NOVEL = BibData(
    format="cnmarc",
    title="老人与海",
    contributors=(Contributor(name="海明威", role="著", main=True), Contributor(name="吴劳", role="译")),
    responsibility="(美)海明威著 ; 吴劳译",
    year=1999,
    year_text="1999.10",
    isbns=("9787530216781", "9787020002207"),
)


def entered(**fields: Any) -> BibData:
    return enter(BibFields(title="题名", **fields))  # type: ignore[typeddict-item]


def changed(**fields: Any) -> BibData:
    return change(NOVEL, BibFields(**fields))  # type: ignore[typeddict-item]


def test_text_is_tidied_like_that_of_records() -> None:
    data = entered(publisher="  人民　文学  出版社 ", class_number="Ｉ２４７", notes=["", " 一 ", "一"])
    assert (data.class_number, data.notes) == ("I247", ("一",))
    assert data.publisher is not None
    assert "  " not in data.publisher


def test_what_is_pasted_loses_what_nobody_sees() -> None:
    data = changed(
        title="\u200b红\ufeff楼\x1e梦\n新证",
        subtitle="one\r\ntwo",
        authors="曹\x1f雪芹\n著；杨宪\u2060益译",
        abstract="第一行\x1d\n第二行",
    )
    assert (data.title, data.subtitle, data.abstract) == ("红楼梦新证", "one two", "第一行\n第二行")
    assert [(one.name, one.role) for one in data.contributors] == [("曹雪芹", "著"), ("杨宪益", "译")]


def test_a_title_typed_in_title_marks_is_kept_without_them() -> None:
    assert enter(BibFields(title="《三体》")).title == "三体"
    assert enter(BibFields(title="读《三体》")).title == "读《三体》"


@pytest.mark.parametrize(
    "written", ["978-7-5302-1678-1", "9787530216781", "7-5302-1678-3", "９７８７５３０２１６７８１"]
)
def test_isbn_is_taken_in_any_form(written: str) -> None:
    assert entered(isbn=written).isbns == ("9787530216781",)


@pytest.mark.parametrize(
    ("written", "first", "others"),
    [
        ("I247.5", "I247.5", ()),
        ("  i247.5 ", "I247.5", ()),
        ("Ｉ２４７．５", "I247.5", ()),
        ("I247.5；I247.7", "I247.5", ("I247.7",)),
        ("I247.5; K2;I247.5", "I247.5", ("K2",)),
        ("821.111; i561", "I561", ("821.111",)),
        ("i247.5;i247.7；k2", "I247.5", ("I247.7", "K2")),
        ("I247.5; i247.7", "I247.5", ("I247.7",)),
        ("813.54", "813.54", ()),
        ("少儿；红点", "少儿；红点", ()),
    ],
)
def test_a_class_is_taken_as_imports_take_it(written: str, first: str, others: tuple[str, ...]) -> None:
    data = entered(class_number=written)
    assert (data.class_number, data.other_classes) == (first, others)


def test_other_classes_stay_unless_the_first_brings_more() -> None:
    assert entered(class_number="K2", other_classes=["TP3"]).other_classes == ("TP3",)
    assert entered(class_number="I2；K2", other_classes=["TP3", "K2"]).other_classes == ("K2", "TP3")
    assert entered(other_classes=["821.111; i561", "k2"]).other_classes == ("821.111", "I561", "K2")
    assert entered(class_number=None).class_number is None


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        enter(BibFields(title=" \n ", isbn="123", issns=["1000-4557"], language="chinese", country="China"))
    assert sorted(caught.value.errors) == ["country", "isbn", "issns", "lang", "title"]


@pytest.mark.parametrize(
    ("written", "code"), [("zh", "chi"), ("ZH", "chi"), ("zho", "chi"), ("eng", "eng"), (None, None)]
)
def test_language_is_kept_as_records_code_it(written: str | None, code: str | None) -> None:
    assert entered(language=written).language == code


def test_statement_of_responsibility_names_people_and_roles() -> None:
    assert entered(authors="(美)海明威著；吴劳译").contributors == (
        Contributor(name="海明威", role="著", main=True),
        Contributor(name="吴劳", role="译"),
    )


def test_names_in_a_list_are_taken_as_names() -> None:
    assert entered(authors=["陈思述", "Smith, John"]).contributors == (
        Contributor(name="陈思述", main=True),
        Contributor(name="Smith, John", main=True),
    )


def test_what_lists_show_of_authors_can_be_sent_back_without_loss() -> None:
    assert changed(authors="海明威; 吴劳") == NOVEL


def test_new_authors_take_the_old_statement_away() -> None:
    data = changed(authors=["海明威"])
    assert (data.contributors, data.responsibility) == ((NOVEL.contributors[0],), None)


def test_authors_can_be_taken_away() -> None:
    assert changed(authors=None).contributors == ()


def test_first_isbn_is_exchanged_and_the_others_stay() -> None:
    assert changed(isbn="978-7-101-00304-8").isbns == ("9787101003048", "9787020002207")
    assert changed(isbn=None).isbns == ()
    assert changed(isbns=["9787101003048"]).isbns == ("9787101003048",)


def test_issn_can_be_set_and_taken_away() -> None:
    serial = change(NOVEL, BibFields(issn="10004556"))
    assert serial.issns == ("1000-4556",)
    assert change(serial, BibFields(issn=None)).issns == ()


def test_new_year_replaces_the_printed_one() -> None:
    assert (changed(year=2004).year, changed(year=2004).year_text) == (2004, None)
    assert changed(year=2004, year_text="[2004]").year_text == "[2004]"


def test_what_is_absent_stays() -> None:
    assert changed() == NOVEL
    assert changed(subtitle="中篇小说").isbns == NOVEL.isbns
