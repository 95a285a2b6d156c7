"""The figures of a run as docs/performance.md, whose text is performance.template.md beside this file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench import circulation, crowd, freshness, holding, importing, relevance, searching

TEMPLATE = Path(__file__).with_name("performance.template.md")
MOST_CPU_MS, MOST_STATEMENTS, MOST_IMPORT_MS = 6.0, 10, 1.5
MOST_SEARCH_MS = {"embedded": 30.0, "elasticsearch": 60.0}
MOST_APPLICATION_MS, MOST_UNSEEN_SECONDS, MOST_MEMORY_MB = 15.0, 3.0, 450.0
LEAST_PER_SECOND, LEAST_SHARE_OF_BULK = 2000, 0.5
LEAST_SHARE_OF_BARE, MOST_GROWTH, MOST_HOLD_MS = 0.25, 1.1, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything measured in one run. `acts` is how many of each act were sent."""

    machine: str
    day: date
    acts: int
    circulation: Sequence[circulation.Figure]
    crowd: crowd.Figure
    holds: Sequence[holding.Figure]
    imports: Sequence[importing.Figure]
    searches: Sequence[searching.Figure]
    changes: Sequence[freshness.Figure]
    relevance: relevance.Relevance


def write(run: Run) -> str:
    return TEMPLATE.read_text().format(
        day=run.day.isoformat(),
        machine=run.machine,
        acts=run.acts,
        verdict="\n".join(f"- {line}" for line in _verdicts(run)),
        circulation=_table(_CIRCULATION, map(_circulation_row, run.circulation)),
        crowd=_table(_CROWD, [_crowd_row(run.crowd)]),
        past=_table(_PAST, [_past_row(run.crowd)]),
        holds=_table(_HOLDS, map(_hold_row, run.holds)),
        imports=_table(_IMPORTS, map(_import_row, run.imports)),
        search=_table(_SEARCH, (row for one in run.searches for row in _search_rows(one.searches))),
        building=_table(_BUILDING, map(_building_row, run.searches)),
        changes=_table(_CHANGES, map(_change_row, run.changes)),
        titles=f"{run.searches[0].searches.titles:,}",
        queries=run.searches[0].searches.queries,
        judged=f"{run.relevance.queries} queries judged over {run.relevance.titles} titles",
        relevance=_table(("engine", "nDCG@10"), map(_relevance_row, run.relevance.figures)),
    )


def write_searches(searches: Sequence[searching.Searches]) -> str:
    """What a catalogue that was kept shows of searching."""
    rows = (row for one in searches for row in _search_rows(one))
    return "\n".join([_table(_SEARCH, rows), "", *(f"- {_search_verdict(one)}" for one in searches)])


_ENGINES = {"embedded": "The embedded engine", "elasticsearch": "Elasticsearch"}
_CIRCULATION = (
    "act",
    "database",
    "web workers",
    "statements",
    "CPU: application",
    "CPU: database",
    "CPU in all",
    "bare transaction",
    "ratio",
    "client's own CPU",
    "acts/s",
    "bare/s",
    "p50",
    "p95",
)
_CROWD = ("clients", "acts/s", "bare/s", "of the bare", "client's own CPU", "p50", "p95", "slowest")
_PAST = ("past loans", "CPU: none", "CPU: with them", "ratio")
_HOLDS = ("database", "holds", "CPU: application", "CPU: database", "CPU in all")
_IMPORTS = (
    "database",
    "records",
    "copies",
    "records/s",
    "CPU: application",
    "CPU: database",
    "CPU in all",
    "bare framed read",
    "most memory",
)
_SEARCH = ("engine", "", "p50", "p95", "slowest")
_BUILDING = (
    "engine",
    "nothing kept: titles/s",
    "CPU a title",
    "all kept: titles/s",
    "CPU a title",
    "engine's own bulk load: documents/s",
    "all kept to bulk load",
    "index",
    "CPU a search",
    "application's share of a search",
    "memory of two web workers and the worker",
)
_CHANGES = ("engine", "acts/s", "changes watched", "p50", "p99", "slowest")


