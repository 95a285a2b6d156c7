"""A reader chooses from a shop's list: money and quota are taken, title and copy are made, and the shop hears what to send."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from sqlalchemy import insert

from branches.context import Context
from kernel.db import table_of
from kernel.errors import Invalid
from kernel.i18n import Text
from patrons.privacy import Vault, normalise_phone
from patrons.queries import patron_by_id
from purchasing.queries.online import delivery_of
from purchasing.queries.selections import SelectionRow, find_selection
from purchasing.rules import Left
from purchasing.selection_models import Delivery as DeliveryTable
from purchasing.selection_models import DeliveryAddress
from purchasing.service.online.postage import settle_postage
from purchasing.service.online.telling import tell_ordered
from purchasing.service.selecting import Pick
from purchasing.service.selecting.commands import Address, Delivery
from purchasing.service.selecting.judging import check_complete, look
from purchasing.service.selecting.making import Making
from purchasing.service.shop_barcodes import ShopBarcodeService
from purchasing.service.stock import take_one

_deliveries, _addresses = table_of(DeliveryTable), table_of(DeliveryAddress)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A choice that the shop is to send, what the quotas leave to the reader now, and the postage charged with it."""

    selection: SelectionRow
    left: tuple[Left, ...]
    postage_fen: int


class Ordering(Making):
    """One choice, all of it or nothing. What is written names no reader but in the row itself, until the loan begins."""

    def __init__(self, context: Context, vault: Vault) -> None:
        super().__init__(replace(context, caller=context.caller.unnamed()))
        self._asked, self._vault = context, vault

    def order(self, pick: Pick) -> Ordered:
        """Raises Refused with every reason, Invalid where it is not said how the book shall come. Readers order for themselves, desks that
        may look at cards for them; a shop does not, or it would order to its own door on any number."""
        if self._asked.caller.kind == "staff":
            self._asked.caller.require("card.check")
        pick = _complete(pick)
        assert pick.delivery is not None
        case = look(self._asked, pick, lock=True)
        check_complete(case.known)
        verdict, lifted = self._decide(case, pick)
        programme = verdict.programme
        library = self._context.tree.by_id[programme.library_id]
        took_stock = take_one(self._session, case, is_online=True)
        barcode = ShopBarcodeService(self._context).take(case.shop, library_id=library.id)
        bib_id = case.known.bib_id if case.known.bib_id is not None else self._make_title(case)
        item_id = self._make_copy(case, programme, library, bib_id, barcode, on_order=True)
        selection_id = self._write(case, verdict, None, item_id, bib_id, lifted, pick, took_stock=took_stock)
        self._write_delivery(selection_id, pick.delivery)
        selection = find_selection(self._session, selection_id)
        postage = settle_postage(self._context, programme, selection, may_charge=True)
        tell_ordered(self._context, selection, delivery_of(self._session, selection_id))
        return Ordered(selection=selection, left=self._left(case, programme), postage_fen=postage)

    def _write_delivery(self, selection_id: int, delivery: Delivery) -> None:
        pickup = self._context.tree.unit(delivery.pickup) if delivery.pickup is not None else None
        values = {"selection_id": selection_id, "way": delivery.way, "pickup_id": pickup.id if pickup else None}
        self._session.execute(insert(_deliveries).values(values | {"gives_quota_back": False}))
        if delivery.address is not None:
            sealed = self._vault.seal(json.dumps(asdict(delivery.address), ensure_ascii=False))
            self._session.execute(insert(_addresses).values(selection_id=selection_id, sealed=sealed))


def own_card(context: Context) -> str:
    """The card of the reader who asks; whoever asks for others names theirs."""
    if context.caller.kind != "patron":
        needed = Text("请给出读者证号。", "Name the reader’s card.")
        raise Invalid("patron.missing", needed, {"patron": [needed]})
    own = patron_by_id(context.session, context.caller.id)
    return f"{context.tree.by_id[own.namespace_id].code}:{own.barcode}"


def _complete(pick: Pick) -> Pick:
    """Title and price are the list's; a parcel needs a number to call."""
    delivery = pick.delivery
    if delivery is None or delivery.way is None:
        message = Text("请选取书处，或填写邮寄地址。", "Say where to collect the book, or where to post it to.")
        raise Invalid("selection.delivery", message, {"pickup": [message]})
    if delivery.address is not None:
        phone = normalise_phone(delivery.address.phone)
        delivery = replace(delivery, address=Address(**asdict(delivery.address) | {"phone": phone}))
    return Pick(
        patron=pick.patron,
        isbn=pick.isbn,
        shop=pick.shop,
        programme=pick.programme,
        volume=pick.volume,
        override=pick.override,
        reason=pick.reason,
        delivery=delivery,
    )
