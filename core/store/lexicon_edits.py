"""What people changed in the lexicons: an act is a row, taking one back is another."""

from __future__ import annotations

import uuid

from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.store.editions import adopt_edition, undone_ids
from core.types import Bilingual, Frozen
from core.values.editions import Edit

ACT = Bilingual(en="Change of a lexicon", zh="词库修改")
ACT_HINT = Bilingual(en="Changes are numbered as they are made.", zh="修改按先后编号。")


class Act(Frozen):
    """A change, or the taking back of one: `edit` is then None and `undoes` says which."""

    id: int
    edit: Edit | None
    undoes: int | None
    undone: bool
    """A later act took this one back."""
    made_by: str
    at: str


def put_edit(db: Database, edit: Edit, *, by: str) -> int:
    """Writes a change down; from now on it counts for whoever opens the database, and for this thread at once."""
    return _put(db, edit.model_dump_json(), None, by)


def put_undo(db: Database, act_id: int, *, by: str) -> int:
    """Takes an act back; one that took another back may itself be. Raises NotFound for one that does not stand."""
    with write(db):
        if not any(act.id == act_id and not act.undone for act in list_acts(db)):
            raise NotFound(what=ACT, key=act_id, hint=ACT_HINT)
        return _put(db, None, act_id, by)


def _put(db: Database, edit: str | None, undoes: int | None, by: str) -> int:
    with write(db):
        cursor = db.conn.execute(
            "INSERT INTO lexicon_edits (token, undoes, edit, made_by, at) VALUES (?, ?, ?, ?, ?)",
            (uuid.uuid4().hex, undoes, edit, by, now()),
        )
    adopt_edition(db)
    return int(cursor.lastrowid or 0)


def list_acts(db: Database) -> list[Act]:
    """Every act, newest first."""
    rows = db.conn.execute("SELECT * FROM lexicon_edits ORDER BY id").fetchall()
    undone = undone_ids(rows)
    return [
        Act(
            id=row["id"],
            edit=Edit.model_validate_json(row["edit"]) if row["edit"] else None,
            undoes=row["undoes"],
            undone=row["id"] in undone,
            made_by=row["made_by"],
            at=row["at"],
        )
        for row in reversed(rows)
    ]
