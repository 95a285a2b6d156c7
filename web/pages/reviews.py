"""The queue of doubtful records as pages: both records side by side, why they may be one, and one key each for what is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from flask import Blueprint, g, render_template, request, url_for

from branches.http import context
from catalog.bibdata import ACCESSES, KINDS, BibData
from catalog.description import full_title
from catalog.fold import fold, plain
from catalog.languages import language_label
from catalog.matching import LABELS, Reason
from catalog.queries import reviews as queries
from catalog.queries.bibs import find_bib
from catalog.queries.reviews import Candidate, Review
from catalog.service.imports.reviews import Decided, ReviewService
from kernel.errors import NotFound
from kernel.http import decode_position, encode_cursor, language, right
from kernel.i18n import Text
from kernel.schema import row_number
from web.pages import bibs
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("review_pages", __name__, url_prefix="/imports/reviews")

PAGE: Final = 50
LONGEST_COMPARED: Final = 1000  # characters of a field: the comparison takes time by the square
STATUSES: Final[dict[str, tuple[Text, str]]] = {
    "open": (Text("待审", "waiting"), "warn"),
    "merged": (Text("已并入", "merged"), "good"),
    "kept_apart": (Text("另立书目", "kept apart"), "good"),
    "corrected": (Text("改正后另立", "corrected"), "good"),
}
SAID: Final[dict[str, Text]] = {
    "merged": Text("已并入《{title}》，带来 {n} 册。", "Merged into “{title}”, with {n} copies."),
    "kept_apart": Text("《{title}》已另立书目，带来 {n} 册。", "“{title}” has a title of its own, with {n} copies."),
    "corrected": Text(
        "《{title}》已改正并另立书目，带来 {n} 册。", "“{title}” was corrected and is in, with {n} copies."
    ),
}
AGREEMENTS: Final[dict[str, tuple[Text, str, str]]] = {
    "agrees": (Text("一致", "agrees"), "good", "check"),
    "partly": (Text("相近", "alike"), "warn", "warn"),
    "differs": (Text("不同", "differs"), "stop", "stop"),
    "missing": (Text("一方没有", "one side is silent"), "", "info"),
}
# Shown below the criteria of matching, which come first.
FURTHER: Final[dict[str, Text]] = {
    "responsibility": Text("责任说明", "Statement"),
    "place": Text("出版地", "Place"),
    "series": Text("丛书", "Series"),
    "language": Text("语种", "Language"),
    "class_number": Text("中图分类号", "Class"),
    "subjects": Text("主题", "Subjects"),
    "abstract": Text("提要", "Abstract"),
    "notes": Text("附注", "Notes"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the comparison. A side is pieces of text, each with whether the other side has it not."""

    label: Text
    agreement: Literal["agrees", "partly", "differs", "missing"]
    points: int | None
    theirs: list[tuple[str, bool]]
    ours: list[tuple[str, bool]]


@page.before_request
def _name_channel() -> None:
    g.channel = "web"


