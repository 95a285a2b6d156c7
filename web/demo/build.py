"""Builds the demo county in a database: set-up, people, catalogue, half a year of life, and the search index.

Building again changes nothing; a build that was interrupted is taken up where it stopped. Only the logins are made anew then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from branches.access import SYSTEM
from branches.context import Context
from kernel.clock import ZONE, local_day
from kernel.db import Database
from kernel.i18n import Text
from patrons.privacy import Vault
from search.indexer import Indexer
from search.keeping import Keeping
from search.port import EngineUnavailable, SearchEngine
from web.demo.founding.catalogue import import_catalogue
from web.demo.founding.choosing import choose, has_chosen
from web.demo.founding.history import has_lived, live
from web.demo.founding.holds import has_holds, make_holds
from web.demo.founding.money import has_money, make_money
from web.demo.founding.network import set_up_network
from web.demo.founding.ordering import has_ordered, order
from web.demo.founding.people import Login, has_logins, make_people, read_logins, write_logins
from web.demo.founding.progress import Steps
from web.demo.founding.wishes import has_wishes, make_wishes
from web.demo.marc.demo_files import GENERATED_BOOKS

FOUNDED_DAYS_AGO = 540


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the county is built. The schema stands already; `now` is the day from which its past is counted.

    `generated` is how many made-up books come beside the classics.
    """

    database: Database
    engine: SearchEngine
    data_dir: Path
    secret_key: str
    now: datetime
    generated: int = GENERATED_BOOKS


def build_county(site: Site, steps: Steps) -> list[Login]:
    """The demo county, and how to log in to it. Raises Conflict where the database holds another county."""
    founded = datetime.combine(local_day(site.now) - timedelta(days=FOUNDED_DAYS_AGO), time(9), ZONE)
    database = site.database
    if database.run(lambda session: set_up_network(_context(session, founded))):
        steps.say(Text("已建立演示县：清溪县", "Set up the demo county of Qingxi"))
    if not has_logins(site.data_dir):
        with steps.step(Text("登记馆员和读者", "Registering staff and readers")):
            vault = Vault(site.secret_key)
            logins = database.run(lambda session: make_people(_context(session, site.now), vault))
            write_logins(site.data_dir, logins)
    import_catalogue(database, site.data_dir, founded=founded, now=site.now, steps=steps, generated=site.generated)
    with database.reading() as session:
        is_new = not has_lived(session)
    if is_new:
        with steps.step(Text("借书、还书、调拨", "Lending, returning, sending")):
            database.run(lambda session: live(_context(session, site.now)))
    with database.reading() as session:
        is_idle = not has_holds(session)
    if is_idle:
        database.run(lambda session: make_holds(_context(session, site.now)))
    with database.reading() as session:
        is_wanting = not has_wishes(session)
        is_unpaid = not has_money(session)
    if is_wanting:
        database.run(lambda session: make_wishes(_context(session, site.now)))
    if is_unpaid:
        database.run(lambda session: make_money(_context(session, site.now)))
    with database.reading() as session:
        is_shopless = not has_chosen(session)
    if is_shopless:
        database.run(lambda session: choose(_context(session, site.now)))
    with database.reading() as session:
        is_unsupplied = not has_ordered(session)
    if is_unsupplied:
        database.run(lambda session: order(_context(session, site.now)))
    _bring_index_up_to_date(site, steps)
    return read_logins(site.data_dir)


def _bring_index_up_to_date(site: Site, steps: Steps) -> None:
    """So that the first search finds everything. Without an engine the county stands all the same; the worker catches up."""
    indexer = Indexer(site.database, site.engine, Keeping.beside_index(site.data_dir))
    status = indexer.status()
    if status.generation is not None and not status.pending:
        return
    try:
        with steps.step(Text("建立检索索引", "Building the search index")):
            indexer.work()
    except EngineUnavailable:
        steps.say(
            Text(
                "检索引擎连不上，启动后会自动补建索引。",
                "The search engine is gone; the index follows when it is back.",
            )
        )


def _context(session: Session, now: datetime) -> Context:
    return Context(session=session, now=now, caller=SYSTEM, channel="cli")
