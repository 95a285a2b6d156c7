"""Readers for staff: found, registered, changed; PIN, cards and blocks. A phone number never stands in an address."""

from __future__ import annotations

import re
from typing import Final, get_args

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from circ import queries
from circ.commands import Renew
from circ.queries import holds as hold_queries
from circ.service import CirculationService
from circ.states import HOLD_STATUSES
from kernel.barcodes import LONGEST_ASKED
from kernel.errors import Conflict, NotFound
from kernel.http import right
from kernel.i18n import Text
from kernel.schema import is_storable
from patrons.histories import LABELS, Choice
from patrons.http import patron_service
from patrons.queries import FoundRow
from patrons.reference import CATEGORIES
from patrons.service.blocks import BlockService, NewBlock
from patrons.service.cards import REASONS, CardService, Reason
from patrons.service.consents import ConsentService, GivenBy
from patrons.service.finding import find_for
from patrons.service.histories import HistoryService
from patrons.service.profiles import NewPatron, PatronChanges, PatronView
from web.pages import choices
from web.pages.acts import Done, act, in_transaction
from web.pages.forms import EMPTY, Form

page = Blueprint("patron_pages", __name__, url_prefix="/patrons")

PHONE: Final = re.compile(r"^[+\d][\d\s()-]{4,18}$", re.ASCII)
CARD_REASONS: Final[dict[str, Text]] = {
    "lost": Text("旧证丢失", "the old card is lost"),
    "damaged": Text("旧证损坏", "the old card is damaged"),
    "replaced": Text("换新证", "a new card"),
    "found": Text("挂失的证找到了", "a lost card was found"),
}


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


# --- finding ------------------------------------------------------------------------------------------------------------


@page.route("", methods=["GET"])
@right("patron.read")
def index() -> str:
    return _list(None, "")


@page.route("", methods=["POST"])
@right("patron.read")
def search() -> ResponseReturnValue:
    """By card, by phone, or by how the name begins. Sent as a form, so that the address names nobody."""
    g.reads_only = True
    asked = request.form.get("q", "").strip()[:64]
    if not asked or not is_storable(asked):
        return _list(None, "")
    card = _card(asked)
    if card is not None:
        return redirect(url_for("patron_pages.show", barcode=card), 303)
    if PHONE.match(asked):
        return _list(patron_service().search(phone=asked), asked)
    return _list(patron_service().search(name=asked), asked)


def _card(asked: str) -> str | None:
    try:
        find_for(context(), asked, "patron.read")
    except (NotFound, Conflict):
        return None
    return asked


def _list(found: list[FoundRow] | None, asked: str) -> str:
    return render_template(
        "patrons/index.html",
        found=found,
        asked=asked,
        tree=context().tree,
        categories=CATEGORIES.get(context().session),
        may=context().caller.holds,
    )


# --- one reader ---------------------------------------------------------------------------------------------------------


@page.route("/<barcode>", methods=["GET"])
@right("patron.read")
def show(barcode: str, form: Form = EMPTY) -> str:
    """The profile; that somebody looked at it goes into the journal."""
    view = in_transaction(lambda: patron_service().show(barcode))
    return _render_profile(view, form)


def _render_profile(view: PatronView, form: Form) -> str:
    asked = context()
    home = asked.tree.unit(view.home)

    def may(name: str) -> bool:
        return asked.caller.may(name, home.id, asked.tree)

    loans = queries.open_loans_of_patron(asked.session, view.id) if may("patron.loans") else None
    return render_template(
        "patrons/show.html",
        patron=view,
        home=home,
        tree=asked.tree,
        category=CATEGORIES.get(asked.session).get(view.category, view.category),
        loans=loans,
        holds=hold_queries.holds_of_patron(asked.session, view.id) if may("patron.loans") else None,
        hold_statuses=HOLD_STATUSES,
        form=form,
        may=may,
        may_block_here=asked.caller.holds("patron.block"),
        block_units=choices.units(asked, asked.caller.units("patron.block", asked.tree)),
        reasons=list(CARD_REASONS.items()),
        histories=LABELS,
    )


