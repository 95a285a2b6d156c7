"""Circulation over HTTP: the shapes of the contract, the key header, and input that no honest client sends. Both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from branches.access import Caller
from kernel.db import Database
from tests.conftest import Furnished
from tests.desk import Desk
from tests.factories import NOW, ApiUser, make_settings

LOAN = {"patron": "P0001", "item": "B0001", "at": "ZG"}
RETURN = {"item": "B0001", "at": "ZG"}


def log_in(desk: Desk, client: FlaskClient, *grants: tuple[str, int], username: str = "wang") -> ApiUser:
    return desk.staffed(*grants, username=username).over_http(client)


def log_in_reader(desk: Desk, client: FlaskClient, patron_id: int) -> ApiUser:
    return desk.over_http(client, Caller(kind="patron", id=patron_id))


@pytest.fixture
def hub(desk: Desk, client: FlaskClient) -> ApiUser:
    return log_in(desk, client, ("hub_librarian", desk.county.hub))


def problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem details of an answer, which must have this status and code and tell nothing of the inside."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/problem+json"
    body: dict[str, Any] = response.get_json()
    assert body.keys() >= {"type", "title", "status", "detail", "code"}
    assert (body["status"], body["code"]) == (status, code)
    assert "Traceback" not in response.get_data(as_text=True)
    return body


# --- the shapes of the contract ---------------------------------------------------------------------------------------


def test_a_loan_is_made(hub: ApiUser) -> None:
    response = hub.post("/loans", LOAN)
    assert response.status_code == 201
    assert response.get_json() | {"policy": {}} == {
        "id": response.get_json()["id"],
        "patron": "P0001",
        "item": "B0001",
        "bib": response.get_json()["bib"],
        "title": "平凡的世界",
        "at": "ZG",
        "checked_out_at": "2026-11-23T10:30:00+08:00",
        "due_at": "2026-12-23T23:59:00+08:00",
        "renewals": 0,
        "notices": [],
        "policy": {},
        "act": response.get_json()["act"],
        "message": "Lent: 《平凡的世界》, due Wed 23 Dec.",
    }
    assert response.get_json()["policy"]["loan_days"]["value"] == 30


def test_a_return_elsewhere_says_where_to_send_it(hub: ApiUser) -> None:
    loan = hub.post("/loans", LOAN).get_json()
    response = hub.post("/check-ins", RETURN | {"at": "LX"})
    assert response.status_code == 200
    body = response.get_json()
    assert body["item"]["status"] == "in_transit"
    assert (body["item"]["home"], body["item"]["location"], body["item"]["owner"]) == ("ZG", "LX", "ZG")
    assert (body["loan"]["id"], body["loan"]["returned_at"]) == (loan["id"], "2026-11-23T10:30:00+08:00")
    assert body["fees"] == []
    assert body["next"] == {
        "action": "transfer",
        "to": "ZG",
        "hold": None,
        "transfer": body["next"]["transfer"],
        "message": "《平凡的世界》 is returned. Put it into the transfer box → 城关总馆.",
    }


def test_sentences_are_chinese_unless_english_is_asked_for(hub: ApiUser) -> None:
    chinese = replace(hub, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"})
    assert chinese.post("/loans", LOAN).get_json()["message"] == "借出：《平凡的世界》，12月23日（周三）前归还。"


def test_a_refused_act_names_every_reason(desk: Desk, hub: ApiUser) -> None:
    desk.policy("max_loans", 0)
    desk.set_item(status="withdrawn")
    body = problem(hub.post("/loans", LOAN), 409, "refused")
    assert body["refusals"] == [
        {
            "code": "patron.loan_limit",
            "class": "confirm",
            "message": "The card has all of its 0 loans. Return a book first, or ask a supervisor.",
            "override": "loan.override.patron",
            "data": {"limit": 0, "open": 0},
        },
        {
            "code": "item.withdrawn",
            "class": "impossible",
            "message": "This book was withdrawn. Hand it to a librarian.",
            "override": None,
            "data": {},
        },
    ]


def test_a_dry_run_answers_200_without_a_key_and_writes_nothing(desk: Desk, hub: ApiUser) -> None:
    desk.policy("max_loans", 0)
    response = hub.post("/loans", LOAN | {"dry_run": True}, Idempotency_Key="")
    assert response.status_code == 200
    body = response.get_json()
    assert (body["id"], body["due_at"]) == (None, "2026-12-23T23:59:00+08:00")
    assert [r["code"] for r in body["refusals"]] == ["patron.loan_limit"]
    assert (desk.open_loans(), desk.journal()) == (0, [])


def test_an_override_is_the_same_request_with_the_codes(desk: Desk, hub: ApiUser) -> None:
    desk.policy("max_loans", 0)
    body = LOAN | {"override": ["patron.loan_limit"]}
    assert hub.post("/loans", body).status_code == 201
    assert desk.acts() == ["checked_out", "overridden"]


def test_a_renewal_answers_with_the_loan(desk: Desk, hub: ApiUser) -> None:
    loan = hub.post("/loans", LOAN).get_json()
    response = hub.post(f"/loans/{loan['id']}/renewals")
    assert response.status_code == 201
    assert (response.get_json()["renewals"], response.get_json()["due_at"]) == (1, "2027-01-22T23:59:00+08:00")


def test_a_renewal_tells_whose_the_loan_is_only_to_those_who_may_see_it(
    desk: Desk, hub: ApiUser, client: FlaskClient
) -> None:
    """Else a volunteer, or a machine, would learn by counting loans up who has which book."""
    loan = hub.post("/loans", LOAN).get_json()
    reader_id = desk.loan(loan["id"]).patron_id
    assert reader_id is not None
    volunteer = log_in(desk, client, ("volunteer", desk.county.point), username="zhao")
    desk.policy("renewals", 9)
    desk.policy("renew_from", "today")

    def renew_a_day_later(days: int, user: ApiUser, path: str, body: Any = None) -> str | None:
        answer = replace(user, now=user.now + timedelta(days=days)).post(path, body)
        assert answer.status_code == 201, answer.get_json()
        patron: str | None = answer.get_json()["patron"]
        return patron

    path = f"/loans/{loan['id']}/renewals"
    assert renew_a_day_later(1, hub, path) == "P0001"
    assert renew_a_day_later(2, log_in_reader(desk, client, reader_id), path) == "P0001"
    assert renew_a_day_later(3, volunteer, path) is None
    assert renew_a_day_later(4, volunteer, "/loans", LOAN | {"override": ["item.on_loan_same_patron"]}) == "P0001"


def test_readers_renew_their_own_loans_and_see_no_others(desk: Desk, hub: ApiUser, client: FlaskClient) -> None:
    loan = hub.post("/loans", LOAN).get_json()
    own = desk.loan(loan["id"]).patron_id
    assert own is not None
    stranger_id = desk.add_patron("P0002")
    stranger, reader = log_in_reader(desk, client, stranger_id), log_in_reader(desk, client, own)
    problem(stranger.post(f"/loans/{loan['id']}/renewals"), 404, "loan.not_found")
    assert reader.post(f"/loans/{loan['id']}/renewals").status_code == 201
    problem(reader.post("/loans", LOAN), 403, "auth.forbidden")
    problem(reader.get("/loans"), 403, "auth.forbidden")


def test_a_transfer_travels(desk: Desk, hub: ApiUser) -> None:
    transfer_id = hub.post("/check-ins", RETURN | {"at": "LX"}).get_json()["next"]["transfer"]
    [listed] = hub.get("/transfers", **{"from": "LX"}).get_json()["items"]
    assert listed | {"bib": 0} == {
        "id": transfer_id,
        "item": "B0001",
        "bib": 0,
        "title": "平凡的世界",
        "from": "LX",
        "to": "ZG",
        "reason": "return_home",
        "status": "approved",
        "hold": None,
        "requested_at": "2026-11-23T10:30:00+08:00",
        "dispatched_at": None,
        "received_at": None,
        "cancel_reason": None,
        **dict.fromkeys(("call_number", "keep_until", "needed_by", "note", "proposed", "request", "shelf")),
    }
    assert hub.post(f"/transfers/{transfer_id}/dispatch").get_json()["status"] == "dispatched"
    problem(hub.post(f"/transfers/{transfer_id}/cancellation", {"reason": "错"}), 409, "refused")
    received = hub.post(f"/transfers/{transfer_id}/receipt").get_json()
    assert (received["item"]["location"], received["next"]["action"]) == ("ZG", "shelve")
    assert hub.get("/transfers", to="ZG", status="received").get_json()["items"][0]["id"] == transfer_id


def test_loans_are_listed_page_by_page(desk: Desk, hub: ApiUser) -> None:
    for n in range(2, 6):
        desk.add_item(f"B000{n}")
    for n in range(1, 6):
        assert hub.post("/loans", LOAN | {"item": f"B000{n}"}).status_code == 201
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = hub.get("/loans", limit="2", **({"cursor": cursor} if cursor else {})).get_json()
        seen += [loan["item"] for loan in page["items"]]
        cursor = page["next"]
    assert seen == ["B0001", "B0002", "B0003", "B0004", "B0005"]
    assert [loan["item"] for loan in hub.get("/loans", item="B0003").get_json()["items"]] == ["B0003"]
    assert hub.get("/loans", status="overdue").get_json()["items"] == []
    late = replace(hub, now=NOW + timedelta(days=31))
    assert len(late.get("/loans", status="overdue").get_json()["items"]) == 5


def test_a_branch_sees_its_own_loans_and_those_of_its_readers(desk: Desk, client: FlaskClient, hub: ApiUser) -> None:
    desk.add_patron("P0002", desk.county.hub)
    desk.add_item("B0002")
    desk.add_item("B0003")
    hub.post("/loans", LOAN | {"item": "B0001", "patron": "P0001"})  # its reader, lent at the hub
    hub.post("/loans", LOAN | {"item": "B0002", "patron": "P0002", "at": "LX"})  # lent below it
    hub.post("/loans", LOAN | {"item": "B0003", "patron": "P0002", "at": "ZG"})  # none of its affair
    branch = log_in(desk, client, ("branch_librarian", desk.county.branch), username="li")
    assert [loan["item"] for loan in branch.get("/loans").get_json()["items"]] == ["B0001", "B0002"]
    problem(
        log_in(desk, client, ("volunteer", desk.county.point), username="zhao").get("/loans"), 403, "auth.forbidden"
    )


def test_readers_see_what_they_have_at_home(desk: Desk, client: FlaskClient, hub: ApiUser) -> None:
    desk.add_patron("P0002")
    desk.add_item("B0002")
    hub.post("/loans", LOAN)
    hub.post("/loans", LOAN | {"patron": "P0002", "item": "B0002"})
    reader = log_in_reader(desk, client, desk.preview().patron.id)
    body = reader.get("/me/loans").get_json()
    assert ([loan["item"] for loan in body["items"]], body["next"]) == (["B0001"], None)
    hub.post("/check-ins", RETURN)
    assert reader.get("/me/loans").get_json()["items"] == []
    problem(hub.get("/me/loans"), 403, "auth.forbidden")  # staff have none of their own here


def test_a_reader_s_loans_are_shown_to_their_library_which_leaves_a_trace(
    desk: Desk, client: FlaskClient, hub: ApiUser
) -> None:
    desk.add_patron("P0002", desk.county.hub)
    hub.post("/loans", LOAN)
    branch = log_in(desk, client, ("branch_librarian", desk.county.branch), username="li")
    body = branch.get("/patrons/P0001/loans").get_json()
    assert [(loan["item"], loan["patron"], loan["due_at"]) for loan in body["items"]] == [
        ("B0001", "P0001", "2026-12-23T23:59:00+08:00")
    ]
    look = desk.journal()[-1]
    assert (look.act, look.author, look.org_id, look.data) == (
        "person_viewed",
        "li",
        desk.county.branch,
        {"what": "loans"},
    )
    outside = problem(branch.get("/patrons/P0002/loans"), 404, "patron.not_found")
    absent = problem(branch.get("/patrons/P9999/loans"), 404, "patron.not_found")
    assert outside["detail"].replace("P0002", "P9999") == absent["detail"]
    problem(
        log_in(desk, client, ("volunteer", desk.county.branch), username="zhao").get("/patrons/P0001/loans"),
        403,
        "auth.forbidden",
    )
    assert desk.acts()[-1] == "person_viewed"


# --- who calls --------------------------------------------------------------------------------------------------------

ROUTES = [
    ("POST", "/loans"),
    ("GET", "/loans"),
    ("POST", "/check-ins"),
    ("POST", "/loans/1/renewals"),
    ("GET", "/transfers"),
    ("POST", "/transfers/1/dispatch"),
    ("POST", "/transfers/1/receipt"),
    ("POST", "/transfers/1/cancellation"),
    ("GET", "/me/loans"),
    ("GET", "/patrons/P0001/loans"),
]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({}, "auth.required"),
        ({"Authorization": "Bearer nonsense"}, "auth.token"),
        (
            {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."},
            "auth.token",
        ),  # a token of the kind `alg: none`
        ({"Authorization": "Bearer"}, "auth.scheme"),
        ({"Authorization": "Basic d2FuZzp3YW5n"}, "auth.scheme"),
        ({"Cookie": "tongjie_session=nonsense"}, "auth.required"),  # cookies are for pages
    ],
)
def test_nothing_without_a_login(client: FlaskClient, header: dict[str, str], code: str) -> None:
    for method, path in ROUTES:
        response = client.open(f"/api/v1{path}", method=method, headers=header)
        problem(response, 401, code)
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_an_ended_login_is_none(desk: Desk, client: FlaskClient, hub: ApiUser) -> None:
    from branches.service import logins

    assert hub.token is not None
    token = hub.token
    desk.write(lambda s: logins.revoke_token(s, token))
    problem(hub.post("/loans", LOAN), 401, "auth.token")


@pytest.mark.parametrize(
    ("role", "method", "path", "body", "status"),
    [
        ("sysadmin", "POST", "/loans", LOAN, 403),
        ("shop_clerk", "POST", "/check-ins", RETURN, 403),
        ("returns_clerk", "POST", "/check-ins", RETURN, 404),  # of the point, not of the hub
        ("returns_clerk", "POST", "/loans", LOAN, 403),
        ("volunteer", "POST", "/transfers/1/cancellation", {"reason": "x"}, 403),
        ("self_check", "POST", "/transfers/1/dispatch", {}, 403),
        ("self_check", "POST", "/loans", LOAN, 404),  # stands at the point, not at the hub
        ("self_check", "POST", "/check-ins", RETURN, 404),
        ("volunteer", "POST", "/loans", LOAN, 201),
    ],
)
def test_rights_are_asked_for(
    desk: Desk, client: FlaskClient, role: str, method: str, path: str, body: dict[str, Any], status: int
) -> None:
    caller = log_in(desk, client, (role, desk.county.point))
    assert caller.ask(method, path, json=body).status_code == status


def test_a_unit_outside_is_answered_like_one_that_never_was(desk: Desk, client: FlaskClient) -> None:
    machine = log_in(desk, client, ("self_check", desk.county.point))
    outside = problem(machine.post("/loans", LOAN | {"at": "ZG"}), 404, "org.not_found")
    absent = problem(machine.post("/loans", LOAN | {"at": "XX"}), 404, "org.not_found")
    assert outside["detail"].replace("ZG", "XX") == absent["detail"]


# --- the key header ---------------------------------------------------------------------------------------------------


def test_an_act_needs_a_key(hub: ApiUser) -> None:
    for method, path in ROUTES:
        if method == "POST":
            body = {"/loans": LOAN, "/check-ins": RETURN}.get(path, {"reason": "x"} if "cancel" in path else {})
            problem(hub.post(path, body, Idempotency_Key=""), 400, "idempotency.key_missing")


def test_a_key_is_short_and_plain(desk: Desk, hub: ApiUser) -> None:
    for key in ("k" * 201, "schlüssel", "a\tb"):
        problem(hub.post("/loans", LOAN, Idempotency_Key=key), 400, "idempotency.key_malformed")
    assert desk.open_loans() == 0


def test_the_same_key_gets_the_first_answer_again(desk: Desk, hub: ApiUser) -> None:
    first = hub.post("/loans", LOAN, Idempotency_Key="scan-1")
    again = hub.post("/loans", LOAN, Idempotency_Key="scan-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert desk.acts() == ["checked_out"]


def test_a_day_later_the_answer_is_still_the_first(desk: Desk, hub: ApiUser) -> None:
    """A village point with a bad line resends: the book may be somewhere else by then."""
    first = hub.post("/check-ins", RETURN | {"at": "LX"}, Idempotency_Key="scan-1")
    hub.post("/check-ins", RETURN)
    again = hub.post("/check-ins", RETURN | {"at": "LX"}, Idempotency_Key="scan-1")
    assert again.get_json() == first.get_json()
    assert desk.place() == ("available", desk.county.hub)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/loans", LOAN | {"item": "B0002"}),
        ("/loans", LOAN | {"override": []}),
        ("/check-ins", RETURN),
        ("/loans?x=1", LOAN),
    ],
)
def test_a_key_stands_for_one_request(desk: Desk, hub: ApiUser, path: str, body: dict[str, Any]) -> None:
    desk.add_item("B0002")
    hub.post("/loans", LOAN, Idempotency_Key="scan-1")
    problem(hub.post(path, body, Idempotency_Key="scan-1"), 422, "idempotency.key_reused")
    assert desk.acts() == ["checked_out"]


def test_a_refused_key_may_be_used_again_with_an_override(desk: Desk, hub: ApiUser) -> None:
    desk.policy("max_loans", 0)
    problem(hub.post("/loans", LOAN, Idempotency_Key="scan-1"), 409, "refused")
    body = LOAN | {"override": ["patron.loan_limit"]}
    assert hub.post("/loans", body, Idempotency_Key="scan-1").status_code == 201


def test_another_s_key_is_another_key(desk: Desk, client: FlaskClient, hub: ApiUser) -> None:
    desk.add_item("B0002")
    other = log_in(desk, client, ("volunteer", desk.county.hub), username="li")
    assert hub.post("/loans", LOAN, Idempotency_Key="scan-1").status_code == 201
    response = other.post("/loans", LOAN | {"item": "B0002"}, Idempotency_Key="scan-1")
    assert response.status_code == 201
    assert "Idempotent-Replay" not in response.headers


# --- bodies that no honest client sends -------------------------------------------------------------------------------


def send(hub: ApiUser, data: bytes | str, content_type: str = "application/json") -> TestResponse:
    return hub.ask("POST", "/loans", data=data, content_type=content_type)


def told(response: TestResponse) -> tuple[int, str]:
    """Status and code of an answer; an answer that is no problem has no code."""
    return response.status_code, str((response.get_json() or {}).get("code")) if response.is_json else ""


MALFORMED: list[bytes] = [
    b'{"patron": "P0001"',
    b"[1, 2",
    b"not json",
    b"\xff\xfe{\x00",
    b'{"patron": "\xff\xff"}',  # not UTF-8
    b'{"patron": "P0001", "patron": "P0002", "item": "B0001", "at": "ZG"}',  # a name twice
    b'{"patron": "P0001", "x": {"a": 1, "a": 2}}',
    b'{"patron": NaN}',
    b'{"patron": Infinity}',
    b'{"patron": -Infinity}',
    b'{"patron": 1e999}',
    b"[" * 10_000 + b"]" * 10_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b'{"patron": ' + b"9" * 5000 + b"}",  # more digits than Python reads
]


def test_a_malformed_body_is_400(desk: Desk, hub: ApiUser) -> None:
    answers = {data[:40]: told(send(hub, data)) for data in MALFORMED}
    assert answers == dict.fromkeys(answers, (400, "body.malformed"))
    assert desk.open_loans() == 0


def test_another_media_type_is_415(hub: ApiUser) -> None:
    types = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "",
        "multipart/form-data; boundary=x",
    ]
    answers = {name: told(send(hub, json.dumps(LOAN), name)) for name in types}
    assert answers == dict.fromkeys(answers, (415, "body.media_type"))


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"patron": "\x00"}, "patron"),
    ({"patron": "P\x000001"}, "patron"),
    ({"patron": "\ud800"}, "patron"),  # half of a surrogate pair
    ({"patron": None}, "patron"),
    ({"patron": 17}, "patron"),
    ({"patron": ["P0001"]}, "patron"),
    ({"patron": {"barcode": "P0001"}}, "patron"),
    ({"patron": True}, "patron"),
    ({"patron": ""}, "patron"),
    ({"patron": "   "}, "patron"),
    ({"patron": "P" * 98}, "patron"),
    ({"at": None}, "at"),
    ({"at": 5}, "at"),
    ({"item": 2**63}, "item"),
    ({"due_at": "tomorrow"}, "due_at"),
    ({"due_at": "2026-12-24T12:00:00"}, "due_at"),  # no offset
    ({"due_at": "0000-00-00T00:00:00+08:00"}, "due_at"),
    ({"due_at": "0001-01-01T00:00:00+08:00"}, "due_at"),
    ({"due_at": "9999-12-31T23:59:59-08:00"}, "due_at"),
    ({"due_at": "10000-01-01T00:00:00+08:00"}, "due_at"),
    ({"due_at": "2026-12-24T24:00:00+08:00"}, "due_at"),
    ({"due_at": "2026-02-30T12:00:00+08:00"}, "due_at"),
    ({"due_at": 1798000000}, "due_at"),
    ({"due_at": None}, "due_at"),
    ({"due_at": "2020-01-01T12:00:00+08:00"}, "due_at"),  # past
    ({"override": "patron.loan_limit"}, "override"),
    ({"override": [1]}, "override.0"),
    ({"override": ["x"] * 21}, "override"),
    ({"override": [""]}, "override.0"),
    ({"override": ["\x00"]}, "override"),
    ({"dry_run": "perhaps"}, "dry_run"),
    ({"dry_run": None}, "dry_run"),
    ({"dry_run": 7}, "dry_run"),
    ({"dry_run": 1}, "dry_run"),
    ({"dry_run": "true"}, "dry_run"),
    ({"role": "sysadmin"}, "role"),
    ({"patron_id": 1}, "patron_id"),
    ({"__proto__": {}}, "__proto__"),
    ({"\x00": 1}, "\x00"),
]


def test_a_wrong_field_is_named(desk: Desk, hub: ApiUser) -> None:
    for change, field in WRONG:
        response = send(hub, json.dumps(LOAN | change))
        assert response.status_code == 422, (change, response.get_data(as_text=True))
        assert list(response.get_json()["errors"]) == [field], change
    assert desk.open_loans() == 0


def test_missing_fields_are_named_all_at_once(hub: ApiUser) -> None:
    for body in (b"{}", b""):
        assert problem(send(hub, body), 422, "input.invalid")["errors"].keys() == {"patron", "item", "at"}


def test_a_body_that_is_no_object_is_422(hub: ApiUser) -> None:
    answers = {data: told(send(hub, data)) for data in (b"[]", b'"P0001"', b"17", b"null", b"true")}
    assert answers == dict.fromkeys(answers, (422, "input.invalid"))


@pytest.mark.parametrize("field", ["patron", "item", "at"])
def test_odd_text_is_only_text(hub: ApiUser, field: str) -> None:
    texts = [
        "'; DROP TABLE loan; --",
        "1 OR 1=1",
        "%",
        "_",
        "{0.__class__}",
        "<script>",
        "\u202e0001P",
        "Ｐ０００１",
        ":",
        "ZG:",
        ":B0001",
    ]
    for text in texts:
        response = hub.post("/loans", LOAN | {field: text})
        assert response.status_code == 404, (text, response.get_data(as_text=True))


def test_a_body_beyond_the_limit_is_413(hub: ApiUser) -> None:
    response = send(hub, b'{"patron": "' + b"P" * (17 * 1024 * 1024) + b'"}')
    assert response.status_code == 413
    assert response.mimetype == "application/problem+json"


# --- addresses and queries --------------------------------------------------------------------------------------------


def test_an_odd_number_in_an_address_is_404(hub: ApiUser) -> None:
    odd = [
        "0",
        "-1",
        str(2**63),
        str(2**64),
        "9" * 40,
        "1.0",
        "abc",
        "..",
        "%2e%2e",
        "%00",
        "1%00",
        "１",
        str(2**63 - 1),
    ]
    for number in odd:
        for path in (f"/loans/{number}/renewals", f"/transfers/{number}/dispatch", f"/transfers/{number}/receipt"):
            response = hub.post(path)
            assert (response.status_code, response.mimetype) == (404, "application/problem+json"), path


WRONG_QUERIES = {
    "status=open&status=returned": "status",
    "limit=10&limit=10": "limit",
    "limit=0": "limit",
    "limit=201": "limit",
    "limit=-1": "limit",
    "limit=1e9": "limit",
    "limit=abc": "limit",
    "limit=9223372036854775808": "limit",
    "limit=": "limit",
    "status=everything": "status",
    "status=": "status",
    "sort=patron": "sort",
    "order=1;DROP": "order",
    "patron=%00": "patron",
}


def test_a_wrong_parameter_is_named(hub: ApiUser) -> None:
    answers = {query: hub.ask("GET", f"/loans?{query}") for query in WRONG_QUERIES}
    assert {query: answer.status_code for query, answer in answers.items()} == dict.fromkeys(WRONG_QUERIES, 422)
    assert {query: "".join(answer.get_json()["errors"]) for query, answer in answers.items()} == WRONG_QUERIES


@pytest.mark.parametrize("path", ["/loans", "/transfers"])
def test_a_cursor_of_one_s_own_making_is_422(hub: ApiUser, path: str) -> None:
    cursors = ["x", "!!!!", "bnVsbA", "WzFd", "ImFiYyI", "MS41", "dHJ1ZQ", "OTIyMzM3MjAzNjg1NDc3NTgwOA", "é", ""]
    answers = {cursor: told(hub.get(path, cursor=cursor)) for cursor in cursors}
    assert answers == dict.fromkeys(cursors, (422, "cursor.malformed"))


def test_a_wrong_method_is_405(hub: ApiUser) -> None:
    for method, path in [
        ("DELETE", "/loans"),
        ("PUT", "/loans"),
        ("GET", "/check-ins"),
        ("PATCH", "/loans/1/renewals"),
    ]:
        response = hub.ask(method, path)
        assert (response.status_code, response.mimetype) == (405, "application/problem+json"), (method, path)


def test_a_method_in_a_header_is_no_method(desk: Desk, hub: ApiUser) -> None:
    hub.ask("GET", "/loans", headers={"X-HTTP-Method-Override": "POST"}, json=LOAN)
    assert desk.open_loans() == 0


# --- the clock --------------------------------------------------------------------------------------------------------


def test_the_test_clock_is_the_time_of_the_act(desk: Desk, hub: ApiUser) -> None:
    loan = replace(hub, now=NOW + timedelta(days=365)).post("/loans", LOAN).get_json()
    assert loan["checked_out_at"] == "2027-11-23T10:30:00+08:00"
    assert desk.journal()[0].at == NOW + timedelta(days=365)


def test_without_the_test_clock_the_header_is_nothing(
    furnished: Furnished, desk: Desk, database: Database, hub: ApiUser, data_dir: Any
) -> None:
    settings = replace(make_settings(data_dir, database), test_clock=False)
    honest = replace(hub, client=furnished(settings, database).test_client())
    loan = replace(honest, now=NOW + timedelta(days=3650)).post("/loans", LOAN).get_json()
    assert abs(datetime.fromisoformat(loan["checked_out_at"]) - datetime.now(NOW.tzinfo)) < timedelta(minutes=5)


def test_a_malformed_test_clock_is_400(hub: ApiUser) -> None:
    for now in (
        "yesterday",
        "2026-11-23",
        "2026-11-23T10:30:00",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "é",
    ):
        problem(hub.post("/loans", LOAN, X_Now=now), 400, "clock.malformed")
