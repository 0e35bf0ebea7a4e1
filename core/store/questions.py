"""Questions about photos and their answers as they grow, in one table that pages poll.

A question is leased to a worker as jobs are. It is also leased by its listener: whoever waits for the
answer renews `listening_until`, and a question whose listener is gone is stopped, not answered.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlite_utils import Database

from core.errors import NotFound
from core.store.db import now, write
from core.types import Bilingual, Frozen

LISTEN_S = 5.0
"""How long a listener counts as present after it was last heard of."""
MOST_ATTEMPTS = 2
"""A question whose worker died is tried once more: its asker still waits, and would only ask again. One that
killed two workers is to blame itself."""

WORKER_DIED = Bilingual(
    en=f"The background process ended {MOST_ATTEMPTS} times while it answered, so the question was given up. Most"
    " often memory ran out: close other programs, or ask about fewer photos.",
    zh=f"后台进程在回答时已异常退出 {MOST_ATTEMPTS} 次，该问题已放弃。通常是内存不足：请关闭其他程序，或减少图片数量。",
)
QUESTION = Bilingual(en="Question", zh="问题")
QUESTION_HINT = Bilingual(en="Questions are numbered as they are asked.", zh="问题按提问顺序编号。")


class QuestionState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """Its asker stopped it or went away; what had been said is kept."""
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self not in (QuestionState.QUEUED, QuestionState.RUNNING)


class Wish(Frozen):
    """What an asker wants. `key` is a digest of everything in it that can change the answer."""

    blobs: tuple[str, ...]
    text: str
    engine: str
    sampling: dict[str, Any]
    key: str
    follows: int | None = None
    item_id: int | None = None
    asked_by: str = ""
    again: bool = False


class Answerer(Frozen):
    """The engine that answers a question. `key` is a digest of it and of the wish."""

    name: str
    revision: str
    key: str


class Asked(Frozen):
    """A question with its answer so far."""

    id: int
    item_id: int | None
    blobs: tuple[str, ...]
    text: str
    engine: str
    sampling: dict[str, Any]
    follows: int | None
    asked_by: str
    wish: str
    again: bool
    state: QuestionState
    answer: str
    error: Bilingual | None
    answered_by: str
    revision: str
    cache_key: str
    cached: bool
    stop: bool
    listening_until: float
    owner: str | None
    lease_until: float
    attempts: int
    created_at: str
    started_at: str | None
    first_at: str | None
    finished_at: str | None

    @property
    def first_s(self) -> float | None:
        """Seconds from the question to the first words of its answer."""
        return _seconds(self.created_at, self.first_at)

    @property
    def total_s(self) -> float | None:
        """Seconds from the question to the end of its answer."""
        return _seconds(self.created_at, self.finished_at)


def _seconds(start: str, end: str | None) -> float | None:
    if end is None:
        return None
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _asked(db: Database, row: Any) -> Asked:
    values = dict(row)
    values["sampling"] = json.loads(values["sampling"])
    values["error"] = json.loads(values["error"]) if values["error"] else None
    photos = db.conn.execute(
        "SELECT blob FROM question_photos WHERE question_id = ? ORDER BY position", (values["id"],)
    ).fetchall()
    return Asked(**values, blobs=tuple(photo["blob"] for photo in photos))


def put_question(db: Database, wish: Wish) -> int:
    """Queues a question, its listener present from now on, and returns its id."""
    return _insert(db, wish, state=QuestionState.QUEUED)


def put_answered(db: Database, wish: Wish, known: Asked) -> int:
    """Stores a question together with the answer that `known` had: nothing is left to do."""
    moment = now()
    return _insert(
        db,
        wish,
        state=QuestionState.DONE,
        answer=known.answer,
        answered_by=known.answered_by,
        revision=known.revision,
        cache_key=known.cache_key,
        cached=1,
        first_at=moment,
        finished_at=moment,
    )


def _insert(db: Database, wish: Wish, **more: Any) -> int:
    row = {
        "item_id": wish.item_id,
        "text": wish.text,
        "engine": wish.engine,
        "sampling": json.dumps(wish.sampling, sort_keys=True),
        "follows": wish.follows,
        "asked_by": wish.asked_by,
        "wish": wish.key,
        "again": wish.again,
        "listening_until": time.time() + LISTEN_S,
        "created_at": now(),
        **more,
    }
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    with write(db):
        cursor = db.conn.execute(f"INSERT INTO questions ({names}) VALUES ({marks})", row)
        question_id = int(cursor.lastrowid or 0)
        db.conn.executemany(
            "INSERT INTO question_photos (question_id, position, blob) VALUES (?, ?, ?)",
            [(question_id, position, blob) for position, blob in enumerate(wish.blobs)],
        )
    return question_id


def get_question(db: Database, question_id: int) -> Asked:
    """The question with this id. Raises NotFound."""
    row = db.conn.execute("SELECT * FROM questions WHERE id = ?", (question_id,)).fetchone()
    if row is None:
        raise NotFound(what=QUESTION, key=question_id, hint=QUESTION_HINT)
    return _asked(db, row)


def list_questions(db: Database, blobs: tuple[str, ...], limit: int = 50) -> list[Asked]:
    """The newest questions about exactly these photos, oldest of them first."""
    if not blobs:
        return []
    rows = db.conn.execute(
        "SELECT questions.* FROM questions JOIN question_photos ON question_id = questions.id AND position = 0"
        " WHERE blob = ? AND (SELECT json_group_array(blob) FROM (SELECT blob FROM question_photos"
        " WHERE question_id = questions.id ORDER BY position)) = json(?) ORDER BY questions.id DESC LIMIT ?",
        (blobs[0], json.dumps(blobs), limit),
    ).fetchall()
    return [_asked(db, row) for row in reversed(rows)]


def find_turn(db: Database, blobs: tuple[str, ...], text: str, answer: str, follows: int | None) -> int | None:
    """The newest question with these words about these photos that got this answer and went on from `follows`."""
    for asked in reversed(list_questions(db, blobs)):
        if (asked.text, asked.answer.strip(), asked.follows) == (text, answer.strip(), follows):
            return asked.id
    return None


def has_answers(db: Database, wish_key: str) -> bool:
    """True where the same wish was answered to the end, whichever engine did it."""
    row = db.conn.execute("SELECT 1 FROM questions WHERE wish = ? AND state = 'done' LIMIT 1", (wish_key,)).fetchone()
    return row is not None


def find_answer(db: Database, wish_key: str, cache_key: str) -> Asked | None:
    """The newest complete answer to the same wish by the same answerer (`Answerer.key`)."""
    row = db.conn.execute(
        "SELECT * FROM questions WHERE wish = ? AND state = 'done' AND cache_key = ? ORDER BY id DESC LIMIT 1",
        (wish_key, cache_key),
    ).fetchone()
    return _asked(db, row) if row is not None else None


def is_waiting(db: Database) -> bool:
    """True where a question waits or is being answered. Costs a look at an index that is nearly always empty."""
    row = db.conn.execute("SELECT 1 FROM questions WHERE state IN ('queued', 'running') LIMIT 1").fetchone()
    return row is not None


def count_before(db: Database, question_id: int) -> int:
    """How many questions are answered before this one."""
    row = db.conn.execute(
        "SELECT COUNT(*) AS n FROM questions WHERE state IN ('queued', 'running') AND id < ?", (question_id,)
    ).fetchone()
    return int(row["n"])


def claim_question(db: Database, owner: str, *, lease_s: float) -> Asked | None:
    """Leases the oldest question that somebody waits for: queued, or left by a worker that died.

    Those nobody waits for are stopped on the way, with whatever had been said.
    """
    if not is_waiting(db):
        return None
    moment = time.time()
    with write(db):
        _stop_unheard(db, moment)
        _give_up(db, moment)
        row = db.conn.execute(
            """
            UPDATE questions SET state = 'running', owner = ?, lease_until = ?, attempts = attempts + 1,
                started_at = ?, answer = '', first_at = NULL
            WHERE id = (
                SELECT id FROM questions WHERE state IN ('queued', 'running')
                AND (state = 'queued' OR lease_until < ?) ORDER BY id LIMIT 1)
            RETURNING *
            """,
            (owner, moment + lease_s, now(), moment),
        ).fetchone()
        return _asked(db, row) if row is not None else None


def _stop_unheard(db: Database, moment: float) -> None:
    db.conn.execute(
        "UPDATE questions SET state = 'stopped', finished_at = ? WHERE state IN ('queued', 'running')"
        " AND (state = 'queued' OR lease_until < ?) AND (stop = 1 OR listening_until < ?)",
        (now(), moment, moment),
    )


def _give_up(db: Database, moment: float) -> None:
    db.conn.execute(
        "UPDATE questions SET state = 'failed', error = ?, finished_at = ? WHERE state = 'running' AND lease_until < ?"
        " AND attempts >= ?",
        (WORKER_DIED.model_dump_json(), now(), moment, MOST_ATTEMPTS),
    )


def is_wanted(db: Database, question_id: int, owner: str) -> bool:
    """True while `owner` holds the question and somebody listens. One look by primary key: cheap at every step."""
    row = db.conn.execute(
        "SELECT stop, listening_until FROM questions WHERE id = ? AND owner = ? AND state = 'running'",
        (question_id, owner),
    ).fetchone()
    return row is not None and not row["stop"] and row["listening_until"] >= time.time()


def name_answerer(db: Database, question_id: int, owner: str, answerer: Answerer) -> None:
    """Writes down which engine is at work, before it has said anything."""
    with write(db):
        db.conn.execute(
            "UPDATE questions SET answered_by = ?, revision = ?, cache_key = ? WHERE id = ? AND owner = ?"
            " AND state = 'running'",
            (answerer.name, answerer.revision, answerer.key, question_id, owner),
        )


def add_words(db: Database, question_id: int, owner: str, words: str, *, lease_s: float) -> bool:
    """Appends to the answer and renews the lease. False where the question is somebody else's by now."""
    with write(db):
        cursor = db.conn.execute(
            "UPDATE questions SET answer = answer || ?, first_at = COALESCE(first_at, ?), lease_until = ?"
            " WHERE id = ? AND owner = ? AND state = 'running'",
            (words, now(), time.time() + lease_s, question_id, owner),
        )
        return cursor.rowcount == 1


