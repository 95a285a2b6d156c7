"""Tables of the room `catalog`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.callnumbers import LONGEST_SHELF_KEY, shelf_key
from catalog.states import ITEM_STATUSES
from kernel.db import Base, BigId, JsonValue

# An id that was used is never given again: addresses and the journal name it for ever.
_NUMBERED_ONCE = {"sqlite_autoincrement": True}
# Compared byte by byte, whatever the database's own order of letters is.
_ShelfKey = String(LONGEST_SHELF_KEY).with_variant(String(LONGEST_SHELF_KEY, collation="C"), "postgresql")


class ItemType(Base):
    """A kind of material that policies may speak of. A type without a row of its own is treated as its parent."""

    __tablename__ = "item_type"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    parent: Mapped[str | None] = mapped_column(ForeignKey("item_type.code"))


class Bib(Base):
    """One title. The columns are what lists show; `data` is the whole description (`catalog.bibdata.BibData` as JSON). `void_version` is
    the version at which it came to nothing (`catalog.queries.void`)."""

    __tablename__ = "bib"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    title: Mapped[str] = mapped_column(String(500), index=True)
    authors: Mapped[str] = mapped_column(String(500), default="")
    publisher: Mapped[str | None] = mapped_column(String(200))
    year: Mapped[int | None]
    isbn: Mapped[str | None] = mapped_column(String(13))
    class_number: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(16), default="book")
    data: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    version: Mapped[int] = mapped_column(default=1)
    void_version: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (_NUMBERED_ONCE,)


class BibRedirect(Base):
    """Where a title went that was merged into another. It always names a title that is there: merged again, the old ids go along."""

    __tablename__ = "bib_redirect"

    bib_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    into_id: Mapped[int] = mapped_column(ForeignKey("bib.id"), index=True)
    merged_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("bib_id <> into_id", name="elsewhere"),)


class BibIdentifier(Base):
    """What a title is found by when records meet: a valid ISBN-13 (13 digits), an ISSN (8 characters), or a `key` of its title and volume
    (`catalog.matchkeys`)."""

    __tablename__ = "bib_identifier"

    bib_id: Mapped[int] = mapped_column(ForeignKey("bib.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    value: Mapped[str] = mapped_column(String(13), primary_key=True)

    __table_args__ = (
        Index("ix_bib_identifier_value", "value"),
        CheckConstraint("kind IN ('isbn','issn','key')", name="kind"),
    )


class SourceRecord(Base):
    """A record as it came, byte for byte. `identity` is its control number within `source`, or a digest of its content where it has none;
    the newest one is current, the older ones are its versions."""

    __tablename__ = "source_record"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bib_id: Mapped[int] = mapped_column(ForeignKey("bib.id"), index=True)
    source: Mapped[str] = mapped_column(String(64))
    identity: Mapped[str] = mapped_column(String(200))
    format: Mapped[str] = mapped_column(String(8))
    container: Mapped[str] = mapped_column(String(8))
    encoding: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    received_at: Mapped[datetime]
    is_current: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        Index(
            "uq_source_record_current",
            "source",
            "identity",
            unique=True,
            sqlite_where=text("is_current = 1"),  # as a statement asks: SQLite takes no other form for the same
            postgresql_where=text("is_current"),
        ),
        Index("ix_source_record_batch", "batch_id", "bib_id"),
        CheckConstraint("container IN ('iso2709','marcxml','text','form')", name="container"),
    )


class BibVersion(Base):
    """A description that was replaced: what it said since `since`, and when, by whom and why (`cause`) it was replaced. The rows of a title
    that was merged outlive it."""

    __tablename__ = "bib_version"

    bib_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    since: Mapped[datetime]
    replaced_at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(80))
    cause: Mapped[str] = mapped_column(String(8))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))

    __table_args__ = (
        CheckConstraint("cause IN ('import','review','hand','merge','restore','undo','source','apart')", name="cause"),
    )


class Item(Base):
    """One copy. `owner`: whose asset it is; `home`: where it belongs when idle; `location`: where it was last seen.

    `shelf_key` follows from the call number: a new row gets it by itself, a change goes through `catalog.callnumbers.shelved`.
    `is_damaged` is a condition beside the status; the two notes must be seen when it is lent or taken in, `accessories` be counted then.
    `awaits_processing`: it was lent before it was catalogued, and goes to the cataloguers of its home when it comes back.
    """

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    bib_id: Mapped[int] = mapped_column(ForeignKey("bib.id"), index=True)
    namespace_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    barcode: Mapped[str] = mapped_column(String(64), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    home_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    item_type: Mapped[str] = mapped_column(ForeignKey("item_type.code"))
    status: Mapped[str] = mapped_column(String(16), default="available")
    call_number: Mapped[str | None] = mapped_column(String(100))
    shelf_key: Mapped[str | None] = mapped_column(
        _ShelfKey, default=lambda inserted: shelf_key(inserted.get_current_parameters().get("call_number"))
    )
    shelf: Mapped[str | None] = mapped_column(String(64))
    volume: Mapped[str | None] = mapped_column(String(100))
    price_fen: Mapped[int | None]
    acquired_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(500))
    is_damaged: Mapped[bool] = mapped_column(default=False, server_default=false())
    check_out_note: Mapped[str | None] = mapped_column(String(200))
    check_in_note: Mapped[str | None] = mapped_column(String(200))
    accessories: Mapped[str | None] = mapped_column(String(200))
    awaits_processing: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("namespace_id", "barcode"),
        Index("ix_item_shelf", "home_id", "shelf_key", "id"),
        CheckConstraint("status IN ({})".format(",".join(f"'{s}'" for s in ITEM_STATUSES)), name="status"),
        CheckConstraint("price_fen IS NULL OR price_fen >= 0", name="price"),
        _NUMBERED_ONCE,
    )


class BookNumberCounter(Base):
    """The last number given in a class of a shelf list. Its row is the lock under which the next one is taken."""

    __tablename__ = "book_number_counter"

    scope_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    class_key: Mapped[str] = mapped_column(String(LONGEST_SHELF_KEY), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class BookNumber(Base):
    """A number within its class (种次号), given once to one work in a shelf list: its copies, editions and volumes share it."""

    __tablename__ = "book_number"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scope_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    class_key: Mapped[str] = mapped_column(String(LONGEST_SHELF_KEY))
    number: Mapped[int]
    work_key: Mapped[str] = mapped_column(String(64))
    bib_id: Mapped[int] = mapped_column(ForeignKey("bib.id"), index=True)
    allotted_at: Mapped[datetime]
    allotted_by: Mapped[str] = mapped_column(String(80))

    __table_args__ = (
        UniqueConstraint("scope_id", "class_key", "number"),
        UniqueConstraint("scope_id", "class_key", "work_key"),
        CheckConstraint("number > 0", name="number"),
    )


class StockDocument(Base):
    """What was withdrawn, or handed over to another owner, together: its number and reason, and the list that is printed and filed."""

    __tablename__ = "stock_document"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(40))
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    reason: Mapped[str] = mapped_column(String(200))
    author: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("org_id", "kind", "number"),
        CheckConstraint("kind IN ('withdrawal','handover')", name="kind"),
        CheckConstraint("(kind = 'handover') = (to_id IS NOT NULL)", name="taker"),
    )


class StockDocumentLine(Base):
    """One copy on such a list, with what it was before; its home only where the list changed that. A line that was undone stays on the
    list, struck out."""

    __tablename__ = "stock_document_line"

    document_id: Mapped[int] = mapped_column(ForeignKey("stock_document.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True, index=True)
    status_before: Mapped[str] = mapped_column(String(16))
    owner_before_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    home_before_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    undone_at: Mapped[datetime | None]


class ClassLabel(Base):
    """What a county calls a class, beside or instead of the short names that come with the program."""

    __tablename__ = "class_label"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    parent: Mapped[str | None] = mapped_column(String(64))


class Heading(Base):
    """The form that is used for a person, body, subject or place. `see_also` names related ones; `key` is the name as compared."""

    __tablename__ = "heading"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200), index=True)
    see_also: Mapped[list[str]] = mapped_column(JsonValue)
    note: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint("kind IN ('person','body','subject','place')", name="kind"),
    )


class HeadingVariant(Base):
    """Another form under which people look for a heading: 周树人 for 鲁迅."""

    __tablename__ = "heading_variant"

    heading_id: Mapped[int] = mapped_column(ForeignKey("heading.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(String(200))
