"""How far a shop's invoice may go above the choice, so that no price is paid that would have been refused when the book was chosen."""

from __future__ import annotations

from typing import Final

from branches.context import Context
from kernel.errors import Conflict
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.queries.funds import find_programme
from purchasing.queries.selections import find_selection
from purchasing.queries.settlements import LineRow
from purchasing.settling import ceiling_of

_ABOVE: Final = Text(
    "{line}：发票上的 {asked} 元超过可接受的上限（{most} 元）。请按选书记录付，或由有权越过限制的人接受。",
    "For {line} the invoice asks {asked} yuan, more than may be accepted ({most} yuan). Pay what was agreed, or let somebody accept it who "
    "may override limits of choosing.",
)
_OWN: Final = Text(
    "{line}是您经手选的，多付要由另一个人接受。也可以按选书记录付。",
    "You made the choice of {line}; more for it is accepted by somebody else. You may pay what was agreed.",
)


def check_accepted(context: Context, line: LineRow) -> None:
    """Raises Conflict where this line's price is not for the caller to accept: nobody accepts more for a choice they made themselves."""
    if line.selection_id is None or line.cost_fen is None or (line.charged_fen or 0) <= line.cost_fen:
        return
    choice = find_selection(context.session, line.selection_id)
    programme = find_programme(context.session, choice.programme)
    if choice.made_by == context.caller.author:
        raise Conflict("settlement.own_choice", _OWN.format(line=line.called))
    asked = line.charged_fen or 0
    most = ceiling_of(line.cost_fen, programme.rules.max_price_fen)
    if asked > most and not context.caller.may("purchase.override", programme.org_id, context.tree):
        raise Conflict(
            "settlement.above", _ABOVE.format(line=line.called, asked=show_money(asked), most=show_money(most))
        )
