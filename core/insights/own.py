"""Our own brands: which posters are ours and which a competitor's. Somebody names them once, for everybody."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlite_utils import Database

from core.store.preferences import find_preference, put_preference

OWN_BRANDS = "own_brands"


def own_brands(db: Database) -> tuple[str, ...]:
    """The names of our own brands as they were typed; none until somebody names one."""
    chosen = find_preference(db, OWN_BRANDS)
    return tuple(json.loads(chosen.value)) if chosen is not None else ()


def name_own_brands(db: Database, names: Iterable[str], *, by: str) -> None:
    """Makes these our own brands, in place of those before; empty names and repeats are left out."""
    tidy = dict.fromkeys(" ".join(name.split()) for name in names)
    put_preference(db, OWN_BRANDS, json.dumps([name for name in tidy if name], ensure_ascii=False), by=by)
