"""What a form for a hold offers and what it says: any copy, a volume or one copy; where to collect it; until when it is wanted."""

from __future__ import annotations

from branches.context import Context
from catalog.description import marked
from catalog.states import ITEM_STATUSES
from circ.commands import PlaceHold
from circ.hold_rules import can_pick_up
from circ.queries.hold_queues import copies_of
from circ.queries.holds import HoldRow
from circ.service.arriving import estimate
from kernel.clock import local_day
from kernel.i18n import Text
from purchasing.rules import has_desk
from web.pages.choices import Choices
from web.pages.forms import Form


def which(context: Context, bib_id: int) -> list[tuple[str, Text]]:
    """Any copy, each volume of a set, each copy: (value, label). A set has no `any`."""
    copies = [one for one in copies_of(context.session, bib_id) if ITEM_STATUSES[one.status].holdable]
    volumes = sorted({one.volume for one in copies if one.volume is not None})
    offered = [("any", Text("任何一册（最快）", "any copy (soonest)"))] if len(volumes) < 2 else []
    offered += [(f"volume:{one}", Text(f"{one}（任何一册）", f"{one} (any copy)")) for one in volumes]
    for one in copies:
        where = context.tree.by_id[one.location_id].name
        volume = f"{one.volume} · " if one.volume else ""
        label = Text(
            "只要这一册：{volume}{where} {barcode}（{status}）", "only this copy: {volume}{where} {barcode} ({status})"
        )
        status = ITEM_STATUSES[one.status].label
        code = f"{context.tree.by_id[one.namespace_id].code}:{one.barcode}"
        offered.append((f"copy:{code}", label.format(volume=volume, where=where, barcode=one.barcode, status=status)))
    return offered


def first_choice(offered: list[tuple[str, Text]]) -> str:
    """Any copy, where that is a choice; a volume is for the reader to choose."""
    return "any" if any(value == "any" for value, _label in offered) else ""


def pickups(context: Context) -> Choices:
    """Where books are handed out, in the order of the tree."""
    tree = context.tree
    return [(unit.code, unit.name) for unit in tree.in_order if can_pick_up(unit.kind, is_closed=unit.is_closed)]


def pickups_of_choices(context: Context) -> Choices:
    """Where books chosen online are."""
    tree = context.tree
    return [(unit.code, unit.name) for unit in tree.in_order if has_desk(unit.kind, is_closed=unit.is_closed)]


def read(form: Form, context: Context, bib_id: int, *, card: str | None) -> PlaceHold:
    """The wish as the form gives it; raises Invalid with what is wrong beside each field."""
    offered = [value for value, _label in which(context, bib_id)]
    chosen = form.choice("which", offered, required=bool(offered)) or "any"
    pickup = form.choice("pickup", [code for code, _name in pickups(context)]) or ""
    expires_on = form.day("expires_on")
    form.check()
    kind, _, value = chosen.partition(":")
    return PlaceHold(
        patron=card,
        bib_id=bib_id if kind != "copy" else None,
        item=value if kind == "copy" else None,
        volume=value if kind == "volume" else None,
        pickup=pickup,
        expires_on=expires_on,
    )


def _when(hold: HoldRow, context: Context) -> Text:
    """About which day, where that can be told."""
    assert hold.copy_location_id is not None
    arrival = estimate(context, from_id=hold.copy_location_id, to_id=hold.pickup_id)
    if arrival is None:
        return Text("", "")
    return Text("，{when}", ", {when}").format(when=arrival.words(local_day(context.now)))


def placed(hold: HoldRow, context: Context) -> Text:
    """What comes next for the reader."""
    pickup = context.tree.by_id[hold.pickup_id].name
    if hold.status == "targeted" and hold.copy_location_id == hold.pickup_id:
        said = Text(
            "已预约{title}。{pickup} 架上就有，馆员取下放到预约架后就能取。",
            "{title} is on hold. {pickup} has it in; once the staff have put it on the hold shelf, it is yours to collect.",
        )
        return said.format(title=marked(hold.title), pickup=pickup)
    if hold.status == "targeted" and hold.copy_location_id is not None:
        where = context.tree.by_id[hold.copy_location_id].name
        said = Text(
            "已预约{title}。{where} 有在架的一册，会送到 {pickup}{when}。",
            "{title} is on hold. {where} has a copy in, which comes to {pickup}{when}.",
        )
        return said.format(title=marked(hold.title), where=where, pickup=pickup, when=_when(hold, context))
    said = Text(
        "已预约{title}，排第 {n} 位，在 {pickup} 取书。",
        "{title} is on hold: place {n} in the queue, to be collected at {pickup}.",
    )
    return said.format(title=marked(hold.title), n=hold.position, pickup=pickup)
