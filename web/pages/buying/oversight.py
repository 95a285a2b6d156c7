"""How the money for readers' choices is spent, what becomes of the books, and what looks odd: as page, as sheet, and what is behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, g, redirect, render_template, request, send_file, session, url_for
from werkzeug.wrappers import Response as Redirect

from branches.context import Context
from branches.http import context
from kernel.clock import local_day
from kernel.errors import Invalid, NotFound
from kernel.http import decode_position, encode_cursor, right
from kernel.i18n import Text
from purchasing.alerts import KINDS, LIMITS, Alert
from purchasing.oversight import LEVELS, REFUSED_FOR, Part, percent
from purchasing.oversight_show import name_part
from purchasing.programmes import Programme
from purchasing.queries.behind import Behind
from purchasing.queries.funds import list_programmes
from purchasing.service.oversight import OversightService
from purchasing.spans import KINDS as SPAN_KINDS
from purchasing.spans import NO_SPAN, Span, read_span, span_of, spans_between
from purchasing.states import SELECTION_STATUSES
from web.pages.buying.figures import HEADINGS, rows_of
from web.pages.buying.places import places_for
from web.pages.forms import Form
from web.pages.telling import name_author
from web.presentation import translate as t
from web.spreadsheet import XLSX, write_sheet

page = Blueprint("oversight_pages", __name__, url_prefix="/purchasing/oversight")

A_PAGE: Final = 50
SEEN_LAST: Final = "oversight"  # in the session: the programme that was looked at last
WAYS: Final = {
    "shop": Text("书店", "Shop"),
    "class": Text("分类", "Class"),
    "age": Text("年龄", "Age"),
    "home": Text("读者所属馆", "Readers’ branch"),
}
LEVEL_TONES: Final = {"good": "good", "warn": "warn", "stop": "stop"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The programme and the month, quarter or year that were asked for."""

    programme: Programme
    span: Span

    def address(self, endpoint: str, **more: Any) -> str:
        return url_for(endpoint, programme=self.programme.code, **({"span": self.span.code} | more))


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("selection.read")
def index() -> str | tuple[str, int]:
    asked, form = context(), _form()
    programmes = list_programmes(asked.session)
    if not programmes:
        return render_template(
            "buying/oversight.html", seen=None, form=form, programmes=[], places=places_for(asked.caller)
        )
    try:
        wanted = _wanted(asked, form, programmes)
        seen = OversightService(asked).show(wanted.programme.code, wanted.span)
    except Invalid as error:
        shown = render_template(
            "buying/oversight.html",
            seen=None,
            form=Form(request.args, error),
            programmes=programmes,
            places=places_for(asked.caller),
        )
        return shown, error.status
    session[SEEN_LAST] = wanted.programme.code
    return render_template(
        "buying/oversight.html",
        seen=seen,
        form=Form({"programme": wanted.programme.code, "span": wanted.span.code}),
        spans=spans_between(wanted.programme.starts_on, wanted.programme.last_day(local_day(asked.now))),
        span_kinds=SPAN_KINDS,
        quarters=[
            (one.label, Asked(wanted.programme, one).address("oversight_pages.index")) for one in _quarters(wanted)
        ],
        programmes=programmes,
        places=places_for(asked.caller),
        ways=WAYS,
        bar=lambda part: percent(part.books, seen.books) or 0,
        name_part=lambda way, part: name_part(asked, way, part),
        behind=lambda way, part: _behind_part(wanted, way, part),
        behind_alert=lambda alert: _behind_alert(wanted, alert),
        kinds=KINDS,
        levels=LEVELS,
        level_tones=LEVEL_TONES,
        percent=percent,
        reasons=REFUSED_FOR,
        sheet=wanted.address("oversight_pages.sheet"),
        all_choices=wanted.address("oversight_pages.choices"),
        all_cancelled=wanted.address("oversight_pages.choices", cancelled=1),
    )


@page.route("/figures.xlsx", methods=["GET"])
@right("selection.read")
def sheet() -> Response:
    """The same figures as a sheet, a line each."""
    asked = context()
    wanted = _wanted(asked, _form(), list_programmes(asked.session))
    seen = OversightService(asked).show(wanted.programme.code, wanted.span)
    headings = [(t(label), width) for label, width in HEADINGS]
    file = write_sheet(t("监督", "Oversight"), headings, rows_of(seen, lambda way, part: name_part(asked, way, part)))
    name = f"oversight-{wanted.programme.code}-{wanted.span.code}.xlsx"
    response = send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@page.route("/choices", methods=["GET"])
