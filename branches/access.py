"""Who is calling and what they may do where. Values only; who holds a token is found by the service. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from branches.rights import GRANTED
from branches.tree import OrgTree
from kernel.errors import Forbidden, NotFound

CallerKind = Literal["anonymous", "staff", "patron", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One who asks for an act. `grants` are (role, org id). `system` is the command line: whoever reaches it owns the database.

    `carries` are rights, each at one unit, that an act brings along for the acts it is made of: who may let readers choose books in a
    shop may not catalogue, but that act makes the title and lends the copy.
    """

    kind: CallerKind
    id: int = 0
    name: str = ""
    username: str = ""
    grants: tuple[tuple[str, int], ...] = ()
    carries: frozenset[tuple[str, int]] = frozenset()

    def carrying(self, *rights: tuple[str, int]) -> Caller:
        """The same caller, with rights (right, org id) that the act at hand brings along."""
        return replace(self, carries=self.carries | frozenset(rights))

    @property
    def author(self) -> str:
        """How the journal names them: staff by user name, readers by their number only."""
        numbered = f"patron:{self.id}" if self.id else "patron"
        return {"staff": self.username, "patron": numbered}.get(self.kind, self.kind)

    def unnamed(self) -> Caller:
        """A reader without their number, for what an act writes that must not tell for ever who read what; staff as they are."""
        return replace(self, id=0) if self.kind == "patron" else self

    @property
    def key(self) -> str:
        """The scope of their idempotency keys."""
        return f"{self.kind}:{self.id}"

    def holds(self, right: str) -> bool:
        """Whether they hold a right anywhere at all."""
        carried = any(right == name for name, _ in self.carries)
        return self.kind == "system" or carried or any(right in GRANTED.get(role, {}) for role, _ in self.grants)

    def require(self, right: str) -> None:
        if not self.holds(right):
            raise Forbidden(right)

    def may(self, right: str, org_id: int, tree: OrgTree) -> bool:
        """Whether they hold a right at a unit."""
        if self.kind == "system" or (right, org_id) in self.carries:
            return True
        return any(
            _reaches(GRANTED.get(role, {}).get(right), granted_at, org_id, tree) for role, granted_at in self.grants
        )

    def require_at(self, right: str, org_id: int, tree: OrgTree, *, thing: str = "org", key: object = "") -> None:
        """403 where they hold the right nowhere; 404 where the thing lies outside the units where they do."""
        self.require(right)
        if not self.may(right, org_id, tree):
            raise NotFound(thing, key or tree.by_id[org_id].code)

    def units(self, right: str, tree: OrgTree) -> frozenset[int]:
        """All units where they hold a right."""
        if self.kind == "system":
            return frozenset(tree.by_id)
        found = {org_id for name, org_id in self.carries if name == right}
        for role, granted_at in self.grants:
            reach = GRANTED.get(role, {}).get(right)
            if reach == "network":
                return frozenset(tree.by_id)
            if reach == "subtree":
                found |= tree.subtree(granted_at)
            elif reach == "own":
                found.add(granted_at)
        return frozenset(found)

    def home_units(self) -> tuple[int, ...]:
        """The units at which they hold a role, as granted."""
        return tuple(dict.fromkeys(org_id for _, org_id in self.grants))

    def own_unit(self) -> int | None:
        """Where a bare number is looked up first, and an act noted, when nobody said where: the first unit at which they hold a role."""
        return self.grants[0][1] if self.grants else None


def _reaches(reach: str | None, granted_at: int, org_id: int, tree: OrgTree) -> bool:
    if reach == "network":
        return True
    if reach == "subtree":
        return tree.is_within(org_id, granted_at)
    return reach == "own" and org_id == granted_at


ANONYMOUS = Caller(kind="anonymous")
SYSTEM = Caller(kind="system", name="system", username="system")
