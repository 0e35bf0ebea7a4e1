"""What a reviewer does to a record, and what a rerun must leave alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlite_utils import Database

from core.errors import Conflict, NotFound, NotRead
from core.records.standing import refresh_record
from core.reviewing import bulk, review
from core.reviewing.queue import count_waiting, next_item
from core.settings import Settings
from core.store import decisions, items, runs
from core.store.db import open_store
from core.store.decisions import Action, Outcome
from core.store.records import find_record
from core.types import FieldValue, Grade, Kind, Source, Status
from tests.seeding import seed_records


@pytest.fixture
def item(db: Database, settings: Settings) -> int:
    """A product that waits for review: brand, name, 250/500/750 g, production date, shelf life, claims …"""
    return seed_records(db, settings, 1)[0]


def value(db: Database, item: int, key: str) -> Any:
    field = review.load_record(db, item).fields.get(key)
    return field.value if field is not None else None


def rerun(db: Database, item: int, **values: Any) -> None:
    """Another reading of the item's photos that says something else."""
    fields = {key: FieldValue(value=value, sources=(Source.OCR,)) for key, value in values.items()}
    prediction = runs.Prediction(
        item_id=item, kind=Kind.PRODUCT, engine="ocr", run_ids=(), rules_version="2", cached=False, fields=fields
    )
    runs.put_prediction(db, prediction)
    refresh_record(db, item)


def history(db: Database, item: int) -> list[tuple[str, str]]:
    return [(one.field, one.action.value) for one in decisions.list_decisions(db, item)]


# Edits


def test_edit_becomes_the_standing_value_with_before_and_after(db: Database, item: int) -> None:
    proposed = review.load_record(db, item).proposed["brand"]
    review.save_edits(db, item, {"brand": " 新品牌 "}, reviewer="ann")
    (decision,) = decisions.list_decisions(db, item)
    assert (decision.action, decision.reviewer, decision.field) == (Action.CORRECT, "ann", "brand")
    assert decision.before is not None and decision.before.value == proposed.value
    assert decision.after is not None and decision.after.value == "新品牌"
    assert value(db, item, "brand") == "新品牌"


def test_typed_value_is_a_persons_and_keeps_the_place_on_the_photo(db: Database, item: int) -> None:
    before = review.load_record(db, item).fields["brand"]
    review.save_edits(db, item, {"brand": "New"}, reviewer="ann")
    after = review.load_record(db, item).fields["brand"]
    assert (after.sources, after.grade) == ((Source.HUMAN,), Grade.HIGH)
    assert (after.box, after.photo, after.lines) == (before.box, before.photo, before.lines)


@pytest.mark.parametrize("key", ["brand", "net_content", "production_date", "shelf_life", "nutrition", "claims"])
def test_text_equal_to_what_stands_is_no_decision(db: Database, item: int, key: str) -> None:
    view = review.load_record(db, item)
    version = review.save_edits(db, item, {key: f" {view.text(key)}\n"}, reviewer="ann")
    assert version == view.item.version
    assert history(db, item) == []


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("net_content", "1.5 kg", (1.5, "kg")),
        ("production_date", "2026年5月1日", ("2026-05-01", None)),
        ("claims", "低糖\n高蛋白", (["低糖", "高蛋白"], None)),
        ("production_date", "some day", ("some day", None)),
    ],
)
def test_text_is_understood_or_kept_as_typed(db: Database, item: int, key: str, text: str, expected: Any) -> None:
    review.save_edits(db, item, {key: text}, reviewer="ann")
    field = review.load_record(db, item).fields[key]
    assert (field.value, field.unit) == expected


def test_empty_text_means_not_on_the_label(db: Database, item: int) -> None:
    review.save_edits(db, item, {"brand": "  "}, reviewer="ann")
    assert history(db, item) == [("brand", "absent")]
    assert value(db, item, "brand") is None
    assert review.load_record(db, item).text("brand") == ""


def test_emptying_an_empty_field_is_no_decision(db: Database, item: int) -> None:
    review.save_edits(db, item, {"origin": ""}, reviewer="ann")
    assert history(db, item) == []


