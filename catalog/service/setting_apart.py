"""Records of another book that were merged into a title, set apart from it again: they and their copies make a title of their own.

Planned and done by one definition, so that what a librarian confirms is what happens. What readers made of the title (lists, suggestions,
waiting for it) stays with the title that stays. An import knows a record by its source and number, so it leaves it where it was put.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, delete, func, insert, select, tuple_, update

from branches.context import Context
from catalog import apart, description, hooks
from catalog.apart import Gone, Lineage
from catalog.bibdata import BibData
from catalog.import_models import ImportBatch, ImportReview
from catalog.models import Bib, BibIdentifier, BibRedirect, BibVersion, SourceRecord
from catalog.queries.apart import Copy, copies_of, gone_into, kept_records, record_stands_at
from catalog.queries.bibs import BibRow, find_bib
from catalog.queries.hanging import references_to
from catalog.service.imports.candidates import take_turns
from catalog.service.imports.rejudging import rejudge
from catalog.service.joining import OWN_TABLES, move_copies
from catalog.service.redescribing import Cause, redescribe
from kernel import outbox
from kernel.errors import Conflict, NotFound, Stale
from kernel.i18n import Text

ELSEWHERE = Text(
    "来源记录 {record} 现在属于书目 {bib}，已不在这里。请打开那条书目查看。",
    "Source record {record} belongs to title {bib} now, not to this one. Open that title to see it.",
)
BY_HAND = Text(
    "人工所作的著录属于这条书目本身，不能拆出。请选择来源的记录。",
    "What was typed for this title is the title itself and cannot be set apart. Choose records of sources.",
)
ONLY_ONE = Text(
    "这样书目就没有记录了：至少要有一条现行的来源记录留下（后来的人工修改不算）。要改著录，请编辑书目；是重复的书目，请并入另一条。",
    "The title would be left without a record: at least one current record of a source must stay, and what was typed later is none. To "
    "change the description edit the title; if there is another title of this book, merge it into that one.",
)
UNREADABLE = Text(
    "所选的记录已无法解析，不能据以另立书目。请把它交给系统管理员查看。",
    "The chosen records cannot be read any more, so no title can be made of them. Show them to your administrator.",
)
UNDOING = Text(
    "导入批次 {n} 正在撤销，这条记录可能随之撤走。请等撤销完再看。",
    "Import {n} is being undone, and this record may go with it. Look again when that is done.",
)
PROMISED = Text(
    "条码 {barcodes} 正为预约这条书目的读者留着或送去。请先处理这些预约，或让这些册留下，再拆分。",
    "The copies {barcodes} are kept for, or on their way to, readers who wait for this title. Settle those holds first, or let these "
    "copies stay.",
)
NO_COPY = Text(
    "有的复本已不在这条书目下。请重新查看，再确认。",
    "Some copies are not of this title any more. Look again, then confirm.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What setting apart will come to. `returns`: the title merged before that comes back; None where a new one is made.
    `along`: the copies that go unless the librarian says otherwise."""

    bib: BibRow
    chosen: tuple[Lineage, ...]
    staying: tuple[Lineage, ...]
    gone: tuple[Gone, ...]
    returns: int | None
    stays: BibData
    goes: BibData
    copies: tuple[Copy, ...]
    along: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetApart:
    """What it came to: the title that stays, the one that was made or came back, and how many copies went."""

    bib_id: int
    apart_id: int
    has_returned: bool
    copies: int


def lines_that_may_go(context: Context, bib_id: int) -> list[Lineage]:
    """The records of a title that may be chosen, in the order in which they came. Raises NotFound, and BibMerged."""
    find_bib(context.session, bib_id)
    gone = gone_into(context.session, bib_id)
    found = [line for line in apart.lineages(kept_records(context.session, bib_id)) if apart.may_go(line, gone)]
    return sorted(found, key=lambda line: line.last.id)


def plan(context: Context, bib: BibRow, record_ids: Collection[int]) -> Plan:
    """What would come of it. Raises NotFound for a record that never was, Conflict with the reason where it cannot be done."""
    session = context.session
    lines, gone = apart.lineages(kept_records(session, bib.id)), gone_into(session, bib.id)
    chosen = [line for line in lines if line.ids & set(record_ids)]
    _check(context, chosen, gone, record_ids)
    returns = apart.title_that_returns(chosen, gone)
    going = apart.with_what_was_typed(chosen, lines, returns)
    staying = [line for line in lines if line not in going]
    if not apart.stands_alone(staying, going, gone):
        raise Conflict("apart.only_one", ONLY_ONE)
    current = [line for line in staying if line.last.is_current]
    goes = apart.said_by(going)
    if goes is None:
        raise Conflict("apart.unreadable", UNREADABLE)
    copies = copies_of(session, bib.id)
    return Plan(
        bib=bib,
        chosen=tuple(going),
        staying=tuple(staying),
        gone=tuple(gone),
        returns=returns.bib_id if returns else None,
        stays=apart.said_by(current) or bib.data,
        goes=goes,
        copies=tuple(copies),
        along=frozenset(copy.id for copy in copies if _goes_along(copy, going, staying, returns)),
    )


