"""Patron categories: what policies call adult, child, senior."""

from __future__ import annotations

from sqlalchemy import insert, update

from branches.context import Context
from kernel.barcodes import check_code
from kernel.errors import Conflict, NotFound
from kernel.i18n import Text
from patrons.models import PatronCategory
from patrons.reference import CATEGORIES


class CategoryService:
    """Categories are added and renamed, never deleted: readers and policies name them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def create(self, code: str, name: str) -> None:
        self._context.caller.require("settings.write")
        check_code(code)
        CATEGORIES.changed(self._session)
        if code in CATEGORIES.get(self._session):
            raise Conflict(
                "category.code_taken", Text("类别代码「{c}」已存在。", "“{c}” exists already.").format(c=code)
            )
        self._session.execute(insert(PatronCategory).values(code=code, name=name))
        self._context.record("settings_changed", data={"what": "category_created", "category": code})

    def rename(self, code: str, name: str) -> None:
        self._context.caller.require("settings.write")
        CATEGORIES.changed(self._session)
        if code not in CATEGORIES.get(self._session):
            raise NotFound("category", code)
        self._session.execute(update(PatronCategory).where(PatronCategory.code == code).values(name=name))
        self._context.record("settings_changed", data={"what": "category_renamed", "category": code})
