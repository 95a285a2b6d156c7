"""Name headings of an edited record: one that still names the same person keeps what a description does not say of him, such as the
dynasty before a name (UNIMARC $f 清, MARC21 $d), an address of an authority or a reading. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catalog.bibdata import Contributor
from catalog.marc import people
from catalog.marc.record import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Headings:
    """How a format writes name headings: which tags are main entries and bodies, and the code that roles stand under."""

    main: frozenset[str]
    bodies: frozenset[str]
    role: str

    def carry(
        self, contributors: tuple[Contributor, ...], existing: list[Field], build: Callable[[Contributor], Field]
    ) -> list[Field]:
        """The headings of these contributors, each with what the old heading of the same name says beside."""
        left = list(existing)
        return [self._carried(build(one), one, left) for one in contributors]

    def _carried(self, built: Field, one: Contributor, left: list[Field]) -> Field:
        old = next((field for field in left if self._names(field, one)), None)
        if old is None:
            return built
        left.remove(old)
        subfields = tuple(part for part in old.subfields if part[0] != "6")  # the twin in another script goes
        if people.role_of(old) != one.role:
            subfields = tuple(part for part in subfields if part[0] not in "4e")
            subfields += ((self.role, one.role),) if one.role else ()
        if (old.tag in self.main) == one.main and old.tag[0] == built.tag[0]:
            return Field(old.tag, old.indicators, subfields)
        return Field(built.tag, old.indicators, subfields)

    def _names(self, field: Field, one: Contributor) -> bool:
        """Whether a heading names this person or body and nobody else."""
        return (field.tag in self.bodies) == one.body and [
            named.name for named in people.headings([field], self.main, self.bodies, "b")
        ] == [one.name]
