"""Programmes: set up, changed, paused. What the books of a programme are lent under beside its rules are policies for its item type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, insert, update

from branches.context import Context
from branches.policy import CRITERIA, Row
from branches.reference import POLICIES
from branches.service.policies import NewRow, PolicyService, as_new
from branches.tree import Unit
from catalog.reference import ITEM_TYPES
from catalog.service.item_types import ItemTypeService
from circ.policies.money import MONEY
from kernel.barcodes import check_code
from kernel.db import table_of
from kernel.errors import Conflict, Invalid, NotFound, Stale
from kernel.i18n import Text
from purchasing.budget_models import Programme, ProgrammeFund
from purchasing.kinds import KINDS
from purchasing.programmes import Programme as ProgrammeValue
from purchasing.programmes import Rules, rules_to_json
from purchasing.queries.funds import find_fund, find_programme
from purchasing.service.funds import FundService

_programmes, _shares = table_of(Programme), table_of(ProgrammeFund)
RETURN_TO: Final = "accept_returns"
_OF_PROGRAMMES: Final = "chosen-"  # with the code of a programme the item type of its books
LONGEST_CODE: Final = 25
LATE: Final = tuple(setting.name for setting in MONEY if setting.group == "money")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """Policies for the books of a programme: where they may be returned, and what lateness costs, by the names of the settings."""

    return_to: str | None = None
    late: Mapping[str, Any] = field(default_factory=dict)

    def as_policies(self) -> dict[str, Any]:
        return dict(self.late) | ({RETURN_TO: self.return_to} if self.return_to is not None else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A programme as somebody writes it. `funds` are (code, share); with `budget_fen` instead it gets a fund of its own. `library` is where
    its books belong, its own unit where nothing is said; `like` the item type whose policies hold where it has none of its own."""

    name: str
    org: str
    starts_on: date
    ends_on: date
    funds: tuple[tuple[str, int], ...] = ()
    budget_fen: int | None = None
    library: str | None = None
    like: str | None = None
    warn_at: int = 80
    stop_at: int = 100
    is_paused: bool = False
    rules: Rules = field(default_factory=Rules)
    terms: LoanTerms = field(default_factory=LoanTerms)


