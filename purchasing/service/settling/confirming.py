"""Both sides' word, which freezes a settlement, and its payment."""

from __future__ import annotations

from datetime import date
from typing import Final

from kernel.clock import local_day
from kernel.errors import Conflict, Forbidden, Invalid
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.queries.settled_choices import borne_by_lines
from purchasing.queries.settlements import SettlementRow, digest_of, find_settlement, lines_of
from purchasing.service.settling.agreeing import Agreeing
from purchasing.service.settling.bearing import check_funds, post, sums_by_fund
from purchasing.service.settling.parts import RIGHTS, Settled
from purchasing.settling import SIDES, Side
from purchasing.states import SETTLEMENT_STATUSES

_SAME_PERSON: Final = Text(
    "双方要由两个人确认，您已代{side}确认。", "Each side is confirmed by another person; you have confirmed for {side}."
)
_WHICH_SIDE: Final = Text("请说明代哪一方确认。", "Say for which side you confirm.")
_NOT_FROZEN: Final = Text("双方都确认后才能付款。", "It can be paid once both sides have confirmed.")
_PAID: Final = Text(
    "这份结算已于 {day} 付款（{reference}），不能再付。",
    "This settlement was paid on {day} ({reference}); it is paid only once.",
)
_PAID_EARLY: Final = Text(
    "付款日期不能早于确认，也不能晚于今天。", "It is paid after it was confirmed, and not later than today."
)


class Confirming(Agreeing):
    """What each side says to the whole, and the payment."""

    def confirm(self, settlement_id: int, side: Side | None = None, version: int | None = None) -> Settled:
        """One side's word that the settlement is right as it stands (`version`, where it is named). With the second side's it is frozen.
        To confirm again changes nothing."""
        found = self.find(settlement_id, *RIGHTS, lock=True)
        side = self._side(found, side)
        self.check_draft(found)
        self.check_version(found, version)
        if found.confirmed_by(side) is not None:
            return Settled(settlement=found)
        self._check_confirmable(found, side)
        if side == "library":
            self._agree_for_library(found)
        now, author = self._context.now, self._context.caller.author
        self.write(
            found.id,
            {f"{side}_confirmed_at": now, f"{side}_confirmed_by": author, f"{side}_taken_back_at": None},
        )
        self.record("settlement_confirmed", found, {"side": side})
        confirmed = find_settlement(self._session, found.id)
        if confirmed.library_confirmed_by and confirmed.shop_confirmed_by:
            return self._freeze(confirmed, side)
        return Settled(settlement=confirmed)

    def pay(self, settlement_id: int, on: date, reference: str) -> Settled:
        """Note that a frozen settlement was paid, once."""
        found = self.find(settlement_id, "library", lock=True)
        if found.status == "paid":
            assert found.paid_on is not None
            day = found.paid_on.isoformat()
            raise Conflict("settlement.paid", _PAID.format(day=day, reference=found.paid_reference or ""))
        if "paid" not in SETTLEMENT_STATUSES[found.status].moves:
            raise Conflict("settlement.state", _NOT_FROZEN)
        assert found.frozen_at is not None
        if not local_day(found.frozen_at) <= on <= local_day(self._context.now):
            raise Invalid("settlement.paid_on", _PAID_EARLY, {"paid_on": [_PAID_EARLY]})
        author = self._context.caller.author
        self.write(found.id, {"status": "paid", "paid_on": on, "paid_reference": reference, "paid_by": author})
        return self.done("settlement_paid", found.id, {"on": on.isoformat(), "reference": reference})

    def _side(self, found: SettlementRow, side: Side | None) -> Side:
        """The side for which the caller speaks. Who may for both has to say which."""
        caller, tree = self._context.caller, self._context.tree
        mine = [one for one, right in RIGHTS.items() if caller.may(right, found.shop_id, tree)]
        if side is None and len(mine) > 1:
            raise Invalid("settlement.side", _WHICH_SIDE, {"side": [_WHICH_SIDE]})
        if side is not None and side not in mine:
            raise Forbidden(RIGHTS[side])
        return side or mine[0]

    def _check_confirmable(self, found: SettlementRow, side: Side) -> None:
        self.check_settled(found)
        other: Side = "shop" if side == "library" else "library"
        if found.confirmed_by(other) == self._context.caller.author:
            raise Conflict("settlement.same_person", _SAME_PERSON.format(side=SIDES[other]))

    def _agree_for_library(self, found: SettlementRow) -> None:
        """Units are locked here, and funds only afterwards, when both have confirmed."""
        sums = sums_by_fund(borne_by_lines(self._session, found.id))
        check_funds(self._context, sums)
        self.agree_to_all(found, sums)

    def _freeze(self, confirmed: SettlementRow, last: Side) -> Settled:
        """Seal what both have confirmed, and enter in the books what it changes. Lines left for the next period let go of their choices."""
        borne = borne_by_lines(self._session, confirmed.id)
        check_funds(self._context, sums_by_fund(borne), tells_sums=last == "library", lock=True)
        post(self._context, confirmed, borne)
        self.release(confirmed.id, only_later=True)
        self.write(confirmed.id, {"frozen_at": self._context.now})
        sealed = digest_of(find_settlement(self._session, confirmed.id), lines_of(self._session, confirmed.id))
        self.write(confirmed.id, {"status": "frozen", "digest": sealed})
        return self.done("settlement_frozen", confirmed.id, {"total": show_money(confirmed.total_fen)})
