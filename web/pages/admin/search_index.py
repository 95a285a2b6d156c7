"""The search index by a page: how far behind it is, which titles the engine would not take and why; and trying those again."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from kernel import http
from kernel.clock import read_clock
from kernel.http import right
from kernel.i18n import Text
from search.api import engine
from search.failing import MOST_LISTED, failing_titles, retry_parked
from search.indexer import Indexer
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form

page = Blueprint("index_pages", __name__, url_prefix="/admin/search")

QUEUED = Text("重新排上 {n} 种，后台随即处理。", "Queued {n} titles again; the worker takes them up at once.")


@page.route("", methods=["GET"])
@right("jobs.run")
def show(form: Form = EMPTY) -> str:
    status = Indexer(http.database(), engine()).status()
    return render_template(
        "admin/search_index.html",
        form=form,
        status=status,
        lag=status.lag_seconds(read_clock()),
        titles=failing_titles(http.session(), MOST_LISTED),
    )


@page.route("/retry", methods=["POST"])
@right("jobs.run")
@act(show)
def retry() -> Done:
    return Done(url_for("index_pages.show"), QUEUED.format(n=retry_parked(http.session())))
