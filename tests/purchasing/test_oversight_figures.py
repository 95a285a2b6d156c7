"""Oversight over what readers really chose: figures, rights, what is hidden, and how often the database is asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from catalog.models import Item
from catalog.queries import item_by_id
from circ.service.calling_off import call_off_loan
from kernel import journal
from kernel.db import Database
from kernel.errors import NotFound
from kernel.noting import forget_noted
from purchasing.oversight import MATURE_DAYS, Part
from purchasing.programmes import Rules
from purchasing.service.afterwards import keep_figures
from purchasing.service.selecting import SelectionService
from purchasing.spans import Span, read_span
from tests.circ.test_statements import statements_of
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import NOW, make_context, make_unit
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import isbn as number
from tests.purchasing.county import shops as shops
from tests.purchasing.overseeing import ISBNS, ask, choose, look, odd, readers
from tests.purchasing.overseeing import hub as hub


def parts(found: tuple[Part, ...]) -> list[tuple[str, int]]:
    return [(one.key, one.books) for one in found]


def span(written: str) -> Span:
    found = read_span(written)
    assert found is not None
    return found


# --- figures


def test_of_an_empty_programme_nothing_is_said(hub: Shops) -> None:
    seen = look(hub)
    assert (seen.books, seen.readers, seen.first, seen.cost_fen, seen.cancelled) == (0, 0, 0, 0, 0)
    assert all(not one for one in seen.parts.values())
    assert (seen.again.copies, seen.again.lent_percent, seen.shelf.processed, seen.refusals.asked) == (0, None, 0, 0)
    assert seen.alerts == ()
    assert odd(hub) == []


def test_books_readers_and_money_are_counted(shops: Shops, hub: Shops, desk: Desk) -> None:
    six = readers(desk, 6)
    choose(shops, six, class_number="I247")
    shops.choose(ISBNS[6], six[0], title="又一本")
    called_off = shops.choose(ISBN, "P0001", title="不要了", class_number="K2").selection.id
    shops.cancel(called_off)
    seen = look(hub)
    assert (seen.books, seen.readers, seen.first, seen.cancelled) == (7, 6, 6, 1)
    assert seen.cost_fen == 7 * 5970
    assert seen.funds is not None
    (fund,) = seen.funds
    assert (fund.span_fen, fund.fund.spent_fen, fund.level) == (7 * 5970, 7 * 5970, "good")
    assert fund.lasts_until is not None
    assert parts(seen.parts["shop"]) == [(str(shops.shop), 7)]
    assert parts(seen.parts["home"]) == [(str(desk.county.branch), 7)]
    assert seen.parts["class"] == ()  # six of I by six readers, and one that could be told apart


def test_an_exchange_is_no_cancellation(shops: Shops, hub: Shops) -> None:
    first = shops.choose().selection.id
    shops.exchange(first, OTHER_ISBN, title="三体")
    seen = look(hub)
    assert (seen.books, seen.cancelled) == (1, 0)
    assert (seen.readers, seen.first) == (None, None)  # one reader is not told


def test_villages_are_told_with_their_branch(shops: Shops, hub: Shops, desk: Desk) -> None:
    county = desk.county
    choose(shops, [*readers(desk, 3, county.point), *readers(desk, 3, county.other_point)])
    assert parts(look(hub).parts["home"]) == [(str(county.branch), 6)]


def test_what_few_readers_chose_is_never_told_alone(shops: Shops, hub: Shops, desk: Desk) -> None:
    county = desk.county
    choose(shops, readers(desk, 3, county.branch) + readers(desk, 1, county.hub), class_number="R1")
    assert all(not one for one in look(hub).parts.values())
    choose(shops, readers(desk, 5, county.point), class_number="I2")
    seen = look(hub)
    assert parts(seen.parts["home"]) == []  # one reader of the hub beside eight of the branch
    assert parts(seen.parts["class"]) == []  # and four of R beside five of I
    choose(shops, [f"R{county.hub}-01"], class_number="R2")
    assert seen.parts["class"] == ()


def test_a_busy_reader_does_not_make_a_class_of_many(shops: Shops, hub: Shops, desk: Desk) -> None:
    """Ten books of a class may be one reader's, once the loans no longer say whose they were."""
    for n in range(len(ISBNS)):
        shops.choose(number(500 + n), "P0001", title=f"书{n}", class_number="R1")
    choose(shops, readers(desk, 6), class_number="I2")
    assert look(hub).parts["class"] == ()


