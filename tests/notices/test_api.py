"""Notices through the API: a reader's own, what staff see of them, the ways a reader chose, wordings."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from branches.access import Caller
from notices.kinds import KINDS
from notices.models import Notice, NoticeChoice, NoticeDelivery
from notices.service import Occasion, Owed, tell
from tests.desk import Desk, offenders
from tests.factories import NOW, ApiUser, make_context, make_token
from web import wiring


@pytest.fixture(autouse=True)
def put_together() -> None:
    wiring.connect()


def tell_of_card(desk: Desk, patron_id: int, number: int = 1) -> None:
    occasion = Occasion(subject_id=number, at=NOW)
    owed = Owed(kind="card_expires", patron_id=patron_id, org_id=desk.county.branch, occasion=occasion)
    desk.write(lambda s: tell(make_context(s), [owed]))


def reader(desk: Desk, client: FlaskClient, patron_id: int) -> ApiUser:
    return desk.over_http(client, Caller(kind="patron", id=patron_id))


def staff(desk: Desk, client: FlaskClient, role: str, org_id: int) -> ApiUser:
    return desk.staffed((role, org_id), username=f"user-{role}").over_http(client)


def own_id(desk: Desk) -> int:
    return desk.preview().patron.id


# --- readers ------------------------------------------------------------------------------------------------------------


def test_a_reader_reads_their_notices_page_by_page(desk: Desk, client: FlaskClient) -> None:
    me = own_id(desk)
    for number in range(3):
        tell_of_card(desk, me, number)
    tell_of_card(desk, desk.add_patron("P0002"), 9)
    api = reader(desk, client, me)
    first = api.get("/me/notices", limit="2").get_json()
    assert [item["id"] for item in first["items"]] == [3, 2]
    assert first["unread"] == 3
    second = api.get("/me/notices", limit="2", cursor=first["next"]).get_json()
    assert [item["id"] for item in second["items"]] == [1]
    assert second["next"] is None
    assert second["items"][0]["text"].startswith("张三丰，您好")
    assert api.post("/me/notices/read").get_json() == {"read": 3}
    assert api.post("/me/notices/read").get_json() == {"read": 0}
    assert api.get("/me/notices").get_json()["unread"] == 0


def test_a_guardian_reads_what_a_child_is_told(desk: Desk, client: FlaskClient) -> None:
    me = own_id(desk)
    child = desk.add_patron("C0001", name="小明", category="child", guardian_id=me)
    tell_of_card(desk, child)
    (item,) = reader(desk, client, me).get("/me/notices").get_json()["items"]
    assert item["patron"] == "小明"
    (same,) = reader(desk, client, child).get("/me/notices").get_json()["items"]
    assert same["patron"] is None


def test_a_reader_chooses_ways_language_and_address(desk: Desk, client: FlaskClient) -> None:
    api = reader(desk, client, own_id(desk))
    assert api.get("/me/notice-ways").get_json() == {
        "language": None,
        "channels": ["email", "sms"],
        "chosen": False,
        "email": None,
        "phone": None,
    }
    wanted = {"language": "en", "channels": ["wechat", "email"], "email": "Canary@Example.ORG"}
    shown = api.put("/me/notice-ways", wanted)
    assert shown.status_code == 200
    assert shown.get_json()["email"] == "Canary@example.org"
    assert shown.get_json()["channels"] == ["email", "wechat"]
    assert "notice_ways_chosen" in desk.acts()
    assert all("anary" not in str(entry.data) for entry in desk.journal())
    kept = desk.read(lambda s: s.scalars(select(NoticeChoice)).one())
    assert b"anary" not in (kept.email_encrypted or b"")
    tell_of_card(desk, own_id(desk))
    assert desk.read(lambda s: s.scalars(select(Notice.language)).one()) == "en"
    api.put("/me/notice-ways", {"language": None, "channels": None, "email": None})
    assert api.get("/me/notice-ways").get_json()["chosen"] is False
    assert desk.read(lambda s: s.scalars(select(NoticeChoice.email_encrypted)).one()) is None


@pytest.mark.parametrize(
    "change",
    [
        {"email": "nobody"},
        {"email": "a@example.org\r\nBcc: b@example.org"},
        {"channels": ["post"]},
        {"channels": ["sms"] * 9},
        {"language": "fr"},
    ],
)
def test_a_choice_that_cannot_be_is_refused(desk: Desk, client: FlaskClient, change: dict[str, object]) -> None:
    body = {"language": None, "channels": [], "email": None} | change
    assert reader(desk, client, own_id(desk)).put("/me/notice-ways", body).status_code == 422


# --- staff --------------------------------------------------------------------------------------------------------------


def fail(desk: Desk, notice_id: int, patron_id: int) -> None:
    values = {"notice_id": notice_id, "channel": "sms", "to_patron_id": patron_id, "status": "failed", "attempts": 6}
    row = values | {"due_at": NOW, "error": "HTTP 500", "key": f"k{notice_id}"}
    desk.write(lambda s: s.execute(insert(NoticeDelivery).values(row)))
    desk.write(lambda s: setattr(s.get_one(Notice, notice_id), "planned_at", NOW))


def test_staff_see_that_a_notice_was_sent_and_not_what_it_says(desk: Desk, client: FlaskClient) -> None:
    me = own_id(desk)
    tell_of_card(desk, me)
    fail(desk, 1, me)
    branch = staff(desk, client, "branch_librarian", desk.county.branch)
    answer = branch.get("/patrons/P0001/notices")
    (item,) = answer.get_json()["items"]
    assert (item["kind"], item["patron"], item["count"], item["read"]) == ("card_expires", "P0001", 1, False)
    assert item["deliveries"][0]["error"] == "HTTP 500"
    assert "读者证" not in answer.get_data(as_text=True)
    looks = [entry for entry in desk.journal() if entry.act == "person_viewed"]
    assert [(entry.patron_id, (entry.data or {})["what"]) for entry in looks] == [(me, "notices")]


def test_the_list_of_a_unit_names_readers_only_to_whom_they_are_known(desk: Desk, client: FlaskClient) -> None:
    me = own_id(desk)
    tell_of_card(desk, me)
    fail(desk, 1, me)
    for role, org, patron in (
        ("branch_librarian", desk.county.branch, "P0001"),
        ("sysadmin", desk.county.network, None),
    ):
        (item,) = staff(desk, client, role, org).get("/notices", status="failed").get_json()["items"]
        assert item["patron"] == patron
    elsewhere = desk.add_patron("P0002", desk.county.hub)
    occasion = Occasion(subject_id=7, at=NOW)
    owed = Owed(kind="card_expires", patron_id=elsewhere, org_id=desk.county.hub, occasion=occasion)
    desk.write(lambda s: tell(make_context(s), [owed]))
    assert len(ApiUser(client, None).get("/notices").get_json()) > 0  # a problem, not a list
    assert ApiUser(client, None).get("/notices").status_code == 401


def test_failed_ways_are_tried_again_by_those_who_may(desk: Desk, client: FlaskClient) -> None:
    me = own_id(desk)
    tell_of_card(desk, me)
    fail(desk, 1, me)
    point = staff(desk, client, "branch_librarian", desk.county.point)
    assert point.post("/notices/1/retry").status_code == 404  # a notice of the branch above
    hub = staff(desk, client, "hub_librarian", desk.county.hub)
    assert hub.post("/notices/1/retry").get_json() == {"ways": 1}
    assert hub.post("/notices/1/retry").status_code == 409
    assert hub.post("/notices/99/retry").status_code == 404
    delivery = desk.read(lambda s: s.scalars(select(NoticeDelivery)).one())
    assert (delivery.status, delivery.attempts) == ("waiting", 0)
    assert "notice_retried" in desk.acts()
    assert offenders(desk.database) == {}


# --- wordings -----------------------------------------------------------------------------------------------------------

WORDING = {"subject": "{count} 册快到期", "body": "{name}：{books}", "short": "{books}"}


def test_a_wording_is_changed_by_version_and_holds_from_then_on(desk: Desk, client: FlaskClient) -> None:
    admin = staff(desk, client, "sysadmin", desk.county.network)
    shown = admin.get("/notice-templates/card_expires/zh")
    assert shown.headers["ETag"] == '"0"'
    body = {"subject": "续证啦", "body": "{name} 续证", "short": "续证"}
    path = "/notice-templates/card_expires/zh"
    assert admin.put(path, body).status_code == 428
    assert admin.put(path, body, If_Match='"3"').status_code == 412
    saved = admin.put(path, body, If_Match='"0"')
    assert (saved.status_code, saved.get_json()["version"]) == (200, 1)
    assert saved.get_json()["saved_by"] == "user-sysadmin"
    assert admin.put(path, body, If_Match='"0"').status_code == 412
    assert admin.put(path, body, If_Match='"1"').get_json()["version"] == 1  # nothing changed
    tell_of_card(desk, own_id(desk))
    assert desk.read(lambda s: s.scalars(select(Notice.body)).one()) == "张三丰 续证"
    assert desk.journal()[-1].act == "settings_changed"
    assert offenders(desk.database) == {}


@pytest.mark.parametrize("field", ["subject", "body", "short"])
def test_a_place_that_there_is_not_is_refused(desk: Desk, client: FlaskClient, field: str) -> None:
    admin = staff(desk, client, "sysadmin", desk.county.network)
    answer = admin.put("/notice-templates/due_soon/zh", WORDING | {field: "{pin}"}, If_Match='"0"')
    assert answer.status_code == 422
    assert field in answer.get_json()["errors"]


def test_nobody_but_administrators_changes_wordings_and_unknown_ones_are_not_found(
    desk: Desk, client: FlaskClient
) -> None:
    hub = staff(desk, client, "hub_librarian", desk.county.hub)
    assert hub.put("/notice-templates/due_soon/zh", WORDING, If_Match='"0"').status_code == 403
    assert len(hub.get("/notice-templates").get_json()["items"]) == 2 * len(KINDS)
    for path in ("due_soon/fr", "birthday/zh"):
        assert hub.get(f"/notice-templates/{path}").status_code == 404


# --- a PIN set by staff -------------------------------------------------------------------------------------------------


def test_a_reader_hears_that_staff_set_the_pin_and_where(desk: Desk, client: FlaskClient) -> None:
    me = own_id(desk)
    before = desk.write(lambda s: make_token(s, Caller(kind="patron", id=me)))
    hub = staff(desk, client, "hub_librarian", desk.county.hub)
    assert hub.put("/patrons/P0001/pin", {"pin": "719305"}).status_code == 204
    assert ApiUser(client, before).get("/me/notices").status_code == 401, "a login made before has ended"
    told = reader(desk, client, me).get("/me/notices").get_json()["items"]
    name = desk.read(lambda s: make_context(s).tree.by_id[desk.county.hub].name)
    assert [item["kind"] for item in told] == ["pin_set"]
    assert f"在{name}由工作人员重设" in told[0]["text"]
    entry = next(entry for entry in reversed(desk.journal()) if entry.act == "patron_changed")
    assert (entry.data, entry.author, entry.patron_id) == ({"fields": ["pin"], "at": "ZG"}, "user-hub_librarian", me)
    assert offenders(desk.database) == {}


def test_a_pin_that_the_reader_chose_makes_no_notice(desk: Desk, client: FlaskClient) -> None:
    me = own_id(desk)
    hub = staff(desk, client, "hub_librarian", desk.county.hub)
    hub.put("/patrons/P0001/pin", {"pin": "719305"})
    api = reader(desk, client, me)
    assert api.put("/me/pin", {"old": "719305", "new": "628417"}).status_code == 204
    assert len(reader(desk, client, me).get("/me/notices").get_json()["items"]) == 1
