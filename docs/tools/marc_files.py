"""Counts what the importer makes of a folder of MARC files and writes the table of docs/marc-files.md.

    python -m docs.tools.marc_files FOLDER > docs/marc-files.md

yaz-marcdump, where it is installed, counts beside us; its column says nothing about whether the fields are right."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

import migrations
from catalog.marc import REPAIRS, NotMarc, ReadRecord, bib_data, read_records, repairs_of
from docs.tools.marc_merges import found_county, import_all
from kernel.db import Database

HEAD = """# MARC 文件对照表 · What becomes of MARC files

这张表由 `docs/tools/marc_files.py` 用公开的测试数据生成，测试 `tests/catalog/marc/test_files.py` 保证它与程序一致。
“读到”是文件中找到的记录数，等于“导入”与“另存”之和：没有一条记录被悄悄丢弃。“yaz”是 `yaz-marcdump` 找到的记录数，供对照；
它不判断记录是否正确，对嵌在SRU应答中的记录会数两次。

This table is made by `docs/tools/marc_files.py` from public test data, and a test keeps it true. *Read* is the number of records found
in the file and always equals *imported* plus *rejected* (kept aside byte for byte): none is dropped silently. *yaz* is how many records
`yaz-marcdump` finds, for comparison: it does not say whether their fields are right, and counts records inside an SRU answer twice.
From *created* on: what became of the records when all these files, in this order, were imported into one county, each as a source of
its own: new titles, records merged into titles of earlier files, records left for a librarian to decide, records of a number that the
same file had used before (for the same book, or for another one, which is kept aside), and copies taken. *Imported* is the sum of the
five. The words for every reason are in `catalog/marc/faults.py`, those for repairs below the table.

“新增”起的各列：把这些文件按表中的次序逐个导入同一个县（每个文件作为一个来源）的结果：新书目、并入先前文件的书目、待馆员审核、同一文件中
控制号已出现过的（同一种书，或另一种书而另存）、登记的复本。“导入”等于前五项之和。

文本格式（一行一个字段）也能读：`200 1 ▼a书名▼f作者`、`2001#$a书名`、MarcEdit的`=200  1\\$a书名`；子字段标识▼ ‡ ǂ $ @ |，指示符的空格写作
`#` `_` `\\` `|`或不写，有没有头标区都可以；长字段续行以空格开头；记录之间用空行、`***`、`-----`、“记录 2”这样的标题或下一个001隔开。
`$`后面是金额（`US$12`、`$d$12.95`）时不当作子字段标识。

Text with a field a line is read as well: subfield marks ▼ ‡ ǂ $ @ |, blank indicators as `#` `_` `\\` `|` or nothing, with a leader
or none; a long field goes on in lines that begin with a blank; records are parted by an empty line, by signs, by a heading such as
`Record 2`, or by the next leader or 001. A `$` before an amount (`US$12`) is money, no mark.

"""

COLUMNS = (
    "file 文件", "yaz", "read 读到", "imported 导入", "rejected 另存", "encodings 编码", "reasons 另存原因", "repaired 已修正",
    "created 新增", "merged 并入", "for review 待审", "same no. 同号", "no. reused 号重用", "copies 复本",
)  # fmt: skip

KINDS_HEAD = """
## 修正的种类 · Kinds of repair

导入报告按种类计数，一条记录每种计一次；原始记录始终原样保存。
The report of an import counts them by kind, each once a record; the record itself is always kept as it came.
"""


@dataclass
class Row:
    file: str
    read: int = 0
    imported: int = 0
    refused: bool = False
    encodings: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)

    def cells(self) -> list[str]:
        """All but the name and yaz's count."""
        if self.refused:
            return ["0", "0", "0", "", "`import.not_marc`", ""]
        return [
            str(self.read),
            str(self.imported),
            str(self.read - self.imported),
            _counted(self.encodings),
            _counted(self.reasons, code=True),
            _counted(self.repaired, code=True),
        ]


def row_of(path: Path, name: str) -> Row:
    row = Row(name)
    with path.open("rb") as stream:
        try:
            results = read_records(stream)
        except NotMarc:
            row.refused = True
            return row
        for one in results:
            row.read += 1
            if isinstance(one, ReadRecord):
                row.imported += 1
                row.encodings[f"{one.format} {one.encoding}"] += 1
                row.repaired.update(repairs_of(one, bib_data(one)))
            else:
                row.reasons[one.code] += 1
    return row


def yaz_count(path: Path) -> str:
    """How many records yaz-marcdump finds; a dash where it finds none in what it cannot read."""
    program = shutil.which("yaz-marcdump")
    if program is None:
        return "?"
    asked = ["-i", "marcxml", "-o", "marc"] if path.suffix == ".xml" else ["-i", "marc", "-p"]
    done = subprocess.run([program, *asked, str(path)], capture_output=True, check=False)  # noqa: S603
    found = done.stdout.count(b"\x1d") or len(re.findall(rb"^<!-- Record ", done.stdout, re.M))
    return str(found) if found else "–"


def files_of(folder: Path) -> list[tuple[str, Path]]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".md", ".json"))
    return [(path.relative_to(folder).as_posix(), path) for path in paths]


def page(folder: Path) -> str:
    files = files_of(folder)
    with TemporaryDirectory() as scratch:
        database = Database(f"sqlite:///{scratch}/county.db")
        migrations.upgrade(database)
        found_county(database)
        outcomes = dict(import_all(database, files))
        database.engine.dispose()
    lines = []
    for name, path in files:
        cells = [yaz_count(path), *row_of(path, name).cells(), *outcomes[name].cells()]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
    return HEAD + head + "\n".join(lines) + "\n" + kinds()


def kinds() -> str:
    """Every kind of repair with its words, as the report of an import shows and counts them, each once a record."""
    lines = [f"- `{kind}` {words.zh} · {words.en}" for kind, words in sorted(REPAIRS.items())]
    return "\n".join([KINDS_HEAD, *lines, ""])


def _counted(counts: Counter[str], *, code: bool = False) -> str:
    mark = "`" if code else ""
    return ", ".join(f"{mark}{name}{mark} {count}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sys.stdout.write(page(Path(sys.argv[1])))
