"""What the counter says: one word, a sentence, what is behind it. Values only, kept so that an act sent twice is told twice alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from circ.sentences import due_text
from kernel.errors import DomainError, Refusal, Refused
from kernel.i18n import Text
from kernel.money import show_money
from purchasing.programmes import PERIODS_NOW
from purchasing.queries.selections import SelectionRow
from purchasing.rules import Left
from purchasing.service.selecting.choosing import Chosen
from purchasing.service.selecting.judging import Quote

Tone = Literal["good", "warn", "stop"]

WORDS: Final[dict[str, Text]] = {
    "yes": Text("可以买", "Yes"),
    "no": Text("这本不行", "Not this one"),
    "card_no": Text("这张证现在不行", "Not with this card"),
    "lent": Text("已借出", "Lent"),
    "cancelled": Text("已撤销", "Called off"),
    "card": Text("读者证", "Card"),
    "card_first": Text("请扫读者证", "Scan the card"),
    "pin_first": Text("请读者输 PIN", "The reader’s PIN"),
    "pin_no": Text("PIN 不对", "Not this PIN"),
    "book_first": Text("请先扫书", "Scan the book first"),
    "unknown": Text("请照书填写", "Copy it from the book"),
    "volume": Text("是哪一册？", "Which volume?"),
    "exchange": Text("换一本", "Exchange"),
    "kept": Text("不换了", "Kept"),
    "refused": Text("不能办理", "Cannot be done"),
}
_BOUND: Final = frozenset({"purchase.quota", "purchase.budget"})  # what an exchange gives back may be enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`locks`: an act was refused, and scanning stops until somebody has looked. `selection_id` is one whose receipt can be printed."""

    tone: Tone
    word: Text
    sentence: Text
    reasons: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    locks: bool = False
    selection_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Told:
        texts = {name: Text(**kept[name]) for name in ("word", "sentence")}
        lists = {name: tuple(Text(**one) for one in kept[name]) for name in ("reasons", "notes")}
        return cls(**kept | texts | lists)


def is_ready(quote: Quote, *, exchanges: bool) -> bool:
    """Whether Enter may buy the book. In an exchange, money and quota come back first; the act itself decides."""
    if quote.known.missing:
        return False
    in_the_way = [one for one in quote.refusals if not (exchanges and one.code in _BOUND)]
    return quote.verdict is not None and not in_the_way


def of_quote(quote: Quote, *, exchanges: bool) -> Told:
    """One big word, and every reason."""
    title = quote.known.title
    named = Text("《{title}》", "“{title}”").format(title=title) if title else Text(quote.known.isbn, quote.known.isbn)
    standing = _whatever_it_costs(quote)
    if quote.known.missing and not standing:
        sentence = Text(
            "{book}不在书店书目里：请照书填写书名和定价。", "{book} is not on the shop’s list: copy title and price."
        )
        return Told(tone="warn", word=WORDS["unknown"], sentence=sentence.format(book=named))
    if is_ready(quote, exchanges=exchanges):
        sentence = Text("{book}：扫条码标签，或直接按 Enter。", "{book}: scan the label, or just press Enter.")
        return Told(tone="good", word=WORDS["yes"], sentence=sentence.format(book=named), notes=_cost(quote))
    reasons = tuple(one.message for one in standing)
    is_card = all(one.code == "purchase.card" for one in standing)
    return Told(
        tone="stop",
        word=WORDS["card_no" if is_card else "no"],
        sentence=reasons[0] if len(reasons) == 1 else Text("{book}：", "{book}:").format(book=named),
        reasons=reasons if len(reasons) > 1 else (),
    )


def _whatever_it_costs(quote: Quote) -> Sequence[Refusal]:
    """The reasons that stand; while the book is not known in full, those that what is typed in may take away do not count."""
    if not quote.known.missing:
        return quote.refusals
    return [one for one in quote.refusals if not (one.code == "purchase.year" and quote.known.year is None)]


def _cost(quote: Quote) -> tuple[Text, ...]:
    programme = quote.programme
    if programme is None or quote.cost_fen is None:
        return ()
    note = Text("由「{programme}」付 {cost} 元。", "“{programme}” pays {cost} yuan.")
    return (note.format(programme=programme.name, cost=show_money(quote.cost_fen)),)


def of_choice(chosen: Chosen) -> Told:
    selection, lent = chosen.selection, chosen.lent
    assert lent.due_at is not None
    sentence = Text("《{title}》，{due}前归还。", "“{title}”, due {due}.")
    label = Text("条码 {barcode}：请贴在书上。", "Label {barcode}: put it on the book.")
    return Told(
        tone="good",
        word=WORDS["lent"],
        sentence=sentence.format(title=selection.title, due=due_text(lent.due_at, selection.made_at)),
        notes=(label.format(barcode=selection.item), *left_sentences(chosen.left)),
        selection_id=selection.id,
    )


def of_cancelling(selection: SelectionRow) -> Told:
    sentence = Text(
        "《{title}》的选书已撤销，{cost} 元退回经费。", "The choice of “{title}” is called off; {cost} yuan go back."
    )
    note = Text("条码 {barcode} 作废，不要再用。", "The label {barcode} is void; do not use it again.")
    return Told(
        tone="good",
        word=WORDS["cancelled"],
        sentence=sentence.format(title=selection.title, cost=show_money(selection.cost_fen)),
        notes=(note.format(barcode=selection.item),),
    )


def of_beginning(selection: SelectionRow) -> Told:
    sentence = Text(
        "换掉《{title}》：请扫同一位读者的证，再扫新选的书。",
        "In place of “{title}”: scan the same reader’s card, then the new book.",
    )
    note = Text(
        "没有换成以前，《{title}》还借在读者名下。",
        "Until that is done, “{title}” stays lent to the reader.",
    )
    return Told(
        tone="warn",
        word=WORDS["exchange"],
        sentence=sentence.format(title=selection.title),
        notes=(note.format(title=selection.title),),
    )


def of_dropping(selection: SelectionRow) -> Told:
    sentence = Text("《{title}》不换了，照旧借给读者。", "“{title}” is not exchanged; the reader keeps it.")
    return Told(tone="good", word=WORDS["kept"], sentence=sentence.format(title=selection.title))


def of_another() -> Told:
    sentence = Text(
        "换书要扫选那本书的读者的证。这是另一位读者：先点“不换了”或“以后再换”，再办这一位。",
        "An exchange needs the card of the reader who chose the book. This is another reader: press “Keep it” or “Later” first.",
    )
    return Told(tone="stop", word=WORDS["refused"], sentence=sentence)


def of_error(error: DomainError) -> Told:
    refusals: Sequence[Refusal] = error.refusals if isinstance(error, Refused) else ()
    reasons = tuple(one.message for one in refusals)
    return Told(
        tone="stop",
        word=WORDS["refused"],
        sentence=reasons[0]
        if len(reasons) == 1
        else Text("有几个原因：", "For several reasons:")
        if reasons
        else error.detail,
        reasons=reasons if len(reasons) > 1 else (),
        locks=True,
    )


def left_sentences(left: Sequence[Left]) -> tuple[Text, ...]:
    """What each quota leaves."""
    found: list[Text] = []
    for one in left:
        period = PERIODS_NOW[one.period]
        if one.books is not None:
            found.append(Text("{period}还可选 {n} 册。", "{n} more {period}.").format(period=period, n=one.books))
        if one.amount_fen is not None:
            sentence = Text("{period}还可选 {m} 元。", "{m} yuan more {period}.")
            found.append(sentence.format(period=period, m=show_money(one.amount_fen)))
    return tuple(found)
