"""What `jobs` and `tasks` have in common: rows that are leased to a worker and may be called off."""

from __future__ import annotations

from typing import Literal

from sqlite_utils import Database

from core.store.db import now, write


def cancel(db: Database, table: Literal["jobs", "tasks"], row_id: int) -> bool:
    """Cancels a waiting row at once and asks a running one to stop. False where it had ended already."""
    with write(db):
        waiting = db.conn.execute(
            f"UPDATE {table} SET state = 'cancelled', finished_at = ? WHERE id = ? AND state = 'queued'",
            (now(), row_id),
        )
        if waiting.rowcount:
            return True
        running = db.conn.execute(f"UPDATE {table} SET cancel = 1 WHERE id = ? AND state = 'running'", (row_id,))
        return running.rowcount == 1
