"""The table of refusals against the contract that outside programs rely on. No database."""

from __future__ import annotations

import string

import pytest

from branches.rights import RIGHTS
from circ.ledger_refusals import MONEY
from circ.refusals import ANYONE, REFUSALS, refuse
from circ.transfer_refusals import TRANSFERS

# The codes of the API contract that this program knows by now: class, and the right that lifts it (None: nobody).
CONTRACT: dict[str, tuple[str, str | None]] = {
    "patron.expired": ("confirm", "loan.override.patron"),
    "patron.blocked": ("confirm", "loan.override.patron"),
    "patron.overdue": ("confirm", "loan.override.patron"),
    "patron.loan_limit": ("confirm", "loan.override.patron"),
    "patron.debt": ("confirm", "loan.override.patron"),
    "patron.deposit": ("confirm", "loan.override.patron"),
    "patron.category_refused": ("confirm", "loan.override.item"),
    "item.age_protected": ("confirm", "loan.override.item"),
    "item.not_lendable": ("confirm", "loan.override.item"),
    "item.on_loan_same_patron": ("confirm", ANYONE),
    "item.on_loan": ("impossible", None),
    "item.withdrawn": ("impossible", None),
    "org.not_lending": ("impossible", None),
    "policy.none": ("impossible", None),
    "item.in_transit": ("notice", None),
    "item.missing": ("notice", None),
    "item.lost": ("notice", None),
    "item.elsewhere": ("notice", None),
    "loan.renewal_limit": ("confirm", "renew.override"),
    "loan.too_soon": ("confirm", "renew.override"),
    "loan.no_gain": ("confirm", "renew.override"),
    "loan.overdue": ("confirm", "renew.override"),
    "return.not_here": ("confirm", "loan.override.item"),
    "item.on_hold_for_other": ("confirm", "loan.override.hold"),
    "loan.held_by_other": ("confirm", "renew.override"),
    "hold.duplicate": ("impossible", None),
    "hold.no_holdable_item": ("impossible", None),
    "hold.pickup_refused": ("impossible", None),
    "hold.limit": ("confirm", "hold.override"),
    "hold.available_here": ("confirm", "hold.override"),
    "transfer.open": ("impossible", None),
    "transfer.refused_by_policy": ("confirm", "transfer.override"),
}
# Beyond the contract: states of this program that no right can lift.
OWN = {
    "patron.closed",
    "card.lost",
    "patron.has_loans",
    "patron.has_debt",
    "patron.has_credit",
    "patron.has_deposit",
    "card.replaced",
    "transfer.too_many_copies",
    "transfer.too_many_open",
    "item.on_order",
    "org.no_desk",
    "loan.closed",
    "hold.state",
    "hold.recalled",
    "hold.none_out",
    "hold.no_recall",
    "loan.lost",
    "loan.claimed_returned",
    "item.status_move",
    *(one.code for one in MONEY),
    *(one.code for one in TRANSFERS if one.code not in ("transfer.open", "transfer.refused_by_policy")),
    "item.not_used_here",
    *("undo.not_possible", "undo.done", "undo.too_late", "undo.moved_on"),
}
# Beyond the contract too: limits that a right lifts like those of the contract.
OWN_LIMITS = {"hold.has_loan", "hold.library_limit", "hold.day_limit", "hold.no_shows", "return.long_ago"}
# And what is said of a loan without standing in its way.
OWN_NOTICES = {
    "loan.shortened",
    "loan.overflow",
    "item.claimed_returned",
    "loan.refunded",
    "item.note",
    "item.accessories",
    "item.damaged",
}
OWN_LIMITS_OF_READERS = {"patron.late_returns", "patron.type_limit", "patron.library_limit"}


@pytest.mark.parametrize("code", CONTRACT)
def test_a_refusal_has_the_class_and_the_right_of_the_contract(code: str) -> None:
    assert (REFUSALS[code].class_, REFUSALS[code].override) == CONTRACT[code]


def test_no_refusal_is_outside_the_contract_but_the_impossible_ones() -> None:
    assert REFUSALS.keys() - CONTRACT.keys() == OWN | OWN_LIMITS | OWN_NOTICES | OWN_LIMITS_OF_READERS
    assert {(REFUSALS[code].class_, REFUSALS[code].override) for code in OWN_LIMITS} == {
        ("confirm", "hold.override"),
        ("confirm", "return.backdate_far"),
    }
    assert {REFUSALS[code].class_ for code in OWN} == {"impossible"}
    assert {(REFUSALS[code].class_, REFUSALS[code].override) for code in OWN_NOTICES} == {("notice", None)}


def test_every_right_that_lifts_exists() -> None:
    assert {r.override for r in REFUSALS.values() if r.override} <= RIGHTS.keys()


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", REFUSALS)
def test_both_languages_tell_the_same_things(code: str) -> None:
    message = REFUSALS[code].message
    missing_in_english = placeholders(message.zh) - placeholders(message.en)
    assert missing_in_english <= {"limit"}
    assert placeholders(message.en) <= placeholders(message.zh)
    assert message.zh.endswith(("。", "？"))
    assert message.en.endswith((".", "?"))


def test_values_fill_the_sentence_and_go_into_the_data() -> None:
    refusal = refuse("patron.loan_limit", limit=5, open=5)
    assert refusal.message.en.startswith("The card has all of its 5 loans.")
    assert refusal.as_json("en") | {"message": ""} == {
        "code": "patron.loan_limit",
        "class": "confirm",
        "message": "",
        "override": "loan.override.patron",
        "data": {"limit": 5, "open": 5},
    }


def test_what_anyone_may_lift_names_no_right() -> None:
    assert refuse("item.on_loan_same_patron").as_json("zh")["override"] is None
