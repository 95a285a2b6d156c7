"""A catalogue that is imported once into a folder and kept there with what it was made of, for measuring searches again and again."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import databases, importing
from bench.importing import Material
from kernel.db import Database
from tests.search.places import Place, search_server

_PREFIX = "bench-kept"


@contextmanager
def catalogue(folder: Path, records: int) -> Iterator[tuple[Database, Material]]:
    """The catalogue in this folder, whatever its size; one of so many records where there is none yet."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "material.pickle"
    if not kept.exists():
        for left in folder.glob("tongjie.db*"):
            left.unlink()
    with databases.fresh(None, folder) as database:
        if not kept.exists():
            made = importing.generate(folder, records)
            importing.measure(None, database, folder, made)
            kept.write_bytes(pickle.dumps(made))  # last: an import that was cut off is no catalogue
        material: Material = pickle.loads(kept.read_bytes())
        yield database, material


def place(engine: str, folder: Path) -> Place:
    return Place("" if engine == "embedded" else f"{search_server()}/{_PREFIX}", folder)
