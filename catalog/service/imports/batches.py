"""A batch is a file on its way into the catalogue: who sent it, how it is to be read, how far it got."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from branches.context import Context
from catalog.import_models import ImportBatch, ImportProfile, ImportSource
from catalog.marc.record import FormatChoice
from kernel.clock import read_clock
from kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImport:
    """`path` is the file; `org` the unit that gets copies whose library nobody knows. `source` tells whose control numbers these are:
    two files of one source may update each other's records, files of different sources never do."""

    path: Path
    filename: str
    org: str
    format: FormatChoice = "auto"
    profile: str | None = None
    source: str | None = None
    is_upload: bool = False


def queue_import(context: Context, new: NewImport, *, starts_now: bool = False) -> int:
    """Note a file for import and return the batch's id. `starts_now`: the caller runs it itself."""
    tree = context.tree
    org = tree.unit(new.org)
    context.caller.require_at("import.run", org.id, tree, key=new.org)
    if new.profile is not None and context.session.get(ImportProfile, new.profile) is None:
        raise NotFound("profile", new.profile)
    source = (new.source or new.profile or org.code)[:64]
    batch = ImportBatch(
        status="running" if starts_now else "queued",
        filename=Path(new.filename).name[:200] or "unnamed",
        path=str(new.path),
        is_upload=new.is_upload,
        size=new.path.stat().st_size,
        format=new.format,
        profile=new.profile or _profile_of(context, source),
        source=source,
        org_id=org.id,
        author=context.caller.author,
        channel=context.channel,
        repaired={},
        created_at=context.now,
        progress_at=read_clock() if starts_now else None,
        started_at=context.now if starts_now else None,
    )
    context.session.add(batch)
    context.session.flush()
    return batch.id


def _profile_of(context: Context, source: str) -> str | None:
    known = context.session.get(ImportSource, source)
    return known.profile if known is not None else None
