"""What every page stands in: the library's name, the addresses of files and of this page, and who may go where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from flask import Flask, Response, current_app, g, request, session, url_for
from sqlalchemy.orm import Session

from branches.access import Caller
from branches.http import caller
from branches.reference import TREE
from kernel import http
from kernel.i18n import Text

PRODUCT: Final = Text("通借", "Tongjie")
A_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page in the staff menu, shown to whoever holds one of the rights. `also`: blueprints whose pages lie below it."""

    endpoint: str
    label: Text
    icon: str
    rights: tuple[str, ...]
    also: tuple[str, ...] = ()


STAFF_MENU: Final = (
    Place(endpoint="desk.show", label=Text("借还", "Desk"), icon="scan", rights=("loan.return",)),
    Place(
        endpoint="patron_pages.index",
        label=Text("读者", "Readers"),
        icon="users",
        rights=("patron.read",),
        also=("renewal_pages", "reader_import_pages", "leaving_pages", "money_pages", "notice_pages"),
    ),
    Place(
        endpoint="transfer_pages.index",
        label=Text("调拨", "Transfers"),
        icon="transfer",
        rights=("transfer.read",),
        also=("request_pages",),
    ),
    Place(endpoint="hold_pages.index", label=Text("预约", "Holds"), icon="calendar", rights=("hold.read",)),
    Place(
        endpoint="bib_pages.new",
        label=Text("编目", "Cataloguing"),
        icon="book",
        rights=("bib.write",),
        also=("marc_pages", "copying_pages", "version_pages", "apart_pages"),
    ),
    Place(
        endpoint="stock_pages.index",
        label=Text("馆藏", "Stock"),
        icon="library",
        rights=("item.write",),
        also=(
            "item_pages",
            "registering_pages",
            "changing_pages",
            "label_pages",
            "document_pages",
            "class_pages",
            "choosing_pages",
            "heading_pages",
        ),
    ),
    Place(
        endpoint="import_pages.index",
        label=Text("导入", "Imports"),
        icon="upload",
        rights=("import.run",),
        also=("sample_pages", "undo_pages", "review_pages", "source_pages"),
    ),
    Place(
        endpoint="programme_pages.index",
        label=Text("购书", "Buying"),
        icon="download",
        rights=("programme.read",),
        also=(
            "fund_pages",
            "processing_pages",
            "demand_pages",
            "order_pages",
            "receipt_pages",
            "order_paper_pages",
            "supplier_pages",
            "oversight_pages",
        ),
    ),
    Place(
        endpoint="shop.show",
        label=Text("选书", "Bookshops"),
        icon="place",
        rights=("selection.read",),
        also=("shop_days", "shop_books", "shop_settlements", "shop_settlement_papers", "shop_labels", "shop_sending"),
    ),
    Place(
        endpoint="suggestion_pages.answers", label=Text("荐购", "Suggestions"), icon="help", rights=("suggestion.read",)
    ),
    Place(endpoint="export_pages.index", label=Text("导出", "Exports"), icon="download", rights=("bib.export",)),
    Place(
        endpoint="admin.index",
        label=Text("设置", "Settings"),
        icon="settings",
        rights=("settings.read", "org.write", "hours.write", "user.read"),
        also=(
            "unit_pages",
            "type_pages",
            "class_table_pages",
            "policy_pages",
            "policy_rule_pages",
            "policy_version_pages",
            "policy_lab_pages",
            "user_pages",
            "index_pages",
            "wording_pages",
        ),
    ),
    Place(endpoint="journal_pages.index", label=Text("日志", "Journal"), icon="journal", rights=("journal.read",)),
)


def staff_menu(who: Caller) -> list[Place]:
    return [
        place
        for place in STAFF_MENU
        if place.endpoint in current_app.view_functions and any(who.holds(name) for name in place.rights)
    ]


def home_address() -> str:
    """Where the library's sign leads: staff to their work, everybody else to the catalogue."""
    who = caller()
    menu = staff_menu(who) if who.kind == "staff" else []
    return url_for(menu[0].endpoint if menu else "opac.home")


def is_current(place: Place) -> bool:
    return request.blueprint in (place.endpoint.partition(".")[0], *place.also)


def site_name() -> str:
    """The network's own name; the product's before there is one, and on a page that says the database may be gone."""
    if g.get("is_failing"):
        return PRODUCT.in_(g.get("language", "zh"))
    root = TREE.get(read_session()).root
    return root.name if root else PRODUCT.in_(http.language())


def keep_off_the_database() -> str:
    """For the page of a failure of ours, whose cause may be the database."""
    g.is_failing = True
    return ""


def read_session() -> Session:
    """The request's session, or one for reading after an act has ended."""
    if "session" not in g:
        g.reads_only = True
    return http.session()


def tell(message: Text, tone: str = "good") -> None:
    """A sentence for the next page that is shown."""
    session["told"] = [tone, message.zh, message.en]


def take_told() -> tuple[str, Text] | None:
    """The sentence left for this page, once."""
    kept = session.pop("told", None)
    return (kept[0], Text(kept[1], kept[2])) if kept else None


def this_page() -> str:
    """This page, to come back to."""
    return request.full_path.rstrip("?")


def asset(name: str) -> str:
    """The address of a static file, with a mark of its content, so that browsers keep it until it changes."""
    marks: dict[str, str] = current_app.extensions.setdefault("tongjie_assets", {})
    if name not in marks or current_app.debug:
        content = (Path(current_app.static_folder or "") / name).read_bytes()
        marks[name] = hashlib.sha256(content).hexdigest()[:10]
    return url_for("static", filename=name, v=marks[name])


def _keep_assets(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset=asset,
        site_name=site_name,
        keep_off_the_database=keep_off_the_database,
        home_address=home_address,
        this_page=this_page,
        user=caller,
        take_told=take_told,
        staff_menu=staff_menu,
        is_current=is_current,
        new_key=lambda: uuid4().hex,
    )
    app.after_request(_keep_assets)
