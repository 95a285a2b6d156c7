"""Two descriptions of a title side by side, field by field: what one says that the other does not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from catalog.bibdata import BibData, Contributor
from kernel.i18n import Text
from kernel.money import show_money

Way = Literal["same", "removed", "added"]

# In the order in which a title's page tells them; every field of a description has its name here.
FIELD_NAMES: Final[dict[str, Text]] = {
    "title": Text("题名", "Title"),
    "subtitle": Text("副题名", "Subtitle"),
    "volume": Text("卷册", "Volume"),
    "parallel_titles": Text("并列题名", "Parallel titles"),
    "variant_titles": Text("其他题名", "Other titles"),
    "contributors": Text("责任者", "Authors"),
    "responsibility": Text("责任说明", "Statement of responsibility"),
    "edition": Text("版次", "Edition"),
    "place": Text("出版地", "Place"),
    "publisher": Text("出版者", "Publisher"),
    "year": Text("出版年", "Year"),
    "year_text": Text("出版年（照书上）", "Year as printed"),
    "extent": Text("页数或形态", "Extent"),
    "series": Text("丛书", "Series"),
    "isbns": Text("ISBN", "ISBN"),
    "isbn_invalid": Text("错误的 ISBN", "Wrong ISBN"),
    "isbns_other": Text("另列的 ISBN", "Other ISBN"),
    "issns": Text("ISSN", "ISSN"),
    "price_fen": Text("定价", "Price"),
    "language": Text("语种", "Language"),
    "country": Text("出版国", "Country"),
    "class_number": Text("中图分类号", "Class (CLC)"),
    "other_classes": Text("其他分类号", "Other classes"),
    "subjects": Text("主题", "Subjects"),
    "keywords": Text("关键词", "Keywords"),
    "abstract": Text("内容提要", "Abstract"),
    "contents": Text("目录", "Contents"),
    "notes": Text("附注", "Notes"),
    "audience": Text("读者对象", "Audience"),
    "urls": Text("网址", "Addresses"),
    "url_access": Text("网址的访问权限", "Access to addresses"),
    "readership": Text("读者年龄", "Readership"),
    "kind": Text("类型", "Kind"),
    "format": Text("格式", "Format"),
    "control_number": Text("控制号", "Control number"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field that differs: its values in order, each said by both, only by the older or only by the newer description."""

    field: str
    values: tuple[tuple[Way, str], ...]


def compare(older: BibData, newer: BibData) -> list[Difference]:
    """The fields in which two descriptions differ, in the order of a title's page."""
    return [
        Difference(field=name, values=_values(_said(older, name), _said(newer, name)))
        for name in FIELD_NAMES
        if getattr(older, name) != getattr(newer, name)
    ]


def changed_fields(older: BibData, newer: BibData) -> tuple[str, ...]:
    """Their names alone."""
    return tuple(name for name in FIELD_NAMES if getattr(older, name) != getattr(newer, name))


def _values(older: Sequence[str], newer: Sequence[str]) -> tuple[tuple[Way, str], ...]:
    """What was taken away stands before what came in its stead; what moved within a list has stayed."""
    gone: list[tuple[Way, str]] = [("removed", value) for value in older if value not in newer]
    stands: list[tuple[Way, str]] = [("same" if value in older else "added", value) for value in newer]
    return (*gone, *stands)


def _said(data: BibData, name: str) -> list[str]:
    value = getattr(data, name)
    if value is None:
        return []
    values = value if isinstance(value, tuple) else (value,)
    return [_shown(name, one) for one in values]


def _shown(name: str, value: Any) -> str:
    if isinstance(value, Contributor):
        return " ".join(part for part in (value.name, value.role) if part)
    return show_money(value) if name == "price_fen" else str(value)
