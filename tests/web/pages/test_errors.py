"""What a person sees when something is not there, not allowed, or broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from kernel.db import Database
from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import visit


def test_a_page_that_is_not_there_leads_back(client: FlaskClient, desk: Desk) -> None:
    page = visit(client, desk).get("/nowhere")
    assert page.status == 404
    assert "没有找到" in page.text
    assert "请核对网址" in page.text
    assert "/" in set(page.links())


def test_an_address_that_only_takes_forms_says_that_nothing_was_changed(client: FlaskClient, desk: Desk) -> None:
    page = visit(client, desk).get("/logout")
    assert page.status == 405
    assert "什么也没有改变" in page.text


def test_who_lacks_a_right_is_told_which(client: FlaskClient, desk: Desk) -> None:
    page = visit(client, desk, desk.staffed(("volunteer", desk.county.point)).caller).get("/imports")
    assert page.status == 403
    assert "import.run" in page.text


@pytest.mark.parametrize("path", ["/", "/search?q=平凡", "/bibs/1", "/libraries"])
def test_without_the_database_a_page_still_says_what_is_wrong(
    client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def gone(_self: Database) -> Any:
        raise OperationalError("SELECT 1", {}, Exception("no database"))

    monkeypatch.setattr(Database, "reading", gone)
    page = visit(client, desk).get(path)
    assert page.status == 503
    assert "数据库暂时连不上" in page.text
    assert page.response.headers["Retry-After"]


def test_a_failure_of_ours_gives_a_number_to_tell_and_nothing_else(
    app: Flask, client: FlaskClient, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_arguments: Any) -> str:
        raise ZeroDivisionError("a secret of the program")

    view: Callable[..., Any] = app.view_functions["opac.libraries"]
    broken.tongjie_right = view.tongjie_right  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "opac.libraries", broken)
    page = visit(client, desk).get("/libraries")
    assert page.status == 500
    assert page.response.headers["X-Request-Id"] in page.text
    assert "secret" not in page.text


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh", "网址里有不能用的字符"), ("en", "Take it out and try again")]
)
def test_an_address_with_a_character_no_text_holds_says_so(
    client: FlaskClient, desk: Desk, language: str, sentence: str
) -> None:
    page = visit(client, desk, language=language).get("/search?q=%00")
    assert page.status == 400
    assert sentence in page.text
