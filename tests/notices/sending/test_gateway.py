"""Posts to gateways: signed, never redirected, and only to where gateways may stand."""

from __future__ import annotations

import hashlib
import hmac
from ipaddress import ip_network

import pytest

from notices.sending import ChannelDown, Message, NotDelivered, Unusable
from notices.sending.addresses import is_allowed
from notices.sending.gateway import Gateway, read_gateway
from tests.notices.servers import PostServer, post_server

SECRET = "sixteen letters!"
HERE = (ip_network("127.0.0.0/8"),)
HELLO = Message(
    key="k1", kind="overdue", to="13800138000", language="zh", subject="逾期", body="长长的信", short="《三体》已逾期"
)


def gateway(server: PostServer) -> Gateway:
    url = f"http://127.0.0.1:{server.port}/send?app=1"
    return Gateway(read_gateway("sms", url, SECRET, HERE), timeout=5)


def test_a_post_says_what_to_send_and_proves_who_asks() -> None:
    with post_server() as server:
        gateway(server).send(HELLO)
    assert server.posts == [
        {
            "id": "k1",
            "channel": "sms",
            "kind": "overdue",
            "language": "zh",
            "to": "13800138000",
            "subject": "逾期",
            "text": "《三体》已逾期",
        }
    ]
    (headers,) = server.headers
    signed = headers["X-Tongjie-Timestamp"].encode() + b"." + server.bodies[0]
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Tongjie-Signature"] == f"sha256={expected}"
    assert headers["Idempotency-Key"] == "k1"
    assert server.paths == ["/send?app=1"]


@pytest.mark.parametrize(("status", "is_final"), [(400, True), (422, True), (408, False), (429, False), (500, False)])
def test_a_refused_post_says_whether_to_try_again(status: int, is_final: bool) -> None:
    with post_server() as server:
        server.statuses = [status]
        with pytest.raises(NotDelivered) as caught:
            gateway(server).send(HELLO)
    assert caught.value.is_final is is_final


@pytest.mark.parametrize("status", [302, 307, 308, 401, 403, 404])
def test_a_redirect_or_a_wrong_secret_is_no_fault_of_the_message_and_nothing_is_followed(status: int) -> None:
    with post_server() as server:
        server.statuses = [status]
        with pytest.raises(ChannelDown, match=str(status)):
            gateway(server).send(HELLO)
        assert server.paths == ["/send?app=1"]


def test_a_gateway_that_is_not_there_is_down() -> None:
    with post_server() as server:
        gateway(server).check()
    with pytest.raises(ChannelDown):
        gateway(server).check()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_nothing_is_sent_inside_without_leave(name: str) -> None:
    with post_server() as server:
        target = read_gateway("sms", f"http://{name}:{server.port}/", SECRET, (ip_network("10.9.0.0/16"),))
        with pytest.raises(ChannelDown, match="TONGJIE_GATEWAY_NETWORKS"):
            Gateway(target, timeout=5).send(HELLO)
        assert server.paths == []


@pytest.mark.parametrize(
    ("address", "tls", "allowed"),
    [
        ("93.184.216.34", True, True),
        ("93.184.216.34", False, False),  # a phone number never crosses the internet in the clear
        ("10.9.1.1", False, True),
        ("10.8.1.1", True, False),
        ("127.0.0.1", True, False),
        ("169.254.169.254", True, False),
        ("192.168.1.1", True, False),
        ("100.64.0.1", True, False),
        ("0.0.0.0", True, False),
        ("224.0.0.1", True, False),
        ("255.255.255.255", True, False),
        ("::1", True, False),
        ("fe80::1%eth0", True, False),
        ("fd00::1", True, False),
        ("::ffff:127.0.0.1", True, False),
        ("::ffff:10.9.1.1", True, True),
        ("2002:7f00:1::", True, False),
        ("64:ff9b::7f00:1", True, False),
        ("64:ff9b::10.9.1.1", True, True),
        ("::127.0.0.1", True, False),
        ("fec0::1", True, False),
        ("2606:2800:220:1:248:1893:25c8:1946", True, True),
    ],
)
def test_where_a_gateway_may_stand(address: str, tls: bool, allowed: bool) -> None:
    assert is_allowed(address, (ip_network("10.9.0.0/16"), ip_network("fd99::/16")), tls=tls) is allowed


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("ftp://sms.example.org", SECRET),
        ("https://", SECRET),
        ("https://user:pw@sms.example.org", SECRET),
        ("https://sms.example.org:0x50/", SECRET),
        ("https://sms.example.org/#x", SECRET),
        ("http://sms.example.org", SECRET),  # no networks of its own were named
        ("https://sms.example.org", "short"),
    ],
)
def test_a_gateway_that_cannot_be_used_is_refused(url: str, secret: str) -> None:
    with pytest.raises(Unusable):
        read_gateway("sms", url, secret, ())
