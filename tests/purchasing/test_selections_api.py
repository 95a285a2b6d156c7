"""Choosing over HTTP: shapes, idempotency, rights; programmes and funds set up from nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from purchasing.programmes import Rules
from purchasing.selection_models import ShopOffer
from purchasing.service.selecting import Pick, SelectionService
from purchasing.service.selecting.choosing import Chosen
from tests.desk import Desk
from tests.desk import desk as desk
from tests.factories import ApiUser, make_unit
from tests.kernel.test_retry import error_of
from tests.purchasing.county import ISBN, OTHER_ISBN, Shops
from tests.purchasing.county import shops as shops

BOOK: dict[str, Any] = {
    "patron": "P0001",
    "isbn": ISBN,
    "shop": "XH",
    "title": "红楼梦",
    "price": "59.70",
    "year": 2024,
}
PROGRAMME: dict[str, Any] = {
    "code": "KIDS",
    "name": "少儿选书",
    "org": "ZG",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "budget": "500.00",
    "rules": {
        "max_price": "80.00",
        "per_patron": [{"period": "visit", "count": 2}, {"period": "year", "amount": "300.00"}],
        "excluded_kinds": ["textbook", "copybook"],
        "excluded_classes": ["G624"],
        "ages": {"from": None, "to": 17},
        "loan_days": 28,
        "return_to": "issuing",
        "late": {"grace_days": 2},
    },
}


@pytest.fixture
def clerk(client: FlaskClient, desk: Desk, shops: Shops) -> ApiUser:
    return desk.over_http(client, shops.clerk)


@pytest.fixture
def hub(client: FlaskClient, desk: Desk) -> ApiUser:
    return desk.as_role("hub_librarian", desk.county.hub).over_http(client)


def test_an_exchange_that_was_begun_is_told_until_it_is_dropped(clerk: ApiUser) -> None:
    made = clerk.post("/selections", BOOK).get_json()
    path = f"/selections/{made['id']}/exchange"
    begun = clerk.put(path, {}).get_json()
    assert (begun["status"], begun["exchange"]["begun_at"][:16]) == ("lent", made["made_at"][:16])
    assert begun["exchange"]["until"] > begun["exchange"]["begun_at"]
    assert [one["id"] for one in clerk.get("/selections", shop="XH", exchanging="true").get_json()["items"]] == [
        made["id"]
    ]
    assert clerk.delete(path).get_json()["exchange"] is None
    assert clerk.get("/selections", shop="XH", exchanging="true").get_json()["items"] == []


def test_a_choice_that_is_begun_anew_after_a_deadlock_has_all_that_was_said(
    clerk: ApiUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, tries = SelectionService.choose, list[Pick]()

    def choose(service: SelectionService, pick: Pick) -> Chosen:
        tries.append(pick)
        if len(tries) == 1:
            raise error_of("40P01")
        return real(service, pick)

    monkeypatch.setattr(SelectionService, "choose", choose)
    assert clerk.post("/selections", BOOK).status_code == 201
    assert len(tries) == 2
    assert tries[0] == tries[1]


@pytest.mark.parametrize("ending", ["", ".mrc", ".ris"])
def test_a_title_that_came_to_nothing_is_absent_to_all_but_staff(
    clerk: ApiUser, client: FlaskClient, ending: str
) -> None:
    made = clerk.post("/selections", BOOK).get_json()
    path = f"/bibs/{made['bib']}{ending}"
    assert ApiUser(client).get(path).status_code == 200
    clerk.post(f"/selections/{made['id']}/cancellation", {"reason": "读者不要了"})
    assert (ApiUser(client).get(path).status_code, clerk.get(path).status_code) == (404, 200)


def test_a_clerk_asks_chooses_and_calls_off(clerk: ApiUser, desk: Desk) -> None:
    asked = clerk.ask("POST", "/selections/quote", json=BOOK)
    quote = asked.get_json()
    assert (quote["eligible"], quote["refusals"], quote["programme"]["code"]) == (True, [], "NXS")
    assert (quote["budget_left"], quote["cost"], quote["book"]["price"]) == ("1000.00", "59.70", "59.70")
    made = clerk.post("/selections", BOOK)
    assert made.status_code == 201
    told = made.get_json()
    assert (told["status"], told["item"], told["lent"]["patron"]) == ("lent", "NX000001", "P0001")
    assert told["lent"]["due_at"].startswith("2026-12-23")
    listed = clerk.get("/selections", shop="XH", day="2026-11-23").get_json()["items"]
    assert [row["id"] for row in listed] == [told["id"]]
    assert "patron" not in listed[0]
    ended = clerk.post(f"/selections/{told['id']}/cancellation", {"reason": "污损"})
    assert (ended.status_code, ended.get_json()["status"]) == (200, "cancelled")


@pytest.mark.parametrize(("unknown", "missing"), [("price", ["price"]), ("title", ["title"])])
def test_a_book_of_which_something_is_not_known_may_not_be_chosen_yet(
    clerk: ApiUser, unknown: str, missing: list[str]
) -> None:
    asked = {name: value for name, value in BOOK.items() if name != unknown}
    quote = clerk.ask("POST", "/selections/quote", json=asked).get_json()
    assert (quote["eligible"], quote["refusals"], quote["missing"]) == (False, [], missing)
    assert clerk.post("/selections", asked).status_code == 422
    assert clerk.ask("POST", "/selections/quote", json=BOOK).get_json()["missing"] == []


def test_a_request_sent_again_chooses_once(clerk: ApiUser, shops: Shops) -> None:
    first = clerk.post("/selections", BOOK, Idempotency_Key="k")
    again = clerk.post("/selections", BOOK, Idempotency_Key="k")
    assert again.headers["Idempotent-Replay"] == "true"
    assert again.get_json() == first.get_json()
    assert shops.money().spent_fen == 5970


def test_a_refusal_says_every_reason(clerk: ApiUser, hub: ApiUser) -> None:
    programme = PROGRAMME | {"funds": [{"fund": "F1"}], "budget": None}
    assert hub.post("/programmes", programme).status_code == 201
    refused = clerk.post("/selections", BOOK | {"programme": "KIDS", "price": "80.01", "title": "高考数学"})
    assert refused.status_code == 409
    told = refused.get_json()
    assert (told["code"], [one["code"] for one in told["refusals"]]) == (
        "refused",
        ["purchase.age", "purchase.price", "purchase.kind"],
    )


def test_a_programme_is_set_up_read_and_changed(hub: ApiUser, desk: Desk) -> None:
    made = hub.post("/programmes", PROGRAMME)
    assert made.status_code == 201, made.get_json()
    told = made.get_json()
    assert (told["budget_left"], told["funds"][0]["fund"], told["item_type"]) == ("500.00", "KIDS", "chosen-KIDS")
    assert told["rules"]["return_to"] == "issuing"
    assert told["rules"]["late"] == {"grace_days": 2}
    assert told["rules"]["ages"] == {"from": None, "to": 17}
    sent = {name: value for name, value in PROGRAMME.items() if name not in ("code", "org", "budget")}
    sent |= {"funds": [{"fund": "KIDS", "share": 1}], "paused": True}
    assert hub.patch("/programmes/KIDS", sent).status_code == 428
    changed = hub.patch("/programmes/KIDS", sent, If_Match=made.headers["ETag"])
    assert (changed.status_code, changed.get_json()["paused"]) == (200, True)
    assert hub.patch("/programmes/KIDS", sent, If_Match=made.headers["ETag"]).status_code == 412
    rows = desk.read(lambda s: desk._context(s).policies.rows)
    of_type = {(row.setting, str(row.value)) for row in rows if row.item_type == "chosen-KIDS"}
    assert of_type == {("accept_returns", "issuing"), ("grace_days", "2")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"budget": None}, "funds"),
        ({"rules": {"shops": ["ZG"]}}, "rules.shops"),
        ({"rules": {"ages": {"from": 18, "to": 17}}}, "rules.ages"),
        ({"library": "LX"}, "library"),
        ({"rules": {"late": {"fine": "much"}}}, "rules"),
        ({"rules": {"loan_days": 0}}, "rules"),
        ({"warn_at": 101}, "warn_at"),
    ],
)
def test_what_does_not_hold_is_named(hub: ApiUser, changes: dict[str, Any], field: str) -> None:
    answer = hub.post("/programmes", PROGRAMME | changes)
    assert answer.status_code == 422
    assert any(name.startswith(field) for name in answer.get_json()["errors"]), answer.get_json()
    assert hub.get("/programmes/KIDS").status_code == 404


def test_funds_are_given_money_and_never_lose_what_is_spent(hub: ApiUser, clerk: ApiUser) -> None:
    assert hub.post("/funds", {"code": "F9", "name": "乡镇经费", "org": "ZG", "allocated": "100.00"}).status_code == 201
    assert hub.post("/funds", {"code": "F9", "name": "又一个", "org": "ZG"}).get_json()["code"] == "fund.code_taken"
    clerk.post("/selections", BOOK)
    less = hub.post("/funds/F1/allocations", {"amount": "940.31", "take_back": True, "reason": "调减"})
    assert (less.status_code, less.get_json()["code"]) == (409, "fund.overspent")
    less = hub.post("/funds/F1/allocations", {"amount": "940.30", "take_back": True, "reason": "调减"})
    assert less.get_json()["left"] == "0.00"
    kinds = [entry["kind"] for entry in hub.get("/funds/F1/entries").get_json()["items"]]
    assert kinds == ["allocation", "selection", "allocation"]
    refused = clerk.post("/selections", BOOK | {"isbn": OTHER_ISBN, "price": "0.01"})
    assert [one["code"] for one in refused.get_json()["refusals"]] == ["purchase.budget"]


def test_money_and_programmes_are_for_those_who_may(
    client: FlaskClient, clerk: ApiUser, hub: ApiUser, desk: Desk
) -> None:
    assert [clerk.get(path).status_code for path in ("/funds", "/programmes")] == [403, 403]
    branch = desk.as_role("branch_librarian", desk.county.branch).over_http(client)
    assert branch.get("/funds").get_json()["items"] == []
    assert branch.get("/funds/F1").status_code == 404
    shown = branch.get("/programmes/NXS").get_json()
    assert (shown["budget_left"], shown["funds"]) == (None, [{"fund": "F1", "name": "购书经费", "share": 1}])
    assert branch.post("/programmes", PROGRAMME).status_code == 403
    assert branch.post("/selections", BOOK).status_code == 403
    purchaser = desk.as_role("purchaser", desk.county.hub).over_http(client)
    assert purchaser.post("/funds", {"code": "F8", "name": "x", "org": "ZG"}).status_code == 403
    # A budget of its own is money: only who may allocate some makes it.
    assert purchaser.post("/programmes", PROGRAMME).status_code == 403
    with_fund = PROGRAMME | {"budget": None, "funds": [{"fund": "F1"}]}
    assert purchaser.post("/programmes", with_fund).status_code == 201


def test_a_reader_asks_with_their_own_card(client: FlaskClient, desk: Desk, shops: Shops) -> None:
    asking = desk.reading(desk.add_patron("P0009")).over_http(client)
    told = asking.post("/selections/quote", BOOK | {"patron": "P0009"}).get_json()
    assert (told["eligible"], told["budget_left"]) == (True, None)
    assert asking.post("/selections/quote", BOOK).status_code == 404
    assert asking.post("/selections", BOOK | {"patron": "P0009"}).status_code == 403


def test_two_programmes_never_share_their_terms_nor_take_another_s_library(
    client: FlaskClient, hub: ApiUser, desk: Desk
) -> None:
    long = hub.post("/programmes", PROGRAMME | {"code": "SUMMERREADING2026-COUNTY-A"})
    assert (long.status_code, long.get_json()["code"]) == (422, "programme.code")
    branch = make_hub(desk)
    other = desk.as_role("hub_librarian", branch).over_http(client)
    refused = other.post("/programmes", PROGRAMME | {"org": "SE", "library": "ZG"})
    assert "library" in refused.get_json()["errors"]


def test_a_change_of_who_pays_is_told_to_the_journal(hub: ApiUser, desk: Desk) -> None:
    made = hub.post("/programmes", PROGRAMME)
    hub.post("/funds", {"code": "F7", "name": "另一笔", "org": "ZG", "allocated": "100.00"})
    sent = {name: value for name, value in PROGRAMME.items() if name not in ("code", "org", "budget")}
    hub.patch("/programmes/KIDS", sent | {"funds": [{"fund": "F7"}]}, If_Match=made.headers["ETag"])
    (told,) = [entry.data for entry in desk.journal() if entry.act == "programme_changed"][-1:]
    assert told is not None
    assert told["changes"] == {"funds": [{"KIDS": 1}, {"F7": 1}]}


def test_what_a_reader_types_is_not_read_out_to_buyers(
    client: FlaskClient, clerk: ApiUser, desk: Desk, shops: Shops
) -> None:
    shops.programme(rules=Rules(max_price_fen=1))
    asking = desk.reading(desk.add_patron("P0009")).over_http(client)
    asking.post("/selections/quote", BOOK | {"patron": "P0009", "title": "加微信领红包"})
    assert "selection_refused" not in desk.acts()
    clerk.post("/selections/quote", BOOK)
    assert desk.acts()[-1] == "selection_refused"


def make_hub(desk: Desk) -> int:
    return desk.write(lambda s: make_unit(s, "SE", "hub", desk.county.network, name="少儿馆"))


def test_volumes_of_a_set_are_told_and_each_is_chosen(clerk: ApiUser, desk: Desk, shops: Shops) -> None:
    shops.programme(rules=Rules(max_copies_in_network=1))
    offer = ShopOffer(
        shop_id=shops.shop, isbn=ISBN, title="红楼梦", author="", publisher="", price_fen=5970, volumes="上、下"
    )
    offer.year, offer.class_number, offer.stock, offer.listed_at = 2024, None, None, desk.now
    desk.write(lambda s: s.add(offer))
    assert clerk.get("/shops/XH/offers").get_json()["items"][0]["volumes"] == ["上", "下"]
    first = clerk.post("/selections", BOOK | {"volume": "上册"})
    assert (first.status_code, first.get_json()["volume"]) == (201, "上")
    told = clerk.post("/selections/quote", BOOK).get_json()
    assert ([one["code"] for one in told["refusals"]], told["book"]["volumes"]) == (["purchase.volume"], ["上", "下"])
    assert clerk.post("/selections/quote", BOOK | {"volume": "下"}).get_json()["eligible"]
    assert clerk.post("/selections", BOOK | {"volume": "下"}).status_code == 201
