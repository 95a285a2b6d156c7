"""Every reason why a request for a transfer, or an answer to one, may be refused; a part of the table in `refusals`. Pure."""

from __future__ import annotations

from typing import Final

from kernel.errors import Refusal
from kernel.i18n import Text

TRANSFERS: Final = (
    Refusal(
        "transfer.open",
        "impossible",
        Text(
            "{title}（{item}）已在调拨，或已被别馆点名申请。",
            "{title} ({item}) is being moved already, or another library asked for this very copy.",
        ),
    ),
    Refusal(
        "transfer.here_already",
        "impossible",
        Text("{title}（{item}）就在 {org}，不必申请。", "{title} ({item}) is at {org}; there is nothing to ask for."),
    ),
    Refusal(
        "transfer.not_idle",
        "impossible",
        Text(
            "{title}（{item}）现在是“{status}”，不能调出。读者要看可以预约。",
            "{title} ({item}) is “{status}” and cannot be sent. A reader may place a hold on it.",
        ),
    ),
    Refusal(
        "transfer.for_a_hold",
        "impossible",
        Text(
            "{title}（{item}）要先给预约的读者，不能调出。",
            "{title} ({item}) is needed for a reader who waits; holds come first.",
        ),
    ),
    Refusal(
        "transfer.not_lent_there",
        "impossible",
        Text(
            "按流通政策，这样的书在 {org} 不外借，所以不调去。请管理员看“流通政策”。",
            "By the policies such books are not lent at {org}, so they are not sent there. An administrator sees to the policies.",
        ),
    ),
    Refusal(
        "transfer.no_copy",
        "impossible",
        Text(
            "别的馆现在都没有能调来的书：要么不在架，要么读者在等，要么已有馆申请。读者要看可以预约。",
            "No other library has one to send now: not on the shelf, needed for a hold, or asked for already. Readers may place a hold.",
        ),
    ),
    Refusal(
        "transfer.refused_by_policy",
        "confirm",
        Text(
            "流通政策不许从 {org} 往这里调这类书。可请主管授权。",
            "The policies forbid sending such books here from {org}. A supervisor may allow it.",
        ),
        "transfer.override",
    ),
    Refusal(
        "transfer.too_many_copies",
        "impossible",
        Text(
            "{org} 一次最多申请 {most} 册。请减少册数；要多调，请管理员看“流通政策”。",
            "{org} asks for at most {most} copies at once. Ask for fewer; for more, an administrator sees to the policies.",
        ),
    ),
    Refusal(
        "transfer.too_many_open",
        "impossible",
        Text(
            "{org} 已有 {open} 个申请没有完，最多 {most} 个。请等它们办完，或取消不要的。",
            "{org} has {open} open requests, at most {most}. Wait for them, or call off what is not needed.",
        ),
    ),
    Refusal(
        "transfer.place_refused",
        "impossible",
        Text("{org} 不是能收书的馆点。", "{org} is not a place that receives books."),
    ),
    Refusal(
        "transfer.not_asked_for",
        "impossible",
        Text("{title}（{item}）不是这里被申请的书。", "{title} ({item}) is not what this library was asked for."),
    ),
    Refusal(
        "transfer.more_than_asked",
        "impossible",
        Text(
            "这里只被申请了 {asked} 册，扫了 {given} 册。",
            "This library was asked for {asked}, and {given} were given.",
        ),
    ),
)
