"""Logging in: one door, one answer for every failure, and a growing wait that stands although the login fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import select, update

from branches import passwords
from branches.models import LoginFailure, StaffUser, Token
from branches.service import logins
from kernel.clock import read_clock
from kernel.db import Database
from kernel.errors import TooManyRequests, Unauthenticated
from tests.factories import PASSWORD, PIN, ApiUser, make_county, make_patron, make_settings, make_unit, make_user
from web import signing
from web.app import create_app

WRONG = "not the password at all"
START = datetime.fromisoformat("2026-11-23T10:30:00+08:00")


@pytest.fixture
def people(database: Database) -> dict[str, int]:
    """A volunteer, a reader with a PIN, one without, and two who got the same number in two namespaces."""
    county = database.run(make_county)
    with database.transaction() as session:
        other = make_unit(session, "N2", "hub", county.network, is_namespace=True)
        staff = make_user(session, "zhao", ("volunteer", county.point))
        return {
            "zhao": staff.id,
            "P1": make_patron(session, county.branch, "P1", pin=PIN),
            "P2": make_patron(session, county.branch, "P2"),
            "one": make_patron(session, county.branch, "P3", pin=PIN),
            "other": make_patron(session, other, "P3", pin="719305", namespace_id=other),
        }


def _log_in(database: Database, name: str, secret: str, now: datetime = START, address: str = "::1") -> signing.Login:
    return signing.log_in(database, name=name, secret=secret, address=address, now=now, channel="api")


def _fail(database: Database, name: str, times: int, now: datetime = START, address: str = "::1") -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            _log_in(database, name, WRONG, now, address)


def _failures(database: Database) -> list[int]:
    with database.reading() as session:
        return sorted(session.scalars(select(LoginFailure.failures)))


def test_staff_log_in_with_their_password_whatever_the_case_of_the_name(
    database: Database, people: dict[str, int]
) -> None:
    login = _log_in(database, " Zhao ", PASSWORD)
    assert (login.kind, login.subject_id) == ("staff", people["zhao"])
    with database.reading() as session:
        caller = logins.find_caller(session, login.token, START)
        kept = session.scalars(select(Token.digest)).one()
    assert (caller.username, caller.holds("loan.lend")) == ("zhao", True)
    assert login.token not in kept


@pytest.mark.parametrize("number", ["P1", "QX:P1", "LX:P1"])
def test_readers_log_in_with_card_and_pin(database: Database, people: dict[str, int], number: str) -> None:
    login = _log_in(database, number, PIN)
    assert (login.kind, login.subject_id) == ("patron", people["P1"])


def test_the_pin_tells_two_readers_with_one_number_apart(database: Database, people: dict[str, int]) -> None:
    assert _log_in(database, "P3", PIN).subject_id == people["one"]
    assert _log_in(database, "P3", "719305").subject_id == people["other"]
    assert _log_in(database, "N2:P3", "719305").subject_id == people["other"]


@pytest.mark.parametrize(("name", "secret"), [("zhao", WRONG), ("nobody", WRONG), ("P1", "000000"), ("P2", "482913"), ("P9", PIN), ("XX:P1", PIN)])  # fmt: skip
def test_every_failure_costs_the_same_work_and_says_the_same(
    database: Database, people: dict[str, int], name: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[int] = []
    verify = PasswordHasher.verify

    def count(hasher: PasswordHasher, hashed: str, password: str) -> bool:
        work.append(hashed.count(f"m={passwords.PIN_HASHER.memory_cost},"))
        return verify(hasher, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", count)
    with pytest.raises(Unauthenticated) as caught:
        _log_in(database, name, secret)
    assert (caught.value.code, sorted(work)) == ("auth.wrong", [0, 1])


def test_an_account_that_is_off_cannot_log_in(database: Database, people: dict[str, int]) -> None:
    database.run(lambda s: s.execute(update(StaffUser).values(is_active=False)))
    with pytest.raises(Unauthenticated):
        _log_in(database, "zhao", PASSWORD)


def test_the_fifth_wrong_password_makes_even_the_right_one_wait(database: Database, people: dict[str, int]) -> None:
    _fail(database, "zhao", 5)
    with pytest.raises(TooManyRequests) as caught:
        _log_in(database, "zhao", PASSWORD, START + timedelta(seconds=1))
    assert caught.value.retry_after in (1, 2)
    assert _log_in(database, "zhao", PASSWORD, START + timedelta(seconds=3)).kind == "staff"
    assert _failures(database) == [5]  # the address is not forgiven by one good login


def test_the_wait_doubles(database: Database, people: dict[str, int]) -> None:
    _fail(database, "zhao", 5)
    _fail(database, "zhao", 1, START + timedelta(seconds=3))
    _fail(database, "zhao", 1, START + timedelta(seconds=10))
    with pytest.raises(TooManyRequests) as caught:
        _log_in(database, "zhao", PASSWORD, START + timedelta(seconds=11))
    assert caught.value.retry_after in (7, 8)


def test_tries_sent_at_once_wait_like_tries_in_a_row(
    database: Database, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(passwords, "verify_pin", lambda _hashed, pin: bool(looked_at.append(pin)))

    def guess(n: int) -> str:
        try:
            _log_in(database, "P1", f"{482900 + n}", address=f"192.0.2.{n}")
        except (Unauthenticated, TooManyRequests) as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert len(looked_at) == passwords.FREE_FAILURES + 1
    assert answers.count("auth.wrong") == passwords.FREE_FAILURES + 1
    assert answers.count("auth.throttled") == 24 - passwords.FREE_FAILURES - 1


def test_many_names_tried_at_once_from_one_address_wait_like_tries_in_a_row(
    database: Database, people: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(passwords, "verify_pin", lambda _hashed, pin: bool(looked_at.append(pin)))
    _fail(database, "a", 1)
    left = 5
    known = update(LoginFailure).where(LoginFailure.subject == logins.address("::1").key)
    database.run(lambda s: s.execute(known.values(failures=logins.ADDRESS_FREE_FAILURES + 1 - left)))
    looked_at.clear()

    def guess(n: int) -> str:
        try:
            _log_in(database, f"N{n}", "000111")
        except (Unauthenticated, TooManyRequests) as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))
    assert (len(looked_at), answers.count("auth.wrong"), answers.count("auth.throttled")) == (left, left, 16 - left)


def test_good_logins_of_one_address_do_not_add_up(database: Database, people: dict[str, int]) -> None:
    _fail(database, "a", 3)
    for _ in range(3):
        _log_in(database, "P1", PIN, START + timedelta(minutes=1))
    with database.reading() as session:
        row = session.get_one(LoginFailure, logins.address("::1").key)
    assert (row.failures, row.last_at) == (3, START)


def test_all_spellings_of_a_card_are_one_door(database: Database, people: dict[str, int]) -> None:
    for name in ("P1", "QX:P1", "ZG:p1", " LX:P1 ", "XX:P1"):
        _fail(database, name, 1)
    with pytest.raises(TooManyRequests):
        _log_in(database, "CG:P1", PIN)


def test_nobody_else_makes_one_wait_who_changes_ones_password(
    database: Database, client: FlaskClient, people: dict[str, int]
) -> None:
    user, now = _token(client, "zhao", PASSWORD), read_clock()
    _fail(database, f"staff:{people['zhao']}", 1, now)
    database.run(lambda s: s.execute(update(LoginFailure).values(failures=20)))
    answer = user.put("/me/password", {"old": PASSWORD, "new": "seven unrelated nouns here"})
    assert answer.status_code == 204


@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.1"), (1, "192.0.2.7"), (2, "203.0.113.9")])
def test_wrong_logins_are_counted_for_the_address_that_our_own_proxy_saw(
    database: Database, data_dir: Path, people: dict[str, int], proxies: int, counted: str
) -> None:
    client = create_app(replace(make_settings(data_dir, database), proxies=proxies), database).test_client()
    forwarded = "198.51.100.1, 203.0.113.9, 192.0.2.7"  # the first is the client's own word
    body = {"username": "zhao", "password": WRONG}
    assert ApiUser(client).post("/auth/token", body, X_Forwarded_For=forwarded).status_code == 401
    with database.reading() as session:
        assert session.get(LoginFailure, logins.address(counted).key) is not None


def test_a_name_that_does_not_exist_is_throttled_alike(database: Database, people: dict[str, int]) -> None:
    _fail(database, "nobody", 5)
    with pytest.raises(TooManyRequests):
        _log_in(database, "nobody", WRONG)


def test_an_address_that_tries_many_names_must_wait_until_it_is_forgiven(
    database: Database, people: dict[str, int]
) -> None:
    _fail(database, "a", 1, address="192.0.2.7")
    database.run(lambda s: s.execute(update(LoginFailure).values(failures=logins.ADDRESS_FREE_FAILURES + 9)))
    database.run(lambda s: logins.note_success(s, logins.login_name("a")))
    with pytest.raises(TooManyRequests):
        _log_in(database, "P1", PIN, START + timedelta(minutes=5), "192.0.2.7")
    assert _log_in(database, "P1", PIN, START + timedelta(minutes=5), "192.0.2.8").kind == "patron"
    _fail(database, "b", 1, START + timedelta(hours=2), "192.0.2.7")
    assert max(_failures(database)) == 1


def test_wrong_tries_keep_neither_names_nor_addresses(database: Database, people: dict[str, int]) -> None:
    _fail(database, "zhao", 1, address="192.0.2.7")
    with database.reading() as session:
        subjects = " ".join(session.scalars(select(LoginFailure.subject)))
    assert "zhao" not in subjects
    assert "192" not in subjects


# --- over HTTP ------------------------------------------------------------------------------------------------------


def _token(client: FlaskClient, name: str, secret: str) -> ApiUser:
    answer = ApiUser(client).post("/auth/token", {"username": name, "password": secret})
    assert answer.status_code == 200, answer.json
    return ApiUser(client, answer.json["token"])


def test_failures_are_counted_although_the_request_fails(
    database: Database, client: FlaskClient, people: dict[str, int]
) -> None:
    body = {"username": "zhao", "password": WRONG}
    codes = [ApiUser(client).post("/auth/token", body).status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]
    answer = ApiUser(client).post("/auth/token", body)
    assert answer.json["code"] == "auth.throttled"
    assert int(answer.headers["Retry-After"]) >= 1


def test_no_answer_tells_which_names_exist(client: FlaskClient, people: dict[str, int]) -> None:
    known = ApiUser(client).post("/auth/token", {"username": "zhao", "password": WRONG})
    unknown = ApiUser(client).post("/auth/token", {"username": "nobody", "password": WRONG})
    assert (known.status_code, known.json) == (unknown.status_code, unknown.json)


def test_a_token_works_until_it_is_given_back(client: FlaskClient, people: dict[str, int]) -> None:
    user = _token(client, "zhao", PASSWORD)
    me = user.get("/me").json
    assert me == {"kind": "staff", "username": "zhao", "name": "馆员", "grants": [{"role": "volunteer", "org": "LX"}]}
    assert user.delete("/auth/token").status_code == 204
    assert user.get("/me").status_code == 401


def test_a_token_ends_by_itself(database: Database, client: FlaskClient, people: dict[str, int]) -> None:
    user = _token(client, "zhao", PASSWORD)
    database.run(lambda s: s.execute(update(Token).values(expires_at=read_clock() - timedelta(seconds=1))))
    answer = user.get("/me")
    assert (answer.status_code, answer.json["code"]) == (401, "auth.token")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic eA==", "Bearer x.y.", "Bearer 令牌", "eyJhbGciOiJub25lIn0.e30."]
)
def test_cannot_come_in_with_what_is_no_token(client: FlaskClient, people: dict[str, int], header: str) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": header.encode().decode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_reader_sees_their_own_profile_whole(client: FlaskClient, people: dict[str, int]) -> None:
    me = _token(client, "P1", PIN).get("/me").json
    assert {k: me[k] for k in ("kind", "barcode", "name", "open_loans")} == {
        "kind": "patron", "barcode": "P1", "name": "张三丰", "open_loans": 0
    }  # fmt: skip


def test_one_changes_ones_password_by_knowing_the_old_one(client: FlaskClient, people: dict[str, int]) -> None:
    user, new = _token(client, "zhao", PASSWORD), "seven unrelated nouns here"
    assert user.put("/me/password", {"old": WRONG, "new": new}).status_code == 401
    assert user.put("/me/password", {"old": PASSWORD, "new": "short"}).status_code == 422
    assert user.put("/me/password", {"old": PASSWORD, "new": new}).status_code == 204
    assert user.get("/me").status_code == 401
    _token(client, "zhao", new)


def test_guessing_the_old_pin_is_throttled_too(client: FlaskClient, people: dict[str, int]) -> None:
    user = _token(client, "P1", PIN)
    codes = [user.put("/me/pin", {"old": "000000", "new": "719305"}).status_code for _ in range(6)]
    assert codes == [401] * 5 + [429]
