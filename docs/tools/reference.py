"""Writes docs/reference.md from the definitions: `make docs`; with `--print`, for the test that compares, to standard output.

Nothing in that page is written by hand, so it cannot lag behind the program.
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["LC_ALL"] = "en_US.UTF-8"  # help texts choose their language when the commands are imported

import click
from flask import Flask

from branches.policy import REGISTRY, REQUIRED
from branches.policy_values.shape import Shape
from branches.policy_values.single import Choice
from branches.rights import ANYONE, GRANTED, PUBLIC, RIGHTS, ROLES, SELF
from catalog.states import ITEM_STATUSES
from circ import states as hold_states
from circ.refusals import REFUSALS as OF_CIRCULATION
from kernel import errors, http
from kernel.db import Database
from kernel.i18n import Text
from kernel.journal import ACTS
from purchasing.refusals import REFUSALS as OF_PURCHASING
from transit.states import MOVES, REASONS, TRANSFER_STATUSES
from web import rooms
from web.app import create_app
from web.cli import tongjie
from web.jobs import JOBS
from web.settings import Settings

REFUSALS = {**OF_CIRCULATION, **OF_PURCHASING}
Pair = tuple[str, str]  # a sentence in Chinese and in English

UNSAID: Pair = ("因情况而异", "says what in each case")
ERRORS = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.DomainError)}

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference.md"
ROOMS = ("kernel", "branches", "patrons", "catalog", "notices", "transit", "circ", "purchasing", "search", "web")
HEAD = """# Reference

Made from the program's own definitions by `make docs`; a test fails when it lags behind. The shapes of requests and answers stand in
`GET /api/v1/openapi.json`, their conventions (keys, errors, paging) in [developer.md](developer.md), settings from the environment in
[administrator.md](administrator.md).
"""


def build_page() -> str:
    app = _application()
    sections = (
        ("Commands", _commands()),
        ("API routes", _routes(app, is_api=True)),
        ("Pages", _routes(app, is_api=False)),
        ("Refusals", _refusals()),
        ("Other error codes", _errors()),
        ("Policy settings", _policies()),
        ("Rights and roles", _rights()),
        ("What a copy can be", _item_statuses()),
        ("What a transfer can be", _transfers()),
        ("What a hold can be", _holds()),
        ("What `tongjie doctor` checks", _invariants()),
        ("Jobs", _jobs()),
        ("Journal acts", [" ".join(f"`{act}`" for act in sorted(ACTS))]),
    )
    return HEAD + "".join(f"\n## {title}\n\n" + "\n".join(lines) + "\n" for title, lines in sections)


def _application() -> Flask:
    with TemporaryDirectory() as folder:
        settings = Settings(
            data_dir=Path(folder),
            database_url=f"sqlite:///{folder}/tongjie.db",
            search_url="",
            secret_key="-" * 40,
            base_url="",
            test_clock=False,
            rate_limits=False,
            max_upload_mb=1,
        )
        return create_app(settings, Database(settings.database_url))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return [*lines, *("| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows)]


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _commands() -> list[str]:
    return table(("command", "what it does", "options"), _walk(tongjie, "tongjie"))


def _walk(command: click.Command, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            one = command.get_command(context, name)
            assert one is not None
            yield from _walk(one, f"{path} {name}")
        return
    arguments = [one.make_metavar(click.Context(command)) for one in command.params if isinstance(one, click.Argument)]
    options = [f"`{'/'.join(one.opts)}`" for one in command.params if isinstance(one, click.Option)]
    yield f"`{' '.join([path, *arguments])}`", command.help or "", " ".join(options)


def _routes(app: Flask, *, is_api: bool) -> list[str]:
    rows = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        right = http.declared_right(view)
        if right is None or rule.rule.startswith("/api/") is not is_api:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            rows.append((rule.rule, method, right, (view.__doc__ or "").strip().partition("\n")[0]))
    heads = ("route", "", "right") + (("what it does",) if is_api else ())
    shown = (
        (f"`{path}`", method, f"`{right}`", summary)[: len(heads)] for path, method, right, summary in sorted(rows)
    )
    return table(heads, shown)


def _refusals() -> list[str]:
    rows = (
        (f"`{one.code}`", one.class_, _lifted_by(one.override), f"{one.message.zh} / {one.message.en}")
        for one in REFUSALS.values()
    )
    return table(("code", "class", "right that lifts it", "sentence"), rows)


def _lifted_by(override: str | None) -> str:
    return "–" if override is None else f"`{override}`" if override else "anyone"


def _errors() -> list[str]:
    """Codes found in the source: a call whose first argument is a code and which is given a sentence, or which makes an error."""
    found: set[tuple[str, Pair]] = set()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            module = ast.parse(path.read_text())
            known = _named(module.body)
            found |= set(_codes(module, known))
            for one in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
                own = {argument.arg for argument in (*one.args.args, *one.args.kwonlyargs)}
                found |= set(_codes(one, {name: pair for name, pair in known.items() if name not in own}))
    said = {code for code, pair in found if pair != UNSAID}
    found = {(code, pair) for code, pair in found if code not in REFUSALS and (pair != UNSAID or code not in said)}
    rows = ((f"`{code}`", f"{zh} / {en}") for code, (zh, en) in sorted(found))
    return table(("code", "sentence"), rows)


def _codes(scope: ast.AST, known: Mapping[str, Pair]) -> Iterator[tuple[str, Pair]]:
    """Those of a module or function, functions within it left out: a name means another sentence there."""
    for node in sorted(_within(scope), key=lambda node: node.lineno):
        if isinstance(node, ast.Assign):
            known = {**known, **_named([node])}
        elif node.args and isinstance(node.args[0], ast.Constant):
            code = node.args[0].value
            sentence = next((text for one in node.args[1:3] if (text := _sentence(one, known))), None)
            is_code = isinstance(code, str) and "." in code and code.replace(".", "").replace("_", "").isalpha()
            if is_code and (sentence or _makes_an_error(node)):
                yield code, sentence or UNSAID


def _makes_an_error(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in ERRORS


def _within(scope: ast.AST) -> Iterator[ast.Assign | ast.Call]:
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.Assign | ast.Call):
            yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _within(node)


def _named(statements: Sequence[ast.stmt]) -> dict[str, Pair]:
    """The sentences that names stand for."""
    named: dict[str, Pair] = {}
    for one in statements:
        target = (
            one.targets[0] if isinstance(one, ast.Assign) else one.target if isinstance(one, ast.AnnAssign) else None
        )
        value = getattr(one, "value", None)
        sentence = _sentence(value, named) if value is not None else None
        if isinstance(target, ast.Name) and sentence is not None:
            named[target.id] = sentence
    return named


def _sentence(node: ast.AST, known: Mapping[str, Pair]) -> Pair | None:
    """`Text("…", "…")` or a name for one, with or without `.format(…)` behind it."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        node = node.func.value
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if not isinstance(node, ast.Call) or len(node.args) != 2:
        return None
    parts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return (parts[0], parts[1]) if len(parts) == 2 else None


