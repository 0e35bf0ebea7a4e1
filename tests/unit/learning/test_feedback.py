"""Corrections as they are listed, and accuracy as it is counted, against histories written by hand."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from core.learning.accuracy import MIN_JUDGED, FieldAccuracy, Share, measure_quality
from core.learning.feedback import (
    Change,
    Filters,
    change_key,
    count_corrections,
    list_corrections,
    list_engines,
    list_reviewers,
    write_corrections,
)
from core.learning.judging import Outcome, compare
from core.records.standing import refresh_record
from core.reviewing.review import accept_record, flag_record, reopen_record, reset_field, save_edits
from core.schema import load_schema
from core.settings import Settings
from core.store import decisions, items, runs
from core.store.decisions import Action
from core.store.items import delete_item
from core.types import FieldValue, Kind
from core.values.typed import show_value
from tests.seeding import product_fields, seed_records

NAME = "燕麦片 No. 0"
Step = tuple[Any, ...]


def reread(db: Database, item_id: int, engine: str = "ocr", **values: Any) -> None:
    """Another proposal for product 0: the seeded one with other values."""
    fields = product_fields(0) | {key: FieldValue(value=value, raw=str(value)) for key, value in values.items()}
    runs.put_prediction(
        db,
        runs.Prediction(
            item_id=item_id,
            kind=Kind.PRODUCT,
            engine=engine,
            run_ids=(),
            rules_version="seed",
            cached=False,
            fields=fields,
        ),
    )
    refresh_record(db, item_id)


def play(db: Database, item_id: int, steps: list[Step]) -> None:
    acts = {
        "save": lambda edits: save_edits(db, item_id, edits, reviewer="ann"),
        "accept": lambda edits=None: accept_record(db, item_id, edits, reviewer="ann"),
        "reopen": lambda: reopen_record(db, item_id, reviewer="ann"),
        "flag": lambda: flag_record(db, item_id, "blurred", reviewer="ann"),
        "reset": lambda key: reset_field(db, item_id, key, reviewer="ann"),
        "reread": lambda values: reread(db, item_id, **values),
    }
    for name, *arguments in steps:
        acts[name](*arguments)


def outcomes(db: Database, field: str) -> dict[str, int]:
    """Outcome -> count of one field, zeros left out."""
    measured = measure_quality(db, Filters(field=field)).fields
    assert len(measured) <= 1
    counts = measured[0].model_dump(include=set(Outcome)) if measured else {}
    return {outcome: n for outcome, n in counts.items() if n}


NUTRITION = "能量: 1500 kJ / 100g\n蛋白质: 8.5 g / 100g, 14%"
HISTORIES: list[tuple[str, str, list[Step], str | None]] = [
    ("accepted as proposed", "name", [("accept",)], "kept"),
    ("changed on accepting", "name", [("accept", {"name": "B"})], "changed"),
    ("changed before accepting", "name", [("save", {"name": "B"}), ("accept",)], "changed"),
    ("A to B to C is one change", "name", [("save", {"name": "B"}), ("save", {"name": "C"}), ("accept",)], "changed"),
    ("typed back to the proposal", "name", [("save", {"name": "B"}), ("save", {"name": NAME}), ("accept",)], "kept"),
    (
        "a list typed back to the proposal",
        "claims",
        [("save", {"claims": "高纤维"}), ("save", {"claims": "高纤维\n无添加蔗糖"}), ("accept",)],
        "kept",
    ),
    (
        "a table typed back to the proposal",
        "nutrition",
        [("save", {"nutrition": "能量: 1 kJ / 100g"}), ("save", {"nutrition": NUTRITION}), ("accept",)],
        "kept",
    ),
    ("an amount in another unit", "net_content", [("accept", {"net_content": "750 ml"})], "changed"),
    ("not on the label", "name", [("accept", {"name": ""})], "removed"),
    ("removed, then typed", "name", [("save", {"name": ""}), ("accept", {"name": "B"})], "changed"),
    ("not proposed, typed", "storage", [("accept", {"storage": "阴凉处"})], "missed"),
    ("not proposed, typed twice", "storage", [("save", {"storage": "x"}), ("accept", {"storage": "y"})], "missed"),
    ("not proposed, typed and taken out", "storage", [("save", {"storage": "x"}), ("accept", {"storage": ""})], None),
    ("not proposed, not typed", "storage", [("accept",)], None),
    ("changed, not verified", "name", [("save", {"name": "B"})], None),
    ("set aside", "name", [("save", {"name": "B"}), ("flag",)], None),
    ("verified, then reopened", "name", [("accept",), ("reopen",)], None),
    ("reopened and changed", "name", [("accept",), ("reopen",), ("accept", {"name": "B"})], "changed"),
    ("reopened and accepted again", "name", [("accept", {"name": "B"}), ("reopen",), ("accept",)], "changed"),
    ("changed after it was verified", "name", [("accept",), ("save", {"name": "B"})], "changed"),
    ("taken back, then accepted", "name", [("save", {"name": "B"}), ("reset", "name"), ("accept",)], "kept"),
    ("taken back after it was verified", "name", [("accept", {"name": "B"}), ("reset", "name")], None),
    (
        "taken back, changed again",
        "name",
        [("save", {"name": "B"}), ("reset", "name"), ("accept", {"name": "C"})],
        "changed",
    ),
    ("read again, as typed", "name", [("save", {"name": "B"}), ("reread", {"name": "B"}), ("accept",)], "kept"),
    ("read again, still wrong", "name", [("save", {"name": "B"}), ("reread", {"name": "C"}), ("accept",)], "changed"),
    ("read again after it was verified", "name", [("accept",), ("reread", {"name": "C"})], "kept"),
    (
        "confirmed, then a worse reading",
        "name",
        [("accept",), ("reopen",), ("reread", {"name": "C"}), ("accept",)],
        "changed",
    ),
    (
        "missed at first, found by the reading that was verified",
        "storage",
        [("save", {"storage": "x"}), ("reread", {"storage": "x"}), ("accept",)],
        "kept",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "steps", "expected"), [case[1:] for case in HISTORIES], ids=[c[0] for c in HISTORIES]
)
def test_accuracy_sets_the_final_value_against_the_proposal(
    db: Database, settings: Settings, field: str, steps: list[Step], expected: str | None
) -> None:
    (item_id,) = seed_records(db, settings, 1)
    play(db, item_id, steps)
    assert outcomes(db, field) == ({expected: 1} if expected else {})


def folded_outcomes(db: Database) -> Counter[tuple[str, str]]:
    """{(field, outcome): count} by reading every decision in Python: slow, and obviously right."""
    found: Counter[tuple[str, str]] = Counter()
    for row in db.conn.execute("SELECT id FROM items WHERE status = 'verified'").fetchall():
        verdict = [v for v in decisions.list_verdicts(db, row["id"]) if v.outcome == "verified"][-1]
        proposed = runs.get_prediction(db, verdict.prediction_id).fields
        last = {decision.field: decision for decision in decisions.list_decisions(db, row["id"])}
        for key, decision in last.items():
            if decision.action is Action.RESET:
                continue
            spec = load_schema(Kind.PRODUCT).field(key)
            texts = [show_value(spec, field) if field else "" for field in (proposed.get(key), decision.after)]
            if outcome := compare(*texts):
                found[key, outcome] += 1
    return found


@pytest.mark.parametrize("seed", range(4))
def test_counting_in_sql_agrees_with_folding_every_decision(db: Database, settings: Settings, seed: int) -> None:
    chance = random.Random(seed)
    steps: list[Step] = [
        ("save", {"name": "B"}), ("save", {"name": NAME}), ("save", {"storage": "x"}), ("save", {"claims": ""}),
        ("accept",), ("accept",), ("accept", {"name": "C"}), ("reopen",), ("reset", "name"), ("reset", "storage"),
        ("reread", {"name": "B"}), ("reread", {"storage": "x"}), ("flag",),
    ]  # fmt: skip
    for item_id in seed_records(db, settings, 12):
        play(db, item_id, chance.choices(steps, k=chance.randint(1, 8)))
    measured = measure_quality(db, Filters())
    counted = {(f.field, outcome): getattr(f, outcome) for f in measured.fields for outcome in Outcome}
    assert Counter({key: n for key, n in counted.items() if n}) == folded_outcomes(db)


def test_straight_through_counts_records_in_which_nothing_was_touched(db: Database, settings: Settings) -> None:
    untouched, changed, missed, waiting = seed_records(db, settings, 4)
    accept_record(db, untouched, reviewer="ann", seconds=4)
    accept_record(db, changed, {"name": "B", "brand": "C"}, reviewer="ann", seconds=9)
    accept_record(db, missed, {"storage": "x"}, reviewer="ann")
    save_edits(db, waiting, {"name": "B"}, reviewer="ann")
    measured = measure_quality(db, Filters())
    assert (measured.straight_through.hits, measured.straight_through.total) == (1, 3)
    assert (measured.median_seconds, measured.timed) == (6.5, 2)
    only_brand = measure_quality(db, Filters(field="brand"))
    assert only_brand.straight_through == measured.straight_through and len(only_brand.fields) == 1


def test_record_nothing_was_read_of_counts_as_a_product_typed_by_a_person(db: Database) -> None:
    item_id = items.create_item(db, kind="auto")
    accept_record(db, item_id, {"name": "B"}, reviewer="ann")
    (field,) = measure_quality(db, Filters(kind="product")).fields
    (correction,) = list_corrections(db, Filters(kind="product"), limit=9)
    assert (field.kind, field.missed) == ("product", 1) and (correction.kind, correction.engine) == ("product", "")


def test_empty_store_has_no_figures(db: Database) -> None:
    measured = measure_quality(db, Filters())
    assert measured.fields == () and measured.straight_through.rate is None and measured.median_seconds is None


def test_fields_stand_in_the_order_of_the_schemas(db: Database, settings: Settings) -> None:
    for item_id in seed_records(db, settings, 1, 1):
        accept_record(db, item_id, reviewer="ann")
    found = [(field.kind, field.field) for field in measure_quality(db, Filters()).fields]
    expected = [(kind.value, key) for kind in Kind for key in load_schema(kind).keys]
    assert found == [key for key in expected if key in found] and len(found) > 10


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (0, 0, 0.0, 1.0),
    ],
)
def test_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    assert Share(hits=hits, total=total).interval == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("judged", "needed"), [(0, MIN_JUDGED), (3, MIN_JUDGED - 3), (MIN_JUDGED, 0), (500, 0)])
def test_field_says_how_many_more_it_needs(judged: int, needed: int) -> None:
    assert FieldAccuracy(kind="product", field="name", kept=judged, missed=7).needed == needed


def test_every_change_is_listed_with_its_texts_newest_first(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 1)
    save_edits(db, item_id, {"name": "B"}, reviewer="ann")
    save_edits(db, item_id, {"storage": "阴凉处"}, reviewer="wei")
    save_edits(db, item_id, {"claims": ""}, reviewer="wei")
    reset_field(db, item_id, "name", reviewer="ann")
    accept_record(db, item_id, reviewer="ann")
    listed = [(c.field, c.change, c.before, c.after, c.reviewer) for c in list_corrections(db, Filters(), limit=9)]
    assert listed == [
        ("name", Change.TAKEN_BACK, "B", "", "ann"),
        ("claims", Change.REMOVED, "高纤维\n无添加蔗糖", "", "wei"),
        ("storage", Change.ADDED, "", "阴凉处", "wei"),
        ("name", Change.CHANGED, NAME, "B", "ann"),
    ]


def test_correction_knows_its_place_on_the_photo_and_its_record(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 1)
    save_edits(db, item_id, {"name": "B", "storage": "x"}, reviewer="ann")
    storage, name = list_corrections(db, Filters(), limit=9)
    assert name.box == product_fields(0)["name"].box and name.blob == items.list_photos(db, item_id)[0].blob
    assert storage.box is None and storage.blob == ""
    assert (name.item_id, name.name, name.living, name.engine) == (item_id, "B", True, "ocr")


def test_correction_of_a_deleted_record_is_kept_but_leads_nowhere(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 1)
    accept_record(db, item_id, {"name": "B"}, reviewer="ann")
    delete_item(db, item_id)
    (correction,) = list_corrections(db, Filters(), limit=9)
    assert (correction.living, correction.name, correction.after) == (False, "", "B")
    assert measure_quality(db, Filters()).straight_through.total == 0


def today(days: int = 0) -> date:
    return (datetime.now(UTC) + timedelta(days=days)).date()


@pytest.mark.parametrize(
    ("filters", "corrections", "verified"),
    [
        (Filters(), 3, 3),
        (Filters(kind="ad"), 1, 1),
        (Filters(field="name"), 2, 3),
        (Filters(kind="ad", field="name"), 0, 1),
        (Filters(reviewer="wei"), 1, 1),
        (Filters(reviewer="nobody"), 0, 0),
        (Filters(engine="qwen3vl"), 1, 1),
        (Filters(since=today(), until=today()), 3, 3),
        (Filters(since=today(1)), 0, 0),
        (Filters(until=today(-1)), 0, 0),
    ],
)
def test_filters_narrow_corrections_and_verified_records(
    db: Database, settings: Settings, filters: Filters, corrections: int, verified: int
) -> None:
    first, second, ad = seed_records(db, settings, 2, 1)
    reread(db, second, engine="qwen3vl")
    accept_record(db, first, {"name": "B"}, reviewer="ann")
    accept_record(db, second, {"name": "C"}, reviewer="wei")
    accept_record(db, ad, {"headline": "D"}, reviewer="ann")
    assert count_corrections(db, filters) == corrections == len(list_corrections(db, filters, limit=9))
    assert measure_quality(db, filters).straight_through.total == verified


def test_reviewers_and_engines_are_offered_once_each(db: Database, settings: Settings) -> None:
    first, second = seed_records(db, settings, 2)
    reread(db, second, engine="qwen3vl")
    save_edits(db, first, {"name": "B"}, reviewer="wei")
    accept_record(db, second, reviewer="ann")
    assert list_reviewers(db) == ["ann", "wei"] and list_engines(db) == ["ocr", "qwen3vl"]


def test_pages_of_corrections_do_not_overlap(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 1)
    for n in range(7):
        save_edits(db, item_id, {"name": f"B{n}"}, reviewer="ann")
    pages = [list_corrections(db, Filters(), limit=3, offset=offset) for offset in (0, 3, 6)]
    assert [c.after for page in pages for c in page] == [f"B{n}" for n in reversed(range(7))]


def test_csv_holds_every_correction_in_cells_no_spreadsheet_runs(db: Database, settings: Settings) -> None:
    (item_id,) = seed_records(db, settings, 1)
    save_edits(db, item_id, {"name": "=1+1", "gtin": "0012345678905"}, reviewer="ann")
    out = io.BytesIO()
    write_corrections(db, Filters(), out=out)
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"))))
    assert {row["field"]: row["after"] for row in rows} == {"name": "'=1+1", "gtin": "0012345678905\t"}
    assert {row["before"] for row in rows} == {NAME, "2000000000000\t"}


@pytest.mark.parametrize("act", ["save", "accept", "delete"])
def test_change_key_differs_after_every_change(db: Database, settings: Settings, act: str) -> None:
    (item_id,) = seed_records(db, settings, 1)
    before = change_key(db)
    assert change_key(db) == before
    {
        "save": lambda: save_edits(db, item_id, {"name": "B"}, reviewer="ann"),
        "accept": lambda: accept_record(db, item_id, reviewer="ann"),
        "delete": lambda: delete_item(db, item_id),
    }[act]()
    assert change_key(db) != before


def test_counting_corrections_reads_an_index_only(db: Database) -> None:
    statements: list[str] = []
    db.conn.set_trace_callback(statements.append)
    count_corrections(db, Filters(reviewer="ann", since=today()))
    db.conn.set_trace_callback(None)
    plan = " ".join(row["detail"] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {statements[-1]}"))
    assert "COVERING INDEX decisions_corrections" in plan
