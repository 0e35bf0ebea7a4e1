"""The loop closes: on a synthetic shelf every correction makes the next records easier, and no field worse."""

from __future__ import annotations

from sqlite_utils import Database

from core.settings import Settings
from tests.simulation.curve import curve, worse
from tests.simulation.play import play
from tests.simulation.world import Shelf

RECORDS, BLOCK = 120, 40


def test_corrections_per_record_fall_as_records_are_verified(db: Database, settings: Settings) -> None:
    """A short run; `make bench ARGS=learning` plays three shelves of 400 records."""
    played = list(play(db, settings, Shelf(seed=3), RECORDS))
    first, *_, last = curve(played, BLOCK)
    assert last.corrections <= 0.6 * first.corrections, "by 40 % at least"
    assert abs(last.without_memory - first.without_memory) < 0.5, "the labels themselves did not become easier"
    assert not worse(played)


def test_the_same_shelf_gives_the_same_labels() -> None:
    one, other = (next(Shelf(seed=7).labels()) for _ in range(2))
    assert one == other
