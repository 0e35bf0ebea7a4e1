CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);

CREATE TABLE api_keys (
            id TEXT PRIMARY KEY,          -- the key's public part: names it in lists
            hash TEXT NOT NULL,           -- SHA-256 of the whole key
            label TEXT NOT NULL,
            scope TEXT NOT NULL,          -- read | write | admin
            made_by TEXT NOT NULL,
            created_at TEXT NOT NULL,
            last_used_at TEXT,
            revoked_at TEXT
        );

CREATE TABLE auto_draws (
            item_id INTEGER NOT NULL REFERENCES items(id),
            field TEXT NOT NULL,
            rule_id INTEGER NOT NULL REFERENCES auto_rules(id),
            audited INTEGER NOT NULL,     -- 1: kept for a person, who is not told
            at TEXT NOT NULL,
            PRIMARY KEY (item_id, field)
        ) WITHOUT ROWID;

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

CREATE TABLE bin (
            item_id INTEGER PRIMARY KEY REFERENCES items(id),
            name TEXT NOT NULL,           -- as the records table showed it, whose row is gone
            thumb TEXT NOT NULL,
            deleted_by TEXT NOT NULL
        );

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

CREATE TABLE claims (
            item_id INTEGER PRIMARY KEY REFERENCES items(id),
            reviewer TEXT NOT NULL,
            since TEXT NOT NULL,
            until REAL NOT NULL
        );

CREATE TABLE confusions (
            item_id INTEGER NOT NULL REFERENCES items(id),
            field TEXT NOT NULL,
            kind TEXT NOT NULL,
            wrong TEXT NOT NULL,          -- one character as it was read, and
            meant TEXT NOT NULL,          -- the one that stands in its place
            PRIMARY KEY (item_id, field, wrong, meant)
        ) WITHOUT ROWID;

CREATE TABLE creative_members (
            item_id INTEGER PRIMARY KEY REFERENCES items(id),
            creative INTEGER NOT NULL REFERENCES creatives(id),
            placed_by TEXT NOT NULL,      -- who put it there, "" where its look did
            at TEXT NOT NULL
        );

CREATE TABLE creatives (
            id INTEGER PRIMARY KEY,
            created_at TEXT NOT NULL
        );

CREATE TABLE data_set_rows (
            data_set_id INTEGER NOT NULL REFERENCES data_sets(id),
            item_id INTEGER NOT NULL,
            blob TEXT NOT NULL,           -- outlives the photo: says which picture to delete
            due_at TEXT,                  -- since when it has to leave the folder, null while it may stay
            PRIMARY KEY (data_set_id, item_id, blob)
        ) WITHOUT ROWID;

CREATE TABLE data_sets (
            id INTEGER PRIMARY KEY,
            folder TEXT NOT NULL UNIQUE,
            made_at TEXT NOT NULL         -- as in its manifest: tells it from another one in the same folder
        );

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
        );

CREATE TABLE files (
            digest TEXT PRIMARY KEY,      -- SHA-256 of the file as it came
            blob TEXT NOT NULL REFERENCES blobs(id)
        ) WITHOUT ROWID;

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
        , platform TEXT NOT NULL DEFAULT '', url TEXT NOT NULL DEFAULT '');

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

CREATE TABLE judged_fields (
            item_id INTEGER NOT NULL REFERENCES items(id),
            field TEXT NOT NULL,
            outcome TEXT NOT NULL,        -- kept | changed | removed | missed
            score REAL NOT NULL,          -- core.learning.confidence.evidence_score of the proposal
            PRIMARY KEY (item_id, field)
        ) WITHOUT ROWID;

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

CREATE TABLE lexicon_edits (
            id INTEGER PRIMARY KEY,
            token TEXT NOT NULL UNIQUE,   -- names the edition that this act made
            undoes INTEGER REFERENCES lexicon_edits(id),
            edit TEXT,                    -- JSON, core.values.editions.Edit, or null where the act undoes another
            made_by TEXT NOT NULL,
            at TEXT NOT NULL
        );

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

CREATE TABLE photos (
            id INTEGER PRIMARY KEY,
            item_id INTEGER NOT NULL REFERENCES items(id),
            blob TEXT NOT NULL REFERENCES blobs(id),
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            source TEXT NOT NULL,         -- URL, archive name, or ""
            UNIQUE (item_id, blob)
        );

CREATE TABLE poster_keys (
            key TEXT NOT NULL,            -- one line of print in the form lines are compared in
            item_id INTEGER NOT NULL,
            PRIMARY KEY (key, item_id)
        ) WITHOUT ROWID
        ;

CREATE TABLE posters (
            item_id INTEGER PRIMARY KEY REFERENCES records(item_id) ON DELETE CASCADE,
            competitor TEXT NOT NULL,
            campaign TEXT NOT NULL,
            day TEXT NOT NULL,            -- ISO date it was seen, else uploaded
            goods TEXT NOT NULL,          -- key of the lexicon product_nouns, "" where no word tells
            verified INTEGER NOT NULL,
            made_by TEXT NOT NULL         -- core.store.statements.made_by() when it was written
        , platform TEXT NOT NULL DEFAULT '');

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

CREATE TABLE preferences (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL,
            set_by TEXT NOT NULL,
            set_at TEXT NOT NULL
        );

CREATE TABLE promotions (
            id INTEGER PRIMARY KEY,
            act TEXT NOT NULL,            -- promote, roll_back
            adapter TEXT NOT NULL,        -- that reads since, "" for none
            digest TEXT NOT NULL,
            before TEXT NOT NULL,         -- that had read, "" for none
            gate_id INTEGER REFERENCES gates(id),
            by TEXT NOT NULL,
            at TEXT NOT NULL
        );

