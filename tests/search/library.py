"""A small library to search in, chosen so that each question has few answers; and how documents get into an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from json import loads
from typing import Any

from catalog.bibdata import BibData, Contributor
from search.copies import Copy, Holdings, complete
from search.documents import Title, describe
from search.fields import FIELD_BY_NAME, FIELDS, FieldType
from search.port import SearchEngine, SearchRequest, WrittenDoc
from search.query import parse
from search.written import ID, WEIGHT, write_down, write_members

NETWORK, HUB, TOWN, VILLAGE = 1, 2, 3, 4
AT_HUB = (HUB, NETWORK)
AT_TOWN = (TOWN, HUB, NETWORK)
AT_VILLAGE = (VILLAGE, TOWN, HUB, NETWORK)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDoc:
    """What an engine is handed, field by field, so that tests can look into it and change it; keywords without a value are empty."""

    id: int
    version: int
    text: Mapping[str, str]
    keywords: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    sort_texts: Mapping[str, str]
    weight: float


def read_back(written: WrittenDoc) -> IndexDoc:
    values = loads(written.body)
    return IndexDoc(
        id=values[ID],
        version=written.version,
        text=_of_type("text", values),
        keywords=dict.fromkeys((f.name for f in FIELDS if f.type == "keyword"), ())
        | {name: tuple(found) for name, found in _of_type("keyword", values).items()},
        numbers=_of_type("number", values),
        sort_texts=_of_type("sort_text", values),
        weight=values[WEIGHT],
    )


def write(doc: IndexDoc) -> WrittenDoc:
    members = write_members(text=doc.text, keywords=doc.keywords, numbers=doc.numbers, sort_texts=doc.sort_texts)
    return write_down(doc.id, doc.version, doc.weight, members)


def _of_type(type_: FieldType, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in values.items() if name in FIELD_BY_NAME and FIELD_BY_NAME[name].type == type_
    }


def fill(engine: SearchEngine, docs: Sequence[IndexDoc]) -> str:
    with engine.session(0) as session:
        generation = session.create()
        assert session.index([write(one) for one in docs], generation) == []
        session.commit()
        session.activate(generation)
    return generation


def copy(place: tuple[int, ...], *, free: bool = True, type_: str = "book", number: str = "") -> Copy:
    return Copy(place=place, is_available=free, item_type=type_, barcode=f"B{number or place[0]}", call_number=None)


def found(engine: SearchEngine, text: str) -> set[int]:
    """The titles that whoever types this is shown."""
    return {hit.id for hit in engine.search(SearchRequest(query=parse(text).tree)).hits}


def doc(
    id_: int, *copies: Copy, version: int = 1, loans: int = 0, added: str = "2024-05-01", **data: object
) -> IndexDoc:
    data.setdefault("format", "cnmarc")
    data.setdefault("title", "无题")
    authors = data.pop("authors", ())
    assert isinstance(authors, tuple)
    people = tuple(Contributor(name=name, main=i == 0) for i, name in enumerate(authors))
    described = describe(
        Title(
            id=id_,
            data=BibData(contributors=people, **data),  # type: ignore[arg-type]
            added_on=date.fromisoformat(added),
        )
    )
    return read_back(complete(described, version, Holdings(copies, loans)))


def written(id_: int, *, version: int = 1, **data: object) -> WrittenDoc:
    """A title without copies, as an engine takes it."""
    return write(doc(id_, version=version, **data))


def library() -> list[IndexDoc]:
    """Twelve titles, chosen so that each question has few answers."""
    return [
        doc(
            1,
            copy(AT_HUB, number="100001"),
            copy(AT_VILLAGE, free=False),
            loans=90,
            title="红楼梦",
            authors=("曹雪芹", "高鹗"),
            publisher="人民文学出版社",
            year=1996,
            isbns=("9787020002207",),
            class_number="I242.4",
            language="chi",
            subjects=("章回小说",),
        ),
        doc(
            2,
            copy(AT_TOWN),
            title="红楼梦研究",
            authors=("俞平伯",),
            publisher="人民文学出版社",
            year=1973,
            class_number="I207.411",
            language="chi",
            abstract="考证曹雪芹的生平",
        ),
        doc(
            3,
            copy(AT_VILLAGE),
            title="三体",
            authors=("刘慈欣",),
            publisher="重庆出版社",
            year=2008,
            isbns=("9787536692930",),
            class_number="I247.55",
            language="chi",
            subjects=("科学幻想小说",),
            series=("中国科幻基石丛书",),
        ),
        doc(
            4,
            copy(AT_HUB, free=False),
            title="三體",
            volume="II",
            subtitle="黑暗森林",
            authors=("刘慈欣",),
            year=2008,
            class_number="I247.55",
            language="chi",
        ),
        doc(
            5,
            copy(AT_HUB, type_="disc"),
            title="Python编程",
            subtitle="从入门到实践",
            authors=("Eric Matthes", "袁国忠"),
            year=2020,
            class_number="TP312PY",
            language="chi",
            keywords=("程序设计",),
        ),
        doc(
            6,
            copy(AT_HUB),
            title="Harry Potter and the philosopher's stone",
            authors=("J. K. Rowling",),
            year=1997,
            isbns=("9780747532699",),
            class_number="I561.45",
            language="eng",
        ),
        doc(7, copy(AT_TOWN), title="重庆方言", authors=("杨月蓉",), year=2012, class_number="H172.3", language="chi"),
        doc(
            8, copy(AT_HUB), title="C++程序设计", authors=("谭浩强",), year=2004, class_number="TP312C", language="chi"
        ),
        doc(9, title="Café de Flore", authors=("Doğan Öz",), year=2011, language="fre"),
        doc(10, copy(AT_HUB), title="乾隆皇帝", authors=("二月河",), year=1999, class_number="I247.53", language="chi"),
        doc(
            11,
            copy(AT_VILLAGE),
            title="呐喊",
            authors=("鲁迅",),
            year=1973,
            class_number="I210.6",
            language="chi",
            series=("鲁迅作品单行本",),
        ),
        doc(12, copy(AT_TOWN), title="梦", authors=("余秋雨",), year=2020, class_number="I267", language="chi"),
    ]
