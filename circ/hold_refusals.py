"""Every reason why a hold may be refused, or cannot be changed as asked; a part of the table in `refusals`. Pure."""

from __future__ import annotations

from typing import Final

from kernel.errors import Refusal
from kernel.i18n import Text

HOLDS: Final = (
    Refusal(
        "hold.duplicate",
        "impossible",
        Text("您已经预约了这本书，不必再约。", "You have a hold on this already."),
    ),
    Refusal(
        "hold.has_loan",
        "confirm",
        Text("这本书正在您手里借着。", "You have this book at home."),
        "hold.override",
    ),
    Refusal(
        "hold.limit",
        "confirm",
        Text(
            "本证最多同时预约 {limit} 册，已约满。可先取消一个预约。",
            "The card has all of its {limit} holds. Call one off first.",
        ),
        "hold.override",
    ),
    Refusal(
        "hold.library_limit",
        "confirm",
        Text(
            "{org} 的书本证最多同时预约 {limit} 册，已约满。可先取消一个预约。",
            "The card has all of its {limit} holds on books of {org}. Call one off first.",
        ),
        "hold.override",
    ),
    Refusal(
        "hold.day_limit",
        "confirm",
        Text(
            "本证每天最多预约 {limit} 次，请明天再约。",
            "The card may place {limit} holds a day. Try again tomorrow.",
        ),
        "hold.override",
    ),
    Refusal(
        "hold.no_shows",
        "confirm",
        Text(
            "最近 30 天有 {count} 次约了没有来取，暂时不能再约（允许 {limit} 次）。",
            "In the last 30 days {count} holds were not collected ({limit} allowed); for now no more can be placed.",
        ),
        "hold.override",
    ),
    Refusal(
        "hold.no_holdable_item",
        "impossible",
        Text(
            "全县没有可以预约的复本。可以请图书馆买。",
            "No library has a copy that can be put on hold. You may ask the library to buy one.",
        ),
    ),
    Refusal(
        "hold.pickup_refused",
        "impossible",
        Text(
            "这本书不能送到 {org} 取。请换一个取书处。",
            "This book cannot be collected at {org}. Choose another place.",
        ),
    ),
    Refusal(
        "hold.available_here",
        "confirm",
        Text("{org} 的架上就有，到馆就能借，不必预约。", "{org} has it on the shelf; come and borrow it."),
        "hold.override",
    ),
    Refusal(
        "hold.recalled",
        "impossible",
        Text("已为这个预约催还一册，应于 {day}前归还。", "A copy was called back for this hold; it is due by {day}."),
    ),
    Refusal(
        "hold.none_out",
        "impossible",
        Text(
            "没有借出的复本可以催还；请看复本现在的状态。",
            "No copy that would do is out on loan, so none can be called back. See what the copies are doing.",
        ),
    ),
    Refusal(
        "hold.no_recall",
        "impossible",
        Text(
            "催还不会更早拿到：最早的一册本来就应于 {day}前归还，或按规定不催还。",
            "Calling one back would gain nothing: the first is due by {day} anyway, or the policies call nothing back.",
        ),
    ),
    Refusal(
        "hold.state",
        "impossible",
        Text("这个预约现在是“{status}”，不能这样办理。", "This hold is “{status}”, so that cannot be done."),
    ),
)
