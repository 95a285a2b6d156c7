"""A server that dies by kill -9 before the first statement of the first request, the second of the second, and so on, a COMMIT and the
return of a connection counted too. Run as a program of its own, which has no threads when it forks.

Arguments: the address of the database, a folder, a file of requests `[{method, path, headers, body}]`. Writes how each process ended, as a
list of wait statuses, up to the first that came to its end.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from kernel.db import Database
from tests.factories import make_settings
from web.app import create_app

REFUSED = 3


def main() -> None:
    url, folder, file = sys.argv[1:]
    database = Database(url)
    client = create_app(make_settings(Path(folder), database), database).test_client()
    ended = []
    for step, request in enumerate(json.loads(Path(file).read_text()), start=1):
        pid = os.fork()
        if pid == 0:
            database.engine.dispose(close=False)
            _die_at(database, step)
            answer = client.open(
                request["path"], method=request["method"], json=request["body"], headers=request["headers"]
            )
            sys.stderr.write(answer.get_data(as_text=True))
            os._exit(0 if answer.status_code < 300 else REFUSED)
        ended.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        if ended[-1] != -signal.SIGKILL:
            break
    sys.stdout.write(json.dumps(ended))


def _die_at(database: Database, step: int) -> None:
    left = step

    def pass_by(*_whatever: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(database.engine, name, pass_by)
    event.listen(database.engine.pool, "checkin", pass_by)


if __name__ == "__main__":
    main()