def renew_lease(db: Database, question_id: int, owner: str, *, lease_s: float) -> None:
    """Renews the lease of a question about which nothing is said yet."""
    with write(db):
        db.conn.execute(
            "UPDATE questions SET lease_until = ? WHERE id = ? AND owner = ? AND state = 'running'",
            (time.time() + lease_s, question_id, owner),
        )


def copy_answer(db: Database, question_id: int, owner: str, known: Asked) -> None:
    """Gives a question the answer that `known` had, marked as coming from the cache."""
    with write(db):
        db.conn.execute(
            "UPDATE questions SET answer = ?, cached = 1, first_at = ? WHERE id = ? AND owner = ?"
            " AND state = 'running'",
            (known.answer, now(), question_id, owner),
        )


def end_question(
    db: Database, question_id: int, owner: str, state: QuestionState, *, error: Bilingual | None = None
) -> bool:
    """Ends a question with what has been said. False, and nothing changed, where `owner` no longer holds it."""
    with write(db):
        cursor = db.conn.execute(
            "UPDATE questions SET state = ?, error = ?, finished_at = ? WHERE id = ? AND owner = ?"
            " AND state = 'running'",
            (state, error.model_dump_json() if error else None, now(), question_id, owner),
        )
        return cursor.rowcount == 1


