"""What a shop is to send: the list with its addresses, handing a book over, saying that there is none, and the slip that goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from flask import Blueprint, g, render_template, url_for

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from catalog.description import marked
from kernel.errors import NotFound
from kernel.http import right
from kernel.i18n import Text
from patrons.http import vault
from purchasing.queries import online
from purchasing.queries.selections import SelectionRow, find_selection
from purchasing.service.online import OnlineService
from purchasing.service.online.following import open_address
from purchasing.states import ONLINE_ACTS, SELECTION_STATUSES
from web.pages.acts import Done, act, in_transaction
from web.pages.bars import draw_bars
from web.pages.forms import EMPTY, Form
from web.pages.shop import which

page = Blueprint("shop_sending", __name__, url_prefix="/shop/sending")

SHOWN: Final = 100
MISSED_WITHIN: Final = timedelta(days=60)  # so long a library finds here what counted as received and may not have come


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("selection.make")
def show(form: Form = EMPTY, **_: object) -> str:
    """The oldest first. That somebody saw an address is written down."""
    return in_transaction(lambda: _render(context(), form))


def _render(asked: Context, form: Form) -> str:
    shop = which.chosen(asked, "selection.make")
    rows = online.to_send(asked.session, [shop.id], SHOWN) if shop else []
    on_the_way = online.posted(asked.session, [shop.id], SHOWN, since=asked.now - MISSED_WITHIN) if shop else []
    deliveries = online.deliveries_of(asked.session, [row.id for row in (*rows, *on_the_way)])
    service = OnlineService(asked)
    acts = {row.id: service.acts_on(row, deliveries[row.id].way) for row in (*rows, *on_the_way)}
    return render_template(
        "shop/sending.html",
        shop=shop,
        rows=rows,
        on_the_way=[row for row in on_the_way if row.status == "sent" or "miss" in acts[row.id]],
        deliveries=deliveries,
        acts=acts,
        statuses=SELECTION_STATUSES,
        labels={name: act.label for name, act in ONLINE_ACTS.items()},
        addresses=_addresses(asked, shop, rows) if shop else {},
        tree=asked.tree,
        form=form,
    )


def _addresses(asked: Context, shop: Unit, rows: Sequence[SelectionRow]) -> dict[int, dict[str, str] | None]:
    sealed = online.addresses_of(asked.session, [row.id for row in rows])
    for row in rows:
        if row.id in sealed:
            asked.record("person_viewed", org_id=shop.id, patron_id=row.patron_id, data={"what": "address"})
    return {selection_id: open_address(vault(), one) for selection_id, one in sealed.items()}


@page.route("/<int:selection_id>/slip", methods=["GET"])
@right("selection.make")
def slip(selection_id: int) -> str:
    """For the parcel or the crate, with the label as bars."""
    return in_transaction(lambda: _render_slip(context(), selection_id))


def _render_slip(asked: Context, selection_id: int) -> str:
    row = find_selection(asked.session, selection_id)
    asked.caller.require_at("selection.make", row.shop_id, asked.tree, thing="selection", key=selection_id)
    if not row.is_online:
        raise NotFound("selection", selection_id)
    shop = asked.tree.by_id[row.shop_id]
    return render_template(
        "shop/slip.html",
        row=row,
        shop=shop,
        delivery=online.delivery_of(asked.session, row.id),
        address=_addresses(asked, shop, [row]).get(row.id),
        tree=asked.tree,
        bars=draw_bars(row.item),
    )


@page.route("/<int:selection_id>/dispatch", methods=["POST"])
@right("selection.make")
@act(show)
def dispatch(selection_id: int) -> Done:
    form, asked = Form.sent(), context()
    label = form.text("item_barcode", 64, required=False)
    tracking = form.text("tracking", 80, required=False)
    form.check()
    row = OnlineService(asked).dispatch(selection_id, item_barcode=label or None, tracking=tracking or None)
    message = Text("{title}已发出。", "{title} is sent.").format(title=marked(row.title))
    return Done(_back(asked, row), message)


@page.route("/<int:selection_id>/shortage", methods=["POST"])
@right("selection.make")
@act(show)
def say_there_is_none(selection_id: int) -> Done:
    asked = context()
    row = OnlineService(asked).call_off(selection_id, "书店无货 / out of stock", "no_supply")
    message = Text("已告诉读者{title}没有货。", "The reader hears that {title} is not to be had.")
    return Done(_back(asked, row), message.format(title=marked(row.title)))


@page.route("/<int:selection_id>/non-arrival", methods=["POST"])
@right("selection.make")
@act(show)
def say_it_did_not_arrive(selection_id: int) -> Done:
    """By the library: its reader came to the desk."""
    asked = context()
    row = OnlineService(asked).miss(selection_id)
    message = Text("已记下{title}没有收到，请再寄一本。", "{title} did not arrive: send another.")
    return Done(_back(asked, row), message.format(title=marked(row.title)))


@page.route("/<int:selection_id>/loss", methods=["POST"])
@right("selection.make")
@act(show)
def give_up(selection_id: int) -> Done:
    """It was lost and no other is sent: money, quota and postage go back."""
    asked = context()
    row = OnlineService(asked).call_off(selection_id, "路上丢失 / lost on its way", "lost")
    message = Text("{title}已撤销，钱和名额都退回。", "{title} is called off; money and quota go back.")
    return Done(_back(asked, row), message.format(title=marked(row.title)))


def _back(asked: Context, row: SelectionRow) -> str:
    return url_for("shop_sending.show", shop=asked.tree.by_id[row.shop_id].code)
