"""What can become of a notice on its way through one channel, and when it is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from kernel.clock import ONE_DAY, ZONE
from kernel.i18n import Text

CHANNELS: Final[dict[str, Text]] = {
    "email": Text("电子邮件", "e-mail"),
    "sms": Text("短信", "text message"),
    "wechat": Text("微信", "WeChat"),
}
NIGHTLY_SILENT: Final = frozenset({"sms", "wechat"})  # they ring; an e-mail waits unheard until somebody looks

DELIVERY_STATUSES: Final[dict[str, Text]] = {
    "waiting": Text("待发", "waiting"),
    "sending": Text("发送中", "being sent"),
    "sent": Text("已发", "sent"),
    "failed": Text("没发成", "failed"),
    "dropped": Text("不必再发", "no longer needed"),
}
OPEN: Final = ("waiting", "sending")

# How long after each failure the next try comes; after the last it is given up and shown to staff.
PAUSES: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after this many failures; None: never by itself."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def after_quiet_hours(now: datetime, quiet: tuple[time, time] | None) -> datetime:
    """`now`, or the end of the quiet hours that it falls into. They may go over midnight."""
    if quiet is None or quiet[0] == quiet[1]:
        return now
    begins, ends = quiet
    local = now.astimezone(ZONE)
    clock = local.time()
    is_quiet = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
    if not is_quiet:
        return now
    day = local.date() if clock < ends else local.date() + ONE_DAY
    return datetime.combine(day, ends, ZONE).astimezone(now.tzinfo)
