"""Setting records apart meets holds, doubtful records, corrections by hand and the undoing of imports."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert

from catalog.import_models import ImportReview
from catalog.models import Bib, Item, SourceRecord
from catalog.queries.bibs import find_bib
from catalog.service.bibs import BibService
from catalog.service.imports.reviews import ReviewService
from catalog.service.imports.undoing import ask_for_undo
from circ.models import Hold
from circ.service.merging import merge_titles
from kernel.db import Database
from kernel.errors import Conflict
from tests.catalog.service.imports.loading import holding, import_bytes, record, rows
from tests.catalog.service.imports.test_merging import other_edition
from tests.catalog.service.test_setting_apart import county, import_both, separate, sound
from tests.factories import NOW, County, make_context, make_patron

__all__ = ["county", "sound"]  # fixtures


def copy_of(database: Database, barcode: str) -> int:
    return next(id_ for id_, one in rows(database, Item.id, Item.barcode) if one == barcode)


def hold_for(database: Database, county: County, bib_id: int, copy_id: int, **values: object) -> None:
    with database.transaction() as session:
        patron = make_patron(session, county.hub, f"P{copy_id}")
        made = {"patron_id": patron, "bib_id": bib_id, "wants": "title", "pickup_id": county.hub, "rank": 1}
        made |= {"placed_at": NOW, "copy_id": copy_id, "to_clear": False}
        session.execute(insert(Hold).values(made | values))


def test_whom_a_copy_was_to_be_fetched_for_waits_for_the_next_one(
    database: Database, county: County, tmp_path: Path
) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    hold_for(database, county, bib_id, copy_of(database, "002"), status="targeted", targeted_at=NOW)
    separate(database, bib_id, wrong)
    assert rows(database, Hold.bib_id, Hold.status, Hold.copy_id) == [(bib_id, "targeted", copy_of(database, "001"))]


def test_a_hold_on_the_very_copy_goes_with_it(database: Database, county: County, tmp_path: Path) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    item = copy_of(database, "002")
    wish = {"item_id": item, "wants": f"copy:{item}"}
    hold_for(database, county, bib_id, item, status="targeted", targeted_at=NOW, **wish)
    done = separate(database, bib_id, wrong)
    assert rows(database, Hold.bib_id, Hold.status, Hold.copy_id) == [(done.apart_id, "targeted", item)]


def test_a_copy_that_lies_ready_for_a_reader_of_the_title_is_settled_first(
    database: Database, county: County, tmp_path: Path
) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    item = copy_of(database, "002")
    with database.transaction() as session:
        session.get_one(Item, item).status = "on_hold_shelf"
    ready = {"status": "ready", "ready_at": NOW, "pickup_id": county.point}
    hold_for(database, county, bib_id, item, **ready)
    with pytest.raises(Conflict) as promised:
        separate(database, bib_id, wrong)
    assert (promised.value.code, "002" in promised.value.detail.en) == ("apart.promised", True)
    assert separate(database, bib_id, wrong, copies=[copy_of(database, "003")]).copies == 1


def test_a_doubtful_record_is_asked_about_of_both_titles(database: Database, tmp_path: Path) -> None:
    bib_id, _, wrong = import_both(database, tmp_path)
    import_bytes(database, tmp_path, other_edition(), source="SZ")
    done = separate(database, bib_id, wrong)
    ((review_id, candidates),) = rows(database, ImportReview.id, ImportReview.candidates)
    assert {one["bib"] for one in candidates} == {bib_id, done.apart_id}
    with database.transaction() as session:
        ReviewService(make_context(session)).decide(review_id, "merge", into=done.apart_id)
    assert rows(database, SourceRecord.source, SourceRecord.bib_id)[-1] == ("SZ", done.apart_id)


def test_what_was_typed_after_the_only_record_is_no_title_without_it(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, record("A1", "红楼梦"), source="NLC")
    ((bib_id,),), ((record_id,),) = rows(database, Bib.id), rows(database, SourceRecord.id)
    with database.transaction() as session:
        expected = find_bib(session, bib_id).version
        BibService(make_context(session)).change(bib_id, {"title": "红楼梦新校"}, expected_version=expected)
    with pytest.raises(Conflict) as only:
        separate(database, bib_id, record_id)
    assert only.value.code == "apart.only_one"


def test_a_record_that_came_with_another_title_leaves_one_made_by_hand(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, record("B1", "养猪技术问答", holding(("a", "CG"), ("b", "1"))), source="CALIS")
    ((other,),), ((record_id,),) = rows(database, Bib.id), rows(database, SourceRecord.id)
    with database.transaction() as session:
        made = BibService(make_context(session)).create({"title": "红楼梦", "authors": "曹雪芹著"}).id
    with database.transaction() as session:
        merge_titles(make_context(session), other, made)
    done = separate(database, made, record_id)
    assert (done.apart_id, done.has_returned, done.copies) == (other, True, 1)


def test_nothing_is_set_apart_from_an_import_that_is_being_undone(database: Database, tmp_path: Path) -> None:
    import_bytes(database, tmp_path, record("A1", "红楼梦"), source="NLC")
    batch = import_bytes(database, tmp_path, record("B7", "红楼梦"), source="CALIS")
    ((bib_id,),) = rows(database, Bib.id)
    wrong = rows(database, SourceRecord.id)[1][0]
    with database.transaction() as session:
        ask_for_undo(make_context(session), batch.id)
    with pytest.raises(Conflict) as undoing:
        separate(database, bib_id, wrong)
    assert undoing.value.code == "apart.being_undone"
