"""Many copies at once: registered under a run of barcodes, all or none of them; or changed by a list, each on its own.

Both do what the acts on one copy do, through them; so rights, journal and index are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from branches.context import Context
from catalog.barcode_lists import MOST_NEW_COPIES, check_how_many, run_of
from catalog.queries.items import ItemDetails, taken_barcodes
from catalog.service.items import ItemChanges, ItemService, NewItem, PlannedChange
from kernel.barcodes import is_barcode
from kernel.errors import DomainError, Invalid
from kernel.i18n import Text

Outcome = Literal["changed", "unchanged", "refused"]

TAKEN: Final = Text("{barcode}：已属于《{title}》。", "{barcode}: it is the barcode of “{title}”.")
MALFORMED: Final = Text("{barcode}：不能作条码。", "{barcode}: it cannot be a barcode.")
TWICE: Final = Text("{barcode}：重复。", "{barcode}: it is listed twice.")
AT_LINE: Final = Text("第 {line} 行，{why}", "Line {line}: {why}")
NO_RUN: Final = Text(
    "从「{first}」数不出 {count} 个条码：末尾要有数字，而且位数够用。",
    "There are no {count} barcodes from “{first}” on: it must end in digits, with room for all of them.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCopies:
    """Copies of one title that differ in nothing but their barcode. `like.barcode` is not used; `lines` says on which line of a pasted
    list a barcode stands."""

    barcodes: Sequence[str]
    like: NewItem
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became, or would become, of one copy of a list. `changes` tells field by field what it was and what it is."""

    barcode: str
    outcome: Outcome
    title: str = ""
    version: int = 0
    changes: Mapping[str, list[Any]] = field(default_factory=dict)
    code: str | None = None
    message: Text | None = None


def barcodes_from(first: str, count: int) -> list[str]:
    """A run of barcodes; raises Invalid where it cannot be counted."""
    if not 1 <= count <= MOST_NEW_COPIES:
        message = Text("一次登记 1 到 {n} 册。", "Register 1 to {n} copies at once.").format(n=MOST_NEW_COPIES)
        raise Invalid("item.too_many", message, {"count": [message]})
    run = run_of(first, count)
    if run is None:
        message = NO_RUN.format(first=first, count=count)
        raise Invalid("item.barcode_run", message, {"first": [message]})
    return run


class BulkItemService:
    """Registering and changing many copies in one act."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._items = ItemService(context)

    def create(self, new: NewCopies) -> list[ItemDetails]:
        """Register them all, or none: Invalid `item.barcodes_refused` names each barcode that cannot be used."""
        if not 1 <= len(new.barcodes) <= MOST_NEW_COPIES:
            message = Text("一次登记 1 到 {n} 册。", "Register 1 to {n} copies at once.").format(n=MOST_NEW_COPIES)
            raise Invalid("item.too_many", message, {"barcodes": [message]})
        refused = self.refused_barcodes(new.barcodes, new.like.owner or new.like.home, new.lines)
        if refused:
            message = Text(
                "{n} 个条码不能用，一册也没有登记。", "{n} barcodes cannot be used; no copy was registered."
            ).format(n=len(refused))
            raise Invalid("item.barcodes_refused", message, {"barcodes": refused})
        return [self._items.create(replace(new.like, barcode=barcode)) for barcode in new.barcodes]

    def refused_barcodes(
        self, barcodes: Sequence[str], owner: str, lines: Mapping[str, int] | None = None
    ) -> list[Text]:
        """Each barcode that cannot be given to a copy of this owner, with the reason, and with its line where one is known."""
        tree = self._context.tree
        namespace_id = tree.namespace(tree.unit(owner).id)
        taken = taken_barcodes(self._context.session, namespace_id, barcodes)
        refused: list[Text] = []
        seen: set[str] = set()
        for barcode in barcodes:
            why: Text | None = None
            if not is_barcode(barcode):
                why = MALFORMED.format(barcode=barcode[:80])
            elif barcode in seen:
                why = TWICE.format(barcode=barcode)
            elif barcode in taken:
                why = TAKEN.format(barcode=barcode, title=taken[barcode])
            seen.add(barcode)
            if why is not None:
                line = (lines or {}).get(barcode)
                refused.append(why if line is None else AT_LINE.format(line=line, why=why))
        return refused

    def change(
        self, barcodes: Sequence[str], changes: ItemChanges, *, versions: Mapping[str, int] | None = None
    ) -> list[Row]:
        """Change each copy on its own: what cannot be changed is told and the others go on. `versions` are those that were looked
        at: a copy that was changed since then is left alone. Copies are locked in one order, so that two lists do not block each other.
        """
        _check_list(barcodes, changes)
        done = {one: self._change_one(one, changes, (versions or {}).get(one)) for one in sorted(set(barcodes))}
        return [done[barcode] for barcode in dict.fromkeys(barcodes)]

    def preview(self, barcodes: Sequence[str], changes: ItemChanges) -> list[Row]:
        """What `change` would do now; nothing is written or locked."""
        _check_list(barcodes, changes)
        return [self._look_at(barcode, changes) for barcode in dict.fromkeys(barcodes)]

    def _look_at(self, barcode: str, changes: ItemChanges) -> Row:
        try:
            return _row(barcode, self._items.plan(barcode, changes, lock=False))
        except DomainError as error:
            return _refused(barcode, error)

    def _change_one(self, barcode: str, changes: ItemChanges, version: int | None) -> Row:
        try:
            planned = self._items.plan(barcode, changes, expected_version=version)
        except DomainError as error:
            return _refused(barcode, error)
        self._items.write(planned)
        return _row(barcode, planned)


def _check_list(barcodes: Sequence[str], changes: ItemChanges) -> None:
    if not changes:
        message = Text("请选择要改的内容。", "Choose what to change.")
        raise Invalid("item.no_changes", message, {"changes": [message]})
    check_how_many(barcodes)


def _row(barcode: str, planned: PlannedChange) -> Row:
    before = planned.before
    return Row(
        barcode=barcode,
        outcome="changed" if planned.values else "unchanged",
        title=before.title,
        version=before.version,
        changes=planned.told,
    )


def _refused(barcode: str, error: DomainError) -> Row:
    return Row(barcode=barcode, outcome="refused", code=error.code, message=error.detail)
