"""A desk with a bad line: repeats an act under its key until there is an answer."""

from __future__ import annotations

import json
import time
from http.client import HTTPException
from typing import Any

from tests.stories.processes import PATIENCE, ask

# Still running, or the database is busy with a dead process's lock.
_LATER = ("idempotency.running", "database.busy")


class Sender:
    """`cut` names the key each time there was no answer: was it done or not, who knows?"""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token
        self.cut: list[str] = []
        self.answered = 0

    def post(self, path: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                status, answer = ask(self._port, "POST", f"/api/v1{path}", body, headers)
            except (OSError, HTTPException):
                self.cut.append(key)
                time.sleep(0.05)
                continue
            if status in (409, 503):
                assert json.loads(answer)["code"] in _LATER, answer
                time.sleep(0.05)
                continue
            assert 200 <= status < 300, answer
            self.answered += 1
            told: dict[str, Any] = json.loads(answer)
            return told
        raise AssertionError(f"no answer to {key}")
