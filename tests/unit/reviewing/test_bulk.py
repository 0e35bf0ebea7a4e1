"""Many records at once: what would change, taking it back, and which of them pass unseen."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from core.errors import Conflict, NotFound
from core.learning.calibration import calibrate
from core.records.standing import refresh_record
from core.reviewing import bin, bulk, passing, review
from core.reviewing.passing import Held, find_passing
from core.settings import Settings
from core.store import decisions, items, runs
from core.store.records import Filters
from core.types import Bilingual, Fields, Grade, Kind, Source, Status
from tests.seeding import product_fields, read_value, seed_records

GTIN = "6901234567892"
"""With a check digit that is right."""


def value(db: Database, item: int, key: str) -> Any:
    field = review.load_record(db, item).fields.get(key)
    return field.value if field is not None else None


def versions(db: Database, *made: int) -> dict[int, int]:
    return {item: items.get_item(db, item).version for item in made}


def clean_fields(number: int) -> Fields:
    """Fields that no rule has anything to say about, of goods that no standard asks particulars of."""
    return {"name": read_value(f"Mug {number}", 0), "brand": read_value("Northfield", 1)}


def seed_clean(db: Database, settings: Settings, count: int, **changed: Any) -> list[int]:
    """Records that pass, each with its fields replaced by `changed`."""
    made = seed_records(db, settings, count)
    for number, item in enumerate(made):
        predict(db, item, {**clean_fields(number), **changed})
    return made


def predict(db: Database, item: int, fields: Fields) -> None:
    prediction = runs.Prediction(
        item_id=item, kind=Kind.PRODUCT, engine="ocr", run_ids=(), rules_version="seed", cached=False, fields=fields
    )
    runs.put_prediction(db, prediction)
    refresh_record(db, item)


# What would change


def test_preview_names_what_changes_and_what_rules_will_say_and_changes_nothing(
    db: Database, settings: Settings
) -> None:
    a, b = seed_records(db, settings, 2)
    before = versions(db, a, b)
    brand = value(db, a, "brand")
    changes = bulk.preview(db, {a: {"brand": "New", "gtin": "6901234567890"}, b: {"gtin": GTIN}})
    assert [(one.item_id, one.spec.key, one.after) for one in changes] == [
        (a, "brand", "New"), (a, "gtin", "6901234567890"), (b, "gtin", GTIN),
    ]  # fmt: skip
    assert changes[0].before == brand
    assert [finding.rule for finding in changes[1].findings] == ["gtin_check_digit"]
    assert changes[2].findings == ()
    assert versions(db, a, b) == before and decisions.list_decisions(db, a) == []


def test_preview_leaves_out_what_stands_already_and_what_is_gone(db: Database, settings: Settings) -> None:
    a, b = seed_records(db, settings, 2)
    bin.delete_item(db, b, reviewer="bob")
    assert (
        bulk.preview(db, {a: {"brand": f" {value(db, a, 'brand')} "}, b: {"brand": "New"}, 999: {"brand": "x"}}) == []
    )


def test_preview_and_saving_agree(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    texts = {"net_content": "1 kg", "claims": "", "brand": "New", "production_date": "2026-13-45"}
    foreseen = {one.spec.key: one.findings for one in bulk.preview(db, {item: texts})}
    bulk.save_all(db, {item: texts}, {}, reviewer="ann")
    fields = review.load_record(db, item).fields
    assert {key: fields[key].findings for key in texts} == foreseen


# Taking it back


def test_edits_of_many_records_are_taken_back_at_once_and_history_keeps_both(db: Database, settings: Settings) -> None:
    a, b = seed_records(db, settings, 2)
    before = [review.load_record(db, item).fields for item in (a, b)]
    report = bulk.save_all(db, {a: {"brand": "X", "claims": ""}, b: {"brand": "X"}}, {}, reviewer="ann")
    assert bulk.undo_all(db, report.undo, reviewer="ann").done == (a, b)
    assert [review.load_record(db, item).fields for item in (a, b)] == before
    assert len(decisions.list_decisions(db, a)) == 4


def test_undo_brings_back_what_a_person_had_decided_before(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    review.save_edits(db, item, {"brand": "First", "claims": ""}, reviewer="ann")
    report = bulk.save_all(db, {item: {"brand": "Second", "claims": "Dry"}}, {}, reviewer="bob")
    bulk.undo_all(db, report.undo, reviewer="bob")
    fields = review.load_record(db, item).fields
    assert (fields["brand"].value, fields["brand"].sources) == ("First", (Source.HUMAN,))
    assert fields["claims"].value is None


@pytest.mark.parametrize("flagged", [False, True])
def test_acceptance_is_taken_back_with_the_status_and_the_doubts_it_had(
    db: Database, settings: Settings, flagged: bool
) -> None:
    (item,) = seed_records(db, settings, 1)
    if flagged:
        review.flag_record(db, item, "Blurred.", reviewer="bob")
    before = review.load_record(db, item)
    report = bulk.accept_all(db, versions(db, item), reviewer="ann")
    bulk.undo_all(db, report.undo, reviewer="ann")
    after = review.load_record(db, item)
    assert (after.item.status, after.item.reason, after.fields) == (
        before.item.status,
        before.item.reason,
        before.fields,
    )


def test_undo_leaves_alone_what_somebody_changed_since(db: Database, settings: Settings) -> None:
    a, b, c = seed_records(db, settings, 3)
    report = bulk.save_all(db, {item: {"brand": "X"} for item in (a, b, c)}, {}, reviewer="ann")
    review.save_edits(db, b, {"name": "Bob's"}, reviewer="bob")
    bin.delete_item(db, c, reviewer="bob")
    undone = bulk.undo_all(db, report.undo, reviewer="ann")
    assert undone.done == (a,)
    assert [type(one.error) for one in undone.refused] == [Conflict, NotFound]
    assert "bob" in undone.refused[0].error.message.en
    assert (value(db, b, "brand"), value(db, b, "name")) == ("X", "Bob's")


def test_undo_twice_is_refused(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    report = bulk.save_all(db, {item: {"brand": "X"}}, {}, reviewer="ann")
    bulk.undo_all(db, report.undo, reviewer="ann")
    assert isinstance(bulk.undo_all(db, report.undo, reviewer="ann").refused[0].error, Conflict)


def test_what_changed_nothing_leaves_nothing_to_take_back(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    assert bulk.save_all(db, {item: {"brand": value(db, item, "brand")}}, {}, reviewer="ann").undo == ()


def test_clock_that_goes_backwards_reorders_no_decision(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (item,) = seed_records(db, settings, 1)
    for day, text, who in ((20, "First", "ann"), (10, "Second", "bob"), (5, "Third", "cleo")):
        monkeypatch.setattr(decisions, "now", lambda day=day: f"2026-11-{day:02d}T08:00:00.000+00:00")
        report = bulk.save_all(db, {item: {"brand": text}}, {}, reviewer=who)
    assert value(db, item, "brand") == "Third"
    assert [one.after.value for one in decisions.list_decisions(db, item) if one.after] == ["First", "Second", "Third"]
    with pytest.raises(Conflict, match="changed by cleo"):
        review.save_edits(db, item, {"brand": "Late"}, reviewer="ann", version=1)
    bulk.undo_all(db, report.undo, reviewer="cleo")
    assert value(db, item, "brand") == "Second"


# What passes unseen


def test_only_records_that_nothing_speaks_against_pass(db: Database, settings: Settings) -> None:
    clean, other, doubtful, empty, partial, verified = seed_clean(db, settings, 6)
    predict(db, doubtful, {**clean_fields(1), "brand": read_value("N?rthfield", 1, grade=Grade.LOW)})
    predict(db, empty, {})
    items.set_status(db, partial, Status.REVIEW, error=Bilingual(en="Cut.", zh="中断。"))
    review.accept_record(db, verified, reviewer="ann")
    found = find_passing(db, Filters())
    assert set(found.versions) == {clean, other}
    assert found.held == {Held.DOUBTS: 1, Held.EMPTY: 1, Held.PARTIAL: 1}


def test_record_that_lacks_what_a_standard_asks_for_does_not_pass(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    lacking = {
        key: field for key, field in product_fields(1).items() if key in ("brand", "name", "net_content", "nutrition")
    }
    predict(db, item, {**lacking, "ingredients_text": read_value("燕麦，白砂糖，食用盐", 8)})
    assert review.load_record(db, item).findings
    assert find_passing(db, Filters()).held == {Held.LACKS: 1}


def test_passing_stays_within_the_filters(db: Database, settings: Settings) -> None:
    made = seed_clean(db, settings, 4)
    assert set(find_passing(db, Filters(items=(made[0], made[2]))).versions) == {made[0], made[2]}
    assert find_passing(db, Filters(kind="ad")).versions == {}


def test_error_it_implies_is_unknown_before_anything_was_measured(db: Database, settings: Settings) -> None:
    seed_clean(db, settings, 3)
    implied = find_passing(db, Filters()).implied
    assert (implied.values, implied.known, implied.share) == (6, 0, None)


def test_error_it_implies_is_what_verified_records_have_shown(db: Database, settings: Settings) -> None:
    made = seed_clean(db, settings, 105)
    judged, waiting = made[:100], made[100:]
    for place, item in enumerate(judged):
        edits = {"brand": "Other"} if place % 5 == 0 else {}
        review.accept_record(db, item, edits, reviewer="ann")
    calibrate(db)
    found = find_passing(db, Filters())
    assert set(found.versions) == set(waiting)
    assert found.implied.known == found.implied.values == 10
    assert found.implied.share == pytest.approx(0.1, abs=0.04), "a fifth of the brands, none of the names"


def test_records_are_looked_at_in_portions(db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    made = seed_clean(db, settings, 7)
    monkeypatch.setattr(passing, "CHUNK", 3)
    assert set(find_passing(db, Filters()).versions) == set(made)


def test_record_that_changed_after_it_was_seen_to_pass_is_not_accepted(db: Database, settings: Settings) -> None:
    a, b = seed_clean(db, settings, 2)
    found = find_passing(db, Filters())
    review.save_edits(db, b, {"brand": "Bob's"}, reviewer="bob")
    told: list[int] = []
    report = bulk.accept_all(db, found.versions, reviewer="ann", tell=told.append)
    assert report.done == (a,) and isinstance(report.refused[0].error, Conflict)
    assert told == [1, 2]
