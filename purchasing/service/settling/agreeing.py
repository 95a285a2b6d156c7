"""The owner of a fund agrees that it bears more of a settlement than the choices cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import update

from branches.queries import lock_unit
from kernel.clock import bounds_of, local_day
from kernel.db import table_of
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.agreeing import Asked, Verdict, why_not
from purchasing.policies import order_limit_fen
from purchasing.queries.orders import committed_alone
from purchasing.queries.settlement_shares import ShareRow, agreed_alone, has_accepted, shares_of, stop_level_of
from purchasing.queries.settlements import SettlementRow
from purchasing.service.settling.bearing import write_shares
from purchasing.service.settling.parts import Settled, Settling
from purchasing.settlement_models import SettlementShare

_shares = table_of(SettlementShare)
_AGREEMENT: Final = Text(
    "这份结算要让经费「{fund}」多付 {more} 元，先要由它的单位（{unit}）同意。",
    "This settlement makes “{fund}” pay {more} yuan more; its owner ({unit}) has to agree first.",
)
_STOP_LEVEL: Final = Text(
    "多付的 {more} 元会使经费「{fund}」超过停办线（{stop}%）。要由{unit}能拨入经费的人同意，或改为按选书记录付。",
    "{more} yuan more take “{fund}” past the level where its programme stops ({stop} %). Somebody of {unit} who allocates money has to "
    "agree, or pay what was agreed.",
)
_SECOND_PERSON: Final = Text(
    "经费「{fund}」多付的 {more} 元超过一个人一天能为{unit}定的金额（{limit} 元）。接受这些差异的人不能自己同意，请另一个人来。",
    "The {more} yuan more for “{fund}” pass what one person may commit for {unit} a day ({limit} yuan). Who accepted the differences "
    "cannot agree to them too; let somebody else.",
)


class Agreeing(Settling):
    """Each owner for its own part; who confirms for the library agrees with that for all funds for which they may."""

    def agree(self, settlement_id: int, fund: str, version: int | None) -> Settled:
        """The word of a fund's owner that it bears more. To agree again changes nothing."""
        found = self.find_seen(settlement_id, "settlement.write", lock=True)
        share = next((one for one in shares_of(self._session, found.id) if one.code == fund and one.more_fen > 0), None)
        if share is None or not self._context.caller.may("settlement.write", share.org_id, self._context.tree):
            raise NotFound("fund", fund)
        self.check_draft(found)
        self.check_version(found, version)
        self.check_settled(found)
        if share.agreed_by is None:
            self._agree(found, share)
        return Settled(settlement=found)

    def agree_to_all(self, found: SettlementRow, sums: Mapping[int, int]) -> None:
        """Raises Conflict for the first fund whose owner did not agree yet and for which the caller may not. `sums` are what the funds will
        bear, in fen, by fund id: nobody agreed to others."""
        known = {share.fund_id: share.more_fen for share in shares_of(self._session, found.id)}
        if known != {fund_id: fen for fund_id, fen in sums.items() if fen}:
            write_shares(self._context, found.id)
        by_unit = sorted(shares_of(self._session, found.id), key=lambda one: one.org_id)  # as their rows are taken
        for share in by_unit:
            if share.is_waiting:
                self._agree(found, share)

    def _agree(self, found: SettlementRow, share: ShareRow) -> None:
        context, session = self._context, self._session
        caller, tree, author = context.caller, context.tree, context.caller.author
        lock_unit(session, share.org_id)  # of two acts of one person at once the second counts the first
        day = bounds_of(local_day(context.now))
        asked = Asked(
            more_fen=share.more_fen,
            spent_fen=share.spent_fen,
            allocated_fen=share.allocated_fen,
            stop_at=stop_level_of(session, found.id, share.fund_id),
            settles=caller.may("settlement.write", share.org_id, tree),
            allocates=caller.may("fund.write", share.org_id, tree),
            accepted=has_accepted(session, found.id, share.fund_id, author),
            alone_fen=committed_alone(session, share.org_id, author, *day)
            + agreed_alone(session, share.org_id, author, *day),
            limit_fen=order_limit_fen(context.policies, tree, org_id=share.org_id),
        )
        self._require(why_not(asked), asked, share)
        of_it = (_shares.c.settlement_id == found.id, _shares.c.fund_id == share.fund_id)
        session.execute(update(_shares).where(*of_it).values(agreed_at=context.now, agreed_by=author))
        self.record("settlement_agreed", found, {"fund": share.code, "amount": show_money(share.more_fen)})

    def _require(self, why: Verdict | None, asked: Asked, share: ShareRow) -> None:
        unit, more = self._context.tree.by_id[share.org_id].name, show_money(share.more_fen)
        named = {"fund": share.name, "unit": unit, "more": more}
        if why == "settlement.agreement":
            raise Conflict("settlement.agreement", _AGREEMENT.format(**named), fund=share.code)
        if why == "settlement.stop_level":
            raise Conflict("settlement.stop_level", _STOP_LEVEL.format(stop=asked.stop_at, **named), fund=share.code)
        if why == "settlement.second_person":
            limit = show_money(asked.limit_fen or 0)
            raise Conflict("settlement.second_person", _SECOND_PERSON.format(limit=limit, **named), fund=share.code)
