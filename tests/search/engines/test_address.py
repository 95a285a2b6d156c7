"""What the setting may say of a server, and that its password is never shown."""

from __future__ import annotations

import pytest

from search.engines.elasticsearch import Address, read_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://search:9200", Address(scheme="http", host="search", port=9200)),
        ("http://search", Address(scheme="http", host="search", port=9200)),
        ("https://search/", Address(scheme="https", host="search", port=443)),
        ("http://search:9201/lin-an", Address(scheme="http", host="search", port=9201, prefix="lin-an")),
        ("http://[::1]:9200", Address(scheme="http", host="::1", port=9200)),
        (
            "https://tongjie:p%40ss%2Fw@search:9200/a",
            Address(scheme="https", host="search", port=9200, prefix="a", login=("tongjie", "p@ss/w")),
        ),
    ],
)
def test_an_address_is_read(url: str, address: Address) -> None:
    assert read_address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "search:9200",
        "ftp://search",
        "http://",
        "http://search/Large",
        "http://search/a/b",
        "http://search/_x",
        "http://search/?q=1",
    ],
)
def test_what_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|index names"):
        read_address(url)


def test_the_password_is_not_shown() -> None:
    address = read_address("https://tongjie:secret@search:9200/a")
    assert "secret" not in f"{address} {address!r}"
    assert str(read_address("http://[::1]:9200")) == "http://[::1]:9200"