def _circulation_row(one: circulation.Figure) -> tuple[str, ...]:
    acts = len(one.sent.latencies)
    return (
        one.act,
        one.database,
        str(one.workers),
        str(one.statements),
        f"{one.application_ms:.2f} ms",
        "–" if one.database == "SQLite" else f"{one.database_ms:.2f} ms",
        f"**{one.total_ms:.2f} ms**",
        f"{one.bare.total_ms:.2f} ms",
        f"{one.ratio:.1f}",
        f"{one.sent.client_ms / acts:.2f} ms",
        f"{acts / one.sent.seconds:.0f}",
        f"{one.bare.per_second:.0f}",
        f"{one.sent.quantile(0.5):.1f} ms",
        f"{one.sent.quantile(0.95):.1f} ms",
    )


def _crowd_row(one: crowd.Figure) -> tuple[str, ...]:
    return (
        str(crowd.CLIENTS),
        f"{one.per_second:.0f}",
        f"{one.bare.per_second:.0f}",
        f"**{one.share_of_bare:.2f}**",
        f"{one.sent.client_ms / len(one.sent.latencies):.2f} ms",
        *(f"{one.sent.quantile(share):.0f} ms" for share in (0.5, 0.95, 1.0)),
    )


def _past_row(one: crowd.Figure) -> tuple[str, ...]:
    return (f"{one.past_loans:,}", f"{one.none_ms:.2f} ms", f"{one.past_ms:.2f} ms", f"**{one.growth:.2f}**")


def _hold_row(one: holding.Figure) -> tuple[str, ...]:
    return (
        one.database,
        f"{one.holds:,}",
        f"{one.application_ms:.2f} ms",
        "–" if one.database == "SQLite" else f"{one.database_ms:.2f} ms",
        f"**{one.total_ms:.2f} ms**",
    )


def _import_row(one: importing.Figure) -> tuple[str, ...]:
    return (
        one.database,
        f"{one.records:,}",
        f"{one.copies:,}",
        f"{one.per_second:.0f}",
        f"{one.application_ms:.2f} ms",
        "–" if one.database == "SQLite" else f"{one.database_ms:.2f} ms",
        f"**{one.total_ms:.2f} ms**",
        f"{one.framed_ms:.4f} ms",
        f"{one.peak_mb:.0f} MB",
    )


def _search_rows(one: searching.Searches) -> list[tuple[str, ...]]:
    return [
        (one.engine, "over HTTP, each query for the first time", *_quantiles(one.first.latencies)),
        (one.engine, "over HTTP, six facets, each query for the first time", *_quantiles(one.six.latencies)),
        (one.engine, "over HTTP, once more", *_quantiles(one.again.latencies)),
        (one.engine, "over HTTP, the whole catalogue", *_quantiles(one.everything.latencies)),
        (one.engine, "the engine alone, hits and facets", *_quantiles(one.engine_alone)),
    ]


def _building_row(one: searching.Figure) -> tuple[str, ...]:
    return (
        one.searches.engine,
        *(figure for build in (one.anew, one.kept) for figure in (f"{build.per_second:.0f}", f"{build.cpu_ms:.2f} ms")),
        f"{one.bulk_per_second:.0f}",
        f"**{one.share_of_bulk:.2f}**",
        f"{one.index_mb:.0f} MB",
        f"{one.searches.cpu_ms:.1f} ms",
        f"{one.searches.application_ms:.1f} ms",
        f"{one.memory_mb:.0f} MB",
    )


def _change_row(one: freshness.Figure) -> tuple[str, ...]:
    shown = (f"{one.quantile(share):.0f} ms" for share in (0.5, 0.99, 1.0))
    return (one.engine, f"{one.per_second:.0f}", str(len(one.seen_ms)), *shown)


def _relevance_row(one: relevance.Figure) -> tuple[str, ...]:
    return (one.engine, "not at hand" if one.ndcg is None else f"{one.ndcg:.3f}")