CREATE TABLE question_photos (
            question_id INTEGER NOT NULL REFERENCES questions(id),
            position INTEGER NOT NULL,
            blob TEXT NOT NULL REFERENCES blobs(id),
            PRIMARY KEY (question_id, position)
        );

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

CREATE TABLE readings (
            blob TEXT NOT NULL,
            reader TEXT NOT NULL,         -- version of OCR and barcode readers together
            data TEXT NOT NULL,           -- JSON, core.types.Readings
            created_at TEXT NOT NULL,
            PRIMARY KEY (blob, reader)
        );

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
        , platform TEXT NOT NULL DEFAULT '', url TEXT NOT NULL DEFAULT '');

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

CREATE TABLE webhooks (
            id INTEGER PRIMARY KEY,
            url TEXT NOT NULL,
            secret TEXT NOT NULL,         -- in the open: signing takes the secret itself
            made_by TEXT NOT NULL,
            created_at TEXT NOT NULL,
            stopped TEXT                  -- JSON {en, zh}: why nothing is sent any more, null while it is
        );

CREATE TABLE workers (
            owner TEXT PRIMARY KEY,
            loaded TEXT NOT NULL,         -- JSON list: engines whose model is in this worker's memory
            seen_at REAL NOT NULL
        );

CREATE INDEX auto_draws_rule ON auto_draws(rule_id, audited)
        ;

CREATE UNIQUE INDEX auto_rules_on ON auto_rules(kind, engine, field) WHERE ended_at IS NULL;

CREATE INDEX calibrations_latest ON calibrations(kind, engine, version, id)
        ;

CREATE INDEX confusions_pairs ON confusions(kind, field, wrong, meant)
        ;

CREATE INDEX creative_members_creative ON creative_members(creative, item_id);

CREATE INDEX data_set_rows_blob ON data_set_rows(blob);

CREATE INDEX data_set_rows_due ON data_set_rows(data_set_id) WHERE due_at IS NOT NULL
        ;

CREATE INDEX data_set_rows_item ON data_set_rows(item_id);

CREATE INDEX decisions_corrections ON decisions(id, action, field, reviewer, at, item_id, prediction_id)
            WHERE action <> 'confirm'
        ;

CREATE INDEX decisions_field ON decisions(field, action, id);

CREATE INDEX decisions_item ON decisions(item_id, field, id);

CREATE INDEX deliveries_due ON deliveries(due_at) WHERE state = 'waiting';

CREATE INDEX deliveries_webhook ON deliveries(webhook_id, id)
        ;

CREATE INDEX evaluations_set ON evaluations(set_name, engine, id)
        ;

CREATE INDEX files_blob ON files(blob)
        ;

CREATE INDEX gates_digest ON gates(digest, id);

CREATE INDEX idempotency_age ON idempotency(created_at)
        ;

CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");

CREATE UNIQUE INDEX items_group ON items(group_key) WHERE group_key IS NOT NULL AND deleted_at IS NULL;

CREATE INDEX jobs_item ON jobs(item_id, id);

CREATE INDEX jobs_pick ON jobs(state, priority DESC, id);

CREATE UNIQUE INDEX jobs_queued_once ON jobs(kind, item_id) WHERE state = 'queued'
        ;

CREATE INDEX lessons_contested ON lessons(product, field) WHERE contested = 1;

CREATE INDEX lessons_misread ON lessons(kind, field, read_key, taught_key, item_id)
            WHERE read_key <> taught_key AND read_key <> '' AND taught_key <> '';

CREATE INDEX lessons_prefix ON lessons(kind, prefix, field) WHERE prefix <> '';

CREATE INDEX lessons_product ON lessons(product, field, taught_key) WHERE product <> '';

CREATE INDEX lessons_read ON lessons(kind, field, read_key);

CREATE INDEX lessons_taught ON lessons(kind, field, contested, taught_key, prefix);

CREATE INDEX measurements_engine ON measurements(engine, machine, id);

CREATE INDEX photos_blob ON photos(blob)
        ;

CREATE INDEX posters_competitor ON posters(competitor, day);

CREATE INDEX posters_day ON posters(day, item_id);

CREATE INDEX posters_made_by ON posters(made_by);

CREATE INDEX predictions_engine ON predictions(engine)
        ;

CREATE INDEX predictions_item ON predictions(item_id, id)
        ;

CREATE INDEX question_photos_blob ON question_photos(blob, question_id)
        ;

CREATE INDEX questions_answers ON questions(wish, id) WHERE state = 'done';

CREATE INDEX questions_open ON questions(state, id) WHERE state IN ('queued', 'running');

CREATE INDEX records_brand ON records(brand COLLATE NOCASE)
        ;

CREATE INDEX records_kind ON records(kind, status, item_id);

CREATE INDEX records_queue ON records(status, priority DESC, doubts DESC, item_id);

CREATE INDEX runs_blob ON runs(blob, id);

CREATE INDEX runs_cache ON runs(cache_key, id);

CREATE INDEX statements_item ON statements(item_id, about);

CREATE INDEX statements_key ON statements(about, key, item_id);

CREATE INDEX statements_phrase ON statements(about, phrase, item_id)
        ;

CREATE UNIQUE INDEX tasks_open_once ON tasks(kind, subject, form) WHERE state IN ('queued', 'running');

CREATE INDEX tasks_subject ON tasks(subject, id);

CREATE INDEX verdicts_item ON verdicts(item_id, id)
        ;
