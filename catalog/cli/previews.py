"""What `tongjie import --preview` says of a file: what was recognised, before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from branches.terminal import Terminal
from catalog.import_notes import CONTAINERS, note_text
from catalog.marc import NotMarc
from catalog.marc.record import FormatChoice
from catalog.sampling import LAYOUT_NAMES, Sample
from catalog.schemas.imports import SampleSchema
from catalog.service.imports.sampling import look_at_file
from catalog.show import show_sample
from kernel.i18n import Text

NO_MARC: Final = 2  # exit code for a file that is no MARC at all


def preview(terminal: Terminal, file: Path, format_: FormatChoice, profile: str | None, *, as_json: bool) -> int:
    """Say what the first records show; the exit code."""
    try:
        sample = terminal.read(lambda context: look_at_file(context, file, format_, profile))
    except NotMarc as refused:
        terminal.say(refused.message)
        return NO_MARC
    if as_json:
        terminal.show_json(SampleSchema().dump(show_sample(sample, terminal.language)))
    else:
        _say(terminal, file.name, sample)
    return 0


def say_repairs(terminal: Terminal, repairs: Mapping[str, int]) -> None:
    """What had to be put right or assumed, how often each."""
    for kind, count in sorted(repairs.items()):
        terminal.say(Text("  {count} 处：{what}", "  {count}: {what}"), count=count, what=note_text(kind))


def _say(terminal: Terminal, name: str, sample: Sample) -> None:
    head = Text(
        "{name}：前 {read} 条，{container}，{formats}，{encodings}；读不了 {rejected} 条。",
        "{name}: the first {read} records, {container}, {formats}, {encodings}; {rejected} cannot be read.",
    )
    told = {"formats": ", ".join(sample.formats), "encodings": ", ".join(sample.encodings)}
    terminal.say(
        head,
        name=name,
        read=sample.read,
        container=CONTAINERS.get(sample.container, sample.container),
        rejected=sample.rejected,
        **told,
    )
    if sample.profile is not None:
        layout = Text("  馆藏在 {tag}：{mode}；复本 {n} 册。", "  Copies in {tag}: {mode}; {n} copies.")
        terminal.say(layout, tag=sample.profile.tag, mode=LAYOUT_NAMES[sample.profile.mode], n=sample.copies)
    for one in sample.libraries:
        line = Text("  馆代码 {code}（{n} 册）→ {unit}", "  library code {code} ({n} copies) → {unit}")
        terminal.say(line, code=one.code, n=one.copies, unit=one.unit or Text("不认识", "unknown"))
    for title in sample.titles:
        copies = len(title.copies) + title.more_copies
        terminal.say(Text("  {title}，{n} 册", "  {title}, {n} copies"), title=title.title, n=copies)
    say_repairs(terminal, sample.repairs)
    for bad in sample.problems:
        terminal.say(Text("  第 {record} 条：{why}", "  record {record}: {why}"), record=bad.number, why=bad.message)
