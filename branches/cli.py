"""Commands of this room: units, hours, staff accounts, tokens, policies. Every act is journalled as `system`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import click

from branches import queries
from branches.context import Context
from branches.policy import CRITERIA, Row, in_words
from branches.reference import POLICIES
from branches.rights import ROLES
from branches.schemas import HoursSchema, PolicyBookSchema
from branches.service import logins
from branches.service.accounts import AccountService, NewUser, UserChanges
from branches.service.orgs import NewClosure, NewUnit, OrgService, UnitChanges
from branches.service.policies import NewRow, PolicyService, as_new
from branches.terminal import Terminal, json_option, load_json, local, pass_terminal, read_secret
from branches.tree import KINDS
from kernel.clock import show_instant
from kernel.errors import NotFound
from kernel.i18n import Text

KIND = click.Choice(sorted(KINDS))
ROLE = click.Choice(sorted(ROLES))
PASSWORD_PROMPT = Text("密码", "Password")


@click.group(help=local("馆点：建立、修改、查看、开放时间。", "Units: add, change, list, opening hours."))
def org() -> None:
    pass


@org.command("add", help=local("建立一个馆点。", "Add a unit."))
@click.argument("code")
@click.argument("name")
@click.option("--kind", type=KIND, required=True)
@click.option("--parent", help=local("上级馆代码", "code of the parent"))
@click.option("--namespace", is_flag=True, help=local("馆内自成条码范围", "barcodes are unique within this unit"))
@click.option("--lat", type=float)
@click.option("--lon", type=float)
@click.option("--address")
@click.option("--phone")
@pass_terminal
def org_add(terminal: Terminal, /, namespace: bool, **values: Any) -> None:
    unit = terminal.run(lambda context: OrgService(context).create(NewUnit(is_namespace=namespace, **values)))
    terminal.say(Text("已建立馆点 {code} {name}。", "Added the unit {code} {name}."), code=unit.code, name=unit.name)


@org.command("change", help=local("修改馆点：只改给出的各项。", "Change a unit: only what is given."))
@click.argument("code")
@click.option("--name")
@click.option("--kind", type=KIND)
@click.option("--parent", help=local("上级馆代码", "code of the parent"))
@click.option("--lat", type=float)
@click.option("--lon", type=float)
@click.option("--address")
@click.option("--phone")
@click.option(
    "--closed/--open", "is_closed", default=None, help=local("撤销或恢复馆点", "close the unit for good, or reopen it")
)
@pass_terminal
def org_change(terminal: Terminal, /, code: str, **values: Any) -> None:
    changes = cast(UnitChanges, _given(values))
    unit = terminal.run(lambda context: OrgService(context).change(code, changes))
    terminal.say(Text("已修改馆点 {code} {name}。", "Changed the unit {code} {name}."), code=unit.code, name=unit.name)


@org.command("list", help=local("列出馆点，下级缩进。", "List the units; those below are indented."))
@pass_terminal
def org_list(terminal: Terminal) -> None:
    def rows(context: Context) -> list[tuple[object, ...]]:
        tree = context.tree
        return [("  " * tree.depth(u.id) + u.code, u.name, KINDS[u.kind].in_(terminal.language)) for u in tree.in_order]

    terminal.show_table((Text("代码", "Code"), Text("名称", "Name"), Text("类型", "Kind")), terminal.read(rows))


@org.command("hours", help=local("查看或设置开放时间（JSON）。", "Show or set opening hours (JSON)."))
@click.argument("code")
@click.option("--set", "body", help=local('如 {"weekly": {"mon": [["09:00","17:30"]]}}', "the JSON of PUT …/hours"))
@pass_terminal
def org_hours(terminal: Terminal, code: str, body: str | None) -> None:
    if body is not None:
        plan = load_json(HoursSchema(), body)
        closures = [NewClosure(**closure) for closure in plan["closures"]]
        terminal.run(lambda context: OrgService(context).set_hours(code, weekly=plan["weekly"], closures=closures))
    view = terminal.read(lambda context: queries.hours_of(context.tree, context.calendars, code))
    terminal.show_json(HoursSchema().dump(view))


@click.group(help=local("工作人员：建立、修改、密码、角色、查看。", "Staff: add, change, password, roles, list."))
def user() -> None:
    pass


@user.command("add", help=local("建立账号，可同时给一个角色。", "Add an account, with a role if you like."))
@click.argument("username")
@click.option("--name", default="", help=local("姓名", "the person's name"))
@click.option("--role", type=ROLE)
@click.option("--org", "org_code")
@click.option("--password-stdin", is_flag=True, help=local("从标准输入读密码", "read the password from standard input"))
@pass_terminal
def user_add(
    terminal: Terminal, username: str, name: str, role: str | None, org_code: str | None, password_stdin: bool
) -> None:
    if (role is None) != (org_code is None):
        raise click.UsageError(local("--role 与 --org 要一起给。", "Give --role and --org together."))
    password = read_secret(PASSWORD_PROMPT, password_stdin, terminal.language)

    def act(context: Context) -> None:
        accounts = AccountService(context)
        created = accounts.create(NewUser(username=username, password=password, name=name or username))
        if role is not None and org_code is not None:
            accounts.set_grants(created.username, [(role, org_code)])

    terminal.run(act)
    terminal.say(Text("已建立账号 {name}。", "Added the account {name}."), name=username)


@user.command("grant", help=local("再给一个角色。", "Give one more role."))
@click.argument("username")
@click.option("--role", type=ROLE, required=True)
@click.option("--org", "org_code", required=True)
@pass_terminal
def user_grant(terminal: Terminal, username: str, role: str, org_code: str) -> None:
    def act(context: Context) -> None:
        held = queries.find_user(context.session, context.tree, username)
        AccountService(context).set_grants(username, [*((g.role, g.org) for g in held.grants), (role, org_code)])

    terminal.run(act)
    terminal.say(
        Text("{name} 现在是 {role}（{org}）。", "{name} is now {role} at {org}."),
        name=username,
        role=role,
        org=org_code,
    )


@user.command("revoke", help=local("收回一个角色。", "Take a role away."))
@click.argument("username")
@click.option("--role", type=ROLE, required=True)
@click.option("--org", "org_code", required=True)
@pass_terminal
def user_revoke(terminal: Terminal, username: str, role: str, org_code: str) -> None:
    def act(context: Context) -> None:
        held = [(g.role, g.org) for g in queries.find_user(context.session, context.tree, username).grants]
        if (role, org_code) not in held:
            raise NotFound("grant", f"{role}@{org_code}")
        AccountService(context).set_grants(username, [one for one in held if one != (role, org_code)])

    terminal.run(act)
    terminal.say(
        Text("{name} 不再是 {role}（{org}）。", "{name} is no longer {role} at {org}."),
        name=username,
        role=role,
        org=org_code,
    )


@user.command("change", help=local("改姓名，停用或启用账号。", "Rename an account, switch it off or on."))
@click.argument("username")
@click.option("--name", help=local("姓名", "the person's name"))
@click.option("--on/--off", "is_active", default=None, help=local("启用或停用", "may log in, or may not"))
@pass_terminal
def user_change(terminal: Terminal, /, username: str, **values: Any) -> None:
    changes = cast(UserChanges, _given(values))
    terminal.run(lambda context: AccountService(context).change(username, changes))
    terminal.say(Text("已修改账号 {name}。", "Changed the account {name}."), name=username)


@user.command("password", help=local("为账号设新密码。", "Give an account a new password."))
@click.argument("username")
@click.option("--password-stdin", is_flag=True, help=local("从标准输入读密码", "read the password from standard input"))
@pass_terminal
def user_password(terminal: Terminal, username: str, password_stdin: bool) -> None:
    password = read_secret(PASSWORD_PROMPT, password_stdin, terminal.language)
    terminal.run(lambda context: AccountService(context).reset_password(username, password))
    terminal.say(
        Text(
            "已为 {name} 设新密码，原来的登录都已结束。", "{name} has a new password; every login of before has ended."
        ),
        name=username,
    )


@user.command("list", help=local("列出账号及角色。", "List accounts and roles."))
@pass_terminal
def user_list(terminal: Terminal) -> None:
    users = terminal.read(lambda context: queries.list_users(context.session, context.tree, units=None))
    heads = (Text("登录名", "Login"), Text("姓名", "Name"), Text("状态", "State"), Text("角色", "Roles"))
    on, off = Text("启用", "on"), Text("停用", "off")
    rows = [
        (
            u.username,
            u.name,
            (on if u.is_active else off).in_(terminal.language),
            " ".join(f"{g.role}@{g.org}" for g in u.grants),
        )
        for u in users
    ]
    terminal.show_table(heads, rows)


@click.command(help=local("为账号发放 API 令牌，打印一次。", "Print a new API token for an account, once."))
@click.argument("username")
@click.option("--days", type=click.IntRange(1, 366), default=1, show_default=True)
@pass_terminal
def token(terminal: Terminal, username: str, days: int) -> None:
    def act(context: Context) -> str:
        found = queries.find_user(context.session, context.tree, username)
        if not found.is_active:
            raise NotFound("user", username)
        secret, _ends = logins.issue_token(context.session, "staff", found.id, context.now, timedelta(days=days))
        context.record("user_changed", data={"what": "token_issued", "user": found.username, "days": days})
        return secret

    click.echo(terminal.run(act))


@click.group(help=local("流通政策：查看、设置、解释。", "Circulation policies: show, set, explain."))
def policy() -> None:
    pass


def criteria(command: Any) -> Any:
    """The five criteria as options of a command."""
    for name in reversed(CRITERIA):
        command = click.option(f"--{name.replace('_', '-')}", name)(command)
    return command


@policy.command("show", help=local("列出现行政策。", "List the policies in force."))
@json_option
@pass_terminal
def policy_show(terminal: Terminal, as_json: bool) -> None:
    book = terminal.read(lambda context: context.policies)
    if as_json:
        terminal.show_json({"version": book.version, "rows": [row.as_json() for row in book.rows]})
        return
    heads = (
        Text("号", "No."),
        Text("设置", "Setting"),
        Text("值", "Value"),
        Text("条件", "Criteria"),
        Text("说明", "Note"),
    )
    terminal.show_table(
        heads,
        [(r.id, r.setting, _said(terminal, r.setting, r.value), _criteria_of(r), r.note) for r in book.rows],
    )


@policy.command(
    "set",
    help=local("设置一条政策；同条件的旧值被替换。", "Set one policy; an older value for the same criteria goes."),
)
@click.argument("setting")
@click.argument("value")
@click.option("--note", default="")
@criteria
@pass_terminal
def policy_set(terminal: Terminal, /, setting: str, value: str, note: str, **given: str | None) -> None:
    row = NewRow(setting=setting, value=_parse_value(value), note=note, **given)

    def act(context: Context) -> int:
        kept = [
            r for r in context.policies.rows if r.setting != setting or any(getattr(r, n) != given[n] for n in CRITERIA)
        ]
        rows = [*(as_new(r) for r in kept), row]
        return PolicyService(context).replace(rows, expected_version=context.policies.version).version

    terminal.say(Text("已保存，政策版本 {v}。", "Saved as policy version {v}."), v=terminal.run(act))


@policy.command("load", help=local("用文件里的条目替换全部政策。", "Replace all policies by the rows of a file."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--note", default="", help=local("为什么改", "why"))
@pass_terminal
def policy_load(terminal: Terminal, file: Path, note: str) -> None:
    body = load_json(PolicyBookSchema(), file.read_text(encoding="utf-8"))
    rows = [NewRow(**row) for row in body["rows"]]

    def act(context: Context) -> int:
        version = POLICIES.version(context.session)
        return PolicyService(context).replace(rows, expected_version=version, note=note or body["note"]).version

    terminal.say(Text("已保存，政策版本 {v}。", "Saved as policy version {v}."), v=terminal.run(act))


@policy.command("versions", help=local("列出政策的各个版本。", "List the versions of the policies."))
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@pass_terminal
def policy_versions(terminal: Terminal, limit: int) -> None:
    kept = terminal.read(lambda context: queries.list_policy_versions(context.session, before=None, limit=limit))
    heads = (Text("版本", "Version"), Text("时间", "When"), Text("谁", "Who"), Text("说明", "Note"))
    terminal.show_table(heads, [(v.version, show_instant(v.saved_at), v.saved_by, v.note) for v in kept])


@policy.command("restore", help=local("恢复以前的一版政策。", "Put an earlier version in force again."))
@click.argument("version", type=click.IntRange(1))
@click.option("--note", default="", help=local("为什么恢复", "why"))
@pass_terminal
def policy_restore(terminal: Terminal, version: int, note: str) -> None:
    def act(context: Context) -> int:
        now = POLICIES.version(context.session)
        return PolicyService(context).restore(version, expected_version=now, note=note).version

    terminal.say(Text("已保存，政策版本 {v}。", "Saved as policy version {v}."), v=terminal.run(act))


@policy.command("explain", help=local("每项设置的值与依据。", "The value of every setting, and why."))
@json_option
@criteria
@pass_terminal
def policy_explain(terminal: Terminal, /, as_json: bool, **given: str | None) -> None:
    settings = terminal.read(lambda context: PolicyService(context).explain(given))
    if as_json:
        terminal.show_json({"settings": queries.explanation(settings)})
        return
    heads = (Text("设置", "Setting"), Text("值", "Value"), Text("依据", "Because of"))
    default = Text("默认", "the default")
    rows = [
        (
            name,
            _said(terminal, name, one.value),
            default.in_(terminal.language) if one.row is None else f"#{one.row.id} {_criteria_of(one.row)}",
        )
        for name, one in settings.items()
    ]
    terminal.show_table(heads, rows)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was given on the command line; a usage error where that is nothing."""
    given = {name: value for name, value in values.items() if value is not None}
    if not given:
        raise click.UsageError(local("请给出要修改的项目。", "Say what is to be changed."))
    return given


def _criteria_of(row: Row) -> str:
    return " ".join(f"{name}={getattr(row, name)}" for name in CRITERIA if getattr(row, name) is not None)


def _said(terminal: Terminal, name: str, value: Any) -> str:
    """A value in words; as it is written stands in the answers in JSON."""
    return in_words(name, value).in_(terminal.language)


def _parse_value(text: str) -> Any:
    """JSON where it is JSON, else the text itself, so that `datedue` needs no quotes inside quotes."""
    try:
        return json.loads(text)
    except ValueError:
        return text


COMMANDS = (org, user, token, policy)
