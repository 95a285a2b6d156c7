"""Each promise of the catalogue is kept by its own acts, and whoever breaks it is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from catalog.entering import BibFields
from catalog.invariants import INVARIANTS
from catalog.models import Bib, BibIdentifier, Item, SourceRecord
from catalog.service.bibs import BibService
from catalog.service.items import ItemService, NewItem
from kernel.db import Database
from tests.desk import offenders_in
from tests.factories import NOW, County, make_context, make_unit


@pytest.fixture
def catalogued(database: Database, county: County) -> int:
    """A title with an ISBN, changed once, and a copy of it, changed once."""
    with database.transaction() as session:
        context = make_context(session)
        bibs, items = BibService(context), ItemService(context)
        entered = BibFields(title="平凡的世界", authors="路遥著", isbn="9787530216781", issn="1000-4556", year=2017)
        bib_id = bibs.create(entered).id
        bibs.change(bib_id, BibFields(subtitle="全三部"), expected_version=1)
        items.create(NewItem(bib=bib_id, barcode="B0001", home="LX", owner="ZG", item_type="book"))
        items.change("B0001", {"home": "XC"}, expected_version=1)
        return bib_id


def test_acts_of_the_catalogue_keep_every_promise(database: Database, catalogued: int) -> None:
    with database.reading() as session:
        assert offenders_in(session, INVARIANTS) == {}


def _forget_identifiers(session: Session) -> None:
    session.execute(delete(BibIdentifier).where(BibIdentifier.kind == "issn"))


def _second_form(session: Session) -> None:
    values = {"source": "form", "identity": "other", "format": "cnmarc", "container": "form", "encoding": "utf-8"}
    session.execute(insert(SourceRecord).values(bib_id=1, digest="", raw=b"{}", received_at=NOW, **values))


def _change(table: type[Bib] | type[Item], **values: Any) -> Callable[[Session], None]:
    def change(session: Session) -> None:
        session.execute(update(table).values(**values))

    return change


@pytest.mark.parametrize(
    ("harm", "code", "named"),
    [
        (_change(Bib, title="错", year=1900), "bib.columns", ["bib 1: title", "bib 1: year"]),
        (_change(Bib, data={"contributors": [{"nonsense": 1}]}), "bib.columns", ["bib 1: data"]),
        (_forget_identifiers, "bib.identifiers", ["bib 1: issn 10004556"]),
        (_change(Bib, version=5), "bib.journal", ["1"]),
        (_change(Item, home_id=1), "item.home", ["B0001"]),
        (_change(Item, location_id=1), "item.idle_on_a_shelf", ["B0001"]),
        (_change(Item, version=1), "item.journal", ["B0001"]),
        (_change(Item, call_number="K825.6/12"), "item.shelf_key", ["B0001"]),
        (_second_form, "source.form_current", ["1"]),
    ],
)
def test_offender_is_named(
    database: Database, catalogued: int, county: County, harm: Callable[[Session], None], code: str, named: list[str]
) -> None:
    assert (catalogued, county.network) == (1, 1)
    with database.transaction() as session:
        harm(session)
    with database.reading() as session:
        assert offenders_in(session, INVARIANTS)[code] == named


def test_copy_outside_the_namespace_of_its_owner_is_named(database: Database, catalogued: int, county: County) -> None:
    with database.transaction() as session:
        other = make_unit(session, "ZG2", "branch", county.hub, is_namespace=True)
        session.execute(update(Item).values(owner_id=other))
    with database.reading() as session:
        assert offenders_in(session, INVARIANTS) == {"item.namespace": ["B0001"]}
