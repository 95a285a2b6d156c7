"""Differences are settled one by one."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import update

from kernel.errors import Conflict, Invalid
from kernel.i18n import Text
from purchasing.queries.settlements import LineRow, find_line
from purchasing.service.settling.bearing import bear
from purchasing.service.settling.ceiling import check_accepted
from purchasing.service.settling.parts import Settled, Settling, lines
from purchasing.settling import DIFFERENCES, Resolution, borne_by_funds, paid_for

_NO_DIFFERENCE: Final = Text("这一行没有差异。", "Nothing differs in this line.")
_NO_OPTION: Final = Text("“{kind}”不能这样处理。", "“{kind}” cannot be settled so.")
_WHY: Final = Text("不付的，请写明原因。", "Say why it is not paid.")


class Deciding(Settling):
    """What the library says to each difference."""

    def resolve(self, settlement_id: int, number: int, resolution: Resolution, reason: str = "") -> Settled:
        """Settle one difference; what is decided may be decided anew until both sides have confirmed. Raises Conflict `fund.overspent`
        where the funds of the choice cannot bear a higher price."""
        found = self.take_draft(settlement_id, "library")
        line = find_line(self._session, found.id, number)
        self._check_option(line, resolution, reason)
        if resolution == "accept":
            check_accepted(self._context, line)
        paid = paid_for(resolution, line.cost_fen, line.charged_fen)
        bear(self._context, found, line, borne_by_funds(resolution, line.cost_fen, paid))
        values = {"resolution": resolution, "reason": reason, "paid_fen": paid}
        values |= {"resolved_by": self._context.caller.author, "resolved_at": self._context.now}
        self._write_line(found.id, number, values)
        return self.changed(found, {"line": number, "resolution": resolution, "why": reason})

    def _check_option(self, line: LineRow, resolution: Resolution, reason: str) -> None:
        if line.kind is None:
            raise Conflict("settlement.no_difference", _NO_DIFFERENCE)
        difference = DIFFERENCES[line.kind]
        if resolution not in difference.options:
            message = _NO_OPTION.format(kind=difference.label)
            raise Invalid("settlement.resolution", message, {"resolution": [message]})
        if resolution == "refuse" and not reason:
            raise Invalid("settlement.reason", _WHY, {"reason": [_WHY]})

    def _write_line(self, settlement_id: int, number: int, values: dict[str, Any]) -> None:
        same = (lines.c.settlement_id == settlement_id, lines.c.number == number)
        self._session.execute(update(lines).where(*same).values(values))
