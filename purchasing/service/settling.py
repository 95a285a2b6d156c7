"""Settling with shops: gathering, the invoice, differences one by one, both sides' word, payment.

Rows are locked in one order: settlement, choices, funds. An invoice that is entered anew begins the comparison anew. Every change takes
back what was confirmed before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, update

from branches.context import Context
from branches.tree import Unit
from kernel.bulk import insert_rows
from kernel.clock import local_day
from kernel.db import table_of
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.i18n import Text
from kernel.money import show_money
from kernel.writes import insert_into
from purchasing.programmes import split
from purchasing.queries.settlements import (
    Gathered,
    LineRow,
    SettlementRow,
    borne_by,
    count_open,
    digest_of,
    elsewhere,
    find_draft,
    find_line,
    find_settlement,
    gather,
    invoice_known,
    lines_of,
    total_of,
)
from purchasing.service.ceiling import check_accepted
from purchasing.service.funds import charge
from purchasing.settlement_models import Settlement, SettlementLine
from purchasing.settling import (
    DIFFERENCES,
    NOWHERE,
    SIDES,
    InvoiceLine,
    Pair,
    Resolution,
    Side,
    Span,
    borne_by_funds,
    compare,
    paid_for,
)
from purchasing.states import SETTLEMENT_STATUSES

MOST_LINES: Final = 10_000
RIGHTS: Final[dict[Side, str]] = {"library": "settlement.write", "shop": "settlement.confirm"}
_settlements, _lines = table_of(Settlement), table_of(SettlementLine)

_STATE: Final = Text("这份结算{now}，不能再改。", "This settlement is {now}; it cannot be changed any more.")
_NOT_YET: Final = Text("{first} 还没有到。", "{first} has not come yet.")
_EXISTS: Final = Text(
    "{shop} {period} 的结算已在核对（第 {id} 号）。",
    "{shop} has a settlement of {period} being checked already (no. {id}).",
)
_TOO_MANY: Final = Text("超过 {n} 册。请把期间分短。", "These are more than {n} copies. Take shorter periods.").format(
    n=MOST_LINES
)
_INVOICE_KNOWN: Final = Text(
    "发票 {number} 已用于 {period} 的结算（第 {id} 号）。",
    "The invoice {number} belongs to the settlement of {period} (no. {id}).",
)
_NO_DIFFERENCE: Final = Text("这一行没有差异。", "Nothing differs in this line.")
_NO_OPTION: Final = Text("“{kind}”不能这样处理。", "“{kind}” cannot be settled so.")
_WHY: Final = Text("不付的，请写明原因。", "Say why it is not paid.")
_OPEN: Final = Text(
    "还有 {n} 处差异没有处理。请逐条处理后再确认。", "{n} differences are not settled yet. Settle each, then confirm."
)
_CHANGED: Final = Text(
    "这份结算在您打开之后改过。请看过新的内容再确认。",
    "This settlement was changed since you opened it. Look at it again, then confirm.",
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A settlement after an act. `taken_back`: whose confirmation the act undid."""

    settlement: SettlementRow
    taken_back: tuple[Side, ...] = ()


