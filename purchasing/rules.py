"""Decides whether the library pays for a book that a reader chose: every reason why not, and which programme is best. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from catalog.languages import language_label
from circ.hold_rules import can_pick_up
from kernel.clock import day_text, local_day
from kernel.errors import Refusal
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.kinds import KINDS, kinds_of
from purchasing.programmes import (
    PERIODS,
    RESIDENCES,
    WAYS,
    Online,
    Period,
    Programme,
    Quota,
    Rules,
    Way,
    budget_left,
    can_pay,
)
from purchasing.refusals import refuse
from purchasing.volumes import JOINT, Counted, listed

MISSED_AFTER: Final = timedelta(days=3)
_ONLINE: Final = Text("网上选书", "chosen online")
_FOR_OTHERS: Final = ("purchase.age", "purchase.reader")
_UNKNOWN: Final = Text("不明", "unknown")
_FULL_YEARS: Final = Text("{first}至 {last} 岁", "from {first} to {last} years old")
_FROM_YEARS: Final = Text("{first} 岁以上", "from {first} years on")
_TO_YEARS: Final = Text("{last} 岁以下", "up to {last} years old")
_AS_WRITTEN: Final = Text("照书上写的，如“上”“第2册”", "as on the book, such as “1”")
_COUNT: Final = Text("{n} 册", "{n} books")
_AMOUNT: Final = Text("{n} 元", "{n} yuan")


@dataclass(frozen=True, slots=True, kw_only=True)
class BookFacts:
    """What is known of a book in the reader's hand. `cost_fen` is what the library would pay for it. `stock` is how many
    the shop's list has, None where it does not say; `stock_binds`: none there is a reason against it at the counter too.
    `volumes` are those that the list names under this number, `volume` is the one that is wanted."""

    isbn: str
    title: str
    price_fen: int
    cost_fen: int
    listed_fen: int | None = None
    stock: int | None = None
    stock_binds: bool = False
    class_number: str | None = None
    year: int | None = None
    language: str | None = None
    volume: str | None = None
    volumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderFacts:
    """`within_own`: at home in the programme's unit or below it."""

    category: str
    age: int | None
    within_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlineFacts:
    """How a book that is chosen from a shop's list is to come; `way` None: that is not said yet. `pickup_path` are the codes of the unit
    where it is to be collected and of those above it."""

    way: Way | None
    is_listed: bool
    pickup: str = ""
    pickup_path: tuple[str, ...] = ()
    has_desk: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a reader has chosen in a period."""

    books: int = 0
    price_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a quota leaves to a reader, None: no limit of that kind."""

    period: Period
    books: int | None
    amount_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A programme and every reason against this choice under it."""

    programme: Programme
    refusals: tuple[Refusal, ...]
    left: tuple[Left, ...]


def judge(
    programme: Programme,
    *,
    shop_code: str,
    shop_name: str,
    book: BookFacts,
    reader: ReaderFacts,
    used: Mapping[Period, Used],
    copies: Counted,
    today: date,
    online: OnlineFacts | None = None,
) -> Verdict:
    """Every reason at once. `copies` are those of the network, on order and chosen before; `online` is None at the counter."""
    rules = programme.rules
    refusals = [
        *check_open(programme, today),
        *check_shop(programme, shop_code, shop_name),
        *(check_online(programme, shop_name, online) if online is not None else []),
        *check_reader(programme, reader),
        *check_book(rules, book),
        *check_stock(shop_name, book, is_online=online is not None),
        *(check_volume(book) if online is not None else []),
        *check_copies(rules, copies, book),
        *check_quotas(rules.per_patron, used, book.price_fen),
        *check_budget(programme, book.cost_fen),
    ]
    left = tuple(left_of(quota, used.get(quota.period, Used())) for quota in rules.per_patron)
    return Verdict(programme=programme, refusals=tuple(refusals), left=left)


def ranked(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The programme to choose under first: one without refusals, then one whose refusals a right lifts, then one that is for this reader
    at all (its reasons help them), then the fewest; among equals the longest loan, the most left for this reader, the one that ends
    first, and the code: one question has one answer."""
    return tuple(sorted(verdicts, key=_rank))


def _rank(verdict: Verdict) -> tuple[object, ...]:
    programme = verdict.programme
    hard = sum(one.class_ == "impossible" for one in verdict.refusals)
    books = min((left.books for left in verdict.left if left.books is not None), default=10_000)
    days = programme.rules.loan_days or 0
    for_others = any(one.code in _FOR_OTHERS for one in verdict.refusals)
    return (hard, for_others, len(verdict.refusals), -days, -books, programme.ends_on, programme.code)


