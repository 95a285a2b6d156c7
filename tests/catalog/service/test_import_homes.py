"""Where an imported copy is at home when its record does not say so, or names a library nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.marc import Field, MarcRecord, to_iso2709
from catalog.models import Item
from catalog.service.imports import NewImport, queue_import, run_now
from kernel.db import Database
from tests.factories import County, make_context

RECORD = MarcRecord(
    "00000nam0 2200000   450 ",
    [
        Field("001", value="1"),
        Field("200", "1 ", (("a", "红楼梦"),)),
        Field("905", "  ", (("a", "ZG"), ("b", "B1"))),
        Field("905", "  ", (("a", "NOBODY"), ("b", "B2"))),
        Field("905", "  ", (("a", "QX"), ("b", "B3"))),
    ],
)


@pytest.mark.parametrize(("org", "home_of_unknown"), [("LX", "point"), ("QX", "hub")])
def test_copies_of_unknown_libraries_stand_at_a_library(
    database: Database, county: County, tmp_path: Path, org: str, home_of_unknown: str
) -> None:
    file = tmp_path / "in.iso"
    file.write_bytes(to_iso2709(RECORD, "cnmarc"))
    new = NewImport(path=file, filename=file.name, org=org)
    import_id = database.run(lambda session: queue_import(make_context(session), new, starts_now=True))
    run_now(database, import_id)
    unknown = getattr(county, home_of_unknown)
    with database.reading() as session:
        homes = dict(session.execute(select(Item.barcode, Item.home_id)).all())
    assert homes == {"B1": county.hub, "B2": unknown, "B3": unknown}
