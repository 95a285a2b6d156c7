"""A title made for a choice that was called off is found by no reader, exactly where nothing else hangs on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from branches.access import Caller
from catalog.models import Bib
from catalog.queries.bibs import find_bib
from catalog.queries.void import is_void
from catalog.service.bibs import BibService
from circ.service.merging import merge_titles
from purchasing.models import Suggestion
from purchasing.service.suggestions import NewSuggestion, SuggestionService
from search import queries
from tests.catalog.service.imports.loading import import_bytes, record
from tests.desk import Desk, offenders
from tests.desk import desk as desk
from tests.factories import make_context
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops
from tests.purchasing.online import Choices
from tests.purchasing.online import online as online

COPY = "NX000001"


def hidden(desk: Desk, bib_id: int) -> bool:
    """As the readers' pages and the index see it."""
    by_page = desk.read(lambda s: is_void(s, bib_id))
    found = desk.read(lambda s: bib_id in [one.key for one in queries.titles_after(s, 0, 99)])
    assert by_page is not found
    return by_page


def test_it_is_found_no_more_and_the_index_hears_of_it(shops: Shops, desk: Desk) -> None:
    selection = shops.choose().selection
    before = desk.outbox().get(selection.bib_id, 0)
    assert not hidden(desk, selection.bib_id)
    shops.cancel(selection.id)
    assert hidden(desk, selection.bib_id)
    assert desk.outbox()[selection.bib_id] > before
    assert "bib_voided" in desk.acts()
    assert desk.read(queries.count_bibs) == desk.read(lambda s: s.scalar(select(func.count()).select_from(Bib))) - 1


def test_an_online_choice_leaves_its_title_too_also_one_lost_on_its_way(online: Choices, desk: Desk) -> None:
    first = online.order().selection
    online.call_off(online.reader(), first.id)
    assert hidden(desk, first.bib_id)
    second = online.order().selection
    assert (second.bib_id, hidden(desk, first.bib_id)) == (first.bib_id, False)  # chosen again
    online.dispatch(second.id)
    online.call_off(online.system(), second.id, "lost")
    assert hidden(desk, first.bib_id)  # its hold and transfer were the copy's own


def test_an_exchange_leaves_the_first_title(shops: Shops, desk: Desk) -> None:
    first = shops.choose().selection
    second = shops.exchange(first.id, OTHER_ISBN, title="三体").selection
    assert (hidden(desk, first.bib_id), hidden(desk, second.bib_id)) == (True, False)


def test_a_title_that_was_there_before_stays(shops: Shops, desk: Desk) -> None:
    made = desk.write(
        lambda s: BibService(make_context(s)).create({"title": "红楼梦", "isbns": [ISBN]})  # catalogued, no copy yet
    )
    selection = shops.choose().selection
    assert selection.bib_id == made.id
    shops.cancel(selection.id)
    assert not hidden(desk, made.id)


def other_copy(desk: Desk, bib_id: int) -> None:
    desk.add_item("B0009", bib_id=bib_id)


def hold(desk: Desk, bib_id: int) -> None:
    desk.add_patron("P0002")
    desk.hold("P0002", bib_id=bib_id)


def other_edit(desk: Desk, bib_id: int) -> None:
    def work(session):  # type: ignore[no-untyped-def]
        bib = find_bib(session, bib_id)
        BibService(make_context(session)).change(bib_id, {"publisher": "人民文学出版社"}, expected_version=bib.version)

    desk.write(work)


def suggestion(desk: Desk, bib_id: int) -> None:
    def work(session):  # type: ignore[no-untyped-def]
        reader = Caller(kind="patron", id=1)
        wanted = NewSuggestion(title="红楼梦", not_these=(bib_id,))
        made = SuggestionService(make_context(session, reader, now=desk.now)).suggest(wanted)
        row = session.get_one(Suggestion, made.suggestion.id)
        row.bib_id = bib_id

    desk.write(work)


def merged_in(desk: Desk, bib_id: int) -> None:
    other = desk.write(lambda s: BibService(make_context(s)).create({"title": "红楼梦"}, not_these=None).id)
    desk.write(lambda s: merge_titles(make_context(s, now=desk.now), other, bib_id))


@pytest.mark.parametrize("hang", [other_copy, hold, other_edit, suggestion, merged_in])
def test_a_title_on_which_something_else_hangs_stays(
    shops: Shops, desk: Desk, hang: Callable[[Desk, int], None]
) -> None:
    selection = shops.choose().selection
    hang(desk, selection.bib_id)
    shops.cancel(selection.id)
    assert not hidden(desk, selection.bib_id)


@pytest.mark.parametrize("come", [other_copy, other_edit])
def test_it_is_found_again_as_soon_as_something_comes_to_it(
    shops: Shops, desk: Desk, come: Callable[[Desk, int], None]
) -> None:
    selection = shops.choose().selection
    shops.cancel(selection.id)
    come(desk, selection.bib_id)
    assert not hidden(desk, selection.bib_id)
    assert offenders(desk.database) == {}


def test_a_record_that_an_import_brings_is_found(shops: Shops, desk: Desk, tmp_path: Path) -> None:
    selection = shops.choose().selection
    shops.cancel(selection.id)
    import_bytes(desk.database, tmp_path, record("A1", "石头记"))
    imported = desk.read(lambda s: s.scalars(select(Bib.id).where(Bib.title == "石头记")).one())
    desk.write(lambda s: merge_titles(make_context(s, now=desk.now), imported, selection.bib_id))
    assert not hidden(desk, selection.bib_id)


def test_one_of_two_choices_called_off_leaves_the_title(shops: Shops, desk: Desk) -> None:
    desk.add_patron("P0002")
    first = shops.choose().selection
    second = shops.choose(patron="P0002").selection
    assert second.bib_id == first.bib_id
    shops.cancel(first.id)
    assert not hidden(desk, first.bib_id)
    shops.cancel(second.id)
    assert hidden(desk, first.bib_id)
