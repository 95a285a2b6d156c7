"""A unit that moves in the tree takes its titles with it in the index, which files them under a unit and all above it."""

from __future__ import annotations

from sqlalchemy import select

from branches.service.orgs import OrgService
from catalog.models import Item
from kernel import outbox
from kernel.db import Database
from kernel.outbox import OutboxEntry
from tests.factories import make_context, make_county, make_item
from web import wiring


def test_titles_of_a_moved_unit_are_indexed_again(database: Database) -> None:
    wiring.connect()
    with database.transaction() as session:
        county = make_county(session)
        moved, stays = (
            session.get_one(Item, make_item(session, unit, barcode)).bib_id
            for unit, barcode in ((county.point, "B1"), (county.hub, "B2"))
        )
        outbox.confirm(session, "bib", [outbox.Pending(key, 99) for key in (moved, stays)])
        context = make_context(session)
        OrgService(context).change("LX", {"parent": "ZG"})
    with database.reading() as session:
        versions = dict(session.execute(select(OutboxEntry.key, OutboxEntry.version)).all())
    assert versions[moved] == versions[stays] + 1