@page.route("", methods=["GET"])
@right("import.run")
def index() -> str:
    """What waits, of one import (`import`) or of all."""
    session = context().session
    import_id = _import_asked()
    rows = queries.list_reviews(
        session, import_id=import_id, after_id=decode_position(request.args.get("cursor")), limit=PAGE + 1
    )
    following = encode_cursor(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render_template(
        "reviews/index.html",
        full_title=full_title,
        rows=rows[:PAGE],
        number=queries.count_open(session, import_id),
        import_id=import_id,
        filename=rows[0].filename if rows and import_id is not None else None,
        next_page=url_for("review_pages.index", cursor=following, **of_import(import_id)) if following else None,
    )


@page.route("/<int:review_id>", methods=["GET"])
@right("import.run")
def show(review_id: int, form: Form = EMPTY) -> str:
    """The record beside one of its candidates, the best first or the one that was asked for (`with`)."""
    session = context().session
    review = queries.find_review(session, review_id)
    chosen = _chosen(review)
    import_id = _import_asked()
    return render_template(
        "reviews/show.html",
        full_title=full_title,
        form=form,
        review=review,
        status=STATUSES[review.status],
        chosen=chosen,
        lines=_lines(review.data, chosen) if review.data and chosen else (),
        agreements=AGREEMENTS,
        left=queries.count_open(session, import_id),
        following=queries.next_open(session, review_id, import_id),
        scope=of_import(import_id),
    )


@page.route("/<int:review_id>", methods=["POST"])
@right("import.run")
@act(show)
def decide(review_id: int) -> Done:
    """Merge, or keep apart; then the next one."""
    form = Form.sent()
    decision = form.choice("decision", ("merge", "keep_apart"))
    into = form.number("into", 1, 2**53)
    form.check()
    merges = decision == "merge"
    decided = ReviewService(context()).decide(
        review_id, "merge" if merges else "keep_apart", into=int(into) if merges and into else None
    )
    return _on(review_id, decided)


@page.route("/<int:review_id>/correct", methods=["GET"])
@right("import.run")
def correct(review_id: int, form: Form = EMPTY) -> str:
    """The form with what the record says, to be put right."""
    review = queries.find_review(context().session, review_id)
    if review.data is None:
        raise NotFound("review", review_id)
    values = form if form is not EMPTY else Form(bibs.form_values(review.data))
    return render_template(
        "reviews/correct.html",
        full_title=full_title,
        form=values,
        review=review,
        languages=bibs.languages(),
        kinds=KINDS,
        accesses=ACCESSES,
        bib=None,
        scope=of_import(_import_asked()),
    )


@page.route("/<int:review_id>/correct", methods=["POST"])
@right("import.run")
@act(correct)
def save_corrected(review_id: int) -> Done:
    form = Form.sent()
    review = queries.find_review(context().session, review_id)
    if review.data is None:
        raise NotFound("review", review_id)
    changed = bibs.changes_of(form, review.data)
    form.check()
    return _on(review_id, ReviewService(context()).decide(review_id, "correct", corrected=changed))


def _on(review_id: int, decided: Decided) -> Done:
    """What was done, and the next record that waits; behind the last one the queue."""
    session = context().session
    import_id = _import_asked()
    title = full_title(find_bib(session, decided.bib_id).data)
    message = SAID[decided.status].format(title=title, n=decided.items_created)
    following = queries.next_open(session, review_id, import_id)
    if following is None:
        return Done(url_for("review_pages.index", **of_import(import_id)), message)
    return Done(url_for("review_pages.show", review_id=following, **of_import(import_id)), message)


def _import_asked() -> int | None:
    """The import to whose records the address keeps; what is no row's number is passed over."""
    return row_number(request.args.get("import", "")) or None


def of_import(import_id: int | None) -> dict[str, Any]:
    """What keeps an address to the records of one import."""
    return {} if import_id is None else {"import": import_id}


def _chosen(review: Review) -> Candidate | None:
    asked = request.args.get("with", type=int) or request.form.get("into", type=int)
    named = [one for one in review.candidates if one.bib.id == asked]
    return next(iter(named or review.candidates), None)


def _lines(theirs: BibData, chosen: Candidate) -> list[Line]:
    """The criteria first, then the other fields that one side has; those as both stand now."""
    lines = [_of_reason(reason) for reason in chosen.reasons if reason.theirs or reason.ours]
    for name, label in FURTHER.items():
        one, other = (_said(data, name) for data in (theirs, chosen.bib.data))
        if one or other:
            lines.append(_of_field(label, one, other))
    return lines


def _of_reason(reason: Reason) -> Line:
    told = reason.agreement
    if told == "missing" and reason.theirs and reason.ours:
        told = "agrees" if plain(reason.theirs) == plain(reason.ours) else "partly"
    theirs, ours = compared(reason.theirs, reason.ours)
    return Line(label=LABELS[reason.criterion], agreement=told, points=reason.points, theirs=theirs, ours=ours)


def _of_field(label: Text, theirs: str, ours: str) -> Line:
    if not theirs or not ours:
        agreement: Literal["agrees", "differs", "missing"] = "missing"
    else:
        agreement = "agrees" if plain(theirs) == plain(ours) else "differs"
    one, other = compared(theirs, ours)
    return Line(label=label, agreement=agreement, points=None, theirs=one, ours=other)


def _said(data: BibData, name: str) -> str:
    value = getattr(data, name)
    if name == "language" and value:
        return language_label(value).in_(language())
    return "; ".join(value) if isinstance(value, tuple) else str(value or "")


def compared(one: str, other: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts in pieces, each with whether the other has it not, be it in the other script or width; where one is silent nothing is
    marked, nor behind the first `LONGEST_COMPARED` characters."""
    if not one or not other:
        return [(one, False)] if one else [], [(other, False)] if other else []
    one, rest = one[:LONGEST_COMPARED], one[LONGEST_COMPARED:]
    other, other_rest = other[:LONGEST_COMPARED], other[LONGEST_COMPARED:]
    left: list[tuple[str, bool]] = []
    right_side: list[tuple[str, bool]] = []
    folded, other_folded = ([fold(character) for character in text] for text in (one, other))
    for kind, a, b, c, d in SequenceMatcher(a=folded, b=other_folded, autojunk=False).get_opcodes():
        is_other = kind != "equal"
        if a < b:
            left.append((one[a:b], is_other))
        if c < d:
            right_side.append((other[c:d], is_other))
    return left + [(rest, False)] * bool(rest), right_side + [(other_rest, False)] * bool(other_rest)
