"""Tables of what readers choose in shops: the shops' numbers and lists, and the selections.

Who chose a book stands in its loan, and is forgotten with it; only while a book chosen online has not come yet does its selection name the
reader. Quotas are counted without the books (`quota_models`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, JsonValue
from purchasing.programmes import WAYS
from purchasing.states import SELECTION_STATUSES

_BEGUN = text("exchange_begun_at IS NOT NULL")


class ShopTerms(Base):
    """What was agreed with a shop: which part of a book's price, in per cent, the library pays; whether its stock binds at the counter."""

    __tablename__ = "shop_terms"

    shop_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True, autoincrement=False)
    pays_percent: Mapped[int] = mapped_column(default=100)
    stock_binds: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (CheckConstraint("pays_percent BETWEEN 1 AND 100", name="pays"),)


class ShopBarcodes(Base):
    """A run of numbers on labels that a shop was given. `next_number` is the first that may be free: numbers are taken in their order, or
    as the label in the clerk's hand says."""

    __tablename__ = "shop_barcodes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    prefix: Mapped[str] = mapped_column(String(50))
    digits: Mapped[int]
    first_number: Mapped[int] = mapped_column(BigId)
    last_number: Mapped[int] = mapped_column(BigId)
    next_number: Mapped[int] = mapped_column(BigId)
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(80))

    __table_args__ = (
        CheckConstraint("first_number <= last_number", name="run"),
        CheckConstraint("next_number BETWEEN first_number AND last_number + 1", name="next"),
    )


class ShopOffer(Base):
    """A book on a shop's list: what it costs there and how many stand there (None where the shop does not say). `volumes` are those that
    share the number, as `purchasing.volumes` joins them; empty: it is one book."""

    __tablename__ = "shop_offer"

    shop_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    isbn: Mapped[str] = mapped_column(String(13), primary_key=True, index=True)
    title: Mapped[str] = mapped_column(String(300))
    author: Mapped[str] = mapped_column(String(200), default="")
    publisher: Mapped[str] = mapped_column(String(200), default="")
    year: Mapped[int | None]
    class_number: Mapped[str | None] = mapped_column(String(64))
    price_fen: Mapped[int]
    stock: Mapped[int | None]
    volumes: Mapped[str] = mapped_column(String(500), default="", server_default="")
    listed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("price_fen > 0", name="price"),
        CheckConstraint("stock IS NULL OR stock >= 0", name="stock"),
    )


class Selection(Base):
    """A book a reader chose and the library pays. `price_fen` is what stands on the book, `cost_fen` what the library pays for it and its
    funds were charged. `known` is what was known of the book when it was chosen, `decided` how: the quota it counted against, what was
    lifted, by whom. `took_stock`: the shop's list had one less for it. `patron_id` is the reader of an online choice until the loan
    begins. `exchange_begun_at`: a clerk said that another book is to take its place, and has neither finished nor dropped that."""

    __tablename__ = "selection"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    shop_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    bib_id: Mapped[int] = mapped_column(ForeignKey("bib.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), unique=True)
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), unique=True)
    patron_id: Mapped[int | None] = mapped_column(ForeignKey("patron.id"), index=True)
    isbn: Mapped[str] = mapped_column(String(13), index=True)
    title: Mapped[str] = mapped_column(String(300))
    price_fen: Mapped[int]
    cost_fen: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    is_online: Mapped[bool] = mapped_column(default=False)
    is_first: Mapped[bool] = mapped_column(default=False)
    took_stock: Mapped[bool] = mapped_column(default=False, server_default=false())
    reader_home_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    age_group: Mapped[str] = mapped_column(String(8))
    class_letter: Mapped[str | None] = mapped_column(String(1))
    known: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    decided: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(80))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(200))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("selection.id"), unique=True)
    exchange_begun_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_selection_shop", "shop_id", "made_at"),
        Index("ix_selection_programme", "programme_id", "made_at"),
        Index("ix_selection_exchanging", "shop_id", sqlite_where=_BEGUN, postgresql_where=_BEGUN),
        CheckConstraint("status IN ({})".format(",".join(f"'{one}'" for one in SELECTION_STATUSES)), name="status"),
        CheckConstraint("price_fen > 0 AND cost_fen > 0 AND cost_fen <= price_fen", name="cost"),
        CheckConstraint("status <> 'lent' OR loan_id IS NOT NULL", name="lent"),
        CheckConstraint("(status = 'cancelled') = (ended_at IS NOT NULL)", name="ended"),
    )


class Delivery(Base):
    """How a book chosen online comes to its reader: collected at `pickup_id`, where `hold_id` puts it aside once it is sent, or posted.
    `postage_id` is the fee that the parcel cost. `due_on` is when a posted book counts as received, `missing_at`
    when it was last said that it did not come. `gives_quota_back`: it was not
    collected, and the reader may choose another."""

    __tablename__ = "selection_delivery"

    selection_id: Mapped[int] = mapped_column(ForeignKey("selection.id"), primary_key=True, autoincrement=False)
    way: Mapped[str] = mapped_column(String(8))
    pickup_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"), unique=True)
    postage_id: Mapped[int | None] = mapped_column(ForeignKey("account_entry.id"))
    sent_at: Mapped[datetime | None]
    tracking: Mapped[str | None] = mapped_column(String(80))
    due_on: Mapped[date | None]
    missing_at: Mapped[datetime | None]
    gives_quota_back: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("way IN ({})".format(",".join(f"'{way}'" for way in WAYS)), name="way"),
        CheckConstraint("(way = 'pickup') = (pickup_id IS NOT NULL)", name="pickup"),
        CheckConstraint("way = 'pickup' OR hold_id IS NULL", name="hold"),
        CheckConstraint("way = 'post' OR (postage_id IS NULL AND due_on IS NULL)", name="post"),
    )


class DeliveryAddress(Base):
    """Where a book is posted to, kept encrypted and only until it was received or the choice was called off."""

    __tablename__ = "delivery_address"

    selection_id: Mapped[int] = mapped_column(ForeignKey("selection.id"), primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
