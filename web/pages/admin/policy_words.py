"""What policies are called on pages: groups, criteria, and the values of settings in words. Pure."""

from __future__ import annotations

import json
from typing import Any, Final

from branches.policy import REGISTRY, REQUIRED, Setting
from kernel.i18n import Text
from web.pages.admin.policy_values import IN_WORDS

GROUPS: Final[dict[str, Text]] = {
    "time": Text("时间", "Time"),
    "renewal": Text("续借", "Renewal"),
    "limits": Text("限制", "Limits"),
    "who": Text("谁和什么", "Who and what"),
    "holds": Text("预约", "Holds"),
    "way_home": Text("归还之后", "After the return"),
    "money": Text("费用", "Money"),
    "notices": Text("通知", "Notices"),
}
CRITERION_LABELS: Final[dict[str, Text]] = {
    "org": Text("办理馆", "at"),
    "item_org": Text("图书属于", "book of"),
    "patron_org": Text("读者属于", "reader of"),
    "category": Text("读者类别", "category"),
    "item_type": Text("文献类型", "item type"),
}
NO_LIMIT: Final = Text("不限", "no limit")
# What an empty value means, where it is not "no limit".
EMPTY_MEANS: Final[dict[str, Text]] = {
    "loan_days": Text("不外借", "not lent"),
    "loan_hours": Text("不按小时借", "not by the hour"),
    "fixed_due_on": Text("没有", "none"),
    "high_demand": Text("不缩短", "not shortened"),
    "overflow_days": Text("借满就不能再借", "nothing beyond the limit"),
    "local_only_days": Text("处处可借", "lent everywhere"),
    "renewal_days": Text("与借期相同", "as the loan"),
    "renew_within_days": Text("随时", "at any time"),
    "hold_shelf_days": Text("一直保留", "kept for ever"),
    "local_holds_first": Text("先约先得", "first come, first served"),
    "hold_pickup_units": Text("没有列出", "none listed"),
    "transfer_limits": Text("不限制", "none"),
    "float_units": Text("没有", "none"),
    "default_price": Text("没有", "none"),
    "suspension": Text("不停借", "none"),
    "rental_fee": Text("不收", "none"),
    "hold_fee": Text("不收", "none"),
    "lost": Text("不收赔偿，借阅不结束", "nothing is charged, the loan stays open"),
    "notice_due_soon_days": Text("不提醒", "no reminder"),
    "notice_card_days": Text("不提醒", "no reminder"),
    "notice_transfer_days": Text("不告诉", "not told"),
    "notice_quiet_hours": Text("没有", "none"),
}
CHOICE_LABELS: Final[dict[str, Text]] = {
    "days": Text("不计闭馆", "closed days ignored"),
    "datedue": Text("顺延到下一开放日", "moved to the next open day"),
    "calendar": Text("只数开放日", "only open days count"),
    "dayweek": Text("按整周顺延", "whole weeks, same weekday"),
    "ignore": Text("不计闭馆", "closed hours ignored"),
    "close": Text("提前到闭馆时", "back to the closing"),
    "open": Text("顺延到下次开馆", "on to the next opening"),
    "due": Text("从应还日算起", "from the due day"),
    "today": Text("从续借当天算起", "from today"),
    "go_home": Text("回所属馆", "goes home"),
    "stay": Text("留在归还地", "stays where returned"),
    "to_issuing": Text("回到借出地", "back to where it was lent"),
    "float_group": Text("留在共用的馆点", "stays among those that share it"),
    "anywhere": Text("任何馆点", "anywhere"),
    "home": Text("只在所属馆", "only at its home"),
    "any": Text("任何馆点", "anywhere"),
    "listed": Text("列出的馆点", "where listed"),
    "current": Text("只在它现在所在的馆", "only where it is now"),
    "issuing": Text("只在借出馆", "only where it was lent"),
    "checkout": Text("借出馆的日历", "of the library that lent"),
    "return": Text("还书馆的日历", "of where it came back"),
}


def settings_in_order() -> list[Setting]:
    """All settings, group by group."""
    known: list[Setting] = list(REGISTRY)
    order = list(GROUPS)
    return sorted(known, key=lambda setting: order.index(setting.group) if setting.group in order else len(order))


def label_of(name: str) -> Text:
    """What a setting is called; one that the program knows no more keeps its name."""
    return REGISTRY[name].label if name in REGISTRY else Text(name, name)


def show_value(name: str, value: Any) -> Text:
    """A value in words."""
    if value is REQUIRED:
        return Text("没有设置", "not set")
    if value is None:
        return EMPTY_MEANS.get(name, NO_LIMIT)
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, str) and value in CHOICE_LABELS:
        return CHOICE_LABELS[value]
    if name in IN_WORDS:
        return IN_WORDS[name](value)
    plain = value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
    return Text(str(plain), str(plain))
