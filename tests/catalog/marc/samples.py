"""Real MARC files for tests. They are not part of the project: `TONGJIE_TEST_DATA` says where they are."""

from __future__ import annotations

import os
from pathlib import Path

from tests.conftest import missing

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("TONGJIE_TEST_DATA", ROOT.parent / "shared" / "data")) / "marc"


def sample_files() -> list[str]:
    """The MARC files below the folder, by their path in it; the worksheets in text are no MARC but must be refused."""
    if not FOLDER.is_dir():
        return []
    paths = (path for path in FOLDER.rglob("*") if path.is_file() and path.suffix not in (".md", ".json"))
    return sorted(path.relative_to(FOLDER).as_posix() for path in paths)


def sample(name: str) -> Path:
    if not FOLDER.is_dir():
        missing(f"no MARC test data in {FOLDER} (TONGJIE_TEST_DATA)")
    return FOLDER / name
