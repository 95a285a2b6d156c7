"""Kinds of books that programmes leave out, told by class number and words of the title. Pure.

Source of the list: published rules of county programmes (教材教辅, 工具书, 字帖, 考试用书, 漫画, 期刊). Class numbers are those of the
Chinese Library Classification. A title is a hint, no proof: what is told so may be lifted by who holds the right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalog.fold import plain
from kernel.i18n import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BookKind:
    """`classes` are beginnings of class numbers; `forms` are what stands in a number after its hyphen; `words` stand in titles."""

    label: Text
    classes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


KINDS: Final[Mapping[str, BookKind]] = {
    "textbook": BookKind(
        label=Text("教材教辅", "textbooks and study aids"),
        classes=("G624", "G634"),
        words=(
            "教材", "教辅", "课本", "教科书", "试卷", "题库", "练习册", "同步练习", "课时作业", "随堂", "单元测试",
            "期末", "暑假作业", "寒假作业", "五年高考", "三年模拟", "中考", "高考", "小升初", "课堂笔记", "作业本",
            "天天练",
        ),
    ),
    "exam": BookKind(
        label=Text("考试用书", "books for examinations"),
        forms=("44",),
        words=("历年真题", "模拟试题", "考试用书", "考试大纲", "考研", "公务员录用", "教师资格", "应试"),
    ),
    "reference": BookKind(
        label=Text("工具书", "reference works"),
        classes=("Z2", "Z3", "Z5", "Z8", "H163", "H164", "H316"),
        forms=("61", "62", "64"),
        words=("词典", "辞典", "字典", "百科全书", "年鉴", "手册大全"),
    ),
    "copybook": BookKind(label=Text("字帖", "copybooks"), classes=("J292.3",), words=("字帖", "描红", "临摹本")),
    "comic": BookKind(label=Text("漫画", "comics"), classes=("J228.2",), words=("漫画",)),
    "periodical": BookKind(label=Text("期刊", "periodicals"), classes=("Z62",), words=("合订本", "增刊")),
    "colouring": BookKind(
        label=Text("填色、贴纸、手工书", "colouring, sticker and craft books"), words=("填色", "涂色", "贴纸", "手工")
    ),
}  # fmt: skip


def kinds_of(title: str, class_number: str | None) -> tuple[str, ...]:
    """The kinds that a book seems to be of, in the order of the table."""
    name, number = plain(title), (class_number or "").upper().lstrip("{[(+")
    return tuple(kind for kind, told in KINDS.items() if _fits(told, name, number))


def _fits(kind: BookKind, name: str, number: str) -> bool:
    _, hyphen, form = number.partition("-")
    return (
        any(number.startswith(one) for one in kind.classes)
        or (bool(hyphen) and any(form.startswith(one) for one in kind.forms))
        or any(plain(word) in name for word in kind.words)
    )
