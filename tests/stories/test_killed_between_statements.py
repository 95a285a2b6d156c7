"""Power cut between any two statements of an act, on both databases: the doctor is content, and whoever repeats the act under its key
gets it done once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from branches.access import SYSTEM
from kernel.db import Database
from purchasing.service.selecting import Pick, SelectionService
from tests.desk import Desk, offenders, open_desk
from tests.factories import ApiUser, make_context, make_token, make_unit, make_user
from tests.purchasing.county import isbn, set_up_choosing

MOST_STEPS = 72  # more than any of these acts has
FEWEST_STEPS = 8
WITHIN_SECONDS = 240
Asked = tuple[str, dict[str, Any]]  # path and body
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is a thing of Unix")


@pytest.fixture
def desk(database: Database) -> Desk:
    return open_desk(database)


def item(desk: Desk, n: int) -> str:
    """A copy of a title of its own, at home in the hub."""
    desk.add_item(f"C{n:03}")
    return f"C{n:03}"


def card(desk: Desk, n: int) -> str:
    desk.add_patron(f"R{n:03}")
    return f"R{n:03}"


def held(desk: Desk, n: int, **more: Any) -> tuple[str, str, int]:
    """A copy, a reader and their hold on it, collected at the branch."""
    barcode, reader = item(desk, n), card(desk, n)
    return barcode, reader, desk.hold(reader, item=barcode, **more).id


def lends(desk: Desk, n: int) -> Asked:
    return "/loans", {"patron": card(desk, n), "item": item(desk, n), "at": "ZG"}


def returns_elsewhere(desk: Desk, n: int) -> Asked:
    barcode = item(desk, n)
    desk.check_out(barcode, patron=card(desk, n))
    return "/check-ins", {"item": barcode, "at": "LX"}


def returns_what_another_waits_for(desk: Desk, n: int) -> Asked:
    barcode = item(desk, n)
    desk.check_out(barcode, patron=card(desk, n))
    desk.hold(card(desk, 500 + n), item=barcode)
    return "/check-ins", {"item": barcode, "at": "LX"}


def waits(desk: Desk, n: int) -> Asked:
    bib_id = desk.item(item(desk, n)).bib_id
    return "/holds", {"patron": card(desk, n), "bib": bib_id, "pickup": "CG"}


def fetches(desk: Desk, n: int) -> Asked:
    barcode, _reader, _hold = held(desk, n)
    return "/check-ins", {"item": barcode, "at": "ZG"}


def collects(desk: Desk, n: int) -> Asked:
    barcode, reader, _hold = held(desk, n)
    desk.check_in(barcode, at="CG")
    return "/loans", {"patron": reader, "item": barcode, "at": "CG"}


def takes_what_is_being_fetched(desk: Desk, n: int) -> Asked:
    barcode, _reader, _hold = held(desk, n)
    return "/loans", {"patron": card(desk, 500 + n), "item": barcode, "at": "ZG"}


def calls_back(desk: Desk, n: int) -> Asked:
    barcode = item(desk, n)
    desk.check_out(barcode, patron=card(desk, n))
    hold = desk.hold(card(desk, 500 + n), item=barcode)
    return f"/holds/{hold.id}/recall", {}


def says_it_is_not_there(desk: Desk, n: int) -> Asked:
    _barcode, _reader, hold = held(desk, n)
    return f"/holds/{hold}/miss", {}


def declares_lost(desk: Desk, n: int) -> Asked:
    barcode = item(desk, n)
    desk.check_out(barcode, patron=card(desk, n))
    return f"/items/{barcode}/status", {"act": "lost", "at": "ZG", "reason": "读者说丢了"}


def takes_money(desk: Desk, n: int) -> Asked:
    return f"/patrons/{card(desk, n)}/charges", {"amount": "5.00", "reason": "工本费"}


def in_shop(desk: Desk) -> str:
    """A bookshop below the hub, where the first who asks sets everything up."""
    if "XH" not in desk.read(lambda s: make_context(s).tree.by_code):
        shop = desk.write(lambda s: make_unit(s, "XH", "shop", desk.county.hub, name="新华书店"))
        set_up_choosing(desk, shop, fen=MOST_STEPS * 3980)
    return "XH"


def asks_another_library(desk: Desk, n: int) -> Asked:
    return "/transfers", {"bib": desk.item(item(desk, n)).bib_id, "to": "CG", "copies": 1, "reason": "request"}


def chooses_a_book(desk: Desk, n: int) -> Asked:
    book = {"isbn": isbn(n), "title": f"新书{n}", "price": "39.80", "year": 2026}
    return "/selections", {"patron": card(desk, n), "shop": in_shop(desk), **book}


def calls_a_choice_off(desk: Desk, n: int) -> Asked:
    path, body = chooses_a_book(desk, n)
    del body["price"]
    pick = Pick(**body | {"price_fen": 3980})
    chosen = desk.write(lambda s: SelectionService(make_context(s, SYSTEM)).choose(pick))
    return f"{path}/{chosen.selection.id}/cancellation", {"reason": "读者不要了"}


ACTS: list[Callable[[Desk, int], Asked]] = [
    lends,
    returns_elsewhere,
    returns_what_another_waits_for,
    waits,
    fetches,
    collects,
    takes_what_is_being_fetched,
    calls_back,
    says_it_is_not_there,
    declares_lost,
    takes_money,
    asks_another_library,
    chooses_a_book,
    calls_a_choice_off,
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_an_act_is_done_once_or_not_at_all(
    desk: Desk, app: Flask, data_dir: Path, act: Callable[[Desk, int], Asked]
) -> None:
    desk.policy("loan_days", 60)
    caller = desk.write(lambda s: make_user(s, "wang", ("hub_librarian", desk.county.hub)))
    user = ApiUser(app.test_client(), desk.write(lambda s: make_token(s, caller)))
    asked = [act(desk, n) for n in range(MOST_STEPS)]
    ended = die_again_and_again(desk, user, data_dir, asked)
    assert ended[-1] == 0, "the last of them came to its end"
    assert FEWEST_STEPS < len(ended) <= MOST_STEPS
    assert offenders(desk.database) == {}

    began = len(desk.journal())
    answers = [ask(user, n, path, body) for n, (path, body) in enumerate(asked[: len(ended)])]
    assert all(200 <= status < 300 for status, _body, _replayed in answers), answers
    assert answers[-1][2], "what came to its end is not done again"
    assert not any(replayed for _status, _body, replayed in answers[:2]), "nothing was done before the second statement"
    done = len(desk.journal())
    assert done > began
    assert [ask(user, n, path, body)[1] for n, (path, body) in enumerate(asked[: len(ended)])] == [
        body for _status, body, _replayed in answers
    ]
    assert len(desk.journal()) == done
    assert offenders(desk.database) == {}


def die_again_and_again(desk: Desk, user: ApiUser, data_dir: Path, asked: list[Asked]) -> list[int]:
    """How the processes ended that were to die before their first statement, their second …"""
    requests = [
        {"method": "POST", "path": f"/api/v1{path}", "body": body, "headers": headers(user, n)}
        for n, (path, body) in enumerate(asked)
    ]
    file = data_dir / "requests.json"
    file.write_text(json.dumps(requests))
    url = desk.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.stories.dying", url, str(data_dir), str(file)]
    root = Path(__file__).parents[2]
    run = subprocess.run(command, capture_output=True, cwd=root, timeout=WITHIN_SECONDS, check=False)
    assert run.returncode == 0, run.stderr.decode()
    ended: list[int] = json.loads(run.stdout.decode().splitlines()[-1])
    assert set(ended[:-1]) == {-signal.SIGKILL}, run.stderr.decode()
    return ended


def headers(user: ApiUser, n: int) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {user.token}",
        "Idempotency-Key": f"act-{n}",
        "X-Now": user.now.isoformat(),
        "Accept-Language": "en",
    }


def ask(user: ApiUser, n: int, path: str, body: dict[str, Any]) -> tuple[int, Any, bool]:
    answer = user.post(path, body, Idempotency_Key=f"act-{n}")
    return answer.status_code, answer.get_json(), "Idempotent-Replay" in answer.headers
