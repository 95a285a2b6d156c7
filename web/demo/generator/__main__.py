"""Command line of the generator.

python -m web.demo.generator --n 20000 --format marc21 --out books.mrc --truth books.tsv
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, TextIO

from web.demo.generator.book import Book, Kind
from web.demo.generator.queries import QUERY_MEANING, HitCounter
from web.demo.generator.record import Record
from web.demo.generator.run import DEFAULT_SEED, Generator

_TRUTH_HEADER = "control\twork\tmanifestation\tkind\tfirst_seq\tisbn13\tissn\tvariation\titems\tlibraries\n"
_LINE_ENDS = {"none": b"", "crlf": b"\r\n", "lf": b"\n"}
_BUFFER = 1 << 20


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m web.demo.generator",
        description="Realistic CNMARC / MARC21 records with holdings, as ISO 2709 or MARCXML.",
    )
    add = parser.add_argument
    add("--n", type=int, default=10000, help="number of records")
    add("--encoding", choices=["utf-8", "gb18030"], default="utf-8")
    add("--format", choices=["cnmarc", "marc21"], default="cnmarc")
    add("--container", choices=["iso2709", "marcxml"], default="iso2709")
    add("--dup-rate", type=float, default=0.15, help="share of records that repeat an earlier book")
    add("--libraries", type=int, default=60, help="number of holding libraries")
    add("--seed", type=int, default=DEFAULT_SEED)
    add(
        "--eol",
        choices=list(_LINE_ENDS),
        default="none",
        help="bytes between records (many real files have CRLF)",
    )
    add("--out", default="-", help="file, - is standard output")
    add("--truth", help="TSV of what each record really is: for checking deduplication")
    add("--libfile", help="JSON list of the libraries")
    add("--queries", help="JSON list of queries with their exact hits in this run")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    arguments = _arguments(argv)
    started = time.monotonic()
    generator = Generator(
        arguments.n,
        encoding=arguments.encoding,
        format=arguments.format,
        dup_rate=arguments.dup_rate,
        libraries=arguments.libraries,
        seed=arguments.seed,
    )
    counter = HitCounter(generator.stock, arguments.n) if arguments.queries else None
    with ExitStack() as files:
        out: BinaryIO = sys.stdout.buffer
        if arguments.out != "-":
            out = files.enter_context(Path(arguments.out).open("wb", buffering=_BUFFER))
        truth = files.enter_context(Path(arguments.truth).open("w", encoding="utf-8")) if arguments.truth else None
        size = sum(out.write(chunk) for chunk in _chunks(generator, arguments, truth, counter))
        out.flush()
    _write_side_files(generator, arguments, counter)
    seconds = time.monotonic() - started
    sys.stderr.write(f"{arguments.n} records, {size} bytes, {seconds:.1f} s, {json.dumps(generator.stats())}\n")


def _chunks(
    generator: Generator, arguments: argparse.Namespace, truth: TextIO | None, counter: HitCounter | None
) -> Iterator[bytes]:
    as_xml = arguments.container == "marcxml"
    line_end = b"" if as_xml else _LINE_ENDS[arguments.eol]
    write = generator.xml if as_xml else generator.iso
    if truth:
        truth.write(_TRUTH_HEADER)
    if as_xml:
        yield b'<?xml version="1.0" encoding="%s"?>\n' % arguments.encoding.upper().encode()
        yield b'<collection xmlns="http://www.loc.gov/MARC21/slim">\n'
    for book, kind, variation, record in generator:
        yield write(record) + line_end
        if truth:
            truth.write(_truth(book, kind, variation, record))
        if counter:
            counter.add(book, kind, record)
    if as_xml:
        yield b"</collection>\n"


def _truth(book: Book, kind: Kind, variation: int, record: Record) -> str:
    columns = (
        record.control.decode(),
        book.work,
        book.manifestation,
        kind,
        book.first,
        (book.isbn13 or b"").decode().replace("-", ""),
        (book.issn or b"").decode(),
        variation,
        sum(len(holding.barcodes) for holding in record.holdings),
        ",".join(holding.library.code for holding in record.holdings),
    )
    return "\t".join(map(str, columns)) + "\n"


def _write_side_files(generator: Generator, arguments: argparse.Namespace, counter: HitCounter | None) -> None:
    if arguments.libfile:
        libraries = [
            {"code": library.code, "name": library.name, "tier": library.tier, "parent": library.parent}
            for library in generator.libraries
        ]
        _write_json(arguments.libfile, libraries)
    if counter:
        found = {"meaning": QUERY_MEANING, "records": arguments.n, "queries": counter.result()}
        _write_json(arguments.queries, found)


def _write_json(path: str, value: object) -> None:
    Path(path).write_text(json.dumps(value, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()
