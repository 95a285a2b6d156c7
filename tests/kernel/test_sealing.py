"""What is kept for a retry is kept from everybody else."""

from __future__ import annotations

import pytest
from cryptography.fernet import InvalidToken

from kernel.sealing import Sealer, derive_key


def test_what_was_sealed_is_read_again() -> None:
    sealed = Sealer("one").seal('{"name": "张三丰"}')
    assert "张三丰" not in sealed
    assert Sealer("one").unseal(sealed) == '{"name": "张三丰"}'


def test_cannot_be_read_under_another_secret() -> None:
    with pytest.raises(InvalidToken):
        Sealer("other").unseal(Sealer("one").seal("text"))


def test_each_purpose_and_secret_has_a_key_of_its_own() -> None:
    assert len({derive_key("one", "a"), derive_key("one", "b"), derive_key("other", "a")}) == 3
