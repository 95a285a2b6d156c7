"""What circulation is asked to do, as frozen values. Every channel builds one of these and calls one service method."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOut:
    """`at` is the lending unit's code. `due_at` is a date the librarian chose; `overflow`: the reader agrees to
    a short loan where the card is full. `override` names the refusals to lift, `reason` says why, for those who read the journal."""

    patron: str
    item: str
    at: str
    due_at: datetime | None = None
    overflow: bool = False
    override: tuple[str, ...] = ()
    reason: str | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """`returned_at` is when the book came back, if earlier than now (a book drop emptied in the morning). `counts_use`: a book that was on
    its shelf was read in the library, and is counted. `forgive`: lateness costs nothing this time."""

    item: str
    at: str
    returned_at: datetime | None = None
    counts_use: bool = False
    override: tuple[str, ...] = ()
    reason: str | None = None
    forgive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew:
    """`at` is the unit whose calendar counts; without it the unit that lent the book."""

    loan_id: int
    at: str | None = None
    override: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInMany:
    """A cart or a book drop of books, all taken in alike."""

    items: tuple[str, ...]
    at: str
    returned_at: datetime | None = None
    counts_use: bool = False
    override: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UseHere:
    """A copy was read in the library and lay about."""

    item: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStatus:
    """What is said of a copy: one of `catalog.states.STATUS_ACTS`, or of `circ.states.LOAN_ACTS` while somebody has it at home. `at` is
    where it is said; without it where the copy is, or was lent."""

    item: str
    act: str
    at: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHold:
    """`patron` is a card; None: the reader who asks. `item` is one copy that alone will do, else `bib_id` names the title and `volume`
    which part of a set. `pickup` is the code of the unit where the book is handed out, `expires_on` the last day on which it is wanted."""

    patron: str | None = None
    bib_id: int | None = None
    item: str | None = None
    volume: str | None = None
    pickup: str
    expires_on: date | None = None
    override: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A fee by hand. `at` is the unit where it arises, else the caller's own; `item` is the copy it is about."""

    patron: str
    fen: int
    reason: str
    cause: str = "other"
    item: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """`against` are the fees to settle; without them the oldest come first."""

    patron: str
    fen: int
    method: str
    against: tuple[int, ...] = ()
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo:
    """A waiver or refund of a fee, or the reversal of a payment (which has no `fen`: it is reversed whole). Without `fen`: all of it."""

    entry_id: int
    reason: str
    fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOut:
    """Credit to be handed out; without `fen` all of it."""

    patron: str
    method: str
    reason: str
    fen: int | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A deposit taken, or given back: then without `fen` all of it, and `reason` is for the person who confirms it."""

    patron: str
    fen: int | None = None
    method: str = "cash"
    reason: str = ""
    at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What copies must be like, if any will do: of an item type or one below it, of a class, made for a group of young readers."""

    item_type: str | None = None
    class_number: str | None = None
    audience: str | None = None

    def as_json(self) -> dict[str, str]:
        named = {"type": self.item_type, "class": self.class_number, "audience": self.audience}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForCopies:
    """A unit (`to`) asks others to send one copy (`item`), `copies` of a title or of one `volume` of a set, or so many that fit `criteria`;
    `from_` names the library to be asked, else the nearest that can help. `keep_until` is the last day on which the unit keeps them, None
    for good."""

    to: str
    item: str | None = None
    bib_id: int | None = None
    volume: str | None = None
    criteria: Criteria | None = None
    copies: int = 1
    from_: str | None = None
    reason: str = "request"
    needed_by: date | None = None
    keep_until: date | None = None
    note: str | None = None
    override: tuple[str, ...] = ()
    why: str | None = None
