"""Characters that a reader takes for others in one field, and readings mended by what is known of them.

A character is put right only where the records leave next to no doubt: it was corrected to the same other one in
at least `LEAST` records, in `ALWAYS` of all that were read with it. A digit is never replaced: 6 for 8 may be
the commonest confusion of all and still most 6 are right.
"""

from __future__ import annotations

from sqlite_utils import Database

from core.store import lessons
from core.store.lessons import Pair

LEAST = 3
ALWAYS = 0.9


def sure_pairs(db: Database, kind: str, field: str, text: str, *, without: int) -> list[Pair]:
    """The confusions that are certain enough to be put right in this text."""
    found = []
    for pair in lessons.list_pairs(db, kind, field, least=LEAST, without=without):
        if pair.wrong in text and not pair.wrong.isdigit() and _is_sure(db, kind, field, pair, without):
            found.append(pair)
    return found


def _is_sure(db: Database, kind: str, field: str, pair: Pair, without: int) -> bool:
    return pair.records >= ALWAYS * lessons.count_reads_with(db, kind, field, pair.wrong, without=without)


def mended(text: str, pairs: list[Pair]) -> tuple[str, int]:
    """The text with those characters put right, and the least number of records that any of it rests on."""
    table = str.maketrans({pair.wrong: pair.meant for pair in reversed(pairs)})
    return text.translate(table), min((pair.records for pair in pairs), default=0)
