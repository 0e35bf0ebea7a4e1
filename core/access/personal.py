"""What is kept about a person who works with ShelfLens: handed over as JSON, and unlinked from their name.

Kept about them are the acts they signed (GDPR Art. 4 (1): a name is personal data, and so is how long somebody took).
`export_person` gives all of it in a form a machine reads (Art. 20). `erase_person` replaces the name by one that says
nothing and drops their working times and open claims (Art. 17). The decisions themselves stay: they say what is printed
on a product, and verified records rest on them.
"""

from __future__ import annotations

import json
import re
from typing import Any, BinaryIO

from sqlite_utils import Database

from core.autoaccept.audit import ITSELF
from core.errors import NotFound
from core.store.db import now, write
from core.types import Bilingual, Frozen

SIGNED: dict[str, tuple[str, ...]] = {
    "decisions": ("reviewer",),
    "verdicts": ("reviewer",),
    "judged_records": ("reviewer",),
    "questions": ("asked_by",),
    "claims": ("reviewer",),
    "preferences": ("set_by",),
    "tasks": ("asked_by",),
    "exports": ("reviewer",),
    "bin": ("deleted_by",),
    "creative_members": ("placed_by",),
    "gates": ("asked_by",),
    "promotions": ("by",),
    "lexicon_edits": ("made_by",),
    "api_keys": ("made_by",),
    "webhooks": ("made_by",),
    "auto_rules": ("set_by", "ended_by"),
}
"""Table -> its columns that hold the name of whoever acted."""
DERIVED = frozenset({"judged_records"})
"""Not handed over: it says again what the others say."""
TIMED = ("verdicts", "judged_records")
"""Tables that hold how long the person took."""
ERASED = re.compile(r"erased-\d+")
PERSON = Bilingual(en="Person", zh="人员")
UNKNOWN = Bilingual(en="Nothing is signed with this name.", zh="没有以此姓名签署的内容。")


class Erased(Frozen):
    """What became of a person's data: rows that carry `pseudonym` instead of the name, by table."""

    pseudonym: str
    rows: dict[str, int]


def list_people(db: Database) -> list[str]:
    """Every name that anything is signed with; those that were erased are nobody's, and rules that ended by themselves
    name no person."""
    columns = [(table, column) for table, names in SIGNED.items() for column in names if table not in DERIVED]
    union = " UNION ".join(f"SELECT {column} AS name FROM {table}" for table, column in columns)
    names = [row["name"] for row in db.conn.execute(f"SELECT DISTINCT name FROM ({union}) ORDER BY name")]
    return [name for name in names if name and name != ITSELF and not ERASED.fullmatch(name)]


def count_signed(db: Database, name: str) -> dict[str, int]:
    """Table -> rows that carry the name; tables without any are left out. Nothing for ShelfLens itself."""
    if name == ITSELF:
        return {}
    counts = {table: _count(db, table, name) for table in SIGNED if table not in DERIVED}
    return {table: count for table, count in counts.items() if count}


def _count(db: Database, table: str, name: str) -> int:
    return int(db.conn.execute(f"SELECT COUNT(*) AS n FROM {table} WHERE {_is(table)}", {"name": name}).fetchone()["n"])


def _is(table: str) -> str:
    return " OR ".join(f"{column} = :name" for column in SIGNED[table])


def export_person(db: Database, name: str, *, out: BinaryIO) -> None:
    """Writes everything that is signed with the name as JSON: table -> rows as they are kept. Raises NotFound."""
    signed = count_signed(db, name)
    if not signed:
        raise NotFound(what=PERSON, key=name, hint=UNKNOWN)
    head = {"person": name, "exported_at": now()}
    out.write(json.dumps(head, ensure_ascii=False)[:-1].encode())
    for table in signed:
        out.write(f', "{table}": ['.encode())
        rows = db.conn.execute(f"SELECT * FROM {table} WHERE {_is(table)}", {"name": name})
        for number, row in enumerate(rows):
            out.write((", " if number else "").encode() + json.dumps(_plain(dict(row)), ensure_ascii=False).encode())
        out.write(b"]")
    out.write(b"}\n")


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the JSON in it as JSON."""
    return {key: _opened(value) for key, value in row.items()}


def _opened(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def items_of(db: Database, name: str) -> list[int]:
    """The items that the person decided something about: their rows in exported data sets rest on that. The name that
    stands in its place serves as well, after it was erased."""
    rows = db.conn.execute(
        "SELECT item_id FROM decisions WHERE reviewer = :name"
        " UNION SELECT item_id FROM verdicts WHERE reviewer = :name",
        {"name": name},
    )
    return [row["item_id"] for row in rows]


def erase_person(db: Database, name: str) -> Erased:
    """Unlinks everything from the name, in one transaction. Raises NotFound where nothing is signed with it."""
    with write(db):
        signed = count_signed(db, name)
        if not signed:
            raise NotFound(what=PERSON, key=name, hint=UNKNOWN)
        pseudonym = _free_pseudonym(db)
        db.conn.execute("DELETE FROM claims WHERE reviewer = ?", (name,))
        for table in TIMED:
            db.conn.execute(f"UPDATE {table} SET seconds = NULL WHERE reviewer = ?", (name,))
        for table, columns in SIGNED.items():
            for column in columns:
                db.conn.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (pseudonym, name))
        return Erased(pseudonym=pseudonym, rows=signed)


def _free_pseudonym(db: Database) -> str:
    """One for each person: whether two people agreed can still be told."""
    taken = set()
    for table, columns in SIGNED.items():
        for column in columns:
            rows = db.conn.execute(f"SELECT DISTINCT {column} AS name FROM {table} WHERE {column} LIKE 'erased-%'")
            taken |= {row["name"] for row in rows}
    return next(name for name in (f"erased-{number}" for number in range(1, len(taken) + 2)) if name not in taken)
