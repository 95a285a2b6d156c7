"""Every field of the index, declared once: its type, the groups it is searched in, facet, sort, label.

The engines' schemas, the facets, the sorts and the choices of the search form are derived from these tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kernel.i18n import Text
from search.analysis import ANALYSIS_VERSION

FieldType = Literal["text", "keyword", "number", "sort_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """`groups` maps a search group to the boost of this field in it. `facet` keeps the values countable; a
    number is counted in steps of `step`.
    """

    name: str
    type: FieldType
    groups: Mapping[str, float] = field(default_factory=dict)
    facet: bool = False
    step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What a reader can choose to search in. Words in Latin letters are also looked up in the group's
    `sounds` and `initials`. In a query it is named before a colon by its name, either label or one of `names`.
    """

    name: str
    label: Text
    names: tuple[str, ...] = ()
    sounds: str | None = None
    initials: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """`name` is the name in requests and answers, `field` the field whose values are counted."""

    name: str
    field: str
    label: Text
    size: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SortOrder:
    name: str
    label: Text
    field: str | None
    descending: bool = True


# The class of a title at each step of the classification, from I down to I247.57, where most novels stand.
CLASS_LEVELS: tuple[str, ...] = (
    "class_top",
    "class_second",
    "class_third",
    "class_fourth",
    "class_fifth",
    "class_sixth",
)

FIELDS: tuple[Field, ...] = (
    Field(name="title", type="text", groups={"title": 4, "any": 4}),
    Field(name="title_more", type="text", groups={"title": 2, "any": 1.5}),
    Field(name="title_whole", type="keyword", groups={"title_whole": 1}),
    Field(name="author", type="text", groups={"author": 3, "any": 3}),
    Field(name="author_more", type="text", groups={"author": 1, "any": 0.5}),
    Field(name="author_whole", type="keyword", groups={"author_whole": 1}),
    Field(name="series", type="text", groups={"title": 1, "any": 1}),
    Field(name="subject", type="text", groups={"subject": 2, "any": 2}),
    Field(name="publisher", type="text", groups={"publisher": 1, "any": 0.5}),
    Field(name="notes", type="text", groups={"any": 0.3}),
    Field(name="isbn", type="keyword", groups={"isbn": 10}),
    Field(name="barcode", type="keyword", groups={"barcode": 10}),
    Field(name="call_number", type="keyword", groups={"callno": 5}),
    Field(name="title_sounds", type="text", groups={"title_sounds": 2, "any_sounds": 2}),
    Field(name="author_sounds", type="text", groups={"author_sounds": 1.5, "any_sounds": 1.5}),
    Field(name="title_sounds_whole", type="keyword", groups={"title_sounds_whole": 1}),
    Field(name="title_initials", type="text", groups={"title_initials": 1, "any_initials": 1}),
    Field(name="author_initials", type="text", groups={"author_initials": 0.8, "any_initials": 0.8}),
    Field(name="heading", type="keyword"),
    Field(name="org", type="keyword", facet=True),
    Field(name="available_at", type="keyword", facet=True),
    Field(name="availability", type="keyword", facet=True),
    Field(name="class", type="keyword"),
    *(Field(name=level, type="keyword", facet=True) for level in CLASS_LEVELS),
    Field(name="subject_whole", type="keyword", facet=True),
    Field(name="audience", type="keyword", facet=True),
    Field(name="language", type="keyword", facet=True),
    Field(name="item_type", type="keyword", facet=True),
    Field(name="year", type="number", facet=True, step=5),
    Field(name="by_newest", type="number"),
    Field(name="by_year", type="number"),
    Field(name="by_popularity", type="number"),
    Field(name="by_title", type="sort_text"),
)

GROUPS: tuple[Group, ...] = (
    Group(name="any", label=Text("任意字段", "Anywhere"), sounds="any_sounds", initials="any_initials"),
    Group(
        name="title",
        label=Text("题名", "Title"),
        names=("书名", "刊名", "ti"),
        sounds="title_sounds",
        initials="title_initials",
    ),
    Group(
        name="author",
        label=Text("责任者", "Author"),
        names=("作者", "译者", "au"),
        sounds="author_sounds",
        initials="author_initials",
    ),
    Group(name="subject", label=Text("主题", "Subject"), names=("主题词", "关键词", "su")),
    Group(name="isbn", label=Text("ISBN", "ISBN")),
    Group(name="publisher", label=Text("出版社", "Publisher"), names=("出版者", "pub")),
    Group(name="callno", label=Text("索书号", "Call number"), names=("call",)),
)

FACETS: tuple[Facet, ...] = (
    Facet(name="org", field="org", label=Text("馆藏地", "Library"), size=300),
    Facet(name="availability", field="availability", label=Text("在架", "Availability"), size=1),
    Facet(name="class", field="class_top", label=Text("分类", "Class"), size=22),
    Facet(name="subject", field="subject_whole", label=Text("主题", "Subject")),
    Facet(name="audience", field="audience", label=Text("读者对象", "For whom")),
    Facet(name="lang", field="language", label=Text("语种", "Language")),
    Facet(name="type", field="item_type", label=Text("文献类型", "Type")),
    Facet(name="year", field="year", label=Text("出版年", "Year"), size=100),
)

SORTS: tuple[SortOrder, ...] = (
    SortOrder(name="relevance", label=Text("相关度", "Relevance"), field=None),
    SortOrder(name="newest", label=Text("最新入藏", "Newest here"), field="by_newest"),
    SortOrder(name="year", label=Text("出版年", "Year"), field="by_year"),
    SortOrder(name="title", label=Text("题名", "Title"), field="by_title", descending=False),
    SortOrder(name="popular", label=Text("借阅最多", "Most borrowed"), field="by_popularity"),
)

FIELD_BY_NAME: Mapping[str, Field] = {f.name: f for f in FIELDS}
GROUP_BY_NAME: Mapping[str, Group] = {g.name: g for g in GROUPS}
# What may stand before a colon in a query, in small letters, and the group it means.
GROUP_BY_PREFIX: Mapping[str, str] = {
    written.casefold(): g.name for g in GROUPS for written in (g.name, g.label.zh, g.label.en, *g.names)
}
SORT_BY_NAME: Mapping[str, SortOrder] = {s.name: s for s in SORTS}

# The only value of `availability`: somewhere in the network a copy is in. To count it costs a tenth of counting one unit of `available_at`.
AVAILABLE = "available"


def fields_of(group: str) -> list[tuple[Field, float]]:
    """The fields searched for a group, with their boosts there."""
    return [(f, f.groups[group]) for f in FIELDS if group in f.groups]


def schema_version() -> str:
    """Changes whenever fields or analysis change: an index made under another one cannot be read."""
    shape = [(f.name, f.type, f.facet, f.step, bool(f.groups)) for f in FIELDS]
    return hashlib.sha256(repr((shape, ANALYSIS_VERSION)).encode()).hexdigest()[:8]
