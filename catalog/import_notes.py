"""The words for what an import had to put right or assume: repairs of records, and what was decided about copies. Pure."""

from __future__ import annotations

from typing import Final

from catalog.marc.faults import REPAIRS
from catalog.recognised import Recognised
from kernel.i18n import Text

_COPIES: Final = {
    "item.unknown_library": Text(
        "馆藏代码无法识别，这些册归入导入的馆点", "copies of a library code nobody knows, given to the importing unit"
    ),
    "item.other_library": Text(
        "馆藏代码无法识别，这些册按方案归指定的馆",
        "copies of a library code nobody knows, given to the unit that the profile names",
    ),
    "item.of_another_library": Text(
        "属于别的馆，只有该馆自己的数据才能修改，未改动",
        "copies of another library, which only its own deliveries change; left as they are",
    ),
    "item.no_barcode": Text("只有册数没有条码，未登记", "copies without a barcode, not taken"),
    "item.repeated": Text("同一条记录中重复的条码，只登记一次", "barcodes named twice in one record, taken once"),
}
NOTES: Final = REPAIRS | _COPIES


CONTAINERS: Final[dict[str, Text]] = {
    "iso2709": Text("ISO 2709", "ISO 2709"),
    "marcxml": Text("MARCXML", "MARCXML"),
    "text": Text("文本，一行一个字段", "text, a field a line"),
}


def words_of(recognised: str) -> Text:
    """The words for what records were counted as."""
    found = Recognised.named(recognised)
    named = CONTAINERS.get(found.container, Text(found.container, found.container))
    rest = f"{found.format.upper()} · {found.encoding.upper()}"
    return Text(f"{rest} · {named.zh}", f"{rest} · {named.en}")


def note_text(kind: str) -> Text:
    """The words for a kind of the report's `repaired`; the code itself for one of an earlier release."""
    return NOTES.get(kind, Text(kind, kind))
