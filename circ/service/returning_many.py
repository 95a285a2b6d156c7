"""Many returns in one go: an answer for each line, and no bad line costs the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from branches.context import Context
from circ.commands import CheckIn, CheckInMany
from circ.service.answers import ReturnLine
from circ.service.returning import check_in
from kernel.errors import DomainError

A_MOMENT: Final = timedelta(microseconds=1)


def check_in_many(context: Context, command: CheckInMany) -> list[ReturnLine]:
    """Take the books in, each by itself, in the order of their barcodes, so that two carts never wait for each other; the answers stand in
    the order in which the books were named. Each has an instant of its own, by which what it cost is told from what the others cost."""
    order = sorted(range(len(command.items)), key=lambda number: command.items[number])
    lines = {
        number: _take_in(replace(context, now=context.now + place * A_MOMENT), command, command.items[number])
        for place, number in enumerate(order)
    }
    return [lines[number] for number in range(len(command.items))]


def _take_in(context: Context, command: CheckInMany, barcode: str) -> ReturnLine:
    one = CheckIn(
        item=barcode,
        at=command.at,
        returned_at=command.returned_at,
        counts_use=command.counts_use,
        override=command.override,
    )
    try:
        with context.session.begin_nested():
            return ReturnLine(barcode=barcode, returned=check_in(context, one))
    except DomainError as error:
        return ReturnLine(barcode=barcode, error=error)
