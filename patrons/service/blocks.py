"""Blocks: why a reader may not borrow, everywhere (`network`) or at one unit and below it (`local`), until a day or until lifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import insert, select, update

from branches.context import Context
from kernel.clock import local_day
from kernel.errors import Forbidden, Invalid, NotFound
from kernel.i18n import Text
from patrons.models import Block, Patron
from patrons.queries import BlockRow, find_patron
from patrons.service.finding import find_for


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBlock:
    """A block to be. `until` is its last day. `at`: the unit of a local block; else the caller's own. `except_own_items`: what belongs
    to the unit that sets it may be borrowed all the same."""

    reason: str
    scope: Literal["network", "local"]
    until: date | None = None
    at: str | None = None
    except_own_items: bool = False


class BlockService:
    """Setting and lifting blocks. A block that ended is kept, for the reader may ask why."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def block(self, barcode: str, new: NewBlock) -> BlockRow:
        """Stop a reader's borrowing: network-wide at their home, or locally where the caller may block."""
        today = local_day(self._context.now)
        if new.until is not None and new.until < today:
            detail = Text("停借截止日已经过去。", "The last day of the block is past.")
            raise Invalid("block.until", detail, {"until": [detail]})
        if new.scope == "network":
            patron = find_for(self._context, barcode, "patron.block", lock=True)
            org_id = patron.home_id
        else:
            org_id = self._own_place(new.at)
            patron = find_patron(self._session, barcode, self._context.tree, at=org_id, lock=True)
        values = {
            "patron_id": patron.id,
            "org_id": org_id,
            "scope": new.scope,
            "reason": new.reason,
            "except_own_items": new.except_own_items,
            "until": new.until,
            "created_at": self._context.now,
            "created_by": self._context.caller.author,
        }
        block_id: int = self._session.execute(insert(Block).values(values).returning(Block.id)).scalar_one()
        _note(self._context, "patron_blocked", patron.id, org_id, block_id, new.scope)
        return BlockRow(
            id=block_id,
            org_id=org_id,
            scope=new.scope,
            reason=new.reason,
            except_own_items=new.except_own_items,
            until=new.until,
            created_at=self._context.now,
            created_by=self._context.caller.author,
        )

    def unblock(self, barcode: str, block_id: int) -> None:
        """Lift a block where the caller might have set it."""
        context = self._context
        context.caller.require("patron.block")
        patron = find_patron(self._session, barcode, context.tree, at=context.caller.own_unit(), lock=True)
        mine = select(Block).where(Block.id == block_id, Block.patron_id == patron.id, Block.ended_at.is_(None))
        block = self._session.scalar(mine)
        if block is None:
            raise NotFound("block", block_id)
        context.caller.require_at("patron.block", block.org_id, context.tree, thing="block", key=block_id)
        self._session.execute(update(Block).where(Block.id == block_id).values(ended_at=context.now))
        _note(context, "patron_unblocked", patron.id, block.org_id, block_id, block.scope)

    def _own_place(self, code: str | None) -> int:
        caller, tree = self._context.caller, self._context.tree
        if code is not None:
            unit = tree.unit(code)
            caller.require_at("patron.block", unit.id, tree, key=code)
            return unit.id
        place = next((org_id for org_id in caller.home_units() if caller.may("patron.block", org_id, tree)), None)
        if place is not None:
            return place
        if caller.kind == "system":
            detail = Text("请写明在哪个馆停借（at）。", "Say at which unit the block holds (at).")
            raise Invalid("block.at", detail, {"at": [detail]})
        raise Forbidden("patron.block")


def block_by_rule(context: Context, patron_id: int, home_id: int, reason: str, until: date) -> int:
    """Stop a reader's borrowing network-wide because the policies say so; returns the block's number. Asks no right."""
    values = {
        "patron_id": patron_id,
        "org_id": home_id,
        "scope": "network",
        "reason": reason,
        "until": until,
        "created_at": context.now,
        "created_by": context.caller.author,
    }
    block_id: int = context.session.execute(insert(Block).values(values).returning(Block.id)).scalar_one()
    _note(context, "patron_blocked", patron_id, home_id, block_id, "network")
    return block_id


def lift_by_rule(context: Context, block_id: int) -> None:
    """Lift a block that the policies set, because what it was set for was undone. Asks no right."""
    lifted = update(Block).where(Block.id == block_id).values(ended_at=context.now)
    row = context.session.execute(lifted.returning(Block.patron_id, Block.org_id, Block.scope)).one()
    _note(context, "patron_unblocked", row.patron_id, row.org_id, block_id, row.scope)


def _note(context: Context, act: str, patron_id: int, org_id: int, block_id: int, scope: str) -> None:
    context.session.execute(update(Patron).where(Patron.id == patron_id).values(version=Patron.version + 1))
    context.record(act, org_id=org_id, patron_id=patron_id, data={"block": block_id, "scope": scope})
