"""Keeps the descriptions that were made for the index, so that building it anew need not make them again.

What is kept is a copy of a copy: it may be thrown away at any time, and whatever goes wrong with it (a full disk, a damaged file, another
process that writes for long) costs time only. A description is given out again only with proof: it was made by this very program, of the
title at this version of the outbox. The one stands in the name of the file, the other in the packed text, under its checksum.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import time
import unicodedata
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeVar

from structlog import get_logger

import catalog
import search
from kernel.outbox import Pending
from search.fields import FIELDS, schema_version
from search.written import Description

log = get_logger("search")

T = TypeVar("T")

_WAIT_SECONDS: Final = 1.0  # for another process that writes
_REST_SECONDS: Final = 60.0  # after a failure: nothing is asked of a full disk again and again
_PASSING: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
}
_LEVEL: Final = 2
# What every packed text has in common need not stand in each: it is packed against the names of all fields.
_COMMON: Final = ("\n" + ",".join(f'"{field.name}":"· ' for field in FIELDS)).encode()


class Keeping:
    """The kept descriptions of a data folder, the same for either engine; any number of processes may have them open. Without a folder
    nothing is kept. Nothing is opened before the first use, and no method ever fails."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._open: _File | None = None
        self._rests_until = 0.0

    @classmethod
    def beside_index(cls, data_dir: Path) -> Keeping:
        return cls(data_dir / "search" / "kept")

    def take(self, titles: Collection[Pending]) -> dict[int, Description]:
        """The kept descriptions of these titles at these versions; those that are missing have to be made."""
        return self._ask(lambda file: _take(file, titles), {}) if titles else {}

    def keep(self, made: Iterable[tuple[Pending, Description]]) -> None:
        """Keep what was made of titles, each read after its version was. One the outbox does not know has no version to go by."""
        known = [(title, one) for title, one in made if title.changed_at is not None]
        if known:
            self._ask(lambda file: file.put([(title.key, _pack(title, one)) for title, one in known]), None)

    def forget(self, ids: Collection[int]) -> None:
        if ids:
            self._ask(lambda file: file.drop(ids), None)

    def ids(self) -> list[int]:
        """The titles of which something is kept, whether it still holds or not."""
        return self._ask(lambda file: file.ids(), [])

    def throw_away(self) -> None:
        """All of it, for other processes that have it open too."""
        self.close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _ask(self, work: Callable[[_File], T], otherwise: T) -> T:
        if self.folder is None or time.monotonic() < self._rests_until:
            return otherwise
        try:
            if self._open is not None and not self._open.is_there():
                self.close()  # another process, or a person, has thrown it away
            if self._open is None:
                self._open = _open(self.folder)
            return work(self._open)
        except (sqlite3.DatabaseError, OSError, zlib.error, ValueError) as error:
            if _may_be_sound(error):
                log.warning("search.keeping_rests", error=str(error), seconds=_REST_SECONDS)
                self._rests_until = time.monotonic() + _REST_SECONDS
                self.close()
            else:
                log.warning("search.kept_damaged", error=str(error))
                self.throw_away()
        return otherwise


def _may_be_sound(error: Exception) -> bool:
    """Whether it is the disk or another process that failed, and not what the file says."""
    if isinstance(error, sqlite3.DatabaseError):
        return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in _PASSING
    return isinstance(error, OSError)


class _File:
    """One SQLite file. It is never made again under its name: a process that still has it open would take away the journal of its
    successor."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        # After a power cut a part may be missing or torn. The first is made again, the second shows by its checksum.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, packed BLOB NOT NULL)")

    def among(self, ids: Collection[int]) -> Mapping[int, bytes]:
        """A rebuild asks for all titles between two ids, others for a few from anywhere."""
        first, last = min(ids), max(ids)
        if last - first < 4 * len(ids):
            return dict(self._db.execute("SELECT id, packed FROM kept WHERE id BETWEEN ? AND ?", (first, last)))
        one = "SELECT id, packed FROM kept WHERE id = ?"
        return dict(row for id_ in ids for row in self._db.execute(one, (id_,)))

    def put(self, packed: Sequence[tuple[int, bytes]]) -> None:
        self._write("INSERT OR REPLACE INTO kept VALUES (?, ?)", packed)

    def drop(self, ids: Iterable[int]) -> None:
        self._write("DELETE FROM kept WHERE id = ?", [(id_,) for id_ in ids])

    def ids(self) -> list[int]:
        return [id_ for (id_,) in self._db.execute("SELECT id FROM kept ORDER BY id")]

    def is_there(self) -> bool:
        return self._path.exists()

    def close(self) -> None:
        self._db.close()

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(statement, rows)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise


def _open(folder: Path) -> _File:
    """The newest file of this program; those of other programs, which it cannot read, and older ones of its own are taken away."""
    folder.mkdir(parents=True, exist_ok=True)
    ours = max(folder.glob(f"*-{fingerprint()}.sqlite"), default=folder / f"{time.time_ns()}-{fingerprint()}.sqlite")
    for path in folder.iterdir():
        if not path.name.startswith(ours.name):  # with its journal
            path.unlink(missing_ok=True)
    return _File(ours)


@cache
def fingerprint() -> str:
    """What a description depends on besides its title: the declared fields, and the program that reads descriptions and cuts words, to the
    letter. A number that somebody has to raise would be forgotten one day."""
    made = sha256(f"{schema_version()} {sys.version} {unicodedata.unidata_version} {version('opencc')}".encode())
    for package in (catalog, search):
        for path in sorted(Path(package.__path__[0]).rglob("*.py")):
            made.update(path.read_bytes())
    return made.hexdigest()[:12]


# --- packing ---------------------------------------------------------------------------------------------------------


def _proof(title: Pending) -> str:
    return f"{title.key} {title.version} {title.changed_at and title.changed_at.isoformat()}"


def _pack(title: Pending, made: Description) -> bytes:
    head = "\t".join([_proof(title), str(made.year), *made.call_numbers])  # tokens, which hold no blank of any kind
    packer = zlib.compressobj(_LEVEL, zdict=_COMMON)
    return packer.compress(f"{head}\n{made.members}".encode()) + packer.flush()


def _take(file: _File, titles: Collection[Pending]) -> dict[int, Description]:
    """Raises zlib.error or ValueError for what is no longer as it was packed."""
    found = file.among([title.key for title in titles])
    taken: dict[int, Description] = {}
    for title in titles:
        packed = found.get(title.key)
        if packed is None:
            continue
        unpacker = zlib.decompressobj(zdict=_COMMON)
        head, members = unpacker.decompress(packed).decode().split("\n", 1)
        if not unpacker.eof:
            raise ValueError(f"the kept description of title {title.key} is cut short")
        proof, year, *call_numbers = head.split("\t")
        if proof == _proof(title):
            taken[title.key] = Description(title.key, int(year), tuple(call_numbers), members)
    return taken
