"""Keys of the API: who may use it, how far, and since when not any more. The keys themselves are not here."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field
from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.types import Bilingual, Frozen

KEY = Bilingual(en="Key", zh="密钥")
KEY_HINT = Bilingual(en="`python -m core keys list` shows all.", zh="可用 `python -m core keys list` 查看全部。")


class Scope(StrEnum):
    """What a key is good for; each includes the ones before it."""

    READ = "read"
    """Look at records, photos, progress, metrics."""
    WRITE = "write"
    """Send photos, ask questions, change records."""
    ADMIN = "admin"
    """Keys, webhooks, engines, changes of lexicons, erasing from the bin."""

    def allows(self, needed: Scope) -> bool:
        order = list(Scope)
        return order.index(self) >= order.index(needed)


class ApiKey(Frozen):
    """A key without its secret. `hash` never leaves the process."""

    id: str
    hash: str = Field(exclude=True, repr=False)
    label: str
    scope: Scope
    made_by: str
    created_at: str
    last_used_at: str | None
    revoked_at: str | None


def put_key(db: Database, key_id: str, digest: str, *, label: str, scope: Scope, by: str) -> ApiKey:
    with write(db):
        db.conn.execute(
            "INSERT INTO api_keys (id, hash, label, scope, made_by, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            (key_id, digest, label, scope, by, now()),
        )
    return get_key(db, key_id)


def find_key(db: Database, key_id: str) -> ApiKey | None:
    row = db.conn.execute("SELECT * FROM api_keys WHERE id = ?", (key_id,)).fetchone()
    return ApiKey(**dict(row)) if row is not None else None


def get_key(db: Database, key_id: str) -> ApiKey:
    """The key with this id. Raises NotFound."""
    found = find_key(db, key_id)
    if found is None:
        raise NotFound(what=KEY, key=key_id, hint=KEY_HINT)
    return found


def list_keys(db: Database) -> list[ApiKey]:
    """Every key, revoked ones too, newest first."""
    rows = db.conn.execute("SELECT * FROM api_keys ORDER BY created_at DESC, rowid DESC").fetchall()
    return [ApiKey(**dict(row)) for row in rows]


def has_keys(db: Database) -> bool:
    """True where a key was ever made and not forgotten. Revoked ones count: taking the last one away must not
    open what it protected."""
    return db.conn.execute("SELECT 1 FROM api_keys LIMIT 1").fetchone() is not None


def note_use(db: Database, key_id: str) -> None:
    with write(db):
        db.conn.execute("UPDATE api_keys SET last_used_at = ? WHERE id = ?", (now(), key_id))


def revoke_key(db: Database, key_id: str) -> ApiKey:
    """The key, good for nothing from now on; one that was revoked before keeps its moment. Raises NotFound."""
    with write(db):
        get_key(db, key_id)
        db.conn.execute("UPDATE api_keys SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?", (now(), key_id))
        return get_key(db, key_id)


def forget_key(db: Database, key_id: str) -> None:
    """Takes the key off the list, too. Raises NotFound."""
    with write(db):
        get_key(db, key_id)
        db.conn.execute("DELETE FROM api_keys WHERE id = ?", (key_id,))
