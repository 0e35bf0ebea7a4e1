"""Looking through a whole database, whatever tables it has by now."""

from __future__ import annotations

from sqlite_utils import Database


def words_in_database(db: Database, words: str) -> set[str]:
    """The tables with a row that holds these words anywhere."""
    tables = [row["name"] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        table
        for table in tables
        if any(words in str(value) for row in db.conn.execute(f"SELECT * FROM {table}") for value in tuple(row))
    }
