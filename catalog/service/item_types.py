"""Item types: what policies call book, reference work, magazine. A type may have a parent, whose policies hold where it has none."""

from __future__ import annotations

from sqlalchemy import insert, update

from branches.context import Context
from catalog.models import ItemType
from catalog.reference import ITEM_TYPES
from kernel.barcodes import check_code
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text


class ItemTypeService:
    """Types are added and renamed, never deleted: copies and policies name them. A parent exists first, so there is no circle."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def create(self, code: str, name: str, parent: str | None = None) -> None:
        self._context.caller.require("settings.write")
        check_code(code)
        ITEM_TYPES.changed(self._session)
        known = ITEM_TYPES.get(self._session).by_code
        if code in known:
            raise Conflict(
                "item_type.code_taken", Text("类型代码「{c}」已存在。", "“{c}” exists already.").format(c=code)
            )
        if parent is not None and parent not in known:
            raise NotFound("item_type", parent)
        self._session.execute(insert(ItemType).values(code=code, name=name, parent=parent))
        self._context.record("settings_changed", data={"what": "item_type_created", "item_type": code})

    def rename(self, code: str, name: str) -> None:
        self._context.caller.require("settings.write")
        ITEM_TYPES.changed(self._session)
        if code not in ITEM_TYPES.get(self._session).by_code:
            raise NotFound("item_type", code)
        self._session.execute(update(ItemType).where(ItemType.code == code).values(name=name))
        self._context.record("settings_changed", data={"what": "item_type_renamed", "item_type": code})
