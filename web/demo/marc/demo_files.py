"""Writes the files the demo county imports: its classics by kind of material, works in other languages, and made-up books.

The same call gives the same bytes. Each file holds one item type, as a supplier's order does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from web.demo.classics import Audience, Material, Work, load_works
from web.demo.generator import Encoding, Generator
from web.demo.generator.book import Book
from web.demo.generator.containers import iso2709
from web.demo.generator.record import Field, Record
from web.demo.marc.chinese import write_cnmarc
from web.demo.marc.english import write_marc21
from web.demo.marc.shelving import CallNumbers, Shelf, Shelving
from web.demo.resources import rows

SEED = "qingxi"
GENERATED_BOOKS = 3000
_GENERATED_REACH = 0.15
_GB18030: Encoding = "gb18030"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFile:
    """`item_type` is the type of all copies in the file; None where the holdings fields name it."""

    path: Path
    title: str
    format: Literal["cnmarc", "marc21"]
    item_type: str | None
    records: int
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    name: str
    title: str
    item_type: str | None
    audience: Audience
    materials: tuple[Material, ...]


_CLASSICS = (
    _Plan(name="books.iso", title="中文图书", item_type="book", audience="adult", materials=("book",)),
    _Plan(name="children.iso", title="少儿图书", item_type="child_book", audience="children", materials=("book",)),
    _Plan(
        name="picture-books.iso", title="绘本", item_type="picture_book", audience="children", materials=("picture",)
    ),
    _Plan(name="reference.iso", title="工具书", item_type="reference", audience="adult", materials=("reference",)),
    _Plan(name="periodicals.iso", title="期刊", item_type="serial", audience="adult", materials=("serial",)),
    _Plan(name="recordings.iso", title="音像制品", item_type="av", audience="adult", materials=("sound",)),
)


def write_files(folder: Path, *, generated: int = GENERATED_BOOKS) -> tuple[DemoFile, ...]:
    """Write all files into the folder, with `generated` made-up books beside the classics."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_Writer(folder).write(generated))


class _Writer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shelving = Shelving(SEED)
        self._call_numbers = CallNumbers()
        self._places = _publisher_places()

    def write(self, generated: int) -> Iterator[DemoFile]:
        works = load_works()
        for plan in _CLASSICS:
            yield self._write_classics(plan, [work for work in works if work.is_chinese and _belongs(work, plan)])
        yield self._write_foreign([work for work in works if not work.is_chinese])
        yield from self._write_generated(generated)

    def _write_classics(self, plan: _Plan, works: Sequence[Work]) -> DemoFile:
        records = [self._shelved(work) for work in works]
        data = [write_cnmarc(work, shelves, number, self._places) for work, shelves, number in records]
        return self._save(plan.name, plan.title, "cnmarc", plan.item_type, data, [shelves for _, shelves, _ in records])

    def _write_foreign(self, works: Sequence[Work]) -> DemoFile:
        records = [self._shelved(work, reach=0.4) for work in works]
        data = [write_marc21(work, shelves, number, self._places) for work, shelves, number in records]
        return self._save("english.mrc", "外文图书", "marc21", None, data, [shelves for _, shelves, _ in records])

    def _shelved(self, work: Work, *, reach: float = 1.0) -> tuple[Work, tuple[Shelf, ...], str]:
        number = self._call_numbers.number(work.class_number, work.title, is_volume=work.volume is not None)
        return work, self._shelving.shelve(work.audience, work.material, reach=reach), number

    def _write_generated(self, count: int) -> Iterator[DemoFile]:
        """Books for adults and for children, each in a file of their own."""
        generator = Generator(count, encoding=_GB18030, dup_rate=0.0)
        adult: list[tuple[bytes, tuple[Shelf, ...]]] = []
        children: list[tuple[bytes, tuple[Shelf, ...]]] = []
        for book, _kind, _variation, record in generator:
            if not _is_harmless(book):
                continue
            audience: Audience = "children" if book.book_class.kind == "kid" else "adult"
            shelves = self._shelving.shelve(audience, "book", reach=_GENERATED_REACH)
            target = children if audience == "children" else adult
            target.append((self._reshelved(book, record, shelves, audience), shelves))
        for name, title, item_type, records in (
            ("new-books.iso", "新书", "book", adult),
            ("new-children.iso", "少儿新书", "child_book", children),
        ):
            data, shelved = [one for one, _ in records], [shelves for _, shelves in records]
            yield self._save(name, title, "cnmarc", item_type, data, shelved)

    def _reshelved(self, book: Book, record: Record, shelves: Sequence[Shelf], audience: Audience) -> bytes:
        """The generated record with the county's own holdings and call number in place of the generator's."""
        class_number = book.class_number.decode()
        number = self._call_numbers.number(class_number, "", is_volume=False)
        kept = [field for field in record.fields if field[0] not in (b"801", b"905")]
        shelf_name = "少儿外借" if audience == "children" else "成人外借"
        holdings = [_holding(shelf, class_number, number, shelf_name) for shelf in shelves]
        return iso2709(record.status + b" 22", b"   450 ", [*kept, *holdings])

    def _save(
        self,
        name: str,
        title: str,
        format: Literal["cnmarc", "marc21"],
        item_type: str | None,
        records: Sequence[bytes],
        shelves: Sequence[Sequence[Shelf]],
    ) -> DemoFile:
        path = self._folder / name
        path.write_bytes(b"".join(records))
        return DemoFile(
            path=path,
            title=title,
            format=format,
            item_type=item_type,
            records=len(records),
            copies=sum(len(shelf.barcodes) for work in shelves for shelf in work),
        )


def _belongs(work: Work, plan: _Plan) -> bool:
    """Material decides; books are parted by audience, the other materials are not."""
    return work.material in plan.materials and (work.material != "book" or work.audience == plan.audience)


def _is_harmless(book: Book) -> bool:
    """Made-up books stay clear of real ones: none is called like a famous work, tells a real person's life or quotes a leader."""
    title, topic = book.title.text, book.topics[0].text
    is_about_a_person = book.book_class.kind == "bio" or book.class_number.startswith(b"A")
    return not (book.is_serial or title == topic or title.count(topic) > 1 or is_about_a_person)


def _holding(shelf: Shelf, class_number: str, book_number: str, shelf_name: str) -> Field:
    subfields = [("a", shelf.unit), *(("b", barcode) for barcode in shelf.barcodes), ("c", shelf_name)]
    subfields += [("d", class_number), ("e", book_number), ("f", str(len(shelf.barcodes)))]
    subfields.append(("s", f"{class_number}/{book_number}"))
    return b"905", "".join(["  ", *(f"\x1f{code}{text}" for code, text in subfields)]).encode(_GB18030)


def _publisher_places() -> Mapping[str, str]:
    known = {row[0]: row[1] for row in rows("stock", "publishers.txt")}
    return known | {row[0]: row[1] for row in rows("publisher_places.txt")}
