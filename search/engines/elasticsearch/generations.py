"""The generations of the index on the server: an index for each, an alias for the live one.

An index is called `prefix-number-version`, the version that of the declared fields: what another version wrote is never read. It is
written by an alias of its own, for the server would make an index of a name that it does not know.
"""

from __future__ import annotations

import re

from elasticsearch import Elasticsearch, NotFoundError

from search.engines.elasticsearch.connection import WRITE_SECONDS, Connection
from search.engines.elasticsearch.mapping import mapping, settings
from search.fields import schema_version


def writing_name(generation: str) -> str:
    return f"{generation}-write"


class Generations:
    def __init__(self, connection: Connection, prefix: str) -> None:
        self._connection = connection
        self._prefix = prefix
        self._alias = f"{prefix}-live"
        self._name = re.compile(rf"{re.escape(prefix)}-(\d{{6,}})-([0-9a-f]+)")

    def live(self) -> str | None:
        """The live generation, None where there is none that this program can read."""
        name = self._connection.ask(self._aliased)
        return name if name is not None and self._parts(name)[1] == schema_version() else None

    def create(self) -> str:
        """A new index; what a rebuild that died has left is taken away first."""
        names, live = self._connection.ask(self._all, WRITE_SECONDS), self.live()
        for name in names:
            if live is not None and self._parts(name)[0] > self._parts(live)[0]:
                self.drop(name)
                names.remove(name)
        number = max((self._parts(name)[0] for name in names), default=0) + 1
        created = f"{self._prefix}-{number:06d}-{schema_version()}"
        self._connection.ask(
            lambda client: client.indices.create(
                index=created, settings=settings(), mappings=mapping(), aliases={writing_name(created): {}}
            ),
            WRITE_SECONDS,
        )
        return created

    def activate(self, generation: str) -> None:
        """Move the alias in one step; the generation before is kept for those who still read it."""
        before = self._connection.ask(self._aliased, WRITE_SECONDS)
        actions = [{"add": {"index": generation, "alias": self._alias}}]
        if before is not None and before != generation:
            actions.insert(0, {"remove": {"index": before, "alias": self._alias}})
        self._connection.ask(lambda client: client.indices.update_aliases(actions=actions), WRITE_SECONDS)
        for name in self._connection.ask(self._all, WRITE_SECONDS):
            if name not in (generation, before):
                self._delete(name)

    def drop(self, generation: str) -> None:
        if generation == self.live():
            raise ValueError("the live generation is not dropped")
        self._delete(generation)

    def _delete(self, name: str) -> None:
        self._connection.ask(
            lambda client: client.indices.delete(index=name, ignore_unavailable=True),
            WRITE_SECONDS,
        )

    def _aliased(self, client: Elasticsearch) -> str | None:
        """Asked every half second by whoever searches: a client that ignores a 404 would cost as much to make as the question."""
        try:
            return max(self._ours(client.indices.get_alias(name=self._alias).body), default=None)
        except NotFoundError:
            return None

    def _all(self, client: Elasticsearch) -> list[str]:
        """By rising number."""
        answer = client.options(ignore_status=404).indices.get_alias(index=f"{self._prefix}-*")
        return sorted(self._ours(answer.body)) if answer.meta.status == 200 else []

    def _ours(self, names: dict[str, object]) -> list[str]:
        """Without those of an installation whose prefix begins like this one's."""
        return [name for name in names if self._name.fullmatch(name)]

    def _parts(self, name: str) -> tuple[int, str]:
        match = self._name.fullmatch(name)
        if match is None:
            raise ValueError(f"{name} is no generation of {self._prefix}")
        return int(match[1]), match[2]
