"""What looks odd in the choices of a span of days, each with its reason in words: an occasion to look, never a verdict. Pure.

Every threshold stands in `Limits`. No alert names a reader: who may sees the account behind it while the loan is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from kernel.clock import day_text
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.oversight import Part, percent

Kind = Literal[
    "fund",
    "self_settling",
    "reader",
    "missing",
    "shop",
    "class",
    "title",
    "cancelled",
    "clerk",
    "hours",
    "price",
    "looks",
]

KINDS: Final[dict[Kind, Text]] = {
    "fund": Text("经费将提前用完", "fund running out"),
    "self_settling": Text("选书与结算同一人", "chooses and settles"),
    "reader": Text("集中于一位读者", "one reader"),
    "missing": Text("邮寄常说没有收到", "many parcels missing"),
    "shop": Text("集中于一家书店", "one shop"),
    "class": Text("集中于一类图书", "one class"),
    "title": Text("同一种书买得多", "many of one title"),
    "cancelled": Text("书店撤销多", "many called off at a shop"),
    "clerk": Text("经手人撤销多", "many called off by one person"),
    "hours": Text("非营业时间选书", "outside opening hours"),
    "price": Text("价格明显偏高", "much above the usual price"),
    "looks": Text("查证多、选书少", "many cards looked at, few choices"),
}
IN_ORDER: Final = tuple(KINDS)
_COUNTED: Final[dict[Kind, Text]] = {
    "self_settling": Text(
        "{name}办理了 {n} 册选书，结算也由本人确认或付款。",
        "{name} made {n} of the choices, and confirmed or paid their settlement too.",
    ),
    "title": Text("《{name}》买了 {n} 册。", "{n} copies of “{name}” were bought."),
    "hours": Text("{name}有 {n} 笔选书不在营业时间。", "{n} choices at {name} were made outside its opening hours."),
    "looks": Text(
        "{name}一天查了 {n} 位读者的证，没有为他们选书。",
        "{name} looked at the cards of {n} readers in a day without a choice for them.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From where on something is worth a look. Shares are whole per cent; below `least_books` in all no share says anything."""

    least_books: int = 20
    reader_percent: int = 20
    reader_books: int = 8
    shop_percent: int = 70
    class_percent: int = 60
    copies_of_title: int = 5
    cancelled_percent: int = 15
    cancelled_books: int = 5
    outside_hours: int = 3
    price_times: int = 3
    price_fen: int = 10_000  # a dear picture book among cheap ones is no matter
    price_sample: int = 10  # so many of a class make a usual price
    self_settled: int = 1
    cards_in_vain: int = 20
    missed_parcels: int = 3


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How many choices were made in a shop or by a person, and how many of them called off without another in their
    place."""

    key: str
    name: str
    made: int
    cancelled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """So many of something: copies of a title, choices outside a shop's hours, or made by who may settle there; cards looked at in vain."""

    key: str
    name: str
    books: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dear:
    """A class in which books cost `price_times` the usual or more. `top_fen` is the dearest."""

    key: str
    name: Text
    books: int
    usual_fen: int
    top_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A fund that lasts until a day, and when its programme ends."""

    code: str
    name: str
    lasts_until: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of one programme in a span of days. `shops` and `classes` are its parts with `names`; `may_choose_shop`: more than one
    shop takes part. `most_missed` are the parcels that one reader missed this year, `missing_many` how many readers missed many."""

    programme: str
    books: int
    most_by_one: int
    may_choose_shop: bool
    shops: Sequence[Part] = ()
    classes: Sequence[Part] = ()
    names: dict[str, Text] = field(default_factory=dict)
    titles: Sequence[Counted] = ()
    by_shop: Sequence[Tried] = ()
    by_clerk: Sequence[Tried] = ()
    outside: Sequence[Counted] = ()
    dear: Sequence[Dear] = ()
    ending: Sequence[Ending] = ()
    self_settling: Sequence[Counted] = ()
    looking: Sequence[Counted] = ()
    most_missed: int = 0
    missing_many: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to look at. `key` is what it is about: a shop, a class, an ISBN, a login, a fund; empty where it is a reader. `count` of
    `whole` choices, whole 0: no share."""

    kind: Kind
    programme: str
    key: str
    message: Text
    count: int
    whole: int = 0


def find_alerts(seen: Seen, today: date, limits: Limits = LIMITS) -> list[Alert]:
    """All there are, in the order of `KINDS`, the most first."""
    found = [
        *_of_funds(seen, today),
        *_of_counted(seen, "self_settling", seen.self_settling, limits.self_settled, whole=seen.books),
        *_of_readers(seen, limits),
        *_of_missing(seen, limits),
        *_of_shops(seen, limits),
        *_of_classes(seen, limits),
        *_of_counted(seen, "title", seen.titles, limits.copies_of_title),
        *_of_cancelled(seen, "cancelled", seen.by_shop, limits),
        *_of_cancelled(seen, "clerk", seen.by_clerk, limits),
        *_of_counted(seen, "hours", seen.outside, limits.outside_hours),
        *_of_prices(seen),
        *_of_counted(seen, "looks", seen.looking, limits.cards_in_vain),
    ]
    return sorted(found, key=lambda alert: (IN_ORDER.index(alert.kind), -alert.count, alert.key))


# --- one kind after the other ---------------------------------------------------------------------------------------------


def _of_funds(seen: Seen, today: date) -> Iterator[Alert]:
    for one in seen.ending:
        if today <= one.lasts_until < one.ends_on:
            yield Alert(
                kind="fund",
                programme=seen.programme,
                key=one.code,
                message=Text(
                    "「{fund}」照近来的用法{until}用完，活动到{ends}才结束。",
                    "At the pace of late “{fund}” lasts until {until}; the programme runs until {ends}.",
                ).format(fund=one.name, until=day_text(one.lasts_until, today), ends=day_text(one.ends_on, today)),
                count=(one.ends_on - one.lasts_until).days,
            )


def _of_counted(seen: Seen, kind: Kind, counted: Sequence[Counted], least: int, *, whole: int = 0) -> Iterator[Alert]:
    """Those of which there are at least so many, in the words of `_COUNTED`."""
    for one in counted:
        if one.books >= least:
            yield Alert(
                kind=kind,
                programme=seen.programme,
                key=one.key,
                message=_COUNTED[kind].format(name=one.name, n=one.books),
                count=one.books,
                whole=whole,
            )


def _of_readers(seen: Seen, limits: Limits) -> Iterator[Alert]:
    most = seen.most_by_one
    if most >= limits.reader_books and _is_large(most, seen.books, limits.reader_percent, limits):
        yield Alert(
            kind="reader",
            programme=seen.programme,
            key="",
            message=Text("一位读者选了 {whole} 册中的 {n} 册。", "One reader chose {n} of {whole} books.").format(
                n=most, whole=seen.books
            ),
            count=most,
            whole=seen.books,
        )


def _of_missing(seen: Seen, limits: Limits) -> Iterator[Alert]:
    if seen.most_missed < limits.missed_parcels:
        return
    one = Text(
        "有一位读者今年说了 {n} 次邮寄的书没有收到。",
        "One reader said {n} times this year that a posted book did not come.",
    )
    several = Text(
        "有 {readers} 位读者今年说了 {least} 次以上邮寄的书没有收到，最多的一位 {n} 次。",
        "{readers} readers said {least} times or more this year that a posted book did not come, one of them {n} times.",
    )
    message = one if seen.missing_many == 1 else several
    values = {"n": seen.most_missed, "readers": seen.missing_many, "least": limits.missed_parcels}
    yield Alert(
        kind="missing", programme=seen.programme, key="", message=message.format(**values), count=seen.most_missed
    )


def _of_shops(seen: Seen, limits: Limits) -> Iterator[Alert]:
    for part in seen.shops if seen.may_choose_shop else ():
        if _is_large(part.books, seen.books, limits.shop_percent, limits):
            yield Alert(
                kind="shop",
                programme=seen.programme,
                key=part.key,
                message=Text(
                    "{whole} 册中有 {n} 册在{shop}选（{percent}%），其他书店也参加活动。",
                    "{n} of {whole} books ({percent} %) were chosen at {shop}, though other shops take part.",
                ).format(**_share(part.books, seen.books), shop=seen.names.get(part.key, part.key)),
                count=part.books,
                whole=seen.books,
            )


def _of_classes(seen: Seen, limits: Limits) -> Iterator[Alert]:
    known = [part for part in seen.classes if part.key]
    whole = sum(part.books for part in known)
    for part in known:
        if _is_large(part.books, whole, limits.class_percent, limits):
            yield Alert(
                kind="class",
                programme=seen.programme,
                key=part.key,
                message=Text(
                    "知道分类的 {whole} 册中有 {n} 册是 {letter} {name}（{percent}%）。",
                    "{n} of the {whole} books whose class is known ({percent} %) are {letter} {name}.",
                ).format(**_share(part.books, whole), letter=part.key, name=seen.names.get(part.key, part.key)),
                count=part.books,
                whole=whole,
            )


def _of_cancelled(seen: Seen, kind: Kind, tried: Sequence[Tried], limits: Limits) -> Iterator[Alert]:
    for one in tried:
        enough = one.cancelled >= limits.cancelled_books
        if enough and one.cancelled * 100 >= one.made * limits.cancelled_percent:
            yield Alert(
                kind=kind,
                programme=seen.programme,
                key=one.key,
                message=Text(
                    "{who}的 {whole} 笔选书中有 {n} 笔撤销（{percent}%），换书不算。",
                    "{who}: {n} of {whole} choices ({percent} %) were called off, exchanges not counted.",
                ).format(**_share(one.cancelled, one.made), who=one.name),
                count=one.cancelled,
                whole=one.made,
            )


def _of_prices(seen: Seen) -> Iterator[Alert]:
    for one in seen.dear:
        yield Alert(
            kind="price",
            programme=seen.programme,
            key=one.key,
            message=Text(
                "{letter} {name}有 {n} 册远高于该类平均价 {usual} 元，最贵 {top} 元。",
                "{n} of class {letter} {name} cost far more than its average of {usual} yuan, the dearest {top} yuan.",
            ).format(
                letter=one.key, name=one.name, n=one.books, usual=show_money(one.usual_fen), top=show_money(one.top_fen)
            ),
            count=one.books,
        )


def _is_large(part: int, whole: int, least_percent: int, limits: Limits) -> bool:
    return whole >= limits.least_books and part * 100 >= whole * least_percent


def _share(part: int, whole: int) -> dict[str, int | None]:
    return {"n": part, "whole": whole, "percent": percent(part, whole)}
