"""The pages of readers' lists."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import PIN
from tests.pages import Sheet, Visitor, visit


@pytest.fixture
def reader(client: FlaskClient, desk: Desk) -> Visitor:
    return visit(client, desk, desk.reading(desk.add_patron("P0002", pin=PIN)).caller)


def keep(reader: Visitor, desk: Desk, **form: str) -> str:
    """Put the title of the desk on a new list; the list's address."""
    reader.send(f"/bibs/{desk.item().bib_id}/keep", {"name": "想看的书", "list": ""} | form)
    return str(next(link for link in reader.get("/me/lists").links() if link.startswith("/me/lists/")))


def names(page: Sheet) -> list[str]:
    return [str(one) for one in page.html.xpath("//ol[contains(@class,'lines')]//h2/a/text()")]


def test_a_title_is_kept_from_its_own_page(reader: Visitor, desk: Desk) -> None:
    page = reader.get(f"/bibs/{desk.item().bib_id}")
    form = reader.get(next(link for link in page.links() if link.endswith("/keep")))
    assert "想看的书" in form.html.xpath("//input[@name='name']/@value")
    own = reader.get(keep(reader, desk, note="给孩子"))
    assert names(own) == ["平凡的世界"]
    assert "给孩子" in own.text
    assert reader.get(f"/bibs/{desk.item().bib_id}/keep").values()["list"] == "1"  # the newest, chosen already
    again = reader.send(f"/bibs/{desk.item().bib_id}/keep", {"list": "1", "name": ""})
    assert again.status == 422
    assert "已在清单上" in again.text


def test_a_shared_list_shows_titles_and_notes_and_not_whose_it_is(
    client: FlaskClient, reader: Visitor, desk: Desk
) -> None:
    address = keep(reader, desk, note="给孩子")
    shared_page = reader.open(reader.send(f"{address}/share"))
    shared = shared_page.html.xpath("//input[@id='list-address']/@value")[0].removeprefix("http://localhost")
    stranger = visit(client.application.test_client(), desk)
    page = stranger.get(shared)
    assert names(page) == ["平凡的世界"]
    assert "给孩子" in page.text
    assert "P0002" not in page.response.get_data(as_text=True)
    assert "张三丰" not in page.response.get_data(as_text=True)
    assert page.html.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert stranger.get(f"{shared}/export.ris").response.get_data(as_text=True).startswith("TY  - BOOK")
    reader.send(f"{address}/unshare")
    assert stranger.get(shared).status == 404


def test_a_list_is_renamed_emptied_and_deleted(reader: Visitor, desk: Desk) -> None:
    address = keep(reader, desk)
    assert "已看完" in reader.open(reader.send(f"{address}/rename", {"name": "已看完"})).text
    reader.send(f"{address}/titles/{desk.item().bib_id}/remove")
    assert "清单是空的" in reader.get(address).text
    assert "还没有清单" in reader.open(reader.send(f"{address}/delete")).text
    assert reader.get(address).status == 404


def test_the_list_of_a_device_moves_into_the_account(reader: Visitor, desk: Desk) -> None:
    bib_id = desk.item().bib_id
    made = reader.open(reader.send("/me/lists", {"name": "手机上的", "ids": f"{bib_id},999,{bib_id},nonsense"}))
    assert names(made) == ["平凡的世界"]


def test_without_scripts_the_device_s_page_says_to_log_in(client: FlaskClient, desk: Desk) -> None:
    page = visit(client, desk).get("/lists/device")
    assert "登录" in page.html.xpath("string(//noscript)")


def test_nobody_else_sees_a_reader_s_list(client: FlaskClient, reader: Visitor, desk: Desk) -> None:
    address = keep(reader, desk)
    other = visit(client.application.test_client(), desk, desk.reading(desk.add_patron("P0003")).caller)
    for path in (address, f"{address}/export.xlsx"):
        assert other.get(path).status == 404
    assert other.send(f"{address}/delete").status in (404, 302, 303)
    assert reader.get(address).status == 200