@page.route("/<barcode>/renewals/<int:loan_id>", methods=["POST"])
@right("loan.renew")
@act(lambda barcode, form, **_: show(barcode, form))
def renew(barcode: str, loan_id: int) -> Done:
    lent = CirculationService(context()).renew(Renew(loan_id=loan_id))
    return Done(url_for("patron_pages.show", barcode=barcode), lent.message)


# --- registering and changing -------------------------------------------------------------------------------------------


@page.route("/new", methods=["GET"])
@right("patron.write")
def new(form: Form = EMPTY) -> str:
    asked = context()
    return render_template(
        "patrons/form.html", form=form, patron=None, units=_homes(asked), categories=choices.categories(asked)
    )


@page.route("/new", methods=["POST"])
@right("patron.write")
@act(new)
def register() -> Done:
    form, asked = Form.sent(), context()
    made = NewPatron(
        barcode=form.text("barcode", 64),
        name=form.text("name", 64),
        category=form.choice("category", CATEGORIES.get(asked.session)) or "",
        home=form.choice("home", asked.tree.by_code) or "",
        expires_on=form.day("expires_on"),
        birth_on=form.day("birth_on"),
        guardian=form.text("guardian", LONGEST_ASKED, required=False) or None,
        guardian_agrees=form.flag("guardian_agrees"),
        phone=form.text("phone", 40, required=False) or None,
        pin=form.text("pin", 12, required=False) or None,
    )
    form.check()
    view = patron_service().register(made)
    return Done(url_for("patron_pages.show", barcode=view.barcode), Text("已办证。", "Registered."))


@page.route("/<barcode>/edit", methods=["GET"])
@right("patron.write")
def edit(barcode: str, form: Form | None = None) -> str:
    asked = context()
    find_for(asked, barcode, "patron.write")
    if form is None:
        view = in_transaction(lambda: patron_service().show(barcode))
        form = Form(_values(view, is_full=_is_full(context(), view)))
    return render_template(
        "patrons/form.html",
        form=form,
        patron=barcode,
        units=_homes(context()),
        categories=choices.categories(context()),
        is_full=form.has("has_full"),
    )


@page.route("/<barcode>/edit", methods=["POST"])
@right("patron.write")
@act(edit)
def change(barcode: str) -> Done:
    """What was not shown whole (a masked name or phone) is changed only when something new is typed."""
    form, asked = Form.sent(), context()
    changes = PatronChanges(
        category=form.choice("category", CATEGORIES.get(asked.session)) or "",
        home=form.choice("home", asked.tree.by_code) or "",
        expires_on=form.day("expires_on"),
    )
    is_full = form.has("has_full")
    name, phone = form.text("name", 64, required=is_full), form.text("phone", 40, required=False)
    if name:
        changes["name"] = name
    if phone or is_full:
        changes["phone"] = phone or None
    if is_full:
        changes["birth_on"] = form.day("birth_on")
        changes["guardian"] = form.text("guardian", LONGEST_ASKED, required=False) or None
    version = form.number("version", 1, 2**31, required=True)
    form.check()
    view = patron_service().change(barcode, changes, expected_version=int(version or 0))
    return Done(url_for("patron_pages.show", barcode=view.barcode), Text("已保存。", "Saved."))


def _homes(asked: Context) -> choices.Choices:
    return choices.units(asked, asked.caller.units("patron.write", asked.tree))


def _is_full(asked: Context, view: PatronView) -> bool:
    return asked.caller.may("patron.read_full", asked.tree.unit(view.home).id, asked.tree)


def _values(view: PatronView, *, is_full: bool) -> dict[str, object]:
    values: dict[str, object] = {
        "category": view.category,
        "home": view.home,
        "expires_on": view.expires_on,
        "version": view.version,
    }
    if is_full:
        values |= {
            "name": view.name,
            "phone": view.phone,
            "birth_on": view.birth_on,
            "guardian": view.guardian,
            "has_full": 1,
        }
    return values


# --- PIN, cards, blocks -------------------------------------------------------------------------------------------------


