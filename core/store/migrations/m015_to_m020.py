"""What posters state, what verified records teach, words that people add, keys of programs, gates of adapters."""

from __future__ import annotations

from sqlite_utils import Database

from core.store.migrations.steps import migrations, run


@migrations()
def m015_statements(db: Database) -> None:
    """What posters state lies in rows, so that ten thousand of them are counted without reading their fields.

    Derived from `records`, whose rows they go with; `core.store.statements` fills them where they are missing.
    """
    run(
        db,
        """
        CREATE TABLE posters (
            item_id INTEGER PRIMARY KEY REFERENCES records(item_id) ON DELETE CASCADE,
            competitor TEXT NOT NULL,
            campaign TEXT NOT NULL,
            day TEXT NOT NULL,            -- ISO date it was seen, else uploaded
            goods TEXT NOT NULL,          -- key of the lexicon product_nouns, "" where no word tells
            verified INTEGER NOT NULL,
            made_by TEXT NOT NULL         -- core.store.statements.made_by() when it was written
        );
        CREATE INDEX posters_competitor ON posters(competitor, day);
        CREATE INDEX posters_day ON posters(day, item_id);
        CREATE INDEX posters_made_by ON posters(made_by);
        CREATE TABLE statements (
            id INTEGER PRIMARY KEY,
            item_id INTEGER NOT NULL REFERENCES posters(item_id) ON DELETE CASCADE,
            about TEXT NOT NULL,          -- core.store.statements.About
            key TEXT NOT NULL,            -- theme, kind, audience, colour
            text TEXT NOT NULL,           -- as printed
            phrase TEXT NOT NULL,         -- the form in which wordings are counted
            amount REAL,                  -- unit discount, price, share
            currency TEXT NOT NULL,
            at_most INTEGER NOT NULL,
            unit TEXT NOT NULL,
            box TEXT,                     -- JSON, page pixels
            photo INTEGER NOT NULL
        );
        CREATE INDEX statements_item ON statements(item_id, about);
        CREATE INDEX statements_key ON statements(about, key, item_id);
        CREATE INDEX statements_phrase ON statements(about, phrase, item_id)
        """,
    )


@migrations()
def m016_creatives(db: Database) -> None:
    """Where a poster was seen is as much of it as what it says; and one design that runs for weeks, cropped here and
    scaled there, is one creative, by the look of it or by hand."""
    run(
        db,
        """
        ALTER TABLE items ADD COLUMN platform TEXT NOT NULL DEFAULT '';
        ALTER TABLE items ADD COLUMN url TEXT NOT NULL DEFAULT '';
        ALTER TABLE records ADD COLUMN platform TEXT NOT NULL DEFAULT '';
        ALTER TABLE records ADD COLUMN url TEXT NOT NULL DEFAULT '';
        CREATE TABLE creatives (
            id INTEGER PRIMARY KEY,
            created_at TEXT NOT NULL
        );
        CREATE TABLE creative_members (
            item_id INTEGER PRIMARY KEY REFERENCES items(id),
            creative INTEGER NOT NULL REFERENCES creatives(id),
            placed_by TEXT NOT NULL,      -- who put it there, "" where its look did
            at TEXT NOT NULL
        );
        CREATE INDEX creative_members_creative ON creative_members(creative, item_id);
        CREATE TABLE poster_keys (
            key TEXT NOT NULL,            -- one line of print in the form lines are compared in
            item_id INTEGER NOT NULL,
            PRIMARY KEY (key, item_id)
        ) WITHOUT ROWID
        """,
    )