class SettlementService:
    """What the library and a shop do until the shop is paid."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def make(self, shop_code: str, span: Span) -> Settled:
        """Begin a settlement with the choices of a period that stand in no other. Raises Conflict where one is being checked already."""
        context = self._context
        shop = context.tree.unit(shop_code)
        context.caller.require_at("settlement.write", shop.id, context.tree, thing="shop", key=shop_code)
        if shop.kind != "shop":
            raise NotFound("shop", shop_code)
        if span.first_on > local_day(context.now):
            message = _NOT_YET.format(first=span.first_on.isoformat())
            raise Invalid("settlement.period", message, {"period": [message]})
        made = self._begin(shop, span)
        gathered = self._gather(shop.id, span)
        self._write_lines(made, gathered, compare([one.choice for one in gathered], None, NOWHERE))
        self._set(made, {"total_fen": total_of(self._session, made)})
        return self._done("settlement_made", made, {"lines": len(gathered)})

    def gather_again(self, settlement_id: int) -> Settled:
        """Take in what was chosen, and leave out what was called off, since the settlement was begun; the invoice is to be entered anew."""
        found = self._draft(settlement_id, "library")
        gathered = self._gather(found.shop_id, found.span, beside=found.id)
        self._compare_anew(found, gathered, None, {"invoice_number": None, "invoice_on": None, "invoice_fen": None})
        return self._changed(found, {"lines": len(gathered)})

    def enter_invoice(self, settlement_id: int, number: str, on: date, lines: Sequence[InvoiceLine]) -> Settled:
        """Compare the shop's invoice, line by line, with what was chosen. What was decided by an earlier invoice is forgotten."""
        found = self._draft(settlement_id, "library", "shop")
        if sum(line.copies for line in lines) > MOST_LINES:
            raise Invalid("settlement.too_many", _TOO_MANY, {"lines": [_TOO_MANY]})
        known = invoice_known(self._session, found.shop_id, number, beside=found.id)
        if known is not None:
            message = _INVOICE_KNOWN.format(number=number, period=str(known.span), id=known.id)
            raise Conflict("settlement.invoice_known", message, id=known.id)
        gathered = self._gather(found.shop_id, found.span, beside=found.id)
        asked = sum(_asked_by(line) for line in lines)
        self._compare_anew(found, gathered, lines, {"invoice_number": number, "invoice_on": on, "invoice_fen": asked})
        return self._changed(found, {"invoice": number, "lines": len(lines)})

    def resolve(self, settlement_id: int, number: int, resolution: Resolution, reason: str = "") -> Settled:
        """Settle one difference; what is decided may be decided anew until both sides have confirmed. Raises Conflict `fund.overspent`
        where the funds of the choice cannot bear a higher price."""
        found = self._draft(settlement_id, "library")
        line = find_line(self._session, found.id, number)
        self._check_option(line, resolution, reason)
        if resolution == "accept":
            check_accepted(self._context, line)
        paid = paid_for(resolution, line.cost_fen, line.charged_fen)
        self._let_funds_bear(found, line, borne_by_funds(resolution, line.cost_fen, paid))
        values = {"resolution": resolution, "reason": reason, "paid_fen": paid}
        values |= {"resolved_by": self._context.caller.author, "resolved_at": self._context.now}
        self._set_line(found.id, number, values)
        return self._changed(found, {"line": number, "resolution": resolution, "why": reason})

    def confirm(self, settlement_id: int, side: Side | None = None, version: int | None = None) -> Settled:
        """One side's word that the settlement is right as it stands (`version`, where it is named). With the second side's it is frozen.
        To confirm again changes nothing."""
        found = self._find(settlement_id, *RIGHTS, lock=True)
        side = self._side(found, side)
        self._check_draft(found)
        if version is not None and version != found.version:
            raise Conflict("settlement.changed", _CHANGED)
        if found.confirmed_by(side) is not None:
            return Settled(settlement=found)
        self._check_confirmable(found, side)
        now, author = self._context.now, self._context.caller.author
        self._set(
            found.id,
            {f"{side}_confirmed_at": now, f"{side}_confirmed_by": author, f"{side}_taken_back_at": None},
        )
        self._record("settlement_confirmed", found, {"side": side})
        confirmed = find_settlement(self._session, found.id)
        if confirmed.library_confirmed_by and confirmed.shop_confirmed_by:
            return self._freeze(confirmed)
        return Settled(settlement=confirmed)

    def pay(self, settlement_id: int, on: date, reference: str) -> Settled:
        """Note that a frozen settlement was paid, once."""
        found = self._find(settlement_id, "library", lock=True)
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
        self._set(found.id, {"status": "paid", "paid_on": on, "paid_reference": reference, "paid_by": author})
        return self._done("settlement_paid", found.id, {"on": on.isoformat(), "reference": reference})

    def discard(self, settlement_id: int, reason: str) -> Settled:
        """Give up a draft: its choices may be settled in another, and the funds bear what they did before."""
        found = self._draft(settlement_id, "library")
        self._undo_resolutions(found)
        self._release(found.id)
        self._set(
            found.id,
            {
                "status": "discarded",
                "discarded_at": self._context.now,
                "discarded_by": self._context.caller.author,
                "discard_reason": reason,
            },
        )
        return self._done("settlement_discarded", found.id, {"why": reason})

    def _begin(self, shop: Unit, span: Span) -> int:
        """An empty draft. Of two that are begun at once the database lets one through."""
        values = {"shop_id": shop.id, "first_on": span.first_on, "last_on": span.last_on, "status": "draft"}
        values |= {"version": 1, "total_fen": 0, "made_at": self._context.now, "made_by": self._context.caller.author}
        statement = insert_into(self._session, _settlements).values(values).on_conflict_do_nothing()
        made: int | None = self._session.execute(statement.returning(_settlements.c.id)).scalar()
        if made is None:
            same = find_draft(self._session, shop.id, span)
            message = _EXISTS.format(shop=shop.name, period=str(span), id=same.id)
            raise Conflict("settlement.exists", message, id=same.id)
        return made

    # --- who may

    def _draft(self, settlement_id: int, *sides: Side) -> SettlementRow:
        """A settlement that may be changed, its row taken."""
        found = self._find(settlement_id, *sides, lock=True)
        self._check_draft(found)
        return found

    def _find(self, settlement_id: int, *sides: Side, lock: bool = False) -> SettlementRow:
        """A settlement for which the caller may act on one of these sides; another one's is answered as absent."""
        caller, tree = self._context.caller, self._context.tree
        found = find_settlement(self._session, settlement_id, lock=lock)
        rights = [RIGHTS[side] for side in sides]
        if not any(caller.may(right, found.shop_id, tree) for right in rights):
            if not any(caller.holds(right) for right in rights):
                raise Forbidden(rights[0])
            raise NotFound("settlement", settlement_id)
        return found

    def _side(self, found: SettlementRow, side: Side | None) -> Side:
        """The side for which the caller speaks. Who may for both has to say which."""
        caller, tree = self._context.caller, self._context.tree
        mine = [one for one, right in RIGHTS.items() if caller.may(right, found.shop_id, tree)]
        if side is None and len(mine) > 1:
            raise Invalid("settlement.side", _WHICH_SIDE, {"side": [_WHICH_SIDE]})
        if side is not None and side not in mine:
            raise Forbidden(RIGHTS[side])
        return side or mine[0]

    # --- what stands against it

    def _check_draft(self, found: SettlementRow) -> None:
        if found.status != "draft":
            raise Conflict("settlement.state", _STATE.format(now=SETTLEMENT_STATUSES[found.status].label))

    def _check_option(self, line: LineRow, resolution: Resolution, reason: str) -> None:
        if line.kind is None:
            raise Conflict("settlement.no_difference", _NO_DIFFERENCE)
        difference = DIFFERENCES[line.kind]
        if resolution not in difference.options:
            message = _NO_OPTION.format(kind=difference.label)
            raise Invalid("settlement.resolution", message, {"resolution": [message]})
        if resolution == "refuse" and not reason:
            raise Invalid("settlement.reason", _WHY, {"reason": [_WHY]})

    def _check_confirmable(self, found: SettlementRow, side: Side) -> None:
        waiting = count_open(self._session, [found.id]).get(found.id, 0)
        if waiting:
            raise Conflict("settlement.differences", _OPEN.format(n=waiting), open=waiting)
        other: Side = "shop" if side == "library" else "library"
        if found.confirmed_by(other) == self._context.caller.author:
            raise Conflict("settlement.same_person", _SAME_PERSON.format(side=SIDES[other]))

    # --- lines

    def _gather(self, shop_id: int, span: Span, *, beside: int | None = None) -> list[Gathered]:
        gathered = gather(self._session, shop_id, span, beside=beside, most=MOST_LINES)
        if len(gathered) > MOST_LINES:
            raise Invalid("settlement.too_many", _TOO_MANY, {"period": [_TOO_MANY]})
        return gathered

    def _compare_anew(
        self,
        found: SettlementRow,
        gathered: Sequence[Gathered],
        lines: Sequence[InvoiceLine] | None,
        values: dict[str, Any],
    ) -> None:
        self._undo_resolutions(found)
        self._session.execute(delete(_lines).where(_lines.c.settlement_id == found.id))
        isbns = {line.isbn for line in lines or () if line.isbn}
        other = elsewhere(self._session, found.shop_id, found.span, isbns, beside=found.id)
        self._write_lines(found.id, gathered, compare([one.choice for one in gathered], lines, other))
        self._set(found.id, values)

    def _write_lines(self, settlement_id: int, gathered: Sequence[Gathered], pairs: Sequence[Pair]) -> None:
        known = {one.choice.id: one for one in gathered}
        rows = [
            {"settlement_id": settlement_id, "number": number} | _line_of(pair, known)
            for number, pair in enumerate(pairs, start=1)
        ]
        insert_rows(self._session, _lines, rows)

    def _undo_resolutions(self, found: SettlementRow) -> None:
        """Before lines go, the funds bear again what they did at the choice."""
        for line in lines_of(self._session, found.id):
            if borne_by_funds(line.resolution, line.cost_fen, line.paid_fen):
                self._let_funds_bear(found, line, 0)

    def _let_funds_bear(self, found: SettlementRow, line: LineRow, more_fen: int) -> None:
        """Charge or give back, to the funds that paid for the choice and by their parts, until they bear `more_fen` more than then."""
        if line.selection_id is None:
            return
        assert line.cost_fen is not None
        borne = borne_by(self._session, line.selection_id)
        wanted = split(line.cost_fen + more_fen, borne.chosen)
        parts = {
            fund_id: fen - borne.chosen[fund_id] - borne.settled.get(fund_id, 0) for fund_id, fen in wanted.items()
        }
        parts = {fund_id: fen for fund_id, fen in parts.items() if fen}
        if parts:
            note = f"{found.span} #{found.id}/{line.number}"
            charge(self._context, "settlement", parts, selection_id=line.selection_id, note=note)

    def _release(self, settlement_id: int, *, only_later: bool = False) -> None:
        """Let choices be settled in another settlement."""
        statement = update(_lines).where(_lines.c.settlement_id == settlement_id, _lines.c.is_standing)
        if only_later:
            statement = statement.where(_lines.c.resolution == "later")
        self._session.execute(statement.values(is_standing=False))

    # --- ends of acts

    def _changed(self, found: SettlementRow, data: dict[str, Any]) -> Settled:
        """Sum up anew, and take back what was confirmed of the state before."""
        taken_back = tuple(side for side in RIGHTS if found.confirmed_by(side) is not None)
        values: dict[str, Any] = {"version": found.version + 1, "total_fen": total_of(self._session, found.id)}
        for side in taken_back:
            values |= {f"{side}_confirmed_at": None, f"{side}_confirmed_by": None}
            values[f"{side}_taken_back_at"] = self._context.now
        self._set(found.id, values)
        self._record("settlement_changed", found, data | {"taken_back": list(taken_back)})
        return Settled(settlement=find_settlement(self._session, found.id), taken_back=taken_back)

    def _freeze(self, confirmed: SettlementRow) -> Settled:
        """Seal what both have confirmed. Lines left for the next period let go of their choices."""
        self._release(confirmed.id, only_later=True)
        self._set(confirmed.id, {"frozen_at": self._context.now})
        sealed = digest_of(find_settlement(self._session, confirmed.id), lines_of(self._session, confirmed.id))
        self._set(confirmed.id, {"status": "frozen", "digest": sealed})
        return self._done("settlement_frozen", confirmed.id, {"total": show_money(confirmed.total_fen)})

    def _done(self, act: str, settlement_id: int, data: dict[str, Any]) -> Settled:
        found = find_settlement(self._session, settlement_id)
        self._record(act, found, data)
        return Settled(settlement=found)

    def _record(self, act: str, found: SettlementRow, data: dict[str, Any]) -> None:
        told = {"settlement": found.id, "period": str(found.span)}
        told |= {name: value for name, value in data.items() if value}
        self._context.record(act, org_id=found.shop_id, data=told)

    def _set(self, settlement_id: int, values: dict[str, Any]) -> None:
        self._session.execute(update(_settlements).where(_settlements.c.id == settlement_id).values(values))

    def _set_line(self, settlement_id: int, number: int, values: dict[str, Any]) -> None:
        same = (_lines.c.settlement_id == settlement_id, _lines.c.number == number)
        self._session.execute(update(_lines).where(*same).values(values))


def _asked_by(line: InvoiceLine) -> int:
    """The sum of a line as it stands on the invoice."""
    return line.asked_fen if line.asked_fen is not None else (line.price_fen or 0) * line.copies


def _line_of(pair: Pair, known: dict[int, Gathered]) -> dict[str, Any]:
    choice, copy = pair.choice, pair.copy
    gathered = known[choice.id] if choice is not None else None
    return {
        "selection_id": choice.id if choice else None,
        "is_standing": choice is not None,
        "isbn": choice.isbn if choice else copy.isbn if copy else "",
        "title": choice.title if choice else copy.title[:300] if copy else "",
        "item": gathered.item if gathered else None,
        "programme": gathered.programme if gathered else None,
        "chosen_on": gathered.chosen_on if gathered else None,
        "price_fen": choice.price_fen if choice else None,
        "cost_fen": choice.cost_fen if choice else None,
        "invoice_row": copy.row if copy else None,
        "invoiced_price_fen": copy.price_fen if copy else None,
        "charged_fen": pair.charged_fen,
        "kind": pair.kind,
        "resolution": None,
        "reason": "",
        "resolved_by": None,
        "resolved_at": None,
        "paid_fen": paid_for(None, choice.cost_fen if choice else None, pair.charged_fen),
    }
