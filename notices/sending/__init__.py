"""The ways out: a channel takes a ready message to an address. Protocols only: no database, no web.

channels = open_channels(SendingSettings(smtp_url="smtp://mail.example.org"))
channels["email"].send(message)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from notices.sending.addresses import Networks
from notices.sending.channel import Channel, ChannelDown, Message, NotDelivered, Unusable
from notices.sending.gateway import Gateway, read_gateway
from notices.sending.smtp import Mail, read_smtp_url

__all__ = ["Channel", "ChannelDown", "Message", "NotDelivered", "SendingSettings", "Unusable", "open_channels"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingSettings:
    """`gateway_networks`: networks of the library's own in which a gateway may stand; else it must be on the public internet."""

    smtp_url: str = field(default="", repr=False)
    sms_url: str = ""
    wechat_url: str = ""
    gateway_secret: str = field(default="", repr=False)
    gateway_networks: Networks = ()


def open_channels(settings: SendingSettings) -> Mapping[str, Channel]:
    """The channels that are set up; nothing is connected yet. Raises Unusable for a setting that cannot work."""
    channels: dict[str, Channel] = {}
    if settings.smtp_url:
        channels["email"] = Mail(read_smtp_url(settings.smtp_url))
    for name, url in (("sms", settings.sms_url), ("wechat", settings.wechat_url)):
        if url:
            target = read_gateway(name, url, settings.gateway_secret, settings.gateway_networks)
            channels[name] = Gateway(target)
    return channels
