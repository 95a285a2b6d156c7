"""How somebody likes the pages is remembered, and changes what they see."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.desk import Desk
from tests.desk import desk as desk
from tests.pages import visit


@pytest.mark.parametrize(
    ("choice", "mark"),
    [
        ({"size": "large"}, ("data-size", "large")),
        ({"theme": "dark"}, ("data-theme", "dark")),
        ({"contrast": "high"}, ("data-contrast", "high")),
        ({"language": "en"}, ("lang", "en")),
    ],
)
def test_a_choice_is_remembered_and_one_comes_back_to_where_one_was(
    client: FlaskClient, desk: Desk, choice: dict[str, str], mark: tuple[str, str]
) -> None:
    visitor = visit(client, desk)
    assert visitor.get("/libraries").html.get(mark[0]) != mark[1]
    answer = visitor.send("/preferences", choice | {"next": "/libraries?x=1"})
    assert answer.response.location == "/libraries?x=1"
    assert visitor.open(answer).html.get(mark[0]) == mark[1]


def test_a_choice_that_does_not_exist_is_passed_over(client: FlaskClient, desk: Desk) -> None:
    visitor = visit(client, desk)
    visitor.client.set_cookie("tongjie_theme", "pink")
    answer = visitor.send("/preferences", {"size": "huge", "next": "//evil.example"})
    assert answer.address == "/"
    assert visitor.get("/").html.get("data-size") is None
    assert visitor.get("/").html.get("data-theme") is None
