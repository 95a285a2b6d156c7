"""The way to a digital resource: from the title's page, by right, counted, to an address of the record and nowhere else."""

from __future__ import annotations

from typing import Final

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from branches.http import context
from branches.rights import PUBLIC
from catalog.resources import INSIDE_ONLY, RENEW_FIRST, is_inside
from catalog.service.resources import Opening, ResourceService
from kernel.clock import local_day
from kernel.http import right
from patrons.queries import has_expired
from web.pages.acts import in_transaction
from web.pages.layout import tell
from web.pages.opac.blueprint import page
from web.settings import Settings

_TOLD: Final = {"come_in": INSIDE_ONLY, "renew": RENEW_FIRST}
_FETCHED_AHEAD: Final = ("prefetch", "prerender", "preview")


@page.route("/bibs/<int:bib_id>/access", methods=["GET"])
@right(PUBLIC)
def access(bib_id: int) -> ResponseReturnValue:
    """To the address that `link` counts, from 1. A browser that only looks ahead is sent back, uncounted."""
    title = url_for("opac.bib", bib_id=bib_id)
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    if request.method == "HEAD" or any(word in purpose for word in _FETCHED_AHEAD):
        return redirect(title, 303)
    number = request.args.get("link", 1, type=int)
    opening = in_transaction(lambda: _open(bib_id, number))
    if opening.decision == "log_in":
        return redirect(url_for("login.show", next=request.full_path), 303)
    if opening.decision in _TOLD:
        tell(_TOLD[opening.decision], "warn")
        return redirect(title, 303)
    response = redirect(opening.url, 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _open(bib_id: int, number: int) -> Opening:
    settings: Settings = current_app.extensions["tongjie_settings"]
    inside = is_inside(request.remote_addr, settings.inside_networks)
    asking = context()
    is_reader = asking.caller.kind == "patron"
    expired = is_reader and has_expired(asking.session, asking.caller.id, local_day(asking.now))
    return ResourceService(asking).open(bib_id, number, is_inside=inside, has_expired=expired)
