"""Titles catalogued as MARC, without scripts: what a person types, is told, mends and keeps."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Sheet, Visitor, visit

NEW = "/titles/new/marc"


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def started(visitor: Visitor, template: str = "book", format: str = "cnmarc") -> dict[str, str]:
    return visitor.get(NEW, template=template, format=format).values()


def written(form: dict[str, str], **lines: str) -> dict[str, str]:
    """The form with lines exchanged by their tag, `t200="200 1# $a…"`; an empty one goes."""
    exchanged = {name[1:]: line for name, line in lines.items()}
    text = [exchanged.pop(line[:3], line) for line in form["text"].splitlines()]
    return form | {"text": "\n".join([line for line in [*text, *exchanged.values()] if line])}


def saved(visitor: Visitor, **lines: str) -> int:
    answer = visitor.send(NEW, written(started(visitor), **lines))
    assert answer.status == 303, answer.text
    return int(answer.address.rpartition("/")[2])


def remarks(page: Sheet) -> str:
    return " ".join(page.html.xpath("//*[contains(@class,'marc-findings')]//li//text()"))


RED = {
    "t200": "200 1# $a红楼梦$f曹雪芹著",
    "t701": "701 #0 $a曹雪芹$4著",
    "t010": "010 ## $a978-7-02-000220-7$dCNY59.70",
}


def test_a_title_is_written_from_a_template_and_found_as_it_was_meant(visitor: Visitor) -> None:
    bib = saved(visitor, **RED, t690="690 ## $aI242.4$v5")
    page = visitor.get(f"/bibs/{bib}")
    for told in ("红楼梦", "曹雪芹", "978-7-02-000220-7", "¥59.70", "I242.4"):
        assert told in page.text
    raw = visitor.get(f"/api/v1/bibs/{bib}.mrc").response.get_data()
    assert f"TJ{bib:09d}".encode() in raw
    assert "\x1fa红楼梦\x1ff曹雪芹著".encode() in raw


@pytest.mark.parametrize("format", ["cnmarc", "marc21"])
@pytest.mark.parametrize("template", ["book", "serial", "ancient", "electronic", "audiovisual"])
def test_each_template_needs_only_a_title(visitor: Visitor, template: str, format: str) -> None:
    form = started(visitor, template, format)
    tag = "200" if format == "cnmarc" else "245"
    title = f"{tag} {'1#' if format == 'cnmarc' else '00'} $a天工开物"
    answer = visitor.send(NEW, written(form, **{f"t{tag}": title}))
    assert answer.status == 303, remarks(Sheet(answer.response))
    assert "天工开物" in visitor.open(answer).text


def test_a_line_that_cannot_be_read_is_named(visitor: Visitor) -> None:
    form = written(started(visitor), t200="2001#$a红楼梦")
    answer = visitor.send(NEW, form)
    assert answer.status == 422
    assert "第 8 行" in remarks(answer)
    assert "2001#$a红楼梦" in answer.values()["text"]


def test_a_line_that_cannot_be_read_hides_nothing_of_the_others(visitor: Visitor) -> None:
    red = RED | {"t010": "010 ## $a978-7-02-000220-8$dCNY59.70"}
    form = written(started(visitor), **(red | {"t200": "2001#$a红楼梦"}))
    told = remarks(visitor.send(NEW, form | {"do": "check"}))
    assert "第 8 行" in told
    assert "ISBN“978-7-02-000220-8”的校验位不对" in told
    assert "缺少200字段" not in told, "it is there, and cannot be read"
    without = written(started(visitor), **(red | {"t200": "", "t690": "690## $aI242"}))
    assert "缺少200字段" in remarks(visitor.send(NEW, without | {"do": "check"}))


def test_an_error_stops_and_a_warning_does_not(visitor: Visitor) -> None:
    wrong = written(started(visitor), **RED, t106="200 1# $a重复的题名")
    answer = visitor.send(NEW, wrong)
    assert answer.status == 422
    assert "200字段（题名与责任说明）不能重复" in remarks(answer)
    checked = visitor.send(NEW, written(started(visitor), **RED, t999="777 ## $a无此字段") | {"do": "check"})
    assert "777不是这种格式的字段" in remarks(checked)
    assert visitor.send(NEW, written(started(visitor), **RED, t999="777 ## $a无此字段")).status == 303


def test_a_change_is_the_record_and_the_description(visitor: Visitor) -> None:
    bib = saved(visitor, **RED)
    edit = f"/titles/{bib}/marc"
    form = visitor.get(edit).values()
    assert (
        visitor.send(
            edit, written(form, t200="200 1# $a红楼梦$e程乙本$f曹雪芹著", t330="330 ## $a大观园的兴衰。")
        ).status
        == 303
    )
    page = visitor.get(f"/bibs/{bib}")
    assert "程乙本" in page.text
    assert "大观园的兴衰。" in page.text
    assert "$e程乙本" in visitor.get(edit).values()["text"]


def test_a_record_saved_as_it_was_leaves_no_trace(visitor: Visitor, desk: Desk) -> None:
    bib = saved(visitor, **RED)
    before = desk.acts()
    edit = f"/titles/{bib}/marc"
    assert visitor.send(edit, visitor.get(edit).values()).status == 303
    assert desk.acts() == before


def test_who_comes_second_sees_both_and_loses_nothing(visitor: Visitor) -> None:
    bib = saved(visitor, **RED)
    edit = f"/titles/{bib}/marc"
    mine = written(visitor.get(edit).values(), t330="330 ## $a我写的提要。")
    theirs = written(visitor.get(edit).values(), t205="205 ## $a第3版")
    assert visitor.send(edit, theirs).status == 303
    conflict = visitor.send(edit, mine)
    assert conflict.status == 412
    assert "205 ## $a第3版" in conflict.text
    assert "我写的提要。" in conflict.values()["text"]
    both = written(conflict.values(), t205="205 ## $a第3版")
    assert visitor.send(edit, both).status == 303
    page = visitor.get(f"/bibs/{bib}")
    assert "第3版" in page.text
    assert "我写的提要。" in page.text


def test_a_title_that_is_here_already_is_shown_before_it_is_made_again(visitor: Visitor) -> None:
    first = saved(visitor, **RED)
    again = visitor.send(NEW, written(started(visitor), **RED))
    assert again.status == 409
    assert f"/titles/{first}/marc" in list(again.links())
    assert visitor.send(NEW, again.values() | {"do": "save"}).status == 303


def test_pinyin_is_proposed_corrected_and_taken(visitor: Visitor) -> None:
    form = written(started(visitor), t200="200 1# $a重庆森林$f王家卫导演", t701="701 #0 $a王家卫$4导演")
    offered = visitor.send(NEW, form | {"do": "pinyin"})
    names = [name for name in offered.values() if name.startswith("after_")]
    assert any("$a重庆森林$9" in offered.values()[name] for name in names)
    line = next(name for name in names if "森林" in offered.values()[name]).removeprefix("after_")
    taken = visitor.send(
        NEW,
        offered.values()
        | {f"after_{line}": "200 1# $a重庆森林$9chong qing sen lin$f王家卫导演", "take": line, "do": "take"},
    )
    assert "$9chong qing sen lin" in taken.values()["text"]


def test_an_isbn_gets_its_hyphens_and_thirteen_digits(visitor: Visitor) -> None:
    form = written(started(visitor), t010="010 ## $a702000220X$dCNY59.70")
    offered = visitor.send(NEW, form | {"do": "isbn"})
    taken = visitor.send(NEW, offered.values() | {"do": "take"})
    assert "010 ## $a978-7-02-000220-7$dCNY59.70" in taken.values()["text"]


def test_a_coded_field_is_filled_by_choices_and_keeps_its_length(visitor: Visitor) -> None:
    form = started(visitor)
    key = next(k for k in visitor.get(NEW).html.xpath("//select[@name='coded']/option/@value") if k.endswith(":100$a"))
    opened = visitor.send(NEW, form | {"do": "coded", "coded": key})
    assert opened.values()["at_8"] == "d"
    set_ = visitor.send(NEW, opened.values() | {"at_8": "g", "at_9": "1982", "at_13": "19", "do": "coded_set"})
    line = next(line for line in set_.values()["text"].splitlines() if line.startswith("100"))
    assert line[9:].startswith("20")
    assert line[17:26] == "g198219##"
    assert len(line.partition("$a")[2]) == 36


def test_a_coded_field_that_is_not_there_is_added_in_its_place(visitor: Visitor) -> None:
    form = written(started(visitor), t105="")
    opened = visitor.send(NEW, form | {"do": "coded", "coded": "0:105$a"})
    text = visitor.send(NEW, opened.values() | {"at_0": "a", "do": "coded_set"}).values()["text"]
    tags = [line[:3] for line in text.splitlines()]
    assert tags[tags.index("102") : tags.index("106") + 1] == ["102", "105", "106"]


def test_a_branch_may_not_catalogue(client: FlaskClient, desk: Desk) -> None:
    branch = visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch)).caller)
    assert branch.get(NEW).status == 403
    assert branch.send(NEW, {"text": "200 1# $a红楼梦"}).status == 403


def test_the_tag_table_can_be_read_by_anybody(visitor: Visitor) -> None:
    assert "题名与责任说明" in visitor.get("/titles/marc/fields/cnmarc").text
    assert visitor.get("/titles/marc/fields/danmarc").status == 404
