"""A posted book that did not arrive: who may say so and when, the shop sends again, or money, quota and postage go back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from branches.access import Caller
from kernel.db import Database
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text
from purchasing.budget_models import Programme
from purchasing.programmes import Online
from purchasing.queries.behind import Behind
from purchasing.queries.missed import missed_by, missed_parcels_of
from purchasing.queries.online import addresses_of, delivery_of
from purchasing.queries.selections import SelectionRow
from purchasing.rules import check_missed, check_missed_often
from purchasing.service.missed import forget_missed, hand_over_missed
from purchasing.service.online.sending import receive_due
from purchasing.service.quotas import fold_due
from purchasing.settling import Elsewhere, compare
from purchasing.states import ONLINE_ACTS, SELECTION_STATUSES, WAITING, Party, acts_of
from tests.conftest import Move
from tests.desk import Desk, refusals_of
from tests.desk import desk as desk
from tests.purchasing.county import ISBN, OTHER_ISBN
from tests.purchasing.county import shops as shops
from tests.purchasing.office import line
from tests.purchasing.online import Choices
from tests.purchasing.online import online as online
from tests.purchasing.overseeing import ask, odd
from web.worker import in_turns

# --- the table -----------------------------------------------------------------------------------------------------------


def test_every_act_is_a_move_of_its_status() -> None:
    for act in ONLINE_ACTS.values():
        for status in {one for statuses in act.of.values() for one in statuses}:
            assert act.to in SELECTION_STATUSES[status].moves, (act.label, status)


@pytest.mark.parametrize(
    ("party", "status", "way", "acts"),
    [
        ("reader", "ordered", "post", ("call_off",)),
        ("reader", "sent", "post", ("receive", "miss")),
        ("reader", "sent", "pickup", ()),
        ("reader", "missing", "post", ("receive",)),
        ("reader", "lent", "post", ()),
        ("shop", "ordered", "pickup", ("dispatch", "call_off")),
        ("shop", "sent", "post", ()),
        ("shop", "missing", "post", ("dispatch", "call_off")),
        ("library", "lent", "post", ("miss", "call_off")),
        ("library", "cancelled", "post", ()),
    ],
)
def test_who_may_do_what(party: Party, status: str, way: str, acts: tuple[str, ...]) -> None:
    assert acts_of(party, status, way) == acts


@pytest.mark.parametrize(("day", "codes"), [(23, ["purchase.on_its_way"]), (25, ["purchase.on_its_way"]), (26, [])])
def test_the_post_takes_its_days(day: int, codes: list[str]) -> None:
    sent = datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert [one.code for one in check_missed(sent, datetime(2026, 11, day, 3, tzinfo=UTC))] == codes


def test_what_did_not_arrive_is_a_difference_of_an_invoice() -> None:
    known = Elsewhere(cancelled={ISBN: 1}, missing={ISBN: 1}, on_their_way={ISBN: 1}, settled=frozenset())
    pairs = compare([], [line(copies=4)], known)
    assert [one.kinds[0] for one in pairs] == ["cancelled", "missing", "not_lent", "not_chosen"]


# --- the acts ------------------------------------------------------------------------------------------------------------


def posted(online: Choices) -> int:
    row: SelectionRow = online.order(post=True).selection
    online.dispatch(row.id, tracking="SF1")
    return row.id


def miss(online: Choices, selection_id: int, **later: float) -> SelectionRow:
    row: SelectionRow = online.act(
        online.reader(), lambda service: service.miss(selection_id), **(later or {"days": 4})
    )
    return row


def test_the_shop_sends_another_and_it_arrives(online: Choices, desk: Desk) -> None:
    row = posted(online)
    assert refusals_of(lambda: miss(online, row, days=1)) == ["purchase.on_its_way"]
    assert miss(online, row).status == miss(online, row).status == "missing"
    assert receive_due(in_turns(desk.database, now=desk.later(days=30).now)) == 0, "nothing is received by itself"
    online.dispatch(row, item_barcode="NX000007", tracking="SF2")
    delivery = desk.read(lambda s: delivery_of(s, row))
    assert (online.shops.selection(row).status, delivery.tracking, delivery.due_on is not None) == ("sent", "SF2", True)
    assert online.act(online.reader(), lambda service: service.receive(row)).status == "lent"
    assert desk.item("NX000007").status == "on_loan"
    assert (online.shops.money().spent_fen, online.used()) == (5970, 1)


def test_it_came_after_all(online: Choices) -> None:
    row = posted(online)
    miss(online, row)
    assert online.act(online.reader(), lambda service: service.receive(row)).status == "lent"


@pytest.mark.parametrize("by_shop", [True, False])
def test_or_money_quota_and_postage_go_back(online: Choices, desk: Desk, by_shop: bool) -> None:
    row = posted(online)
    assert refusals_of(lambda: online.call_off(online.shops.clerk, row, "lost")) == ["purchase.sent"]
    miss(online, row)
    online.call_off(online.shops.clerk if by_shop else online.system(), row, "lost")
    assert online.shops.selection(row).status == "cancelled"
    assert (online.shops.money().spent_fen, online.used(), online.owed()) == (0, 0, 0)
    assert desk.read(lambda s: addresses_of(s, [row])) == {}
    assert online.told()[-1] == "choice_over"


def test_a_library_says_so_also_after_it_counted_as_received(online: Choices, desk: Desk) -> None:
    row = posted(online)
    receive_due(in_turns(desk.database, now=desk.later(days=10).now))
    with pytest.raises(Conflict):
        miss(online, row, days=11)
    after = online.act(online.system(), lambda service: service.miss(row), days=11)
    assert (after.status, after.loan_id, after.patron_id) == ("missing", None, online.reader().id)
    assert (desk.open_loans(), desk.item("NX000001").status) == (0, "missing")
    online.dispatch(row)
    assert online.act(online.reader(), lambda service: service.receive(row), days=12).status == "lent"
    assert desk.item("NX000001").status == "on_loan"


# --- how often -----------------------------------------------------------------------------------------------------------


def counted(desk: Desk, card: Caller) -> int:
    return desk.read(lambda s: missed_by(s, s.scalar(select(Programme.id)) or 0, card.id, 2026))


@pytest.mark.parametrize(
    ("limit", "missed", "codes"),
    [(None, 99, []), (3, 2, []), (3, 3, ["purchase.missed_often"]), (0, 0, ["purchase.missed_often"])],
)
def test_readers_say_so_by_themselves_of_so_many_a_year(limit: int | None, missed: int, codes: list[str]) -> None:
    found = check_missed_often(Online(missed_per_year=limit), missed)
    assert [one.code for one in found] == codes
    assert all("馆员" in one.message.zh and "librarian" in one.message.en for one in found)


def test_beyond_the_limit_of_the_year_a_librarian_decides(online: Choices, desk: Desk) -> None:
    online.rules(missed_per_year=1)
    first, second = posted(online), online.order(OTHER_ISBN, post=True).selection.id
    online.dispatch(second)
    miss(online, first)
    online.dispatch(first)
    for row in (first, second):  # the one that was sent again counts again
        assert refusals_of(lambda row=row: miss(online, row)) == ["purchase.missed_often"]  # type: ignore[misc]
    assert online.act(online.system(), lambda service: service.miss(second), days=4).status == "missing"
    assert counted(desk, online.reader()) == 2
    next_year = online.act(online.reader(), lambda service: service.miss(first), days=60)
    assert next_year.status == "missing"


def test_what_came_after_all_counts_no_more_and_what_is_missing_twice_counts_twice(online: Choices, desk: Desk) -> None:
    row = posted(online)
    miss(online, row)
    miss(online, row)
    assert counted(desk, online.reader()) == 1
    online.dispatch(row)
    miss(online, row)
    assert counted(desk, online.reader()) == 2
    online.act(online.reader(), lambda service: service.receive(row), days=5)
    assert counted(desk, online.reader()) == 1


def test_parcels_given_up_still_count(online: Choices, desk: Desk) -> None:
    row = posted(online)
    miss(online, row)
    online.call_off(online.shops.clerk, row, "lost")
    assert counted(desk, online.reader()) == 1


def test_the_count_goes_with_the_year_and_with_the_reader(online: Choices, desk: Desk) -> None:
    row = posted(online)
    miss(online, row)
    desk.add_patron("P0002")
    me = online.reader()
    online.shops.system(lambda context: hand_over_missed(context, me.id, online.reader("P0002").id))
    assert (counted(desk, me), counted(desk, online.reader("P0002"))) == (0, 1)
    assert desk.read(lambda s: missed_parcels_of(s, online.reader("P0002").id)) == [
        {"programme": "你选书，我买单", "year": 2026, "parcels": 1}
    ]
    online.shops.system(lambda context: forget_missed(context, online.reader("P0002").id))
    assert counted(desk, online.reader("P0002")) == 0
    online.dispatch(row)
    miss(online, row)
    fold_due(in_turns(desk.database, now=desk.later(days=20).now))
    assert counted(desk, me) == 1
    fold_due(in_turns(desk.database, now=desk.later(days=60).now))
    assert counted(desk, me) == 0


def test_many_missing_parcels_of_a_reader_are_odd(online: Choices, desk: Desk) -> None:
    hub = online.shops.as_role("hub_librarian", desk.county.hub)
    row = posted(online)
    for n in range(3):
        assert [one.alert for one in odd(hub, days=4) if one.alert.kind == "missing"] == []
        miss(online, row)
        online.dispatch(row)
        assert counted(desk, online.reader()) == n + 1
    (noticed,) = [one for one in odd(hub, days=4) if one.alert.kind == "missing"]
    assert (noticed.alert.count, noticed.alert.key, noticed.selections) == (3, "", ())
    assert noticed.alert.message == Text(
        "有一位读者今年说了 3 次邮寄的书没有收到。",
        "One reader said 3 times this year that a posted book did not come.",
    )
    online.act(online.reader(), lambda service: service.receive(row), days=4)
    (noticed,) = [one for one in odd(hub, days=4) if one.alert.kind == "missing"]
    assert noticed.selections == (row,)
    behind = ask(
        hub,
        lambda service: service.choices("NXS", None, Behind(is_missed=True), outside=False, before=None, limit=9),
        days=4,
    )
    assert [one.id for one in behind] == [row]


def test_only_posted_books_that_were_sent_can_be_missed_and_only_by_their_reader(online: Choices, desk: Desk) -> None:
    waiting = online.order(post=True).selection.id
    with pytest.raises(Conflict):
        miss(online, waiting)
    desk.add_patron("P0002")
    online.dispatch(waiting)
    with pytest.raises(NotFound):
        online.act(online.reader("P0002"), lambda service: service.miss(waiting), days=4)
    to_collect = online.order("9787536692930").selection.id
    online.dispatch(to_collect)
    assert refusals_of(lambda: miss(online, to_collect)) == ["purchase.collect"]


def test_a_choice_that_is_missed_is_waited_for(online: Choices) -> None:
    assert WAITING == ("ordered", "sent", "missing")
    row = posted(online)
    miss(online, row)
    assert online.shops.selection(row).patron_id == online.reader().id


def test_the_api_takes_it(online: Choices, desk: Desk, client: FlaskClient) -> None:
    row = posted(online)
    own = desk.later(days=4).over_http(client, online.reader())
    said = own.post(f"/selections/{row}/non-arrival")
    assert (said.status_code, said.json["status"]) == (200, "missing")
    assert said.json["delivery"]["missing_at"]


def test_going_back_and_forth_keeps_the_choice_and_what_guards_frozen_settlements(
    online: Choices, database: Database, to: Move
) -> None:
    row = posted(online)
    miss(online, row)
    guards = guards_of(database)
    to("0041")
    with database.reading() as session:
        assert session.execute(text("SELECT status FROM selection")).scalars().all() == ["sent"]
    to("head")
    assert guards_of(database) == guards
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM missed_parcels")).scalars().all() == [0]
    assert online.shops.selection(row).status == "sent"


def guards_of(database: Database) -> set[str]:
    found = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    )
    with database.reading() as session:
        return set(session.execute(text(found)).scalars())


def test_what_is_missing_when_counting_begins_is_counted(online: Choices, database: Database, to: Move) -> None:
    miss(online, posted(online))
    to("0045")
    to("head")
    with database.reading() as session:
        assert [tuple(row) for row in session.execute(text("SELECT year, parcels FROM missed_parcels"))] == [(2026, 1)]
