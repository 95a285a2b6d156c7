"""The journal for staff: who did what, where and when, newest first. Which entries one sees is the journal's own rule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from flask import Blueprint, render_template, request, url_for

from branches.http import context
from branches.journal import JournalQuestion, read_journal
from kernel.clock import start_of_day
from kernel.http import decode_cursor, encode_cursor, right
from kernel.i18n import Text
from web.pages import choices, telling
from web.pages.forms import Form

page = Blueprint("journal_pages", __name__, url_prefix="/journal")

PAGE: Final = 50
FILTERS: Final = ("act", "org", "author", "item", "patron", "from", "to")


@page.route("", methods=["GET"])
@right("journal.read")
def index() -> str:
    asked = context()
    form = Form({name: request.args.get(name, "").strip() for name in FILTERS})
    from_on, to_on = form.day("from"), form.day("to")
    before = decode_cursor(request.args.get("cursor"))
    entries = read_journal(
        asked,
        JournalQuestion(
            act=form.choice("act", telling.ACTS, required=False),
            org=form.choice("org", asked.tree.by_code, required=False),
            author=form.value("author") or None,
            item=form.value("item") or None,
            patron=form.value("patron") or None,
            from_at=start_of_day(from_on) if from_on else None,
            to_at=start_of_day(_next(to_on)) if to_on else None,
            before_id=before if isinstance(before, int) else None,
            limit=PAGE + 1,
        ),
    )
    kept = {name: form.value(name) for name in FILTERS if form.has(name)}
    following = encode_cursor(entries[PAGE - 1].id) if len(entries) > PAGE else None
    return render_template(
        "journal/index.html",
        form=form,
        entries=entries[:PAGE],
        acts=_acts(),
        units=choices.units(asked, asked.caller.units("journal.read", asked.tree)),
        tree=asked.tree,
        name_act=telling.name_act,
        name_channel=telling.name_channel,
        tell=lambda entry: telling.tell(entry.data, asked.tree),
        is_filtered=bool(kept),
        next_page=url_for("journal_pages.index", **kept, cursor=following) if following else None,  # type: ignore[arg-type]
    )


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _acts() -> list[tuple[str, Text]]:
    return list(telling.ACTS.items())
