"""Copy cataloguing through the pages, from a real target."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.catalog.copying.conftest import ztest as ztest
from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import Visitor, visit

TARGETS = """
[[target]]
code = "sru"
name = "省图书馆"
url = "http://127.0.0.1:{port}/Default"
format = "marc21"

[[target]]
code = "down"
name = "关机的图书馆"
address = "127.0.0.1:1/Default"
format = "cnmarc"
"""


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


@pytest.fixture
def targets_file(app: Flask) -> Path:
    path: Path = app.extensions["tongjie_settings"].copy_targets
    return path


def test_without_targets_it_says_who_sets_them_up(visitor: Visitor) -> None:
    assert "还没有设置套录的目标" in visitor.get("/titles/copy").text


def test_a_slip_in_the_file_is_told(visitor: Visitor, targets_file: Path) -> None:
    targets_file.write_text('[[target]]\ncode = "x"\nname = "x"\n', encoding="utf-8")
    assert "url / address 不能用" in visitor.get("/titles/copy").text


@pytest.mark.yaz
def test_a_record_found_elsewhere_becomes_a_title_here(visitor: Visitor, targets_file: Path, ztest: int) -> None:
    targets_file.write_text(TARGETS.format(port=ztest), encoding="utf-8")
    page = visitor.get("/titles/copy", title="computer")
    assert "关机的图书馆" in page.text
    assert "连接不上" in page.text
    taken = visitor.send("/titles/new/marc", page.values("/titles/new/marc") | {"do": "check"})
    lines = taken.values()["text"].splitlines()
    assert not [line for line in lines if line.startswith(("001", "005", "852"))]
    mended = [line for line in lines if line[:3] not in ("008",)]
    mended.insert(1, "008 261128s1971####nju###########000#0#eng#d")
    made = visitor.send("/titles/new/marc", taken.values() | {"text": "\n".join(mended), "do": "save"})
    assert made.status == 303, made.text
    assert "How to program a computer" in visitor.open(made).text


def test_only_a_chosen_target_is_asked(visitor: Visitor, targets_file: Path) -> None:
    targets_file.write_text(TARGETS.format(port=1), encoding="utf-8")
    page = visitor.get("/titles/copy", title="x", target="down")
    assert len(page.html.xpath("//main//section")) == 1


def test_a_branch_may_not_copy(client: FlaskClient, desk: Desk) -> None:
    branch = visit(client, desk, desk.staffed(("branch_librarian", desk.county.branch)).caller)
    assert branch.get("/titles/copy").status == 403
