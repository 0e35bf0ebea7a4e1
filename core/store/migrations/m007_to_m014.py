"""What is done beside reading and reviewing: evaluations, questions, calibration, tasks, exports, the bin."""

from __future__ import annotations

from sqlite_utils import Database

from core.store.migrations.steps import migrations, run


@migrations()
def m007_evaluations(db: Database) -> None:
    """Each evaluation is kept with its versions, so that a change of rules can be held against the run before it."""
    run(
        db,
        """
        CREATE TABLE evaluations (
            id INTEGER PRIMARY KEY,
            set_name TEXT NOT NULL,       -- "samples", or the folder's path
            engine TEXT NOT NULL,
            revision TEXT NOT NULL,
            reader TEXT NOT NULL,
            rules_version TEXT NOT NULL,
            schema_version TEXT NOT NULL,
            photos INTEGER NOT NULL,
            median_s REAL NOT NULL,
            p95_s REAL NOT NULL,
            numbers TEXT NOT NULL,        -- JSON: counts per field, lines, barcodes, misses, failures
            created_at TEXT NOT NULL
        );
        CREATE INDEX evaluations_set ON evaluations(set_name, engine, id)
        """,
    )


@migrations()
def m008_questions(db: Database) -> None:
    """Questions in free words and their answers as they grow: pages write and poll, the worker answers.

    Whoever waits renews `listening_until`; an answer nobody listens to any more is stopped.
    """
    run(
        db,
        """
        CREATE TABLE questions (
            id INTEGER PRIMARY KEY,
            item_id INTEGER REFERENCES items(id),      -- where it was asked, null for photos of no item
            text TEXT NOT NULL,
            engine TEXT NOT NULL,                      -- as wanted, answered_by says which one it was
            sampling TEXT NOT NULL,                    -- JSON, core.engines.base.Sampling
            follows INTEGER REFERENCES questions(id),  -- the question this one goes on from
            asked_by TEXT NOT NULL,
            wish TEXT NOT NULL,                        -- digest of all that the asker chose
            again INTEGER NOT NULL DEFAULT 0,          -- 1: drawn anew though the cache has an answer
            state TEXT NOT NULL,
            answer TEXT NOT NULL DEFAULT '',
            error TEXT,                                -- JSON {en, zh}
            answered_by TEXT NOT NULL DEFAULT '',
            revision TEXT NOT NULL DEFAULT '',
            cache_key TEXT NOT NULL DEFAULT '',        -- digest of the wish and of everything in the engine that counts
            cached INTEGER NOT NULL DEFAULT 0,
            stop INTEGER NOT NULL DEFAULT 0,
            listening_until REAL NOT NULL,
            owner TEXT,
            lease_until REAL NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            created_at TEXT NOT NULL,
            started_at TEXT,
            first_at TEXT,                             -- when the first words were there
            finished_at TEXT
        );
        CREATE INDEX questions_open ON questions(state, id) WHERE state IN ('queued', 'running');
        CREATE INDEX questions_answers ON questions(wish, id) WHERE state = 'done';
        CREATE TABLE question_photos (
            question_id INTEGER NOT NULL REFERENCES questions(id),
            position INTEGER NOT NULL,
            blob TEXT NOT NULL REFERENCES blobs(id),
            PRIMARY KEY (question_id, position)
        );
        CREATE INDEX question_photos_blob ON question_photos(blob, question_id)
        """,
    )


@migrations()
def m009_calibrations(db: Database) -> None:
    """What an engine's evidence has been worth is measured now and then and looked up on every display."""
    run(
        db,
        """
        CREATE TABLE calibrations (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            engine TEXT NOT NULL,
            version TEXT NOT NULL,        -- of the evidence score
            verdicts INTEGER NOT NULL,    -- id of the last verdict counted
            judged INTEGER NOT NULL,
            curves TEXT NOT NULL,         -- JSON, field -> {scores, shares, judged}
            reliability TEXT NOT NULL,    -- JSON, core.learning.calibration.Reliability: how true the curves are
            created_at TEXT NOT NULL
        );
        CREATE INDEX calibrations_latest ON calibrations(kind, engine, version, id)
        """,
    )


