"""Labels for a list of copies: which copies, what stands on each, and a refusal that names every copy that has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from branches.context import Context
from catalog.barcode_lists import HOW_MANY, MOST_AT_ONCE
from catalog.callnumbers import shelf_key
from catalog.labels import SHEETS, FontFace, Label, LabelKind, UndrawableBarcode, draw_labels
from catalog.labels.drawing import modules
from catalog.queries.items import ItemRow, find_item
from kernel.errors import DomainError, Invalid
from kernel.i18n import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsAsked:
    """`sheet` is a code of `SHEETS`; `start` the first free label of the first sheet, from 1; `by_shelf`: in the order of the shelf."""

    barcodes: Sequence[str]
    kind: LabelKind
    sheet: str
    start: int = 1
    by_shelf: bool = False


def print_labels(context: Context, asked: LabelsAsked, font: FontFace) -> bytes:
    """The PDF. Raises Invalid naming each barcode for which no label can be made; nothing is printed then."""
    if not 1 <= len(asked.barcodes) <= MOST_AT_ONCE:
        raise _invalid("items", HOW_MANY)
    _check_start(asked.sheet, asked.start)
    items, refused = _find(context, asked)
    if refused:
        raise Invalid("label.items", refused[0], {"items": refused})
    if asked.by_shelf:
        items.sort(key=lambda item: (shelf_key(item.call_number) or "", item.barcode))
    labels = [_label(context, item) for item in items]
    return draw(labels, kind=asked.kind, sheet=asked.sheet, start=asked.start, font=font)


def draw(labels: Sequence[Label], *, kind: LabelKind, sheet: str, start: int, font: FontFace) -> bytes:
    """Labels whose text is known already, such as those for copies to come. Raises Invalid where one does not fit on the sheet."""
    _check_start(sheet, start)
    try:
        return draw_labels(labels, kind=kind, sheet=SHEETS[sheet], font=font, start=start)
    except UndrawableBarcode as error:
        message = Text("{barcode}：这种标签放不下这个条码。", "{barcode}: it does not fit on this label.")
        raise _invalid("items", message.format(barcode=error)) from error


def _check_start(sheet: str, start: int) -> None:
    most = SHEETS[sheet].on_page
    if not 1 <= start <= most:
        message = Text("这种标签纸一张 {n} 个，从 1 到 {n}。", "This sheet has {n} labels: 1 to {n}.")
        raise _invalid("start", message.format(n=most))


def _find(context: Context, asked: LabelsAsked) -> tuple[list[ItemRow], list[Text]]:
    found: list[ItemRow] = []
    refused: list[Text] = []
    for barcode in dict.fromkeys(asked.barcodes):
        try:
            item = find_item(context.session, barcode, context.tree, at=context.caller.own_unit())
        except DomainError as error:
            refused.append(error.detail)
            continue
        problem = _problem(item, asked.kind)
        if problem is None:
            found.append(item)
        else:
            refused.append(problem.format(barcode=item.barcode))
    return found, refused


def _problem(item: ItemRow, kind: LabelKind) -> Text | None:
    if kind == "spine":
        no_number = Text("{barcode}：没有索书号，印不了书标。", "{barcode}: it has no call number to print.")
        return None if item.call_number else no_number
    try:
        modules(item.barcode)
    except UndrawableBarcode:
        return Text("{barcode}：含有一维条码印不出的字符。", "{barcode}: it has characters that bars cannot hold.")
    return None


def _label(context: Context, item: ItemRow) -> Label:
    library = context.tree.by_id[item.home_id].name
    return Label(barcode=item.barcode, title=item.title, call_number=item.call_number, library=library)


def _invalid(field: str, message: Text) -> Invalid:
    return Invalid("label.invalid", message, {field: [message]})