class ProgrammeService:
    """Programmes of units where the caller may set them up."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._session = context.session

    def create(self, code: str, draft: Draft) -> ProgrammeValue:
        """Raises Conflict where the code is taken, Invalid naming every field that does not hold."""
        context = self._context
        unit = self._unit(draft.org)
        check_code(code)
        self._refuse_taken(code)
        if len(code) > LONGEST_CODE:
            message = Text("活动代码最多 {n} 位。", "The code of a programme has at most {n} characters.")
            message = message.format(n=LONGEST_CODE)
            raise Invalid("programme.code", message, {"code": [message]})
        values = self._checked(draft, unit)
        item_type = self._make_type(code, draft)
        self._put_terms(item_type, draft.terms)
        values |= {"code": code, "org_id": unit.id, "item_type": item_type, "version": 1, "created_at": context.now}
        programme_id: int = self._session.execute(
            insert(_programmes).values(values).returning(_programmes.c.id)
        ).scalar_one()
        self._put_funds(programme_id, self._funds(code, draft))
        self._record(unit.id, code, "created")
        return find_programme(self._session, code)

    def change(self, code: str, draft: Draft, *, expected_version: int) -> ProgrammeValue:
        """Say anew what a programme is; its unit and code stay. What readers chose before stays as it was."""
        programme = self.find_own(code, lock=True)
        if programme.version != expected_version:
            raise Stale()
        unit = self._context.tree.by_id[programme.org_id]
        values = self._checked(draft, unit) | {"version": programme.version + 1}
        self._session.execute(update(_programmes).where(_programmes.c.id == programme.id).values(values))
        self._session.execute(delete(_shares).where(_shares.c.programme_id == programme.id))
        self._put_funds(programme.id, self._funds(code, draft))
        self._put_terms(programme.item_type, draft.terms)
        changed = find_programme(self._session, code)
        self._record(unit.id, code, "changed", _differences(programme, changed))
        return changed

    def find_own(self, code: str, *, lock: bool = False) -> ProgrammeValue:
        """A programme that the caller may change; another one's is answered as absent."""
        programme, context = find_programme(self._session, code, lock=lock), self._context
        context.caller.require_at("programme.write", programme.org_id, context.tree, thing="programme", key=code)
        return programme

    # --- parts

    def _unit(self, code: str) -> Unit:
        unit = self._context.tree.unit(code)
        self._context.caller.require_at("programme.write", unit.id, self._context.tree)
        if unit.kind == "shop":
            message = Text("活动由图书馆设立，不由书店设立。", "A programme is a library’s, not a shop’s.")
            raise Invalid("programme.org", message, {"org": [message]})
        return unit

    def _refuse_taken(self, code: str) -> None:
        try:
            find_programme(self._session, code)
        except NotFound:
            return
        message = Text("活动代码「{c}」已存在。", "The programme “{c}” exists already.").format(c=code)
        raise Conflict("programme.code_taken", message)

    def _checked(self, draft: Draft, unit: Unit) -> dict[str, Any]:
        """The columns of a draft, all that it names looked up."""
        errors: dict[str, list[Text]] = {}
        library = self._context.tree.unit(draft.library) if draft.library else unit
        processes = self._context.caller.may("programme.write", library.id, self._context.tree)
        if library.kind not in ("hub", "branch") or library.is_closed or not processes:
            errors["library"] = [
                Text(
                    "请指定您管理的、加工新书的总馆或分馆。",
                    "Name the hub or branch of yours that processes the books.",
                )
            ]
        if draft.starts_on > draft.ends_on:
            errors["ends_on"] = [Text("结束日期早于开始日期。", "It ends before it starts.")]
        if draft.is_paused is False and not draft.funds and draft.budget_fen is None:
            errors["funds"] = [Text("请指定经费，或写明预算。", "Name its funds, or give it a budget.")]
        errors |= self._faults_of_rules(draft.rules)
        if errors:
            detail = Text("活动有内容需要改正。", "Some fields of the programme need correction.")
            raise Invalid("programme.invalid", detail, errors)
        return {
            "name": draft.name,
            "library_id": library.id,
            "starts_on": draft.starts_on,
            "ends_on": draft.ends_on,
            "warn_at": draft.warn_at,
            "stop_at": draft.stop_at,
            "is_paused": draft.is_paused,
            "rules": rules_to_json(draft.rules),
        }

    def _faults_of_rules(self, rules: Rules) -> dict[str, list[Text]]:
        tree, faults = self._context.tree, {}
        no_shops = [code for code in rules.shops if tree.unit(code).kind != "shop"]
        if no_shops:
            text = Text("「{codes}」不是合作书店。", "No partner bookshops: {codes}.").format(codes="、".join(no_shops))
            faults["rules.shops"] = [text]
        unknown = [kind for kind in rules.excluded_kinds if kind not in KINDS]
        if unknown:
            text = Text("没有这些种类：{kinds}。", "There are no such kinds: {kinds}.")
            faults["rules.excluded_kinds"] = [text.format(kinds="、".join(unknown))]
        first, last = rules.ages
        if first is not None and last is not None and first > last:
            faults["rules.ages"] = [Text("年龄范围写反了。", "The ages are the wrong way round.")]
        return faults

    def _funds(self, code: str, draft: Draft) -> list[tuple[int, int]]:
        """The ids of its funds and their shares. A budget of its own is a fund under the code of the programme."""
        context = self._context
        if draft.budget_fen is not None:
            return [(FundService(context).create(code, draft.name, draft.org, draft.budget_fen).id, 1)]
        units = context.caller.units("fund.read", context.tree)
        return [(find_fund(self._session, fund, units).id, share) for fund, share in draft.funds]

    def _put_funds(self, programme_id: int, funds: Sequence[tuple[int, int]]) -> None:
        if len({fund_id for fund_id, _ in funds}) < len(funds):
            message = Text("同一笔经费写了两次。", "A fund is named twice.")
            raise Invalid("programme.funds", message, {"funds": [message]})
        rows = [{"programme_id": programme_id, "fund_id": fund_id, "share": share} for fund_id, share in funds]
        if rows:
            self._session.execute(insert(_shares), rows)

    def _make_type(self, code: str, draft: Draft) -> str:
        """The item type of its books until they are catalogued, so that policies may speak of them."""
        item_type = f"{_OF_PROGRAMMES}{code}"
        types = ItemTypeService(self._acting(("settings.write", self._context.tree.unit(draft.org).id)))
        types.create(item_type, draft.name[:64], draft.like or self._usual_type())
        return item_type

    def _usual_type(self) -> str | None:
        return "book" if "book" in ITEM_TYPES.get(self._session).by_code else None

    def _put_terms(self, item_type: str, terms: LoanTerms) -> None:
        """Its policies, and no others of these settings for its type; where nothing differs, no version of the policies is made."""
        unknown = [name for name in terms.late if name not in LATE]
        if unknown:
            message = Text("没有这些罚则设置：{names}。", "There are no such settings of money: {names}.")
            message = message.format(names="、".join(unknown))
            raise Invalid("programme.late", message, {"rules.late": [message]})
        book, wanted = self._context.policies, terms.as_policies()
        if policies_of(book.rows, item_type) == wanted:
            return
        kept = [as_new(row) for row in book.rows if not _is_term(row, item_type)]
        added = [NewRow(setting=name, value=value, item_type=item_type) for name, value in wanted.items()]
        root = self._context.tree.root
        assert root is not None
        acting = self._acting(("policy.write", root.id))
        try:
            PolicyService(acting).replace([*kept, *added], expected_version=POLICIES.version(self._session))
        except Invalid as error:  # it names rows of a table that whoever sets a programme up does not see
            messages = [message for found in error.errors.values() for message in found]
            raise Invalid("programme.late", error.detail, {"rules.late": messages}) from error

    def _acting(self, right: tuple[str, int]) -> Context:
        return replace(self._context, caller=self._context.caller.carrying(right))

    def _record(self, org_id: int, code: str, what: str, changes: Mapping[str, list[Any]] | None = None) -> None:
        """`changes` are field by field what it was and what it is: who pays, and by which rules."""
        data: dict[str, Any] = {"programme": code, "what": what}
        self._context.record("programme_changed", org_id=org_id, data=data | ({"changes": changes} if changes else {}))