def _policies() -> list[str]:
    rows = (
        (
            f"`{one.name}`",
            one.group,
            f"`{one.shape.written()}`",
            "none: must be set" if one.default is REQUIRED else f"`{json.dumps(one.default)}`",
            f"{one.label.zh} / {one.label.en}",
            " ".join(filter(None, (_both(one.help), _meanings(one.shape)))),
        )
        for one in REGISTRY
    )
    return table(("setting", "group", "value in JSON", "default", "meaning", "notes"), rows)


def _both(text: Text) -> str:
    return f"{text.zh} / {text.en}" if text.zh else ""


def _meanings(shape: Shape) -> str:
    """What its words and `null` stand for."""
    options = shape.options if isinstance(shape, Choice) else {}
    nothing = {"null" if shape.takes_null else "[]": shape.empty} if shape.empty else {}
    return "; ".join(f"`{code}` {_both(text)}" for code, text in {**options, **nothing}.items())


def _rights() -> list[str]:
    heads = ("right", "meaning", *ROLES)
    rows = [
        (f"`{right}`", f"{label.zh} / {label.en}", *(GRANTED[role].get(right, "") for role in ROLES))
        for right, label in RIGHTS.items()
    ]
    named = ", ".join(f"`{role}` {label.zh} / {label.en}" for role, label in ROLES.items())
    return [
        f"A role is granted at a unit. `network`: it reaches everywhere; `subtree`: that unit and below; `own`: that unit alone. "
        f"Routes may also ask for `{PUBLIC}` (nobody logs in), `{ANYONE}` (anybody who did) or `{SELF}` (a reader, for themselves).",
        "",
        f"Roles: {named}.",
        "",
        *table(heads, rows),
    ]


def _item_statuses() -> list[str]:
    def yes(flag: bool) -> str:
        return "yes" if flag else ""

    rows = (
        (
            f"`{name}`",
            f"{one.label.zh} / {one.label.en}",
            yes(one.lendable),
            yes(one.holdable),
            yes(one.visible),
            yes(one.counts),
            " ".join(sorted(one.moves)),
        )
        for name, one in ITEM_STATUSES.items()
    )
    return table(
        ("status", "", "may be lent", "worth waiting for", "readers see it", "counts as stock", "may become"), rows
    )


def _holds() -> list[str]:
    known = ", ".join(f"`{name}` {label.zh} / {label.en}" for name, label in hold_states.HOLD_STATUSES.items())
    ends = ", ".join(f"`{name}` {label.zh} / {label.en}" for name, label in hold_states.END_REASONS.items())
    rows = (
        (f"`{move.act}`", f"{move.label.zh} / {move.label.en}", ", ".join(move.before), move.after, ", ".join(move.who))
        for move in hold_states.MOVES
    )
    return [
        f"States: {known}.",
        "",
        f"Reasons of an end: {ends}.",
        "",
        *table(("act", "", "from", "to", "by"), rows),
    ]


def _transfers() -> list[str]:
    statuses = ", ".join(f"`{name}` {label.zh} / {label.en}" for name, label in TRANSFER_STATUSES.items())
    reasons = ", ".join(f"`{name}` {label.zh} / {label.en}" for name, label in REASONS.items())
    rows = (
        (f"`{move.act}`", f"{move.label.zh} / {move.label.en}", ", ".join(move.before), move.after, f"`{move.right}`")
        for move in MOVES
    )
    return [f"States: {statuses}.", "", f"Reasons: {reasons}.", "", *table(("act", "", "from", "to", "right"), rows)]


def _invariants() -> list[str]:
    return table(
        ("code", "what must hold"),
        ((f"`{one.code}`", f"{one.promise.zh} / {one.promise.en}") for one in rooms.INVARIANTS),
    )


def _jobs() -> list[str]:
    return table(
        ("job", "what it does", "every"),
        ((f"`{job.name}`", f"{job.label.zh} / {job.label.en}", job.every) for job in JOBS),
    )


if __name__ == "__main__":
    if "--print" in sys.argv:
        print(build_page(), end="")
    else:
        PAGE.write_text(build_page())
        print(f"{PAGE.relative_to(ROOT)} is written")
