"""Pinyin proposed for a record: beside a name in CNMARC, in a linked field in MARC21."""

from __future__ import annotations

from catalog.marc.notation import read_lines
from catalog.marc.proposing import Proposal, propose_pinyin

LEADER = "     nam a22        4500"
SOUNDS = {"红楼梦": "hong lou meng", "曹雪芹著": "cao xue qin zhu", "曹雪芹": "cao xue qin", "丛书": "cong shu"}


def proposed(*lines: str) -> list[Proposal]:
    written = read_lines("\n".join(lines), "marc21", default_leader=LEADER)
    return propose_pinyin(written, "marc21", lambda text: SOUNDS[text])


def test_a_title_and_its_pinyin_name_each_other() -> None:
    (one,) = proposed("245 10 $a红楼梦 /$c曹雪芹著.")
    assert one.after == "245 10 $6880-01$a红楼梦 /$c曹雪芹著."
    assert one.added == "880 10 $6245-01/(B$aHong lou meng /$cCao xue qin zhu."


def test_numbers_go_on_where_the_record_stands() -> None:
    found = proposed(
        "100 1# $6880-03$aTolstoy, Leo", "245 00 $a红楼梦", "700 0# $a曹雪芹,$eauthor", "880 1# $6100-03/(N$aТолстой"
    )
    assert [one.added for one in found] == [
        "880 00 $6245-04/(B$aHong lou meng",
        "880 0# $6700-05/(B$aCao xue qin,",
    ]
    assert [one.line for one in found] == [2, 3]


def test_what_is_linked_or_has_no_han_is_left() -> None:
    assert proposed("245 10 $6880-01$a红楼梦", "246 3# $aDream", "650 #7 $a丛书") == []
