"""Tables that are shown row by row on a phone."""

from __future__ import annotations

import lxml.html
from markupsafe import Markup

from web.stacking import with_labels

TABLE = Markup(
    '<thead><tr><th scope="col" class="num">No.</th><th scope="col">Title <span class="quiet">&amp; more</span></th>'
    '<th scope="col">Paid</th></tr></thead><tbody>\n<tr class="good"><td class="num">1</td><th scope="row">《围城》</th>'
    "<td> </td></tr><tr><td>2</td><th>&lt;td&gt;</th><td><b>9.00</b></td></tr></tbody>"
    "<tfoot><tr><td colspan=2>Sum</td><td>9.00</td></tr></tfoot>"
)


def test_each_cell_of_the_body_has_the_name_of_its_column() -> None:
    table = lxml.html.fragment_fromstring(f"<table>{with_labels(TABLE)}</table>")
    cells = [[cell.get("data-label") for cell in row] for row in table.xpath("tbody/tr")]
    assert cells == [["No.", "Title & more", None], ["No.", "Title & more", "Paid"]]
    assert table.xpath("tfoot//@data-label") == []


def test_what_is_no_table_to_the_eye_stays_one_to_the_reader_of_the_screen() -> None:
    table = lxml.html.fragment_fromstring(f"<table>{with_labels(TABLE)}</table>")
    assert table.xpath("tbody/tr/@role") == ["row", "row"]
    assert [cell.get("role") for cell in table.xpath("tbody/tr[2]/*")] == ["cell", "rowheader", "cell"]


def test_nothing_else_changes() -> None:
    told = with_labels(TABLE)
    assert isinstance(told, Markup)
    before, after = (lxml.html.fragment_fromstring(f"<table>{one}</table>") for one in (TABLE, told))
    assert [one.text_content().strip() for one in after.iter()] == [one.text_content().strip() for one in before.iter()]
    assert after.xpath("//tr/@class") == ["good"]