def is_of_programme(item_type: str) -> bool:
    """Whether an item type is that of a programme, which its books have until they are catalogued."""
    return item_type.startswith(_OF_PROGRAMMES)


def terms_of(context: Context, programme: ProgrammeValue) -> LoanTerms:
    """The policies in force for the books of a programme alone."""
    found = policies_of(context.policies.rows, programme.item_type)
    return LoanTerms(return_to=found.pop(RETURN_TO, None), late=found)


def policies_of(rows: Sequence[Row], item_type: str) -> dict[str, Any]:
    return {row.setting: row.value for row in rows if _is_term(row, item_type)}


def _is_term(row: Row, item_type: str) -> bool:
    """A row of one of these settings that speaks of the type and of nothing else."""
    others = (getattr(row, name) for name in CRITERIA if name != "item_type")
    is_open = all(value is None for value in others)
    return row.item_type == item_type and is_open and (row.setting == RETURN_TO or row.setting in LATE)


def _differences(before: ProgrammeValue, after: ProgrammeValue) -> dict[str, list[Any]]:
    one, other = _told(before), _told(after)
    return {name: [one.get(name), other.get(name)] for name in one | other if one.get(name) != other.get(name)}


def _told(programme: ProgrammeValue) -> dict[str, Any]:
    """A programme for the journal: its rules, and which fund pays how many parts."""
    plain = {
        "name": programme.name,
        "starts_on": programme.starts_on.isoformat(),
        "ends_on": programme.ends_on.isoformat(),
        "warn_at": programme.warn_at,
        "stop_at": programme.stop_at,
        "paused": programme.is_paused,
        "funds": {fund.code: fund.share for fund in programme.funds},
    }
    return plain | rules_to_json(programme.rules)
