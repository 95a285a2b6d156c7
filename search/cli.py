"""Commands of search: build the index anew, work off what waits, say how far it is behind."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click
from rich.progress import Progress

from branches.terminal import Terminal, json_option, local, pass_terminal
from kernel.clock import read_clock
from kernel.errors import Conflict, Unavailable
from kernel.i18n import Text
from kernel.memory import leave_loaded_objects_alone
from search.engines import open_engine
from search.failing import MOST_LISTED, failing_titles
from search.indexer import Indexer
from search.keeping import Keeping
from search.pages import Question
from search.port import EngineUnavailable, WriterBusy
from search.schemas import IndexStatusSchema, SearchPageSchema
from search.service import SearchService
from search.show import show_page, show_status

SECONDS_BETWEEN_TURNS = 0.5
_LINE_EVERY = 20_000


@click.group(help=local("检索：重建索引、处理待索引书目、查看状态。", "Search: rebuild, work, status."))
def search() -> None:
    pass


@search.command(help=local("在旧索引旁重建索引，完成后切换。", "Build a new index beside the old one, then switch."))
@click.option(
    "--anew",
    is_flag=True,
    help=local("不用以前留下的书目部分，全部重做", "use nothing that was kept from before, make everything anew"),
)
@pass_terminal
def rebuild(terminal: Terminal, anew: bool) -> None:
    leave_loaded_objects_alone()
    if anew:
        _keeping(terminal).throw_away()
    indexer = _indexer(terminal)
    began = time.monotonic()
    try:
        with _engine_needed():
            written = _with_progress(terminal, indexer)
    except WriterBusy:
        raise Conflict(
            "search.writer_busy",
            Text(
                "另一个进程正在重建索引。请等它完成。",
                "Another process is rebuilding the index. Wait for it to finish.",
            ),
        ) from None
    seconds = max(time.monotonic() - began, 0.001)
    terminal.say(
        Text("已索引 {n} 种，用时 {s} 秒。", "Indexed {n} titles in {s} seconds."), n=written, s=f"{seconds:.1f}"
    )


@search.command(help=local("处理待索引书目：一次，或不断地。", "Index what waits: once, or for ever."))
@click.option("--follow", is_flag=True, help=local("不断处理，直到被停下", "go on until stopped"))
@click.option("--retry", is_flag=True, help=local("先把搁置的书目重新排上", "first queue again what was parked"))
@pass_terminal
def work(terminal: Terminal, follow: bool, retry: bool) -> None:
    indexer = _indexer(terminal)
    if retry:
        terminal.say(Text("重新排上 {n} 种。", "Queued {n} titles again."), n=indexer.retry())
    with _engine_needed():
        done = indexer.work()
    terminal.say(Text("已处理 {n} 种。", "Done: {n} titles."), n=done)
    while follow:
        time.sleep(SECONDS_BETWEEN_TURNS)
        with suppress(EngineUnavailable):  # it is asked again in the next turn, for as long as it takes
            indexer.work()


@search.command(
    help=local("查书：书名、作者、主题、ISBN。", "Find titles: words of title, author, subject, or an ISBN.")
)
@click.argument("query")
@click.option("--org", help=local("只看这个馆点及其下级（代码）", "only at this unit and below (code)"))
@click.option("--available", is_flag=True, help=local("只看现在可借的", "only what can be had now"))
@json_option
@pass_terminal
def find(terminal: Terminal, query: str, org: str | None, available: bool, as_json: bool) -> None:
    engine = open_engine(terminal.search_url, terminal.data_dir)
    question = Question(text=query, org=org, available=available)
    page = terminal.read(lambda context: SearchService(context, engine).search(question))
    if as_json:
        terminal.show_json(SearchPageSchema().dump(show_page(page, terminal.language)))
        return
    heads = (
        Text("号", "No."),
        Text("书名", "Title"),
        Text("作者", "Author"),
        Text("可借／全部", "Available/all"),
        Text("在哪里", "Where"),
    )
    rows = [
        (t.id, t.title, t.authors, f"{t.available}/{t.total}", " ".join(h.code for h in t.holdings if h.available))
        for t in page.titles
    ]
    terminal.show_table(heads, rows)


@search.command(
    help=local(
        "索引有多大，落后多少，哪些书目引擎不收。", "How large the index is, how far behind, what it would not take."
    )
)
@json_option
@pass_terminal
def status(terminal: Terminal, as_json: bool) -> None:
    found = _indexer(terminal).status()
    titles = terminal.read(lambda context: failing_titles(context.session, MOST_LISTED))
    shown = IndexStatusSchema().dump(show_status(found, titles, read_clock()))
    if as_json:
        terminal.show_json(shown)
        return
    terminal.say(
        Text(
            "索引 {generation}：{documents} 种，{mb} MB；待处理 {pending} 种，落后 {lag} 秒，搁置 {parked} 种。",
            "Index {generation}: {documents} titles, {mb} MB; {pending} waiting, {lag} seconds behind, {parked} parked.",
        ),
        **shown | {"generation": found.generation or "—", "mb": f"{found.bytes / 1e6:.1f}"},
    )
    if found.trouble:
        terminal.say(Text("引擎不能用：{why}", "The engine cannot be used: {why}"), why=found.trouble)
    if titles:
        terminal.say(Text("引擎不收的书目：", "Titles that it would not take:"))
        heads = (Text("号", "No."), Text("书名", "Title"), Text("试过", "Tries"), Text("原因", "Why"))
        terminal.show_table(heads, [(title.id, title.title, title.attempts, title.reason) for title in titles])


@search.command(help=local("把搁置的书目重新排上。", "Queue again what was parked after five refusals."))
@pass_terminal
def retry(terminal: Terminal) -> None:
    queued = _indexer(terminal).retry()
    terminal.say(
        Text("重新排上 {n} 种，后台随即处理。", "Queued {n} titles again; the worker takes them up at once."), n=queued
    )


def _indexer(terminal: Terminal) -> Indexer:
    return Indexer(terminal.database, open_engine(terminal.search_url, terminal.data_dir), _keeping(terminal))


def _keeping(terminal: Terminal) -> Keeping:
    return Keeping.beside_index(terminal.data_dir)


@contextmanager
def _engine_needed() -> Iterator[None]:
    try:
        yield
    except EngineUnavailable as error:
        detail = Text(
            "检索引擎不能用：{why}。书目都记着，引擎恢复后会补上。",
            "The search engine cannot be used: {why}. What changed is remembered and follows when it is back.",
        )
        raise Unavailable("search.engine_gone", detail.format(why=error), retry_after=5) from error


def _with_progress(terminal: Terminal, indexer: Indexer) -> int:
    """A bar on a terminal, plain lines elsewhere."""
    title = Text("重建索引", "Rebuilding").in_(terminal.language)
    if not sys.stderr.isatty():
        return indexer.rebuild(_PlainLines(title))
    with Progress() as bar:
        task = bar.add_task(title, total=None)
        return indexer.rebuild(lambda done, total: bar.update(task, completed=done, total=total))


class _PlainLines:
    def __init__(self, title: str) -> None:
        self._title = title
        self._next = _LINE_EVERY

    def __call__(self, done: int, total: int) -> None:
        if done >= self._next:
            click.echo(f"{self._title}: {done}/{total}", err=True)
            self._next = done + _LINE_EVERY


COMMANDS: tuple[click.Command, ...] = (search,)