def test_days_bound_what_is_counted(shops: Shops, hub: Shops) -> None:
    shops.choose()
    shops.later(days=9).choose(OTHER_ISBN, title="三体")

    def books(written: str) -> int:
        return ask(hub, lambda service: service.show("NXS", span(written)).books, days=9)

    assert [books(one) for one in ("2026-11", "2026-12", "2026-10", "2026-Q4", "2026-Q3", "2026")] == [1, 1, 0, 2, 0, 2]
    with pytest.raises(NotFound):
        ask(hub, lambda service: service.show("NONE"))


def process(shops: Shops, desk: Desk, selection_id: int, **later: float) -> None:
    """As the cataloguers leave a book that came back."""
    item_id = shops.selection(selection_id).item_id

    def leave(session: Any) -> None:
        session.execute(update(Item).where(Item.id == item_id).values(awaits_processing=False, status="available"))
        at = NOW + timedelta(**later)
        journal.append(session, "item_processed", at=at, author="wang", channel="test", item_id=item_id)

    desk.write(leave)


def test_books_lent_again_are_compared_with_others_bought_meanwhile(shops: Shops, hub: Shops, desk: Desk) -> None:
    lent, idle, out = choose(shops, readers(desk, 3))
    for selection in (lent, idle):
        desk.later(days=10).check_in(shops.selection(selection).item, at="ZG")
        process(shops, desk, selection, days=14)
    for day in (20, 40):
        desk.later(days=day).check_out(shops.selection(lent).item, at="ZG", patron="P0001")
        desk.later(days=day + 9).check_in(shops.selection(lent).item, at="ZG")
    desk.add_item("B0100", acquired_on=date(2026, 11, 23))
    desk.add_item("B0101", acquired_on=date(2026, 11, 23))
    desk.add_item("B0102", acquired_on=date(2026, 11, 22))
    desk.later(days=50).check_out("B0101", at="ZG")
    year = lambda days: ask(hub, lambda service: service.show("NXS", span("2026")), days=days)  # noqa: E731
    early, seen = year(MATURE_DAYS), year(MATURE_DAYS + 8)
    assert early.again.copies == 0  # a month counts once all of it is that many days ago
    assert (seen.again.copies, seen.again.lent, seen.again.never, seen.again.loans) == (2, 1, 1, 2)
    assert (seen.others.copies, seen.others.lent, seen.others.loans) == (3, 1, 1)
    shelf = seen.shelf
    assert (shelf.with_readers, shelf.to_process, shelf.processed) == (1, 0, 2)
    assert (shelf.days_with_reader, shelf.days_to_process) == (10.0, 4.0)
    assert out


def test_a_check_out_that_was_undone_was_no_loan(shops: Shops, hub: Shops, desk: Desk) -> None:
    (chosen,) = choose(shops, ["P0001"])
    barcode = shops.selection(chosen).item
    desk.later(days=1).check_in(barcode, at="ZG")
    process(shops, desk, chosen, days=2)
    loan = desk.later(days=3).check_out(barcode, at="ZG").id
    assert loan is not None

    def undo(session: Any) -> bool:
        item = item_by_id(session, desk.item(barcode).id)
        return call_off_loan(make_context(session, now=NOW + timedelta(days=3)), loan, item, org_id=desk.county.hub)

    assert desk.write(undo)
    assert look(hub, days=MATURE_DAYS + 8).again.lent == 0