@page.route("/<barcode>/pin", methods=["POST"])
@right("patron.write")
@act(show)
def set_pin(barcode: str) -> Done:
    form = Form.sent()
    pin = form.text("pin", 12)
    form.check()
    CardService(context()).set_pin(barcode, pin)
    return Done(url_for("patron_pages.show", barcode=barcode), Text("PIN 已更改。", "The PIN is changed."))


@page.route("/<barcode>/cards", methods=["POST"])
@right("patron.write")
@act(show)
def replace_card(barcode: str) -> Done:
    """A new card; or, without a number, only the report that the card is lost."""
    form = Form.sent()
    reason: Reason = "lost"
    chosen = form.choice("reason", CARD_REASONS)
    for known in REASONS:
        if chosen == known:
            reason = known
    number = form.text("new_barcode", 64, required=reason != "lost")
    form.check()
    service = CardService(context())
    if not number:
        service.report_lost(barcode)
        return Done(
            url_for("patron_pages.show", barcode=barcode),
            Text("已挂失，旧证停用。", "Reported lost; the card works no more."),
        )
    service.replace(barcode, number, reason)
    told = {"found": Text("找到的证恢复使用。", "The card that was found works again.")}
    return Done(
        url_for("patron_pages.show", barcode=number), told.get(reason, Text("已换新证。", "The new card works now."))
    )


@page.route("/<barcode>/consents", methods=["POST"])
@right("patron.write")
@act(show)
def note_consent(barcode: str) -> Done:
    """The guardian of a child signed the paper."""
    ConsentService(context()).note(barcode)
    return Done(
        url_for("patron_pages.show", barcode=barcode), Text("已记下监护人同意。", "The guardian’s consent is noted.")
    )


@page.route("/<barcode>/consents/end", methods=["POST"])
@right("patron.write")
@act(show)
def note_withdrawal(barcode: str) -> Done:
    """The guardian agrees no more."""
    ConsentService(context()).note_withdrawal(barcode)
    said = Text(
        "已记下监护人收回同意。孩子的资料要在 15 天内删除；在借的书先请归还。",
        "Noted. The child’s data is to be erased within 15 days; books at home come back first.",
    )
    return Done(url_for("patron_pages.show", barcode=barcode), said)


@page.route("/<barcode>/history", methods=["POST"])
@right("patron.write")
@act(show)
def choose_history(barcode: str) -> Done:
    """What the reader who stands there wants remembered."""
    form, asked = Form.sent(), context()
    chosen = form.choice("history", LABELS)
    form.check()
    choice: Choice = next(one for one in get_args(Choice) if one == chosen)
    is_child = patron_service().show_written(find_for(asked, barcode, "patron.write").id).is_child
    signed: GivenBy = "guardian" if is_child else "reader"
    HistoryService(asked).choose_at_desk(barcode, choice, agreed_by=signed if form.flag("agrees") else None)
    return Done(url_for("patron_pages.show", barcode=barcode), Text("已保存。", "Saved."))


@page.route("/<barcode>/blocks", methods=["POST"])
@right("patron.block")
@act(show)
def block(barcode: str) -> Done:
    form, asked = Form.sent(), context()
    reason = form.text("reason", 200)
    until = form.day("until")
    at = form.choice("at", asked.tree.by_code, required=False)
    form.check()
    spares = form.flag("except_own_items")
    made = NewBlock(reason=reason, scope="local" if at else "network", until=until, at=at, except_own_items=spares)
    BlockService(asked).block(barcode, made)
    return Done(url_for("patron_pages.show", barcode=barcode), Text("已停借。", "The card is blocked."))


@page.route("/<barcode>/blocks/<int:block_id>/lift", methods=["POST"])
@right("patron.block")
@act(lambda barcode, form, **_: show(barcode, form))
def unblock(barcode: str, block_id: int) -> Done:
    BlockService(context()).unblock(barcode, block_id)
    return Done(url_for("patron_pages.show", barcode=barcode), Text("已恢复借书。", "The block is lifted."))
