"""The database: SQLite in a file, or PostgreSQL by its URL; brought up to date when opened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from clickmend.core.errors import DatabaseError, ProjectError

MIGRATIONS = Path(__file__).with_name("migrations")

BUSY_S = 20
"""How long a writer waits for another one."""

_UPGRADE_LOCK = 0x636C6D64
"""The number of the lock under which PostgreSQL's tables are brought up to date."""


class Database:
    """Opens at the first use; safe for many threads and for several processes at once.

    Args:
        url: ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``.

    Raises:
        ProjectError: The URL is none of these.
    """

    def __init__(self, url: str) -> None:
        self._url = _read_url(url)
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database.

        Raises:
            DatabaseError: It does not answer.
        """
        with _told(), Session(self._opened(), expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are all kept or none; kept for good once the block is left.

        Raises:
            DatabaseError: It does not answer, or cannot keep them.
        """
        writer = self._opened().execution_options(writes=True)
        with _told(), Session(writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Let go of all connections; the next use opens it again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = _engine(self._url)
                try:
                    with engine.execution_options(writes=True).begin() as connection:
                        upgrade(connection)
                except OperationalError as error:
                    engine.dispose()
                    raise ProjectError(
                        f"The database {self._url.render_as_string()} cannot be opened "
                        f"({' '.join(str(error.orig).split())}). A file in a folder that can be "
                        "written, or a running PostgreSQL, is needed; check the URL."
                    ) from error
                self._engine = engine
            return self._engine


@contextmanager
def _told() -> Iterator[None]:
    """Tell in words when the database fails."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        cause = getattr(error, "orig", None) or error
        raise DatabaseError(
            f"The database does not answer ({' '.join(str(cause).split())}). What was said to be "
            "saved is kept; see that it runs and that its disk has room, then try again."
        ) from error


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Bring the tables to a revision, the newest at first, in the transaction of ``connection``."""
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _read_url(url: str) -> URL:
    try:
        read = make_url(url)
        backend = read.get_backend_name()
    except (ArgumentError, NoSuchModuleError):
        backend = ""
    if backend == "postgresql":
        if find_spec("psycopg") is None:
            raise ProjectError(
                "PostgreSQL needs psycopg, which is not installed. Install it with "
                "pip install 'clickmend[postgres]', or leave the URL out for SQLite."
            )
        return read.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not read.database or read.database == ":memory:":
        raise ProjectError(
            f"{url!r} is no database of projects. Allowed are sqlite:///FILE and "
            "postgresql://USER@HOST/NAME; leave it out for a file beside the labels."
        )
    return read


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_S, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        # Transactions begin below, where a writer says at once that it writes: one that has read
        # before would be refused whenever another wrote meanwhile.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
