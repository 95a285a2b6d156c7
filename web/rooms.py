"""Which rooms the application is made of: their API routes, pages and invariants. One list of each; the commands
are listed in `web.commands`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from threading import Event

from flask import Blueprint as PageBlueprint
from structlog import get_logger

from branches import api as branches_api
from branches import invariants as branches_invariants
from catalog import api as catalog_api
from catalog import invariants as catalog_invariants
from catalog.service.describing_anew import describe_anew_next
from catalog.service.imports import run_next
from catalog.service.imports.undoing import undo_next
from circ import api as circ_api
from circ import history_invariants
from circ import invariants as circ_invariants
from circ.service.telling import tell_of_acts
from kernel.db import Database
from kernel.invariants import Invariant
from kernel.routes import Blueprint
from notices import api as notices_api
from notices import invariants as notices_invariants
from notices.sending import Unusable, open_channels
from notices.service.delivering import Deliverer
from patrons import api as patrons_api
from patrons import invariants as patrons_invariants
from patrons.privacy import Vault
from purchasing import api as purchasing_api
from purchasing import invariants as purchasing_invariants
from purchasing import order_invariants, quota_invariants, settlement_invariants
from search import api as search_api
from search import invariants as search_invariants
from search.engines import open_engine
from search.indexer import Indexer
from search.keeping import Keeping
from transit import api as transit_api
from transit import invariants as transit_invariants
from web import api as own_api
from web import health, pages
from web.settings import Settings
from web.worker import Queue, in_turns

log = get_logger("worker")

API_BLUEPRINTS: tuple[Blueprint, ...] = (
    *own_api.BLUEPRINTS,
    *branches_api.BLUEPRINTS,
    *patrons_api.BLUEPRINTS,
    *catalog_api.BLUEPRINTS,
    *notices_api.BLUEPRINTS,
    *transit_api.BLUEPRINTS,
    *circ_api.BLUEPRINTS,
    *purchasing_api.BLUEPRINTS,
    *search_api.BLUEPRINTS,
)
PAGE_BLUEPRINTS: tuple[PageBlueprint, ...] = (health.page, *pages.BLUEPRINTS)
INVARIANTS: tuple[Invariant, ...] = (
    *branches_invariants.INVARIANTS,
    *patrons_invariants.INVARIANTS,
    *catalog_invariants.INVARIANTS,
    *notices_invariants.INVARIANTS,
    *transit_invariants.INVARIANTS,
    *circ_invariants.INVARIANTS,
    *history_invariants.INVARIANTS,
    *purchasing_invariants.INVARIANTS,
    *quota_invariants.INVARIANTS,
    *order_invariants.INVARIANTS,
    *settlement_invariants.INVARIANTS,
    *search_invariants.INVARIANTS,
)


def build_queues(database: Database, settings: Settings) -> tuple[Queue, ...]:
    """What the worker works off."""
    engine = open_engine(settings.search_url, settings.data_dir)
    keeping = Keeping.beside_index(settings.data_dir)
    return (
        Queue(name="imports", work=lambda stop: run_next(database, stop.is_set)),
        Queue(name="undo", work=lambda stop: undo_next(database, stop.is_set)),
        Queue(name="sources", work=lambda stop: describe_anew_next(database, stop.is_set)),
        *_notice_queues(database, settings),
        Queue(
            name="index",
            work=lambda stop: Indexer(database, engine, keeping, is_stopping=stop.is_set).work(),
            longest_pause_seconds=5.0,  # asking an engine whether it is back costs nothing, and readers wait for it
        ),
    )


def _notice_queues(database: Database, settings: Settings) -> Iterator[Queue]:
    """A queue each for what acts left to be told, for choosing the ways, and for every way, so that a slow one keeps no other waiting."""
    yield Queue(name="told", work=lambda _stop: in_turns(database)(tell_of_acts).entries, idle_seconds=1.0)
    try:
        channels = open_channels(settings.sending)
    except Unusable as error:  # what is to go out waits until the setting is right; all other work goes on
        log.error("notices.unusable", error=str(error))
        return
    deliverer = Deliverer(database, channels, Vault(settings.secret_key))
    yield Queue(name="notices", work=lambda _stop: deliverer.plan(), idle_seconds=1.0)
    for name in channels:
        yield Queue(name=f"notices {name}", work=partial(_deliver, deliverer, name), idle_seconds=2.0)


def _deliver(deliverer: Deliverer, name: str, stop: Event) -> int:
    return deliverer.deliver(name, stop.is_set)