def stop_question(db: Database, question_id: int) -> None:
    """Stops a waiting question at once and asks a running one to stop; what had been said is kept."""
    with write(db):
        db.conn.execute(
            "UPDATE questions SET state = 'stopped', finished_at = ? WHERE id = ? AND state = 'queued'",
            (now(), question_id),
        )
        db.conn.execute("UPDATE questions SET stop = 1 WHERE id = ? AND state = 'running'", (question_id,))


def keep_listening(db: Database, question_id: int) -> None:
    """Says that somebody waits for the answer, for another LISTEN_S seconds."""
    with write(db):
        db.conn.execute(
            "UPDATE questions SET listening_until = ? WHERE id = ? AND state IN ('queued', 'running')",
            (time.time() + LISTEN_S, question_id),
        )


def release_questions(db: Database, owner: str) -> int:
    """Puts everything leased to `owner` back, without counting the attempt: its worker has to stop."""
    with write(db):
        cursor = db.conn.execute(
            "UPDATE questions SET state = 'queued', owner = NULL, lease_until = 0, attempts = attempts - 1,"
            " answer = '', first_at = NULL WHERE owner = ? AND state = 'running'",
            (owner,),
        )
        return cursor.rowcount


def expire_questions(db: Database, owner: str) -> int:
    """Ends the leases of a worker that is known to be dead. Returns how many there were; the attempts count."""
    with write(db):
        cursor = db.conn.execute(
            "UPDATE questions SET lease_until = 0 WHERE owner = ? AND state = 'running'",
            (owner,),
        )
        return cursor.rowcount
