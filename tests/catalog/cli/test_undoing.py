"""`tongjie import --preview` and `tongjie undo-import`: looked at first, taken back after."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from branches.terminal import Terminal
from catalog.cli import import_files, undo_import
from tests.catalog.cli.test_imports import good as good
from tests.catalog.cli.test_imports import page as page
from tests.catalog.cli.test_imports import terminal as terminal


def test_a_preview_tells_what_was_recognised_and_imports_nothing(terminal: Terminal, good: Path, page: Path) -> None:
    told = CliRunner().invoke(import_files, [str(good), "--preview"], obj=terminal)
    assert told.exit_code == 0
    assert "good.iso: the first 2 records, ISO 2709, cnmarc" in told.output
    assert "library code CG (1 copies) → CG" in told.output
    assert CliRunner().invoke(import_files, [str(page), "--preview"], obj=terminal).exit_code == 2
    undone = CliRunner().invoke(undo_import, ["1"], obj=terminal)
    assert undone.exit_code != 0, "there is no import yet"


def test_an_import_is_taken_back_and_said_so(terminal: Terminal, good: Path) -> None:
    CliRunner().invoke(import_files, [str(good), "--org", "ZG"], obj=terminal)
    planned = CliRunner().invoke(undo_import, ["1", "--dry-run"], obj=terminal)
    assert "Would take out 2 titles and 1 copies" in planned.output
    done = CliRunner().invoke(undo_import, ["1", "--json"], obj=terminal)
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["status"], told["titles_removed"], told["copies_removed"]) == ("undone", 2, 1)
    again = CliRunner().invoke(undo_import, ["1"], obj=terminal)
    assert "Took out 2 titles and 1 copies" in again.output
