"""What this room must ask of rooms above it: they register here when the application is put together.

Policies name patron categories and item types; the journal names readers and copies.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from branches.context import Context
from branches.tree import OrgTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The codes of one policy criterion. `chain`: a code and its parents, nearest first; an unknown code has none."""

    chain: Callable[[Session, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A kind of thing the journal tells of: how its key becomes an id (raises NotFound), and ids become keys."""

    find: Callable[[Session, OrgTree, str, int | None], int]
    keys: Callable[[Session, Collection[int]], Mapping[int, str]]


# Called when units moved to another place in the tree, with all units that moved, in the same transaction.
MOVED: Final[list[Callable[[Context, Collection[int]], None]]] = []

CRITERIA: Final[dict[Literal["category", "item_type"], Vocabulary]] = {}
SUBJECTS: Final[dict[Literal["patron", "item"], Subject]] = {}
