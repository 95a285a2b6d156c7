"""What protects a reader's personal data: phone numbers sealed and found by a keyed digest, names and phones masked. No I/O.

The keys are derived from the installation's secret; the object is made once, when the application is put together.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from base64 import urlsafe_b64encode
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from kernel.errors import Invalid
from kernel.i18n import Text
from kernel.sealing import derive_key

_PHONE: Final = re.compile(r"^\+?\d{5,15}\Z", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s()./\-－—]+")


class Vault:
    """Seals phone numbers. One key encrypts, another makes the digests by which an equal number is found again."""

    def __init__(self, secret_key: str) -> None:
        self._fernet = Fernet(urlsafe_b64encode(derive_key(secret_key, "tongjie: patron phone, encryption")))
        self._digest_key = derive_key(secret_key, "tongjie: patron phone, search")

    def seal(self, phone: str) -> bytes:
        return self._fernet.encrypt(phone.encode())

    def unseal(self, sealed: bytes | None) -> str | None:
        """The number; None where there is none or it was sealed under another secret, which `doctor` reports."""
        if sealed is None:
            return None
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            return None

    def digest(self, phone: str) -> str:
        return hmac.new(self._digest_key, phone.encode(), hashlib.sha256).hexdigest()


def normalise_phone(text: str) -> str:
    """Digits, with a plus in front of a country code; the same number written differently is one. Raises Invalid."""
    phone = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    if not _PHONE.match(phone):
        detail = Text("电话号码应为 5 至 15 位数字。", "A phone number has 5 to 15 digits.")
        raise Invalid("patron.phone", detail, {"phone": [detail]})
    return phone


def mask_name(name: str) -> str:
    """The first character and stars: 张*, 欧***; how long a name is tells little, so at most three stars stand."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 3)


def mask_phone(phone: str | None) -> str | None:
    """Enough to recognise one's own number: 138****5678."""
    if phone is None:
        return None
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"****{phone[-2:]}"
