"""Readers browse the shops' lists at home, choose a book to be sent, and follow what they chose."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from branches.rights import SELF
from branches.tree import Unit
from catalog.description import marked
from kernel.errors import NotFound
from kernel.http import right
from kernel.i18n import Text
from patrons.http import vault
from patrons.queries import patron_by_id
from patrons.service.families import FamilyService, find_ward
from purchasing.programmes import WAYS, Online
from purchasing.queries import online
from purchasing.queries.offered import find_offer
from purchasing.rules import hands_out
from purchasing.service.online import OnlineService, Wanted
from purchasing.service.online.browsing import open_shops
from purchasing.service.selecting import Pick, SelectionService
from purchasing.service.selecting.commands import Address, Delivery
from purchasing.states import ONLINE_ACTS, SELECTION_STATUSES
from purchasing.volumes import listed, split_volumes
from web.pages import wishes
from web.pages.acts import Done, act
from web.pages.forms import EMPTY, Form
from web.pages.shop.told import left_sentences
from web.presentation import translate as t

page = Blueprint("online_choices", __name__)

SHOWN: Final = 30
POST: Final = "post"
LONGEST: Final = {"name": 40, "phone": 24, "address": 200}


@page.before_request
def _name_channel() -> None:
    g.channel = "opac"


@page.route("/choose/list", methods=["GET"])
@right(SELF)
def browse() -> str:
    """What the shops have, each book once, the newest first."""
    form = Form(request.args)
    shown = min(max(int(form.number("page", 1, 1000) or 1), 1), 1000)
    wanted = Wanted(words=tuple(form.value("q")[:100].split()), up_to_fen=form.money("up_to"))
    books = OnlineService(context()).browse(wanted, skip=(shown - 1) * SHOWN, limit=SHOWN + 1)
    return render_template("shop/list.html", books=books[:SHOWN], form=form, page=shown, has_more=len(books) > SHOWN)


@page.route("/choose/books/<code>/<isbn>", methods=["GET"])
@right(SELF)
def show(code: str, isbn: str, form: Form = EMPTY) -> str:
    """One book: whether it may be had, what the network has, and how it shall come."""
    asked = context()
    shop = _shop(asked, code)
    offer = find_offer(asked.session, shop.id, isbn)
    volumes = split_volumes(offer.volumes)
    volume = listed(volumes, form.value("volume") or request.args.get("volume", "")[:100])
    pick = Pick(patron=_card(asked, None), isbn=isbn, shop=code, volume=volume, delivery=Delivery())
    quote = SelectionService(asked).quote(pick)
    rules = quote.programme.rules.online if quote.programme is not None else None
    home = asked.tree.by_id[patron_by_id(asked.session, asked.caller.id).home_id].code
    return render_template(
        "shop/order.html",
        offer=offer,
        book=OnlineService(asked).shops_with(isbn),
        volumes=volumes,
        volume=volume,
        shop=shop,
        quote=quote,
        rules=rules,
        pickups=_ways(asked, rules) if rules else [],
        readers=[(ward.barcode, ward.name) for ward in FamilyService(asked).wards()],
        form=form.with_defaults({"how": home}),
        left_sentences=left_sentences,
        ways=WAYS,
        longest=LONGEST,
    )


@page.route("/choose/books/<code>/<isbn>", methods=["POST"])
@right(SELF)
@act(show)
def order(code: str, isbn: str) -> Done:
    form, asked = Form.sent(), context()
    _shop(asked, code)
    how = form.choice("how", [*(code for code, _name in wishes.pickups(asked)), POST])
    typed = {name: form.text(name, most, required=how == POST) for name, most in LONGEST.items()}
    form.check()
    delivery = Delivery(address=Address(**typed)) if how == POST else Delivery(pickup=how)
    card, volume = _card(asked, form.value("ward") or None), form.value("volume")[:100] or None
    pick = Pick(patron=card, isbn=isbn, shop=code, volume=volume, delivery=delivery)
    ordered = OnlineService(asked).order(pick, vault())
    message = Text("{title}已下单，图书馆买单。", "{title} is ordered, and the library pays.")
    return Done(url_for("online_choices.own"), message.format(title=marked(ordered.selection.title)))


def _ways(asked: Context, rules: Online) -> list[tuple[str, str]]:
    """How the programme hands books out: at which of the places where holds are collected, and whether by post."""
    tree = asked.tree
    at = Text("到{org}取", "collect it at {org}")
    places = [
        (code, t(at.format(org=name)))
        for code, name in wishes.pickups_of_choices(asked)
        if hands_out(rules, tree.codes(tree.unit(code).id))
    ]
    return [*(places if rules.pickup else []), *([(POST, t("邮寄给我", "by post"))] if rules.post else [])]


@page.route("/me/new-books", methods=["GET"])
@right(SELF)
def own(form: Form = EMPTY, **_: object) -> str:
    """What the reader, and the children in their care, chose online and do not have yet, and what was chosen on their cards at shops."""
    asked = context()
    people = [
        asked.caller.id,
        *(ward.id for ward in FamilyService(asked).wards()),
    ]
    rows = [row for one in people for row in online.waited_for(asked.session, one)]
    deliveries, service = online.deliveries_of(asked.session, [row.id for row in rows]), OnlineService(asked)
    acts = {row.id: service.acts_on(row, deliveries[row.id].way) for row in rows}
    sent = [row for row in rows if "miss" in acts[row.id]]
    return render_template(
        "shop/own.html",
        rows=rows,
        at_counters=[row for one in people for row in online.chosen_at_counters(asked.session, one)],
        deliveries=deliveries,
        usual=service.usual_days(rows, deliveries),
        acts=acts,
        against_missing={row.id: service.against_missing(row, deliveries[row.id]) for row in sent},
        labels={name: act.label for name, act in ONLINE_ACTS.items()},
        statuses=SELECTION_STATUSES,
        tree=asked.tree,
        form=form,
    )


@page.route("/me/new-books/<int:selection_id>/cancellation", methods=["POST"])
@right(SELF)
@act(own)
def call_off(selection_id: int) -> Done:
    row = OnlineService(context()).call_off(selection_id, "读者撤销 / by the reader")
    message = Text("{title}已撤销，名额已退回。", "{title} is called off and does not count any more.")
    return Done(url_for("online_choices.own"), message.format(title=marked(row.title)))


@page.route("/me/new-books/<int:selection_id>/receipt", methods=["POST"])
@right(SELF)
@act(own)
def receive(selection_id: int) -> Done:
    row = OnlineService(context()).receive(selection_id)
    message = Text("{title}的借期从现在算起，见“我的借阅”。", "The loan of {title} begins now: see “My loans”.")
    return Done(url_for("account.show"), message.format(title=marked(row.title)))


@page.route("/me/new-books/<int:selection_id>/non-arrival", methods=["POST"])
@right(SELF)
@act(own)
def miss(selection_id: int) -> Done:
    row = OnlineService(context()).miss(selection_id)
    message = Text(
        "已记下{title}没有收到：书店会再寄一本，或者退回名额。",
        "{title} is noted as not arrived: the shop sends another, or it counts no more.",
    )
    return Done(url_for("online_choices.own"), message.format(title=marked(row.title)))


def _card(asked: Context, ward: str | None) -> str:
    """The reader's own card, or that of a child in their care, as it is known everywhere."""
    reader = patron_by_id(asked.session, asked.caller.id) if ward is None else find_ward(asked, ward)
    return f"{asked.tree.by_id[reader.namespace_id].code}:{reader.barcode}"


def _shop(asked: Context, code: str) -> Unit:
    for shop in open_shops(asked).values():
        if shop.code == code:
            return shop
    raise NotFound("shop", code)
