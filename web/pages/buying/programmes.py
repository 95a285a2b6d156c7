"""Programmes by which readers choose and the library pays: what runs, by which rules, what is left, and the form that sets one up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from kernel.clock import local_day
from kernel.http import language, right
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.kinds import KINDS
from purchasing.programmes import (
    PERIODS,
    PRESENCES,
    RESIDENCES,
    Online,
    Programme,
    Quota,
    Rules,
    budget_left,
    has_reached_warning,
)
from purchasing.queries.funds import find_programme, list_funds, list_programmes
from purchasing.rules import show_ages
from purchasing.service.programmes import Draft, LoanTerms, ProgrammeService, terms_of
from web.pages import choices, wishes
from web.pages.acts import Done, act
from web.pages.buying import lateness
from web.pages.buying.places import places_for
from web.pages.forms import EMPTY, Form

page = Blueprint("programme_pages", __name__, url_prefix="/purchasing/programmes")

FUND_LINES: Final = 4  # at least; more where there are more funds
MOST_FUNDS: Final = 50
USUALLY_LEFT_OUT: Final = ("textbook", "exam", "reference", "copybook")  # ticked where somebody begins
RETURN_PLACES: Final = {
    "anywhere": Text("任何馆点", "anywhere"),
    "home": Text("只还加工馆", "the library that processes it"),
    "issuing": Text("只还选书的书店", "the shop where it was chosen"),
}
_NOT_ONLINE: Final = Online()
_NOTHING: Final[Mapping[str, Any]] = {}
_AT: Final = "pickup_at"
_LANGUAGE: Final = re.compile(r"[a-z]{3}\Z")


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("programme.read")
def index() -> str:
    asked = context()
    today = local_day(asked.now)
    found = list_programmes(asked.session)
    ordered = sorted(found, key=lambda one: (not one.runs_on(today), -one.ends_on.toordinal(), one.code))
    return render_template(
        "buying/programmes.html",
        programmes=ordered,
        day=today,
        sees_money=lambda one: asked.caller.may("fund.read", one.org_id, asked.tree),
        budget_left=budget_left,
        is_warned=has_reached_warning,
        may_write=bool(asked.caller.units("programme.write", asked.tree)),
        tree=asked.tree,
        places=places_for(asked.caller),
    )


@page.route("/new", methods=["GET"])
@right("programme.write")
def new(form: Form = EMPTY) -> str:
    return _form(
        context(),
        form.with_defaults(
            {"warn_at": 80, "stop_at": 100, "cancel_minutes": 120, "uncollected_counts": "1", "missed_per_year": 3}
        ),
        None,
    )


@page.route("/new", methods=["POST"])
@right("programme.write")
@act(new)
def create() -> Done:
    asked, form = context(), Form.sent()
    code, org = form.code("code"), form.text("org", 32)
    draft = _draft(asked, form, org)
    form.check()
    ProgrammeService(asked).create(code, draft)
    return Done(url_for("programme_pages.show", code=code), Text("活动已设立。", "The programme was set up."))


@page.route("/<code>", methods=["GET"])
@right("programme.read")
def show(code: str) -> str:
    asked = context()
    programme = find_programme(asked.session, code)
    terms = terms_of(asked, programme)
    return render_template(
        "buying/programme.html",
        programme=programme,
        rules=programme.rules,
        terms=terms,
        late=lateness.in_force(terms.late),
        day=local_day(asked.now),
        kinds=KINDS,
        periods=PERIODS,
        residences=RESIDENCES,
        presences=PRESENCES,
        return_places=RETURN_PLACES,
        categories=dict(choices.categories(asked)),
        ages=show_ages(programme.rules.ages) if programme.rules.ages != (None, None) else None,
        left=budget_left(programme) if programme.funds else 0,
        is_warned=bool(programme.funds) and has_reached_warning(programme),
        sees_money=asked.caller.may("fund.read", programme.org_id, asked.tree),
        may_write=asked.caller.may("programme.write", programme.org_id, asked.tree),
        may_set_policies=asked.caller.holds("settings.read"),
        tree=asked.tree,
        places=places_for(asked.caller),
    )


@page.route("/<code>/edit", methods=["GET"])
@right("programme.write")
def edit(code: str, form: Form = EMPTY) -> str:
    asked = context()
    programme = ProgrammeService(asked).find_own(code)
    return _form(asked, form.with_defaults(_filled(programme, terms_of(asked, programme))), programme)


@page.route("/<code>/edit", methods=["POST"])
@right("programme.write")
@act(lambda form, code: edit(code, form))
def change(code: str) -> Done:
    asked, form = context(), Form.sent()
    service = ProgrammeService(asked)
    programme = service.find_own(code)
    version = form.number("version", 1, 10**9, required=True)
    terms = terms_of(asked, programme)
    draft = _draft(asked, form, asked.tree.by_id[programme.org_id].code, late=terms.late, before=programme.rules.online)
    form.check()
    service.change(code, draft, expected_version=int(version or 0))
    return Done(url_for("programme_pages.show", code=code), Text("已保存。", "Saved."))


# --- the form -----------------------------------------------------------------------------------------------------------


def _form(asked: Context, form: Form, programme: Programme | None) -> str:
    caller, tree = asked.caller, asked.tree
    shops = [unit for unit in tree.in_order if unit.kind == "shop" and not unit.is_closed]
    funds = list_funds(asked.session, caller.units("fund.read", tree))
    late = terms_of(asked, programme).late if programme else {}
    return render_template(
        "buying/programme_form.html",
        form=form,
        programme=programme,
        units=choices.but_shops(asked, caller.units("programme.write", tree)),
        libraries=[
            (one.code, one.name) for one in tree.in_order if one.kind in ("hub", "branch") and not one.is_closed
        ],
        shops=[(shop.code, shop.name) for shop in shops],
        pickups=wishes.pickups_of_choices(asked),
        funds=[(fund.code, f"{fund.name} {fund.code}") for fund in funds],
        fund_lines=range(min(max(FUND_LINES, len(funds), len(programme.funds) if programme else 0), MOST_FUNDS)),
        late=lateness.in_force(late),
        asks_fine=lateness.asks_fine(late),
        asks_suspension=lateness.asks_suspension(late),
        may_fund=bool(caller.units("fund.write", tree)),
        categories=choices.categories(asked),
        kind_boxes=[(name, kind.label.in_(language())) for name, kind in KINDS.items()],
        periods=PERIODS,
        residence_choices=[(name, label.in_(language())) for name, label in RESIDENCES.items()],
        return_choices=[(name, label.in_(language())) for name, label in RETURN_PLACES.items()],
        picked=_picked(programme),
    )


def _picked(programme: Programme | None) -> dict[str, list[str]]:
    """Which boxes are ticked: those that were sent, else those of the programme."""
    names = ("shops", "categories", "excluded_kinds", _AT)
    if request.method == "POST":
        return {name: request.form.getlist(name) for name in names}
    if programme is None:
        return {"shops": [], "categories": [], "excluded_kinds": list(USUALLY_LEFT_OUT), _AT: []}
    own = {name: list(getattr(programme.rules, name)) for name in names if name != _AT}
    return own | {_AT: list(programme.rules.online.pickup_at)}


def _filled(programme: Programme, terms: LoanTerms) -> dict[str, Any]:
    """The fields of a programme as it is."""
    rules = programme.rules
    filled: dict[str, Any] = {
        "name": programme.name,
        "starts_on": programme.starts_on.isoformat(),
        "ends_on": programme.ends_on.isoformat(),
        "warn_at": programme.warn_at,
        "stop_at": programme.stop_at,
        "paused": "1" if programme.is_paused else "",
        "library": context().tree.by_id[programme.library_id].code,
        "version": programme.version,
        "readers": rules.readers,
        "max_price": _yuan(rules.max_price_fen),
        "max_copies": rules.max_copies_in_network,
        "excluded_classes": " ".join(rules.excluded_classes),
        "languages": " ".join(rules.languages),
        "earliest_year": rules.earliest_year,
        "age_from": rules.ages[0],
        "age_to": rules.ages[1],
        "loan_days": rules.loan_days,
        "cancel_minutes": rules.cancel_minutes,
        "pin_at_counter": "1" if rules.presence == "pin" else "",
        "return_to": terms.return_to or "",
        "uncollected_counts": "1" if rules.online.uncollected_counts else "",
        "online_pickup": "1" if rules.online.pickup else "",
        "online_post": "1" if rules.online.post else "",
        "postage": _yuan(rules.online.postage_fen),
        "post_free_from": _yuan(rules.online.post_free_from_fen),
        "receipt_after_days": rules.online.receipt_after_days,
        "missed_per_year": rules.online.missed_per_year,
    }
    filled |= lateness.filled(terms.late)
    for quota in rules.per_patron:
        filled |= {f"{quota.period}_count": quota.count, f"{quota.period}_amount": _yuan(quota.amount_fen)}
    for n, fund in enumerate(programme.funds):
        filled |= {f"fund{n}": fund.code, f"share{n}": fund.share}
    return filled


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else show_money(fen)


def _draft(
    asked: Context, form: Form, org: str, *, late: Mapping[str, Any] = _NOTHING, before: Online = _NOT_ONLINE
) -> Draft:
    """What was typed; what does not hold is noted in the form."""
    name = form.text("name", 80)
    starts_on, ends_on = form.day("starts_on", required=True), form.day("ends_on", required=True)
    budget = form.money("budget")
    funds = _funds(form)
    library = form.choice("library", asked.tree.by_code, required=False)
    warn_at, stop_at = form.whole("warn_at", 1, 100), form.whole("stop_at", 1, 100)
    return_to = form.choice("return_to", RETURN_PLACES, required=False)
    rules = _rules(form, before)
    sanctions = lateness.sent(form, late)
    form.check()
    assert starts_on is not None
    assert ends_on is not None
    return Draft(
        name=name,
        org=org,
        starts_on=starts_on,
        ends_on=ends_on,
        funds=funds,
        budget_fen=budget or None,
        library=library,
        warn_at=warn_at or 80,
        stop_at=stop_at or 100,
        is_paused=form.flag("paused"),
        rules=rules,
        terms=LoanTerms(return_to=return_to, late=sanctions),
    )


def _funds(form: Form) -> tuple[tuple[str, int], ...]:
    found = []
    for n in range(MOST_FUNDS):
        code, share = form.value(f"fund{n}").strip(), form.whole(f"share{n}", 1, 1_000_000)
        if code:
            found.append((code, share or 1))
    return tuple(found)


def _rules(form: Form, before: Online) -> Rules:
    quotas = [
        Quota(
            period=period,
            count=form.whole(f"{period}_count", 0, 10_000),
            amount_fen=form.money(f"{period}_amount"),
        )
        for period in PERIODS
    ]
    readers = form.choice("readers", RESIDENCES, required=False) or "network"
    return Rules(
        shops=tuple(form.values("shops")),
        readers="own" if readers == "own" else "network",
        categories=tuple(form.values("categories")),
        max_price_fen=form.money("max_price"),
        max_copies_in_network=form.whole("max_copies", 0, 10_000),
        per_patron=tuple(quota for quota in quotas if (quota.count, quota.amount_fen) != (None, None)),
        excluded_classes=tuple(_words(form, "excluded_classes")),
        excluded_kinds=tuple(form.values("excluded_kinds")),
        earliest_year=form.whole("earliest_year", 1000, 2999),
        languages=_languages(form),
        ages=(form.whole("age_from", 0, 150), form.whole("age_to", 0, 150)),
        loan_days=form.whole("loan_days", 1, 365),
        cancel_minutes=form.whole("cancel_minutes", 0, 10_080) or 0,
        presence="pin" if form.flag("pin_at_counter") else "none",
        online=_online(form, before),
    )


def _online(form: Form, before: Online) -> Online:
    """What the form asks about choices made online. A place that is not offered any more, for it is closed, stays."""
    offered = [code for code, _name in wishes.pickups_of_choices(context())]
    ticked = [code for code in form.values(_AT) if code in offered]
    return replace(
        before,
        pickup_at=(*ticked, *(code for code in before.pickup_at if code not in offered)),
        uncollected_counts=form.flag("uncollected_counts"),
        pickup=form.flag("online_pickup"),
        post=form.flag("online_post"),
        postage_fen=form.money("postage") or 0,
        post_free_from_fen=form.money("post_free_from"),
        receipt_after_days=form.whole("receipt_after_days", 1, 90) or before.receipt_after_days,
        missed_per_year=form.whole("missed_per_year", 0, 100),
    )


def _languages(form: Form) -> tuple[str, ...]:
    words = _words(form, "languages")
    if not all(_LANGUAGE.match(word) for word in words):
        form.wrong(
            "languages",
            Text("语种用三个字母的代码，如 chi eng。", "Languages are codes of three letters, such as chi eng."),
        )
    return tuple(words)


def _words(form: Form, name: str) -> list[str]:
    return [word for word in re.split(r"[\s,，、;；]+", form.text(name, 400, required=False)) if word][:200]
