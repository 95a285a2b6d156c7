"""What may happen to a copy that a reader chose online and waits for: each act that moves or takes a copy away, tried while it waits in the
shop, at the post, on its way to where it is collected, and there. The desk's end asks doctor of everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from catalog.models import Bib
from catalog.service.documents import DocumentAsked, StockDocumentService
from catalog.service.imports.undoing import ask_for_undo, undo_now
from circ.models import Hold
from circ.service.merging import merge_titles
from circ.service.status import lose_on_the_way
from tests.catalog.service.imports.loading import import_bytes, record
from tests.desk import Desk, offenders, refusals_of
from tests.desk import desk as desk
from tests.factories import make_context
from tests.purchasing.county import shops as shops
from tests.purchasing.online import Choices
from tests.purchasing.online import online as online
from transit.queries import open_transfer

COPY = "NX000001"
STATES = ("ordered", "posted", "on_its_way", "ready")


def bring(online: Choices, desk: Desk, state: str) -> int:
    """A choice whose copy has come so far."""
    selection = online.order(post=state == "posted").selection.id
    if state != "ordered":
        online.dispatch(selection)
    if state == "ready":
        desk.check_in(COPY, at="CG")
    return selection


def on_a_list(desk: Desk, **more: Any) -> list[str | None]:
    asked = DocumentAsked(at="ZG", barcodes=[COPY], reason="清点", **more)
    made = desk.write(lambda s: StockDocumentService(make_context(s, now=desk.now)).make(asked))
    return [row.code for row in made.rows]


def merged(desk: Desk, one: str, into: str) -> None:
    titles = desk.item(one).bib_id, desk.item(into).bib_id
    desk.write(lambda s: merge_titles(make_context(s, now=desk.now), *titles))


def lose(desk: Desk) -> None:
    def work(session: Any) -> None:
        transfer = open_transfer(session, desk.item(COPY).id)
        assert transfer is not None
        lose_on_the_way(make_context(session, now=desk.now), transfer.id, "没到")

    desk.write(work)


@pytest.mark.parametrize("state", STATES)
def test_it_is_not_withdrawn(online: Choices, desk: Desk, state: str) -> None:
    bring(online, desk, state)
    waits = ["purchase.waited_for"] if state in ("ordered", "posted") else ["item.status_move"]
    assert refusals_of(lambda: desk.declare("withdrawn", COPY, reason="缺页")) == waits
    assert on_a_list(desk, kind="withdrawal") == [
        "purchase.waited_for" if state in ("ordered", "posted") else "item.tied"
    ]


@pytest.mark.parametrize("state", ["on_its_way", "ready"])
def test_one_that_is_not_found_is_withdrawn_once_nobody_waits_for_it(online: Choices, desk: Desk, state: str) -> None:
    selection = bring(online, desk, state)
    desk.declare("missing", COPY)
    assert refusals_of(lambda: desk.declare("withdrawn", COPY, reason="找不到")) == ["purchase.waited_for"]
    assert online.shops.selection(selection).status == "sent"
    (hold,) = desk.read(lambda s: s.scalars(select(Hold.id)).all())
    desk.holding(lambda service: service.cancel(hold))
    assert online.shops.selection(selection).status == "unclaimed"
    desk.declare("withdrawn", COPY, reason="找不到")


def test_one_that_was_lost_on_its_way_is_the_shops_once_the_library_says_so(online: Choices, desk: Desk) -> None:
    selection = bring(online, desk, "on_its_way")
    lose(desk)
    assert offenders(desk.database) == {}
    online.call_off(online.system(), selection, "lost")
    assert (desk.item(COPY).status, online.shops.money().spent_fen) == ("withdrawn", 0)


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: on_a_list(desk, kind="handover", to="CG"),
        lambda desk: on_a_list(desk, kind="handover", to="CG", moves_home=True),
        lambda desk: merged(desk, COPY, "B0001"),
        lambda desk: merged(desk, "B0001", COPY),
    ],
)
@pytest.mark.parametrize("state", STATES)
def test_another_owner_or_title_leaves_it_to_its_reader(
    online: Choices, desk: Desk, state: str, act: Callable[[Desk], object]
) -> None:
    selection = bring(online, desk, state)
    act(desk)
    assert offenders(desk.database) == {}
    if state == "ordered":
        online.dispatch(selection)
    if state == "posted":
        online.act(online.reader(), lambda service: service.receive(selection))
    else:
        desk.check_in(COPY, at="CG")
        desk.check_out(COPY, at="CG")
    assert online.shops.selection(selection).status == "lent"


@pytest.mark.parametrize("state", STATES)
def test_an_import_that_is_taken_back_leaves_it_its_title(
    online: Choices, desk: Desk, state: str, tmp_path: Path
) -> None:
    batch = import_bytes(desk.database, tmp_path, record("A1", "石头记"))
    imported = desk.read(lambda s: s.scalars(select(Bib.id).where(Bib.title == "石头记")).one())
    selection = bring(online, desk, state)
    assert desk.item(COPY).bib_id == imported  # it is the number that was chosen
    with desk.database.transaction() as session:
        ask_for_undo(make_context(session, channel="cli"), batch.id)
    undo_now(desk.database, batch.id)
    assert (desk.item(COPY).bib_id, offenders(desk.database)) == (imported, {})
    assert online.shops.selection(selection).bib_id == imported


@pytest.mark.parametrize("act", ["missing", "lost"])
def test_one_that_turns_up_again_goes_to_its_reader(online: Choices, desk: Desk, act: str) -> None:
    selection = bring(online, desk, "on_its_way")
    desk.declare(act, COPY)
    assert offenders(desk.database) == {}
    desk.declare("found", COPY, at="CG")
    desk.check_in(COPY, at="CG")
    desk.check_out(COPY, at="CG")
    assert online.shops.selection(selection).status == "lent"


# --- brought to a desk, though nobody said that it was sent or came -------------------------------------------------------


def test_one_that_the_shop_brought_without_a_word_was_sent(online: Choices, desk: Desk) -> None:
    selection = bring(online, desk, "ordered")
    assert desk.check_in(COPY, at="ZG").action == "transfer"
    assert online.shops.selection(selection).status == "sent"
    assert desk.check_in(COPY, at="CG").action == "hold_shelf"
    desk.check_out(COPY, at="CG")
    assert online.shops.selection(selection).status == "lent"


def test_one_that_was_posted_and_is_brought_back_had_come(online: Choices, desk: Desk) -> None:
    selection = bring(online, desk, "posted")
    returned = desk.check_in(COPY, at="CG")
    assert returned.loan is not None
    assert (returned.action, returned.to and returned.to.code) == ("transfer", "ZG")
    assert online.shops.selection(selection).status == "lent"
    assert desk.open_loans() == 0


def test_one_scanned_in_its_shop_stays_to_be_sent(online: Choices, desk: Desk) -> None:
    selection = bring(online, desk, "ordered")
    desk.check_in(COPY, at="XH")
    assert online.shops.selection(selection).status == "ordered"


def test_one_to_be_posted_that_lies_in_a_library_stays_to_be_sent(online: Choices, desk: Desk) -> None:
    selection = online.order(post=True).selection.id
    desk.check_in(COPY, at="CG")
    assert (online.shops.selection(selection).status, offenders(desk.database)) == ("ordered", {})
    online.dispatch(selection)
    online.act(online.reader(), lambda service: service.receive(selection))
    assert online.shops.selection(selection).status == "lent"
