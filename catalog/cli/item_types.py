"""Commands of item types."""

from __future__ import annotations

import click

from branches.terminal import Terminal, local, pass_terminal
from catalog.reference import ITEM_TYPES
from catalog.service.item_types import ItemTypeService
from kernel.i18n import Text


@click.group("item-type", help=local("文献类型：建立、改名、查看。", "Item types: add, rename, list."))
def item_type() -> None:
    pass


@item_type.command("add", help=local("建立一个文献类型。", "Add an item type."))
@click.argument("code")
@click.argument("name")
@click.option("--parent", help=local("上级类型代码", "code of the parent type"))
@pass_terminal
def item_type_add(terminal: Terminal, code: str, name: str, parent: str | None) -> None:
    terminal.run(lambda context: ItemTypeService(context).create(code, name, parent))
    terminal.say(Text("已建立文献类型 {code}。", "Added the item type {code}."), code=code)


@item_type.command("rename", help=local("给文献类型改名。", "Rename an item type."))
@click.argument("code")
@click.argument("name")
@pass_terminal
def item_type_rename(terminal: Terminal, code: str, name: str) -> None:
    terminal.run(lambda context: ItemTypeService(context).rename(code, name))
    terminal.say(
        Text("文献类型 {code} 现名“{name}”。", "The item type {code} is now called {name}."), code=code, name=name
    )


@item_type.command("list", help=local("列出文献类型。", "List the item types."))
@pass_terminal
def item_type_list(terminal: Terminal) -> None:
    types = terminal.read(lambda context: ITEM_TYPES.get(context.session)).by_code.values()
    heads = (Text("代码", "Code"), Text("名称", "Name"), Text("上级", "Parent"))
    terminal.show_table(heads, [(t.code, t.name, t.parent) for t in types])
