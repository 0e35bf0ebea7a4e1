"""Photos, items and jobs; runs and predictions; decisions and the records that derive from them."""

from __future__ import annotations

from sqlite_utils import Database

from core.store.migrations.steps import migrations, run


@migrations()
def m001_photos_and_items(db: Database) -> None:
    """A photo is kept once however often it is uploaded; an item groups the photos of one product or ad."""
    run(
        db,
        """
        CREATE TABLE blobs (
            id TEXT PRIMARY KEY,          -- SHA-256 of size and pixels: same pixels, same blob
            suffix TEXT NOT NULL,
            media_type TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            phash TEXT NOT NULL,          -- perceptual hash, for near duplicates
            notes TEXT NOT NULL,          -- JSON list of {en, zh}: what was done to make it readable
            created_at TEXT NOT NULL
        );
        CREATE TABLE items (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,           -- product | ad | auto until it is read
            status TEXT NOT NULL,
            priority INTEGER NOT NULL,
            competitor TEXT NOT NULL,     -- brand or competitor as named at upload
            campaign TEXT NOT NULL,
            seen_on TEXT,
            group_key TEXT,               -- batch and file-name stem, while photos still arrive
            error TEXT,                   -- JSON {en, zh}: why it could not be read, in full or in part
            reason TEXT,                  -- why a person set it aside
            version INTEGER NOT NULL DEFAULT 1,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            deleted_at TEXT
        );
        CREATE UNIQUE INDEX items_group ON items(group_key) WHERE group_key IS NOT NULL AND deleted_at IS NULL;
        CREATE TABLE photos (
            id INTEGER PRIMARY KEY,
            item_id INTEGER NOT NULL REFERENCES items(id),
            blob TEXT NOT NULL REFERENCES blobs(id),
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            source TEXT NOT NULL,         -- URL, archive name, or ""
            UNIQUE (item_id, blob)
        );
        CREATE INDEX photos_blob ON photos(blob)
        """,
    )


@migrations()
def m002_jobs(db: Database) -> None:
    """Background work survives the death of whoever does it: a job is leased, never taken off the table."""
    run(
        db,
        """
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            item_id INTEGER REFERENCES items(id),
            payload TEXT NOT NULL,
            priority INTEGER NOT NULL,
            state TEXT NOT NULL,
            progress REAL NOT NULL DEFAULT 0,
            error TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            cancel INTEGER NOT NULL DEFAULT 0,
            owner TEXT,
            lease_until REAL NOT NULL DEFAULT 0,
            created_at TEXT NOT NULL,
            started_at TEXT,
            finished_at TEXT,
            ms REAL
        );
        CREATE INDEX jobs_pick ON jobs(state, priority DESC, id);
        CREATE INDEX jobs_item ON jobs(item_id, id);
        CREATE UNIQUE INDEX jobs_queued_once ON jobs(kind, item_id) WHERE state = 'queued'
        """,
    )


@migrations()
def m003_runs_and_predictions(db: Database) -> None:
    """What machines said is kept for good: a rerun adds a row, so "why did it say this in March" is a query."""
    run(
        db,
        """
        CREATE TABLE readings (
            blob TEXT NOT NULL,
            reader TEXT NOT NULL,         -- version of OCR and barcode readers together
            data TEXT NOT NULL,           -- JSON, core.types.Readings
            created_at TEXT NOT NULL,
            PRIMARY KEY (blob, reader)
        );
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            blob TEXT NOT NULL,
            cache_key TEXT NOT NULL,
            kind TEXT NOT NULL,
            engine TEXT NOT NULL,
            revision TEXT NOT NULL,
            prompt_version TEXT NOT NULL,
            schema_version TEXT NOT NULL,
            params TEXT NOT NULL,
            reader TEXT NOT NULL,
            partial INTEGER NOT NULL,
            fields TEXT NOT NULL,         -- JSON, field -> FieldValue
            raw_text TEXT NOT NULL,
            ms REAL NOT NULL,
            created_at TEXT NOT NULL
        );
        CREATE INDEX runs_cache ON runs(cache_key, id);
        CREATE INDEX runs_blob ON runs(blob, id);
        CREATE TABLE predictions (
            id INTEGER PRIMARY KEY,
            item_id INTEGER NOT NULL REFERENCES items(id),
            kind TEXT NOT NULL,
            engine TEXT NOT NULL,
            run_ids TEXT NOT NULL,        -- JSON list, in the order of the item's photos
            rules_version TEXT NOT NULL,
            cached INTEGER NOT NULL,
            fields TEXT NOT NULL,
            created_at TEXT NOT NULL
        );
        CREATE INDEX predictions_item ON predictions(item_id, id)
        """,
    )


