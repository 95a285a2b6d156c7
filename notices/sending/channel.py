"""What every channel is, and what can go wrong with one. An error never says to whom: addresses are taken out of what a server answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Protocol

from kernel.i18n import Language, Text

_ADDRESS: Final = re.compile(r"\S*@\S*")
_NUMBER: Final = re.compile(r"\+?\d[\d\s-]{5,}\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`key` is the same however often it is tried; `to` an e-mail address or a phone number."""

    key: str
    kind: str
    to: str = field(repr=False)
    language: Language
    subject: str
    body: str
    short: str


class Channel(Protocol):
    """`address` is what it needs of a reader."""

    name: str
    address: str

    def send(self, message: Message) -> None:
        """Returns once the other side has taken the message over. Raises NotDelivered or ChannelDown."""

    def check(self) -> None:
        """Whether it can be reached, without sending anything. Raises ChannelDown."""


class NotDelivered(Exception):
    """This message was refused. `is_final`: another try would be refused as well."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(without_addresses(reason))
        self.is_final = is_final


class ChannelDown(Exception):
    """Nothing can be sent this way now, whatever message it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(without_addresses(reason))


class Unusable(Exception):
    """A setting with which a channel cannot work."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def without_addresses(text: str) -> str:
    return _NUMBER.sub("…", _ADDRESS.sub("…", " ".join(text.split())))[:200]
