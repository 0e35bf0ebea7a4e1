"""Files known by their bytes, accepting without a look, requests sent again, webhooks, indexes, exported data sets."""

from __future__ import annotations

from sqlite_utils import Database

from core.store.migrations.steps import migrations, run


@migrations()
def m021_files(db: Database) -> None:
    """The very bytes of a photo that came before need not be decoded to know which photo they are: a shop system that
    asks for the same product page a hundred times a second is answered in a millisecond."""
    run(
        db,
        """
        CREATE TABLE files (
            digest TEXT PRIMARY KEY,      -- SHA-256 of the file as it came
            blob TEXT NOT NULL REFERENCES blobs(id)
        ) WITHOUT ROWID;
        CREATE INDEX files_blob ON files(blob)
        """,
    )


@migrations()
def m022_autoaccept(db: Database) -> None:
    """Values may be accepted without a look at an error that was measured: what the judged values allowed at each look,
    what people turned on, and what each rule said of new values, so that its promise can be checked against them."""
    run(
        db,
        """
        CREATE TABLE auto_offers (
            kind TEXT NOT NULL,
            engine TEXT NOT NULL,
            version TEXT NOT NULL,        -- revision and prompt of the engine
            field TEXT NOT NULL,
            look INTEGER NOT NULL,
            judged INTEGER NOT NULL,
            thresholds TEXT NOT NULL,     -- JSON, core.autoaccept.bounds.Threshold per promise that can be kept
            at TEXT NOT NULL,
            PRIMARY KEY (kind, engine, version, field, look)
        ) WITHOUT ROWID;
        CREATE TABLE auto_rules (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            engine TEXT NOT NULL,
            version TEXT NOT NULL,
            field TEXT NOT NULL,
            look INTEGER NOT NULL,
            promise REAL NOT NULL,        -- the error that is not exceeded
            score REAL NOT NULL,          -- values from this evidence score on pass
            share REAL NOT NULL,
            bound REAL NOT NULL,
            judged INTEGER NOT NULL,
            set_by TEXT NOT NULL,
            set_at TEXT NOT NULL,
            ended_at TEXT,
            ended_by TEXT,
            ended TEXT                    -- JSON (en, zh): why it does not hold any more
        );
        CREATE UNIQUE INDEX auto_rules_on ON auto_rules(kind, engine, field) WHERE ended_at IS NULL;
        CREATE TABLE auto_draws (
            item_id INTEGER NOT NULL REFERENCES items(id),
            field TEXT NOT NULL,
            rule_id INTEGER NOT NULL REFERENCES auto_rules(id),
            audited INTEGER NOT NULL,     -- 1: kept for a person, who is not told
            at TEXT NOT NULL,
            PRIMARY KEY (item_id, field)
        ) WITHOUT ROWID;
        CREATE INDEX auto_draws_rule ON auto_draws(rule_id, audited)
        """,
    )


@migrations()
def m023_idempotency(db: Database) -> None:
    """A request that is sent again because its answer got lost is answered as the first time, and done once."""
    run(
        db,
        """
        CREATE TABLE idempotency (
            caller TEXT NOT NULL,
            key TEXT NOT NULL,            -- the header Idempotency-Key
            request TEXT NOT NULL,        -- digest of method, address and body
            status INTEGER,               -- of the answer, null while it is being made
            headers TEXT,                 -- JSON
            body BLOB,
            busy_until REAL NOT NULL,     -- renewed while it is being made: a server that died blocks no key
            created_at REAL NOT NULL,
            PRIMARY KEY (caller, key)
        ) WITHOUT ROWID;
        CREATE INDEX idempotency_age ON idempotency(created_at)
        """,
    )


@migrations()
def m024_webhooks(db: Database) -> None:
    """Whoever wants to hear of a verified record is told, also after a crash: what is to be said is written in the
    transaction that verifies, and stays until it was heard or given up."""
    run(
        db,
        """
        CREATE TABLE webhooks (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL,
            secret TEXT NOT NULL,         -- in the open: signing takes the secret itself
            made_by TEXT NOT NULL,
            created_at TEXT NOT NULL,
            stopped TEXT                  -- JSON {en, zh}: why nothing is sent any more, null while it is
        );
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            webhook_id INTEGER NOT NULL REFERENCES webhooks(id) ON DELETE CASCADE,
            message TEXT NOT NULL,        -- webhook-id: the same at every try, so that a receiver knows repeats
            event TEXT NOT NULL,
            item_id INTEGER,
            body TEXT NOT NULL,           -- as it is sent and signed
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            due_at REAL NOT NULL,         -- a claimed one is put off by its lease, so a dead worker's is sent again
            status INTEGER,               -- of the last answer, null where there was none
            error TEXT,                   -- JSON {en, zh}
            created_at TEXT NOT NULL,
            tried_at TEXT
        );
        CREATE INDEX deliveries_due ON deliveries(due_at) WHERE state = 'waiting';
        CREATE INDEX deliveries_webhook ON deliveries(webhook_id, id)
        """,
    )


@migrations()
def m025_platforms_of_posters(db: Database) -> None:
    """Insights filters by where a poster was seen; `core.store.statements` writes it anew for those there are."""
    run(db, "ALTER TABLE posters ADD COLUMN platform TEXT NOT NULL DEFAULT ''")


@migrations()
def m026_feedback_indexes(db: Database) -> None:
    """Feedback lists misreadings, a twentieth of all lessons, and the engines that ever read, on every display.

    Measured with 200,000 decisions: misreadings 210 -> 5 ms of processor time, engines 36 -> 2 ms.
    """
    run(
        db,
        """
        CREATE INDEX lessons_misread ON lessons(kind, field, read_key, taught_key, item_id)
            WHERE read_key <> taught_key AND read_key <> '' AND taught_key <> '';
        CREATE INDEX predictions_engine ON predictions(engine)
        """,
    )


@migrations()
def m027_data_sets(db: Database) -> None:
    """A data set is a copy outside the store: what is erased here has to be found there, so it is noted whose rows lie
    in which folder."""
    run(
        db,
        """
        CREATE TABLE data_sets (
            id INTEGER PRIMARY KEY,
            folder TEXT NOT NULL UNIQUE,
            made_at TEXT NOT NULL         -- as in its manifest: tells it from another one in the same folder
        );
        CREATE TABLE data_set_rows (
            data_set_id INTEGER NOT NULL REFERENCES data_sets(id),
            item_id INTEGER NOT NULL,
            blob TEXT NOT NULL,           -- outlives the photo: says which picture to delete
            due_at TEXT,                  -- since when it has to leave the folder, null while it may stay
            PRIMARY KEY (data_set_id, item_id, blob)
        ) WITHOUT ROWID;
        CREATE INDEX data_set_rows_blob ON data_set_rows(blob);
        CREATE INDEX data_set_rows_item ON data_set_rows(item_id);
        CREATE INDEX data_set_rows_due ON data_set_rows(data_set_id) WHERE due_at IS NOT NULL
        """,
    )
