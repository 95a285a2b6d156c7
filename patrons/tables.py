"""A table of readers: its columns and limits, read whole. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Final

from kernel.i18n import Text
from kernel.sheets.cells import Line
from kernel.sheets.tables import Column, Layout, open_table

LARGEST_FILE: Final = 10_000_000
MOST_ROWS: Final = 10_000

LAYOUT: Final = Layout(
    code="patron_import",
    columns={
        "barcode": Column(
            label=Text("证号", "card"),
            heads="barcode card cardnumber 证号 读者证 读者证号 借书证 借书证号 条码 读者条码 证条码",
            is_required=True,
        ),
        "name": Column(label=Text("姓名", "name"), heads="name 姓名 读者姓名", is_required=True),
        "category": Column(
            label=Text("类别", "category"), heads="category patroncategory 类别 读者类别 读者类型", is_required=True
        ),
        "home": Column(
            label=Text("所属馆", "home"),
            heads="home homelibrary library 所属馆 所属馆点 馆 馆点 办证馆",
            is_required=True,
        ),
        "expires_on": Column(
            label=Text("有效期", "valid until"),
            heads="expireson expires expiry validuntil 有效期 有效期至 到期日 到期日期 失效日期",
        ),
        "birth_on": Column(
            label=Text("出生", "born"), heads="birthon birth born birthday dateofbirth 出生 出生日期 出生年月日 生日"
        ),
        "guardian": Column(
            label=Text("监护人", "guardian"), heads="guardian guardiancard 监护人 监护人证号 监护人读者证"
        ),
        "guardian_agrees": Column(
            label=Text("监护人同意", "guardian agrees"),
            heads="guardianagrees guardianconsent consent 监护人同意 监护人已同意 监护人书面同意 同意书",
        ),
        "phone": Column(
            label=Text("电话", "phone"), heads="phone telephone mobile 电话 电话号码 手机 手机号 手机号码 联系电话"
        ),
    },
    known_by=("barcode", "name"),
    largest_file=LARGEST_FILE,
    most_rows=MOST_ROWS,
    too_many=Text(
        "一次最多 {n} 位读者，什么也没有改。请拆成几个文件。",
        "At most {n} readers at once; nothing was changed. Split the file.",
    ).format(n=MOST_ROWS),
)
FIELDS: Final[dict[str, Text]] = {name: column.label for name, column in LAYOUT.columns.items()}
REQUIRED: Final = tuple(name for name, column in LAYOUT.columns.items() if column.is_required)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderTable:
    """The rows with their line numbers, a cell for each of `fields`. `ignored`: heads that name nothing we keep.
    `counts_from_1904`: how the file's numbers stand for days."""

    fields: tuple[str, ...]
    rows: tuple[Line, ...]
    ignored: tuple[str, ...] = ()
    counts_from_1904: bool = False


def read_table(file: IO[bytes]) -> ReaderTable:
    """Raises Invalid for what is no table of readers."""
    with open_table(file, LAYOUT) as table:
        return ReaderTable(
            fields=table.fields,
            rows=tuple(table.rows),
            ignored=table.ignored,
            counts_from_1904=table.counts_from_1904,
        )
