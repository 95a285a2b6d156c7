"""The docs say what the program does: generated pages are current, and nothing that a user may name is missing or made up."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from branches.policy import REGISTRY
from branches.rights import RIGHTS, ROLES
from circ.refusals import REFUSALS as OF_CIRCULATION
from purchasing.refusals import REFUSALS as OF_PURCHASING
from web.cli import tongjie

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
ROOMS = (
    "kernel",
    "branches",
    "patrons",
    "catalog",
    "notices",
    "transit",
    "circ",
    "purchasing",
    "search",
    "web",
    "tests",
    "bench",
)
AUDIENCES = ("reader.md", "librarian.md", "administrator.md", "developer.md")


def load_tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.fixture(scope="module")
def reference() -> str:
    return (DOCS / "reference.md").read_text()


def test_the_reference_is_what_the_definitions_say(reference: str) -> None:
    # A process of its own: help texts took their language when the commands were imported.
    made = subprocess.run(
        [sys.executable, "-W", "ignore", str(DOCS / "tools" / "reference.py"), "--print"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout == reference, "docs/reference.md lags behind: run `make docs`"


def test_the_table_of_check_ins_is_what_the_rules_say() -> None:
    tool = load_tool("checkins")
    page = (DOCS / "circulation.md").read_text()
    assert tool.put_into(page, tool.build_table()) == page, "docs/circulation.md lags behind: run `make docs`"


def test_the_table_of_check_ins_knows_every_status_and_place() -> None:
    tool = load_tool("checkins")
    seen = {(case.status, case.here) for case in tool.cases()}
    assert {status for status, _ in seen} == set(tool.ITEM_STATUSES)
    assert {here for status, here in seen if status == "on_loan"} == {tool.HOME, tool.LENDER, tool.OTHER}


def test_the_table_of_what_is_said_of_copies_is_what_their_tables_say() -> None:
    tool = load_tool("status_acts")
    page = (DOCS / "circulation.md").read_text()
    assert tool.put_into(page, tool.build_table()) == page, "docs/circulation.md lags behind: run `make docs`"


@pytest.mark.parametrize("code", sorted(OF_CIRCULATION | OF_PURCHASING))
def test_every_refusal_stands_in_the_reference(reference: str, code: str) -> None:
    assert f"| `{code}` |" in reference


def codes_in_the_source() -> set[str]:
    made = re.compile(
        r'\b(?:Refusal|Conflict|Invalid|Malformed|Unavailable|TooManyRequests|Unauthenticated)\(\s*"([a-z_]+\.[a-z_]+)"'
    )
    sources = (path for room in ROOMS[:9] for path in (ROOT / room).rglob("*.py"))
    return {code for path in sources for code in made.findall(path.read_text())}


@pytest.mark.parametrize("code", sorted(codes_in_the_source()))
def test_every_error_code_stands_in_the_reference(reference: str, code: str) -> None:
    assert f"| `{code}` |" in reference


@pytest.mark.parametrize("name", [*(one.name for one in REGISTRY), *RIGHTS])
def test_every_policy_setting_and_right_stands_in_the_reference(reference: str, name: str) -> None:
    assert f"| `{name}` |" in reference


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_is_told_to_librarians(role: str) -> None:
    assert f"`{role}`" in (DOCS / "librarian.md").read_text()


@pytest.mark.parametrize("command", sorted(" ".join(path) for path in commands(tongjie)))
def test_every_command_stands_in_the_reference(reference: str, command: str) -> None:
    assert re.search(rf"`tongjie {re.escape(command)}[ `]", reference)


def settings_named_in_the_source() -> set[str]:
    sources = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return {name for path in sources for name in re.findall(r"\bTONGJIE_[A-Z_]+\b", path.read_text())}


@pytest.mark.parametrize("name", sorted(settings_named_in_the_source()))
def test_every_setting_is_documented(name: str) -> None:
    is_for_tests = any(mark in name for mark in ("TEST_D", "TEST_S", "TEST_COUNTERS"))
    page = "developer.md" if is_for_tests else "administrator.md"
    assert f"`{name}`" in (DOCS / page).read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_named_in_the_docs_exist(page: Path) -> None:
    known = set(commands(tongjie))
    for words in re.findall(r"`tongjie ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)", page.read_text()):
        named = tuple(words.split())
        assert named in known or named[:1] in known, f"{page.name} names `tongjie {words}`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_the_docs_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("target", re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
def test_every_make_target_is_told_to_developers(target: str) -> None:
    assert f"`make {target}`" in (DOCS / "developer.md").read_text()


def test_the_readme_opens_with_the_two_commands() -> None:
    first = (ROOT / "README.md").read_text().partition("```")[2].partition("```")[0]
    assert [line.split("#")[0].strip() for line in first.splitlines()[1:] if line.strip()] == ["make run", "make test"]


@pytest.mark.parametrize("page", AUDIENCES)
def test_there_is_a_page_for_every_audience_and_the_readme_names_it(page: str) -> None:
    assert (DOCS / page).exists()
    assert f"docs/{page}" in (ROOT / "README.md").read_text()