@migrations()
def m004_decisions(db: Database) -> None:
    """What people said is append-only and apart from what machines said, so that neither can overwrite the other."""
    run(
        db,
        """
        CREATE TABLE decisions (
            id INTEGER PRIMARY KEY,
            item_id INTEGER NOT NULL REFERENCES items(id),
            prediction_id INTEGER REFERENCES predictions(id),
            field TEXT NOT NULL,
            action TEXT NOT NULL,         -- correct | absent | confirm
            before TEXT,                  -- JSON FieldValue, null when there was none
            after TEXT,
            reviewer TEXT NOT NULL,
            at TEXT NOT NULL
        );
        CREATE INDEX decisions_item ON decisions(item_id, field, id);
        CREATE INDEX decisions_field ON decisions(field, action, id);
        CREATE TABLE verdicts (
            id INTEGER PRIMARY KEY,
            item_id INTEGER NOT NULL REFERENCES items(id),
            prediction_id INTEGER REFERENCES predictions(id),
            outcome TEXT NOT NULL,        -- verified | flagged | reopened
            reason TEXT NOT NULL,
            reviewer TEXT NOT NULL,
            seconds REAL,
            at TEXT NOT NULL
        );
        CREATE INDEX verdicts_item ON verdicts(item_id, id)
        """,
    )


@migrations()
def m005_records(db: Database) -> None:
    """The present value of every item in one row, so that tables and filters need no folding of decisions.

    Derived: `core.records.standing.refresh_record` rebuilds a row from predictions and decisions.
    """
    run(
        db,
        """
        CREATE TABLE records (
            item_id INTEGER PRIMARY KEY REFERENCES items(id),
            kind TEXT NOT NULL,
            status TEXT NOT NULL,
            priority INTEGER NOT NULL,
            brand TEXT NOT NULL,
            name TEXT NOT NULL,
            gtin TEXT NOT NULL,
            campaign TEXT NOT NULL,
            seen_on TEXT,
            thumb TEXT NOT NULL,          -- blob of the first photo
            photos INTEGER NOT NULL,
            doubts INTEGER NOT NULL,      -- fields a person should look at
            findings INTEGER NOT NULL,
            corrections INTEGER NOT NULL,
            search TEXT NOT NULL,         -- folded text of every value
            fields TEXT NOT NULL,         -- JSON, field -> FieldValue as it stands now
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL
        );
        CREATE INDEX records_queue ON records(status, priority DESC, doubts DESC, item_id);
        CREATE INDEX records_kind ON records(kind, status, item_id);
        CREATE INDEX records_brand ON records(brand COLLATE NOCASE)
        """,
    )


@migrations()
def m006_corrections_index(db: Database) -> None:
    """Corrections are about a tenth of all decisions: Feedback counts and filters them without reading the rest.

    Measured with 200,000 decisions: count 85 -> 27 ms, filter that few pass 66 -> 1 ms; 1.6 MB.
    """
    run(
        db,
        """
        CREATE INDEX decisions_corrections ON decisions(id, action, field, reviewer, at, item_id, prediction_id)
            WHERE action <> 'confirm'
        """,
    )
