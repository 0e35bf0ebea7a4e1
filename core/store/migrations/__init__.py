"""The database schema, as ordered steps. Fresh and old databases take the same path.

Never edit a step that has been released: add one to the last file, or to a new one where that grows long. Steps run in
the order in which these files are imported, which is that of their numbers. `tests/unit/store/test_store.py` holds a
snapshot of the result; regenerate it with `SHELFLENS_UPDATE_SNAPSHOTS=1` after adding a step.
"""

from core.store.migrations import m001_to_m006, m007_to_m014, m015_to_m020, m021_to_m027
from core.store.migrations.steps import migrations

__all__ = ["m001_to_m006", "m007_to_m014", "m015_to_m020", "m021_to_m027", "migrations"]
