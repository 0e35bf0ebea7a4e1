"""Home: a welcome for newcomers, then the state of the work at a glance."""

from __future__ import annotations

from core.store.db import open_store
from core.store.records import count_records
from pages.components.home_dashboard import dashboard
from pages.components.home_welcome import welcome
from pages.components.progress import while_reading
from pages.components.session import settings
from pages.components.upload_run import current_run

with open_store(settings()) as db:
    empty = count_records(db) == 0
run = current_run()
if empty or (run is not None and run.active):
    welcome()
else:
    while_reading(dashboard)
