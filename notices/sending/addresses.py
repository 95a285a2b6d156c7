"""Where a gateway may stand: on the public internet, or in networks that an administrator has named. So neither a mistyped address nor a
name that somebody points elsewhere makes this server knock at machines inside."""

from __future__ import annotations

import socket
import ssl
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from notices.sending.channel import ChannelDown

Networks = tuple[IPv4Network | IPv6Network, ...]
WRAPPING: Final = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"))
INSIDE: Final = "the gateway's address lies inside and is not in TONGJIE_GATEWAY_NETWORKS"


def is_allowed(address: str, networks: Networks, *, tls: bool = True) -> bool:
    """Whether a connection may go there; in the clear only within the networks. One that only wraps an IPv4 address is judged by it."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        ip = _wrapped(ip) or ip
    if any(ip in network for network in networks if network.version == ip.version):
        return True
    is_site = isinstance(ip, IPv6Address) and ip.is_site_local
    return tls and ip.is_global and not ip.is_multicast and not is_site


def _wrapped(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that it only wraps: mapped, 6to4, compatible (RFC 4291), or translated (NAT64, RFC 6052)."""
    if any(ip in network for network in WRAPPING):
        return IPv4Address(ip.packed[-4:])
    return ip.ipv4_mapped or ip.sixtofour


def connect(host: str, port: int, networks: Networks, timeout: float, *, tls: bool) -> socket.socket:
    """A connection to the very address that was judged, so that a second answer of the name server changes nothing."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ChannelDown(f"no address for {host}: {error}") from error
    allowed = [one for one in found if is_allowed(str(one[4][0]), networks, tls=tls)]
    if not allowed:
        raise ChannelDown(INSIDE)
    family, kind, protocol, _name, address = allowed[0]
    plain = socket.socket(family, kind, protocol)
    try:
        plain.settimeout(timeout)
        plain.connect(address)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host) if tls else plain
    except BaseException:
        plain.close()
        raise
