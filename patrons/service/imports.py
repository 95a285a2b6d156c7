"""Many readers from a table: new ones registered, those on record compared. All rows, or the good ones where that is asked for.

A dry run does the same and takes it all back, so that it tells exactly what would happen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, cast

from sqlalchemy import select

from branches.context import Context
from kernel.clock import local_day
from kernel.errors import Conflict, DomainError
from kernel.i18n import Text
from patrons.importing import LineReader, Names, ReaderLine
from patrons.models import Card, Patron
from patrons.numbers import TAKEN
from patrons.privacy import Vault
from patrons.reference import CATEGORIES
from patrons.service.consents import ConsentService, in_force
from patrons.service.profiles import NewPatron, PatronChanges, PatronService
from patrons.tables import FIELDS, ReaderTable

Result = Literal["created", "updated", "unchanged", "differs", "refused"]
RESULTS: Final[tuple[Result, ...]] = ("created", "updated", "unchanged", "differs", "refused")
BATCH: Final = 500

_TWICE: Final = Text("证号与第 {n} 行重复。", "The card number stands on line {n} already.")
_GUARDIAN_REFUSED: Final = Text(
    "监护人在第 {n} 行，那一行不能办理。", "The guardian stands on line {n}, which cannot be done."
)
_CLOSED: Final = Text("这张证的读者已注销。", "The account of this card is closed.")
_NOT_ACTIVE: Final = Text(
    "这张证已挂失或换新，请用现在的证号。", "This card was lost or replaced; use the present number."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedLine:
    """What comes of a row. `fields`: where it says otherwise than the record; `reasons`: all that speak against it."""

    number: int
    barcode: str
    result: Result
    fields: tuple[str, ...] = ()
    reasons: tuple[Text, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """Every row in the order of the file. `is_written`: whether any of it stands now."""

    lines: Sequence[ImportedLine]
    ignored: Sequence[str]
    is_written: bool

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.result for line in self.lines)
        return {result: found[result] for result in RESULTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The bearer of a card number, as it stands on record."""

    patron: Patron
    namespace_id: int
    barcode: str
    card_status: str


