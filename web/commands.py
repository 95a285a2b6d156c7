"""Which commands there are and which module has them. It is loaded when its command is asked for, or all are listed: to load every room
takes a second, and those of search need few."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

_MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "web.own_cli": ("init", "serve", "demo", "worker", "jobs", "doctor", "config"),
    "branches.cli": ("org", "user", "token", "policy"),
    "patrons.cli": ("category", "patron"),
    "catalog.cli": ("item-type", "classes", "headings", "import", "undo-import", "export", "source"),
    "transit.cli": ("transfer",),
    "circ.cli": (
        "check-out",
        "check-in",
        "use",
        "undo",
        "renew",
        "item-status",
        "loans",
        "hold",
        "pull-list",
    ),
    "circ.ledger_cli": ("account",),
    "purchasing.cli": ("demand", "oversight"),
    "search.cli": ("search",),
}
MODULE_OF: Final[Mapping[str, str]] = {name: module for module, names in _MODULES.items() for name in names}

# They read the database and write the index: no act of the library, so no upper room is told and no other room need be there.
WITHOUT_ACTS: Final = frozenset({"search"})


class Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(MODULE_OF)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULE_OF:
            return None
        commands: tuple[click.Command, ...] = import_module(MODULE_OF[cmd_name]).COMMANDS
        return next(one for one in commands if one.name == cmd_name)
