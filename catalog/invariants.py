"""What must always hold of titles, copies and the records they came from.

The database itself sees to it that units and titles of copies exist and that barcodes are unique in their namespace; that the index knows
every title is asked by `search`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from branches.reference import TREE
from catalog.bibdata import BibData
from catalog.callnumbers import shelf_key
from catalog.description import columns, from_json, identifiers
from catalog.headings import heading_key
from catalog.models import Bib, BibIdentifier, Heading, HeadingVariant, Item
from kernel.i18n import Text
from kernel.invariants import Invariant, sql

_BATCH = 1000
_COLUMNS = ("title", "authors", "publisher", "year", "isbn", "class_number", "language", "kind")


def _titles(session: Session) -> Iterator[list[tuple[Row[Any], BibData | None]]]:
    """All titles with their descriptions, a batch at a time; None for one that cannot be read."""
    last = 0
    columns_of = select(Bib.id, Bib.data, *(getattr(Bib, name) for name in _COLUMNS)).order_by(Bib.id).limit(_BATCH)
    while rows := session.execute(columns_of.where(Bib.id > last)).all():
        yield [(row, _described(row.data)) for row in rows]
        last = rows[-1].id


def _misplaced_copies(session: Session) -> Iterable[str]:
    last = 0
    copies = select(Item.id, Item.barcode, Item.call_number, Item.shelf_key).order_by(Item.id).limit(_BATCH)
    while rows := session.execute(copies.where(Item.id > last)).all():
        yield from (row.barcode for row in rows if row.shelf_key != shelf_key(row.call_number))
        last = rows[-1].id


def _described(stored: dict[str, Any]) -> BibData | None:
    try:
        return from_json(stored)
    except (TypeError, ValueError):
        return None


def _disagreeing_columns(session: Session) -> Iterable[str]:
    for batch in _titles(session):
        for row, data in batch:
            if data is None:
                yield f"bib {row.id}: data"
                continue
            told = columns(data)
            yield from (f"bib {row.id}: {name}" for name in _COLUMNS if row._mapping[name] != told[name])


def _disagreeing_identifiers(session: Session) -> Iterable[str]:
    i = BibIdentifier
    for batch in _titles(session):
        told = {(row.id, kind, value) for row, data in batch if data for kind, value in identifiers(data)}
        inside = i.bib_id.between(batch[0][0].id, batch[-1][0].id)
        kept = {tuple(row) for row in session.execute(select(i.bib_id, i.kind, i.value).where(inside))}
        yield from (f"bib {bib_id}: {kind} {value}" for bib_id, kind, value in sorted(told ^ kept))


def _misnamed_headings(session: Session) -> Iterable[str]:
    for key, name in session.execute(select(Heading.key, Heading.name)):
        if key != heading_key(name):
            yield f"heading {name}"
    for key, name in session.execute(select(HeadingVariant.key, HeadingVariant.name)):
        if key != heading_key(name):
            yield f"variant {name}"


def _wrong_namespaces(session: Session) -> Iterable[str]:
    """Whoever looks for a barcode in its owner's namespace must find it there."""
    tree = TREE.get(session)
    pairs = session.execute(select(Item.owner_id, Item.namespace_id).distinct())
    for owner_id, namespace_id in pairs.all():
        if tree.namespace(owner_id) != namespace_id:
            wrong = select(Item.barcode).where(Item.owner_id == owner_id, Item.namespace_id == namespace_id)
            yield from session.scalars(wrong.order_by(Item.id))