def test_refusals_are_counted_by_reason(shops: Shops, hub: Shops) -> None:
    shops.programme(rules=Rules(max_price_fen=5000, excluded_kinds=("textbook",)))
    for title, price in (("高考数学", 6000), ("三体", 6000), ("三体", 4000)):
        pick = shops.pick(ISBN, "P0001", title=title, price_fen=price)
        shops.desk.read(lambda s, pick=pick: SelectionService(make_context(s, shops.clerk)).quote(pick))
    refusals = look(hub).refusals
    assert refusals.asked == 1  # the second told no reason that the first had not
    assert refusals.by_code == (("purchase.price", 1), ("purchase.kind", 1))
    assert look(hub, days=1).refusals.asked == 1
    assert ask(hub, lambda s: s.show("NXS", span("2026-10"))).refusals.asked == 0


def test_a_refusal_counts_once_for_a_reader_a_book_a_day_and_a_reason(shops: Shops, hub: Shops, desk: Desk) -> None:
    """However often a page is loaded; nothing says who it was, and the hashes go with the day."""
    shops.programme(rules=Rules(max_price_fen=5000))
    desk.add_patron("P0002")

    def quote(patron: str, isbn: str, price: int, **later: float) -> None:
        pick, now = shops.pick(isbn, patron, price_fen=price), NOW + timedelta(**later)
        desk.read(lambda s: SelectionService(make_context(s, shops.clerk, now=now)).quote(pick))

    for _ in range(3):
        quote("P0001", ISBN, 6000)
    assert look(hub).refusals.by_code == (("purchase.price", 1),)
    quote("P0002", ISBN, 6000)
    quote("P0001", OTHER_ISBN, 6000)
    quote("P0001", ISBN, 6000, days=1)
    assert look(hub, days=1).refusals.by_code == (("purchase.price", 4),)
    shops.programme(rules=Rules(max_price_fen=5000, earliest_year=2026))
    quote("P0001", ISBN, 6000, days=1)
    told = dict(look(hub, days=1).refusals.by_code)
    assert told == {"purchase.price": 4, "purchase.year": 1}
    assert desk.write(lambda s: forget_noted(s, NOW.date() + timedelta(days=1))) == 3
    assert desk.write(lambda s: forget_noted(s, NOW.date() + timedelta(days=1))) == 0


def test_what_the_worker_keeps_is_what_is_counted_at_once(shops: Shops, hub: Shops, desk: Desk) -> None:
    """And stays until it counts again, which it may do at any time."""
    lent, idle, _out = choose(shops, readers(desk, 3))
    for selection in (lent, idle):
        desk.later(days=10).check_in(shops.selection(selection).item, at="ZG")
        process(shops, desk, selection, days=14)
    desk.later(days=20).check_out(shops.selection(lent).item, at="ZG", patron="P0001")
    desk.add_item("B0100", acquired_on=date(2026, 11, 23))

    def figures(days: float) -> tuple[Any, ...]:
        seen = ask(hub, lambda service: service.show("NXS", span("2026")), days=days)
        return seen.again, seen.others, seen.shelf

    def keep(days: float) -> int:
        later = desk.later(days=days)
        return keep_figures(lambda work: later.write(lambda s: work(make_context(s, now=later.now))))

    at_once = figures(100)
    assert at_once[0].lent == 1
    assert keep(100) == 15  # the months from January to the next March
    assert figures(100) == at_once
    assert look(hub, days=100).kept_at is not None
    desk.later(days=101).check_out("B0100", at="ZG")
    assert figures(102) == at_once
    keep(102)
    keep(102)
    assert figures(102)[1].lent == at_once[1].lent + 1