class PatronImportService:
    """Registers through `PatronService`, so that a row becomes a reader as a form does."""

    def __init__(self, context: Context, vault: Vault) -> None:
        self._context = context
        self._session = context.session
        self._vault = vault
        self._patrons = PatronService(context, vault)
        self._today = local_day(context.now)

    def take(
        self, table: ReaderTable, *, dry_run: bool = False, update: bool = False, take_good: bool = False
    ) -> ImportReport:
        """Nothing is written where a row is refused, unless `take_good`. `update` changes readers whose rows differ."""
        self._context.caller.require("patron.write")
        savepoint = self._session.begin_nested()
        lines = self._take_all(list(self._read(table)), update=update)
        is_kept = not dry_run and (take_good or all(line.result != "refused" for line in lines))
        if is_kept:
            savepoint.commit()
        else:
            savepoint.rollback()
        is_written = is_kept and any(line.result in ("created", "updated") for line in lines)
        return ImportReport(lines=lines, ignored=table.ignored, is_written=is_written)

    def _read(self, table: ReaderTable) -> Iterable[ReaderLine]:
        tree = self._context.tree
        names = Names(CATEGORIES.get(self._session).items())
        units = Names((unit.code, unit.name) for unit in tree.in_order)
        return LineReader(table, categories=names, units=units, today=self._today).lines()

    def _take_all(self, lines: Sequence[ReaderLine], *, update: bool) -> list[ImportedLine]:
        """Guardians come before the children who name them, wherever they stand; a guardian has no guardian of their own."""
        known = self._known(lines)
        done: dict[int, ImportedLine] = {}
        first: dict[tuple[int, str] | None, int] = {}
        refused: dict[str, int] = {}
        for line in sorted(lines, key=lambda one: "guardian" in one.values):
            reasons = [*line.reasons, *self._objections(line, first)]
            taken = self._take(line, known.get(self._key(line)), reasons, refused, update=update)
            if taken.result == "refused":
                refused[line.barcode] = line.number
            done[line.number] = taken
        return [done[line.number] for line in lines]

    def _objections(self, line: ReaderLine, first: dict[tuple[int, str] | None, int]) -> Iterator[Text]:
        """What speaks against a row beside its own cells: where it is, and who in the file has its number."""
        home, key = line.values.get("home"), self._key(line)
        if home is not None and (error := self._error(lambda: self._check_right(home))):
            yield error.detail
        if key is not None and first.setdefault(key, line.number) != line.number:
            yield _TWICE.format(n=first[key])

    def _take(
        self, line: ReaderLine, known: _Known | None, reasons: list[Text], refused: Mapping[str, int], *, update: bool
    ) -> ImportedLine:
        result: Result = "created"
        fields: tuple[str, ...] = ()
        try:
            if known is not None:
                self._check_known(known)
                fields = tuple(self._differing(line.values, known.patron))
                result = "unchanged" if not fields else "updated" if update else "differs"
            elif reasons:
                self._patrons.find_guardian(line.values.get("guardian"), line.values.get("birth_on"), ward_id=None)
            if not reasons and result == "created":
                self._patrons.add(NewPatron(**line.values))
            elif not reasons and result == "updated":
                self._change(line, cast(_Known, known), fields)
        except DomainError as error:
            reasons = [*reasons, _explain(error, refused.get(line.values.get("guardian", "")))]
        return ImportedLine(
            number=line.number,
            barcode=line.barcode,
            result="refused" if reasons else result,
            fields=() if reasons else fields,
            reasons=tuple(reasons),
            shown=line.shown,
        )

    def _change(self, line: ReaderLine, known: _Known, fields: Collection[str]) -> None:
        own = [name for name in fields if name != "guardian_agrees"]
        changes = cast(PatronChanges, {name: line.values[name] for name in own})
        card = f"{self._context.tree.by_id[known.namespace_id].code}:{known.barcode}"
        if own:
            self._patrons.change(card, changes, expected_version=known.patron.version)
        if "guardian_agrees" in fields:
            ConsentService(self._context).agree_for(known.patron.id)

    def _check_right(self, home: str) -> None:
        tree = self._context.tree
        self._context.caller.require_at("patron.write", tree.unit(home).id, tree, key=home)

    def _check_known(self, known: _Known) -> None:
        """Refuse a reader whom the caller may not write, as if the number were only taken, and one who is gone."""
        if not self._context.caller.may("patron.write", known.patron.home_id, self._context.tree):
            raise Conflict("patron.barcode_taken", TAKEN.format(b=known.barcode))
        if known.patron.status != "active":
            raise Conflict("patron.closed", _CLOSED)
        if known.card_status != "active":
            raise Conflict("card.not_active", _NOT_ACTIVE)

    def _differing(self, values: Mapping[str, Any], patron: Patron) -> Iterator[str]:
        """The fields in which a row says otherwise than the record; what it leaves blank says nothing."""
        on_record = {
            "name": patron.name,
            "category": patron.category,
            "home": self._context.tree.by_id[patron.home_id].code,
            "expires_on": patron.expires_on,
            "birth_on": patron.birth_on,
        }
        for name in FIELDS:
            if name in on_record and name in values and values[name] != on_record[name]:
                yield name
        if values.get("guardian_agrees") and in_force(self._session, patron.id, "record") is None:
            yield "guardian_agrees"
        if "guardian" in values and self._guardian_of(values, patron) != patron.guardian_id:
            yield "guardian"
        if "phone" in values and self._vault.digest(values["phone"]) != patron.phone_digest:
            yield "phone"

    def _guardian_of(self, values: Mapping[str, Any], patron: Patron) -> int | None:
        born: date | None = values.get("birth_on", patron.birth_on)
        return self._patrons.find_guardian(values["guardian"], born, ward_id=patron.id)

    def _known(self, lines: Iterable[ReaderLine]) -> dict[tuple[int, str] | None, _Known]:
        """Those on record whose card numbers the rows name, by namespace and number."""
        asked = sorted({line.values["barcode"] for line in lines if "barcode" in line.values})
        found: dict[tuple[int, str] | None, _Known] = {}
        for start in range(0, len(asked), BATCH):
            some = asked[start : start + BATCH]
            cards = select(Card, Patron).join(Patron, Patron.id == Card.patron_id).where(Card.barcode.in_(some))
            for card, patron in self._session.execute(cards):
                found[card.namespace_id, card.barcode] = _Known(
                    patron=patron, namespace_id=card.namespace_id, barcode=card.barcode, card_status=card.status
                )
        return found

    def _key(self, line: ReaderLine) -> tuple[int, str] | None:
        """Where the number is unique; None while the row does not say its home or number."""
        if not line.values.keys() >= {"barcode", "home"}:
            return None
        tree = self._context.tree
        return tree.namespace(tree.unit(line.values["home"]).id), line.values["barcode"]

    def _error(self, check: Callable[[], None]) -> DomainError | None:
        try:
            check()
        except DomainError as error:
            return error
        return None


def _explain(error: DomainError, guardian_on: int | None) -> Text:
    """Why a row was refused; where its guardian's row was too, and nobody else has that card, this is why."""
    if guardian_on is not None and error.code == "patron.not_found":
        return _GUARDIAN_REFUSED.format(n=guardian_on)
    return error.detail
