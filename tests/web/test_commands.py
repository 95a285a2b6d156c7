"""A command loads what it needs: the few rooms of search for those of search, every room for one that acts."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module

import pytest

from web.commands import MODULE_OF

PROBE = """
import json, sys
from kernel.db import Base
from web.cli import tongjie
tongjie.main(sys.argv[1:], standalone_mode=False)
rooms = {name.partition(".")[0] for name in sys.modules}
tables = set(Base.metadata.tables)
import web.own_cli
print(json.dumps({"rooms": sorted(rooms), "missing": sorted(set(Base.metadata.tables) - tables)}))
"""


def test_each_command_is_found_where_the_list_says() -> None:
    assert {one.name: name for name in set(MODULE_OF.values()) for one in import_module(name).COMMANDS} == MODULE_OF


@pytest.mark.parametrize("command", ["search", "undo-import", "account"])
def test_a_command_loads_what_it_needs(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, command, "--help"], capture_output=True, text=True, check=True, timeout=120
    )
    loaded = json.loads(done.stdout.splitlines()[-1])
    if command == "search":
        assert not {"purchasing", "alembic", "gunicorn"} & set(loaded["rooms"])
    else:
        assert loaded["missing"] == []
