"""Use in the library: counted once a scan, without a reader, and only of what can lie about. On both databases."""

from __future__ import annotations

import pytest

from circ.commands import UseHere
from circ.service import Used
from tests.desk import Desk, refusals_of


def use(desk: Desk, at: str = "ZG") -> Used:
    return desk._act(lambda service: service.use_here(UseHere(item="B0001", at=at)))


def uses(desk: Desk) -> int:
    return desk.acts().count("used_in_house")


def test_a_use_is_counted_and_names_nobody(desk: Desk) -> None:
    used = use(desk)
    entry = desk.journal()[-1]
    assert (entry.id, entry.act, entry.patron_id, entry.org_id) == (
        used.entry_id,
        "used_in_house",
        None,
        desk.county.hub,
    )
    assert used.message.zh == "《平凡的世界》：馆内阅览已计数。请上架。"
    use(desk)
    assert uses(desk) == 2


def test_a_book_read_elsewhere_is_to_be_checked_in(desk: Desk) -> None:
    used = use(desk, at="CG")
    assert [notice.code for notice in used.notices] == ["item.elsewhere"]
    assert "再办一次还书" in used.message.zh
    assert desk.place() == ("available", desk.county.hub)


@pytest.mark.parametrize("status", ["on_loan", "in_transit", "missing", "withdrawn"])
def test_what_cannot_lie_about_is_not_counted(desk: Desk, status: str) -> None:
    {
        "on_loan": desk.check_out,
        "in_transit": lambda: desk.check_in(at="CG"),
        "missing": lambda: desk.declare("missing"),
        "withdrawn": lambda: desk.declare("withdrawn", reason="破损"),
    }[status]()
    assert refusals_of(lambda: use(desk)) == ["item.not_used_here"]
    assert uses(desk) == 0


def test_a_check_in_counts_a_use_where_the_desk_says_so(desk: Desk) -> None:
    desk.check_in()
    assert uses(desk) == 0
    returned = desk.check_in(counts_use=True)
    assert (uses(desk), returned.entry_id) == (1, desk.journal()[-1].id)
    desk.check_out()
    desk.check_in(counts_use=True)
    assert uses(desk) == 1  # it was out, so it was not read here
