"""What differs between two sets of policy rows, as a librarian tells it: rows added, changed, removed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from branches.policy import CRITERIA, Row

Kind = Literal["added", "changed", "removed"]
KINDS: Final[tuple[Kind, ...]] = ("added", "changed", "removed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of before, after, or both: `changed` is the same setting for the same criteria with another value or note."""

    kind: Kind
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The row that tells setting and criteria."""
        found = self.after or self.before
        assert found is not None
        return found


def compare(before: Iterable[Row], after: Iterable[Row]) -> list[Change]:
    """By setting, in the order of the later set; what was removed comes last."""
    old = {_place(row): row for row in before}
    new = {_place(row): row for row in after}
    changes = [
        Change(kind="changed" if place in old else "added", before=old.get(place), after=row)
        for place, row in new.items()
        if place not in old or _content(old[place]) != _content(row)
    ]
    removed = [Change(kind="removed", before=row, after=None) for place, row in old.items() if place not in new]
    return [*changes, *removed]


def count_kinds(changes: Sequence[Change]) -> dict[Kind, int]:
    return {kind: sum(change.kind == kind for change in changes) for kind in KINDS}


def read_rows(kept: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Rows as a version keeps them."""
    return [Row(**row) for row in kept]


def _place(row: Row) -> tuple[str | None, ...]:
    return (row.setting, *(getattr(row, name) for name in CRITERIA))


def _content(row: Row) -> tuple[str, str]:
    return repr(row.value), row.note
