"""Headings are unique, linked to titles by name in any form, and loaded from records again and again without harm."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import select, update

from catalog.headings import HeadingData
from catalog.marc import Field, MarcRecord, to_iso2709
from catalog.queries.headings import HeadingRow, headings_named, list_headings, other_names, titles_carrying
from catalog.service.headings import HeadingService
from kernel.db import Database
from kernel.errors import Conflict, Forbidden, Invalid, Stale
from kernel.outbox import OutboxEntry
from tests.factories import County, make_bib, make_context, make_user

LU_XUN = HeadingData(kind="person", name="鲁迅", variants=("周树人", "迅行"), see_also=("周作人",))


def create(database: Database, data: HeadingData = LU_XUN) -> HeadingRow:
    return database.run(lambda s: HeadingService(make_context(s)).create(data))


def change(database: Database, row: HeadingRow, data: HeadingData, version: int) -> HeadingRow:
    return database.run(lambda s: HeadingService(make_context(s)).change(row.id, data, expected_version=version))


def pending(database: Database) -> set[int]:
    with database.reading() as session:
        waiting = OutboxEntry.version > OutboxEntry.done_version
        return set(session.scalars(select(OutboxEntry.key).where(waiting)))


def settle(database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(OutboxEntry).values(done_version=OutboxEntry.version))


def test_a_heading_is_found_by_every_form_of_its_name(database: Database, county: County) -> None:
    made = create(database)
    with database.reading() as session:
        for name in ("鲁迅", "周樹人", "迅行"):
            assert headings_named(session, [name]) == [made]
        assert list_headings(session, begins="周") == [made]
        assert list_headings(session, kind="subject") == []
        assert other_names(session, ["周树人", "老舍"]) == {"周树人": ("鲁迅", "迅行")}


def test_one_name_of_a_kind_is_one_heading(database: Database, county: County) -> None:
    create(database)
    with pytest.raises(Conflict, match=r"heading\.exists"):
        create(database, HeadingData(kind="person", name="魯迅"))
    assert create(database, HeadingData(kind="subject", name="鲁迅")).kind == "subject"
    with pytest.raises(Invalid):
        create(database, HeadingData(kind="person", name="  "))


def test_two_headings_never_refer_to_each_other(database: Database, county: County) -> None:
    first = create(database)
    zhou = HeadingData(kind="person", name="周樹人", variants=("魯迅",))
    with pytest.raises(Conflict, match=r"heading\.circular"):
        create(database, zhou)
    other = create(database, replace(zhou, variants=("周豫才",)))
    with pytest.raises(Conflict, match=r"heading\.circular"):
        change(database, other, zhou, 1)
    assert change(database, first, replace(LU_XUN, variants=("周树人",)), 1).variants == ("周树人",)
    assert create(database, replace(zhou, kind="subject")).variants == ("魯迅",)


def test_titles_under_any_form_are_indexed_anew(database: Database, county: County) -> None:
    bibs = database.run(
        lambda s: [
            make_bib(s, "呐喊", authors="鲁迅"),
            make_bib(s, "书信", authors="周树人"),
            make_bib(s, "茶馆", authors="老舍"),
        ]
    )
    settle(database)
    made = create(database)
    assert pending(database) == set(bibs[:2])
    settle(database)
    change(database, made, HeadingData(kind="person", name="鲁迅", variants=("老舍",)), 1)
    assert pending(database) == set(bibs)
    with database.reading() as session:
        assert titles_carrying(session, ["周树人"]) == [bibs[1]]


def test_a_change_needs_the_newest_version_and_changes_nothing_twice(database: Database, county: County) -> None:
    made = create(database)
    same = change(database, made, LU_XUN, 1)
    assert same.version == 1
    assert change(database, made, HeadingData(kind="person", name="鲁迅"), 1).variants == ()
    with pytest.raises(Stale):
        change(database, made, LU_XUN, 1)


def test_only_cataloguers_make_headings(database: Database, county: County) -> None:
    with database.transaction() as session:
        caller = make_user(session, "cg", ("branch_librarian", county.branch))
        with pytest.raises(Forbidden):
            HeadingService(make_context(session, caller)).create(LU_XUN)


def authority(name: str, *variants: str) -> bytes:
    fields = [
        Field("001", value=f"A{name}"),
        Field("100", "  ", (("a", "20050101achiy50      ea"),)),
        Field("200", " 1", (("a", name),)),
        *(Field("400", " 1", (("a", one),)) for one in variants),
    ]
    return to_iso2709(MarcRecord("00000nx  a2200000   450 ", fields), "cnmarc")


def test_authority_records_are_loaded_again_without_harm(database: Database, county: County) -> None:
    file = authority("鲁迅", "周树人") + authority("老舍", "舒庆春")

    def load(content: bytes) -> dict[str, int]:
        return dict(database.run(lambda s: HeadingService(make_context(s)).load(BytesIO(content))))

    assert load(file) == {"created": 2}
    assert load(file) == {"unchanged": 2}
    assert load(authority("鲁迅", "迅行")) == {"updated": 1}
    with database.reading() as session:
        assert sorted(headings_named(session, ["鲁迅"])[0].variants) == ["周树人", "迅行"]


def test_a_record_that_would_refer_back_loses_that_reference(database: Database, county: County) -> None:
    create(database)
    for outcome in ("created", "unchanged"):
        with database.transaction() as session:
            file = BytesIO(authority("周树人", "鲁迅", "豫才"))
            assert HeadingService(make_context(session)).load(file) == {outcome: 1}
    with database.reading() as session:
        found = {row.name: row.variants for row in list_headings(session)}
    assert found == {"鲁迅": ("周树人", "迅行"), "周树人": ("豫才",)}
