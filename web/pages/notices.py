"""Notices by pages: the reader's own with the ways they chose; for staff what was sent, what failed and why, and what they are told."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from flask import Blueprint, current_app, g, render_template, request, url_for

from branches.context import Context
from branches.http import context
from branches.rights import SELF
from kernel.clock import local_day
from kernel.http import right
from kernel.i18n import LANGUAGES, Text
from kernel.schema import row_number
from notices import queries
from notices.contact import LONGEST_EMAIL
from notices.kinds import KINDS
from notices.queries import SentRow
from notices.service import reading
from notices.service.choices import ChoiceService
from notices.states import CHANNELS, DELIVERY_STATUSES
from patrons.http import vault
from web.pages import choices
from web.pages.acts import Done, act, in_transaction
from web.pages.forms import EMPTY, Form
from web.pages.tabs import Tab, chosen_tab
from web.settings import Settings

page = Blueprint("notice_pages", __name__)

AT_ONCE: Final = 50
TONES: Final[dict[str, str]] = {"sent": "good", "failed": "stop", "sending": "send"}
LANGUAGE_NAMES: Final[dict[str, str]] = {"zh": "中文", "en": "English"}


TABS: Final = (
    Tab(name="all", label=Text("发给读者的", "To readers")),
    Tab(name="failed", label=Text("没发成的", "Failed"), statuses=("failed",)),
    Tab(name="open", label=Text("还没发的", "Not sent yet"), statuses=("waiting", "sending")),
    Tab(name="ours", label=Text("给馆员的", "To staff")),
)


@page.before_request
def _name_channel() -> None:
    g.channel = "opac" if request.path.startswith("/me") else "desk"


# --- readers ------------------------------------------------------------------------------------------------------------


@page.route("/me/notices", methods=["GET"])
@right(SELF)
def own(form: Form | None = None) -> str:
    """Looking at the page is reading what is new on it."""
    new = in_transaction(lambda: reading.mark_read(context()))
    asked = context()
    choice = ChoiceService(asked, vault()).show()
    offered = _offered()
    if form is None:
        ticked = {f"way_{name}": "1" for name in choice.channels}
        form = Form({"email": choice.email, "language": choice.language, **ticked})
    before = _position()
    rows = queries.notices_for_reader(
        asked.session, asked.caller.id, today=local_day(asked.now), before=before, limit=AT_ONCE + 1
    )
    return render_template(
        "account/notices.html",
        rows=rows[:AT_ONCE],
        following=rows[AT_ONCE - 1].id if len(rows) > AT_ONCE else None,
        new=new,
        me=asked.caller.id,
        kinds=KINDS,
        tree=asked.tree,
        form=form,
        choice=choice,
        offered=offered,
        channels=CHANNELS,
        languages=list(LANGUAGE_NAMES.items()),
        longest_email=LONGEST_EMAIL,
    )


def _offered() -> list[str]:
    """The ways that are set up here."""
    sending = _settings().sending
    urls = {"email": sending.smtp_url, "sms": sending.sms_url, "wechat": sending.wechat_url}
    return [name for name in CHANNELS if urls[name]]


def _settings() -> Settings:
    settings: Settings = current_app.extensions["tongjie_settings"]
    return settings


@page.route("/me/notices/ways", methods=["GET"])
@right(SELF)
def ways_again() -> str:
    return own()


@page.route("/me/notices/ways", methods=["POST"])
@right(SELF)
@act(lambda form: own(form))
def choose() -> Done:
    """What is not offered here, because it is not set up, stays as the reader had it."""
    form, service = Form.sent(), ChoiceService(context(), vault())
    offered, before = _offered(), service.show()
    language = form.choice("language", LANGUAGES, required=False)
    email = form.text("email", LONGEST_EMAIL, required=False)
    form.check()
    ticked = [name for name in offered if form.flag(f"way_{name}")]
    kept = [name for name in before.channels if name not in offered]
    chosen = None if not offered and not before.is_own else [*ticked, *kept]
    service.choose(
        language="en" if language == "en" else "zh" if language else None, channels=chosen, email=email or None
    )
    return Done(url_for("notice_pages.own") + "#ways", Text("已记下您的选择。", "Your choice is noted."))


# --- staff --------------------------------------------------------------------------------------------------------------


@page.route("/notices", methods=["GET"])
@right("notice.read")
def sent(form: Form = EMPTY) -> str:
    """What went out for the units of the caller, the newest first; what failed, with its reason."""
    asked, values = context(), Form(request.args)
    units = asked.caller.units("notice.read", asked.tree)
    here = asked.tree.by_code.get(values.value("at"))
    within = units & asked.tree.subtree(here.id) if here is not None else units
    tab = chosen_tab(TABS)
    kind = values.value("kind") if values.value("kind") in KINDS else None
    shown = _ours(asked, within) if tab.name == "ours" else _sent(asked, within, tab, kind)
    return render_template(
        "notices/sent.html",
        tab=tab,
        tabs=TABS,
        here=here,
        kind=kind,
        kinds={name: one.label for name, one in KINDS.items() if one.audience == "reader"},
        units=choices.units(asked, units),
        has_many=len(units) > 1,
        tree=asked.tree,
        states=queries.states_of_channels(asked.session, within),
        channels=CHANNELS,
        statuses=DELIVERY_STATUSES,
        tones=TONES,
        may_see=lambda row: asked.caller.may("patron.loans", row.patron_home_id, asked.tree),
        may_send=asked.caller.holds("notice.send"),
        form=form,
        **shown,
    )


def _sent(asked: Context, units: frozenset[int], tab: Tab, kind: str | None) -> dict[str, object]:
    rows = queries.sent_at_units(
        asked.session, units, statuses=tab.statuses, kind=kind, before=_position(), limit=AT_ONCE + 1
    )
    whole = _by_notice(rows)
    following = whole[AT_ONCE - 1][0].notice_id if len(whole) > AT_ONCE else None
    return {"notices": whole[:AT_ONCE], "following": following}


def _ours(asked: Context, units: frozenset[int]) -> dict[str, object]:
    rows = queries.notices_for_units(asked.session, units, only_open=False, before=_position(), limit=AT_ONCE + 1)
    following = rows[AT_ONCE - 1].id if len(rows) > AT_ONCE else None
    return {"ours": rows[:AT_ONCE], "following": following}


def _by_notice(rows: list[SentRow]) -> list[list[SentRow]]:
    """The ways of each notice together."""
    return [list(ways) for _, ways in groupby(rows, key=lambda row: row.notice_id)]


def _position() -> int | None:
    return row_number(request.args.get("before", ""))


@page.route("/notices/<int:notice_id>/retry", methods=["POST"])
@right("notice.send")
@act(lambda notice_id, form: sent(form))  # noqa: ARG005 - the list is shown again, whichever it was
def retry(notice_id: int) -> Done:
    reading.try_again(context(), notice_id)
    return Done(url_for("notice_pages.sent", tab="failed"), AGAIN.format(n=1))


@page.route("/notices/retry", methods=["POST"])
@right("notice.send")
@act(lambda form: sent(form))
def retry_all() -> Done:
    asked = context()
    here = asked.tree.by_code.get(Form.sent().value("at"))
    units = asked.tree.subtree(here.id) if here is not None else asked.caller.units("notice.send", asked.tree)
    count = reading.try_all_again(asked, units)
    return Done(url_for("notice_pages.sent", tab="failed", at=here.code if here else None), AGAIN.format(n=count))


AGAIN: Final = Text("重新排上 {n} 条，后台随即发送。", "{n} queued again; the worker sends them at once.")


@page.route("/notices/<int:notice_id>/seen", methods=["POST"])
@right("notice.read")
@act(lambda notice_id, form: sent(form))  # noqa: ARG005
def seen(notice_id: int) -> Done:
    reading.see_to(context(), notice_id)
    return Done(url_for("notice_pages.sent", tab="ours"), Text("已记下有人处理。", "Noted that somebody sees to it."))


@page.route("/patrons/<barcode>/notices", methods=["GET"])
@right("patron.loans")
def of_reader(barcode: str) -> str:
    """What was sent to one reader; that somebody looked goes into the journal."""
    rows = in_transaction(lambda: reading.look_at_notices(context(), barcode))
    return render_template(
        "notices/of_reader.html",
        barcode=barcode,
        notices=_by_notice(rows),
        tree=context().tree,
        kinds={name: one.label for name, one in KINDS.items()},
        channels=CHANNELS,
        statuses=DELIVERY_STATUSES,
        tones=TONES,
    )
