"""The settings of sending that this room obeys. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Final

from branches.policy import REGISTRY, PolicyBook, Question, Setting, about_reader
from branches.policy_values.joined import Part, Parts, Several
from branches.policy_values.shape import Naming
from branches.policy_values.single import Choice, Clock
from branches.tree import OrgTree
from kernel.i18n import Text
from notices.states import CHANNELS


def _quiet(value: Mapping[str, str], _naming: Naming) -> Text:
    said = (
        Text("{a} 到次日 {b}", "{a} to {b} of the next day")
        if value["to"] <= value["from"]
        else Text("{a} 到 {b}", "{a} to {b}")
    )
    return said.format(a=value["from"], b=value["to"])


SETTINGS: Final = (
    Setting(
        name="notice_channels",
        group="notices",
        label=Text("读者没有选时怎样通知", "how readers who did not choose are told"),
        shape=Several(each=Choice(options=CHANNELS), null=False, empty=Text("只在屏幕上", "on the screen only")),
        default=["email", "sms"],
        help=Text(
            "总在“我的借阅”里显示。只用设置了网关、读者又留了地址的。",
            "Always on the reader's page, too. Only those that are set up and for which the reader has an address.",
        ),
    ),
    Setting(
        name="notice_quiet_hours",
        group="notices",
        label=Text("夜里不发短信的时段", "hours without text messages"),
        shape=Parts(
            empty=Text("随时都发", "at any time"),
            says=_quiet,
            parts=(
                Part(name="from", label=Text("从", "from"), shape=Clock()),
                Part(name="to", label=Text("到", "to"), shape=Clock()),
            ),
        ),
        default={"from": "21:00", "to": "08:00"},
        help=Text(
            "这段时间里的短信和微信等到结束再发；邮件不受限。",
            "Text messages and WeChat wait until it is over; e-mail does not.",
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