@migrations()
def m010_claims(db: Database) -> None:
    """A record that somebody has open is not brought to the next person, until its lease runs out."""
    run(
        db,
        """
        CREATE TABLE claims (
            item_id INTEGER PRIMARY KEY REFERENCES items(id),
            reviewer TEXT NOT NULL,
            since TEXT NOT NULL,
            until REAL NOT NULL
        )
        """,
    )


@migrations()
def m011_preferences(db: Database) -> None:
    """What people choose for everybody, such as the engine that reads: it holds for every process from then on,
    without a restart, which a variable of the environment cannot do."""
    run(
        db,
        """
        CREATE TABLE preferences (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL,
            set_by TEXT NOT NULL,
            set_at TEXT NOT NULL
        )
        """,
    )


@migrations()
def m012_tasks(db: Database) -> None:
    """Work on engines and models has no item, takes minutes and reports bytes, so it is no job; what it measures is
    kept, and a worker says what it holds in memory, because no other process can see that."""
    run(
        db,
        """
        CREATE TABLE tasks (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,        -- an engine's name or a model's id
            form TEXT NOT NULL,           -- of the model's weights, "" where the task has none
            state TEXT NOT NULL,
            report TEXT,                  -- JSON, core.store.tasks.Report: how far it is
            error TEXT,                   -- JSON {en, zh}
            cancel INTEGER NOT NULL DEFAULT 0,
            asked_by TEXT NOT NULL,
            owner TEXT,
            lease_until REAL NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            created_at TEXT NOT NULL,
            started_at TEXT,
            finished_at TEXT
        );
        CREATE UNIQUE INDEX tasks_open_once ON tasks(kind, subject, form) WHERE state IN ('queued', 'running');
        CREATE INDEX tasks_subject ON tasks(subject, id);
        CREATE TABLE measurements (
            id INTEGER PRIMARY KEY,
            engine TEXT NOT NULL,
            revision TEXT NOT NULL,
            way TEXT NOT NULL,            -- runtime, device and precision, "" where an engine has one way only
            machine TEXT NOT NULL,
            photos INTEGER NOT NULL,
            answered INTEGER NOT NULL,    -- photos whose answer held any field
            median_s REAL NOT NULL,
            first_token_s REAL,           -- median, null for an engine that makes no tokens
            peak_bytes INTEGER,           -- of the worker's memory, null where the system does not tell
            measured_at TEXT NOT NULL
        );
        CREATE INDEX measurements_engine ON measurements(engine, machine, id);
        CREATE TABLE workers (
            owner TEXT PRIMARY KEY,
            loaded TEXT NOT NULL,         -- JSON list: engines whose model is in this worker's memory
            seen_at REAL NOT NULL
        )
        """,
    )


@migrations()
def m013_exports(db: Database) -> None:
    """A file that went to a shop can be told from the next one: who made it, when, of what, and the file itself."""
    run(
        db,
        """
        CREATE TABLE exports (
            id INTEGER PRIMARY KEY,
            profile TEXT NOT NULL,
            filters TEXT NOT NULL,        -- JSON, core.store.records.Filters
            style TEXT NOT NULL,
            lang TEXT NOT NULL,
            records INTEGER NOT NULL,
            file TEXT NOT NULL,           -- in the folder `exports` of the data, where the newest are kept
            reviewer TEXT NOT NULL,
            at TEXT NOT NULL
        )
        """,
    )


@migrations()
def m014_bin(db: Database) -> None:
    """What was deleted can be brought back for a while and is then erased; until now it was hidden for ever.

    Items that were merged into others are hidden, too, but have no photos left: only those with photos were deleted.
    """
    run(
        db,
        """
        CREATE TABLE bin (
            item_id INTEGER PRIMARY KEY REFERENCES items(id),
            name TEXT NOT NULL,           -- as the records table showed it, whose row is gone
            thumb TEXT NOT NULL,
            deleted_by TEXT NOT NULL
        );
        INSERT INTO bin (item_id, name, thumb, deleted_by)
            SELECT items.id, photos.name, photos.blob, '' FROM items JOIN photos ON photos.item_id = items.id
            WHERE items.deleted_at IS NOT NULL AND photos.position =
                (SELECT MIN(position) FROM photos AS other WHERE other.item_id = items.id)
        """,
    )
