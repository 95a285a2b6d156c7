"""Looking at a file before it is loaded: kept in the data folder until somebody starts it, or a day has passed."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import select

from branches.context import Context
from catalog.import_models import ImportBatch
from catalog.marc import HoldingsProfile, read_records
from catalog.marc.record import FormatChoice
from catalog.profiles import find_profile, save_profile
from catalog.sampling import SAMPLE, Sample, look
from catalog.service.imports.batches import NewImport, queue_import
from kernel.errors import NotFound

_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
MOST_BYTES: Final = (
    1024 * 1024
)  # of a file without twenty records in them no more is looked at: somebody waits for the page
KEPT_SECONDS: Final = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a file that was looked at is to be loaded. `libraries` and `item_types` turn its codes into ours; `profile` is the code
    under which the layout and these codes are kept, None where the common layouts and our own codes are enough."""

    filename: str
    org: str
    format: FormatChoice
    source: str | None
    profile: str | None
    layout: HoldingsProfile | None
    libraries: dict[str, str]
    default_item_type: str | None = None
    item_types: dict[str, str] = field(default_factory=dict)
    other_library: str | None = None


def look_at_file(context: Context, path: Path, format: FormatChoice = "auto", profile: str | None = None) -> Sample:
    """What the first records of a file show. Raises NotMarc for a file that is no MARC, NotFound for an unknown profile."""
    chosen = find_profile(context.session, profile)
    if profile is not None and chosen is None:
        raise NotFound("profile", profile)
    units = {unit.code: unit.name for unit in context.tree.in_order if not unit.is_closed and unit.kind != "network"}
    with path.open("rb") as stream:
        head = stream.read(MOST_BYTES)
        is_cut = bool(stream.read(1))
    found = list(islice(read_records(BytesIO(head), format), SAMPLE))
    if is_cut and 1 < len(found) < SAMPLE:
        found.pop()  # the last one ends where the reading did
    return look(found, chosen, units)


def sample_path(folder: Path, token: str) -> Path:
    """Where a file that is looked at is kept. Raises NotFound for one that is not there any more."""
    path = folder / f"{token}.marc"
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise NotFound("sample", token)
    return path


def start(context: Context, path: Path, begin: Start) -> int:
    """Keep the layout as a profile, if one was named, and queue the file; its batch's id. Started already, it is that batch."""
    started = context.session.scalar(select(ImportBatch.id).where(ImportBatch.path == str(path)))
    if started is not None:
        return started
    if begin.profile is not None:
        layout = replace(
            begin.layout or HoldingsProfile(),
            libraries={**(begin.layout.libraries if begin.layout else {}), **begin.libraries},
            item_types={**(begin.layout.item_types if begin.layout else {}), **begin.item_types},
            other_library=begin.other_library or (begin.layout.other_library if begin.layout else None),
            default_item_type=begin.default_item_type or (begin.layout.default_item_type if begin.layout else None),
        )
        save_profile(context, begin.profile, begin.source or begin.profile, _told(layout))
    new = NewImport(
        path=path,
        filename=begin.filename,
        org=begin.org,
        format=begin.format,
        profile=begin.profile,
        source=begin.source,
        is_upload=True,
    )
    return queue_import(context, new)


def _told(layout: HoldingsProfile) -> dict[str, object]:
    """Only what differs from a profile without any setting."""
    usual = asdict(HoldingsProfile())
    return {name: value for name, value in asdict(layout).items() if value != usual[name]}


def forget_old_samples(context: Context, folder: Path) -> None:
    """Files that were looked at and never started, a day after."""
    before = time.time() - KEPT_SECONDS
    old = [path for path in folder.glob("*.marc") if path.stat().st_mtime < before]
    if not old:
        return
    paths = select(ImportBatch.path).where(ImportBatch.path.in_([str(path) for path in old]))
    waiting = set(context.session.scalars(paths.where(ImportBatch.status.in_(("queued", "running")))))
    for path in old:
        if str(path) not in waiting:
            path.unlink(missing_ok=True)
