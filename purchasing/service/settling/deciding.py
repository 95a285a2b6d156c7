"""Differences are settled one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import update

from kernel.errors import Conflict, Invalid
from kernel.i18n import Text
from purchasing.queries.settlements import DifferenceRow, LineRow, find_line
from purchasing.service.settling.ceiling import check_accepted
from purchasing.service.settling.parts import Settled, Settling, differences, lines
from purchasing.settling import DIFFERENCES, Kind, Resolution, outcome_of, paid_for

_NO_DIFFERENCE: Final = Text("{line}没有差异。", "Nothing differs in {line}.")
_NOT_SO: Final = Text("{line}没有“{kind}”的差异。", "What differs in {line} is not: “{kind}”.")
_WHICH: Final = Text(
    "{line}有几处差异，请说明是哪一处。", "Several things differ in {line}; say which of them you settle."
)
_NO_OPTION: Final = Text("{line}的“{kind}”不能这样处理。", "“{kind}” in {line} cannot be settled so.")
_WHY: Final = Text("{line}不付，请写明原因。", "Say why {line} is not paid.")


class Deciding(Settling):
    """What the library says to each difference."""

    def resolve(
        self, settlement_id: int, number: int, resolution: Resolution, reason: str, kind: Kind | None
    ) -> Settled:
        """What is decided may be decided anew until both sides have confirmed. What is paid for the line follows from all its
        differences."""
        found = self.take_draft(settlement_id, "library")
        line = find_line(self._session, found.id, number)
        difference = _one_of(line, kind)
        _check_option(line, difference, resolution, reason)
        if resolution == "accept":
            check_accepted(self._context, line)
        decided: dict[str, Any] = {"resolution": resolution, "reason": reason}
        decided |= {"resolved_by": self._context.caller.author, "resolved_at": self._context.now}
        self._write(differences, found.id, number, decided, differences.c.kind == difference.kind)
        made = [replace(one, resolution=resolution) if one.kind == difference.kind else one for one in line.differences]
        outcome = outcome_of(one.resolution for one in made)
        paid = paid_for(outcome, line.cost_fen, line.charged_fen)
        self._write(lines, found.id, number, {"paid_fen": paid})
        told = {
            "line": number,
            "title": line.title,
            "isbn": line.isbn,
            "difference": difference.kind,
            "resolution": resolution,
            "why": reason,
        }
        return self.changed(found, told)

    def _write(self, table: Any, settlement_id: int, number: int, values: Mapping[str, Any], *more: Any) -> None:
        same = (table.c.settlement_id == settlement_id, table.c.number == number)
        self._session.execute(update(table).where(*same, *more).values(**values))


def _one_of(line: LineRow, kind: Kind | None) -> DifferenceRow:
    """Raises where the line has no such difference, or several and none is named."""
    found = [one for one in line.differences if kind in (None, one.kind)]
    if not line.differences:
        raise Conflict("settlement.no_difference", _NO_DIFFERENCE.format(line=line.called))
    if not found:
        assert kind is not None
        message = _NOT_SO.format(kind=DIFFERENCES[kind].label, line=line.called)
        raise Conflict("settlement.no_difference", message)
    if len(found) > 1:
        raise Invalid(
            "settlement.difference",
            _WHICH.format(line=line.called),
            {"difference": [_WHICH.format(line=line.called)]},
        )
    return found[0]


def _check_option(line: LineRow, found: DifferenceRow, resolution: Resolution, reason: str) -> None:
    difference = DIFFERENCES[found.kind]
    if resolution not in difference.options:
        message = _NO_OPTION.format(kind=difference.label, line=line.called)
        raise Invalid("settlement.resolution", message, {"resolution": [message]})
    if resolution == "refuse" and not reason:
        raise Invalid("settlement.reason", _WHY.format(line=line.called), {"reason": [_WHY.format(line=line.called)]})
