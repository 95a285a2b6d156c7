"""What the processes of `tongjie serve` have in common is loaded before there are several, and is no more than they need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import migrations
from kernel.db import Database

# Large, and needed seldom or by some only: drivers of what is not in use, and tables of which less is kept here.
NOT_AT_START = {"elasticsearch", "psycopg", "pymarc", "pypinyin"}
ASKED = ("/healthz", "/readyz", "/", "/search?q=hongloumeng", "/api/v1/search?q=hlm", "/login")

PROGRAM = """
import json, sys
import web.cli
from kernel.db import Database
from web.app import furnish
from web.serve import prepare
from web.settings import read_settings

settings = read_settings()
app = prepare(settings)
at_start = set(sys.modules)
furnish(app, settings, Database(settings.database_url))
client = app.test_client()
of_the_client = set(sys.modules) - at_start
answers = [client.get(path).status_code for path in sys.argv[1:]]
print(json.dumps([answers, sorted(at_start), sorted(set(sys.modules) - at_start - of_the_client)]))
"""


def test_web_workers_load_nothing_by_themselves(data_dir: Path) -> None:
    database = Database(f"sqlite:///{data_dir / 'tongjie.db'}")
    migrations.upgrade(database)
    database.close()
    own = {"TONGJIE_DATA_DIR": str(data_dir), "TONGJIE_DATABASE_URL": "", "TONGJIE_SEARCH_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *ASKED], env=os.environ | own, stdout=subprocess.PIPE, check=True
    )
    answers, at_start, later = json.loads(done.stdout.splitlines()[-1])
    assert answers == [200] * len(ASKED)
    assert not NOT_AT_START & set(at_start)
    libraries = [name for name in later if name.partition(".")[0] not in sys.stdlib_module_names]
    assert not libraries, "each web worker would hold a copy of its own: let `prepare` load them"
