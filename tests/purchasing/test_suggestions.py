"""Readers ask for a title: one suggestion a title however many ask at once, votes, limits, and the library's word."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from branches.access import Caller
from kernel.errors import Conflict, Invalid, NotFound
from notices.models import Notice
from purchasing.models import Suggestion
from purchasing.queries.suggestions import most_wanted, suggestions_of_reader, suggestions_of_units
from purchasing.service.suggestions import NewSuggestion, Suggested, SuggestionService
from purchasing.states import STATUSES, Status
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import make_bib, make_context

ISBN = "9787536692930"


def reader(desk: Desk, barcode: str, home_id: int | None = None) -> Caller:
    return desk.reading(desk.add_patron(barcode, home_id)).caller


def act(desk: Desk, caller: Caller, work: Callable[[SuggestionService], Any]) -> Any:
    return desk.write(lambda s: work(SuggestionService(make_context(s, caller))))


def suggest(desk: Desk, caller: Caller, title: str = "三体", **more: Any) -> Suggested:
    return cast(Suggested, act(desk, caller, lambda s: s.suggest(NewSuggestion(title=title, **more))))


def waiting(desk: Desk) -> list[tuple[str, int]]:
    return [(row.title, row.votes) for row in desk.read(lambda s: most_wanted(s, 99))]


# --- one suggestion a title ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        {"title": "三体", "author": "刘慈欣"},
        {"title": "《三体》 ", "author": "刘 慈欣"},
        {"title": "三体（第一部）", "isbn": "978-7-5366-9293-0"},
        {"title": "三体", "author": "刘慈欣", "isbn": "7536692935"},
    ],
)
def test_who_asks_for_what_is_asked_for_adds_a_vote(desk: Desk, again: dict[str, str]) -> None:
    first = suggest(desk, reader(desk, "A"), author="刘慈欣", isbn=ISBN)
    other = reader(desk, "B")
    second = suggest(desk, other, **again)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.suggestion.id == first.suggestion.id
    assert suggest(desk, other, **again).suggestion.votes == 2
    assert waiting(desk) == [("三体", 2)]


def test_another_title_or_author_is_another_suggestion(desk: Desk) -> None:
    one = reader(desk, "A")
    for title, author in (("三体", "刘慈欣"), ("三体", "别人"), ("三体2", "刘慈欣")):
        assert suggest(desk, one, title, author=author).is_new
    assert len(waiting(desk)) == 3


def test_many_who_ask_at_once_make_one_suggestion_with_all_their_votes(desk: Desk) -> None:
    readers = [reader(desk, f"R{n}") for n in range(5)]
    with ThreadPoolExecutor(5) as pool:
        made = list(pool.map(lambda one: suggest(desk, one, isbn=ISBN).is_new, readers))
    assert made.count(True) == 1
    assert waiting(desk) == [("三体", 5)]


def test_what_was_answered_may_be_asked_for_again(desk: Desk) -> None:
    one = reader(desk, "A")
    first = suggest(desk, one).suggestion
    act(desk, desk.caller, lambda s: s.answer(first.id, "declined", "太专业"))
    assert suggest(desk, one).is_new
    with pytest.raises(Conflict) as refused:
        act(desk, reader(desk, "B"), lambda s: s.second(first.id))
    assert refused.value.code == "suggestion.closed"


# --- limits and what is refused -----------------------------------------------------------------------------------------


def test_a_reader_has_so_many_waiting_and_an_answer_makes_room(desk: Desk) -> None:
    desk.policy("max_suggestions", 2)
    one = reader(desk, "A")
    first = suggest(desk, one, "一").suggestion
    suggest(desk, one, "二")
    with pytest.raises(Conflict) as refused:
        suggest(desk, one, "三")
    assert refused.value.code == "suggestion.limit"
    other = suggest(desk, reader(desk, "B"), "四").suggestion
    with pytest.raises(Conflict):
        act(desk, one, lambda s: s.second(other.id))
    act(desk, desk.caller, lambda s: s.answer(first.id, "bought"))
    assert suggest(desk, one, "三").is_new


def test_the_limit_holds_for_one_who_sends_many_at_once(desk: Desk) -> None:
    desk.policy("max_suggestions", 2)
    one = reader(desk, "A")

    def ask(title: str) -> bool:
        try:
            return suggest(desk, one, title).is_new
        except Conflict:
            return False

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(ask, ["一", "二", "三", "四"]))
    assert made.count(True) == 2
    assert len(waiting(desk)) == 2


def test_what_a_library_has_is_not_bought_again(desk: Desk) -> None:
    desk.write(lambda s: make_bib(s, "三体", isbn=ISBN))
    with pytest.raises(Conflict) as refused:
        suggest(desk, reader(desk, "A"), isbn=ISBN)
    assert refused.value.code == "suggestion.held"


def held(desk: Desk, title: str = "三体", *, status: str = "available", **values: str) -> int:
    bib_id = desk.write(lambda s: make_bib(s, title, **values))
    desk.add_item(f"C{bib_id}", desk.county.point, bib_id=bib_id, status=status)
    return bib_id


def asked(desk: Desk, title: str = "三体", **more: Any) -> list[int]:
    """The titles that a reader is asked about first; none: it is suggested."""
    try:
        suggest(desk, reader(desk, f"Q{title}{more}"[:20]), title, **more)
    except Conflict as error:
        return list(error.data["bibs"])
    return []


def test_a_title_that_the_libraries_seem_to_have_is_asked_about_first(desk: Desk) -> None:
    bib_id = held(desk, authors="刘慈欣")
    assert asked(desk, "《三體》") == [bib_id]
    assert asked(desk, author="刘慈欣 著") == [bib_id]
    assert waiting(desk) == []
    assert asked(desk, author="别人") == []
    assert asked(desk, not_these=(bib_id,)) == []
    assert [title for title, _votes in waiting(desk)] == ["三体", "三体"]


def test_each_title_that_was_not_shown_yet_is_asked_about(desk: Desk) -> None:
    first = held(desk, authors="刘慈欣")
    second = held(desk, authors="别人")
    assert asked(desk, not_these=(first,)) == [first, second]
    assert asked(desk, not_these=(second, first, 99)) == []


@pytest.mark.parametrize("status", ["lost", "missing", "withdrawn", "in_repair"])
def test_what_no_reader_can_have_is_not_asked_about(desk: Desk, status: str) -> None:
    held(desk, status=status)
    assert asked(desk) == []


def test_what_is_out_or_comes_is(desk: Desk) -> None:
    coming, out = held(desk, "围城", status="on_order"), held(desk)
    desk.check_out(f"C{out}")
    assert (asked(desk, "围城"), asked(desk)) == ([coming], [out])


def test_where_it_stands_comes_first_then_what_is_near(desk: Desk) -> None:
    county, bib_id = desk.county, held(desk)
    desk.add_item("D1", county.branch, bib_id=bib_id)
    desk.add_item("D2", county.hub, bib_id=bib_id)
    desk.check_out("D1", at="CG")
    one = act(desk, reader(desk, "A"), lambda s: s.alike(NewSuggestion(title="三体")))[0]
    assert {holding.org_id for holding in one.holdings[:2]} == {county.point, county.hub}
    assert (one.holdings[2].org_id, one.available) == (county.branch, 2)


@pytest.mark.parametrize(
    ("values", "field"), [({"title": "…！"}, "title"), ({"isbn": "978753669293"}, "isbn"), ({"isbn": "没有"}, "isbn")]
)
def test_what_names_no_book_is_refused(desk: Desk, values: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        suggest(desk, reader(desk, "A"), **values)
    assert list(refused.value.errors) == [field]


# --- the library's word -------------------------------------------------------------------------------------------------

MOVES = [(now, to) for now in STATUSES for to in STATUSES if to != "open"]


@pytest.mark.parametrize(("now", "to"), MOVES)
def test_an_answer_moves_as_the_table_says(desk: Desk, now: Status, to: Status) -> None:
    made = suggest(desk, reader(desk, "A")).suggestion
    if now != "open":
        act(desk, desk.caller, lambda s: s.answer(made.id, now, "因为"))
    if to in STATUSES[now].moves:
        assert act(desk, desk.caller, lambda s: s.answer(made.id, to, "因为")).status == to
    else:
        with pytest.raises(Conflict):
            act(desk, desk.caller, lambda s: s.answer(made.id, to, "因为"))


def test_declining_takes_a_reason_and_every_reader_who_wants_it_sees_it(desk: Desk) -> None:
    one, other = reader(desk, "A"), reader(desk, "B")
    made = suggest(desk, one).suggestion
    act(desk, other, lambda s: s.second(made.id))
    with pytest.raises(Invalid):
        act(desk, desk.caller, lambda s: s.answer(made.id, "declined", "  "))
    act(desk, desk.caller, lambda s: s.answer(made.id, "declined", "已有电子版"))
    for caller in (one, other):
        rows = desk.read(lambda s, c=caller: suggestions_of_reader(s, c.id, limit=9))
        assert [(row.status, row.answer) for row in rows] == [("declined", "已有电子版")]


def test_what_was_bought_leads_to_its_title(desk: Desk) -> None:
    made = suggest(desk, reader(desk, "A"), isbn=ISBN).suggestion
    bib_id = desk.write(lambda s: make_bib(s, "三体", isbn=ISBN))
    assert act(desk, desk.caller, lambda s: s.answer(made.id, "bought")).bib_id == bib_id


def test_the_first_reader_s_library_answers_and_no_other(desk: Desk) -> None:
    made = suggest(desk, reader(desk, "A", desk.county.point)).suggestion
    suggest(desk, reader(desk, "B", desk.county.other_point))
    here = desk.staffed(("branch_librarian", desk.county.point), username="here").caller
    there = desk.staffed(("branch_librarian", desk.county.other_point), username="there").caller
    with pytest.raises(NotFound):
        act(desk, there, lambda s: s.answer(made.id, "ordered"))
    assert act(desk, here, lambda s: s.answer(made.id, "ordered")).status == "ordered"
    assert desk.read(lambda s: suggestions_of_units(s, {desk.county.other_point}, list(STATUSES), limit=9)) == []


def test_the_journal_tells_of_every_act(desk: Desk) -> None:
    made = suggest(desk, reader(desk, "A")).suggestion
    act(desk, reader(desk, "B"), lambda s: s.second(made.id))
    act(desk, desk.caller, lambda s: s.answer(made.id, "ordered"))
    assert desk.acts() == ["suggestion_made", "suggestion_voted", "suggestion_answered"]


def test_the_database_itself_refuses_doubles(desk: Desk) -> None:
    one = reader(desk, "A")
    first, other = suggest(desk, one, "一").suggestion, suggest(desk, one, "二").suggestion

    def double(session: Session) -> None:
        key = session.scalars(select(Suggestion.title_key).where(Suggestion.id == first.id)).one()
        session.execute(update(Suggestion).where(Suggestion.id == other.id).values(title_key=key))

    with pytest.raises(IntegrityError):
        desk.write(double)


# --- what readers hear --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [("ordered", "", "wish_ordered"), ("bought", "", "wish_bought"), ("declined", "已绝版", "wish_declined")],
)
def test_everybody_who_wants_a_title_hears_of_the_answer(desk: Desk, status: Status, words: str, kind: str) -> None:
    one, other = reader(desk, "A"), reader(desk, "B")
    made = suggest(desk, one).suggestion
    act(desk, other, lambda s: s.second(made.id))
    act(desk, desk.caller, lambda s: s.answer(made.id, status, words))
    told = desk.read(lambda s: s.scalars(select(Notice).order_by(Notice.id)).all())
    assert [(notice.kind, notice.patron_id) for notice in told] == [(kind, one.id), (kind, other.id)]
    assert all("《三体》" in notice.body and words in notice.body for notice in told)
