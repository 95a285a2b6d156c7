"""Doubtful records that may be of a title from which records were set apart: they are asked about anew, of both titles."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.import_models import ImportBatch, ImportReview
from catalog.kept import read_description
from catalog.matching import find_match
from catalog.queries.bibs import find_bibs, standing
from catalog.service.imports.candidates import Found, Target
from catalog.service.imports.titles import MOST_SHOWN, candidate_of
from catalog.weighing import find_weights


def rejudge(session: Session, bib_id: int, apart_id: int) -> None:
    """Judge the open ones that name `bib_id`, of it and of `apart_id`, as these two are described now. One that resembles neither any
    more keeps its other candidates, or waits without any until a librarian keeps it apart."""
    r = ImportReview
    waiting = session.execute(select(r.id, r.candidates).where(r.status == "open").order_by(r.id)).all()
    stands = standing(session, {int(one["bib"]) for row in waiting for one in row.candidates})
    for review_id, candidates in waiting:
        others = [one for one in candidates if stands.get(int(one["bib"])) != bib_id]
        if len(others) < len(candidates):
            _judge(session, review_id, others, (bib_id, apart_id))


def _judge(session: Session, review_id: int, others: list[dict[str, Any]], bib_ids: Collection[int]) -> None:
    is_it = (ImportReview.id == review_id, ImportReview.status == "open")
    review = session.scalars(select(ImportReview).where(*is_it).with_for_update(skip_locked=True)).first()
    if review is None:
        return  # somebody decides on it at this moment
    data = read_description(review.format, review.container, review.encoding, review.raw)
    if data is None:
        return
    weights = find_weights(session, session.get_one(ImportBatch, review.batch_id).profile)
    found = [
        candidate_of(Found(target=Target(data=bib.data, bib_id=bib.id), match=match))
        for bib in find_bibs(session, bib_ids).values()
        if (match := find_match(data, bib.data, weights)) is not None
    ]
    review.candidates = sorted([*others, *found], key=lambda one: -int(one["score"]))[:MOST_SHOWN]
    session.flush()
