"""The settings of sending that this room obeys. Pure."""

from __future__ import annotations

import re
from datetime import time
from typing import Any, Final

from branches.policy import REGISTRY, PolicyBook, Question, Setting, Unfit, about_reader
from branches.tree import OrgTree
from kernel.i18n import Text
from notices.states import CHANNELS

_CLOCK: Final = re.compile(r"^([01]\d|2[0-3]):[0-5]\d\Z", re.ASCII)


def _check_channels(value: Any) -> None:
    fits = isinstance(value, list) and all(isinstance(one, str) and one in CHANNELS for one in value)
    if not fits or len(set(value)) < len(value):
        rule = Text("{names} 中的几个，如 {example}", "some of {names}, such as {example}")
        raise Unfit(rule.format(names=", ".join(CHANNELS), example='["email"]'))


def _check_quiet(value: Any) -> None:
    if value is None:
        return
    fits = isinstance(value, dict) and value.keys() == {"from", "to"}
    if not fits or not all(isinstance(one, str) and _CLOCK.match(one) for one in value.values()):
        rule = Text("如 {example}，或留空", "such as {example}, or null")
        raise Unfit(rule.format(example='{"from":"21:00","to":"08:00"}'))


SETTINGS: Final = (
    Setting(
        name="notice_channels",
        group="notices",
        label=Text("读者没有选时怎样通知", "how readers who did not choose are told"),
        check=_check_channels,
        default=["email", "sms"],
        help=Text(
            "email、sms、wechat；总在“我的借阅”里显示。只用设置了网关、读者又留了地址的。",
            "email, sms, wechat; always on the reader's page, too. Only those that are set up and for which the reader has an address.",
        ),
    ),
    Setting(
        name="notice_quiet_hours",
        group="notices",
        label=Text("夜里不发短信的时段", "hours without text messages"),
        check=_check_quiet,
        default={"from": "21:00", "to": "08:00"},
        help=Text(
            "这段时间里的短信和微信等到结束再发；邮件不受限。留空则随时发。",
            "Text messages and WeChat wait until it is over; e-mail does not. Null: at any time.",
        ),
    ),
)


def register() -> None:
    REGISTRY.register(*SETTINGS)


def default_channels(book: PolicyBook, question: Question) -> list[str]:
    channels: list[str] = book.resolve("notice_channels", question).value
    return channels


def quiet_hours(book: PolicyBook, question: Question) -> tuple[time, time] | None:
    value = book.resolve("notice_quiet_hours", question).value
    return None if value is None else (time.fromisoformat(value["from"]), time.fromisoformat(value["to"]))


def build_question(tree: OrgTree, *, home_id: int, category: str | None) -> Question:
    """The reader's home decides, as the library that knows them."""
    return about_reader(tree, org_id=home_id, home_id=home_id, category=category)
