"""Text that the database keeps for a program's retry and for nobody's eyes: answers, which name readers, their phones and their loans.

Sealed under the installation's secret, so that neither a copy of the database nor a backup tells more than its tables mean to.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive_key(secret: str, purpose: str) -> bytes:
    """A key for one purpose, of which no other can be worked out."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


class Sealer:
    """Seals answers, and digests what was asked: a bare digest of a body with a PIN of six digits would tell the PIN."""

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(urlsafe_b64encode(derive_key(secret, "tongjie: kept answers, encryption")))
        self._digest_key = derive_key(secret, "tongjie: kept answers, digest")

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str:
        return self._fernet.decrypt(sealed).decode()

    def digest(self) -> hmac.HMAC:
        """Begin a digest."""
        return hmac.new(self._digest_key, digestmod=hashlib.sha256)


@lru_cache(maxsize=4)
def sealer(secret: str) -> Sealer:
    return Sealer(secret)