def test_field_the_machine_did_not_find_can_be_filled_in(db: Database, item: int) -> None:
    review.save_edits(db, item, {"origin": "上海"}, reviewer="ann")
    assert value(db, item, "origin") == "上海"


def test_unknown_field_is_refused_and_nothing_of_the_batch_is_stored(db: Database, item: int) -> None:
    with pytest.raises(NotFound, match="colour"):
        review.save_edits(db, item, {"brand": "New", "colour": "red"}, reviewer="ann")
    assert history(db, item) == []


# Conflicts


def test_edit_on_an_old_version_is_refused_and_names_who_was_first(db: Database, item: int) -> None:
    version = review.load_record(db, item).item.version
    review.save_edits(db, item, {"brand": "Bob's"}, reviewer="bob", version=version)
    with pytest.raises(Conflict, match="bob"):
        review.save_edits(db, item, {"brand": "Ann's"}, reviewer="ann", version=version)
    assert value(db, item, "brand") == "Bob's"


def test_conflict_names_the_person_of_the_last_verdict_too(db: Database, item: int) -> None:
    version = review.save_edits(db, item, {"brand": "Ann's"}, reviewer="ann")
    review.flag_record(db, item, "blurred", reviewer="bob", version=version)
    with pytest.raises(Conflict, match="bob"):
        review.accept_record(db, item, reviewer="ann", version=version)


def test_returned_version_lets_the_next_edit_pass(db: Database, item: int) -> None:
    version = review.load_record(db, item).item.version
    for text in ("A", "B", "C"):
        version = review.save_edits(db, item, {"brand": text}, reviewer="ann", version=version)
    assert value(db, item, "brand") == "C"


def test_rerun_is_no_conflict_for_who_reviews_meanwhile(db: Database, item: int) -> None:
    version = review.load_record(db, item).item.version
    rerun(db, item, brand="Other")
    review.save_edits(db, item, {"brand": "Ann's"}, reviewer="ann", version=version)
    assert value(db, item, "brand") == "Ann's"


def test_refused_acceptance_stores_none_of_its_edits(db: Database, item: int) -> None:
    review.save_edits(db, item, {"name": "x"}, reviewer="bob")
    with pytest.raises(Conflict):
        review.accept_record(db, item, {"brand": "Ann's"}, reviewer="ann", version=1)
    assert history(db, item) == [("name", "correct")]
    assert items.get_item(db, item).status is Status.REVIEW


# Verdicts


def test_acceptance_signs_the_whole_and_confirms_what_was_not_changed(db: Database, item: int) -> None:
    view = review.load_record(db, item)
    review.accept_record(db, item, {"brand": "New", "claims": ""}, reviewer="ann", seconds=12.5)
    (verdict,) = decisions.list_verdicts(db, item)
    assert (verdict.outcome, verdict.reviewer, verdict.seconds) == (Outcome.VERIFIED, "ann", 12.5)
    assert items.get_item(db, item).status is Status.VERIFIED
    actions = dict(history(db, item))
    assert actions.pop("brand") == "correct" and actions.pop("claims") == "absent"
    assert actions == dict.fromkeys(set(view.proposed) - {"brand", "claims"}, "confirm")


def test_every_field_is_decided_once_however_often_a_record_is_accepted(db: Database, item: int) -> None:
    review.accept_record(db, item, reviewer="ann")
    before = history(db, item)
    review.accept_record(db, item, reviewer="bob")
    assert history(db, item) == before


def test_confirmed_value_keeps_what_supported_it(db: Database, item: int) -> None:
    review.accept_record(db, item, reviewer="ann")
    assert review.load_record(db, item).fields["brand"].sources == (Source.OCR, Source.HUMAN)


def test_verified_record_has_no_doubts_left(db: Database, item: int) -> None:
    assert find_record(db, item).doubts > 0  # type: ignore[union-attr]
    review.accept_record(db, item, reviewer="ann")
    assert find_record(db, item).doubts == 0  # type: ignore[union-attr]


def test_flagged_record_leaves_the_queue_with_its_reason(db: Database, item: int) -> None:
    review.flag_record(db, item, "blurred", reviewer="ann")
    assert next_item(db) is None
    assert items.get_item(db, item).reason == "blurred"


