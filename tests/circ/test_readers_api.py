"""Merging, closing, erasing and exporting over HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from branches.access import Caller
from circ.models import Hold
from circ.service.ledger import charge
from notices.models import Notice, NoticeOccasion
from tests.desk import Desk
from tests.factories import ApiUser, make_context


@pytest.fixture
def hub(client: FlaskClient, desk: Desk) -> ApiUser:
    return desk.staffed(("hub_librarian", desk.county.hub)).over_http(client)


def own(client: FlaskClient, desk: Desk) -> ApiUser:
    reader = Caller(kind="patron", id=desk.preview().patron.id)
    return desk.over_http(client, reader)


def test_a_merge_answers_with_the_account_that_stays(hub: ApiUser, desk: Desk) -> None:
    desk.add_patron("DUP")
    desk.check_out(patron="DUP")
    done = hub.post("/patrons/DUP/merge", {"into": "P0001"})
    assert done.status_code == 200
    assert (done.json["patron"]["barcode"], done.json["loans"], done.json["patron"]["open_loans"]) == ("P0001", 1, 1)
    again = hub.post("/patrons/DUP/merge", {"into": "P0001"})
    assert (again.status_code, again.json["code"]) == (409, "patron.merge_itself")
    assert hub.post("/patrons/NOBODY/merge", {"into": "P0001"}).status_code == 404


def test_a_profile_tells_how_often_a_reader_left_books_on_the_hold_shelf(hub: ApiUser, desk: Desk) -> None:
    desk.add_item("B0002", bib_id=desk.item().bib_id)
    for days in (2, 40):
        ended = {"status": "expired", "end_reason": "not_collected", "copy_id": None}
        ended |= {"ended_at": desk.now - timedelta(days=days)}
        hold_id = desk.hold(pickup="ZG").id
        desk.write(lambda s, of=hold_id, to=ended: [setattr(s.get_one(Hold, of), *one) for one in to.items()])
    told = hub.get("/patrons/P0001").json
    assert (told["no_shows"], told["late_returns"], told["open_holds"]) == (1, 0, 0)  # older ones count no more


def test_closing_says_what_is_still_open_and_then_what_was_done(hub: ApiUser, desk: Desk) -> None:
    desk.check_out()
    refused = hub.post("/patrons/P0001/closure")
    assert (refused.status_code, [r["code"] for r in refused.json["refusals"]]) == (409, ["patron.has_loans"])
    desk.later(days=1).check_in()
    done = hub.post("/patrons/P0001/closure").json
    assert (done["status"], done["deposit_returned"], done["holds_cancelled"]) == ("closed", "0.00", 0)
    assert hub.post("/patrons/P0001/reopening").json["status"] == "active"


def test_an_export_is_whole_for_the_reader_and_without_history_for_staff(
    client: FlaskClient, hub: ApiUser, desk: Desk
) -> None:
    desk.check_out()
    desk.later(days=1).check_in()
    reader = own(client, desk)
    answer = reader.get("/me/export")
    assert answer.mimetype == "application/zip"
    with ZipFile(BytesIO(answer.data)) as archive:
        data, words = json.loads(archive.read("data.json")), archive.read("我的资料.txt").decode("utf-8-sig")
    assert (data["profile"]["name"], data["history"][0]["title"]) == ("张三丰", "平凡的世界")
    assert "平凡的世界" in words
    with ZipFile(BytesIO(hub.get("/patrons/P0001/export").data)) as archive:
        handed = json.loads(archive.read("data.json"))
    assert handed["profile"]["name"] == "张三丰"
    assert "history" not in handed
    assert "平凡的世界" not in json.dumps(handed, ensure_ascii=False)
    assert [look["what"] for look in reader.get("/me/looks").json["items"]] == ["export"]


def test_an_export_by_staff_names_the_book_of_a_fee_only_while_it_is_out(
    client: FlaskClient, hub: ApiUser, desk: Desk
) -> None:
    desk.add_item("B0002")
    loans = {item: desk.check_out(item).id for item in ("B0001", "B0002")}
    desk.later(days=1).check_in("B0001")
    patron_id = desk.preview().patron.id

    def owe_and_tell(session: Session) -> None:
        for item, loan_id in loans.items():
            fee = {"fen": 100, "cause": "damaged", "by_rule": False, "note": f"{item} 撕破"}
            of_book = {"org_id": desk.county.hub, "item_id": desk.item(item).id, "loan_id": loan_id}
            charge(make_context(session), patron_id=patron_id, **of_book, **fee)  # type: ignore[arg-type]
        told = {"kind": "overdue", "language": "zh", "subject": "逾期", "body": "《平凡的世界》", "short": "逾期"}
        at = {"told_at": desk.now, "planned_at": desk.now}
        notice = Notice(patron_id=patron_id, org_id=desk.county.hub, things=1, **at, **told)
        session.add(notice)
        session.flush()
        occasion = {"subject_id": loans["B0001"], "at": desk.now, "step": 0, "notice_id": notice.id}
        session.add(NoticeOccasion(kind="overdue", **occasion))

    desk.write(owe_and_tell)
    own_data, handed = (
        json.loads(ZipFile(BytesIO(user.get(path).data)).read("data.json"))
        for user, path in ((own(client, desk), "/me/export"), (hub, "/patrons/P0001/export"))
    )
    assert [(e["barcode"], e["note"]) for e in own_data["account"]["entries"]] == [
        ("B0002", "B0002 撕破"),
        ("B0001", "B0001 撕破"),
    ]
    assert [(e["barcode"], e["note"], e["amount_fen"]) for e in handed["account"]["entries"]] == [
        ("B0002", "B0002 撕破", 100),
        (None, None, 100),
    ]
    assert own_data["notices"][0]["body"] == "《平凡的世界》"
    assert [sorted(told) for told in handed["notices"]] == [["kind", "things", "told_at"]]
    assert "B0001" not in json.dumps(handed)


def test_a_reader_asks_for_erasure_and_the_hub_does_it(client: FlaskClient, hub: ApiUser, desk: Desk) -> None:
    asked = own(client, desk).post("/me/erasure").json["asked_at"]
    assert hub.get("/patrons/P0001").json["erasure_asked_at"] == asked
    erased = hub.post("/patrons/P0001/erasure")
    assert erased.status_code == 200
    assert hub.get("/patrons/P0001").json["name"] == "（已删除）"


def test_a_branch_neither_merges_nor_erases(client: FlaskClient, desk: Desk) -> None:
    caller = desk.staffed(("branch_librarian", desk.county.branch)).caller
    branch = desk.over_http(client, caller)
    answers = [
        branch.post("/patrons/P0001/merge", {"into": "P0002"}),
        branch.post("/patrons/P0001/erasure"),
        branch.get("/patrons/P0001/export"),
        branch.get("/patrons/duplicates"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
