"""A gateway for text messages or WeChat: one POST of JSON a message, signed, with the key by which the gateway knows a repeated one.

No redirect is followed, so that no gateway can send us on to a machine of its choice; the whole has a deadline, the answer a size.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from kernel.i18n import Text
from notices.sending.addresses import Networks, connect
from notices.sending.channel import ChannelDown, Message, NotDelivered, Unusable

TIMEOUT_SECONDS: Final = 10.0
SHORTEST_SECRET: Final = 16
LARGEST_ANSWER: Final = 4096
_URL: Final = Text(
    "{setting} 应是 https:// 开头的网址；http:// 只许用在 TONGJIE_GATEWAY_NETWORKS 写明的网段里",
    "{setting} begins with https://; http:// only within the networks named by TONGJIE_GATEWAY_NETWORKS",
)
_SECRET: Final = Text(
    "用短信或微信网关时，TONGJIE_GATEWAY_SECRET 至少 {n} 个字符",
    "With a gateway for text messages or WeChat, TONGJIE_GATEWAY_SECRET has at least {n} characters",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a gateway stands."""

    name: str
    host: str
    port: int
    path: str
    tls: bool
    secret: str = field(repr=False)
    networks: Networks = ()


def read_gateway(name: str, url: str, secret: str, networks: Networks) -> Target:
    """Raises Unusable."""
    setting = f"TONGJIE_{name.upper()}_URL"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unusable(_URL.format(setting=setting)) from error
    is_usable = parts.scheme == "https" or (parts.scheme == "http" and bool(networks))
    if not is_usable or not parts.hostname or parts.username or parts.fragment:
        raise Unusable(_URL.format(setting=setting))
    if len(secret) < SHORTEST_SECRET:
        raise Unusable(_SECRET.format(n=SHORTEST_SECRET))
    tls = parts.scheme == "https"
    return Target(
        name=name,
        host=parts.hostname,
        port=port or (443 if tls else 80),
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        tls=tls,
        secret=secret,
        networks=networks,
    )


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """What the gateway compares: HMAC-SHA256 over the time, a full stop and the body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class Gateway:
    """A connection a message."""

    address = "phone"

    def __init__(self, target: Target, timeout: float = TIMEOUT_SECONDS) -> None:
        self.name = target.name
        self._target = target
        self._timeout = timeout

    def send(self, message: Message) -> None:
        body = json.dumps(
            {
                "id": message.key,
                "channel": self.name,
                "kind": message.kind,
                "language": message.language,
                "to": message.to,
                "subject": message.subject,
                "text": message.short,
            },
            ensure_ascii=False,
        ).encode()
        self._judge(self._post(body, message.key))

    def check(self) -> None:
        """Whether something listens there; a gateway is not asked anything, for every question might cost."""
        self._connect().close()

    def _connect(self) -> socket.socket:
        target = self._target
        try:
            return connect(target.host, target.port, target.networks, self._timeout, tls=target.tls)
        except OSError as error:
            raise ChannelDown(str(error) or type(error).__name__) from error

    def _post(self, body: bytes, key: str) -> int:
        target, timestamp = self._target, str(int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": key,
            "X-Tongjie-Timestamp": timestamp,
            "X-Tongjie-Signature": f"sha256={sign(target.secret, timestamp, body)}",
            "Connection": "close",
        }
        connection = http.client.HTTPConnection(target.host, target.port, timeout=self._timeout)
        connection.sock = self._connect()
        deadline = time.monotonic() + self._timeout
        try:
            connection.request("POST", target.path, body=body, headers=headers)
            connection.sock.settimeout(max(0.1, deadline - time.monotonic()))
            answer = connection.getresponse()
            answer.read(LARGEST_ANSWER)
            return answer.status
        except (OSError, http.client.HTTPException) as error:
            # It may have been taken over: the same key tells the gateway when we come again.
            raise ChannelDown(str(error) or type(error).__name__) from error
        finally:
            connection.close()

    @staticmethod
    def _judge(status: int) -> None:
        if 200 <= status < 300:
            return
        if status in (401, 403, 404, 405, 407) or 300 <= status < 400:
            raise ChannelDown(f"HTTP {status}")  # not this message's fault: address, secret or a redirect
        raise NotDelivered(f"HTTP {status}", is_final=400 <= status < 500 and status not in (408, 409, 425, 429))
