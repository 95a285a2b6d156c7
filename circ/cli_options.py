"""What several commands of this room share: options, and how much a list shows."""

from __future__ import annotations

from typing import Final

import click

from branches.terminal import local

MOST_ROWS: Final = 1000

at_option: Final = click.option(
    "--at", required=True, help=local("在哪个馆点办理（代码）", "the unit where it is done (code)")
)
override_option: Final = click.option(
    "--override",
    "override",
    multiple=True,
    metavar="CODE",
    help=local("越过这个限制，可多次给出", "lift this refusal; may be given more than once"),
)
