"""Long steps show a bar on a terminal and one plain line elsewhere, in the person's language."""

from __future__ import annotations

import pytest

from kernel.i18n import Text
from web.demo.founding.progress import Steps

TITLE = Text("导入书目", "Importing titles")


def test_prints_one_plain_line_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Steps("en", is_terminal=False).step(TITLE, total=2) as advance:
        advance(1)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Importing titles (")


def test_shows_how_far_it_is_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Steps("zh", is_terminal=True).step(TITLE, total=8) as advance:
        advance(8)
    shown = capsys.readouterr().err
    assert "导入书目" in shown
    assert "8/8" in shown


def test_says_nothing_was_done_when_a_step_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), Steps("en", is_terminal=False).step(TITLE):
        raise RuntimeError
    assert capsys.readouterr().err == ""
