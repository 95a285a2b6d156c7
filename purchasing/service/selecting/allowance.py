"""What a reader at a shop's counter may still choose: whether the card serves, and what every programme leaves them. Nobody's debts."""

from __future__ import annotations

from dataclasses import dataclass

from branches.context import Context
from kernel.clock import local_day
from kernel.errors import Refusal
from patrons.queries import born_on, find_patron
from patrons.service.finding import name_for, require_open
from purchasing.programmes import Programme
from purchasing.queries.quotas import used_by
from purchasing.rules import Left, ReaderFacts, Used, age_on, check_reader, left_of
from purchasing.service.selecting.commands import Pick
from purchasing.service.selecting.judging import programmes_for, shop_of, standing_for
from purchasing.service.selecting.looking import hiding_numbers, look_at_card


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A programme that runs in the shop: why it is not for this reader, and what it leaves them."""

    programme: Programme
    refusals: tuple[Refusal, ...]
    left: tuple[Left, ...]

    @property
    def is_used_up(self) -> bool:
        return any(one.books == 0 or one.amount_fen == 0 for one in self.left)

    @property
    def is_open(self) -> bool:
        return not self.refusals and not self.is_used_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """`card` names the card wherever it is asked from; `refusals` lie in the card, as far as the caller may hear them."""

    card: str
    name: str
    refusals: tuple[Refusal, ...]
    chances: tuple[Chance, ...]


def allowance_of(context: Context, shop_code: str, card: str) -> Allowance:
    """Raises NotFound for no card, Conflict for the number of several."""
    shop = shop_of(context, shop_code)
    tree, today = context.tree, local_day(context.now)
    patron = find_patron(context.session, card, tree, at=shop.id)
    require_open(patron)
    pick = Pick(patron=card, isbn="", shop=shop.code)
    age = age_on(born_on(context.session, patron.id), today)
    return Allowance(
        card=f"{tree.by_id[patron.namespace_id].code}:{patron.barcode}",
        name=name_for(context, patron),
        refusals=standing_for(context, pick, shop),
        chances=tuple(
            _chance(
                context,
                programme,
                patron.id,
                ReaderFacts(
                    category=patron.category,
                    age=age,
                    within_own=tree.is_within(patron.home_id, programme.org_id),
                ),
            )
            for programme in programmes_for(context, pick, shop, today)
        ),
    )


def look_at_reader(context: Context, shop_code: str, card: str) -> Allowance:
    """The same, for somebody who was handed the card: the journal remembers that they looked."""
    with hiding_numbers(context, shop_code):
        found = allowance_of(context, shop_code, card)
    shop = context.tree.unit(shop_code)
    patron = find_patron(context.session, found.card, context.tree, at=shop.id)
    look_at_card(context, shop, patron.id)
    return found


def _chance(context: Context, programme: Programme, patron_id: int, reader: ReaderFacts) -> Chance:
    quotas = programme.rules.per_patron
    used = used_by(context.session, programme.id, patron_id, [quota.period for quota in quotas], local_day(context.now))
    return Chance(
        programme=programme,
        refusals=tuple(check_reader(programme, reader)),
        left=tuple(left_of(quota, used.get(quota.period, Used())) for quota in quotas),
    )
