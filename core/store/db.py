"""Open the SQLite database and write to it safely.

A connection belongs to one thread. Opening one costs about a millisecond, so callers open one
per call (`with open_store(settings) as db`) instead of sharing it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database

from core.files import file_error
from core.settings import Settings
from core.store.disk import database_error
from core.store.editions import adopt_edition
from core.store.migrations import migrations

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for another one; the longest transaction here takes milliseconds."""

_ready: set[Path] = set()
_ready_lock = threading.Lock()


def now() -> str:
    """The present moment as the store writes it."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    """A moment as the store writes it: UTC, ISO 8601 with milliseconds, so that moments compare as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def midnight() -> datetime:
    """When today began, in the time zone of this machine."""
    return datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)


def connect(path: Path) -> Database:
    """A connection to the database at `path`, in WAL mode with foreign keys checked."""
    conn = sqlite3.connect(str(path), timeout=BUSY_TIMEOUT_S)
    conn.row_factory = sqlite3.Row
    db = Database(conn, execute_plugins=False)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        conn.execute(f"PRAGMA {pragma}").fetchone()
    return db


def ensure_database(settings: Settings) -> None:
    """Creates the data folder and brings its database to the newest schema. Safe to call again."""
    path = settings.database.resolve()
    with _ready_lock:
        if path in _ready and path.exists():
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise file_error(err, path.name, path.parent) from err
        with _explained(path), _opened(path) as db:
            _migrate(db)
        _ready.add(path)


def _migrate(db: Database) -> None:
    """Applies pending migrations under the file's write lock, so two processes can start at once."""
    if not migrations.pending(db):
        return
    migrations.ensure_migrations_table(db)
    with write(db):
        migrations.apply(db)


@contextmanager
def open_store(settings: Settings) -> Iterator[Database]:
    """A connection for the length of a `with` block. Creates and migrates the database if needed.

    The lexicons count from here on, in this thread, as this database has them.

    Raises StorageFull or StorageDenied where the disk stands in the way, whatever the block was doing.
    """
    ensure_database(settings)
    with _explained(settings.database), _opened(settings.database) as db:
        adopt_edition(db)
        yield db


_kept = threading.local()


@contextmanager
def kept_store(settings: Settings) -> Iterator[Database]:
    """A connection that this thread keeps for the next time: opening one costs a millisecond and a half.

    For short work in threads that live long, such as those of a server; it is opened anew where the file is another
    one by now. Otherwise as `open_store`.
    """
    path = settings.database
    with _explained(path):
        db = _kept_connection(path) or _newly_kept(settings, path)
        adopt_edition(db)
        yield db


def _kept_connection(path: Path) -> Database | None:
    """What this thread has kept for the file, if it is still that one."""
    found: Database | None = getattr(_kept, "db", None)
    if found is None:
        return None
    try:
        status = os.stat(path)  # noqa: PTH116 - asked for every request
    except OSError:
        return None
    return found if _kept.identity == (path, status.st_dev, status.st_ino) else None


def _newly_kept(settings: Settings, path: Path) -> Database:
    ensure_database(settings)
    if (old := getattr(_kept, "db", None)) is not None:
        old.conn.close()
    status = path.stat()
    _kept.db, _kept.identity = connect(path), (path, status.st_dev, status.st_ino)
    found: Database = _kept.db
    return found


def store_state(settings: Settings) -> tuple[object, ...]:
    """Differs from what it was whenever anybody else has written to the store since, in whatever process.

    For this thread to compare with what it was told before. It looks at shared memory, and at no page of the file
    (SQLite, "PRAGMA data_version").
    """
    with _explained(settings.database):
        db = _kept_connection(settings.database) or _newly_kept(settings, settings.database)
        return (*_kept.identity, db.conn.execute("PRAGMA data_version").fetchone()[0])


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    db = connect(path)
    try:
        yield db
    finally:
        db.conn.close()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's errors about disk and file as errors meant for people."""
    try:
        yield
    except sqlite3.DatabaseError as err:
        if (explained := database_error(err, path.name, path.parent)) is not None:
            raise explained from err
        raise


@contextmanager
def write(db: Database) -> Iterator[None]:
    """A transaction that takes the write lock at once, so that reading before writing is safe.

    Nested blocks join the outer transaction.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.conn.rollback()
        raise
    db.conn.commit()


@contextmanager
def snapshot(db: Database) -> Iterator[None]:
    """A block whose queries all see one state of the database, while others go on writing.

    Inside a transaction of the caller's it is part of that.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.conn.rollback()  # nothing was written; this only lets go of the state
