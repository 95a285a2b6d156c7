"""E-mail addresses: what one looks like, and how it is shown. Pure."""

from __future__ import annotations

import re
from typing import Final

from kernel.errors import Invalid
from kernel.i18n import Text

LONGEST_EMAIL: Final = 254  # RFC 5321, 4.5.3.1.3
_EMAIL: Final = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}\Z")


def is_email(text: str) -> bool:
    """Whether mail could be sent there, as far as its looks go."""
    local = text.partition("@")[0]
    well_dotted = not local.startswith(".") and not local.endswith(".") and ".." not in local
    return len(text) <= LONGEST_EMAIL and well_dotted and _EMAIL.match(text) is not None


def normalise_email(text: str) -> str:
    """Raises Invalid."""
    email = text.strip().replace("＠", "@")
    if not is_email(email):
        detail = Text("邮箱地址不对，请核对。", "This is no e-mail address. Please check it.")
        raise Invalid("notice.email", detail, {"email": [detail]})
    local, _, domain = email.rpartition("@")
    return f"{local}@{domain.lower()}"


def mask_email(email: str | None) -> str | None:
    """Enough to recognise one's own: l***@example.org."""
    return None if email is None else f"{email[:1]}***@{email.rpartition('@')[2]}"
