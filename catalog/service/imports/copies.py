"""The copies that incoming records name: new ones are made, known ones of the same title brought up to date, others left alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select, update

from branches.context import Context
from branches.tree import OrgTree
from catalog.bibdata import HoldingData
from catalog.callnumbers import shelved
from catalog.description import marked
from catalog.import_models import ImportBatch
from catalog.models import Bib, Item
from catalog.reference import ITEM_TYPES
from catalog.service.imports.chunk import Incoming
from kernel import journal
from kernel.barcodes import LONGEST_BARCODE, is_barcode
from kernel.bulk import insert_all
from kernel.db import table_of
from kernel.i18n import Text

_items = table_of(Item)
_ROWS_AT_ONCE: Final = 500

TAKEN = Text(
    "条码 {barcode} 已属于{title}，这一册没有登记，书目已导入。请核对条码。",
    "The barcode {barcode} belongs to {title} already. The title was imported without this copy. Check the barcode.",
)
MALFORMED = Text(
    "{barcode} 不能作条码（最长 {longest} 个字符，用半角，不含冒号和斜线），这一册没有登记，书目已导入。请核对馆藏字段或馆藏方案。",
    "{barcode} cannot be a barcode, which has at most {longest} half-width characters without colons and slashes. The title was imported "
    "without this copy. Check the holdings field or the import profile.",
)


@dataclass(slots=True, kw_only=True)
class _Existing:
    id: int
    bib_id: int
    owner_id: int
    call_number: str | None
    price_fen: int | None
    title: str


class CopyLoader:
    """Loads the copies of one chunk. `notes` counts what had to be assumed, `problems` are copies that could not be taken."""

    def __init__(
        self, context: Context, batch: ImportBatch, default_type: str, other_library: str | None = None
    ) -> None:
        self._context = context
        self._session = context.session
        self._batch = batch
        self._default_type = default_type
        self._other_library = other_library
        self._types = ITEM_TYPES.get(context.session).by_code
        self._default_home_id = _default_home(context.tree, batch.org_id)
        self._ours = context.tree.subtree(
            batch.org_id
        )  # a copy is changed only by deliveries for its owner, or for a unit above it
        self.created = 0
        self.updated = 0
        self.notes: Counter[str] = Counter()
        self.problems: list[dict[str, Any]] = []

    def load(self, placed: Sequence[tuple[int, Incoming]]) -> list[dict[str, Any]]:
        """Write the copies and return their journal rows."""
        wanted = [one for one in self._wanted(placed) if self._is_usable(one[1], one[2])]
        known = self._find_known([copy.barcode for _, _, copy in wanted if copy.barcode])
        named: set[tuple[int, int, str | None]] = set()
        new: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for bib_id, incoming, copy in wanted:
            home_id = self._home(copy)
            key = (self._context.tree.namespace(home_id), copy.barcode or "")
            existing = known.get(key)
            if (incoming.read.number, *key) in named:
                self.notes["item.repeated"] += 1
                continue
            named.add((incoming.read.number, *key))
            if existing is None:
                new.append(self._row(bib_id, home_id, copy))
                known[key] = _Existing(
                    id=0,
                    bib_id=bib_id,
                    owner_id=home_id,
                    call_number=copy.call_number,
                    price_fen=copy.price_fen,
                    title=incoming.data.title,
                )
            elif existing.bib_id != bib_id:
                self._note_taken(incoming, copy, existing)
            elif existing.id and _differs(copy, existing):
                if existing.owner_id in self._ours:
                    changed.append(_change(copy, existing))
                else:
                    self.notes["item.of_another_library"] += 1
        return [*self._insert(new), *self._update(changed)]

    def _wanted(self, placed: Sequence[tuple[int, Incoming]]) -> Iterator[tuple[int, Incoming, HoldingData]]:
        for bib_id, incoming in placed:
            for copy in incoming.holdings:
                yield bib_id, incoming, copy

    def _is_usable(self, incoming: Incoming, copy: HoldingData) -> bool:
        """Whether a copy can be lent at all: it has a barcode, and one that a barcode can be."""
        if copy.barcode is None:
            self.notes["item.no_barcode"] += 1
            return False
        if not is_barcode(copy.barcode):
            shown = copy.barcode if len(copy.barcode) <= LONGEST_BARCODE else f"{copy.barcode[:LONGEST_BARCODE]}…"
            message = MALFORMED.format(barcode=shown, longest=LONGEST_BARCODE)
            self._note_problem(incoming, copy, "item.barcode_malformed", message)
            return False
        return True

    def _home(self, copy: HoldingData) -> int:
        """The unit whose code the record gives; an unknown one's copies go where the profile says, else to the importing unit, and are
        counted."""
        unit = self._open_unit(copy.library)
        if unit is not None:
            return unit
        other = self._open_unit(self._other_library) if copy.library else None
        self.notes["item.unknown_library" if other is None else "item.other_library"] += 1
        return self._default_home_id if other is None else other

    def _open_unit(self, code: str | None) -> int | None:
        unit = self._context.tree.by_code.get(code or "")
        return unit.id if unit is not None and not unit.is_closed and unit.kind != "network" else None

    def _find_known(self, barcodes: Sequence[str]) -> dict[tuple[int, str], _Existing]:
        found: dict[tuple[int, str], _Existing] = {}
        unique = sorted(set(barcodes))
        for start in range(0, len(unique), _ROWS_AT_ONCE):
            rows = self._session.execute(
                select(
                    Item.namespace_id,
                    Item.barcode,
                    Item.id,
                    Item.bib_id,
                    Item.owner_id,
                    Item.call_number,
                    Item.price_fen,
                    Bib.title,
                )
                .join(Bib, Bib.id == Item.bib_id)
                .where(Item.barcode.in_(unique[start : start + _ROWS_AT_ONCE]))
            )
            for row in rows:
                found[row.namespace_id, row.barcode] = _Existing(
                    id=row.id,
                    bib_id=row.bib_id,
                    owner_id=row.owner_id,
                    call_number=row.call_number,
                    price_fen=row.price_fen,
                    title=row.title,
                )
        return found

    def _row(self, bib_id: int, home_id: int, copy: HoldingData) -> dict[str, Any]:
        tree = self._context.tree
        values = {
            "bib_id": bib_id,
            "namespace_id": tree.namespace(home_id),
            "barcode": copy.barcode,
            "owner_id": home_id,
            "home_id": home_id,
            "location_id": home_id,
            "item_type": copy.item_type if copy.item_type in self._types else self._default_type,
            "status": "available",
            "call_number": copy.call_number[:100] if copy.call_number else None,
            "shelf": copy.shelf[:64] if copy.shelf else None,
            "volume": copy.volume[:100] if copy.volume else None,
            "price_fen": copy.price_fen,
            "acquired_on": _day(copy.acquired_on),
            "version": 1,
            "created_at": self._context.now,
        }
        return shelved(values)

    def _insert(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        item_ids = insert_all(self._session, _items, rows)
        self.created += len(rows)
        return [self._journal_row("item_created", item_id, row) for item_id, row in zip(item_ids, rows, strict=True)]

    def _update(self, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What a supplier may correct on a copy: its call number and price. Where it is and what it is stays."""
        for change in changes:
            # Only what the record gives: what it is silent about, somebody may be changing by hand this moment.
            values = {name: change[name] for name in ("call_number", "price_fen") if change[name] is not None}
            statement = update(_items).where(_items.c.id == change["id"])
            self._session.execute(statement.values(**shelved(values), version=_items.c.version + 1))
        self.updated += len(changes)
        return [self._journal_row("item_changed", change["id"], change) for change in changes]

    def _journal_row(self, act: str, item_id: int, row: dict[str, Any]) -> dict[str, Any]:
        return journal.build_row(
            act,
            at=self._context.now,
            author=self._batch.author,
            channel=self._batch.channel,
            org_id=row.get("home_id", self._batch.org_id),
            item_id=item_id,
            bib_id=row["bib_id"],
            data={"batch": self._batch.id} | ({"before": row["before"]} if "before" in row else {}),
        )

    def _note_taken(self, incoming: Incoming, copy: HoldingData, existing: _Existing) -> None:
        message = TAKEN.format(barcode=copy.barcode, title=marked(existing.title))
        self._note_problem(incoming, copy, "item.barcode_taken", message)

    def _note_problem(self, incoming: Incoming, copy: HoldingData, code: str, message: Text) -> None:
        self.problems.append(
            {
                "batch_id": self._batch.id,
                "is_record": False,
                "record": incoming.read.number,
                "offset": incoming.read.offset,
                "control_number": (incoming.read.control_number or "")[:200] or None,
                "tag": copy.tag or None,
                "code": code,
                "message_zh": message.zh,
                "message_en": message.en,
                "raw": None,
            }
        )


def _default_home(tree: OrgTree, org_id: int) -> int:
    """The importing unit; for the network, which has no shelf, its first hub."""
    if tree.by_id[org_id].kind != "network":
        return org_id
    return next((unit.id for unit in tree.in_order if unit.kind == "hub" and not unit.is_closed), org_id)


def _differs(copy: HoldingData, existing: _Existing) -> bool:
    call_number = copy.call_number[:100] if copy.call_number else None
    return (call_number or existing.call_number, copy.price_fen or existing.price_fen) != (
        existing.call_number,
        existing.price_fen,
    )


def _change(copy: HoldingData, existing: _Existing) -> dict[str, Any]:
    return {
        "id": existing.id,
        "bib_id": existing.bib_id,
        "call_number": copy.call_number[:100] if copy.call_number else None,
        "price_fen": copy.price_fen or None,
        "before": {"call_number": existing.call_number, "price_fen": existing.price_fen},
    }


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
