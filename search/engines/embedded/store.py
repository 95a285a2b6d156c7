"""The folders of the index: one for each generation, a pointer to the live one, a lock for the writer.

A folder is called `number-version`, the version that of the declared fields: what another version wrote is
never opened.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.fields import schema_version
from search.port import WriterBusy

_POINTER = "live"
_LOCK = "writer.lock"
_ASK_AGAIN_SECONDS = 0.05


class Store:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def live(self) -> str | None:
        """The live generation, None where there is none that this program can read."""
        try:
            name = (self._folder / _POINTER).read_text().strip()
        except FileNotFoundError:
            return None
        return name if _version(name) == schema_version() and self.path(name).is_dir() else None

    def path(self, generation: str) -> Path:
        return self._folder / generation

    def create(self) -> Path:
        """A new folder; what a rebuild that died has left is taken away first."""
        names = self._generations()
        live = self.live()
        for name in names:
            if live is not None and _number(name) > _number(live):
                self.drop(name)
        number = max((_number(name) for name in self._generations()), default=0) + 1
        path = self.path(f"{number:06d}-{schema_version()}")
        path.mkdir(parents=True)
        return path

    def activate(self, generation: str) -> None:
        """Readers follow the pointer within half a second; until then they read the generation before,
        which is kept.
        """
        before = self.live()
        pointer = self._folder / f"{_POINTER}.new"
        with pointer.open("w") as file:
            file.write(generation + "\n")
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self._folder / _POINTER)
        for name in self._generations():
            if name not in (generation, before):
                self.drop(name)

    def drop(self, generation: str) -> None:
        if generation == self.live():
            raise ValueError("the live generation is not dropped")
        shutil.rmtree(self.path(generation))

    def size(self, generation: str) -> int:
        return sum(path.stat().st_size for path in self.path(generation).iterdir())

    @contextmanager
    def locked(self, wait_seconds: float) -> Iterator[None]:
        """The one writer's lock; the system takes it away from a process that dies."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _LOCK).open("w") as file:
            _lock(file.fileno(), time.monotonic() + wait_seconds)
            yield

    def _generations(self) -> list[str]:
        return [path.name for path in self._folder.iterdir() if path.is_dir() and path.name[:6].isdigit()]


def _number(generation: str) -> int:
    return int(generation[:6])


def _version(generation: str) -> str:
    return generation[7:]


def _lock(descriptor: int, until: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise WriterBusy from None
            time.sleep(_ASK_AGAIN_SECONDS)