def set_apart(
    context: Context,
    bib_id: int,
    record_ids: Collection[int],
    *,
    expected_version: int,
    item_ids: Collection[int] | None = None,
) -> SetApart:
    """Do it. `item_ids`: the copies that go; those that the records brought in where none are named.

    Raises Stale where somebody changed the title since it was looked at, and whatever `plan` raises.
    """
    context.caller.require("bib.write")
    bib = _lock(context, bib_id, record_ids)
    planned = plan(context, bib, record_ids)
    if bib.version != expected_version:
        raise Stale()
    going = planned.along if item_ids is None else frozenset(item_ids)
    if going - {copy.id for copy in planned.copies}:
        raise Conflict("apart.copy_gone", NO_COPY)
    _check_promises(context, planned, going)
    return _Separation(context, planned).carry_out(going)


def _lock(context: Context, bib_id: int, record_ids: Collection[int]) -> BibRow:
    """Everything that this is decided by, in the order in which imports and their undoing take it: the imports that brought the records,
    the turn among those who make titles, the records, the title. Raises Conflict while one of the imports is being undone."""
    session, r, b = context.session, SourceRecord, ImportBatch
    brought = select(r.batch_id).where(r.id.in_(record_ids), r.batch_id.is_not(None))
    imports = session.execute(
        select(b.id, b.undo_asked_at, b.status).where(b.id.in_(brought)).order_by(b.id).with_for_update()
    )
    undone = [batch.id for batch in imports if batch.undo_asked_at is not None and batch.status != "undone"]
    if undone:
        raise Conflict("apart.being_undone", UNDOING.format(n=undone[0]))
    take_turns(session)
    session.execute(select(r.id).where(r.id.in_(record_ids)).order_by(r.id).with_for_update())
    return find_bib(session, bib_id, lock=True)


def _check_promises(context: Context, planned: Plan, going: Collection[int]) -> None:
    promised = {item_id for told in hooks.PROMISED for item_id in told(context.session, going)}
    if promised:
        barcodes = "、".join(copy.barcode for copy in planned.copies if copy.id in promised)
        raise Conflict("apart.promised", PROMISED.format(barcodes=barcodes))


def _check(context: Context, chosen: Sequence[Lineage], gone: Sequence[Gone], record_ids: Collection[int]) -> None:
    here = {id_ for line in chosen for id_ in line.ids}
    for record_id in sorted(set(record_ids) - here):
        stands_at = record_stands_at(context.session, record_id)
        if stands_at is None:
            raise NotFound("record", record_id)
        raise Conflict("apart.elsewhere", ELSEWHERE.format(record=record_id, bib=stands_at), bib=stands_at)
    if not chosen:
        message = Text("请选择要拆出的记录。", "Choose the records to set apart.")
        raise Conflict("apart.none_chosen", message)
    if not all(apart.may_go(line, gone) for line in chosen):
        raise Conflict("apart.by_hand", BY_HAND)


def _goes_along(copy: Copy, going: Sequence[Lineage], staying: Sequence[Lineage], returns: Gone | None) -> bool:
    """The copies that the records brought in, and those that the returning title had; not those that a staying record names too."""
    if apart.brought_by(staying, copy.barcode, copy.batch_id):
        return False
    was_there = returns is not None and returns.bib_id in copy.came_from
    return was_there or apart.brought_by(going, copy.barcode, copy.batch_id)


