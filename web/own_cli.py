"""Commands of the whole installation: setting up, serving, the demo county, the worker and its jobs, `doctor`, the configuration."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from threading import Event

import click

import migrations
from branches import queries
from branches.context import Context
from branches.service.accounts import AccountService, NewUser
from branches.service.orgs import NewUnit, OrgService
from branches.terminal import Terminal, json_option, local, pass_terminal, read_secret
from kernel.clock import parse_instant, read_clock
from kernel.db import Database
from kernel.errors import Conflict
from kernel.i18n import Language, Text
from kernel.memory import leave_loaded_objects_alone
from search.engines import open_engine
from search.keeping import Keeping
from web import doctor as doctors
from web import logs, rooms, serve
from web.config_check import check_settings
from web.demo.build import Site, build_county
from web.demo.founding.people import LOGINS_FILE
from web.demo.founding.progress import Steps
from web.jobs import JOBS, find_job
from web.settings import Settings, read_settings
from web.stopping import StopSignals
from web.worker import Worker, run_job

NETWORK_NAME = Text("总分馆网络", "Library network")


@click.command(
    help=local(
        "建库、建网、建管理员；可重复运行。", "Make the schema, the network and an administrator; may be run again."
    )
)
@click.option("--admin", required=True, help=local("管理员登录名", "the administrator's login"))
@click.option("--password-stdin", is_flag=True, help=local("从标准输入读密码", "read the password from standard input"))
@click.option("--network-code", default="NET", show_default=True)
@click.option("--network-name", help=local("网络名称", "name of the network"))
@pass_terminal
def init(terminal: Terminal, admin: str, password_stdin: bool, network_code: str, network_name: str | None) -> None:
    terminal.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrations.upgrade(terminal.database)
    if terminal.read(lambda context: _account_exists(context, admin)):
        terminal.say(Text("{name} 已存在，没有改动。", "{name} exists already; nothing was changed."), name=admin)
        return
    password = read_secret(Text("管理员密码", "Administrator's password"), password_stdin, terminal.language)
    name = network_name or NETWORK_NAME.in_(terminal.language)

    def act(context: Context) -> str:
        root = context.tree.root or OrgService(context).create(NewUnit(code=network_code, name=name, kind="network"))
        accounts = AccountService(context)
        created = accounts.create(NewUser(username=admin, password=password, name=admin))
        accounts.set_grants(created.username, [("sysadmin", root.code)])
        return root.code

    code = terminal.run(act)
    terminal.say(
        Text("已建立网络 {code} 和管理员 {name}。", "Made the network {code} and {name}."), code=code, name=admin
    )


@click.command("serve", help=local("启动服务：网页、API 与后台工作。", "Serve pages and API, with the worker beside."))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=min(os.cpu_count() or 1, 4), show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
@click.option(
    "--at-once",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help=local(
        "每个网页进程同时处理几个请求；数据库在另一台机器上时可以多些",
        "requests that a web worker works on at once; more where the database is on another machine",
    ),
)
@click.option("--no-worker", is_flag=True, help=local("不启动后台工作进程", "do not start the worker"))
@pass_terminal
def serve_command(
    terminal: Terminal, host: str, port: int, workers: int, threads: int, at_once: int, no_worker: bool
) -> None:
    settings = read_settings()
    terminal.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrations.upgrade(terminal.database)
    _warn(settings, terminal.language)
    terminal.say(Text("通借已启动：http://{host}:{port}", "Tongjie serves http://{host}:{port}"), host=host, port=port)
    terminal.close()
    app = serve.prepare(settings)
    web = partial(
        serve.serve_web, app, settings, host=host, port=port, workers=workers, threads=threads, at_once=at_once
    )
    if no_worker:
        web()
        return
    sys.exit(serve.supervise(web, partial(run_worker, settings)))


@click.command(
    help=local(
        "建一个演示县并启动服务；再次运行保留数据。", "Make a demo county and serve it; run again, it keeps the data."
    )
)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--no-serve", is_flag=True, help=local("只建，不启动", "make it, but do not serve"))
@pass_terminal
def demo(terminal: Terminal, host: str, port: int, no_serve: bool) -> None:
    logs.configure(logging.WARNING)  # the steps below tell a person how it goes
    terminal.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrations.upgrade(terminal.database)
    site = Site(
        database=terminal.database,
        engine=open_engine(terminal.search_url, terminal.data_dir),
        data_dir=terminal.data_dir,
        secret_key=terminal.secret_key,
        now=read_clock(),
    )
    logins = build_county(site, Steps(terminal.language))
    terminal.say(
        Text("演示登录（另存于 {file}）：", "Demo logins (also in {file}):"), file=terminal.data_dir / LOGINS_FILE
    )
    heads = (Text("角色", "Role"), Text("馆点", "Unit"), Text("登录名", "Login"), Text("密码", "Password"))
    terminal.show_table(heads, [(one.role, one.org, one.username, one.password) for one in logins])
    if not no_serve:
        sys.stdout.flush()
        # A fresh process: the engine that has just been written to left threads behind.
        command = [sys.executable, "-m", "web.cli", "serve", "--host", host, "--port", str(port)]
        os.execv(sys.executable, command)  # noqa: S606 - our own program


@click.command(help=local("后台工作：导入、索引、定时任务。", "Work off imports, the index and the schedule."))
def worker() -> None:
    leave_loaded_objects_alone()
    run_worker(read_settings())


def run_worker(settings: Settings) -> None:
    """Work until told to stop; exits with 1 where a queue did not come to an end in time."""
    told = StopSignals()
    database = Database(settings.database_url)
    ended_well = Worker(database, rooms.build_queues(database, settings), JOBS).run(Event(), told.wait)
    sys.stderr.flush()
    if not ended_well:
        os._exit(1)  # a thread that does not come back must not keep the process


@click.group(help=local("定时任务。", "Periodic jobs."))
def jobs() -> None:
    pass


@jobs.command("list", help=local("列出任务。", "List the jobs."))
@pass_terminal
def jobs_list(terminal: Terminal) -> None:
    heads = (Text("名称", "Name"), Text("做什么", "What it does"), Text("间隔", "Every"))
    terminal.show_table(heads, [(job.name, job.label.in_(terminal.language), job.every) for job in JOBS])


@jobs.command("run", help=local("立即运行一个任务。", "Run a job now."))
@click.argument("name")
@click.option("--now", help=local("以此时刻为准，只限测试时钟打开时", "the job's time; only under the test clock"))
@pass_terminal
def jobs_run(terminal: Terminal, name: str, now: str | None) -> None:
    instant = _test_time(now) if now is not None else read_clock()
    result = run_job(terminal.database, find_job(name), now=instant, channel="cli")
    terminal.show_json({"job": name, "done": result.done, "failed": result.failed})


@click.command(help=local("检查数据库里必须成立的一切。", "Check everything that must hold in the database."))
@json_option
@pass_terminal
def doctor(terminal: Terminal, as_json: bool) -> None:
    engine = open_engine(terminal.search_url, terminal.data_dir)
    keeping = Keeping.beside_index(terminal.data_dir)
    findings = doctors.examine(terminal.database, engine, terminal.secret_key, keeping)
    broken = doctors.offences(findings)
    if as_json:
        terminal.show_json({"clean": not broken, "invariants": [finding.as_json() for finding in findings]})
    else:
        _tell(terminal, findings, broken)
    sys.exit(1 if broken else 0)


@click.group(help=local("配置。", "Configuration."))
def config() -> None:
    pass


@config.command("check", help=local("检查配置能否使用。", "Check whether the configuration can be used."))
@pass_terminal
def config_check(terminal: Terminal) -> None:
    lines = check_settings(read_settings())
    for line in lines:
        click.echo(
            f"{'OK  ' if line.is_good else 'WARN' if line.is_usable else 'FAIL'} {line.text.in_(terminal.language)}"
        )
    sys.exit(0 if all(line.is_usable for line in lines) else 1)


def _test_time(text: str) -> datetime:
    """The time a person claims, which only the test clock lets them do."""
    if not read_settings().test_clock:
        detail = Text(
            "只有打开 TONGJIE_TEST_CLOCK 才能指定时间。", "A time may be given only with TONGJIE_TEST_CLOCK on."
        )
        raise Conflict("clock.off", detail)
    try:
        return parse_instant(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--now") from error


def _account_exists(context: Context, username: str) -> bool:
    return any(
        user.username == username.casefold() for user in queries.list_users(context.session, context.tree, units=None)
    )


def _warn(settings: Settings, language: Language) -> None:
    for warning in settings.warnings:
        click.echo(warning.in_(language), err=True)


def _tell(terminal: Terminal, findings: Sequence[doctors.Finding], broken: Sequence[doctors.Finding]) -> None:
    for finding in broken:
        terminal.say(
            Text("不成立：{promise}（{code}）", "Broken: {promise} ({code})"),
            promise=finding.promise,
            code=finding.code,
        )
        for offender in finding.offenders:
            click.echo(f"  {offender}")
    verdict = (
        Text("{n} 项不成立，共检查 {all} 项。", "{n} of {all} invariants are broken.")
        if broken
        else Text("全部 {all} 项成立。", "All {all} invariants hold.")
    )
    terminal.say(verdict, n=len(broken), all=len(findings))


COMMANDS: tuple[click.Command, ...] = (init, serve_command, demo, worker, jobs, doctor, config)