@migrations()
def m017_judgements(db: Database) -> None:
    """What verified records say about the machine and what they teach, one row per field instead of a fold over all
    decisions for every chart and every reading.

    Derived, as `records` is: `core.records.standing.refresh_record` writes an item's rows and takes them away with the
    verification, so that a correction taken back stops teaching in the transaction that takes it back.
    """
    run(
        db,
        """
        CREATE TABLE judged_records (
            item_id INTEGER PRIMARY KEY REFERENCES items(id),
            version INTEGER NOT NULL,     -- of the way rows are derived: older ones are made anew
            kind TEXT NOT NULL,
            engine TEXT NOT NULL,
            revision TEXT NOT NULL,       -- of the engine's model, as its run says
            prompt TEXT NOT NULL,
            brand TEXT NOT NULL,
            reviewer TEXT NOT NULL,
            seconds REAL,
            at TEXT NOT NULL,             -- when it was verified
            touched INTEGER NOT NULL,     -- fields in which a person had to do anything
            unseen INTEGER NOT NULL       -- fields accepted without a look
        );
        CREATE TABLE judged_fields (
            item_id INTEGER NOT NULL REFERENCES items(id),
            field TEXT NOT NULL,
            outcome TEXT NOT NULL,        -- kept | changed | removed | missed
            score REAL NOT NULL,          -- core.learning.confidence.evidence_score of the proposal
            PRIMARY KEY (item_id, field)
        ) WITHOUT ROWID;
        CREATE TABLE lessons (
            item_id INTEGER NOT NULL REFERENCES items(id),
            field TEXT NOT NULL,
            kind TEXT NOT NULL,
            product TEXT NOT NULL,        -- what tells one product from another, '' where unknown
            prefix TEXT NOT NULL,         -- company prefix of the barcode, '' where unknown
            read TEXT NOT NULL,           -- as the machine read it, before memory had a say, '' for nothing
            read_key TEXT NOT NULL,       -- the same without case, width and spaces
            taught TEXT NOT NULL,         -- what stands, '' for not on the label
            taught_key TEXT NOT NULL,
            contested INTEGER NOT NULL DEFAULT 0,  -- 1: another record of this product says otherwise
            PRIMARY KEY (item_id, field)
        ) WITHOUT ROWID;
        CREATE INDEX lessons_taught ON lessons(kind, field, contested, taught_key, prefix);
        CREATE INDEX lessons_read ON lessons(kind, field, read_key);
        CREATE INDEX lessons_product ON lessons(product, field, taught_key) WHERE product <> '';
        CREATE INDEX lessons_prefix ON lessons(kind, prefix, field) WHERE prefix <> '';
        CREATE INDEX lessons_contested ON lessons(product, field) WHERE contested = 1;
        CREATE TABLE confusions (
            item_id INTEGER NOT NULL REFERENCES items(id),
            field TEXT NOT NULL,
            kind TEXT NOT NULL,
            wrong TEXT NOT NULL,          -- one character as it was read, and
            meant TEXT NOT NULL,          -- the one that stands in its place
            PRIMARY KEY (item_id, field, wrong, meant)
        ) WITHOUT ROWID;
        CREATE INDEX confusions_pairs ON confusions(kind, field, wrong, meant)
        """,
    )


@migrations()
def m018_lexicon_edits(db: Database) -> None:
    """Words that people teach ShelfLens are theirs, so they lie with their data, apart from the files that an update
    brings: one row per act, so that each can be taken back and a reading of March says with which words it was made."""
    run(
        db,
        """
        CREATE TABLE lexicon_edits (
            id INTEGER PRIMARY KEY,
            token TEXT NOT NULL UNIQUE,   -- names the edition that this act made
            undoes INTEGER REFERENCES lexicon_edits(id),
            edit TEXT,                    -- JSON, core.values.editions.Edit, or null where the act undoes another
            made_by TEXT NOT NULL,
            at TEXT NOT NULL
        )
        """,
    )


@migrations()
def m019_api_keys(db: Database) -> None:
    """Programs that use the API say who they are. Of a key only its hash is kept: a copied database opens nothing."""
    run(
        db,
        """
        CREATE TABLE api_keys (
            id TEXT PRIMARY KEY,          -- the key's public part: names it in lists
            hash TEXT NOT NULL,           -- SHA-256 of the whole key
            label TEXT NOT NULL,
            scope TEXT NOT NULL,          -- read | write | admin
            made_by TEXT NOT NULL,
            created_at TEXT NOT NULL,
            last_used_at TEXT,
            revoked_at TEXT
        )
        """,
    )


@migrations()
def m020_gates(db: Database) -> None:
    """An adapter changes what every photo says, so it is compared before it is put to use, and both are kept: the
    figures it was promoted on, and who did it."""
    run(
        db,
        """
        CREATE TABLE gates (
            id INTEGER PRIMARY KEY,
            adapter TEXT NOT NULL,
            digest TEXT NOT NULL,         -- of its weights
            revision TEXT NOT NULL,       -- of the engine with it
            against TEXT NOT NULL,        -- engine it was compared with
            against_revision TEXT NOT NULL,
            prompt_version TEXT NOT NULL,
            records INTEGER NOT NULL,
            photos INTEGER NOT NULL,
            figures TEXT NOT NULL,        -- JSON, core.finetune.gate.Figures
            go INTEGER NOT NULL,
            reasons TEXT NOT NULL,        -- JSON list of {en, zh}
            asked_by TEXT NOT NULL,
            at TEXT NOT NULL
        );
        CREATE INDEX gates_digest ON gates(digest, id);
        CREATE TABLE promotions (
            id INTEGER PRIMARY KEY,
            act TEXT NOT NULL,            -- promote, roll_back
            adapter TEXT NOT NULL,        -- that reads since, "" for none
            digest TEXT NOT NULL,
            before TEXT NOT NULL,         -- that had read, "" for none
            gate_id INTEGER REFERENCES gates(id),
            by TEXT NOT NULL,
            at TEXT NOT NULL
        )
        """,
    )