def _quantiles(times: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{times[min(len(times) - 1, int(share * len(times)))]:.2f} ms" for share in (0.5, 0.95, 1.0))


def _verdicts(run: Run) -> list[str]:
    outs = [one for one in run.circulation if one.act == "check-out"]
    worst, most = max(one.total_ms for one in outs), max(one.statements for one in outs)
    dearest = max(one.total_ms for one in run.imports)
    return [
        f"A check-out takes at most {worst:.2f} ms CPU, application and database together "
        f"(goal {MOST_CPU_MS:g} ms: {_met(worst <= MOST_CPU_MS)}).",
        f"It sends {most} statements, login, idempotency key and journal included "
        f"(goal {MOST_STATEMENTS}: {_met(most <= MOST_STATEMENTS)}).",
        *_lending_verdicts(run),
        f"An imported record with its copies takes at most {dearest:.2f} ms CPU "
        f"(goal {MOST_IMPORT_MS:g} ms: {_met(dearest <= MOST_IMPORT_MS)}).",
        *(line for one in run.searches for line in _search_verdicts(one)),
        *map(_change_verdict, run.changes),
    ]


def _lending_verdicts(run: Run) -> list[str]:
    sent = [one for one in run.circulation if one.act == "check-in elsewhere"]
    home, fill = max(one.total_ms for one in sent), max(one.total_ms for one in run.holds)
    share, growth = run.crowd.share_of_bare, run.crowd.growth
    return [
        f"A check-in that starts a transfer takes at most {home:.2f} ms CPU (goal {MOST_CPU_MS:g} ms: {_met(home <= MOST_CPU_MS)}).",
        f"{crowd.CLIENTS} clients lend at {share:.2f} of the pace of a bare transaction of the same rows "
        f"(goal {LEAST_SHARE_OF_BARE:g}: {_met(share >= LEAST_SHARE_OF_BARE)}).",
        f"A check-out with {run.crowd.past_loans:,} past loans takes {growth:.2f} times the CPU of one with none "
        f"(goal {MOST_GROWTH:g}: {_met(growth <= MOST_GROWTH)}).",
        f"Filling the queues and the lists of what is to be fetched takes at most {fill:.2f} ms CPU a hold "
        f"(goal {MOST_HOLD_MS:g} ms: {_met(fill <= MOST_HOLD_MS)}).",
    ]


def _search_verdicts(one: searching.Figure) -> list[str]:
    return [
        _search_verdict(one.searches),
        f"{_ENGINES[one.searches.engine]}: an index is built at {one.anew.per_second:.0f} titles a second with nothing kept from before "
        f"(goal {LEAST_PER_SECOND}: {_met(one.anew.per_second >= LEAST_PER_SECOND)}), at {one.kept.per_second:.0f} with all kept, "
        f"{one.share_of_bulk:.2f} of what the engine takes of documents made before "
        f"(goal {LEAST_SHARE_OF_BULK:g}: {_met(one.share_of_bulk >= LEAST_SHARE_OF_BULK)}).",
        f"{_ENGINES[one.searches.engine]}: two web workers and the worker hold {one.memory_mb:.0f} MB "
        f"(goal {MOST_MEMORY_MB:g} MB: {_met(one.memory_mb <= MOST_MEMORY_MB)}).",
    ]


def _search_verdict(one: searching.Searches) -> str:
    latest, latest_of_six = one.first.quantile(0.95), one.six.quantile(0.95)
    goal = MOST_SEARCH_MS[one.engine]
    return (
        f"{_ENGINES[one.engine]}: 95 of 100 searches, each asked for the first time, take at most {latest_of_six:.1f} ms with six facets "
        f"(goal {goal:g} ms with five: {_met(latest_of_six <= goal)}) and {latest:.1f} ms with all eight, "
        f"{one.application_ms:.1f} ms of it in the application "
        f"(goal {MOST_APPLICATION_MS:g} ms: {_met(one.application_ms <= MOST_APPLICATION_MS)})."
    )


def _change_verdict(one: freshness.Figure) -> str:
    seconds, goal = one.quantile(0.99) / 1000, MOST_UNSEEN_SECONDS
    return (
        f"{_ENGINES[one.engine]}: 99 of 100 changes of what can be had are seen by a search within {seconds:.1f} s at "
        f"{one.per_second:.0f} acts a second (goal {goal:g} s at {freshness.ACTS_A_SECOND}: {_met(seconds <= goal)})."
    )


def _met(is_met: bool) -> str:
    return "reached" if is_met else "**not reached**"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
