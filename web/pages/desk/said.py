"""What the desk says about a scan: one sentence, its tone, what is behind it and what can be done next. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from branches.context import Context
from branches.rights import roles_with
from circ.handling import MUST_BE_SEEN
from circ.queries.ledger import EntryRow
from circ.service import Lent, Returned, Undone
from circ.service.ledger.access import reaches
from circ.service.standing import Standing
from kernel.clock import day_text, days_between, local_day
from kernel.errors import Conflict, DomainError, Refusal, Refused
from kernel.i18n import Text
from kernel.money import show_money
from patrons.privacy import mask_name

Tone = Literal["good", "warn", "stop", "send"]  # done, look, refused, send on: a colour, an icon and a sound each

WORDS: Final[dict[str, Text]] = {
    "lent": Text("借出", "Lent"),
    "renewed": Text("续借", "Renewed"),
    "returned": Text("已还", "Returned"),
    "shelve": Text("上架", "Shelve"),
    "hold_shelf": Text("放预约架", "Hold shelf"),
    "transfer": Text("送往别馆", "Send on"),
    "process": Text("待加工", "Put aside"),
    "ask": Text("请问总馆", "Ask the hub"),
    "card": Text("读者", "Reader"),
    "look": Text("查询", "Look-up"),
    "undone": Text("已撤销", "Undone"),
    "refused": Text("不能办理", "Not possible"),
    "unit": Text("换地点？", "Change place?"),
    "card_first": Text("先扫证", "Card first"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why not; `liftable`: the one at the desk may lift it."""

    code: str
    message: Text
    liftable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of several bearers of a number; `scan` names it without doubt."""

    scan: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """`scan` is what was scanned, `reasons` why it was refused, `notes` what else is to know, `item` a barcode to look up,
    `ask` who may lift what the one at the desk may not, `short_days` how long the book may go out although the card is full.
    `transfer_id` and `hold_id` are what a slip of paper can be printed for, `fee_id` is what the reader of this book may pay at once."""

    tone: Tone
    word: Text
    sentence: Text
    scan: str = ""
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Text, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    item: str | None = None
    bib_id: int | None = None
    transfer_id: int | None = None
    hold_id: int | None = None
    fee_id: int | None = None
    unit: str | None = None
    ask: Text | None = None
    short_days: int | None = None

    must_see: bool = False

    @property
    def locks(self) -> bool:
        """Whether scanning must stop until somebody has looked."""
        return self.tone == "stop" or self.must_see

    @property
    def may_lift(self) -> bool:
        """Whether every reason can be lifted by the one at the desk."""
        return bool(self.reasons) and all(reason.liftable for reason in self.reasons)

    @property
    def is_renewal(self) -> bool:
        return any(reason.code == "item.on_loan_same_patron" for reason in self.reasons)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Said:
        """What `as_json` wrote, so that a scan sent twice hears the same sentence twice."""
        return cls(
            **kept
            | {
                "word": Text(**kept["word"]),
                "sentence": Text(**kept["sentence"]),
                "reasons": tuple(Reason(**r | {"message": Text(**r["message"])}) for r in kept["reasons"]),
                "notes": tuple(Text(**note) for note in kept["notes"]),
                "candidates": tuple(Candidate(**c) for c in kept["candidates"]),
                "ask": Text(**kept["ask"]) if kept.get("ask") else None,
            }
        )


def of_loan(lent: Lent) -> Said:
    assert lent.message is not None
    return Said(
        tone="warn" if lent.notices else "good",
        word=WORDS["renewed" if lent.renewals else "lent"],
        sentence=lent.message,
        must_see=_must_see(lent.notices),
        notes=tuple(notice.message for notice in lent.notices),
        item=lent.item.barcode,
        bib_id=lent.item.bib_id,
    )


def of_undoing(undone: Undone) -> Said:
    return Said(
        tone="good", word=WORDS["undone"], sentence=undone.message, item=undone.item.barcode, bib_id=undone.item.bib_id
    )


def _must_see(notices: Sequence[Refusal]) -> bool:
    return any(notice.code in MUST_BE_SEEN for notice in notices)


def of_return(returned: Returned, context: Context) -> Said:
    notes = [notice.message for notice in returned.notices]
    came_back = (returned.loan.closed_at if returned.loan else None) or context.now
    if returned.loan is not None and (late := days_between(returned.loan.due_at, came_back)) > 0:
        notes.append(Text("晚了 {n} 天归还。", "{n} days late.").format(n=late))
    notes += [_cost(fee) for fee in returned.fees]
    if returned.suspended_until is not None:
        until = day_text(returned.suspended_until, local_day(context.now))
        notes.append(Text("逾期停借到 {until}。", "Suspended until {until} for being late.").format(until=until))
    tone: Tone = {"shelve": "good", "hold_shelf": "send", "transfer": "send"}.get(returned.action, "warn")  # type: ignore[assignment]
    return Said(
        tone="warn" if tone == "good" and (returned.notices or returned.fees or returned.suspended_until) else tone,
        word=WORDS["returned" if returned.loan is not None and returned.action == "shelve" else returned.action],
        sentence=returned.message,
        notes=tuple(notes),
        must_see=_must_see(returned.notices),
        item=returned.item.barcode,
        bib_id=returned.item.bib_id,
        transfer_id=returned.transfer_id if returned.action == "transfer" else None,
        hold_id=_slip_of(returned, context),
        fee_id=_fee_to_take(returned, context),
    )


def _slip_of(returned: Returned, context: Context) -> int | None:
    """The hold whose book goes onto the shelf here, for those who print its slip."""
    if returned.action != "hold_shelf" or returned.hold is None:
        return None
    may_print = context.caller.may("hold.fetch", returned.hold.pickup_id, context.tree)
    return returned.hold.id if may_print else None


def _fee_to_take(returned: Returned, context: Context) -> int | None:
    """A fee that is still owed, for those who may look into the account: its number, for what was said is kept and names no reader."""
    fee = next((one for one in returned.fees if one.left_fen), None)
    if fee is None or returned.loan is None:
        return None
    may_read = reaches(context, "fee.read", fee, returned.loan.patron_home_id or fee.org_id)
    return fee.id if may_read else None


def _cost(fee: EntryRow) -> Text:
    """What lateness cost, and what of it is still to be paid."""
    paid = Text("逾期费 {fen} 元，已结清。", "A fine of {fen} yuan, settled.")
    owed = Text("逾期费 {fen} 元，请读者缴费。", "A fine of {fen} yuan to be paid.")
    return (owed if fee.left_fen else paid).format(fen=show_money(fee.left_fen or fee.amount_fen))


def of_card(standing: Standing) -> Said:
    """Whether the reader may borrow, with every reason why not."""
    name = mask_name(standing.patron.name)
    if standing.refusals:
        sentence = Text("{name}：现在不能借书。", "{name} cannot borrow now.")
    elif standing.limit is None:
        sentence = Text("{name}：可以借书，已借 {n} 册。", "{name} may borrow; {n} out.")
    else:
        sentence = Text(
            "{name}：可以借书，已借 {n} 册，还可借 {left} 册。", "{name} may borrow; {n} out, {left} more allowed."
        )
    left = max((standing.limit or 0) - standing.open_loans, 0)
    notes = [refusal.message for refusal in standing.refusals]
    if standing.overdue_loans and not standing.refusals:
        notes.append(Text("有 {n} 册逾期未还。", "{n} overdue.").format(n=standing.overdue_loans))
    return Said(
        tone="warn" if notes else "good",
        word=WORDS["card"],
        sentence=sentence.format(name=name, n=standing.open_loans, left=left),
        notes=tuple(notes),
    )


def of_error(error: DomainError, scan: str, context: Context, org_id: int) -> Said:
    """A refusal with its reasons, or any other error that a person at the desk can do something about."""
    if isinstance(error, Refused):
        reasons = tuple(_reason(refusal, context, org_id) for refusal in error.refusals)
        sentence = reasons[0].message if len(reasons) == 1 else Text("有几个原因：", "For several reasons:")
        return Said(
            tone="stop",
            word=WORDS["refused"],
            sentence=sentence,
            scan=scan,
            reasons=reasons,
            ask=_whom_to_ask(error.refusals, reasons),
            short_days=_short_days(error.refusals),
        )
    return Said(tone="stop", word=WORDS["refused"], sentence=error.detail, scan=scan, candidates=_candidates(error))


def _reason(refusal: Refusal, context: Context, org_id: int) -> Reason:
    right = refusal.override
    liftable = right == "" or (right is not None and context.caller.may(right, org_id, context.tree))
    return Reason(code=refusal.code, message=refusal.message, liftable=liftable)


def _short_days(refusals: Sequence[Refusal]) -> int | None:
    """The days of a short loan, where nothing but the full card stands in its way."""
    days: int | None = refusals[0].data.get("overflow_days") if len(refusals) == 1 else None
    return days


def _whom_to_ask(refusals: Sequence[Refusal], reasons: Sequence[Reason]) -> Text | None:
    """Whose help there is, where everything in the way can be lifted, but not by the one at the desk."""
    if all(reason.liftable for reason in reasons) or any(refusal.override is None for refusal in refusals):
        return None
    roles = roles_with({refusal.override for refusal in refusals if refusal.override})
    sentence = Text(
        "您的权限不能越过这个限制；可请{roles}授权。", "Your rights do not lift this; those of a {roles} may."
    )
    named = Text("或", " or ").join(roles)
    return sentence.format(roles=named) if roles else None


def _candidates(error: DomainError) -> tuple[Candidate, ...]:
    if not isinstance(error, Conflict):
        return ()
    return tuple(
        Candidate(scan=f"{c['org']}:{c['barcode']}", label=f"{c['title']} · {c['org']}")
        for c in error.data.get("candidates", ())
    )


def about(said: Said, scan: str) -> Said:
    return replace(said, scan=scan)
