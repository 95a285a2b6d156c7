"""What every command of the command line is handed: the database, who acts (`system`) and how it speaks to a person or a script."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
from marshmallow import Schema, ValidationError
from rich.console import Console
from rich.table import Table

from branches.access import SYSTEM
from branches.context import Context
from kernel.clock import read_clock
from kernel.db import Database
from kernel.errors import Invalid, Malformed
from kernel.i18n import Language, Text

T = TypeVar("T")


def choose_language(environment: Mapping[str, str]) -> Language:
    """English where the locale is English, else Chinese (POSIX order: LC_ALL, LC_MESSAGES, LANG)."""
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "en" if locale.lower().startswith("en") else "zh"


def local(zh: str, en: str) -> str:
    """A help text in the language of the terminal."""
    return Text(zh, en).in_(choose_language(os.environ))


class Configuration(Protocol):
    """The settings that commands need, whatever room reads them."""

    @property
    def data_dir(self) -> Path: ...
    @property
    def database_url(self) -> str: ...
    @property
    def search_url(self) -> str: ...
    @property
    def secret_key(self) -> str: ...


@dataclass(frozen=True)
class Terminal:
    """`load` reads the settings when a command first needs them. Whoever reaches the command line owns the database."""

    load: Callable[[], Configuration]
    language: Language

    @cached_property
    def _configuration(self) -> Configuration:
        return self.load()

    @cached_property
    def database(self) -> Database:
        return Database(self._configuration.database_url)

    @property
    def data_dir(self) -> Path:
        return self._configuration.data_dir

    @property
    def search_url(self) -> str:
        return self._configuration.search_url

    @property
    def secret_key(self) -> str:
        return self._configuration.secret_key

    def close(self) -> None:
        """Let go of the database, if a command opened it."""
        opened = self.__dict__.pop("database", None)
        if isinstance(opened, Database):
            opened.close()

    def run(self, work: Callable[[Context], T]) -> T:
        """Do an act in one transaction, journalled as `system`."""
        return self.database.run(
            lambda session: work(Context(session=session, now=read_clock(), caller=SYSTEM, channel="cli"))
        )

    def read(self, work: Callable[[Context], T]) -> T:
        with self.database.reading() as session:
            return work(Context(session=session, now=read_clock(), caller=SYSTEM, channel="cli"))

    def say(self, text: Text, **values: object) -> None:
        click.echo(text.format(**values).in_(self.language))

    def show_json(self, value: Any) -> None:
        click.echo(json.dumps(value, ensure_ascii=False))

    def show_table(self, heads: Sequence[Text], rows: Iterable[Sequence[object]]) -> None:
        """A table for people on a terminal; elsewhere one tab-separated line a row without heads, for scripts."""
        texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
        if not sys.stdout.isatty():
            for row in texts:
                click.echo("\t".join(row))
            return
        table = Table(box=None, header_style="bold")
        for head in heads:
            table.add_column(head.in_(self.language))
        for row in texts:
            table.add_row(*row)
        Console().print(table)


def load_json(schema: Schema, text: str) -> Any:
    """A JSON text as a schema takes it from the API; raises Malformed or Invalid with what is wrong."""
    try:
        return schema.load(json.loads(text))
    except json.JSONDecodeError as error:
        raise Malformed("body.malformed", Text("不是正确的 JSON。", "This is not valid JSON.")) from error
    except ValidationError as error:
        detail = Text("有内容需要改正：{errors}", "Some fields need correction: {errors}")
        messages = json.dumps(error.messages, ensure_ascii=False)
        raise Invalid("input.invalid", detail.format(errors=messages)) from error


pass_terminal = click.make_pass_decorator(Terminal)
json_option = click.option("--json", "as_json", is_flag=True, help=local("输出 JSON", "print JSON"))


def read_secret(prompt: Text, from_stdin: bool, language: Language) -> str:
    """A password from the first line of standard input, or asked for twice on a terminal; never from the command's arguments."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt(prompt.in_(language), hide_input=True, confirmation_prompt=True))