# --- the reasons, one after the other -----------------------------------------------------------------------------------


def check_open(programme: Programme, today: date) -> list[Refusal]:
    if programme.runs_on(today):
        return []
    starts, ends = programme.starts_on.isoformat(), programme.ends_on.isoformat()
    return [refuse("purchase.programme_closed", programme=programme.name, starts=starts, ends=ends)]


def check_shop(programme: Programme, shop_code: str, shop_name: str) -> list[Refusal]:
    if programme.rules.has_shop(shop_code):
        return []
    return [refuse("purchase.shop", shop=shop_name, programme=programme.name)]


def check_online(programme: Programme, shop_name: str, online: OnlineFacts) -> list[Refusal]:
    """Whether the programme sends books by this way to this place, and the shop offers this one."""
    rules, refusals = programme.rules.online, []
    if not rules.allows(online.way):
        way = WAYS[online.way] if online.way is not None else _ONLINE
        refusals.append(refuse("purchase.online", programme=programme.name, way=way))
    elif online.way == "pickup" and not (online.has_desk and hands_out(rules, online.pickup_path)):
        refusals.append(refuse("purchase.pickup", programme=programme.name, org=online.pickup))
    if not online.is_listed:
        refusals.append(refuse("purchase.not_listed", shop=shop_name))
    return refusals


def has_desk(kind: str, *, is_closed: bool) -> bool:
    """Whether what was chosen online can be collected there: wherever holds are, but not at the shop that sells it nor at another."""
    return can_pick_up(kind, is_closed=is_closed) and kind != "shop"


def hands_out(rules: Online, path: Iterable[str]) -> bool:
    """Whether a programme lets its books be collected there; `path` are the codes of the unit and of what it lies in."""
    return not rules.pickup_at or not set(rules.pickup_at).isdisjoint(path)


def check_reader(programme: Programme, reader: ReaderFacts) -> list[Refusal]:
    rules, refusals = programme.rules, []
    first, last = rules.ages
    if (first, last) != (None, None) and not _is_of_age(reader.age, first, last):
        refusals.append(refuse("purchase.age", programme=programme.name, ages=show_ages(rules.ages)))
    if rules.readers == "own" and not reader.within_own:
        refusals.append(refuse("purchase.reader", programme=programme.name, whom=RESIDENCES["own"]))
    if rules.categories and reader.category not in rules.categories:
        whom = Text("指定类别的读者", "readers of certain categories")
        refusals.append(refuse("purchase.reader", programme=programme.name, whom=whom))
    return refusals


def check_book(rules: Rules, book: BookFacts) -> list[Refusal]:
    refusals = []
    if book.listed_fen is not None and book.price_fen != book.listed_fen:
        prices = {"price": show_money(book.price_fen), "listed": show_money(book.listed_fen)}
        refusals.append(refuse("purchase.list_price", **prices))
    if rules.max_price_fen is not None and book.price_fen > rules.max_price_fen:
        refusals.append(
            refuse("purchase.price", price=show_money(book.price_fen), limit=show_money(rules.max_price_fen))
        )
    number = (book.class_number or "").upper()
    if any(number.startswith(one.upper()) for one in rules.excluded_classes if number):
        refusals.append(refuse("purchase.class", class_number=number))
    kinds = [kind for kind in kinds_of(book.title, number) if kind in rules.excluded_kinds]
    if kinds:
        labels = [KINDS[kind].label for kind in kinds]
        named = Text("、", ", ").join(labels)
        refusals.append(refuse("purchase.kind", kind=named, kinds=kinds))
    if rules.earliest_year is not None and (book.year is None or book.year < rules.earliest_year):
        year = _UNKNOWN if book.year is None else book.year
        refusals.append(refuse("purchase.year", earliest=rules.earliest_year, year=year))
    if rules.languages and book.language is not None and book.language not in rules.languages:
        refusals.append(refuse("purchase.language", language=language_label(book.language), lang=book.language))
    return refusals


def check_stock(shop_name: str, book: BookFacts, *, is_online: bool) -> list[Refusal]:
    """Online none on the list is none to send. At the counter the book in hand is there, unless it was agreed that the list counts."""
    if book.stock != 0 or not (is_online or book.stock_binds):
        return []
    return [refuse(sold_out(is_online=is_online), shop=shop_name)]


