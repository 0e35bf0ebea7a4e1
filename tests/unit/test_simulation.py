"""The loop closes: on a synthetic shelf every correction makes the next records easier, and no field worse."""

from __future__ import annotations

import pytest

from core.settings import Settings
from core.store.db import open_store
from tests.simulation.curve import curve, worse
from tests.simulation.play import Played, play
from tests.simulation.shown import Chooser, recall, strangers
from tests.simulation.world import Shelf

pytestmark = pytest.mark.timeout(900)  # a minute and a half on two busy cores
RECORDS, BLOCK = 120, 40


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Played], Chooser]:
    """A short run; `make bench ARGS=learning` plays three shelves of 400 records."""
    settings = Settings(data=tmp_path_factory.mktemp("shelf"))
    with open_store(settings) as db:
        chooser = Chooser(db)
        return list(play(db, settings, Shelf(seed=3), RECORDS, chooser)), chooser


def test_corrections_per_record_fall_as_records_are_verified(history: tuple[list[Played], Chooser]) -> None:
    played, _ = history
    first, *_, last = curve(played, BLOCK)
    assert last.corrections <= 0.6 * first.corrections, "by 40 % at least"
    assert abs(last.without_memory - first.without_memory) < 0.5, "the labels themselves did not become easier"
    assert not worse(played)


def test_examples_are_of_the_same_product_or_brand_where_there_is_one(history: tuple[list[Played], Chooser]) -> None:
    choices = history[1].choices[BLOCK:]
    product, brand = recall(choices, 1, by_product=True), recall(choices, 1, by_product=False)
    assert product.photos >= 30 and brand.photos >= 50
    assert product.found >= 0.95 and product.blind < 0.1
    assert brand.found >= 0.95 and brand.blind < 0.2
    assert strangers(choices) < 0.05


def test_the_same_shelf_gives_the_same_labels() -> None:
    one, other = (next(Shelf(seed=7).labels()) for _ in range(2))
    assert one == other