def test_a_year_tells_of_parts_what_its_quarters_tell(shops: Shops, hub: Shops, desk: Desk) -> None:
    """Six readers chose history in November and one in the next quarter: no year gives that one away."""
    choose(shops, readers(desk, 6), class_number="K2")
    shops.programme(ends_on=date(2027, 12, 31), starts_on=date(2026, 1, 1))
    later = shops.later(days=60)
    later.choose(number(900), "P0001", title="史", class_number="K2")
    for n, patron in enumerate(readers(desk, 5, desk.county.point)):
        later.choose(number(901 + n), patron, title=f"文{n}", class_number="I2")
    quarter = ask(hub, lambda service: service.show("NXS", span("2026-Q4")), days=61)
    assert parts(quarter.parts["class"]) == [("K", 6)]
    following = ask(hub, lambda service: service.show("NXS", span("2027")), days=61)
    assert following.parts["class"] == ()  # five of I, and one of K who could be told from them


# --- who sees what


def test_each_role_sees_as_much_as_it_may(shops: Shops, hub: Shops, desk: Desk) -> None:
    shops.choose()
    clerk = look(shops)
    assert (clerk.books, clerk.funds, clerk.alerts) == (1, None, None)
    other = desk.write(lambda s: make_unit(s, "XH2", "shop", desk.county.hub, name="另一家"))
    elsewhere = look(shops.as_role("shop_clerk", other))
    assert (elsewhere.books, elsewhere.readers, elsewhere.refusals.asked) == (0, 0, 0)
    branch = look(shops.as_role("branch_librarian", desk.county.branch))
    assert (branch.books, branch.funds) == (0, None)
    manager = look(shops.as_role("manager", desk.county.hub))
    assert (manager.books, manager.sees_money, manager.alerts is None) == (1, True, False)


def test_figures_and_alerts_over_http(client: FlaskClient, shops: Shops, hub: Shops, desk: Desk) -> None:
    choose(shops, readers(desk, 6), class_number="I2")
    user = desk.over_http(client, hub.clerk)
    told = user.get("/programmes/NXS/oversight", span="2026-Q4").get_json()
    assert (told["span"], told["from"], told["to"], told["counted_at"]) == ("2026-Q4", "2026-10-01", "2026-12-31", None)
    assert (told["books"], told["cost"], told["readers"], told["first_time_percent"]) == (6, "358.20", 6, 100)
    assert told["by_class"] == [{"key": "I", "name": "I Literature", "books": 6, "cost": "358.20", "together": None}]
    assert told["by_shop"][0]["key"] == "XH"
    assert told["funds"][0]["spent_on_choices"] == "358.20"
    assert told["to_shelf"]["with_readers"] == 6
    alerts = user.get("/buying/alerts").get_json()["items"]
    assert alerts == told["alerts"]
    month = user.get("/programmes/NXS/oversight", span="2026-11").get_json()
    assert (month["books"], month["by_class"]) == (6, [])
    assert user.get("/programmes/NXS/oversight", span="2026-11-30").status_code == 422
    assert user.get("/programmes/NONE/oversight").status_code == 404
    clerk = desk.over_http(client, shops.clerk)
    own = clerk.get("/programmes/NXS/oversight").get_json()
    assert (own["books"], own["cost"], own["funds"], own["alerts"]) == (6, None, None, None)
    assert clerk.get("/buying/alerts").status_code == 403


# --- how much is asked


def test_as_many_statements_for_one_choice_as_for_many(
    database: Database, shops: Shops, hub: Shops, desk: Desk
) -> None:
    shops.choose()
    look(hub)
    with statements_of(database) as few:
        look(hub)
    choose(shops, readers(desk, 12))
    with statements_of(database) as many:
        look(hub)
    assert len(few) == len(many) <= 32, "\n\n".join(many)  # a year is four quarters
    shops.programme("KIDS", fund="F1")
    with statements_of(database) as of_two:
        odd(hub)
    assert len(of_two) <= 13, "\n\n".join(of_two)


def test_nothing_is_written(database: Database, shops: Shops, hub: Shops, desk: Desk) -> None:
    shops.choose()
    before = desk.acts()
    with statements_of(database) as asked:
        look(hub)
        odd(hub)
    assert all(one.lstrip().upper().startswith(("SELECT", "WITH")) for one in asked)
    assert desk.acts() == before
