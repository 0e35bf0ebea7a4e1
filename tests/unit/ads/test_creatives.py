"""Posters as creatives: placed by their look, split and merged by hand, with their run time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlite_utils import Database

from core.ads.creatives import Creative, find_creative_of, merge_creatives, place, place_some, split_creative
from core.errors import NotFound, UsageError
from core.records.standing import refresh_record
from core.settings import Settings
from core.store import blobs, items, runs
from core.types import FieldValue, Kind, Line, Readings, Source, Status
from tests.seeding import picture, seed_records

WORDS = ("云衫官方旗舰店", "一件穿整个夏天", "透气不闷汗的真丝", "到手价168元", "立即抢购")
Poster = Callable[..., int]


@pytest.fixture
def poster(db: Database, settings: Settings) -> Poster:
    """Stores a read poster with these lines and returns its item."""

    def make(
        number: int, words: tuple[str, ...] = WORDS, *, price: float = 168.0, seen: str | None = None, shift: int = 0
    ) -> int:
        data = picture(number)
        blob = f"{number:064x}"
        phash = f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}"
        blobs.put_blob(
            db,
            settings,
            blobs.Blob(
                id=blob, suffix=".jpg", media_type="image/jpeg", width=320, height=240, bytes=len(data), phash=phash
            ),
            data,
            "poster.jpg",
        )
        lines = tuple(
            Line(text=text, box=(20 + 7 * n, 20 + 40 * n + shift, 200, 50 + 40 * n + shift), score=0.97)
            for n, text in enumerate(words)
        )
        runs.put_readings(db, blob, "test", Readings(width=320, height=240, lines=lines))
        item = items.create_item(db, kind=Kind.AD, competitor="云衫", seen_on=seen)
        items.add_photo(db, item, blob, "poster.jpg")
        fields = {
            "price": FieldValue(value=[{"value": price, "currency": "CNY", "kind": "final"}], sources=(Source.OCR,))
        }
        runs.put_prediction(
            db,
            runs.Prediction(
                item_id=item, kind=Kind.AD, engine="ocr", run_ids=(), rules_version="t", cached=False, fields=fields
            ),
        )
        items.set_status(db, item, Status.REVIEW)
        refresh_record(db, item)
        return item

    return make


def creative_of(db: Database, item: int) -> Creative:
    creative = find_creative_of(db, item)
    assert creative is not None
    return creative


def items_of(creative: Creative) -> list[int]:
    return [member.item_id for member in creative.members]


def test_a_crop_runs_with_its_original(db: Database, poster: Poster) -> None:
    first = poster(1, seen="2026-06-01")
    crop = poster(2, WORDS[1:], seen="2026-06-18", shift=-12)
    other = poster(3, price=148.0, seen="2026-06-05")
    assert place(db, first) == place(db, crop) != place(db, other)
    creative = creative_of(db, first)
    assert items_of(creative) == [first, crop]
    assert (creative.first_seen, creative.last_seen) == (date(2026, 6, 1), date(2026, 6, 18))
    assert creative.run_days == 18


def test_a_poster_without_a_day_was_seen_when_it_was_uploaded(db: Database, poster: Poster) -> None:
    item = poster(1)
    place(db, item)
    creative = creative_of(db, item)
    assert creative.first_seen == creative.last_seen
    assert creative.run_days == 1
    assert abs((creative.first_seen - date.today()).days) <= 1


def test_posters_of_before_are_placed_in_portions(db: Database, poster: Poster) -> None:
    made = [poster(1), poster(2), poster(3, price=9.0)]
    assert [find_creative_of(db, item) for item in made] == [None, None, None]
    assert place_some(db, 2) == 2
    assert place_some(db, 2) == 1
    assert place_some(db, 2) == 0
    assert [items_of(creative_of(db, item)) for item in made] == [made[:2], made[:2], made[2:]]


def test_what_a_person_split_stays_split(db: Database, poster: Poster) -> None:
    first, second = poster(1), poster(2)
    place_some(db)
    new = split_creative(db, [second], by="ana")
    assert place(db, second) == new != place(db, first)
    assert items_of(creative_of(db, second)) == [second]


def test_what_a_person_merged_is_one_creative(db: Database, poster: Poster) -> None:
    cheap, dear, copy = poster(1), poster(2, price=148.0), poster(3, price=148.0)
    for item in (cheap, dear, copy):
        place(db, item)
    merged = merge_creatives(db, [cheap, dear], by="ana")
    creative = creative_of(db, copy)
    assert creative.id == merged
    assert items_of(creative) == [cheap, dear, copy]


def test_splits_and_merges_that_mean_nothing_are_refused(db: Database, poster: Poster) -> None:
    first, second = poster(1), poster(2)
    alone = poster(3, price=9.0)
    place_some(db)
    for acting, chosen in (
        (split_creative, [first, second]),
        (split_creative, [alone]),
        (split_creative, [first, alone]),
        (merge_creatives, [first, second]),
        (merge_creatives, [alone]),
        (merge_creatives, []),
    ):
        with pytest.raises(UsageError, match="Nothing was"):
            acting(db, chosen, by="ana")
    with pytest.raises(NotFound):
        merge_creatives(db, [first, 999], by="ana")
    assert [items_of(creative_of(db, item)) for item in (first, alone)] == [[first, second], [alone]]


def test_labels_are_no_creatives(db: Database, settings: Settings) -> None:
    (product,) = seed_records(db, settings, products=1)
    assert place(db, product) is None
    assert find_creative_of(db, product) is None
