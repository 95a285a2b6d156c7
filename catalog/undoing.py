"""What of an import may be taken back: only that on which nobody has built since. Pure.

A copy that came with the import and has done nothing since is taken out as if it had never come. A title goes when no other record
describes it and nothing hangs on it any more; else its record of this import is withdrawn, and it says what its other records say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kernel.i18n import Text

Fate = Literal["removed", "restored", "kept"]

REASONS: Final[dict[str, Text]] = {
    "item.has_history": Text(
        "这一册后来借过、调过或改过，因此保留。", "The copy was lent, moved or changed since, so it stays."
    ),
    "item.hangs": Text("还有单据记着这一册，因此保留。", "Documents still name this copy, so it stays."),
    "bib.changed_by_hand": Text(
        "书目后来由馆员修改过，因此保持现在的著录。",
        "A librarian changed the title since, so its description stays as it is.",
    ),
    "bib.imported_again": Text(
        "后来的导入又更新了这条书目，因此保持现在的著录。",
        "A later import brought a newer record of the title, so its description stays as it is.",
    ),
    "bib.has_copies": Text("书目下还有别的复本，因此保留书目。", "The title has other copies, so it stays."),
    "bib.hangs": Text(
        "调拨、读者清单、荐购或种次号用到这条书目，因此保留。",
        "Transfers, readers' lists, suggestions or book numbers name the title, so it stays.",
    ),
    "bib.was_merged": Text(
        "别的书目已并入这条书目，因此保留。", "Another title was merged into this one, so it stays."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """A copy that came with the import. `has_history`: something else was done to it since; `hangs`: a loan or document names it."""

    id: int
    barcode: str
    has_history: bool
    hangs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleFacts:
    """A title with a record of the import. `other_copies` are those that did not come with it."""

    id: int
    title: str
    has_other_records: bool
    is_changed_by_hand: bool
    is_imported_again: bool
    was_merged: bool
    hangs: bool
    other_copies: int
    copies: tuple[CopyFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What stays, and why: the title, or the copy of this barcode."""

    code: str
    bib_id: int
    title: str
    barcode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """What becomes of a title and of the copies that came with it."""

    bib_id: int
    fate: Fate
    copies: tuple[int, ...]
    left: tuple[Left, ...]


def decide_undo(facts: TitleFacts) -> Undoing:
    """What can be taken back of one title. Copies are decided first, since a title with copies stays."""
    staying = [(copy, _why_copy_stays(copy)) for copy in facts.copies]
    copies = tuple(copy.id for copy, why in staying if why is None)
    left = [
        Left(code=why, bib_id=facts.id, title=facts.title, barcode=copy.barcode)
        for copy, why in staying
        if why is not None
    ]
    fate, why_title = _fate(facts, len(left))
    if why_title is not None:
        left.append(Left(code=why_title, bib_id=facts.id, title=facts.title))
    return Undoing(bib_id=facts.id, fate=fate, copies=copies, left=tuple(left))


def _why_copy_stays(copy: CopyFacts) -> str | None:
    if copy.has_history:
        return "item.has_history"
    return "item.hangs" if copy.hangs else None


def _fate(facts: TitleFacts, copies_left: int) -> tuple[Fate, str | None]:
    if facts.is_changed_by_hand:
        return "kept", "bib.changed_by_hand"
    if facts.is_imported_again:
        return "kept", "bib.imported_again"
    if facts.has_other_records:
        return "restored", None
    if facts.was_merged:
        return "kept", "bib.was_merged"
    if copies_left or facts.other_copies:
        return "kept", "bib.has_copies"
    return ("kept", "bib.hangs") if facts.hangs else ("removed", None)


COUNTED: Final = (
    "titles_removed",
    "titles_restored",
    "titles_kept",
    "copies_removed",
    "copies_kept",
    "copies_corrected",
)


def count(undoings: Sequence[Undoing]) -> dict[str, int]:
    """The numbers of a report: titles removed, restored and kept, copies removed and kept."""
    return {
        "titles_removed": sum(one.fate == "removed" for one in undoings),
        "titles_restored": sum(one.fate == "restored" for one in undoings),
        "titles_kept": sum(one.fate == "kept" for one in undoings),
        "copies_removed": sum(len(one.copies) for one in undoings),
        "copies_kept": sum(left.barcode is not None for one in undoings for left in one.left),
    }