@right("selection.read")
def choices() -> str:
    """The choices behind a figure. There is no way to ask for those of a village or an age: few people live there."""
    asked, form = context(), _form()
    wanted = _wanted(asked, form, list_programmes(asked.session))
    shop = asked.tree.by_code.get(form.value("shop"))
    behind = Behind(
        shop_id=shop.id if shop else None,
        class_letter=form.value("class") or None,
        isbn=form.value("isbn") or None,
        made_by=form.value("by") or None,
        least_fen=form.money("least"),
        is_cancelled=form.flag("cancelled"),
        is_missed=form.flag("missed"),
    )
    rows = OversightService(asked).choices(
        wanted.programme.code,
        wanted.span,
        behind,
        outside=form.flag("outside"),
        before=decode_position(request.args.get("cursor")) or None,
        limit=A_PAGE + 1,
    )
    more = encode_cursor(rows[A_PAGE - 1].id) if len(rows) > A_PAGE else None
    kept = {name: form.value(name) for name in FILTERS if form.has(name)}
    return render_template(
        "buying/choices.html",
        rows=rows[:A_PAGE],
        older=url_for("oversight_pages.choices", **kept, cursor=more) if more else None,  # type: ignore[arg-type]
        wanted=wanted,
        back=wanted.address("oversight_pages.index"),
        filters=_filters(asked, form),
        statuses=SELECTION_STATUSES,
        name_author=name_author,
        tree=asked.tree,
    )


@page.route("/choices/<int:selection_id>/account", methods=["GET"])
@right("patron.read_full")
def account(selection_id: int) -> Redirect:
    """On to the account of the reader who still has this book; that it was looked at is noted there."""
    return redirect(url_for("patron_pages.show", barcode=OversightService(context()).account_behind(selection_id)), 303)


# --- what was asked for ---------------------------------------------------------------------------------------------------

FILTERS: Final = ("programme", "span", "shop", "class", "isbn", "by", "least", "cancelled", "missed", "outside")


def _form() -> Form:
    return Form({name: request.args.get(name, "").strip() for name in FILTERS})


def _wanted(asked: Context, form: Form, programmes: list[Programme]) -> Asked:
    """The programme that was named, else the one to begin with; the year that runs, or its last, where none was named."""
    code = form.value("programme")
    if code and code not in {one.code for one in programmes}:
        raise NotFound("programme", code)
    if not programmes:
        raise NotFound("programme", code or "-")
    named = [one for one in programmes if one.code == code]
    programme = named[0] if named else OversightService(asked).first_to_show(programmes, session.get(SEEN_LAST))
    span = read_span(form.value("span"))
    if span is None and form.value("span"):
        form.wrong("span", NO_SPAN)
    form.check()
    return Asked(programme, span or OversightService(asked).year_of(programme))


def _quarters(wanted: Asked) -> list[Span]:
    """Where the parts of a month are told."""
    return [] if wanted.span.quarters() else [span_of("quarter", wanted.span.first_on)]


def _filters(asked: Context, form: Form) -> list[Text]:
    """In words what the list was narrowed to."""
    shop = asked.tree.by_code.get(form.value("shop"))
    told = {
        "shop": Text(shop.name, shop.name) if shop else None,
        "class": Text("{c} 类", "class {c}").format(c=form.value("class")),
        "isbn": Text("ISBN {c}", "ISBN {c}").format(c=form.value("isbn")),
        "by": Text("经办：{c}", "by {c}").format(c=form.value("by")),
        "least": Text("{c} 元以上", "{c} yuan and more").format(c=form.value("least")),
        "cancelled": Text("已撤销的", "called off"),
        "missed": Text("说过没有收到的", "said not to have come"),
        "outside": Text("不在营业时间", "outside opening hours"),
    }
    return [said for name, said in told.items() if said is not None and form.has(name)]


# --- what is behind -------------------------------------------------------------------------------------------------------


def _behind_part(wanted: Asked, way: str, part: Part) -> str | None:
    if part.folded or not part.key or way not in ("shop", "class"):
        return None
    key = context().tree.by_id[int(part.key)].code if way == "shop" else part.key
    return wanted.address("oversight_pages.choices", **{way: key})


def _behind_alert(wanted: Asked, alert: Alert) -> str:
    """Where the choices, or the fund, stand that an alert is about."""
    if alert.kind == "fund":
        return url_for("fund_pages.show", code=alert.key)
    shop = context().tree.by_id[int(alert.key)].code if alert.kind in ("shop", "cancelled", "hours") else ""
    narrowed: Mapping[str, Mapping[str, Any]] = {
        "shop": {"shop": shop},
        "class": {"class": alert.key},
        "title": {"isbn": alert.key},
        "cancelled": {"shop": shop, "cancelled": 1},
        "clerk": {"by": alert.key, "cancelled": 1},
        "missing": {"missed": 1},
        "hours": {"shop": shop, "outside": 1},
        "price": {"class": alert.key, "least": LIMITS.price_fen // 100},
        "self_settling": {"by": alert.key},
        "looks": {"by": alert.key},
    }
    return wanted.address("oversight_pages.choices", **narrowed.get(alert.kind, {}))
