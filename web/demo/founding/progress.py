"""Shows how a long step goes on: a bar on a terminal, a plain line a step elsewhere (a log, a pipe)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from kernel.i18n import Language, Text

Advance = Callable[[int], None]


class Steps:
    """Tells a person about the steps of a build in their language."""

    def __init__(self, language: Language, *, is_terminal: bool | None = None) -> None:
        self._language: Language = language
        self._is_terminal = sys.stderr.isatty() if is_terminal is None else is_terminal

    @contextmanager
    def step(self, title: Text, total: int | None = None) -> Iterator[Advance]:
        """Within it, call the function given with how many are done now."""
        shown = title.in_(self._language)
        started = time.monotonic()
        if self._is_terminal:
            with self._bar(shown, total) as advance:
                yield advance
        else:
            yield lambda _count: None
            seconds = time.monotonic() - started
            done = Text("{title}（{seconds} 秒）", "{title} ({seconds} s)")
            self.say(done.format(title=shown, seconds=f"{seconds:.1f}"))

    def say(self, text: Text) -> None:
        sys.stderr.write(text.in_(self._language) + "\n")
        sys.stderr.flush()

    @contextmanager
    def _bar(self, shown: str, total: int | None) -> Iterator[Advance]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(shown, total=total)
            yield lambda count: progress.update(task, completed=count)
            progress.update(task, completed=total or 1, total=total or 1)
