"""Numbers: which may be given, and whose is meant where merged networks gave one twice."""

from __future__ import annotations

import pytest

from kernel.barcodes import check_code, choose, is_barcode, split_barcode
from kernel.errors import Conflict, Invalid, NotFound


@pytest.mark.parametrize("text", ["1", "0001234", "B-12.3", "T00 12", "条码1", "9" * 64])
def test_may_be_given(text: str) -> None:
    assert is_barcode(text)
    assert split_barcode(f"ZG:{text}") == ("ZG", text)
    assert split_barcode(text) == (None, text)


@pytest.mark.parametrize("text", ["", " 1", "1 ", "A:1", "A/1", "A\n1", "A\x001", "００１", "9" * 65])
def test_may_not_be_given(text: str) -> None:
    assert not is_barcode(text)


@pytest.mark.parametrize("code", ["Z", "zg-1", "1.a_B", "Z" * 32])
def test_is_a_code(code: str) -> None:
    check_code(code)


@pytest.mark.parametrize("code", ["", "-Z", "Z:1", "Z/1", "Z 1", "馆", "Ｚ", "Z\n", "Z" * 33])
def test_is_no_code(code: str) -> None:
    with pytest.raises(Invalid, match=r"code\.malformed"):
        check_code(code)


@pytest.mark.parametrize("text", [":1", "ZG:", ":"])
def test_half_a_pair_is_no_pair(text: str) -> None:
    assert split_barcode(text) == (None, text)


def _choose(found: list[str], preferred: str = "") -> str:
    return choose(
        found, thing="item", asked="B1", prefers=lambda one: one == preferred, describe=lambda one: {"org": one}
    )


def test_the_one_in_the_askers_namespace_is_meant_else_the_only_one() -> None:
    assert _choose(["here", "there"], "here") == "here"
    assert _choose(["there"], "here") == "there"


@pytest.mark.parametrize("found", [["one", "other"], ["other", "one"]])
def test_several_elsewhere_must_be_chosen_from(found: list[str]) -> None:
    with pytest.raises(Conflict) as caught:
        _choose(found)
    assert (caught.value.code, caught.value.data) == (
        "item.ambiguous",
        {"candidates": [{"org": "one"}, {"org": "other"}]},
    )


def test_none_is_not_found() -> None:
    with pytest.raises(NotFound):
        _choose([])
