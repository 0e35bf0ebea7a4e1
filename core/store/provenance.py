"""Where a record's values come from: its photos, the engine that read it, the person who signed it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlite_utils import Database

from core.types import Frozen


class Provenance(Frozen):
    """Of one item. `reviewer` and `verified_at` are of the verdict that verified it, "" where it is not verified."""

    competitor: str = ""
    photos: tuple[str, ...] = ()
    """File names in the item's order."""
    sources: tuple[str, ...] = ()
    """Addresses and archives the photos came from, each once."""
    engine: str = ""
    reviewer: str = ""
    verified_at: str = ""


def list_provenance(db: Database, item_ids: Sequence[int]) -> dict[int, Provenance]:
    """Item id -> provenance, in four queries however many items are asked for."""
    wanted = json.dumps(list(item_ids))
    found = {
        row["id"]: {"competitor": row["competitor"]}
        for row in db.conn.execute(
            "SELECT id, competitor FROM items WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
        )
    }
    names: dict[int, list[str]] = {}
    sources: dict[int, list[str]] = {}
    for row in db.conn.execute(
        "SELECT item_id, name, source FROM photos WHERE item_id IN (SELECT value FROM json_each(?))"
        " ORDER BY item_id, position, id",
        (wanted,),
    ):
        names.setdefault(row["item_id"], []).append(row["name"])
        if row["source"]:
            sources.setdefault(row["item_id"], []).append(row["source"])
    engines = _engines(db, wanted)
    signed = _signed(db, wanted)
    return {
        item_id: Provenance(
            **values,
            photos=tuple(names.get(item_id, ())),
            sources=tuple(dict.fromkeys(sources.get(item_id, ()))),
            engine=engines.get(item_id, ""),
            reviewer=signed.get(item_id, ("", ""))[0],
            verified_at=signed.get(item_id, ("", ""))[1],
        )
        for item_id, values in found.items()
    }


def _engines(db: Database, wanted: str) -> dict[int, str]:
    rows = db.conn.execute(
        "SELECT item_id, engine FROM predictions WHERE id IN (SELECT MAX(id) FROM predictions"
        " WHERE item_id IN (SELECT value FROM json_each(?)) GROUP BY item_id)",
        (wanted,),
    )
    return {row["item_id"]: row["engine"] for row in rows}


def _signed(db: Database, wanted: str) -> dict[int, tuple[str, str]]:
    """Item id -> (reviewer, time) where the newest verdict verifies the item."""
    rows = db.conn.execute(
        "SELECT item_id, reviewer, at FROM verdicts WHERE outcome = 'verified' AND id IN (SELECT MAX(id)"
        " FROM verdicts WHERE item_id IN (SELECT value FROM json_each(?)) GROUP BY item_id)",
        (wanted,),
    )
    return {row["item_id"]: (row["reviewer"], row["at"]) for row in rows}
