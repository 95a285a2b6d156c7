"""E-mail by SMTP, the connection sealed by TLS from the start (`smtps`) or by STARTTLS.

A message that was cut off between "sent" and our noting it goes out again with the same Message-ID, by which mailboxes tell it is the same.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from kernel.i18n import Text
from notices.contact import is_email
from notices.sending.channel import ChannelDown, Message, NotDelivered, Unusable

TIMEOUT_SECONDS: Final = 15.0
_PORTS: Final = {"smtp": 587, "smtps": 465}
_TLS: Final = ("starttls", "none")
_WRONG: Final = Text(
    "TONGJIE_SMTP_URL 应如 smtp://用户:密码@mail.example.org:587?from=library@example.org（{what} 不对）",
    "TONGJIE_SMTP_URL looks like smtp://user:password@mail.example.org:587?from=library@example.org ({what} is wrong)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """`tls`: from the start (`tls`), by STARTTLS, or none, for a server on this very machine."""

    host: str
    port: int
    tls: str
    sender: str
    sender_name: str
    user: str = ""
    password: str = field(default="", repr=False)


def read_smtp_url(url: str) -> SmtpServer:
    """Raises Unusable, whose sentence repeats no password."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    except (ValueError, KeyError) as error:
        raise Unusable(_WRONG.format(what="smtp://…:port")) from error
    tls = "tls" if parts.scheme == "smtps" else asked.get("tls", "starttls")
    faults = {
        "host": not parts.hostname,
        "from": not is_email(asked.get("from", "")),
        "tls": parts.scheme == "smtp" and tls not in _TLS,
        "tls=none": tls == "none" and bool(parts.username),  # a password is never sent in the clear
        "?": bool(asked.keys() - {"from", "name", "tls"}),
    }
    wrong = next((what for what, is_wrong in faults.items() if is_wrong), None)
    if wrong is not None:
        raise Unusable(_WRONG.format(what=wrong))
    return SmtpServer(
        host=parts.hostname or "",
        port=port,
        tls=tls,
        sender=asked["from"],
        sender_name=asked.get("name", ""),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class Mail:
    """One connection a message: a few thousand a day need no more, and no broken one is ever used again."""

    name = "email"
    address = "email"

    def __init__(self, server: SmtpServer, timeout: float = TIMEOUT_SECONDS) -> None:
        self._server = server
        self._timeout = timeout

    def send(self, message: Message) -> None:
        with self._connected() as smtp:
            try:
                smtp.send_message(self._compose(message), self._server.sender, [message.to])
            except smtplib.SMTPRecipientsRefused as error:
                code, said = next(iter(error.recipients.values()))
                raise _refused(code, said) from error
            except smtplib.SMTPSenderRefused as error:
                raise ChannelDown(f"sender refused: {_text(error.smtp_code, error.smtp_error)}") from error
            except smtplib.SMTPResponseException as error:
                raise _refused(error.smtp_code, error.smtp_error) from error
            except smtplib.SMTPNotSupportedError as error:  # an address that this server cannot spell
                raise NotDelivered("SMTPUTF8", is_final=True) from error

    def check(self) -> None:
        with self._connected():
            pass

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server, context = self._server, ssl.create_default_context()
        try:
            if server.tls == "tls":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=self._timeout, context=context)
            else:
                smtp = smtplib.SMTP(server.host, server.port, timeout=self._timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelDown(str(error) or type(error).__name__) from error
        try:
            if server.tls == "starttls":
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
            yield smtp
        except smtplib.SMTPAuthenticationError as error:
            raise ChannelDown(f"login refused: {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelDown(str(error) or type(error).__name__) from error
        finally:
            smtp.close()

    def _compose(self, message: Message) -> EmailMessage:
        server = self._server
        mail = EmailMessage()
        mail["From"] = Address(display_name=server.sender_name, addr_spec=server.sender)
        mail["To"] = message.to
        mail["Subject"] = message.subject
        mail["Date"] = formatdate(localtime=False)
        mail["Message-ID"] = f"<{message.key}@{server.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
        mail["Content-Language"] = message.language
        mail.set_content(message.body, cte="base64")  # every server takes it, whatever it says of eight bits
        return mail


def _refused(code: int, said: object) -> NotDelivered:
    """RFC 5321, 4.2.1: 4xx may work later, 5xx will not."""
    return NotDelivered(_text(code, said), is_final=code >= 500)


def _text(code: int, said: object) -> str:
    return f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
