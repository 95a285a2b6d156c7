"""Who may open the address of a digital resource. Pure: who asks and whether they stand inside a library is told."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, Literal
from urllib.parse import urlsplit

from catalog.bibdata import UrlAccess
from kernel.i18n import Text

CallerKind = Literal["anonymous", "patron", "staff", "system"]
Decision = Literal["open", "log_in", "renew", "come_in"]
Networks = tuple[IPv4Network | IPv6Network, ...]

INSIDE_ONLY: Final = Text(
    "这份资源只能在图书馆里打开。请到任何一个馆点，用馆里的电脑或无线网。",
    "This resource opens only inside a library. Come to any of them and use its computers or network.",
)

NOT_OF_THE_WEB: Final = Text("网址请以 http:// 或 https:// 开头。", "An address begins with http:// or https://.")
NAMES_A_LOGIN: Final = Text(
    "网址里带有用户名和密码，每个读者都会看到。请删去“@”和它前面的部分。",
    "This address holds a login and password, which every reader would see. Take out the “@” and what stands before it.",
)

RENEW_FIRST: Final = Text(
    "这份资源凭有效的读者证打开，您的读者证已经到期。请到任何一个馆点续证。",
    "This resource opens with a valid card, and yours has expired. Renew it at any library.",
)


def decide_opening(access: UrlAccess, caller: str, *, is_inside: bool, has_expired: bool = False) -> Decision:
    """Staff open what readers may: they show it to them. A card counts wherever its holder is, until it expires; a place counts without
    a card."""
    if access == "anyone" or caller == "staff":
        return "open"
    if access == "card":
        if caller != "patron":
            return "log_in"
        return "renew" if has_expired else "open"
    return "open" if is_inside else "come_in"


def can_be_opened(url: str) -> bool:
    """Addresses of the web and nothing else: no script, no file, no address of our own that lacks a host, none with a host or port that
    no browser could be sent to, none with a name and password in it, which every reader would see."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna")
        _ = parts.port  # read when asked for: a ValueError where it is none
    except ValueError:  # a UnicodeError is one too
        return False
    return parts.scheme.lower() in ("http", "https") and bool(host) and url.isprintable() and "@" not in parts.netloc


def why_not_opened(url: str) -> Text | None:
    """What is wrong with an address that somebody typed; None where readers can be sent to it."""
    if can_be_opened(url):
        return None
    return NAMES_A_LOGIN if "://" in url and "@" in url.split("/")[2] else NOT_OF_THE_WEB


def read_networks(text: str) -> Networks:
    """Networks divided by commas, `10.1.0.0/16, 2001:db8::/32`. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def is_inside(address: str | None, networks: Networks) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    return any(found in network for network in networks)
