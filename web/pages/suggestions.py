"""What readers ask the libraries to buy: the readers' own pages, and the list that staff answer."""

from __future__ import annotations

from typing import Final, cast

from flask import Blueprint, g, render_template, request, url_for

from branches.http import context
from branches.rights import PUBLIC, SELF
from catalog.marc.isbn import isbn13s
from kernel.http import right
from kernel.i18n import Text
from purchasing.queries.suggestions import (
    SuggestionRow,
    most_wanted,
    suggestions_of_reader,
    suggestions_of_units,
    voted_by,
)
from purchasing.service.suggestions import LONGEST, NewSuggestion, SuggestionService
from purchasing.states import STATUSES, Status
from web.pages import choices
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("suggestion_pages", __name__)

SHOWN: Final = 100
TONES: Final[dict[str, str]] = {"open": "", "ordered": "send", "bought": "good", "declined": "warn"}


@page.before_request
def _name_channel() -> None:
    g.channel = "desk" if request.path.startswith("/purchasing") else "opac"


# --- readers ------------------------------------------------------------------------------------------------------------


@page.route("/suggestions", methods=["GET"])
@right(PUBLIC)
def index(form: Form = EMPTY) -> str:
    """What others want too, and how to ask; nobody's name, nobody's reason."""
    asked = context()
    rows = most_wanted(asked.session, SHOWN)
    is_reader = asked.caller.kind == "patron"
    mine = voted_by(asked.session, asked.caller.id, [row.id for row in rows]) if is_reader else frozenset()
    return render_template("suggestions/index.html", rows=rows, mine=mine, statuses=STATUSES, tones=TONES, form=form)


@page.route("/suggestions/new", methods=["GET"])
@right(SELF)
def new(form: Form | None = None) -> str:
    if form is None:
        form = Form(prefilled(request.args.get("q", "").strip(), request.args.get("field", "")))
    alike = SuggestionService(context()).alike(_typed(form)) if form.error_code == "suggestion.alike" else []
    return render_template("suggestions/new.html", form=form, longest=LONGEST, alike=alike, tree=context().tree)


def prefilled(text: str, field: str) -> dict[str, str]:
    """The form as a search in vain fills it: what was looked for goes where it belongs."""
    text = text[: LONGEST["title"]]
    if isbn13s(text) and not any(character.isalpha() for character in text.upper().replace("X", "")):
        return {"isbn": text}
    return {"author" if field == "author" else "title": text}


@page.route("/suggestions/new", methods=["POST"])
@right(SELF)
@act(new)
def suggest() -> Done:
    form = Form.sent()
    asked = _typed(form)
    form.check()
    made = SuggestionService(context()).suggest(asked)
    if made.is_new:
        message = Text("已收到您的荐购，答复会显示在这里。", "Thank you. The answer will be shown here.")
    else:
        message = Text(
            "别人也荐过这本书，已为您加一票，现在 {n} 人想看。",
            "Others asked for it too; with you, {n} readers want it.",
        ).format(n=made.suggestion.votes)
    return Done(url_for("suggestion_pages.own"), message)


def _typed(form: Form) -> NewSuggestion:
    return NewSuggestion(
        title=form.text("title", LONGEST["title"]),
        author=form.text("author", LONGEST["author"], required=False),
        publisher=form.text("publisher", LONGEST["publisher"], required=False),
        isbn=form.text("isbn", 40, required=False),
        reason=form.text("reason", LONGEST["reason"], required=False),
        not_these=form.denied(),
    )


@page.route("/suggestions/<int:suggestion_id>/votes", methods=["POST"])
@right(SELF)
@act(lambda form, **_: index(form))
def second(suggestion_id: int) -> Done:
    wanted = SuggestionService(context()).second(suggestion_id)
    message = Text("已加一票，现在 {n} 人想看。", "Counted: {n} readers want it now.").format(n=wanted.votes)
    return Done(url_for("suggestion_pages.index"), message)


@page.route("/me/suggestions", methods=["GET"])
@right(SELF)
def own() -> str:
    asked = context()
    rows = suggestions_of_reader(asked.session, asked.caller.id, limit=SHOWN)
    return render_template("suggestions/own.html", rows=rows, statuses=STATUSES, tones=TONES)


# --- staff --------------------------------------------------------------------------------------------------------------


@page.route("/purchasing/suggestions", methods=["GET"])
@right("suggestion.read")
def answers(form: Form = EMPTY) -> str:
    """What the units of the caller are to answer, the newest first."""
    asked = context()
    units = asked.caller.units("suggestion.read", asked.tree)
    chosen = Form(request.args)
    org, status = chosen.value("org"), chosen.value("status")
    within = units & asked.tree.subtree(asked.tree.unit(org).id) if org in asked.tree.by_code else units
    shown_statuses = [status] if status in STATUSES else ["open"] if not status else list(STATUSES)
    rows = suggestions_of_units(asked.session, within, shown_statuses, limit=SHOWN)
    return render_template(
        "suggestions/answers.html",
        rows=rows,
        chosen=chosen,
        statuses=STATUSES,
        tones=TONES,
        units=choices.but_shops(asked, units),
        tree=asked.tree,
        form=form,
        longest=LONGEST,
        may_answer=lambda row: _may_answer(row),
    )


def _may_answer(row: SuggestionRow) -> bool:
    asked = context()
    return bool(STATUSES[row.status].moves) and asked.caller.may("suggestion.answer", row.org_id, asked.tree)


@page.route("/purchasing/suggestions/<int:suggestion_id>/answer", methods=["POST"])
@right("suggestion.answer")
@act(lambda form, **_: answers(form))
def answer(suggestion_id: int) -> Done:
    form = Form.sent()
    status = form.choice("status", [name for name in STATUSES if name != "open"])
    words = form.text("answer", LONGEST["answer"], required=False)
    form.check()
    SuggestionService(context()).answer(suggestion_id, cast(Status, status), words)
    return Done(url_for("suggestion_pages.answers"), Text("已答复，读者会看到。", "Answered; the readers will see it."))