class _Separation:
    """Writes what was planned, the row of the title being taken."""

    def __init__(self, context: Context, planned: Plan) -> None:
        self._context = context
        self._session = context.session
        self._planned = planned
        self._org_id = context.caller.own_unit()

    def carry_out(self, item_ids: frozenset[int]) -> SetApart:
        planned, context = self._planned, self._context
        apart_id = self._make() if planned.returns is None else self._bring_back(planned.returns)
        self._identify(apart_id)
        self._move_records(apart_id)
        moved = move_copies(context, planned.bib.id, apart_id, item_ids)
        self._let_follow(apart_id, item_ids)
        for tell in hooks.SET_APART:
            tell(context, item_ids)
        self._turn_redirects(apart_id)
        redescribe(context, [planned.bib.id], self._cause(apart_id))
        rejudge(self._session, planned.bib.id, apart_id)
        outbox.enqueue(self._session, "bib", [planned.bib.id, apart_id], at=context.now)
        told = {
            "to": apart_id,
            "title": description.full_title(planned.goes),
            "returned": planned.returns is not None,
            "records": [line.last.id for line in planned.chosen],
            "copies": moved,
        }
        context.record("bib_set_apart", org_id=self._org_id, bib_id=planned.bib.id, data=told)
        return SetApart(
            bib_id=planned.bib.id, apart_id=apart_id, has_returned=planned.returns is not None, copies=moved
        )

    def _cause(self, apart_id: int) -> Cause:
        return Cause(
            kind="apart",
            author=self._context.caller.author,
            channel=self._context.channel,
            org_id=self._org_id,
            details={"to": apart_id},
        )

    def _make(self) -> int:
        now = self._context.now
        values = {**description.columns(self._planned.goes), "created_at": now, "updated_at": now}
        bib_id: int = self._session.execute(insert(Bib).values(values).returning(Bib.id)).scalar_one()
        told = {"apart_from": self._planned.bib.id}
        self._context.record("bib_created", org_id=self._org_id, bib_id=bib_id, data=told)
        return bib_id

    def _bring_back(self, bib_id: int) -> int:
        """The title that went, under its old number. Its last words stay as a version, which this act replaces."""
        v, now = BibVersion, self._context.now
        first, last = self._session.execute(
            select(func.min(v.since), func.max(v.version)).where(v.bib_id == bib_id)
        ).one()
        values = {
            **description.columns(self._planned.goes),
            "version": last + 1,
            "created_at": first,
            "updated_at": now,
        }
        self._session.execute(delete(BibRedirect).where(BibRedirect.bib_id == bib_id))
        self._session.execute(insert(Bib).values(id=bib_id, **values))
        self._session.execute(
            update(v)
            .where(v.bib_id == bib_id, v.version == last)
            .values(cause="apart", author=self._context.caller.author, replaced_at=now)
        )
        told = {"cause": "apart", "from": self._planned.bib.id, "version": last + 1}
        self._context.record("bib_changed", org_id=self._org_id, bib_id=bib_id, data=told)
        return bib_id

    def _identify(self, bib_id: int) -> None:
        found = description.identifiers(self._planned.goes)
        if found:
            rows = [{"bib_id": bib_id, "kind": kind, "value": value} for kind, value in found]
            self._session.execute(insert(BibIdentifier), rows)

    def _move_records(self, apart_id: int) -> None:
        """Each with its older versions, and the decisions on them. What was typed for a title that returns speaks for it again."""
        r, chosen = SourceRecord, self._planned.chosen
        self._session.execute(update(r).where(r.id.in_(_ids(chosen))).values(bib_id=apart_id))
        typed = [line.last.id for line in chosen if line.last.is_by_hand]
        self._session.execute(update(r).where(r.id.in_(typed)).values(is_current=True))
        names = [(line.last.source, line.last.identity) for line in chosen]
        decided = tuple_(ImportReview.source, ImportReview.identity).in_(names)
        of_title = ImportReview.bib_id == self._planned.bib.id
        self._session.execute(update(ImportReview).where(of_title, decided).values(bib_id=apart_id))

    def _let_follow(self, apart_id: int, item_ids: frozenset[int]) -> None:
        """What is about one copy (`item_id`) and names its title too goes where the copy goes."""
        for column in references_to("bib", but=OWN_TABLES):
            for copy in references_to("item"):
                if copy.table is column.table and copy.name == "item_id":
                    assert isinstance(copy.table, Table)
                    turned = update(copy.table).where(column == self._planned.bib.id, copy.in_(item_ids))
                    self._session.execute(turned.values({column.name: apart_id}))

    def _turn_redirects(self, apart_id: int) -> None:
        planned = self._planned
        others = [one for one in planned.gone if one.bib_id != planned.returns]
        turned = apart.redirects_to_turn(others, _ids(planned.chosen), _ids(planned.staying))
        self._session.execute(update(BibRedirect).where(BibRedirect.bib_id.in_(turned)).values(into_id=apart_id))


def _ids(lines: Iterable[Lineage]) -> list[int]:
    return sorted(id_ for line in lines for id_ in line.ids)
