"""Readers of the demo county choose new books in its bookshops: funds, two programmes, labels, lists, and what was chosen until today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from branches.access import Caller
from branches.context import Context
from branches.models import Grant, StaffUser
from circ.commands import CheckIn
from circ.service import CirculationService
from kernel.clock import ZONE, local_day
from purchasing.budget_models import Fund
from purchasing.programmes import Online, Quota, Rules
from purchasing.selection_models import ShopOffer, ShopTerms
from purchasing.service.funds import FundService
from purchasing.service.processing import Processing, ProcessingService
from purchasing.service.programmes import Draft, LoanTerms, ProgrammeService
from purchasing.service.selecting import Pick, SelectionService
from purchasing.service.shop_barcodes import ShopBarcodeService
from transit.service import TransferService

Fate = Literal["out", "back", "shelved", "cancelled"]
_CLERK = "xh.tang"
_PROCESSED_BY = {"ZG": "zg.chen", "SE": "se.fang"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Book:
    isbn: str
    title: str
    author: str
    publisher: str
    price_fen: int
    class_number: str
    stock: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """`returned_at`: where its reader brings it back, `call_number` what it gets when it is processed."""

    card: str
    book: int
    days_ago: int
    fate: Fate = "out"
    returned_at: str = "ZG"
    call_number: str = ""


# Made-up titles; the numbers are valid and given to no book.
BOOKS: Final = (
    _Book(
        isbn="9787820000014", title="云上的驿站", author="林青野著",
        publisher="江城文艺出版社", price_fen=4980, class_number="I247.57",
    ),
    _Book(
        isbn="9787820000021", title="稻田里的科学课", author="周禾著",
        publisher="田野少年儿童出版社", price_fen=3980, class_number="S511-49",
    ),
    _Book(
        isbn="9787820000038", title="给爸妈的智能手机课", author="何小路编著",
        publisher="银杏出版社", price_fen=3600, class_number="TN929.53",
    ),
    _Book(
        isbn="9787820000045", title="丘陵柑橘病虫害图鉴", author="黎明德主编",
        publisher="山河农业出版社", price_fen=6800, class_number="S436.66",
    ),
    _Book(
        isbn="9787820000052", title="小满和外婆的菜园", author="苏小满文；白露图",
        publisher="田野少年儿童出版社", price_fen=4280, class_number="I287.8",
    ),
    _Book(
        isbn="9787820000069", title="长江边的古镇", author="江一帆著",
        publisher="江城文艺出版社", price_fen=7800, class_number="K928.5",
    ),
    _Book(
        isbn="9787820000076", title="慢病家庭护理手册", author="陈安主编",
        publisher="银杏出版社", price_fen=4500, class_number="R473.2",
    ),
    _Book(
        isbn="9787820000083", title="夜航船上的来信", author="宋未眠著",
        publisher="江城文艺出版社", price_fen=5200, class_number="I267.1",
    ),
    _Book(
        isbn="9787820000090", title="初中数学同步练习册", author="编写组编",
        publisher="学海教育出版社", price_fen=3200, class_number="G634.605",
    ),
    _Book(
        isbn="9787820000106", title="星空的尺度", author="闻一舟著",
        publisher="山河科学出版社", price_fen=12800, class_number="P1-49",
    ),
)  # fmt: skip
CHOICES: Final = (
    _Choice(card="5190000033", book=0, days_ago=96, fate="shelved", returned_at="LT", call_number="I247.57/2168"),
    _Choice(card="5190000116", book=1, days_ago=88, fate="shelved", call_number="S511-49/12"),
    _Choice(card="5190000249", book=4, days_ago=61, fate="shelved", returned_at="SE", call_number="I287.8/640"),
    _Choice(card="5190000165", book=2, days_ago=40, fate="back", returned_at="LT02"),
    _Choice(card="5190000173", book=3, days_ago=33, fate="back"),
    _Choice(card="5190000108", book=7, days_ago=20, fate="cancelled"),
    _Choice(card="5190000108", book=5, days_ago=20),
    _Choice(card="5190000132", book=6, days_ago=12),
    _Choice(card="5190000199", book=0, days_ago=5),
    _Choice(card="5190000033", book=7, days_ago=2),
)
_READ_FOR: Final = 18  # days


def has_chosen(session: Session) -> bool:
    return session.scalar(select(Fund.id).limit(1)) is not None


def choose(context: Context) -> int:
    """Set everything up, then let time pass; returns how many books were chosen."""
    begun = replace(context, now=context.now - timedelta(days=200))
    _set_up(begun)
    clerk = caller_of(context, _CLERK)
    for choice in sorted(CHOICES, key=lambda one: -one.days_ago):
        _live(context, choice, clerk)
    return len(CHOICES)


def _set_up(context: Context) -> None:
    funds = FundService(context)
    for code, name, org, yuan in (
        ("XJ2026", "县级购书经费", "ZG", 60_000),
        ("LT2026", "龙潭镇配套", "LT", 20_000),
        ("SE2026", "少儿专项", "SE", 15_000),
    ):
        funds.create(code, name, org, yuan * 100)
    day = local_day(context.now)
    last = day + timedelta(days=365)
    programmes = ProgrammeService(context)
    programmes.create(
        "NXS",
        Draft(
            name="你选书，我买单",
            org="ZG",
            funds=(("XJ2026", 2), ("LT2026", 1)),
            rules=Rules(
                max_price_fen=10_000,
                max_copies_in_network=3,
                per_patron=(Quota(period="visit", count=3), Quota(period="year", count=20, amount_fen=100_000)),
                excluded_kinds=("textbook", "exam", "reference", "copybook"),
                loan_days=28,
                online=Online(pickup=True),
            ),
            terms=LoanTerms(return_to="anywhere"),
            starts_on=day,
            ends_on=last,
        ),
    )
    programmes.create(
        "SEXS",
        Draft(
            name="少儿选书",
            org="SE",
            funds=(("SE2026", 1),),
            rules=Rules(
                shops=("XH", "XP"),
                ages=(None, 17),
                max_price_fen=6000,
                per_patron=(Quota(period="month", count=2),),
                excluded_kinds=("textbook", "exam", "copybook", "comic"),
                loan_days=30,
            ),
            starts_on=day,
            ends_on=last,
        ),
    )
    labels = ShopBarcodeService(context)
    labels.issue("XH", "51510000001", "51510000500")
    labels.issue("XP", "51520000001", "51520000200")
    _list_books(context)


def _list_books(context: Context) -> None:
    for code, percent in (("XH", 85), ("XP", 90)):
        shop_id = context.tree.unit(code).id
        context.session.execute(insert(ShopTerms).values(shop_id=shop_id, pays_percent=percent))
        rows = [
            {
                "shop_id": shop_id,
                "isbn": book.isbn,
                "title": book.title,
                "author": book.author,
                "publisher": book.publisher,
                "year": local_day(context.now).year,
                "class_number": book.class_number,
                "price_fen": book.price_fen,
                "stock": book.stock,
                "listed_at": context.now,
            }
            for book in BOOKS
        ]
        context.session.execute(insert(ShopOffer), rows)


def _live(context: Context, choice: _Choice, clerk: Caller) -> None:
    """One book from the counter to its shelf, as far as its fate goes."""
    book, day = BOOKS[choice.book], local_day(context.now) - timedelta(days=choice.days_ago)
    at_counter = replace(context, now=_at(day, 15), caller=clerk, channel="desk")
    chosen = SelectionService(at_counter).choose(Pick(patron=choice.card, isbn=book.isbn, shop="XH"))
    if choice.fate == "cancelled":
        SelectionService(at_counter).cancel(chosen.selection.id, "读者看到书脊有破损")
    if choice.fate not in ("back", "shelved"):
        return
    barcode, back = chosen.selection.item, day + timedelta(days=_READ_FOR)
    moment = replace(context, now=_at(back, 10), channel="desk")
    returned = CirculationService(moment).check_in(CheckIn(item=barcode, at=choice.returned_at))
    if returned.transfer_id is not None:
        TransferService(replace(moment, now=_at(back, 16))).dispatch(returned.transfer_id)
        assert returned.to is not None
        moment = replace(moment, now=_at(back + timedelta(days=1), 15))
        CirculationService(moment).check_in(CheckIn(item=barcode, at=returned.to.code))
    if choice.fate == "shelved":
        home = context.tree.by_id[returned.item.home_id].code
        librarian = caller_of(context, _PROCESSED_BY[home])
        processing = replace(context, now=_at(back + timedelta(days=3), 9), caller=librarian, channel="desk")
        command = Processing(item=barcode, home=home, item_type="book", call_number=choice.call_number)
        ProcessingService(processing).finish(command)


def caller_of(context: Context, username: str) -> Caller:
    user = context.session.execute(
        select(StaffUser.id, StaffUser.name, Grant.role, Grant.org_id)
        .join(Grant, Grant.user_id == StaffUser.id)
        .where(StaffUser.username == username)
    ).first()
    assert user is not None
    return Caller(kind="staff", id=user.id, name=user.name, username=username, grants=((user.role, user.org_id),))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)
