"""The rules of the ledger: what settles what. Pure: the service loads the open entries and writes what is planned here.

An entry is money on a reader's account, in whole fen: owed where it is above zero (`charge payout reversal`), in the reader's
favour where below (`payment waiver refund`). Entries never change; a move says how much of one in favour settles one that is
owed. What is owed and what is in favour never stand open side by side: credit settles the oldest fee at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kernel.i18n import Text

NEW: Final = 0  # in a plan: the entry that is about to be written

OWED: Final = ("charge", "payout", "reversal")
IN_FAVOUR: Final = ("payment", "waiver", "refund")
DEPOSITS: Final = ("deposit", "deposit_return")
KINDS: Final[dict[str, Text]] = {
    "charge": Text("收费", "charge"),
    "payment": Text("缴费", "payment"),
    "waiver": Text("减免", "waiver"),
    "refund": Text("退费", "refund"),
    "reversal": Text("冲正缴费", "payment reversed"),
    "payout": Text("退还余额", "credit paid out"),
    "deposit": Text("收押金", "deposit taken"),
    "deposit_return": Text("退押金", "deposit given back"),
}
CAUSES: Final[dict[str, Text]] = {
    "overdue": Text("逾期费", "overdue fine"),
    "lost": Text("图书丢失", "book lost"),
    "damaged": Text("图书损坏", "book damaged"),
    "processing": Text("加工费", "processing fee"),
    "rental": Text("租借费", "rental fee"),
    "hold": Text("预约费", "hold fee"),
    "other": Text("其他收费", "other fee"),
}
METHODS: Final[dict[str, Text]] = {
    "cash": Text("现金", "cash"),
    "wechat": Text("微信", "WeChat Pay"),
    "alipay": Text("支付宝", "Alipay"),
    "card": Text("刷卡", "card"),
    "transfer": Text("转账", "bank transfer"),
    "deposit": Text("押金抵扣", "from the deposit"),
    "other": Text("其他方式", "another way"),
}


ALONE_FEN: Final = 200_00  # above it two persons decide that money is let go or given back
BRANCH_ALONE_FEN: Final = 20_00  # above it a branch asks its hub
# What is given within it counts together, so that no limit is evaded by many small acts. Each of these by itself: money that is refunded
# and then paid out is given once.
COUNTED_FOR: Final = timedelta(days=1)
LETTING_GO: Final = ("waiver", "refund")
HANDING_OUT: Final = ("payout", "deposit_return")


def needs_another(fen: int, so_far: int, *, may_approve: bool) -> bool:
    """Whether giving `fen` more, beside what counts together with it, takes a second person."""
    return fen + so_far > (ALONE_FEN if may_approve else BRANCH_ALONE_FEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry as far as settling goes: its signed amount and how much of it, always counted up from nought, is used."""

    id: int
    fen: int
    used: int = 0

    @property
    def left(self) -> int:
        """Of a fee what is still to be paid, of a payment what is still to be used."""
        return abs(self.fen) - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """`fen` of the entry in favour settles the one that is owed; below zero it takes back what was settled."""

    favour_id: int
    owed_id: int
    fen: int


def balance(fens: Iterable[int]) -> int:
    """What is owed; below zero it is credit."""
    return sum(fens)


def plan_charge(fen: int, credits: Sequence[Line]) -> list[Move]:
    """Credit that is there settles a new fee at once."""
    return _match(credits, [Line(id=NEW, fen=fen)])


def plan_payment(fen: int, fees: Sequence[Line], against: Collection[int] = ()) -> list[Move]:
    """The fees chosen by `against`, else all, oldest first; what is left over is credit."""
    return _match([Line(id=NEW, fen=-fen)], [fee for fee in fees if not against or fee.id in against])


def plan_waiver(fen: int, fee: Line) -> list[Move]:
    """Settles a fee without money, as far as it is open."""
    return _match([Line(id=NEW, fen=-fen)], [fee])


def plan_refund(fen: int, fee_id: int, moves: Sequence[Move]) -> list[Move]:
    """Frees of the payments, the latest first, what was paid on a fee that is no longer due; the refund takes their place.

    `moves` are those of payments on this fee: what was waived was never paid and is refunded to nobody.
    """
    return [*_release(moves, fen), Move(favour_id=NEW, owed_id=fee_id, fen=fen)]


def plan_reversal(payment: Line, moves: Sequence[Move]) -> list[Move]:
    """A payment that was none: its fees are open again, and it settles nothing but its own reversal."""
    paid = net(moves)
    return [*_release(moves, sum(paid.values())), Move(favour_id=payment.id, owed_id=NEW, fen=-payment.fen)]


def bars_reversal(settled: Collection[str]) -> str | None:
    """The code of what keeps a payment from being reversed, by the kinds of what it settles; None where it may be."""
    if "reversal" in settled:
        return "payment.reversed"
    return "payment.paid_out" if "payout" in settled else None


def plan_payout(fen: int, credits: Sequence[Line]) -> list[Move]:
    """Credit handed out."""
    return _match(credits, [Line(id=NEW, fen=fen)])


def plan_settling(credits: Sequence[Line], fees: Sequence[Line]) -> list[Move]:
    """What was freed settles what is open."""
    return _match(credits, fees)


def net(moves: Iterable[Move]) -> dict[tuple[int, int], int]:
    """What is settled between each two entries, all moves taken together; pairs in the order in which they first met."""
    settled: dict[tuple[int, int], int] = {}
    for move in moves:
        pair = (move.favour_id, move.owed_id)
        settled[pair] = settled.get(pair, 0) + move.fen
    return {pair: fen for pair, fen in settled.items() if fen}


def _match(credits: Sequence[Line], debts: Sequence[Line]) -> list[Move]:
    """Oldest with oldest, until one side is used up."""
    moves, left = [], {line.id: line.left for line in credits}
    for debt in debts:
        open_fen = debt.left
        for credit in credits:
            fen = min(open_fen, left[credit.id])
            if fen > 0:
                moves.append(Move(favour_id=credit.id, owed_id=debt.id, fen=fen))
                left[credit.id] -= fen
                open_fen -= fen
    return moves


def _release(moves: Sequence[Move], fen: int) -> list[Move]:
    """Takes back `fen` of what these moves settled, the latest first."""
    released = []
    for (favour_id, owed_id), settled in reversed(net(moves).items()):
        back = min(settled, fen)
        if back > 0:
            released.append(Move(favour_id=favour_id, owed_id=owed_id, fen=-back))
            fen -= back
    return released
