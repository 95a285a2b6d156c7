"""Tables of the room `branches`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, JsonValue

_NETWORK = text("kind = 'network'")


class OrgUnit(Base):
    """A unit of the tree. The one without a parent is the network. `is_namespace`: barcodes are unique within this subtree;
    `keeps_shelf_list`: book numbers are counted within it."""

    __tablename__ = "org_unit"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    is_namespace: Mapped[bool] = mapped_column(default=False)
    keeps_shelf_list: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_closed: Mapped[bool] = mapped_column(default=False)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    address: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="not_own_parent"),
        CheckConstraint("(kind = 'network') = (parent_id IS NULL)", name="network_is_root"),
        Index("uq_org_unit_one_network", "kind", unique=True, sqlite_where=_NETWORK, postgresql_where=_NETWORK),
        CheckConstraint(
            "kind IN ('network','hub','branch','point','selfservice','mobile','shop','store')", name="kind"
        ),
    )


class OpeningHours(Base):
    """One opening of a weekday (0 = Monday) in local time as `HH:MM`. A unit without rows has its parent's."""

    __tablename__ = "opening_hours"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[str] = mapped_column(String(5))
    closes: Mapped[str] = mapped_column(String(5))

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="opens_before_closes"),
    )


class Closure(Base):
    """Days on which a unit and what is below it stays closed, both ends included."""

    __tablename__ = "closure"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (CheckConstraint("from_on <= to_on", name="from_before_to"),)


class Distance(Base):
    """Kilometres on the road between two units, where somebody measured them."""

    __tablename__ = "distance"

    from_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    km: Mapped[float]

    __table_args__ = (CheckConstraint("km >= 0", name="km"),)


class PolicyRow(Base):
    """One circulation policy: five criteria, each open when NULL, and one setting with its value."""

    __tablename__ = "policy_row"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    org: Mapped[str | None] = mapped_column(String(32))
    item_org: Mapped[str | None] = mapped_column(String(32))
    patron_org: Mapped[str | None] = mapped_column(String(32))
    category: Mapped[str | None] = mapped_column(String(32))
    item_type: Mapped[str | None] = mapped_column(String(32))
    setting: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JsonValue, nullable=True)
    note: Mapped[str] = mapped_column(String(200), default="")

    # Loans name the rows that made their terms, so a number is never used for another row.
    __table_args__ = ({"sqlite_autoincrement": True},)


class PolicyVersion(Base):
    """Every set of rows that was ever in force, with who put it there, when, and why (`note`)."""

    __tablename__ = "policy_version"

    version: Mapped[int] = mapped_column(BigId, primary_key=True)
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)


class StaffUser(Base):
    """A member of staff, a volunteer, a shop clerk or a machine that lends. What they may do stands in their grants."""

    __tablename__ = "staff_user"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Grant(Base):
    """A role held at a unit; how far it reaches is the role's business (`rights.py`)."""

    __tablename__ = "staff_grant"

    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(24), primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)


class Token(Base):
    """Proof of a login: the digest of a secret handed out once. `subject` is `staff:ID` or `patron:ID`."""

    __tablename__ = "token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[int] = mapped_column(BigId)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind IN ('staff','patron')", name="kind"),
        Index("ix_token_subject", "kind", "subject_id"),
    )


class LoginFailure(Base):
    """Wrong passwords in a row for a login name or from an address; from the fifth on each costs a growing wait."""

    __tablename__ = "login_failure"

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
