"""Phones are sealed and found again; names and phones are masked."""

from __future__ import annotations

import pytest

from kernel.errors import Invalid
from patrons.privacy import Vault, mask_name, mask_phone, normalise_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [("张三", "张*"), ("张三丰", "张**"), ("欧阳小明", "欧***"), ("李", "李*"), ("Alexander", "A***")],
)
def test_masks_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(("phone", "masked"), [("13812345678", "138****5678"), ("62345678", "****78"), (None, None)])
def test_masks_phones(phone: str | None, masked: str | None) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize("written", ["13812345678", " 138 1234 5678", "138-1234-5678", "１３８１２３４５６７８"])
def test_one_number_written_differently_is_one(written: str) -> None:
    assert normalise_phone(written) == "13812345678"


@pytest.mark.parametrize("written", ["", "abc", "1234", "1" * 16, "138123456٧٨", "+"])
def test_cannot_take_what_is_no_phone(written: str) -> None:
    with pytest.raises(Invalid):
        normalise_phone(written)


def test_a_sealed_phone_opens_with_the_same_secret_only() -> None:
    sealed = Vault("one secret").seal("13812345678")
    assert b"138" not in sealed
    assert Vault("one secret").unseal(sealed) == "13812345678"
    assert Vault("another secret").unseal(sealed) is None


def test_equal_phones_have_equal_digests_under_one_secret_only() -> None:
    vault = Vault("one secret")
    assert vault.digest("13812345678") == vault.digest("13812345678") != vault.digest("13812345679")
    assert vault.digest("13812345678") != Vault("another secret").digest("13812345678")
