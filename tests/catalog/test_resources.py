"""Who may open a digital resource, and what is an address at all."""

from __future__ import annotations

import pytest

from catalog.resources import (
    NAMES_A_LOGIN,
    NOT_OF_THE_WEB,
    can_be_opened,
    decide_opening,
    is_inside,
    read_networks,
    why_not_opened,
)


@pytest.mark.parametrize(
    ("access", "caller", "inside", "decision"),
    [
        ("anyone", "anonymous", False, "open"),
        ("card", "anonymous", False, "log_in"),
        ("card", "anonymous", True, "log_in"),
        ("card", "patron", False, "open"),
        ("card", "staff", False, "open"),
        ("inside", "anonymous", True, "open"),
        ("inside", "anonymous", False, "come_in"),
        ("inside", "patron", False, "come_in"),
        ("inside", "staff", False, "open"),
    ],
)
def test_who_may_open(access: str, caller: str, inside: bool, decision: str) -> None:
    assert decide_opening(access, caller, is_inside=inside) == decision  # type: ignore[arg-type]


@pytest.mark.parametrize("url", ["https://example.org/1", "http://例子.中国/书?x=1"])
def test_addresses_of_the_web_open(url: str) -> None:
    assert can_be_opened(url)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "ftp://example.org/x",
        "//evil.example",
        "https://",
        "https://reader:secret@example.org/",
        "https://reader@example.org/",
        "http://[",
        "https://a\nb",
        "/login",
        "data:text/html,x",
        "http://example.org:99999/",
        "http://example.org:port/",
        "http://例..中国/",
        f"http://{'a' * 80}.example/",
    ],
)
def test_nothing_else_does(url: str) -> None:
    assert not can_be_opened(url)


def test_a_library_is_its_networks() -> None:
    networks = read_networks("10.1.0.0/16, 2001:db8::/32")
    assert is_inside("10.1.2.3", networks)
    assert is_inside("2001:db8::1", networks)
    assert not is_inside("10.2.0.1", networks)
    assert not is_inside(None, networks)
    assert not is_inside("10.1.2.3", read_networks(""))
    with pytest.raises(ValueError, match="x"):
        read_networks("x")


def test_what_is_wrong_with_an_address_is_said() -> None:
    assert why_not_opened("https://example.org/a@b") is None
    assert why_not_opened("https://reader:secret@example.org/") == NAMES_A_LOGIN
    assert why_not_opened("ftp://example.org/") == NOT_OF_THE_WEB
    assert why_not_opened("example.org") == NOT_OF_THE_WEB