def sold_out(*, is_online: bool) -> str:
    """What is said of a book of which the list has none: to the reader, or to the clerk who has one in hand."""
    return "purchase.stock" if is_online else "purchase.counted_out"


def check_volume(book: BookFacts) -> list[Refusal]:
    """Of several volumes the shop has to know which one it is to send."""
    if not book.volumes or listed(book.volumes, book.volume) is not None:
        return []
    return [refuse("purchase.volume", volumes=JOINT.join(book.volumes))]


def check_copies(rules: Rules, copies: Counted, book: BookFacts) -> list[Refusal]:
    """`max_copies_in_network` is how many there may be with this one; of a set, of each of its volumes. Where those that are there may be
    others, it says what is to be done to know."""
    most = rules.max_copies_in_network
    if most is None or copies.count < most:
        return []
    if copies.sure >= most or copies.unclear is None:
        return [refuse("purchase.copies", count=copies.count)]
    if copies.unclear == "which":
        return [refuse("purchase.volume", volumes=JOINT.join(book.volumes) or _AS_WRITTEN)]
    return [refuse("purchase.volume_unclear", count=copies.count, volume=book.volume)]


def check_quotas(quotas: Sequence[Quota], used: Mapping[Period, Used], price_fen: int) -> list[Refusal]:
    refusals = []
    for quota in quotas:
        so_far, period = used.get(quota.period, Used()), PERIODS[quota.period]
        if quota.count is not None and so_far.books + 1 > quota.count:
            limit, chosen = _COUNT.format(n=quota.count), _COUNT.format(n=so_far.books)
            refusals.append(refuse("purchase.quota", period=period, limit=limit, used=chosen))
        if quota.amount_fen is not None and so_far.price_fen + price_fen > quota.amount_fen:
            limit = _AMOUNT.format(n=show_money(quota.amount_fen))
            chosen = _AMOUNT.format(n=show_money(so_far.price_fen))
            refusals.append(refuse("purchase.quota", period=period, limit=limit, used=chosen))
    return refusals


def check_budget(programme: Programme, cost_fen: int) -> list[Refusal]:
    if can_pay(programme, cost_fen):
        return []
    left = show_money(budget_left(programme))
    return [refuse("purchase.budget", programme=programme.name, left=left, cost=show_money(cost_fen))]


def window_ends(made_at: datetime, minutes: int) -> datetime:
    """Until when a choice may be called off or exchanged."""
    return made_at + timedelta(minutes=minutes)


def check_window(made_at: datetime, now: datetime, minutes: int) -> list[Refusal]:
    if now <= window_ends(made_at, minutes):
        return []
    return [refuse("purchase.window", minutes=minutes)]


def check_missed(sent_at: datetime, now: datetime) -> list[Refusal]:
    """Whether a reader may say by now that a posted book did not come."""
    today, first = local_day(now), missed_from(sent_at)
    return [] if today >= first else [refuse("purchase.on_its_way", day=day_text(first, today))]


def check_missed_often(rules: Online, missed: int) -> list[Refusal]:
    """Whether a reader may say it by themself: `missed` are their parcels of this year of which it was said before."""
    if rules.missed_per_year is None or missed < rules.missed_per_year:
        return []
    return [refuse("purchase.missed_often", count=missed)]


def missed_from(sent_at: datetime) -> date:
    """The post takes its time: on which day it may first be said that nothing came."""
    return local_day(sent_at) + MISSED_AFTER


# --- parts --------------------------------------------------------------------------------------------------------------


def left_of(quota: Quota, used: Used) -> Left:
    return Left(
        period=quota.period,
        books=None if quota.count is None else max(quota.count - used.books, 0),
        amount_fen=None if quota.amount_fen is None else max(quota.amount_fen - used.price_fen, 0),
    )


def age_on(born: date | None, today: date) -> int | None:
    """Full years."""
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def age_group(age: int | None) -> str:
    """`child` (under 18), `adult`, `senior` (60 and older), or `unknown`: as coarse as statistics need it."""
    if age is None:
        return "unknown"
    return "child" if age < 18 else "senior" if age >= 60 else "adult"


def show_ages(ages: tuple[int | None, int | None]) -> Text:
    first, last = ages
    pattern = _FULL_YEARS if None not in ages else _FROM_YEARS if last is None else _TO_YEARS
    return pattern.format(first=first, last=last)


def _is_of_age(age: int | None, first: int | None, last: int | None) -> bool:
    """A reader whose age is not known is not of an age that is asked for."""
    return age is not None and (first is None or age >= first) and (last is None or age <= last)