def test_reopened_record_waits_again_and_keeps_its_decisions(db: Database, item: int) -> None:
    review.accept_record(db, item, {"brand": "New"}, reviewer="ann")
    review.reopen_record(db, item, reviewer="bob")
    assert next_item(db) == item
    assert value(db, item, "brand") == "New"


def test_waiting_counts_what_is_left(db: Database, settings: Settings) -> None:
    made = seed_records(db, settings, 3, 2)
    review.accept_record(db, made[0], reviewer="ann")
    assert (count_waiting(db), count_waiting(db, "product"), count_waiting(db, "ad")) == (4, 2, 2)


# Reruns and resets


def test_rerun_never_overwrites_a_correction(db: Database, item: int) -> None:
    review.save_edits(db, item, {"brand": "Ann's", "claims": ""}, reviewer="ann")
    rerun(db, item, brand="Machine again", name="Machine's name", claims=["low fat"])
    assert value(db, item, "brand") == "Ann's"
    assert value(db, item, "claims") is None
    assert value(db, item, "name") == "Machine's name", "what nobody decided follows the newest reading"


def test_rerun_never_overwrites_a_confirmation(db: Database, item: int) -> None:
    brand = value(db, item, "brand")
    review.accept_record(db, item, reviewer="ann")
    rerun(db, item, brand="Machine again")
    assert value(db, item, "brand") == brand
    assert items.get_item(db, item).status is Status.VERIFIED


def test_rerun_that_finds_less_takes_nothing_away_that_was_confirmed(db: Database, item: int) -> None:
    review.accept_record(db, item, reviewer="ann")
    before = {key: field.value for key, field in review.load_record(db, item).fields.items()}
    rerun(db, item)
    assert {key: field.value for key, field in review.load_record(db, item).fields.items()} == before


def test_reset_field_follows_the_machine_again(db: Database, item: int) -> None:
    proposed = value(db, item, "brand")
    review.save_edits(db, item, {"brand": "Ann's"}, reviewer="ann")
    review.reset_field(db, item, "brand", reviewer="ann")
    assert value(db, item, "brand") == proposed
    rerun(db, item, brand="Machine again")
    assert value(db, item, "brand") == "Machine again"


def test_field_reset_before_acceptance_is_confirmed_like_any_other(db: Database, item: int) -> None:
    review.save_edits(db, item, {"brand": "Ann's"}, reviewer="ann")
    review.reset_field(db, item, "brand", reviewer="ann")
    review.accept_record(db, item, reviewer="ann")
    assert history(db, item).count(("brand", "confirm")) == 1


def test_findings_of_rules_follow_the_typed_value_at_once(db: Database, item: int) -> None:
    review.save_edits(db, item, {"gtin": "6901234567890"}, reviewer="ann")
    assert review.load_record(db, item).fields["gtin"].findings
    review.save_edits(db, item, {"gtin": "6901234567892"}, reviewer="ann")
    assert not review.load_record(db, item).fields["gtin"].findings


# Many records at once


def test_one_conflict_does_not_stop_the_others(db: Database, settings: Settings) -> None:
    a, b, c = seed_records(db, settings, 3)
    with open_store(settings) as other:
        review.save_edits(other, b, {"name": "Bob's"}, reviewer="bob")
    edits = {a: {"brand": "A", "name": "x"}, b: {"brand": "B"}, c: {"brand": "C"}}
    report = bulk.save_all(db, edits, {a: 1, b: 1, c: 1}, reviewer="ann")
    assert (report.done, report.fields) == ((a, c), 3)
    (refusal,) = report.refused
    assert (refusal.item_id, refusal.texts) == (b, {"brand": "B"})
    assert isinstance(refusal.error, Conflict)
    assert [value(db, item, "brand") for item in (a, c)] == ["A", "C"]


def test_deleted_record_is_refused_with_what_was_typed_for_it(db: Database, item: int) -> None:
    items.delete_item(db, item)
    report = bulk.save_all(db, {item: {"brand": "A"}}, {item: 1}, reviewer="ann")
    assert report.done == () and isinstance(report.refused[0].error, NotFound)
    assert report.refused[0].texts == {"brand": "A"}


