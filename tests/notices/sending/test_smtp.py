"""E-mail by SMTP against a server of our own."""

from __future__ import annotations

import pytest

from notices.sending import ChannelDown, Message, NotDelivered, Unusable
from notices.sending.smtp import Mail, read_smtp_url
from tests.notices.servers import MailServer, mail_server

HELLO = Message(
    key="k1",
    kind="hold_ready",
    to="reader@example.org",
    language="zh",
    subject="预约的书到了，保留到 12月8日（周二）",
    body="张三丰，您好：\n\n《三体》到了。\n.\n。完",
    short="《三体》到了",
)


def channel(server: MailServer, more: str = "") -> Mail:
    url = f"smtp://127.0.0.1:{server.port}?tls=none&from=library@example.org&name=%E5%9B%BE%E4%B9%A6%E9%A6%86{more}"
    return Mail(read_smtp_url(url), timeout=5)


def test_a_mail_arrives_as_it_was_worded() -> None:
    with mail_server() as server:
        channel(server).send(HELLO)
        (mail,) = server.mails
    assert mail["Subject"] == HELLO.subject
    assert mail["From"] == "图书馆 <library@example.org>"
    assert mail["Message-ID"] == "<k1@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip() == HELLO.body


@pytest.mark.parametrize(
    ("where", "answer", "is_final"),
    [
        ("RCPT", "550 5.1.1 <reader@example.org>: no such user 13800138000", True),
        ("RCPT", "450 4.2.0 greylisted", False),
        ("DATA", "552 too large", True),
        ("DATA", "451 try later", False),
    ],
)
def test_a_refused_mail_says_whether_to_try_again_and_not_to_whom(where: str, answer: str, is_final: bool) -> None:
    with mail_server(answers={where: answer}) as server, pytest.raises(NotDelivered) as caught:
        channel(server).send(HELLO)
    assert caught.value.is_final is is_final
    assert str(caught.value).startswith(answer[:3])
    assert "reader@" not in str(caught.value)
    assert "13800138000" not in str(caught.value)


def test_a_server_that_refuses_us_is_no_fault_of_the_message() -> None:
    with mail_server(answers={"MAIL": "530 not you"}) as server, pytest.raises(ChannelDown, match="530"):
        channel(server).send(HELLO)


def test_a_server_that_is_not_there_is_down() -> None:
    with mail_server() as server:
        pass
    with pytest.raises(ChannelDown):
        channel(server).send(HELLO)
    with pytest.raises(ChannelDown):
        channel(server).check()


def test_without_starttls_nothing_is_said() -> None:
    """A server that does not offer it, or somebody in between who takes the offer out."""
    with mail_server() as server:
        mail = Mail(read_smtp_url(f"smtp://u:p@127.0.0.1:{server.port}?from=library@example.org"), timeout=5)
        with pytest.raises(ChannelDown):
            mail.send(HELLO)
        assert [command[:4].upper() for command in server.commands if command] == ["EHLO"]


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org?from=a@example.org",
        "smtp://mail.example.org",
        "smtp://?from=a@example.org",
        "smtp://mail.example.org?from=nobody",
        "smtp://mail.example.org:99999?from=a@example.org",
        "smtp://u:secret-word@mail.example.org?tls=none&from=a@example.org",
        "smtp://mail.example.org?tls=maybe&from=a@example.org",
        "smtp://mail.example.org?from=a@example.org&form=b",
    ],
)
def test_a_wrong_address_of_a_server_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Unusable) as caught:
        read_smtp_url(url)
    assert "secret-word" not in caught.value.message.zh + caught.value.message.en


def test_a_server_as_it_is_written_down() -> None:
    server = read_smtp_url("smtps://lib%40x:p%2Fw@mail.example.org?from=library@example.org&name=Lib")
    assert (server.port, server.tls, server.user, server.password) == (465, "tls", "lib@x", "p/w")
    assert read_smtp_url("smtp://mail.example.org?from=a@example.org").tls == "starttls"
    assert "p/w" not in repr(server)
