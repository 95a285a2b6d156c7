"""What passwords and PINs may be, how they are kept, and how long wrong ones make one wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type

from branches import passwords
from kernel.errors import Invalid

GOOD = "four unrelated words here"


def test_secrets_are_hashed_with_argon2id_at_a_cost_that_hurts(true_hashers: dict[str, PasswordHasher]) -> None:
    for hasher in true_hashers.values():
        assert hasher.type is Type.ID
        assert hasher.memory_cost >= 19 * 1024  # OWASP password storage, argon2id: 19 MiB and two rounds at least
        assert hasher.time_cost >= 2


def test_a_hash_tells_nothing_and_fits_only_its_secret() -> None:
    hashed = passwords.hash_password(GOOD)
    assert GOOD not in hashed
    assert hashed != passwords.hash_password(GOOD)
    assert passwords.verify(hashed, GOOD)
    assert not passwords.verify(hashed, GOOD + " ")


def test_a_hash_of_another_cost_still_fits(true_hashers: dict[str, PasswordHasher]) -> None:
    assert passwords.verify_pin(true_hashers["PIN_HASHER"].hash("482913"), "482913")


@pytest.mark.parametrize("hashed", [None, "", "no hash at all"])
def test_nobody_and_a_broken_hash_fit_nothing(hashed: str | None) -> None:
    assert not passwords.verify(hashed, "nobody has this password")
    assert not passwords.verify_pin(hashed, "nobody has this PIN")


@pytest.mark.parametrize("weak", ["short", "x" * 257, "aaaaaaaaaaaaaaaaaaaa", "password1234567", "Librarian Wang Fang"])
def test_cannot_take_a_weak_password(weak: str) -> None:
    with pytest.raises(Invalid, match=r"password\.weak"):
        passwords.hash_password(weak, forbidden=("librarian wang fang",))


@pytest.mark.parametrize("weak", ["12345", "1234567890123", "111111", "234567", "987654", "48291a", "４８２９１３", ""])
def test_cannot_take_a_weak_pin(weak: str) -> None:
    with pytest.raises(Invalid, match=r"pin\.weak"):
        passwords.hash_pin(weak)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 2), (6, 4), (7, 8), (13, 512), (14, 900), (10_000, 900)]
)
def test_each_wrong_try_after_the_fourth_waits_twice_as_long_up_to_a_quarter_of_an_hour(
    failures: int, seconds: int
) -> None:
    assert passwords.wait_after(failures) == timedelta(seconds=seconds)
