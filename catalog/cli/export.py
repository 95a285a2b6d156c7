"""`tongjie export`: the catalogue as a MARC file, record by record, in constant memory."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, get_args

import click

from branches.terminal import Terminal, local, pass_terminal
from catalog.cli.imports import show_progress
from catalog.marc.writer import IsoEncoding
from catalog.queries.bibs import count_bibs
from catalog.service.exporting import Exported, Form, export_after
from catalog.service.imports.running import Progress
from catalog.service.taking import XML_HEAD, XML_TAIL
from kernel.i18n import Text

INCOMPLETE: Final = 1  # exit code when a record could not be written


@click.command("export", help=local("把书目导出为 MARC 文件。", "Export titles as a MARC file; - is standard output."))
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option("--format", "form", type=click.Choice(get_args(Form)), default="iso2709", show_default=True)
@click.option(
    "--encoding",
    type=click.Choice(get_args(IsoEncoding)),
    help=local(
        "ISO 2709 的编码；不指明则每条记录保持原样（自建的用 UTF-8）",
        "of ISO 2709; without it each record goes out as it came, our own in UTF-8",
    ),
)
@click.option("--org", help=local("只导出这个馆点及下级有馆藏的书目", "only titles held by this unit or below"))
@pass_terminal
def export_titles(terminal: Terminal, out: Path, form: Form, encoding: IsoEncoding | None, org: str | None) -> None:
    if form == "marcxml" and encoding == "gb18030":
        raise click.UsageError(local("MARCXML 只用 UTF-8。", "MARCXML is always in UTF-8."))
    units = terminal.read(lambda context: context.tree.subtree(context.tree.unit(org).id)) if org else None
    with _opened(out) as stream:
        written, left_out = _write(terminal, stream, form, encoding, units)
    _tell(terminal, Text("导出 {n} 条书目。", "{n} titles exported.").format(n=written))
    if left_out:
        _tell(terminal, Text("{n} 条没有导出。", "{n} were left out.").format(n=left_out))
        sys.exit(INCOMPLETE)


def _write(
    terminal: Terminal, stream: BinaryIO, form: Form, encoding: IsoEncoding | None, units: Collection[int] | None
) -> tuple[int, int]:
    """How many records were written and how many were left out, each of those named with the reason."""
    written = left_out = 0
    if form == "marcxml":
        stream.write(XML_HEAD)
    total = terminal.read(lambda context: count_bibs(context.session, units))
    with show_progress("export", total, terminal) as advance:
        for one in _all(terminal, form, encoding, units):
            if one.record is None:
                left_out += 1
                _tell(terminal, Text("书目 {id}：{why}", "Title {id}: {why}").format(id=one.bib_id, why=one.reason))
            else:
                stream.write(one.record)
                written += 1
            done = written + left_out
            advance(Progress(offset=done, size=max(total, done), read=done))
    if form == "marcxml":
        stream.write(XML_TAIL)
    return written, left_out


def _all(
    terminal: Terminal, form: Form, encoding: IsoEncoding | None, units: Collection[int] | None
) -> Iterator[Exported]:
    last = 0
    while batch := _batch(terminal, last, form, encoding, units):
        yield from batch
        last = batch[-1].bib_id


def _batch(
    terminal: Terminal, last: int, form: Form, encoding: IsoEncoding | None, units: Collection[int] | None
) -> list[Exported]:
    return terminal.read(lambda context: export_after(context, last, form=form, encoding=encoding, held_by=units))


@contextmanager
def _opened(out: Path) -> Iterator[BinaryIO]:
    """The file under another name until it is whole, so that a broken export never looks like a finished one."""
    if str(out) == "-":
        yield sys.stdout.buffer
        return
    unfinished = out.with_name(out.name + ".part")
    with unfinished.open("wb") as stream:
        yield stream
    os.replace(unfinished, out)


def _tell(terminal: Terminal, text: Text) -> None:
    """To standard error: standard output may be the file."""
    click.echo(text.in_(terminal.language), err=True)
