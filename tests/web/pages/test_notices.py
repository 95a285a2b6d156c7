"""The pages of notices: the reader's own, what staff see and try again, and the wordings with their preview."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from branches.access import Caller
from notices.models import Notice, NoticeChoice, NoticeDelivery, NoticeTemplate
from notices.service import Occasion, Owed, tell
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import NOW, make_context, make_user
from tests.pages import Visitor, visit


@dataclass(frozen=True)
class Page:
    """What comes back as it is written, and its status as it should be."""

    visitor: Visitor

    def get(self, path: str, status: int = 200) -> str:
        sheet = self.visitor.get(path)
        assert sheet.status == status
        return sheet.response.get_data(as_text=True)

    def send(self, path: str, status: int = 303, **form: str) -> str:
        sheet = self.visitor.send(path, form)
        assert sheet.status == status, sheet.text
        return sheet.response.get_data(as_text=True)


def told(desk: Desk, *, is_failed: bool = False, kind: str = "card_expires") -> None:
    """The reader P0001 is told of something, or the staff of the hub."""
    patron_id = None if kind == "transfer_late" else desk.preview().patron.id
    org_id = desk.county.branch if patron_id else desk.county.hub
    owed = Owed(kind=kind, patron_id=patron_id, org_id=org_id, occasion=Occasion(subject_id=1, at=NOW))
    desk.write(lambda s: tell(make_context(s), [owed]))
    if is_failed:
        way = {"notice_id": 1, "channel": "email", "to_patron_id": patron_id, "status": "failed", "attempts": 6}
        row = way | {"due_at": NOW, "error": "550 unknown", "key": "k"}
        desk.write(lambda s: s.execute(insert(NoticeDelivery).values(row)))
        desk.write(lambda s: setattr(s.get_one(Notice, 1), "planned_at", NOW))


def reader(desk: Desk, client: FlaskClient) -> Page:
    return Page(visit(client, desk, Caller(kind="patron", id=desk.preview().patron.id)))


def staff(desk: Desk, client: FlaskClient, role: str, org_id: int) -> Page:
    return Page(visit(client, desk, desk.write(lambda s: make_user(s, f"user-{role}", (role, org_id)))))


def test_a_reader_sees_how_many_are_new_until_they_looked(desk: Desk, client: FlaskClient) -> None:
    told(desk)
    page = reader(desk, client)
    assert "我的通知（1 条新的）" in page.get("/me")
    shown = page.get("/me/notices")
    assert "张三丰，您好" in shown
    assert ">新<" in shown
    assert "我的通知（" not in page.get("/me")
    assert ">新<" not in page.get("/me/notices")


def test_a_reader_gives_an_address_and_a_language(desk: Desk, client: FlaskClient) -> None:
    page = reader(desk, client)
    page.send("/me/notices/ways", email="a@example.org", language="en")
    assert 'value="a@example.org"' in page.get("/me/notices")
    kept = desk.read(lambda s: s.scalars(select(NoticeChoice)).one())
    assert (kept.language, kept.channels) == ("en", None)  # no way is set up here, so none was chosen
    wrong = page.send("/me/notices/ways", status=422, email="nobody", language="")
    assert "邮箱地址不对" in wrong
    assert 'value="nobody"' in wrong


def test_staff_see_what_failed_and_why_and_try_it_again(desk: Desk, client: FlaskClient) -> None:
    told(desk, is_failed=True)
    page = staff(desk, client, "branch_librarian", desk.county.branch)
    shown = page.get("/notices?tab=failed")
    assert "550 unknown" in shown
    assert "/patrons/P0001" in shown
    assert "读者证 " not in shown  # what it says is the reader's
    page.send("/notices/1/retry")
    assert "550 unknown" not in page.get("/notices?tab=failed")
    assert desk.read(lambda s: s.scalars(select(NoticeDelivery.status)).one()) == "waiting"
    page.send("/notices/1/retry", status=409)


def test_all_that_failed_is_tried_again_at_once(desk: Desk, client: FlaskClient) -> None:
    told(desk, is_failed=True)
    page = staff(desk, client, "sysadmin", desk.county.network)
    assert "/patrons/P0001" not in page.get("/notices?tab=failed")  # who runs the machine knows no readers
    page.send("/notices/retry", at="")
    assert desk.read(lambda s: s.scalars(select(NoticeDelivery.status)).one()) == "waiting"


def test_staff_take_up_what_they_are_told(desk: Desk, client: FlaskClient) -> None:
    told(desk, kind="transfer_late")
    page = staff(desk, client, "hub_librarian", desk.county.hub)
    assert "待处理" in page.get("/notices?tab=ours")
    page.send("/notices/1/seen")
    assert "user-hub_librarian" in page.get("/notices?tab=ours")


def test_a_look_at_a_readers_notices_is_journalled(desk: Desk, client: FlaskClient) -> None:
    told(desk)
    page = staff(desk, client, "branch_librarian", desk.county.branch)
    assert "发过的通知" in page.get("/patrons/P0001")
    assert "读者证即将到期" in page.get("/patrons/P0001/notices")
    looks = [(entry.data or {}).get("what") for entry in desk.journal() if entry.act == "person_viewed"]
    assert looks[-1] == "notices"
    page.get("/patrons/NONE/notices", status=404)


def test_a_wording_is_tried_out_then_saved_and_an_old_one_comes_back(desk: Desk, client: FlaskClient) -> None:
    page = staff(desk, client, "sysadmin", desk.county.network)
    assert "程序自带" in page.get("/admin/notices")
    path = "/admin/notices/hold_ready/zh"
    typed = {"subject": "到了：{count}", "body": "{name}，书到了。\n{books}", "short": "{books}", "version": "0"}
    shown = page.send(f"{path}/preview", status=200, **typed)
    assert "李小雨，书到了。" in shown
    assert desk.read(lambda s: s.scalars(select(NoticeTemplate.version)).all()) == []
    page.send(path, **typed)
    assert "第 1 版" in page.get(path)
    assert "请带证到" in page.get(f"{path}?version=0")
    page.send(path, status=412, **typed | {"subject": "又一个"})  # somebody saved meanwhile


@pytest.mark.parametrize("text", ["{pin}", "{{ config }}", "{name.x}"])
def test_a_wording_that_names_what_there_is_not_is_not_saved(desk: Desk, client: FlaskClient, text: str) -> None:
    page = staff(desk, client, "sysadmin", desk.county.network)
    typed = {"subject": "x", "body": text, "short": "x", "version": "0"}
    assert "wrong-body" in page.send("/admin/notices/hold_ready/zh", status=422, **typed)
    assert "读起来是这样" not in page.send("/admin/notices/hold_ready/zh/preview", status=200, **typed)


def test_who_may_not_change_wordings_reads_them(desk: Desk, client: FlaskClient) -> None:
    page = staff(desk, client, "hub_librarian", desk.county.hub)
    assert "先看看" not in page.get("/admin/notices/hold_ready/zh")
    page.get("/admin/notices/birthday/zh", status=404)
