"""What ShelfLens remembers: one module per family of tables, plain functions over a connection.

db.py         open a database, transactions
migrations/   the tables, as ordered steps with a reason each
blobs.py      photos on disk, by the hash of their pixels
items.py      items (one product or ad) and their photos
jobs.py       leased background work
runs.py       what readers and engines said: caches and predictions, never overwritten
decisions.py  what people said: append-only
evaluations.py  how well transcribed photos were read, run by run
records.py    present value of every item, derived from the two above
"""
