"""Reference data: small tables that nearly every request needs and nobody changes often (the tree, hours, policies, types).

Each is read once per process and kept until its version in the database moves on, so a request pays one short statement for all of them and
still never decides by an old rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, cast

from sqlalchemy import String, func, literal_column, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Mapped, Session, mapped_column

from kernel.db import Base, Database, table_of
from kernel.writes import insert_into

T = TypeVar("T")


class ReferenceVersion(Base):
    """How often a kind of reference data was changed."""

    __tablename__ = "reference_version"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


_table = table_of(ReferenceVersion)
_VERSIONS = select(_table.c.name, _table.c.version)
_BETWEEN, _IS = ",", "="
# Written into the statement: a statement with parameters of its own would be made ready anew for each run.
_NAMED = _table.c.name + literal_column(f"'{_IS}'") + as_type(_table.c.version, String)
# All versions as one text, for a statement that is sent anyway: `remember_versions` reads it.
VERSIONS_NOW = select(func.aggregate_strings(_NAMED, cast(str, literal_column(f"'{_BETWEEN}'")))).scalar_subquery()


def remember_versions(session: Session, versions: str | None) -> None:
    """What `VERSIONS_NOW` gave in this transaction, so that no statement of its own asks for it."""
    pairs = (one.split(_IS) for one in (versions or "").split(_BETWEEN) if one)
    session.info["reference_versions"] = {name: int(version) for name, version in pairs}


class Reference(Generic[T]):
    """One kind of reference data and how to read it from the database."""

    def __init__(self, name: str, load: Callable[[Session], T]) -> None:
        self.name = name
        self._load = load

    def get(self, session: Session) -> T:
        database = cast(Database, session.info["database"])
        version = self.version(session)
        cached = database.reference_cache.get(self.name)
        if cached is not None and cached[0] == version:
            return cast(T, cached[1])
        value = self._load(session)
        if not session.info.get("reference_changed"):
            database.reference_cache[self.name] = (version, value)
        return value

    def version(self, session: Session) -> int:
        """The version now; read once per session, for all kinds together."""
        versions = session.info.get("reference_versions")
        if versions is None:
            versions = dict(session.execute(_VERSIONS).all())
            session.info["reference_versions"] = versions
        return cast(int, versions.get(self.name, 0))

    def changed(self, session: Session) -> int:
        """Raise the version in the transaction that changed the data; what this transaction loads itself is not shared."""
        session.flush()
        insert_once = insert_into(session, _table).values(name=self.name, version=0).on_conflict_do_nothing()
        session.execute(insert_once)
        raised = (
            update(_table)
            .where(_table.c.name == self.name)
            .values(version=_table.c.version + 1)
            .returning(_table.c.version)
        )
        version: int = session.execute(raised).scalar_one()
        session.info.pop("reference_versions", None)
        session.info["reference_changed"] = True
        return version
