"""Labels of shops: runs that do not overlap, numbers given once, in their order or as the label in the clerk's hand says."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from branches.context import Context
from branches.tree import Unit
from kernel.errors import Conflict, Invalid, NotFound, Refused
from kernel.journal import JournalEntry
from purchasing.selection_models import ShopBarcodes
from purchasing.service.shop_barcodes import Issued, ShopBarcodeService
from tests.desk import Desk, error_of
from tests.desk import desk as desk
from tests.factories import make_context, make_item, make_unit


@pytest.fixture
def shop(desk: Desk) -> Unit:
    return new_shop(desk, "SD")


def new_shop(desk: Desk, code: str, **more: Any) -> Unit:
    desk.write(lambda s: make_unit(s, code, "shop", desk.county.hub, name=f"{code}书店", **more))
    return desk.read(lambda s: make_context(s).tree.unit(code))


def act(desk: Desk, work: Callable[[ShopBarcodeService], Any]) -> Any:
    return desk.write(lambda s: work(ShopBarcodeService(make_context(s, desk.caller))))


def issue(desk: Desk, first: str = "SD001", last: str = "SD005", shop: str = "SD") -> Issued:
    issued: Issued = act(desk, lambda service: service.issue(shop, first, last))
    return issued


def take(desk: Desk, shop: Unit, asked: str | None = None) -> str:
    """The label, put on a copy at once as the selection does."""

    def work(context: Context) -> str:
        barcode = ShopBarcodeService(context).take(shop, library_id=desk.county.hub, asked=asked)
        make_item(context.session, desk.county.hub, barcode)
        return barcode

    return desk.write(lambda s: work(make_context(s)))


def next_number(desk: Desk) -> int | None:
    return desk.read(lambda s: s.scalar(select(ShopBarcodes.next_number).order_by(ShopBarcodes.id).limit(1)))


# --- giving a run -------------------------------------------------------------------------------------------------------


def test_a_run_is_given_and_journalled(desk: Desk, shop: Unit) -> None:
    issued = issue(desk)
    assert (len(issued.run), issued.used) == (5, 0)
    entry = desk.read(lambda s: s.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one())
    assert (entry.act, entry.org_id) == ("settings_changed", shop.id)
    assert entry.data == {"what": "shop_barcodes", "from": "SD001", "to": "SD005"}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("SD005", "SD009"),
        ("SD000", "SD001"),
        ("SD002", "SD003"),
        ("SD000", "SD999"),
    ],
)
def test_runs_never_overlap_even_in_another_shop_of_the_namespace(
    desk: Desk, shop: Unit, first: str, last: str
) -> None:
    new_shop(desk, "SB")
    issue(desk)
    with pytest.raises(Conflict, match="overlaps") as raised:
        issue(desk, first, last, "SB")
    assert "SD书店" in raised.value.detail.zh


def test_another_namespace_counts_for_itself(desk: Desk, shop: Unit) -> None:
    other = desk.write(lambda s: make_unit(s, "ZH", "hub", desk.county.network, is_namespace=True))
    desk.write(lambda s: make_unit(s, "SB", "shop", other))
    issue(desk)
    assert issue(desk, shop="SB").used == 0


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("SD005", "SD001", "shop.barcode_run"),
        ("SD01", "SD005", "shop.barcode_run"),
        ("SD", "SD", "shop.barcode_run"),
        ("", "", "shop.barcode_run"),
        ("SD/1", "SD/5", "shop.barcode_run"),
        ("ZG:1", "ZG:5", "shop.barcode_run"),
        ("9" * 19, "9" * 19, "shop.barcode_run"),  # more than a database counts to
        ("X" * 51 + "1", "X" * 51 + "2", "shop.barcode_run"),
        ("SD00000", "SD10000", "shop.too_many_barcodes"),
    ],
)
def test_what_is_no_run_is_refused(desk: Desk, shop: Unit, first: str, last: str, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        issue(desk, first, last)
    assert (raised.value.code, list(raised.value.errors)) == (code, ["to"])


def test_only_open_shops_are_given_labels(desk: Desk) -> None:
    new_shop(desk, "SX", is_closed=True)
    assert error_of(lambda: issue(desk, shop="CG")) == "shop.not_a_shop"
    assert error_of(lambda: issue(desk, shop="SX")) == "shop.closed"
    with pytest.raises(NotFound):
        issue(desk, shop="NOWHERE")


def test_numbers_in_use_are_told_and_a_run_of_nothing_else_is_refused(desk: Desk, shop: Unit) -> None:
    desk.write(lambda s: [make_item(s, desk.county.hub, barcode) for barcode in ("SD001", "SD003")])
    assert issue(desk).used == 2
    desk.write(lambda s: make_item(s, desk.county.hub, "SD010"))
    assert error_of(lambda: issue(desk, "SD010", "SD010")) == "shop.barcodes_used"


def test_two_that_give_the_same_run_at_once_give_it_once(desk: Desk, shop: Unit) -> None:
    def once(_: int) -> str:
        try:
            issue(desk)
        except Conflict as error:
            return error.code
        return "issued"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(once, range(4))) == ["issued", *["shop.barcodes_overlap"] * 3]


# --- taking one ---------------------------------------------------------------------------------------------------------


def test_labels_are_taken_in_their_order_and_run_after_run(desk: Desk, shop: Unit) -> None:
    issue(desk, "SD001", "SD002")
    issue(desk, "SE7", "SE7")
    assert [take(desk, shop) for _ in range(3)] == ["SD001", "SD002", "SE7"]
    assert error_of(lambda: take(desk, shop)) == "purchase.no_barcodes"


def test_numbers_in_use_are_passed_over(desk: Desk, shop: Unit) -> None:
    desk.write(lambda s: make_item(s, desk.county.branch, "SD001"))
    issue(desk)
    assert take(desk, shop, "SD003") == "SD003"
    assert [take(desk, shop) for _ in range(3)] == ["SD002", "SD004", "SD005"]
    assert next_number(desk) == 6


def test_a_long_run_of_numbers_in_use_is_passed_over(desk: Desk, shop: Unit) -> None:
    issue(desk, "SD001", "SD300")

    def use(context: Context) -> None:
        for number in range(1, 251):
            make_item(context.session, desk.county.hub, f"SD{number:03d}")

    desk.write(lambda s: use(make_context(s)))
    assert take(desk, shop) == "SD251"


def test_the_label_in_the_hand_is_taken_as_it_was_scanned(desk: Desk, shop: Unit) -> None:
    issue(desk)
    assert take(desk, shop, " SD001 ") == "SD001"
    assert take(desk, shop) == "SD002"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("SD006", "不是SD书店领的"),
        ("SD01", "不是SD书店领的"),
        ("SB001", "不是SD书店领的"),
        ("9787020002207", "不是SD书店领的"),
        ("ZG:SD002", "不能作条码"),
        ("SD001", "已经贴在别的书上"),
    ],
)
def test_a_label_that_cannot_be_used_is_refused_with_the_reason(desk: Desk, shop: Unit, asked: str, why: str) -> None:
    new_shop(desk, "SB")
    issue(desk)
    issue(desk, "SB001", "SB005", "SB")
    take(desk, shop)
    with pytest.raises(Refused) as raised:
        take(desk, shop, asked)
    refusal = raised.value.refusals[0]
    assert (refusal.code, why in refusal.message.zh) == ("purchase.barcode", True)


def test_counters_that_take_at_once_take_different_labels(desk: Desk, shop: Unit) -> None:
    issue(desk, "SD01", "SD12")
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda _: take(desk, shop), range(12)))
    assert sorted(taken) == [f"SD{number:02d}" for number in range(1, 13)]
    assert error_of(lambda: take(desk, shop)) == "purchase.no_barcodes"


def test_one_label_scanned_at_two_counters_is_taken_once(desk: Desk, shop: Unit) -> None:
    issue(desk)

    def once(_: int) -> str:
        try:
            return take(desk, shop, "SD004")
        except Refused as error:
            return error.refusals[0].code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(once, range(3))) == ["SD004", "purchase.barcode", "purchase.barcode"]


# --- who may ------------------------------------------------------------------------------------------------------------


def test_labels_are_given_by_the_library_and_only_to_its_own_shops(desk: Desk, shop: Unit) -> None:
    librarian = desk.staffed(("hub_librarian", desk.county.hub), username="hub")
    assert len(issue(librarian).run) == 5
    far = desk.staffed(("hub_librarian", desk.county.branch), username="far")
    assert error_of(lambda: issue(far, "SD010", "SD019")) == "org.not_found"
    clerk = desk.staffed(("shop_clerk", shop.id), username="clerk")
    assert error_of(lambda: issue(clerk, "SD010", "SD019")) == "auth.forbidden"
