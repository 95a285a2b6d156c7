"""Whether a reader may choose a book: what is known of it, of them and of the money, every reason against it, and what to do instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from branches.context import Context
from branches.tree import Unit
from catalog.fold import plain
from catalog.languages import language_of_isbn
from circ.service.arriving import Arrival, estimate_for, first_open_day
from circ.service.standing import read_standing
from kernel.clock import local_day
from kernel.errors import Invalid, NotFound, Refusal, Refused
from kernel.i18n import Text
from kernel.money import MAX_MONEY_FEN
from patrons.queries import PatronRow, born_on, find_patron
from patrons.service.families import acts_for
from purchasing.isbns import is_unified_number, isbn_of
from purchasing.programmes import Programme, budget_left, cost_of
from purchasing.queries.funds import find_programme, list_programmes
from purchasing.queries.quotas import used_by
from purchasing.queries.selections import (
    CopyRow,
    OfferRow,
    TitleRow,
    copies_of,
    lock_isbn,
    offer_of,
    terms_of,
    titles_with,
)
from purchasing.queries.shops import label_runs
from purchasing.refusals import refuse
from purchasing.rules import BookFacts, OnlineFacts, ReaderFacts, Verdict, age_on, has_desk, judge, ranked
from purchasing.service.pacing import Usual
from purchasing.service.selecting.commands import Delivery, Pick
from purchasing.terms import Terms
from purchasing.volumes import CopyVolume, Counted, count_copies, listed, may_be, split_volumes

_NEEDED: Final = Text("请填写这一项。", "Fill this in.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a book: as the catalogue has it, else as the shop's list does, else as typed in: who types may fill gaps, not speak
    over what is known. `price_fen` is the price typed or listed, None: nobody knows; `listed_fen`, `stock` and
    `volumes` are what the list says. `language` is told by the number where nobody says it."""

    isbn: str
    title: str
    author: str
    publisher: str
    year: int | None
    volume: str | None
    class_number: str | None
    language: str | None
    price_fen: int | None
    listed_fen: int | None
    stock: int | None
    volumes: tuple[str, ...]
    bib_id: int | None

    @property
    def missing(self) -> tuple[str, ...]:
        """What nobody knows of it and has to be copied from the book before it can be bought."""
        return tuple(name for name, value in (("title", self.title), ("price", self.price_fen)) if not value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """How many copies a library has of the book, and how many of them stand there now."""

    org: Unit
    copies: int
    available: int
    call_number: str | None
    km: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that was looked at, with the verdict of every programme that was asked, the best one first."""

    shop: Unit
    patron: PatronRow
    age: int | None
    known: Known
    terms: Terms
    cost_fen: int | None
    copies: tuple[CopyRow, ...]
    verdicts: tuple[Verdict, ...]
    standing: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The answer to "may I have this?". `refusals` are all reasons against it; `alternative` is where the book stands already,
    `borrowed_on` the first day on which it is handed out there, `arrival` about when it could be had at the reader's own library. `usual`
    is how long one that is chosen online takes, by each way in which it may come."""

    known: Known
    cost_fen: int | None
    verdict: Verdict | None
    refusals: tuple[Refusal, ...]
    holdings: tuple[Holding, ...]
    borrowed_on: date | None = None
    arrival: Arrival | None = None
    usual: tuple[Usual, ...] = ()

    @property
    def is_eligible(self) -> bool:
        return self.verdict is not None and not self.refusals and not self.known.missing

    @property
    def programme(self) -> Programme | None:
        return None if self.verdict is None else self.verdict.programme

    @property
    def budget_left_fen(self) -> int | None:
        return None if self.verdict is None else budget_left(self.verdict.programme)

    @property
    def alternative(self) -> Holding | None:
        """The nearest library where a copy stands."""
        return next((holding for holding in self.holdings if holding.available), None)


def look(context: Context, pick: Pick, *, lock: bool) -> Case:
    """Load everything for one choice. With `lock` the reader and the number are taken first, in the order of all acts."""
    session, tree = context.session, context.tree
    shop = shop_of(context, pick.shop)
    patron = find_patron(session, pick.patron, tree, at=shop.id, lock=lock)
    if context.caller.kind == "patron" and not acts_for(context, patron.id):
        raise NotFound("patron", pick.patron)
    isbn = read_isbn(pick.isbn)
    if lock:
        lock_isbn(session, isbn)
        label_runs(session, shop.id, lock=True)
    titles = titles_with(session, isbn)
    offer = offer_of(session, shop.id, isbn)
    known = known_of(pick, isbn, offer, titles)
    copies, counted = _copies(session, titles, known)
    today, age = local_day(context.now), age_on(born_on(session, patron.id), local_day(context.now))
    terms = terms_of(session, shop.id)
    cost = None if known.price_fen is None else cost_of(known.price_fen, terms.pays_percent)
    online = online_facts(context, pick.delivery, offer) if pick.delivery is not None else None
    verdicts = [
        _verdict(context, programme, shop, known, terms, cost, patron, age, counted, today, online)
        for programme in programmes_for(context, pick, shop, today)
    ]
    return Case(
        shop=shop,
        patron=patron,
        age=age,
        known=known,
        terms=terms,
        cost_fen=cost,
        copies=tuple(copies),
        verdicts=ranked(verdicts),
        standing=standing_for(context, pick, shop),
    )


def quote_of(context: Context, case: Case) -> Quote:
    """What to say of a case: the best programme's reasons and those that lie in the reader's card."""
    verdict = case.verdicts[0] if case.verdicts else None
    against = verdict.refusals if verdict is not None else (refuse("purchase.no_programme"),)
    quote = Quote(
        known=case.known,
        cost_fen=case.cost_fen,
        verdict=verdict,
        refusals=(*against, *case.standing),
        holdings=_holdings(context, case),
    )
    nearest, bib_id = quote.alternative, case.known.bib_id
    if nearest is None or bib_id is None:
        return quote
    return replace(
        quote,
        borrowed_on=first_open_day(context, nearest.org.id),
        arrival=estimate_for(context, case.patron, bib_id, volume=case.known.volume),
    )


def shop_of(context: Context, code: str) -> Unit:
    """A bookshop where the caller may let readers choose; readers may ask for themselves in every one."""
    shop = context.tree.unit(code)
    if shop.kind != "shop":
        raise NotFound("shop", code)
    if context.caller.kind != "patron":
        context.caller.require_at("selection.make", shop.id, context.tree, thing="shop", key=code)
    return shop


def read_isbn(written: str) -> str:
    """The one valid ISBN-13 that was scanned or typed."""
    found = isbn_of(written)
    if found is None:
        code = "purchase.unified_number" if is_unified_number(written) else "purchase.isbn"
        raise Refused([refuse(code, written=written[:40])])
    return found


def without_details(refusals: Sequence[Refusal]) -> tuple[Refusal, ...]:
    """What a shop hears of a reader: that the card does not serve now, and nothing of debts, blocks or books at home."""
    told = [one for one in refusals if not one.code.startswith(("patron.", "card."))]
    hidden = len(told) < len(refusals)
    return (*told, refuse("purchase.card")) if hidden else tuple(told)


def sees_details(context: Context, shop: Unit) -> bool:
    """Readers hear of themselves, librarians of those whose cards they may see; clerks do not."""
    return context.caller.kind == "patron" or context.caller.may("card.check", shop.id, context.tree)


# --- parts --------------------------------------------------------------------------------------------------------------


def known_of(pick: Pick, isbn: str, offer: OfferRow | None, titles: Sequence[TitleRow]) -> Known:
    title = _fitting(pick, titles)
    volumes = split_volumes(offer.volumes) if offer else ()
    price = pick.price_fen if pick.price_fen is not None else (offer.price_fen if offer else None)
    if price is not None and not 0 < price <= MAX_MONEY_FEN // 100:
        message = Text("价格不对，请照书上的定价填写。", "This price does not fit. Copy it from the book.")
        raise Invalid("selection.price", message, {"price": [message]})
    return Known(
        isbn=isbn,
        title=(title.title if title else "") or (offer.title if offer else "") or pick.title.strip(),
        author=(title.authors if title else "") or (offer.author if offer else "") or pick.author.strip(),
        publisher=((title.publisher or "") if title else "")
        or (offer.publisher if offer else "")
        or pick.publisher.strip(),
        year=(offer.year if offer else None) or (title.year if title else None) or pick.year,
        volume=(listed(volumes, pick.volume) or pick.volume) if pick.volume else None,
        class_number=(title.class_number if title else None)
        or (offer.class_number if offer else None)
        or pick.class_number,
        language=(title.language if title else None) or pick.language or language_of_isbn(isbn),
        price_fen=price,
        listed_fen=offer.price_fen if offer else None,
        stock=offer.stock if offer else None,
        volumes=volumes,
        bib_id=title.id if title else None,
    )


def _copies(session: Session, titles: Sequence[TitleRow], known: Known) -> tuple[list[CopyRow], Counted]:
    """Those that are, or may be, the volume that is wanted, and how many stand against it."""
    rows = [
        (row, CopyVolume(volume=row.volume, is_certain=not row.awaits_processing))
        for row in copies_of(session, [title.id for title in titles])
    ]
    counted = count_copies([of for _row, of in rows], known.volume, known.volumes)
    return [row for row, of in rows if may_be(of, known.volume, known.volumes)], counted


def online_facts(context: Context, delivery: Delivery, offer: OfferRow | None) -> OnlineFacts:
    """How the book is to come, and whether the shop has it on its list."""
    facts = OnlineFacts(way=delivery.way, is_listed=offer is not None)
    if delivery.pickup is None:
        return facts
    tree = context.tree
    unit = tree.unit(delivery.pickup)
    has_one = has_desk(unit.kind, is_closed=unit.is_closed)
    return replace(facts, pickup=unit.name, pickup_path=tree.codes(unit.id), has_desk=has_one)


def _fitting(pick: Pick, titles: Sequence[TitleRow]) -> TitleRow | None:
    """The title that is meant: of several with one number (volumes of a set) the one whose name was typed, else the first."""
    key = plain(pick.title)
    named = [title for title in titles if key and plain(title.title) == key]
    return next(iter(named or titles), None)


def programmes_for(context: Context, pick: Pick, shop: Unit, today: date) -> list[Programme]:
    """The one that was named, else all that run today in this shop; where none takes the shop, all that run, to say why not."""
    if pick.programme is not None:
        return [find_programme(context.session, pick.programme)]
    running = list_programmes(context.session, open_on=today)
    here = [one for one in running if one.rules.has_shop(shop.code)]
    return here or running


def _verdict(
    context: Context,
    programme: Programme,
    shop: Unit,
    known: Known,
    terms: Terms,
    cost: int | None,
    patron: PatronRow,
    age: int | None,
    copies: Counted,
    today: date,
    online: OnlineFacts | None,
) -> Verdict:
    periods = [quota.period for quota in programme.rules.per_patron]
    return judge(
        programme,
        shop_code=shop.code,
        shop_name=shop.name,
        book=BookFacts(
            isbn=known.isbn,
            title=known.title,
            price_fen=known.price_fen or 0,
            cost_fen=cost or 0,
            listed_fen=known.listed_fen,
            stock=known.stock,
            stock_binds=terms.stock_binds,
            class_number=known.class_number,
            year=known.year,
            language=known.language,
            volume=known.volume,
            volumes=known.volumes,
        ),
        reader=ReaderFacts(
            category=patron.category,
            age=age,
            within_own=context.tree.is_within(patron.home_id, programme.org_id),
        ),
        used=used_by(context.session, programme.id, patron.id, periods, today),
        copies=copies,
        today=today,
        online=online,
    )


def standing_for(context: Context, pick: Pick, shop: Unit) -> tuple[Refusal, ...]:
    """What lies in the reader's card against any loan here, as far as the caller may hear it."""
    asking = replace(context, caller=context.caller.carrying(("card.check", shop.id)))
    refusals = [one for one in read_standing(asking, pick.patron, shop.code).refusals if one.class_ != "notice"]
    return tuple(refusals) if sees_details(context, shop) else without_details(refusals)


def _holdings(context: Context, case: Case) -> tuple[Holding, ...]:
    """Library by library, the nearest to the reader's own first."""
    tree, at = context.tree, case.patron.home_id
    nearness = tree.by_nearness(at)
    by_home: dict[int, list[CopyRow]] = {}
    for copy in case.copies:
        by_home.setdefault(copy.location_id if copy.status == "available" else copy.home_id, []).append(copy)
    holdings = [
        Holding(
            org=tree.by_id[org_id],
            copies=len(copies),
            available=sum(copy.status == "available" for copy in copies),
            call_number=next((copy.call_number for copy in copies if copy.call_number), None),
            km=tree.known_km(at, org_id),
        )
        for org_id, copies in sorted(by_home.items(), key=lambda one: nearness(one[0]))
    ]
    return tuple(holdings)


def check_complete(known: Known) -> None:
    """A book can only be bought when its title and price are known."""
    if known.missing:
        message = Text(
            "这本书不在书店书目里，请照书填写书名和定价。",
            "This book is not on the shop’s list: copy its title and price from it.",
        )
        raise Invalid("selection.unknown_book", message, {name: [_NEEDED] for name in known.missing})
