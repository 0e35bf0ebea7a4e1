"""Verified records to learn from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlite_utils import Database

from core.reviewing import review
from core.settings import Settings
from tests.seeding import seed_records

Verify = Callable[..., list[int]]


@pytest.fixture
def verify(db: Database, settings: Settings) -> Verify:
    """Seeds records and verifies all of them; edits of the first one may be given."""

    def make(products: int, ads: int = 0, edits: dict[str, str] | None = None) -> list[int]:
        made = seed_records(db, settings, products, ads, photos=products + ads)
        for number, item in enumerate(made):
            review.accept_record(db, item, edits if number == 0 else None, reviewer="ann")
        return made

    return make
