"""Values of policies that have parts, each told as one sentence. Pure; the shapes are those that `circ/policies/` and others check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from circ.lost_rules import HUNDREDTHS, LostTerms, read_terms
from kernel.i18n import Text
from kernel.money import show_money
from notices.states import CHANNELS

NONE: Final = Text("没有", "none")
_COMMA: Final = Text("，", ", ")
_LISTED: Final = Text("、", ", ")
_APART: Final = Text("；", "; ")


def _listed(value: Any) -> Text:
    """Days, codes of units: one after the other."""
    names = [str(one) for one in (value if isinstance(value, list) else [value])]
    return Text("、".join(names), ", ".join(names)) if names else NONE


def _demand(value: Mapping[str, Any]) -> Text:
    if value["mode"] == "beyond_copies":
        said = Text("比复本多 {over} 人以上在等：{days} 天", "more than {over} wait beyond the copies: {days} days")
    else:
        said = Text("超过 {over} 人在等：{days} 天", "more than {over} wait: {days} days")
    return said.format(over=value["over"], days=value["days"])


def _counts(value: Mapping[str, int]) -> Text:
    return _listed([f"{code} {count}" for code, count in value.items()])


def _fine(value: Sequence[Mapping[str, Any]]) -> Text:
    return _APART.join(_band(band) for band in value) if value else Text("不收", "none")


def _band(band: Mapping[str, Any]) -> Text:
    if band.get("to_day") is None:
        said = Text("第 {a} 天起每天 {fen} 元", "{fen} yuan a day from day {a}")
    else:
        said = Text("第 {a} 至 {b} 天每天 {fen} 元", "{fen} yuan a day from day {a} to {b}")
    return said.format(a=band["from_day"], b=band.get("to_day"), fen=band["per_day"])


def _suspension(value: Mapping[str, Any]) -> Text:
    said = [
        Text("每逾期 {per} 天停借 {n} 天", "{n} days for every {per} late").format(
            per=value.get("per_days", 1), n=value["days"]
        )
    ]
    if value.get("grace_days"):
        said.append(Text("先扣除 {n} 天", "beyond {n} of grace").format(n=value["grace_days"]))
    if value.get("max_days"):
        said.append(Text("最多 {n} 天", "at most {n} days").format(n=value["max_days"]))
    if value.get("cumulative"):
        said.append(Text("接在已有停借之后", "after the suspension in force"))
    return _COMMA.join(said)


def _lost(value: Mapping[str, Any]) -> Text:
    terms = read_terms(value)
    said = [_price(terms)]
    if terms.processing_fen:
        more = Text("加工费 {fen} 元", "{fen} yuan to replace it")
        said.append(more.format(fen=show_money(terms.processing_fen)))
    if terms.forgives_overdue:
        said.append(Text("不再收逾期费", "no fine"))
    if terms.ends_loan:
        said.append(Text("报失即结束借阅", "the loan ends at once"))
    return _COMMA.join([*said, _found(terms)] if terms.charges else said)


def _price(terms: LostTerms) -> Text:
    if not terms.charges:
        return Text("不赔书价", "the price is not charged")
    if terms.factor == HUNDREDTHS:
        return Text("按书价赔偿", "the price")
    times = f"{terms.factor / HUNDREDTHS:.10g}"
    return Text("按书价的 {n} 倍赔偿", "{n} times the price").format(n=times)


def _found(terms: LostTerms) -> Text:
    """What is given back once it is found."""
    if not terms.gives_back:
        return Text("找到后不退", "nothing back when it is found")
    what = Text("找到后退还", "given back when it is found")
    if not terms.gives_back_paid:
        what = Text("找到后只退还没缴的", "let go when it is found, unless paid")
    if terms.within_hours is None:
        return what
    within = Text("{what}（{n} 小时内）", "{what} (within {n} hours)")
    return within.format(what=what, n=terms.within_hours)


def _channels(value: Sequence[str]) -> Text:
    return _LISTED.join(CHANNELS[name] for name in value) if value else Text("只在屏幕上", "on the screen only")


def _quiet(value: Mapping[str, str]) -> Text:
    return Text("{a} 到次日 {b}", "{a} to {b}").format(a=value["from"], b=value["to"])


def _pairs(value: Sequence[Mapping[str, Any]]) -> Text:
    return _APART.join(_pair(pair) for pair in value) if value else NONE


def _pair(pair: Mapping[str, Any]) -> Text:
    """A part that is left out stands for all."""
    said = Text("{a} → {b}", "{a} → {b}").format(
        a=pair.get("from", Text("各馆", "any")), b=pair.get("to", Text("各馆", "any"))
    )
    kind = pair.get("item_type")
    return Text(f"{said.zh}（{kind}）", f"{said.en} ({kind})") if kind else said


IN_WORDS: Final[dict[str, Callable[[Any], Text]]] = {
    "fixed_due_on": _listed,
    "float_units": _listed,
    "high_demand": _demand,
    "hold_pickup_units": _listed,
    "notice_overdue_days": _listed,
    "type_limits": _counts,
    "fine": _fine,
    "suspension": _suspension,
    "lost": _lost,
    "notice_channels": _channels,
    "notice_quiet_hours": _quiet,
    "transfer_limits": _pairs,
}
