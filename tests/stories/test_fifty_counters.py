"""Fifty counters choose books until one fund is spent, and the server is killed in the middle: spent is the sum of what was chosen, to the
fen, nobody is served twice under one key, and the doctor is content."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from circ.models import Loan
from kernel.db import Database
from purchasing.selection_models import Selection
from tests.desk import desk as desk
from tests.desk import offenders
from tests.factories import make_token
from tests.purchasing.county import Shops, isbn, quotas
from tests.purchasing.county import shops as shops
from tests.stories.processes import PATIENCE, WebServer, ask, wait_until

COUNTERS = 50
# Seconds; a minute where somebody asks for it, and a fund that lasts as long.
LASTS = float(os.environ.get("TONGJIE_TEST_COUNTERS_SECONDS", "4"))
BUDGET_FEN = int(100_000 * LASTS)
LARGEST_FEN = 9_999
_BUSY = ("idempotency.running", "database.busy")


def test_a_fund_is_spent_to_the_fen_and_never_beyond(
    shops: Shops, database: Database, data_dir: Path, request: Any
) -> None:
    shops.fund("BIG", BUDGET_FEN)
    shops.programme(fund="BIG", rules=quotas(period="year", count=400))
    shops.labels("FC000001", "FC009999")
    for bound in ("max_loans", "cards_without_choice"):  # the fund alone ends the story, however long it is to last
        shops.desk.policy(bound, None)
    for n in range(COUNTERS):
        shops.desk.add_patron(f"R{n:02}")
    token = shops.desk.write(lambda s: make_token(s, shops.clerk))
    server = WebServer(database, data_dir, "--no-worker")
    request.addfinalizer(server.clear)
    wait_until(server.is_ready, "the server")
    with ThreadPoolExecutor(COUNTERS) as pool:
        counters = [pool.submit(serve_readers, server.port, token, n) for n in range(COUNTERS)]
        time.sleep(LASTS / 2)
        server.kill()
        server.start()
        told = [answer for counter in counters for answer in counter.result()]
    server.stop()
    codes = Counter(answer.get("code", "lent") for answer in told)
    assert set(codes) == {"lent", "purchase.budget"}, codes
    assert codes["purchase.budget"] == COUNTERS  # each went on until the money was gone
    made = shops.desk.read(lambda s: s.execute(select(func.count(), func.sum(Selection.cost_fen))).one())
    spent = shops.money("BIG").spent_fen
    assert (made[0], made[1]) == (codes["lent"], spent)
    assert BUDGET_FEN - LARGEST_FEN < spent <= BUDGET_FEN
    assert shops.desk.read(lambda s: s.scalar(select(func.count()).select_from(Loan))) == codes["lent"]
    assert len({answer["id"] for answer in told if "id" in answer}) == codes["lent"]
    assert offenders(database) == {}


def serve_readers(port: int, token: str, counter: int) -> list[dict[str, Any]]:
    """One book after the other for the reader of this counter, each asked under its key until there is an answer."""
    chance, told = random.Random(counter), []
    for n in range(10_000):
        price = chance.randrange(1_000, LARGEST_FEN)
        body = {
            "patron": f"R{counter:02}",
            "isbn": isbn(counter * 10_000 + n),
            "shop": "XH",
            "title": f"第{counter}台第{n}本",
            "price": f"{price // 100}.{price % 100:02}",
        }
        answer = until_answered(port, token, f"c{counter}-{n}", body)
        if answer.get("code") == "purchase.budget" and price > 1_000:
            body["price"] = "10.00"  # the last yuan are spent on what is cheap
            answer = until_answered(port, token, f"c{counter}-{n}", body)
        told.append(answer)
        if "code" in answer:
            return told
    raise AssertionError("the fund never ran out")


def until_answered(port: int, token: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
            status, answer = ask(port, "POST", "/api/v1/selections", body, headers)
        except (OSError, HTTPException):
            time.sleep(0.05)
            continue
        told: dict[str, Any] = json.loads(answer)
        if status == 201:
            return told
        if told["code"] == "refused":
            return {"code": told["refusals"][0]["code"]}
        assert told["code"] in _BUSY, told
        time.sleep(0.05)
    raise AssertionError(f"no answer to {key}")
