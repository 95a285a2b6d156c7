"""Passwords and PINs: argon2id hashes, what is too weak, and how long the wrong ones make one wait. Pure but for the hashing.

Sources: NIST SP 800-63B-4 (length over composition, a block list, no expiry), OWASP ASVS 5.0 section 6.2.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kernel.errors import Invalid
from kernel.i18n import Text

STAFF_SHORTEST = 15
LONGEST = 256
PIN_SHORTEST = 6
FREE_FAILURES = 4
LONGEST_WAIT = timedelta(minutes=15)
OWN_WORDS = ("tongjie", "通借", "library", "图书馆", "password", "password1234567", "123456789012345")

PASSWORD_HASHER = PasswordHasher()  # argon2id with the library's recommended cost (RFC 9106, low memory)
PIN_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # OWASP's least for argon2id


def hash_password(password: str, *, forbidden: tuple[str, ...] = ()) -> str:
    """Hash a staff password; raises Invalid with what to do about a weak one. `forbidden` holds the owner's names."""
    if len(password) < STAFF_SHORTEST:
        raise _weak(
            Text(
                "密码至少 {n} 个字符，例如几个不相干的词。",
                "A password has at least {n} characters: a few unrelated words will do.",
            ).format(n=STAFF_SHORTEST)
        )
    if len(password) > LONGEST:
        raise _weak(Text("密码最长 {n} 个字符。", "A password has at most {n} characters.").format(n=LONGEST))
    plain = password.casefold()
    if (
        len(set(plain)) < 5
        or plain.strip() in OWN_WORDS
        or any(len(w) > 3 and plain.strip() == w.casefold() for w in forbidden)
    ):
        raise _weak(Text("这个密码太容易猜到，请换一个。", "This password is too easy to guess. Choose another."))
    return PASSWORD_HASHER.hash(password)


def hash_pin(pin: str) -> str:
    """Hash a reader's PIN of 6 to 12 digits; the same digit throughout and plain runs are refused."""
    is_run = pin in "0123456789012345" or pin in "9876543210987654"
    if not (pin.isascii() and pin.isdigit() and PIN_SHORTEST <= len(pin) <= 12) or len(set(pin)) == 1 or is_run:
        detail = Text(
            "PIN 为 6 至 12 位数字，不能全同或连号。",
            "A PIN has 6 to 12 digits, not all the same and not a run.",
        )
        raise Invalid("pin.weak", detail, {"pin": [detail]})
    return PIN_HASHER.hash(pin)


def verify(hashed: str | None, secret: str) -> bool:
    """Whether a secret fits. An account that does not exist costs the same time as one that does."""
    try:
        return PASSWORD_HASHER.verify(hashed or _dummy(), secret) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


def verify_pin(hashed: str | None, pin: str) -> bool:
    """Whether a PIN fits; a reader without one, or who does not exist, costs the same time as one with."""
    try:
        return PIN_HASHER.verify(hashed or _dummy_pin(), pin) and bool(hashed)
    except (VerificationError, InvalidHashError):
        return False


def wait_after(failures: int, free: int = FREE_FAILURES) -> timedelta:
    """How long the next try must wait after so many wrong ones in a row: nothing at first, then doubling from two seconds."""
    if failures <= free:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free, 20)), LONGEST_WAIT)


def _weak(detail: Text) -> Invalid:
    return Invalid("password.weak", detail, {"password": [detail]})


@cache
def _dummy() -> str:
    return PASSWORD_HASHER.hash("nobody has this password")


@cache
def _dummy_pin() -> str:
    return PIN_HASHER.hash("nobody has this PIN")
