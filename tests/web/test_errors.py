"""What the database's failures become: an answer that says whether to wait, to correct or to call somebody."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InternalError, OperationalError

from web.errors import from_database


class Refusal(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("kind", "sqlstate", "status", "code"),
    [
        (OperationalError, "55P03", 503, "database.busy"),  # waited for a lock
        (OperationalError, "57014", 503, "database.busy"),  # ran too long
        (OperationalError, "40P01", 503, "database.busy"),  # a deadlock, tried again in vain
        (OperationalError, "40001", 503, "database.busy"),
        (OperationalError, "53100", 503, "database.full"),
        (OperationalError, "57P01", 503, "database.unavailable"),
        (IntegrityError, "23505", 409, "database.race"),
        (DataError, "22001", 422, "value.too_large"),  # longer than its column
        (DataError, "22003", 422, "value.too_large"),  # beyond what its column can count
        (InternalError, "XX000", 500, "internal"),
    ],
)
def test_each_failure_has_its_answer(kind: type[DBAPIError], sqlstate: str, status: int, code: str) -> None:
    answer = from_database(kind("UPDATE item SET status = 1", {}, Refusal(sqlstate)))
    assert (answer.status, answer.code) == (status, code)


def test_a_wait_for_the_same_key_is_the_same_request_still_running() -> None:
    error = OperationalError("INSERT INTO idempotency_key VALUES (1)", {}, Refusal("55P03"))
    assert (from_database(error).status, from_database(error).code) == (409, "idempotency.running")
