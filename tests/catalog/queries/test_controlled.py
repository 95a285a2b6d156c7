"""What is offered while a name is typed, and what is said of names that stand in titles."""

from __future__ import annotations

import pytest

from catalog.headings import HeadingData, HeadingKind
from catalog.queries.controlled import names_said, offered
from catalog.service.headings import HeadingService
from kernel.db import Database
from tests.factories import make_context


@pytest.fixture
def headings(database: Database) -> Database:
    with database.transaction() as session:
        service = HeadingService(make_context(session))
        made: tuple[tuple[HeadingKind, str, tuple[str, ...]], ...] = (
            ("person", "鲁迅", ("周树人", "周樟寿")),
            ("person", "周作人", ()),
            ("person", "周", ()),
            ("subject", "周树人", ()),
            ("person", "林徽因", ("林徽音",)),
            ("body", "一百%", ()),
        )
        for kind, name, variants in made:
            service.create(HeadingData(kind=kind, name=name, variants=variants))
    return database


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("周", [("周", None), ("周作人", None), ("鲁迅", "周树人")]),
        ("周树人", [("鲁迅", "周树人")]),
        ("周樟", [("鲁迅", "周樟寿")]),
        ("林徽", [("林徽因", None)]),
        ("林徽音", [("林徽因", "林徽音")]),
        ("%", []),
        ("李", []),
        ("·", []),
    ],
)
def test_what_is_called_so_comes_first_and_references_say_by_what(
    headings: Database, typed: str, names: list[tuple[str, str | None]]
) -> None:
    with headings.transaction() as session:
        assert [(one.name, one.by) for one in offered(session, typed, kinds=("person",))] == names


def test_no_more_are_offered_than_asked_for(headings: Database) -> None:
    with headings.transaction() as session:
        assert [one.name for one in offered(session, "周", limit=2)] == ["周", "周作人"]


def test_a_name_is_controlled_or_refers_or_is_unknown(headings: Database) -> None:
    with headings.transaction() as session:
        said = names_said(
            session,
            [(("person", "body"), "魯迅"), (("person",), "周树人"), (("subject",), "周树人"), (("person",), "路遥")],
        )
    assert [(one.standing, one.preferred) for one in said] == [
        ("controlled", ()),
        ("refers", ("鲁迅",)),
        ("controlled", ()),
        ("unknown", ()),
    ]
