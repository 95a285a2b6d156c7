"""What the desk hears after an act, in both languages. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from branches.tree import Unit
from catalog.queries import ItemRow
from circ import sentences
from circ.return_rules import NextStep

HUB = Unit(id=1, code="ZG", name="城关总馆", kind="hub", parent_id=None)
ITEM = ItemRow(
    id=1,
    bib_id=1,
    namespace_id=1,
    barcode="B0001",
    owner_id=1,
    home_id=1,
    location_id=1,
    item_type="book",
    status="available",
    call_number="I247.5/1",
    volume=None,
    price_fen=None,
    version=1,
    is_damaged=False,
    check_out_note=None,
    check_in_note=None,
    accessories=None,
    title="平凡的世界",
    authors="路遥",
)
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DUE = datetime(2026, 12, 22, 15, 59, tzinfo=UTC)  # 23:59 on Tuesday the 22nd in Shanghai


@pytest.mark.parametrize(
    ("step", "before", "zh", "en"),
    [
        (
            NextStep(action="transfer", to_id=1, starts=True),
            "on_loan",
            "《平凡的世界》已还。请放入调拨筐 → 城关总馆。",
            "《平凡的世界》 is returned. Put it into the transfer box → 城关总馆.",
        ),
        (
            NextStep(action="shelve", receives=True),
            "in_transit",
            "《平凡的世界》已收到。请上架。",
            "《平凡的世界》 is here. Put it on the shelf.",
        ),
        (
            NextStep(action="shelve"),
            "available",
            "《平凡的世界》没有借出。请上架。",
            "《平凡的世界》 was not out. Put it on the shelf.",
        ),
        (
            NextStep(action="process"),
            "in_processing",
            "《平凡的世界》已收到。请放到加工区，交编目人员处理。",
            "《平凡的世界》 is here. Put it aside for the cataloguers.",
        ),
        (
            NextStep(action="ask"),
            "on_loan",
            "《平凡的世界》已还。它的所属馆已停用，请先放一边并询问总馆。",
            "《平凡的世界》 is returned. Its home is closed. Put it aside and ask the hub.",
        ),
    ],
)
def test_a_return_says_what_the_hands_do_next(step: NextStep, before: str, zh: str, en: str) -> None:
    item, to = replace(ITEM, status=before), HUB if step.to_id else None
    said = sentences.after_return(item, step, to, had_loan=before == "on_loan")
    assert (said.zh, said.en) == (zh, en)


def test_a_loan_says_the_day_with_its_weekday() -> None:
    said = sentences.after_check_out(ITEM, DUE, NOW)
    assert said.zh == "借出：《平凡的世界》，12月22日（周二）前归还。"
    assert said.en == "Lent: 《平凡的世界》, due Tue 22 Dec."


def test_a_renewal_says_the_new_day() -> None:
    assert sentences.after_renewal(ITEM, DUE, NOW).zh == "续借：《平凡的世界》，改为 12月22日（周二）前归还。"


def test_a_day_of_another_year_says_the_year() -> None:
    said = sentences.after_check_out(ITEM, datetime(2027, 1, 4, 15, 59, tzinfo=UTC), NOW)
    assert "2027年1月4日（周一）前归还" in said.zh


def test_a_volume_belongs_to_the_title() -> None:
    assert sentences.name(replace(ITEM, volume="第二部")).zh == "《平凡的世界 第二部》"


def test_braces_in_a_title_are_text() -> None:
    said = sentences.after_check_out(replace(ITEM, title="{title} {0} %s"), DUE, NOW)
    assert "《{title} {0} %s》" in said.zh
