"""Which engine reads where none is asked for: the one somebody chose for everybody, else what the settings name.

The choice lies in the database, so that the worker takes it over with the next job, and a restart keeps it.
"""

from __future__ import annotations

from sqlite_utils import Database

from core.engines.registry import ENGINES, available, ensure_usable
from core.settings import Settings
from core.store.preferences import Preference, find_preference, put_preference

ENGINE = "engine"
AUTO = "auto"


def default_engine(db: Database, settings: Settings) -> str:
    """The name of the engine that reads where none is asked for, or `auto`.

    A chosen engine that cannot be used now (its weights were removed, its server is no longer named) is passed
    over, not forgotten: it reads again as soon as it can.
    """
    chosen = chosen_engine(db)
    return chosen.value if chosen is not None and _usable(chosen.value, settings) else settings.engine


def chosen_engine(db: Database) -> Preference | None:
    """What somebody chose, usable or not; None where nobody has."""
    return find_preference(db, ENGINE)


def choose_engine(db: Database, settings: Settings, name: str, *, by: str) -> None:
    """Makes `name`, an engine or `auto`, the default. Raises UsageError for one not known or not usable."""
    if name != AUTO:
        ensure_usable(name, settings)
    put_preference(db, ENGINE, name, by=by)


def _usable(name: str, settings: Settings) -> bool:
    return name == AUTO or (name in ENGINES and available(name, settings).ok)
