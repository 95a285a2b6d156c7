"""The staff desk: one scan box for cards, copies and unit codes. The same routes serve the page, its script and the village page."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from branches.context import Context
from branches.http import context
from branches.tree import Unit
from kernel.errors import NotFound
from kernel.http import right
from kernel.i18n import Text
from web.pages.desk import board, dropping, place, reading, scanning
from web.pages.desk.board import Reader
from web.pages.desk.dropping import Returning
from web.pages.desk.reading import Mode
from web.pages.desk.said import Said
from web.settings import Settings

page = Blueprint("desk", __name__, url_prefix="/desk")

VIEWS: Final = {"desk": "desk/show.html", "village": "desk/village.html", "parts": "desk/parts.html"}


@page.before_request
def _name_channel() -> None:
    g.channel = "desk"


@page.route("", methods=["GET"])
@right("loan.return")
def show() -> ResponseReturnValue:
    return _open("desk")


@page.route("/village", methods=["GET"])
@right("loan.return")
def village() -> ResponseReturnValue:
    """Three large buttons, for a volunteer with a phone."""
    return _open("village")


@page.route("/scan", methods=["GET"])
@right("loan.return")
def scan_again() -> ResponseReturnValue:
    """Somebody reloads the answer to a scan: back to the desk."""
    return redirect(url_for("desk.show"))


@page.route("/scan", methods=["POST"])
@right("loan.return")
def scan() -> ResponseReturnValue:
    """Answer a scan, or only switch what the desk is doing."""
    g.reads_only = True
    here = place.workplace(context())
    if here is None:
        return redirect(url_for("desk.choose"), 303)
    mode = _mode(context(), here, request.form.get("switch") or request.form.get("mode"))
    card = board.open_card(context().caller, request.form.get("reader", ""))
    is_switch = "switch" in request.form
    text = "" if is_switch else reading.normalise(request.form.get("scan", ""))
    view = request.form.get("view", "desk")
    returning = dropping.read(request.form, mode, context().now)
    if request.form.get("leave"):
        return _render(view, here, mode, None, returning=returning)
    if request.form.get("undo"):
        said = scanning.undo(request.form["undo"], here)
        g.reads_only = True
        return _render(view, here, mode, card, said, returning=returning)
    if not text:
        return _render(view, here, mode, card, returning=returning)
    override = tuple(request.form.getlist("override"))
    reason = request.form.get("reason", "").strip()[:200]
    answer = scanning.answer(
        scanning.Scan(
            text=text,
            mode=mode,
            place=here,
            card=card,
            override=override,
            reason=reason or None,
            overflow=request.form.get("overflow") == "1",
            returning=returning,
        )
    )
    g.reads_only = True
    return _render(view, here, answer.mode, answer.card, answer.said, returning=returning)


@page.route("/place", methods=["GET"])
@right("loan.return")
def choose() -> str:
    asked = context()
    own = set(asked.caller.home_units())
    units = place.places(asked)
    return render_template(
        "desk/place.html",
        near=[unit for unit in units if unit.id in own],
        units=units,
        tree=asked.tree,
        here=place.workplace(asked),
    )


@page.route("/place", methods=["POST"])
@right("loan.return")
def move() -> ResponseReturnValue:
    """Work at another unit from now on; this computer remembers it."""
    g.reads_only = True
    asked = context()
    code = request.form.get("unit", "")
    unit = next((unit for unit in place.places(asked) if unit.code == code), None)
    if unit is None:
        raise NotFound("org", code)
    settings: Settings = current_app.extensions["tongjie_settings"]
    response = redirect(url_for("desk.village" if request.form.get("view") == "village" else "desk.show"), 303)
    place.remember(response, unit, secure=settings.secure_cookies)
    return response


@page.route("/receipt", methods=["POST"])
@right("loan.lend")
def receipt() -> ResponseReturnValue:
    """What the reader at the desk has out, on an 80 mm roll."""
    g.reads_only = True
    asked = context()
    here = place.workplace(asked)
    card = board.open_card(asked.caller, request.form.get("reader", ""))
    if here is None or card is None:
        return redirect(url_for("desk.show"), 303)
    return render_template("desk/receipt.html", reader=board.show_reader(asked, card, here), place=here)


def _modes(asked: Context, here: Unit) -> list[Mode]:
    """What this member of staff may do at the unit, the first of which is meant where nothing was said."""
    return [mode for mode, right in reading.RIGHTS.items() if asked.caller.may(right, here.id, asked.tree)]


def _mode(asked: Context, here: Unit, text: str | None) -> Mode:
    open_here = _modes(asked, here)
    return next((mode for mode in open_here if mode == text), open_here[0])


def _open(view: str) -> ResponseReturnValue:
    here = place.workplace(context())
    if here is None:
        return redirect(url_for("desk.choose"))
    return _render(view, here, _mode(context(), here, request.args.get("mode")), None)


def _render(
    view: str,
    here: Unit,
    mode: Mode,
    card: str | None,
    said: Said | None = None,
    *,
    returning: Returning = dropping.NOW,
) -> str:
    """The whole page, or its changing parts for the script."""
    asked = context()
    reader = board.show_reader(asked, card, here) if card else None
    template = VIEWS["parts"] if request.headers.get("X-Parts") else VIEWS.get(view, VIEWS["desk"])
    return render_template(
        template,
        **_state(asked, here, mode, reader, card),
        said=said,
        returning=returning if mode == "return" else dropping.NOW,
        may_backdate=asked.caller.may("return.backdate", here.id, asked.tree),
        drop_proposed=dropping.proposed(asked, here) if mode == "return" else "",
        recent=board.recent_acts(asked, here),
        to_do=board.to_do(asked, here) if template == VIEWS["desk"] else None,
        view=view if view in VIEWS else "desk",
    )


def _state(asked: Context, here: Unit, mode: Mode, reader: Reader | None, card: str | None) -> dict[str, Any]:
    open_here = _modes(asked, here)
    return {
        "place": here,
        "mode": mode,
        "reader": reader,
        "sealed": board.seal_card(asked.caller, card) if card else "",
        "has_places": len(place.places(asked)) > 1,
        "modes": [labelled for labelled in MODE_LABELS if labelled[0] in open_here],
        "lends": "lend" in open_here,
    }


# Mode, key, icon and label of the three things a desk does.
MODE_LABELS: Final[tuple[tuple[Mode, str, str, Text], ...]] = (
    ("lend", "F1", "lend", Text("借", "Lend")),
    ("return", "F2", "return", Text("还", "Return")),
    ("look", "F3", "search", Text("查", "Look up")),
)