INVARIANTS = (
    Invariant(
        code="bib.columns",
        promise=Text("书目列表所显示的与书目著录一致", "what lists show of a title agrees with its description"),
        find=_disagreeing_columns,
    ),
    Invariant(
        code="bib.identifiers",
        promise=Text(
            "书目的 ISBN、ISSN 索引与著录一致",
            "the ISBNs and ISSNs by which a title is found are those of its description",
        ),
        find=_disagreeing_identifiers,
    ),
    sql(
        "bib.journal",
        "书目的版本数与修改记录一致",
        "a title was changed as often as the journal tells, and created at most once",
        """SELECT b.id FROM bib b LEFT JOIN journal j ON j.bib_id = b.id AND j.act IN ('bib_created','bib_changed')
           GROUP BY b.id, b.version
           HAVING b.version <> 1 + count(CASE WHEN j.act = 'bib_changed' THEN 1 END)
               OR count(CASE WHEN j.act = 'bib_created' THEN 1 END) > 1""",
    ),
    sql(
        "bib.versions",
        "书目以前的版本一个不缺",
        "what a title said before each change is kept, every version of it",
        """SELECT b.id FROM bib b JOIN bib_version v ON v.bib_id = b.id GROUP BY b.id, b.version
           HAVING max(v.version) <> b.version - 1 OR count(*) <> max(v.version) - min(v.version) + 1""",
    ),
    sql(
        "bib.redirects",
        "合并掉的书目都指向现有的书目",
        "a title that was merged leads to one that is there, and is itself gone",
        """SELECT r.bib_id FROM bib_redirect r LEFT JOIN bib b ON b.id = r.into_id LEFT JOIN bib old ON old.id = r.bib_id
           WHERE b.id IS NULL OR old.id IS NOT NULL""",
    ),
    Invariant(
        code="item.namespace",
        promise=Text("图书条码属于其所有馆的条码范围", "a copy's barcode lies in the namespace of its owner"),
        find=_wrong_namespaces,
    ),
    sql(
        "item.home",
        "图书归属具体的馆点，而不是整个网络",
        "a copy is at home at a library, not at the network as a whole",
        """SELECT i.barcode FROM item i JOIN org_unit o ON o.id = i.home_id WHERE o.kind = 'network'""",
    ),
    sql(
        "item.idle_on_a_shelf",
        "在架的书都在具体的馆点",
        "a copy on the shelf stands at a library, not at the network as a whole",
        """SELECT i.barcode FROM item i JOIN org_unit o ON o.id = i.location_id
           WHERE o.kind = 'network' AND i.status = 'available'""",
    ),
    sql(
        "item.journal",
        "图书的版本数与修改记录一致",
        "a copy was changed as often as the journal tells, and registered at most once",
        """SELECT i.barcode FROM item i LEFT JOIN journal j ON j.item_id = i.id AND j.act IN ('item_created','item_changed')
           GROUP BY i.id, i.barcode, i.version
           HAVING i.version <> 1 + count(CASE WHEN j.act = 'item_changed' THEN 1 END)
               OR count(CASE WHEN j.act = 'item_created' THEN 1 END) > 1""",
    ),
    Invariant(
        code="item.shelf_key",
        promise=Text("图书在架上的次序与索书号一致", "a copy's place on the shelf follows from its call number"),
        find=_misplaced_copies,
    ),
    sql(
        "document.withdrawn",
        "剔旧清单上没有撤销的书都已剔除",
        "a copy that stands on a withdrawal list, not taken back, is withdrawn",
        """SELECT i.barcode FROM stock_document_line l JOIN stock_document d ON d.id = l.document_id
           JOIN item i ON i.id = l.item_id
           WHERE d.kind = 'withdrawal' AND l.undone_at IS NULL AND i.status <> 'withdrawn'""",
    ),
    Invariant(
        code="heading.keys",
        promise=Text("标目按其名称查得到", "a heading is found by each of its names"),
        find=_misnamed_headings,
    ),
    sql(
        "book_number.counter",
        "种次号计数不小于已取的号",
        "the counter of a class is never behind a number that was given",
        """SELECT n.id FROM book_number n
           LEFT JOIN book_number_counter c ON c.scope_id = n.scope_id AND c.class_key = n.class_key
           WHERE c.last IS NULL OR c.last < n.number""",
    ),
    sql(
        "source.one_title",
        "来源记录与它以前的版本同属一条书目",
        "a record of a source and its older versions are of one title",
        """SELECT old.id FROM source_record old
           JOIN source_record r ON r.source = old.source AND r.identity = old.identity AND r.is_current
           WHERE NOT old.is_current AND old.bib_id <> r.bib_id""",
    ),
    sql(
        "source.form_current",
        "手工著录的书目只有一个现行版本",
        "a title has at most one current version made by hand",
        """SELECT bib_id FROM source_record WHERE container = 'form' AND is_current
           GROUP BY bib_id HAVING count(*) > 1""",
    ),
)