def test_unread_record_cannot_be_accepted_unseen(db: Database, settings: Settings, item: int) -> None:
    unread = items.create_item(db, kind="auto")
    report = bulk.accept_all(db, {item: 1, unread: 1}, reviewer="ann")
    assert report.done == (item,)
    assert isinstance(report.refused[0].error, NotRead)
    assert items.get_item(db, unread).status is Status.QUEUED


def test_accepting_a_verified_record_again_adds_no_verdict(db: Database, item: int) -> None:
    review.accept_record(db, item, reviewer="ann")
    version = items.get_item(db, item).version
    assert bulk.accept_all(db, {item: version}, reviewer="bob").done == (item,)
    assert [verdict.reviewer for verdict in decisions.list_verdicts(db, item)] == ["ann"]


def test_record_changed_meanwhile_is_not_accepted_unseen(db: Database, item: int) -> None:
    review.save_edits(db, item, {"brand": "Bob's"}, reviewer="bob")
    report = bulk.accept_all(db, {item: 1}, reviewer="ann")
    assert isinstance(report.refused[0].error, Conflict)
    assert items.get_item(db, item).status is Status.REVIEW


def test_deleting_several_reports_the_one_already_gone(db: Database, settings: Settings) -> None:
    a, b = seed_records(db, settings, 2)
    items.delete_item(db, a)
    report = bulk.delete_all(db, [a, b], reviewer="ann")
    assert report.done == (b,) and isinstance(report.refused[0].error, NotFound)


# History


def changes(db: Database, item: int, key: str) -> list[int]:
    """Ids of the decisions about a field, oldest first."""
    return [one.id for one in decisions.list_decisions(db, item) if one.field == key]


def test_a_field_is_restored_to_what_it_was_before_any_of_its_changes(db: Database, item: int) -> None:
    read = value(db, item, "brand")
    for text in ("First", "Second", ""):
        review.save_edits(db, item, {"brand": text}, reviewer="ann")
    first, second, absent = changes(db, item, "brand")
    for decision, expected in ((absent, "Second"), (second, "First"), (first, read)):
        review.restore_field(db, item, decision, reviewer="bob")
        assert value(db, item, "brand") == expected
    assert len(changes(db, item, "brand")) == 6, "a restore is kept like any other change"


def test_what_was_absent_before_is_absent_again(db: Database, item: int) -> None:
    review.save_edits(db, item, {"brand": ""}, reviewer="ann")
    review.save_edits(db, item, {"brand": "Typed"}, reviewer="ann")
    review.restore_field(db, item, changes(db, item, "brand")[1], reviewer="bob")
    field = review.load_record(db, item).fields["brand"]
    assert (field.value, field.sources) == (None, (Source.HUMAN,))


def test_a_restored_machine_value_stays_when_the_machine_has_changed_its_mind(db: Database, item: int) -> None:
    read = value(db, item, "brand")
    review.save_edits(db, item, {"brand": "Typed"}, reviewer="ann")
    rerun(db, item, brand="Read otherwise")
    review.restore_field(db, item, changes(db, item, "brand")[0], reviewer="bob")
    assert value(db, item, "brand") == read


def test_a_field_filled_in_by_hand_is_empty_again(db: Database, item: int) -> None:
    review.save_edits(db, item, {"storage": "Cool and dry"}, reviewer="ann")
    review.restore_field(db, item, changes(db, item, "storage")[0], reviewer="bob")
    assert "storage" not in review.load_record(db, item).fields


def test_a_decision_about_another_record_restores_nothing(db: Database, settings: Settings) -> None:
    one, other = seed_records(db, settings, 2)
    review.save_edits(db, other, {"brand": "Typed"}, reviewer="ann")
    with pytest.raises(NotFound, match="Decision"):
        review.restore_field(db, one, changes(db, other, "brand")[0], reviewer="bob")


def test_a_restore_on_an_old_version_is_refused(db: Database, item: int) -> None:
    version = review.save_edits(db, item, {"brand": "Typed"}, reviewer="ann")
    review.save_edits(db, item, {"name": "Meanwhile"}, reviewer="bob")
    with pytest.raises(Conflict):
        review.restore_field(db, item, changes(db, item, "brand")[0], reviewer="ann", version=version)
