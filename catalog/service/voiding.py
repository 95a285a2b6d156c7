"""A title that was made for something that came to nothing is found by no reader any more."""

from __future__ import annotations

from sqlalchemy import update

from branches.context import Context
from catalog.models import Bib
from kernel import outbox
from kernel.db import table_of

_bibs = table_of(Bib)


def void_title(context: Context, bib_id: int) -> None:
    """The index drops it. Whoever asks has seen that nothing else hangs on it (`catalog.queries.void.is_bare`), the title's row locked."""
    context.session.execute(update(_bibs).where(_bibs.c.id == bib_id).values(void_version=_bibs.c.version))
    outbox.enqueue(context.session, "bib", [bib_id], at=context.now)
    context.record("bib_voided", bib_id=bib_id, data={})
