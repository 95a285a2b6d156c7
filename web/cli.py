"""The `tongjie` command. What it can do is told by `web.commands`; the room of a command is loaded when it is asked for.

Whoever reaches the command line owns the database: its acts are journalled as `system`. Errors are one sentence on standard error;
exit code 1 for what was refused or went wrong, 2 for a command that was not understood.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click
from sqlalchemy.exc import DBAPIError

from branches.terminal import Terminal, choose_language, local
from kernel.errors import DomainError, Invalid
from kernel.i18n import Language, Text
from kernel.request import begin_request
from web import logs
from web.commands import WITHOUT_ACTS, Commands
from web.settings import read_settings

NO_SCHEMA = Text(
    "数据库还没有建好或不是本版本的结构。请先运行 tongjie init。",
    "The database is not set up or has another release's schema. Run `tongjie init` first.",
)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=local("通借：县域总分馆的联合目录与流通系统。", "Tongjie: union catalogue and circulation of a county."),
)
@click.version_option(package_name="tongjie", message="%(version)s")
@click.pass_context
def tongjie(context: click.Context) -> None:
    logs.configure()
    if context.invoked_subcommand not in WITHOUT_ACTS:
        # Every room: what hangs on a title is looked for in all tables there are.
        from web import rooms, wiring  # noqa: F401

        wiring.connect()
    terminal = Terminal(load=read_settings, language=choose_language(os.environ))
    context.obj = terminal
    context.call_on_close(terminal.close)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit with its code."""
    begin_request()
    language = choose_language(os.environ)
    try:
        code = tongjie.main(arguments, prog_name="tongjie", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = 130
    except DomainError as error:
        _complain(error, language)
        code = 1
    except DBAPIError as error:
        click.echo(_explain(error).in_(language), err=True)
        code = 1
    sys.exit(code or 0)


def _explain(error: DBAPIError) -> Text:
    """A missing table means a missing set-up (PostgreSQL's code 42P01; SQLite has only its words)."""
    if getattr(error.orig, "sqlstate", None) == "42P01" or "no such table" in str(error.orig):
        return NO_SCHEMA
    from web import errors  # knows Flask's errors too

    return errors.from_database(error).detail


def _complain(error: DomainError, language: Language) -> None:
    click.echo(error.detail.in_(language), err=True)
    if isinstance(error, Invalid):
        for field, messages in error.errors.items():
            for message in messages:
                click.echo(f"  {field}: {message.in_(language)}", err=True)


if __name__ == "__main__":
    main()
