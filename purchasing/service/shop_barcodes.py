"""The labels of shops: runs of barcodes given to a shop, and the one that the next chosen book gets.

A number is given once for ever. Runs are kept apart in the namespace of their shops; a book stands in that of its library, and there the
database refuses a second copy of the same number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, update

from branches.context import Context
from branches.queries import lock_unit
from branches.tree import Unit
from catalog.barcode_lists import Run, run_between
from kernel.barcodes import is_barcode
from kernel.db import table_of
from kernel.errors import Conflict, Invalid, Refusal, Refused
from kernel.i18n import Text
from purchasing.queries.shops import LabelRun, label_runs, overlapping_run, used_barcodes
from purchasing.refusals import refuse
from purchasing.selection_models import ShopBarcodes
from purchasing.service.shops import find_shop

MOST_LABELS: Final = 10_000
_LARGEST_NUMBER: Final = 2**63 - 2  # `next_number` stands behind the last
_AT_ONCE: Final = 50
_LONGEST_HEAD: Final = 50
_runs = table_of(ShopBarcodes)

_CLOSED: Final = Text("{name} 已停办。", "{name} is closed.")
_NO_RUN: Final = Text(
    "「{first}」到「{last}」数不出一段条码：两头前缀和位数要相同，末尾是数字，后一个不小于前一个。",
    "“{first}” to “{last}” is no run of barcodes: both need the same beginning and as many digits at the end, the second no less.",
)
_TOO_MANY: Final = Text("一次最多发 {n} 张条码。", "Give at most {n} labels at once.").format(n=MOST_LABELS)
_OVERLAP: Final = Text(
    "「{first}」到「{last}」已发给{shop}，两段重叠。请换一段。",
    "{shop} was given “{first}” to “{last}”, which overlaps. Take other numbers.",
)
_ALL_USED: Final = Text(
    "这段条码都已用在馆藏上。请换一段。", "All of these numbers are on copies already. Take other numbers."
)
_MALFORMED: Final = Text("它不能作条码", "it is no barcode")
_FOREIGN: Final = Text("它不是{shop}领的条码", "it is none of those that {shop} was given")
_USED: Final = Text("它已经贴在别的书上", "it is on another book already")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """The run that was given, and how many of its numbers are on copies already and will be passed over."""

    id: int
    run: Run
    used: int


class ShopBarcodeService:
    """Giving labels to shops, and taking them for books."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def issue(self, code: str, first: str, last: str) -> Issued:
        """Give a shop the barcodes from `first` to `last`, both included."""
        context = self._context
        shop = find_shop(context, code, "shop.write")
        if shop.is_closed:
            raise Conflict("shop.closed", _CLOSED.format(name=shop.name))
        run = _read_run(first.strip(), last.strip())
        namespace_id = context.tree.namespace(shop.id)
        # One act of issuing at a time in a namespace: two that overlap would not see each other.
        lock_unit(self._session, namespace_id)
        self._refuse_overlap(run, namespace_id)
        used = self._count_used(run, shop.id, namespace_id)
        if used == len(run):
            raise Conflict("shop.barcodes_used", _ALL_USED)
        values = {
            "shop_id": shop.id,
            "prefix": run.head,
            "digits": run.digits,
            "first_number": run.first,
            "last_number": run.last,
            "next_number": run.first,
            "issued_at": context.now,
            "issued_by": context.caller.author,
        }
        made = self._session.execute(insert(_runs).values(values).returning(_runs.c.id)).scalar_one()
        told = {"what": "shop_barcodes", "from": run.barcode(run.first), "to": run.barcode(run.last)}
        context.record("settings_changed", org_id=shop.id, data=told)
        return Issued(id=made, run=run, used=used)

    def take(self, shop: Unit, *, library_id: int, asked: str | None = None) -> str:
        """The barcode for a book of a library that is chosen in a shop: the label that was scanned, else the next free one. Nobody else
        takes labels of this shop until the transaction ends. Raises Refused."""
        runs = label_runs(self._session, shop.id, lock=True)
        namespace_id = self._context.tree.namespace(library_id)
        if asked:
            return self._take_scanned(asked.strip(), runs, shop, namespace_id)
        for labels in runs:
            number = self._next_free(labels, shop.id, namespace_id)
            self._pass_over(labels, labels.run.last if number is None else number)
            if number is not None:
                return labels.run.barcode(number)
        raise Refused([refuse("purchase.no_barcodes", shop=shop.name)])

    # --- parts

    def _take_scanned(self, barcode: str, runs: Sequence[LabelRun], shop: Unit, namespace_id: int) -> str:
        problem = self._problem(barcode, runs, shop, namespace_id)
        if problem is not None:
            raise Refused([problem])
        for labels in runs:
            if labels.run.number_of(barcode) == labels.next:
                self._pass_over(labels, labels.next)
        return barcode

    def _problem(self, barcode: str, runs: Sequence[LabelRun], shop: Unit, namespace_id: int) -> Refusal | None:
        why: Text | None = None
        if not is_barcode(barcode):
            why = _MALFORMED
        elif all(labels.run.number_of(barcode) is None for labels in runs):
            why = _FOREIGN.format(shop=shop.name)
        elif used_barcodes(self._session, shop.id, namespace_id, [barcode]):
            why = _USED
        return None if why is None else refuse("purchase.barcode", barcode=barcode[:64], why=why)

    def _next_free(self, labels: LabelRun, shop_id: int, namespace_id: int) -> int | None:
        for some in _portions(labels.run, labels.next):
            used = used_barcodes(self._session, shop_id, namespace_id, map(labels.run.barcode, some))
            for number in some:
                if labels.run.barcode(number) not in used:
                    return number
        return None

    def _pass_over(self, labels: LabelRun, number: int) -> None:
        if labels.next <= number:
            changed = update(_runs).where(_runs.c.id == labels.id).values(next_number=number + 1)
            self._session.execute(changed)

    def _count_used(self, run: Run, shop_id: int, namespace_id: int) -> int:
        portions = _portions(run, run.first)
        return sum(
            len(used_barcodes(self._session, shop_id, namespace_id, map(run.barcode, some))) for some in portions
        )

    def _refuse_overlap(self, run: Run, namespace_id: int) -> None:
        tree = self._context.tree
        shops = [unit.id for unit in tree.by_id.values() if tree.namespace(unit.id) == namespace_id]
        other = overlapping_run(self._session, shops, run)
        if other is not None:
            ends = {"first": other.first_barcode, "last": other.last_barcode}
            raise Conflict("shop.barcodes_overlap", _OVERLAP.format(shop=tree.by_id[other.shop_id].name, **ends))


def _portions(run: Run, start: int) -> Iterator[range]:
    """The numbers of a run from `start` on, as many at once as one statement asks for."""
    numbers = range(start, run.last + 1)
    return (numbers[at : at + _AT_ONCE] for at in range(0, len(numbers), _AT_ONCE))


def _read_run(first: str, last: str) -> Run:
    run = run_between(first, last)
    if run is None or not is_barcode(first) or run.last > _LARGEST_NUMBER or len(run.head) > _LONGEST_HEAD:
        message = _NO_RUN.format(first=first[:80], last=last[:80])
        raise Invalid("shop.barcode_run", message, {"to": [message]})
    if len(run) > MOST_LABELS:
        raise Invalid("shop.too_many_barcodes", _TOO_MANY, {"to": [_TOO_MANY]})
    return run
