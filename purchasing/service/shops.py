"""Partner bookshops: which ones a caller may see to, what was agreed with them, and labels for them to print."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from branches.context import Context
from branches.queries import lock_unit
from branches.tree import Unit
from catalog.barcode_lists import MOST_AT_ONCE
from catalog.labels import FontFace, Label
from catalog.service.labels import draw
from kernel.db import table_of
from kernel.errors import Invalid, Stale
from kernel.i18n import Text
from kernel.writes import insert_into
from purchasing.queries.selections import terms_of
from purchasing.queries.shops import LabelRun, find_label_run, label_runs, left_of_run
from purchasing.selection_models import ShopTerms
from purchasing.terms import Terms

_terms = table_of(ShopTerms)
_NO_SHOP: Final = Text("{name} 不是合作书店。", "{name} is no partner bookshop.")
_PERCENT: Final = Text("请填 1 到 100 的整数。", "A whole number from 1 to 100.")
_NONE_LEFT: Final = Text("从「{first}」起没有要打印的条码。", "There are no labels to print from “{first}” on.")


def find_shop(context: Context, code: str, right: str) -> Unit:
    """The shop of a code, for who holds a right there; others are answered as if there were none."""
    unit = context.tree.unit(code)
    context.caller.require_at(right, unit.id, context.tree)
    if unit.kind != "shop":
        message = _NO_SHOP.format(name=unit.name)
        raise Invalid("shop.not_a_shop", message, {"shop": [message]})
    return unit


def shops_of(context: Context, right: str) -> list[Unit]:
    """The shops where a caller holds a right, as the tree has them."""
    units = context.caller.units(right, context.tree)
    return [unit for unit in context.tree.in_order if unit.kind == "shop" and unit.id in units]


def labels_of(context: Context, shop: Unit) -> list[tuple[LabelRun, int]]:
    """The runs of a shop, with how many labels of each are left."""
    namespace_id = context.tree.namespace(shop.id)
    return [(run, left_of_run(context.session, run, namespace_id)) for run in label_runs(context.session, shop.id)]


def print_run(
    context: Context, code: str, run_id: int, *, sheet: str, start: int, first: str | None, font: FontFace
) -> bytes:
    """Labels of a run as a PDF, from `first` on (None: its first free one), as many as are printed at once."""
    shop = find_shop(context, code, "shop.write")
    labels = find_label_run(context.session, shop.id, run_id)
    begin = labels.next if first is None else labels.run.number_of(first)
    numbers = [] if begin is None else list(range(begin, labels.run.last + 1))[:MOST_AT_ONCE]
    if not numbers:
        message = _NONE_LEFT.format(first=first or labels.last_barcode)
        raise Invalid("shop.no_labels", message, {"first": [message]})
    drawn = [Label(barcode=labels.run.barcode(number), library=shop.name) for number in numbers]
    return draw(drawn, kind="barcode", sheet=sheet, start=start, font=font)


class ShopTermsService:
    """What was agreed with a shop."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def change(self, code: str, agreed: Terms, *, expected: int) -> Terms:
        """What holds from now on; what was chosen before stays as it was. Raises Stale."""
        context = self._context
        shop = find_shop(context, code, "shop.write")
        if not 1 <= agreed.pays_percent <= 100:
            raise Invalid("shop.pays", _PERCENT, {"pays_percent": [_PERCENT]})
        lock_unit(self._session, shop.id)
        before = terms_of(self._session, shop.id)
        if before.version != expected:
            raise Stale()
        put = insert_into(self._session, _terms).values(shop_id=shop.id, **asdict(agreed))
        self._session.execute(put.on_conflict_do_update(index_elements=["shop_id"], set_=asdict(agreed)))
        told = {"what": "shop_terms", "before": asdict(before), "after": asdict(agreed)}
        context.record("settings_changed", org_id=shop.id, data=told)
        return agreed
