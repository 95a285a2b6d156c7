"""A reader's own account: what I owe, why and since when, what I paid, and the deposit held for me."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for

from branches.http import context
from branches.rights import SELF
from circ.ledger_sentences import name_entry, tell_why
from circ.queries.ledger import EntryRow
from circ.service.ledger import LedgerService
from kernel.clock import local_day
from kernel.http import decode_position, encode_cursor, right
from kernel.i18n import Text

page = Blueprint("own_money_pages", __name__, url_prefix="/me")


@page.before_request
def _name_channel() -> None:
    g.channel = "opac"


@page.route("/account", methods=["GET"])
@right(SELF)
def show() -> str:
    asked = context()
    view = LedgerService(asked).own(before_id=decode_position(request.args.get("cursor")) or None)
    following = view.next_before_id
    names = {code: unit.name for code, unit in asked.tree.by_code.items()}

    def why(entry: EntryRow) -> Text | None:
        return tell_why(entry.told_why, names, local_day(asked.now))

    return render_template(
        "account/money.html",
        view=view,
        owed=max(view.account.balance_fen, 0),
        credit=max(-view.account.balance_fen, 0),
        fees=view.open_fees,
        others=[entry for entry in view.entries if entry.kind != "charge" or not entry.left_fen],
        next_page=url_for("own_money_pages.show", cursor=encode_cursor(following)) if following is not None else None,
        tree=asked.tree,
        name_entry=name_entry,
        why=why,
    )
