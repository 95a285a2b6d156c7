"""Sources of records and the weights of matching by pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from catalog.profiles import save_profile
from catalog.service.describing_anew import describe_anew_now
from tests.catalog.service.imports.loading import import_bytes, record
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_context
from tests.pages import Visitor, visit


@pytest.fixture
def visitor(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.staffed(("hub_librarian", desk.county.hub)).caller)


def test_a_source_that_sent_a_file_is_listed_and_set_up(visitor: Visitor, desk: Desk, tmp_path: Path) -> None:
    import_bytes(desk.database, tmp_path, record("A1"), source="书商")
    assert "未设置" in visitor.get("/imports/sources").text
    form = visitor.get("/imports/sources", code="书商").values("/imports/sources")
    assert (form["code"], form["priority"]) == ("书商", "50")
    saved = visitor.send("/imports/sources", form | {"name": "新华书店", "priority": "20"})
    assert saved.status == 303
    assert [cell.text for cell in visitor.get("/imports/sources").html.xpath("//tbody//td[1]")] == ["20"]
    wrong = visitor.send("/imports/sources", form | {"priority": "101"})
    assert wrong.status == 422
    assert wrong.html.xpath("//input[@name='priority'][@aria-invalid='true']")


def test_after_a_change_of_priority_the_titles_that_are_here_may_follow(
    visitor: Visitor, desk: Desk, tmp_path: Path
) -> None:
    import_bytes(desk.database, tmp_path, record("A1"), source="国图")
    import_bytes(desk.database, tmp_path, record("B1"), source="书商")
    form = visitor.get("/imports/sources", code="书商").values("/imports/sources")
    saved = visitor.send("/imports/sources", form | {"priority": "80"})
    assert (saved.response.location or "").endswith("#anew")
    shown = visitor.get("/imports/sources", code="书商")
    assert "1 种书目既有这家的记录也有别家的" in shown.text
    visitor.send("/imports/sources/anew", shown.values("/imports/sources/anew"))
    assert visitor.get("/imports/sources", code="书商").html.xpath("//progress")
    describe_anew_now(desk.database, "书商")
    assert "看了 1 种，改了 1 种" in visitor.get("/imports/sources", code="书商").text


def test_weights_are_shown_beside_what_they_come_with_and_changed(visitor: Visitor, desk: Desk) -> None:
    assert visitor.get("/imports/sources/weights/none").status == 404
    with desk.database.transaction() as session:
        save_profile(make_context(session), "vendor", "书商", {})
    form = visitor.get("/imports/sources/weights/vendor").values()
    assert (form["title"], form["same"], form["doubtful"]) == ("8", "17", "11")
    saved = visitor.send("/imports/sources/weights/vendor", form | {"same": "20"})
    assert saved.status == 303
    assert visitor.get("/imports/sources/weights/vendor").values()["same"] == "20"
    crossed = visitor.send("/imports/sources/weights/vendor", form | {"doubtful": "30"})
    assert crossed.status == 422
    assert crossed.html.xpath("//input[@name='doubtful'][@aria-invalid='true']")
