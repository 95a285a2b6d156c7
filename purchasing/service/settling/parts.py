"""What all acts on settlements share: the settlement found and locked, its side, its trace, and what a change takes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, update

from branches.context import Context
from kernel.db import table_of
from kernel.errors import Conflict, Forbidden, NotFound
from kernel.i18n import Text
from purchasing.queries.settlement_shares import shares_of
from purchasing.queries.settlements import SettlementRow, count_open, find_settlement, total_of
from purchasing.service.settling.bearing import write_shares
from purchasing.settlement_models import Settlement, SettlementDifference, SettlementLine
from purchasing.settling import Side
from purchasing.states import SETTLEMENT_STATUSES

RIGHTS: Final[dict[Side, str]] = {"library": "settlement.write", "shop": "settlement.confirm"}
settlements, lines, differences = table_of(Settlement), table_of(SettlementLine), table_of(SettlementDifference)
_STATE: Final = Text("这份结算{now}，不能再改。", "This settlement is {now}; it cannot be changed any more.")
_OPEN: Final = Text(
    "还有 {n} 处差异没有处理。请逐条处理后再确认。", "{n} differences are not settled yet. Settle each, then confirm."
)
_CHANGED: Final = Text(
    "这份结算在您打开之后改过。请看过新的内容再确认。",
    "This settlement was changed since you opened it. Look at it again, then confirm.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A settlement after an act. `taken_back`: whose confirmation the act undid."""

    settlement: SettlementRow
    taken_back: tuple[Side, ...] = ()


class Settling:
    """The steps that drafting, confirming and paying have in common."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def take_draft(self, settlement_id: int, *sides: Side) -> SettlementRow:
        """A settlement that may be changed, its row taken."""
        found = self.find(settlement_id, *sides, lock=True)
        self.check_draft(found)
        return found

    def find(self, settlement_id: int, *sides: Side, lock: bool = False) -> SettlementRow:
        """A settlement for which the caller may act on one of these sides; another one's is answered as absent."""
        caller, tree = self._context.caller, self._context.tree
        found = find_settlement(self._session, settlement_id, lock=lock)
        rights = [RIGHTS[side] for side in sides]
        if not any(caller.may(right, found.shop_id, tree) for right in rights):
            if not any(caller.holds(right) for right in rights):
                raise Forbidden(rights[0])
            raise NotFound("settlement", settlement_id)
        return found

    def find_seen(self, settlement_id: int, right: str, *, lock: bool = False) -> SettlementRow:
        """A settlement for whoever holds a right at its shop, or at the unit of a fund that it makes bear another sum; another one's is
        answered as absent."""
        caller, tree = self._context.caller, self._context.tree
        caller.require(right)
        found = find_settlement(self._session, settlement_id, lock=lock)
        concerned = [found.shop_id, *(share.org_id for share in shares_of(self._session, found.id))]
        if not any(caller.may(right, unit_id, tree) for unit_id in concerned):
            raise NotFound("settlement", settlement_id)
        return found

    def check_draft(self, found: SettlementRow) -> None:
        if found.status != "draft":
            raise Conflict("settlement.state", _STATE.format(now=SETTLEMENT_STATUSES[found.status].label))

    def check_version(self, found: SettlementRow, version: int | None) -> None:
        """Raises Conflict where it was changed since it was looked at."""
        if version is not None and version != found.version:
            raise Conflict("settlement.changed", _CHANGED)

    def check_settled(self, found: SettlementRow) -> None:
        """Raises Conflict where a difference is open."""
        waiting = count_open(self._session, [found.id]).get(found.id, 0)
        if waiting:
            raise Conflict("settlement.differences", _OPEN.format(n=waiting), open=waiting)

    # --- writing

    def write(self, settlement_id: int, values: dict[str, Any]) -> None:
        self._session.execute(update(settlements).where(settlements.c.id == settlement_id).values(values))

    def release(self, settlement_id: int, *, only_later: bool = False) -> None:
        """Let choices be settled in another settlement."""
        statement = update(lines).where(lines.c.settlement_id == settlement_id, lines.c.is_standing)
        if only_later:
            waits = (differences.c.settlement_id == settlement_id, differences.c.resolution == "later")
            statement = statement.where(lines.c.number.in_(select(differences.c.number).where(*waits)))
        self._session.execute(statement.values(is_standing=False))

    # --- ends of acts

    def changed(self, found: SettlementRow, data: dict[str, Any]) -> Settled:
        """Sum up anew, and take back what was confirmed, and agreed to, of the state before."""
        taken_back = tuple(side for side in RIGHTS if found.confirmed_by(side) is not None)
        values: dict[str, Any] = {"version": found.version + 1, "total_fen": total_of(self._session, found.id)}
        for side in taken_back:
            values |= {f"{side}_confirmed_at": None, f"{side}_confirmed_by": None}
            values[f"{side}_taken_back_at"] = self._context.now
        self.write(found.id, values)
        undone = [share.code for share in shares_of(self._session, found.id) if share.agreed_by is not None]
        write_shares(self._context, found.id)
        self.record("settlement_changed", found, data | {"taken_back": list(taken_back), "no_longer_agreed": undone})
        return Settled(settlement=find_settlement(self._session, found.id), taken_back=taken_back)

    def done(self, act: str, settlement_id: int, data: dict[str, Any]) -> Settled:
        found = find_settlement(self._session, settlement_id)
        self.record(act, found, data)
        return Settled(settlement=found)

    def record(self, act: str, found: SettlementRow, data: dict[str, Any]) -> None:
        told = {"settlement": found.id, "period": str(found.span)}
        told |= {name: value for name, value in data.items() if value}
        self._context.record(act, org_id=found.shop_id, data=told)
