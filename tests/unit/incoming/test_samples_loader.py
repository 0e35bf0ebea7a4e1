"""Loading the samples: every photo in, grouped and dated as the manifest says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.errors import NotFound
from core.incoming.intake import State
from core.incoming.samples import MANIFEST, list_samples, load_samples
from core.settings import Settings
from core.store import items
from core.store.records import Filters, count_records
from tests.seeding import picture


def write_samples(folder: Path, *entries: dict[str, object]) -> Path:
    for number, entry in enumerate(entries):
        (folder / str(entry["file"])).write_bytes(picture(number))
    (folder / MANIFEST).write_text(json.dumps(entries), "utf-8")
    return folder


def test_photos_of_one_sample_become_one_item_with_what_is_known_of_it(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    milk = {"kind": "product", "item": "milk", "brand": "鹿鸣溪", "campaign": None, "seen_on": "2026-09-10"}
    poster = {"kind": "ad", "item": "fryer", "brand": "Lumina", "campaign": "双11", "seen_on": "2026-11-01"}
    folder = write_samples(
        tmp_path,
        {"file": "milk_front.jpg", **milk},
        {"file": "poster.jpg", **poster},
        {"file": "milk_back.jpg", **milk},
    )
    front, back, ad = load_samples(db, settings, folder)
    assert front.item_id == back.item_id != ad.item_id
    assert [photo.name for photo in items.list_photos(db, front.item_id or 0)] == ["milk_front.jpg", "milk_back.jpg"]
    product, advert = items.get_item(db, front.item_id or 0), items.get_item(db, ad.item_id or 0)
    assert (product.kind, product.competitor, product.campaign, product.seen_on) == (
        "product", "鹿鸣溪", "", "2026-09-10",
    )  # fmt: skip
    assert (advert.kind, advert.competitor, advert.campaign, advert.seen_on) == ("ad", "Lumina", "双11", "2026-11-01")


def test_samples_of_the_project_all_go_in_and_a_second_load_adds_nothing(db: Database, settings: Settings) -> None:
    groups = list_samples()
    outcomes = load_samples(db, settings)
    assert Counter(outcome.state for outcome in outcomes) == {State.STORED: sum(len(group) for group in groups)}
    assert count_records(db) == len(groups)
    assert min(count_records(db, Filters(kind=kind)) for kind in ("product", "ad")) >= 8
    assert {outcome.state for outcome in load_samples(db, settings)} == {State.DUPLICATE}
    assert count_records(db) == len(groups)


def test_missing_samples_are_named_with_the_command_that_draws_them(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"samples\.json.*make samples"):
        list_samples(tmp_path)
