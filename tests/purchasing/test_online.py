"""A reader chooses from a shop's list: ordered, sent, collected or posted, lent when it is there; and all that may come between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from branches.context import Context
from circ.models import Hold
from circ.service import CirculationService
from circ.service.holds import HoldService
from circ.service.leaving import why_not_leave
from kernel.clock import end_of_day, local_day
from kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from kernel.journal import JournalEntry
from patrons.models import Patron
from purchasing.queries.online import addresses_of, delivery_of
from purchasing.queries.settlements import lines_of
from purchasing.service.online.following import choices_of, hand_over_choices, keeps_from_leaving
from purchasing.service.online.sending import receive_due
from purchasing.service.selecting import Pick
from purchasing.service.selecting.commands import Delivery
from purchasing.service.settling import SettlementService
from purchasing.settling import read_period
from tests.desk import Desk, refusals_of
from tests.desk import desk as desk
from tests.factories import make_context
from tests.purchasing.county import ISBN
from tests.purchasing.county import shops as shops
from tests.purchasing.online import HOME, VAULT, Choices
from tests.purchasing.online import online as online
from web.worker import in_turns

# --- the whole --------------------------------------------------------------------------------------------------------


def test_it_is_ordered_sent_collected_returned_and_processed(online: Choices, desk: Desk) -> None:
    ordered = online.order()
    row, item = ordered.selection, desk.item("NX000001")
    assert (row.status, row.loan_id, row.is_online, row.cost_fen) == ("ordered", None, True, 5970)
    assert (item.status, item.location_id, item.awaits_processing) == ("on_order", online.shops.shop, True)
    assert (online.shops.money().spent_fen, online.stock(), ordered.left[0].books) == (5970, 1, 2)
    online.dispatch(row.id)
    assert online.shops.selection(row.id).status == "sent"
    assert "收到了" not in online.last_told()
    arrived = desk.check_in("NX000001", at="CG")
    assert (arrived.action, arrived.hold and arrived.hold.status) == ("hold_shelf", "ready")
    lent = desk.check_out("NX000001", at="CG")
    after = online.shops.selection(row.id)
    assert (after.status, after.loan_id, after.patron_id) == ("lent", lent.id, None)
    assert lent.due_at == end_of_day(local_day(desk.now) + timedelta(days=30))
    assert lent.policy["promised_days"] == {"value": 30, "row": None}
    assert desk.read(lambda s: s.scalars(select(Hold.status)).all()) == ["collected"]
    returned = desk.check_in("NX000001", at="CG")
    assert (returned.action, returned.to and returned.to.code) == ("transfer", "ZG")
    desk.dispatch(returned.transfer_id)
    assert desk.check_in("NX000001", at="ZG").status == "in_processing"
    assert online.told() == ["choice_ordered", "choice_sent"]


def test_one_collected_where_it_is_processed_waits_for_its_reader_first(online: Choices, desk: Desk) -> None:
    row = online.order(pickup="ZG").selection
    online.dispatch(row.id)
    assert desk.check_in("NX000001", at="ZG").action == "hold_shelf"
    desk.check_out("NX000001", at="ZG")
    assert desk.check_in("NX000001", at="ZG").action == "process"


def test_a_posted_book_is_lent_when_its_reader_says_it_came(online: Choices, desk: Desk) -> None:
    row = online.order(post=True).selection
    sealed = desk.read(lambda s: addresses_of(s, [row.id]))[row.id]
    assert "东街".encode() not in sealed
    online.dispatch(row.id, tracking="SF123")
    assert "点“收到了”，借期从那时算起" in online.last_told()
    assert desk.item("NX000001").status == "on_order"
    after = online.act(online.reader(), lambda service: service.receive(row.id))
    assert (after.status, desk.loan(after.loan_id).org_id) == ("lent", online.shops.shop)
    assert online.act(online.reader(), lambda service: service.receive(row.id)).loan_id == after.loan_id
    assert desk.read(lambda s: addresses_of(s, [row.id])) == {}


def test_a_posted_book_counts_as_received_when_its_days_are_over(online: Choices, desk: Desk) -> None:
    row = online.order(post=True).selection
    online.dispatch(row.id)
    assert receive_due(in_turns(desk.database, now=desk.later(days=9).now)) == 0
    assert receive_due(in_turns(desk.database, now=desk.later(days=10).now)) == 1
    assert online.shops.selection(row.id).status == "lent"
    assert receive_due(in_turns(desk.database, now=desk.later(days=10).now)) == 0


def test_the_loan_of_a_posted_book_begins_even_if_the_card_expired_on_the_way(online: Choices, desk: Desk) -> None:
    row = online.order(post=True).selection
    online.dispatch(row.id)
    desk.write(lambda s: s.execute(update(Patron).values(expires_on=desk.now.date().replace(day=1))))
    assert online.act(online.reader(), lambda service: service.receive(row.id)).status == "lent"


def test_the_label_in_the_clerks_hand_replaces_the_one_set_aside(online: Choices, desk: Desk) -> None:
    row = online.order().selection
    online.dispatch(row.id, item_barcode="NX000050")
    assert desk.item("NX000050").status == "in_transit"
    assert desk.check_in("NX000050", at="CG").action == "hold_shelf"


def test_a_check_out_that_is_undone_waits_for_its_reader_again(online: Choices, desk: Desk) -> None:
    row = online.order().selection
    online.dispatch(row.id)
    desk.check_in("NX000001", at="CG")
    lent = desk.check_out("NX000001", at="CG")
    assert lent.entry_id is not None
    undone = lent.entry_id
    online.shops.system(lambda context: CirculationService(context).undo(undone))
    after = online.shops.selection(row.id)
    assert (after.status, after.loan_id, after.patron_id) == ("sent", None, online.reader().id)
    desk.check_out("NX000001", at="CG")
    assert online.shops.selection(row.id).status == "lent"


# --- calling off ------------------------------------------------------------------------------------------------------


def test_before_it_is_sent_the_reader_calls_it_off_and_all_is_as_before(online: Choices, desk: Desk) -> None:
    row = online.order(post=True).selection
    assert (online.owed(), online.used()) == (500, 1)
    after = online.call_off(online.reader(), row.id)
    assert (after.status, after.patron_id, desk.item("NX000001").status) == ("cancelled", None, "withdrawn")
    assert (online.shops.money().spent_fen, online.stock(), online.owed(), online.used()) == (0, 2, 0, 0)
    assert desk.read(lambda s: addresses_of(s, [row.id])) == {}
    assert online.order().selection.status == "ordered"


@pytest.mark.parametrize("cause", ["no_supply", "lost"])
def test_a_reader_empties_no_shop_s_list(online: Choices, cause: str) -> None:
    row = online.order().selection
    with pytest.raises(Invalid):
        online.call_off(online.reader(), row.id, cause)
    assert online.stock() == 1


def test_a_shop_orders_nothing_to_its_own_door(online: Choices, desk: Desk) -> None:
    pick = Pick(patron="P0001", isbn=ISBN, shop="XH", delivery=Delivery(address=HOME))
    with pytest.raises(Forbidden):
        online.act(online.shops.clerk, lambda service: service.order(pick, VAULT))
    hub = desk.staffed(("hub_librarian", desk.county.hub), username="hub").caller
    assert online.act(hub, lambda service: service.order(pick, VAULT)).selection.status == "ordered"


def test_a_parcel_is_said_to_have_come_by_its_reader_or_their_library(online: Choices, desk: Desk) -> None:
    row = online.order(post=True).selection
    online.dispatch(row.id)
    elsewhere = desk.staffed(("volunteer", desk.county.other_point), username="volunteer").caller
    with pytest.raises(Forbidden):
        online.act(elsewhere, lambda service: service.receive(row.id))
    stranger = desk.staffed(("branch_librarian", desk.county.other_point), username="stranger").caller
    with pytest.raises(NotFound):
        online.act(stranger, lambda service: service.receive(row.id))
    own = desk.staffed(("branch_librarian", desk.county.branch), username="own").caller
    assert online.act(own, lambda service: service.receive(row.id)).status == "lent"


def test_once_sent_only_the_library_calls_it_off(online: Choices, desk: Desk) -> None:
    row = online.order().selection
    online.dispatch(row.id)
    assert refusals_of(lambda: online.call_off(online.reader(), row.id)) == ["purchase.sent"]
    assert refusals_of(lambda: online.call_off(online.shops.clerk, row.id)) == ["purchase.sent"]
    assert online.call_off(online.system(), row.id, "lost").status == "cancelled"
    assert desk.read(lambda s: s.scalars(select(Hold.status)).all()) == ["cancelled"]
    assert (online.shops.money().spent_fen, desk.item("NX000001").status) == (0, "withdrawn")
    assert online.told()[-1] == "choice_over"


def test_a_parcel_lost_after_it_counted_as_received_is_called_off_with_its_loan(online: Choices, desk: Desk) -> None:
    row = online.order(post=True).selection
    online.dispatch(row.id)
    receive_due(in_turns(desk.database, now=desk.later(days=10).now))
    after = online.call_off(online.system(), row.id, "lost")
    assert (after.status, desk.loan(after.loan_id).close_reason) == ("cancelled", "undone")
    assert (online.shops.money().spent_fen, online.used(), online.owed()) == (0, 0, 0)


def test_what_the_shop_has_not_is_given_back_and_wanted_still(online: Choices, desk: Desk) -> None:
    row = online.order(post=True).selection
    online.call_off(online.shops.clerk, row.id, "no_supply")
    assert (online.stock(), online.owed(), online.used(), online.told()[-1]) == (0, 0, 0, "choice_over")
    assert refusals_of(online.order) == ["purchase.stock"]
    noted = desk.read(lambda s: s.scalars(select(JournalEntry).where(JournalEntry.act == "selection_refused")).all())
    assert [((one.data or {})["isbn"], one.patron_id) for one in noted] == [(ISBN, None)]


def test_what_lies_on_the_hold_shelf_is_not_called_off(online: Choices, desk: Desk) -> None:
    row = online.order().selection
    online.dispatch(row.id)
    desk.check_in("NX000001", at="CG")
    assert refusals_of(lambda: online.call_off(online.system(), row.id)) == ["purchase.moved_on"]


@pytest.mark.parametrize(("counts", "used"), [(True, 1), (False, 0)])
def test_one_that_is_not_collected_goes_to_the_cataloguers(
    online: Choices, desk: Desk, counts: bool, used: int
) -> None:
    online.rules(uncollected_counts=counts)
    row = online.order().selection
    online.dispatch(row.id)
    desk.check_in("NX000001", at="CG")
    late = desk.later(days=60)
    assert late.write(lambda s: HoldService(make_context(s, now=late.now)).expire_due()) == 1
    after = online.shops.selection(row.id)
    assert (after.status, after.patron_id, online.used()) == ("unclaimed", None, used)
    assert online.shops.money().spent_fen == 5970
    cleared = late.check_in("NX000001", at="CG")
    assert (cleared.action, cleared.to and cleared.to.code) == ("transfer", "ZG")


def test_a_shop_is_paid_once_the_book_was_received_and_then_it_is_not_called_off(online: Choices, desk: Desk) -> None:
    row = online.order(post=True).selection
    online.dispatch(row.id)

    def settle(period: str) -> int:
        span, now = read_period(period), desk.later(days=10).now
        assert span is not None
        service = lambda s: SettlementService(make_context(s, online.system(), now=now))  # noqa: E731
        return desk.write(lambda s: service(s).make("XH", span)).settlement.id

    november = settle("2026-11")
    assert desk.read(lambda s: lines_of(s, november)) == []
    receive_due(in_turns(desk.database, now=desk.later(days=10).now))
    december = settle("2026-12")
    assert [line.selection_id for line in desk.read(lambda s: lines_of(s, december))] == [row.id]
    assert refusals_of(lambda: online.call_off(online.system(), row.id, "lost")) == ["purchase.settled"]


# --- who may ----------------------------------------------------------------------------------------------------------


def test_a_reader_orders_and_sees_only_for_themselves(online: Choices, desk: Desk) -> None:
    desk.add_patron("P0002")
    pick = Pick(patron="P0002", isbn=ISBN, shop="XH", delivery=Delivery(pickup="CG"))
    with pytest.raises(NotFound):
        online.act(online.reader(), lambda service: service.order(pick, VAULT))
    row = online.order(post=True).selection
    other = online.reader("P0002")
    for act in (lambda s: s.call_off(row.id, "x"), lambda s: s.receive(row.id)):
        with pytest.raises(NotFound):
            online.act(other, act)


def test_a_reader_sends_nothing(online: Choices) -> None:
    row = online.order().selection
    with pytest.raises(DomainError):
        online.act(online.reader(), lambda service: service.dispatch(row.id, item_barcode=None, tracking=None))


def test_a_card_that_was_blocked_meanwhile_keeps_the_book_in_the_shop(online: Choices, desk: Desk) -> None:
    row = online.order().selection
    desk.write(lambda s: s.execute(update(Patron).values(expires_on=desk.now.date().replace(day=1))))
    assert refusals_of(lambda: online.dispatch(row.id)) == ["purchase.card"]
    assert online.shops.selection(row.id).status == "ordered"


def test_one_is_sent_once(online: Choices) -> None:
    row = online.order().selection
    online.dispatch(row.id)
    with pytest.raises(Conflict):
        online.dispatch(row.id)


# --- the reader's data -----------------------------------------------------------------------------------------------


def test_nothing_but_the_choice_itself_names_the_reader(online: Choices, desk: Desk) -> None:
    online.order()
    reader = online.reader()
    assert all(entry.author != reader.author and entry.patron_id is None for entry in desk.journal()[-3:])
    assert {entry.author for entry in desk.journal()[-3:]} == {"patron"}


def test_a_file_of_their_data_tells_the_address(online: Choices, desk: Desk) -> None:
    online.order(post=True)
    told = desk.read(lambda s: choices_of(s, online.reader().id, VAULT))
    assert told[0]["post_to"] == {"name": "李小雨", "phone": "13800005678", "address": HOME.address}


def test_nobody_leaves_while_a_book_is_on_its_way(online: Choices, desk: Desk) -> None:
    row = online.order().selection
    reasons = desk.read(lambda s: why_not_leave(make_context(s, now=desk.now), online.reader().id))
    assert [one.code for one in reasons] == ["purchase.waits"]
    online.call_off(online.reader(), row.id)
    assert desk.read(lambda s: keeps_from_leaving(s, online.reader().id)) == []


def test_merged_accounts_wait_for_the_same_books(online: Choices, desk: Desk) -> None:
    desk.add_patron("P0002")
    row, other = online.order().selection, online.order(card="P0002").selection
    gone, stays = online.reader("P0002").id, online.reader().id

    def merge(context: Context) -> None:
        hand_over_choices(context, gone, stays)

    online.shops.system(merge)
    assert {online.shops.selection(one.id).patron_id for one in (row, other)} == {stays}
    assert desk.read(lambda s: delivery_of(s, row.id)).way == "pickup"
