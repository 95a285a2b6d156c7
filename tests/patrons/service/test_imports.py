"""Readers from a table: registered, compared, refused row by row, and written whole or not at all."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import DBAPIError

from kernel.errors import Conflict, Forbidden
from patrons.models import Card, Patron
from patrons.privacy import Vault
from patrons.service.imports import ImportReport, PatronImportService
from patrons.service.profiles import PatronService, PatronView
from patrons.tables import read_table
from tests.desk import Desk, offenders
from tests.desk import desk as desk
from tests.factories import make_context, make_unit
from tests.kernel.sheets.workbooks import workbook

VAULT = Vault("a secret for tests only")
HEADS = "证号,姓名,类别,所属馆,有效期,出生,监护人,电话\n"
FAMILY = HEADS + (
    "K1,张小,child,CG,2027-12-31,2020-5-1,M1,\nM1,张大,成人,CG,2027-12-31,1990-5-1,,13812345678\nK2,张中,child,城关分馆,,,M1,\n"
)


@pytest.fixture
def readers(desk: Desk) -> Desk:
    return desk.staffed(("branch_librarian", desk.county.branch))


def take(desk: Desk, text: str | bytes, **asked: bool) -> ImportReport:
    table = read_table(io.BytesIO(text.encode() if isinstance(text, str) else text))
    return desk.write(
        lambda s: PatronImportService(make_context(s, desk.caller, now=desk.now), VAULT).take(table, **asked)
    )


def results(report: ImportReport) -> dict[str, str]:
    return {line.barcode: line.result for line in report.lines}


def why(report: ImportReport, card: str) -> list[str]:
    return [reason.zh for line in report.lines if line.barcode == card for reason in line.reasons]


def show(desk: Desk, card: str) -> PatronView:
    return desk.write(lambda s: PatronService(make_context(s, now=desk.now), VAULT).show(card))


def patrons(desk: Desk) -> int:
    return desk.read(lambda s: s.scalar(select(func.count(Patron.id))) or 0)


def test_new_readers_are_registered_guardians_first_and_a_second_time_changes_nothing(readers: Desk) -> None:
    dry = take(readers, FAMILY, dry_run=True)
    assert (results(dry), dry.is_written, patrons(readers)) == (dict.fromkeys(("K1", "M1", "K2"), "created"), False, 1)
    assert "patron_created" not in readers.acts()
    done = take(readers, FAMILY)
    assert (done.lines, done.is_written) == (dry.lines, True)
    mother = show(readers, "M1")
    assert (mother.category, mother.phone, [ward.barcode for ward in mother.wards]) == (
        "adult",
        "13812345678",
        ["K2", "K1"],
    )
    assert readers.acts().count("patron_created") == 3
    again = take(readers, FAMILY, update=True)
    assert set(results(again).values()) == {"unchanged"}
    assert (again.is_written, show(readers, "M1").version) == (False, 1)
    assert offenders(readers.database) == {}


def test_a_column_says_that_a_guardian_agreed_also_of_children_on_record(readers: Desk) -> None:
    table = "证号,姓名,类别,所属馆,出生,监护人,监护人同意\nK1,王小虎,child,CG,2016-05-01,P0001,{}\n"
    take(readers, table.format("否"))
    assert show(readers, "K1").must_agree
    assert take(readers, table.format("是")).lines[0].fields == ("guardian_agrees",)
    assert results(take(readers, table.format("是"), update=True)) == {"K1": "updated"}
    assert not show(readers, "K1").must_agree
    assert results(take(readers, table.format("是"))) == {"K1": "unchanged"}
    assert "请填“是”或“否”" in why(take(readers, table.format("也许")), "K1")[0]


def test_a_workbook_does_the_same(readers: Desk) -> None:
    rows = [line.split(",") for line in FAMILY.splitlines()]
    assert take(readers, workbook(rows)).counts["created"] == 3
    assert set(results(take(readers, FAMILY)).values()) == {"unchanged"}


def test_one_refused_row_and_nothing_is_written_unless_the_good_ones_are_asked_for(readers: Desk) -> None:
    text = FAMILY + "P2,李四,adult,CG,明天,,,\n"
    refused = take(readers, text)
    assert (refused.counts["refused"], refused.is_written, patrons(readers)) == (1, False, 1)
    assert len(why(refused, "P2")) == 1
    taken = take(readers, text, take_good=True)
    assert (taken.lines, taken.is_written, patrons(readers)) == (refused.lines, True, 4)
    assert offenders(readers.database) == {}


def test_rows_that_differ_are_told_and_changed_only_when_asked(readers: Desk) -> None:
    take(readers, FAMILY)
    other = HEADS + "M1,张大,adult,CG,2028-12-31,,,13900000000\nK1,张小小,child,CG,,2020-5-1,M1,\n"
    told = take(readers, other)
    assert [(line.barcode, line.result, line.fields) for line in told.lines] == [
        ("M1", "differs", ("expires_on", "phone")),
        ("K1", "differs", ("name",)),
    ]
    assert (told.is_written, show(readers, "M1").phone) == (False, "13812345678")
    changed = take(readers, other, update=True)
    assert set(results(changed).values()) == {"updated"}
    mother = show(readers, "M1")
    assert (mother.phone, str(mother.expires_on), str(mother.birth_on)) == ("13900000000", "2028-12-31", "1990-05-01")
    assert readers.acts().count("patron_changed") == 2
    assert set(results(take(readers, other, update=True)).values()) == {"unchanged"}
    assert offenders(readers.database) == {}


@pytest.mark.parametrize(
    ("row", "sentences"),
    [
        ("N1,李四,adult,ZG,,,,", ["馆点「ZG」"]),
        ("N1,李四,adult,DG,,,,", ["馆点「DG」"]),
        ("N1,李四,adult,DG,x,,NOBODY,", ["看不出", "馆点「DG」", "「NOBODY」"]),
        ("N1,李四,adult,CG,,1990-1-1,M1,", ["已满 18 岁"]),
        ("N1,李四,child,CG,,,K1,", ["监护人自己"]),
        ("N1,李四,child,CG,,,BAD,\nBAD,王五,adult,CG,x,,,", ["监护人在第 6 行"]),
        ("M1,李四,adult,CG,,,,", ["与第 3 行重复"]),
        ("FAR,张三丰,adult,CG,,,,", ["「FAR」已被使用"]),
        ("GONE,张三丰,adult,CG,,,,", ["已注销"]),
        ("LOST,张三丰,adult,CG,,,,", ["挂失或换新"]),
    ],
)
def test_a_row_is_refused_with_all_reasons(readers: Desk, row: str, sentences: list[str]) -> None:
    sibling = readers.write(lambda s: make_unit(s, "DG", "branch", readers.county.hub))
    readers.add_patron("FAR", sibling)
    readers.add_patron("GONE", status="closed")
    readers.add_patron("LOST")
    readers.write(lambda s: s.execute(update(Card).where(Card.barcode == "LOST").values(status="lost")))
    report = take(readers, FAMILY + row)
    reasons = [reason.zh for line in report.lines if line.number == 5 for reason in line.reasons]
    assert report.is_written is False
    assert len(reasons) == len(sentences)
    assert all(sentence in reason for sentence, reason in zip(sentences, reasons, strict=True)), reasons


def test_who_may_not_register_takes_no_table(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        take(desk.staffed(("volunteer", desk.county.branch)), FAMILY)


def test_two_at_once_register_each_reader_once(readers: Desk) -> None:
    def attempt(_n: int) -> Any:
        try:
            return take(readers, FAMILY).is_written
        except (Conflict, DBAPIError) as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, range(2)))
    assert True in outcomes, outcomes
    assert patrons(readers) == 4
    assert offenders(readers.database) == {}


def test_five_hundred_readers_take_few_statements_each(readers: Desk) -> None:
    seen: list[str] = []
    event.listen(readers.database.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    text = HEADS + "".join(f"N{n},李{n},adult,CG,2027-12-31,,,1380000{n:04d}\n" for n in range(500))
    assert take(readers, text).counts["created"] == 500
    assert len(seen) < 500 * 5
