"""Writing generations of the index, under the lock. An older version of a document never replaces a
newer one, nor a deletion.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from json import loads
from pathlib import Path
from typing import cast

from tantivy import Document, Index, Query

from search.engines.embedded.schema import VERSION, open_index, schema, to_json
from search.engines.embedded.store import Store
from search.port import Refusal, WrittenDoc
from search.written import ID

_HEAP_BYTES = 64_000_000
_THREADS = 1


class EmbeddedSession:
    """The right to write, while it lasts."""

    def __init__(self, store: Store, on_commit: Callable[[], None]) -> None:
        self._store = store
        self._on_commit = on_commit
        self._open: dict[str, _Generation] = {}

    def index(self, docs: Sequence[WrittenDoc], generation: str) -> Sequence[Refusal]:
        return self._generation(generation).index(docs)

    def delete(self, versions: Mapping[int, int], generation: str) -> None:
        self._generation(generation).delete(versions)

    def commit(self) -> None:
        for generation in self._open.values():
            generation.commit()
        self._on_commit()

    def create(self) -> str:
        path = self._store.create()
        self._open[path.name] = _Generation(path, Index(schema(), str(path)))
        return path.name

    def activate(self, generation: str) -> None:
        self._store.activate(generation)
        self._on_commit()

    def drop(self, generation: str) -> None:
        opened = self._open.pop(generation, None)
        if opened is not None:
            opened.close()
        self._store.drop(generation)

    def close(self) -> None:
        """What was not committed is lost."""
        for generation in self._open.values():
            generation.close()

    def _generation(self, name: str) -> _Generation:
        if name not in self._open:
            path = self._store.path(name)
            self._open[name] = _Generation(path, open_index(path))
        return self._open[name]


class _Generation:
    def __init__(self, path: Path, index: Index) -> None:
        self._index = index
        self._index.config_reader("manual")
        self._writer = self._index.writer(_HEAP_BYTES, _THREADS)
        self._gone = _Tombstones(path / "deleted.sqlite")
        self._pending: dict[int, int] = {}
        self._pending_gone: set[int] = set()

    def index(self, docs: Sequence[WrittenDoc]) -> list[Refusal]:
        refusals: list[Refusal] = []
        alive, gone = self._known([doc.id for doc in docs])
        for doc in docs:
            if max(alive.get(doc.id, -1), gone.get(doc.id, -1)) >= doc.version:
                continue
            try:
                self._put(doc, is_there=doc.id in alive)
            except ValueError as error:
                refusals.append(Refusal(doc.id, str(error)))
                continue
            self._note(doc.id, doc.version, alive)
        return refusals

    def delete(self, versions: Mapping[int, int]) -> None:
        alive, gone = self._known(versions)
        for id_, version in versions.items():
            if max(alive.get(id_, -1), gone.get(id_, -1)) >= version:
                continue
            self._writer.delete_documents_by_term(ID, id_)
            self._pending[id_] = version
            self._pending_gone.add(id_)

    def commit(self) -> None:
        """Deletions are remembered first: after a crash between the two they are only done again."""
        self._gone.save({id_: self._pending[id_] for id_ in self._pending_gone})
        self._writer.commit()
        self._index.reload()
        self._pending.clear()
        self._pending_gone.clear()

    def close(self) -> None:
        """Merging goes on in the background; a writer thrown away in its middle would leave ever more
        small segments.
        """
        self._writer.rollback()
        self._writer.wait_merging_threads()
        self._gone.close()

    def _put(self, doc: WrittenDoc, *, is_there: bool) -> None:
        """Raises ValueError for a value that the field cannot hold; the old document goes only when the new one has been read."""
        if not is_there:
            self._writer.add_json(to_json(doc))
            return
        document = Document.from_dict(loads(to_json(doc)), schema())
        self._writer.delete_documents_by_term(ID, doc.id)
        self._writer.add_document(document)

    def _note(self, id_: int, version: int, alive: dict[int, int]) -> None:
        alive[id_] = self._pending[id_] = version
        self._pending_gone.discard(id_)

    def _known(self, ids: Iterable[int]) -> tuple[dict[int, int], dict[int, int]]:
        """Versions of the living and of the deleted among these, as they stand with what is not
        committed yet.
        """
        wanted = list(ids)
        alive = self._committed(wanted)
        gone = self._gone.among(wanted)
        for id_ in wanted:
            if id_ in self._pending_gone:
                alive.pop(id_, None)
                gone[id_] = self._pending[id_]
            elif id_ in self._pending:
                alive[id_] = self._pending[id_]
        return alive, gone

    def _committed(self, ids: list[int]) -> dict[int, int]:
        searcher = self._index.searcher()
        if not ids or searcher.num_docs == 0:
            return {}
        hits = searcher.search(Query.term_set_query(schema(), ID, ids), limit=len(ids), count=False).hits
        addresses = [address for _, address in hits]
        found = zip(
            searcher.fast_field_values(ID, addresses),
            searcher.fast_field_values(VERSION, addresses),
            strict=True,
        )
        return {cast(int, id_): cast(int, version) for id_, version in found}


class _Tombstones:
    """Versions of deleted documents: tantivy itself forgets them."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.execute("CREATE TABLE IF NOT EXISTS deleted (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)")

    def among(self, ids: list[int]) -> dict[int, int]:
        if self._db.execute("SELECT 1 FROM deleted LIMIT 1").fetchone() is None:
            return {}
        rows = [self._db.execute("SELECT id, version FROM deleted WHERE id = ?", (id_,)).fetchone() for id_ in ids]
        return {row[0]: row[1] for row in rows if row is not None}

    def save(self, versions: Mapping[int, int]) -> None:
        if versions:
            self._db.executemany("INSERT OR REPLACE INTO deleted VALUES (?, ?)", list(versions.items()))
            self._db.commit()

    def close(self) -> None:
        self._db.close()
