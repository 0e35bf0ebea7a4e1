"""Accepting without a look: what may be promised, what a rule does to new values, and when it ends."""

from __future__ import annotations

from random import Random

import pytest
from sqlite_utils import Database

from core.autoaccept import PROMISES, accept_unseen, end_broken_rules, list_offers, refresh_offers, turn_off, turn_on
from core.autoaccept.audit import AUDIT_SHARE, EVIDENCE, audit_of, e_value
from core.autoaccept.bounds import (
    ALLOWANCE,
    FIRST_LOOK,
    find_threshold,
    level_of,
    look_of,
    needed_for_look,
    upper_bound,
)
from core.errors import NotFound
from core.records.proposals import store_proposal
from core.reviewing.review import accept_record, load_record, save_edits
from core.store import autoaccept as store
from core.store import decisions, items, runs
from core.store.autoaccept import Rule
from core.store.decisions import Action
from core.store.judgements import JudgedField, JudgedRecord, Judgement, put_judgement
from core.types import FieldValue, Kind, Source, Status
from tests.learning import as_fields, gtin, read_item, recalled
from tests.simulation.histories import play_history

# What may be promised


@pytest.mark.parametrize(
    ("wrong", "total", "level", "bound"),
    [
        (0, 0, 0.05, 1.0),
        (0, 59, 0.05, 0.0495),  # the rule of three: 3 / n
        (1, 100, 0.05, 0.0466),  # Clopper and Pearson's exact limits, one-sided
        (10, 100, 0.025, 0.1762),
        (5, 5, 0.05, 1.0),
    ],
)
def test_the_upper_bound_is_the_exact_one(wrong: int, total: int, level: float, bound: float) -> None:
    assert upper_bound(wrong, total, level) == pytest.approx(bound, abs=1e-4)


def test_looks_are_taken_when_the_judged_values_have_doubled() -> None:
    assert [look_of(n) for n in (0, 199, 200, 399, 400, 799, 800, 6400)] == [0, 0, 1, 1, 2, 2, 3, 6]
    assert [needed_for_look(look) for look in (1, 2, 6)] == [200, 400, 6400]
    assert sum(level_of(look) * len(PROMISES) for look in range(1, 10_000)) == pytest.approx(ALLOWANCE, abs=1e-4)


def test_a_field_without_errors_is_accepted_as_far_down_as_it_was_judged() -> None:
    found = find_threshold([(0.9, True)] * 300 + [(0.5, True)] * 200, 0.02, level_of(2))
    assert found is not None and (found.score, found.accepted, found.wrong) == (0.5, 500, 0)


def test_the_threshold_stays_above_scores_that_are_often_wrong() -> None:
    history = [(0.9, True)] * 500 + [(0.5, True)] * 300 + [(0.5, False)] * 100
    found = find_threshold(history, 0.02, level_of(2))
    assert found is not None and found.score == 0.9 and found.share == pytest.approx(500 / 900)


@pytest.mark.parametrize(
    "history",
    [[], [(0.9, True)] * 60, [(0.9, True)] * 200 + [(0.9, False)] * 20],
    ids=["nothing", "too little", "too many errors"],
)
def test_nothing_is_offered_where_the_data_does_not_vouch_for_it(history: list[tuple[float, bool]]) -> None:
    assert find_threshold(history, 0.02, level_of(1)) is None


def test_promises_hold_in_simulated_histories() -> None:
    """`make bench ARGS=autoaccept` plays more of them."""
    played = [play_history(seed) for seed in range(20)]
    assert sum(each.broken > 0 for each in played) <= 1, "in 19 of 20 at least"
    assert sum(each.made > 0 for each in played) >= 10, "where nothing is offered, nothing is tested"


@pytest.mark.parametrize("promise", PROMISES)
def test_an_error_just_above_the_promise_is_hardly_ever_promised(promise: float) -> None:
    """The worst case: a whole field a little worse than what is asked for, looked at as often as there are looks."""
    false = 0
    for seed in range(200):
        chance = Random(seed)
        values = [(chance.choice((0.6, 0.8, 0.9)), chance.random() >= 1.05 * promise) for _ in range(3200)]
        sizes = [FIRST_LOOK * 2**n for n in range(5)]
        false += any(find_threshold(values[:n], promise, level_of(look_of(n))) for n in sizes)
    assert false / 200 <= ALLOWANCE


# The audit


@pytest.mark.parametrize(
    ("wrong", "total", "broken"),
    [(0, 0, False), (0, 500, False), (1, 20, False), (1, 50, False), (5, 50, True), (8, 400, False), (24, 400, True)],
)
def test_an_audit_ends_a_rule_only_on_strong_evidence(wrong: int, total: int, broken: bool) -> None:
    assert (e_value(wrong, total, 0.02) >= EVIDENCE) is broken


def test_a_rule_that_keeps_its_promise_seldom_ends_however_often_the_audit_is_looked_at() -> None:
    ended = 0
    for seed in range(200):
        chance, wrong = Random(seed), 0
        for total in range(1, 400):
            wrong += chance.random() < 0.02
            if e_value(wrong, total, 0.02) >= EVIDENCE:
                ended += 1
                break
    assert ended / 200 <= 1 / EVIDENCE


# Rules at work

VERSION = "r1 p1"


def judge(db: Database, count: int, right: int, field: str = "brand", score: float = 0.8) -> None:
    """So many verified records with one judged value each, the first `right` of them kept."""
    for number in range(count):
        item_id = items.create_item(db, kind=Kind.PRODUCT)
        record = JudgedRecord(
            item_id=item_id, version=1, kind="product", engine="ocr", revision="r1", prompt="p1", brand="",
            reviewer="ann", seconds=None, at="2026-01-01", touched=0, unseen=0,
        )  # fmt: skip
        judged = JudgedField(field=field, outcome="kept" if number < right else "changed", score=score)
        put_judgement(db, Judgement(record=record, fields=(judged,), lessons=(), confusions=()))


def read(db: Database, item_id: int, brand: str, revision: str = "r1", **more: FieldValue) -> runs.Prediction:
    """A new reading of an item by a version of the engine."""
    run = runs.Run(
        blob="b", cache_key="k", kind=Kind.PRODUCT, engine="ocr", revision=revision, prompt_version="p1",
        schema_version="s", params={}, reader="x", partial=False, fields={}, raw_text="", ms=1.0,
    )  # fmt: skip
    fields = as_fields(brand=brand) | more
    prediction = runs.Prediction(
        item_id=item_id, kind=Kind.PRODUCT, engine="ocr", run_ids=(runs.put_run(db, run),), rules_version="t",
        cached=False, fields=fields,
    )  # fmt: skip
    return prediction.model_copy(update={"id": runs.put_prediction(db, prediction)})


def waiting(db: Database) -> int:
    item_id = items.create_item(db, kind=Kind.PRODUCT)
    items.set_status(db, item_id, Status.REVIEW)
    return item_id


@pytest.fixture
def rule(db: Database) -> Rule:
    """Brands from a score of 0.8 on are accepted at 5 %."""
    judge(db, 400, 398)
    refresh_offers(db)
    return turn_on(db, "product", "ocr", "brand", 0.05, reviewer="ann")


def always() -> float:
    return 0.99


def never() -> float:
    return 0.0


def test_before_the_first_look_nothing_is_offered_and_nothing_can_be_turned_on(db: Database) -> None:
    judge(db, FIRST_LOOK - 1, FIRST_LOOK - 1)
    assert refresh_offers(db) == 0 and list_offers(db) == []
    with pytest.raises(NotFound, match=r"product · ocr · brand · 5%"):
        turn_on(db, "product", "ocr", "brand", 0.05, reviewer="ann")


def test_an_offer_says_how_much_would_be_accepted_at_which_error(db: Database) -> None:
    judge(db, 400, 398)
    assert refresh_offers(db) == 1 and refresh_offers(db) == 0, "one look, and not again on the same data"
    (offered,) = list_offers(db)
    assert offered.rule is None and (offered.offer.judged, offered.offer.needed) == (400, 400)
    chosen = offered.offer.at(0.05)
    assert chosen is not None and (chosen.share, chosen.wrong) == (1.0, 2) and chosen.bound <= 0.05
    assert offered.offer.at(0.01) is None


def test_nothing_is_accepted_before_a_person_turns_it_on(db: Database) -> None:
    judge(db, 400, 400)
    refresh_offers(db)
    assert accept_unseen(db, read(db, waiting(db), "麦朵叮"), always) == 0


def test_a_value_with_enough_support_is_accepted_and_visible_as_such(db: Database, rule: Rule) -> None:
    item = waiting(db)
    assert accept_unseen(db, read(db, item, "麦朵叮"), always) == 1
    (decision,) = decisions.list_decisions(db, item)
    assert (decision.action, decision.field, decision.reviewer) == (Action.AUTO, "brand", "auto")
    assert Source.AUTO in load_record(db, item).fields["brand"].sources


def test_weaker_values_and_other_fields_go_to_a_person(db: Database, rule: Rule) -> None:
    weak = as_fields(brand="x")["brand"].model_copy(update={"clarity": 0.7, "alternatives": ("y",)})
    prediction = read(db, waiting(db), "麦朵叮", **as_fields(name="曲奇"))
    fields = prediction.fields | {"brand": weak}
    assert accept_unseen(db, prediction.model_copy(update={"fields": fields}), always) == 0


def test_the_audit_keeps_a_value_for_a_person_who_is_not_told(db: Database, rule: Rule) -> None:
    item = waiting(db)
    prediction = read(db, item, "麦朵叮")
    assert accept_unseen(db, prediction, never) == 0
    assert decisions.list_decisions(db, item) == [] and store.find_draw(db, item, "brand") == (rule.id, True)
    assert accept_unseen(db, prediction, always) == 0, "once kept for a person, always kept"


def test_about_one_in_twenty_is_audited(db: Database, rule: Rule) -> None:
    chance = Random(1)
    passed = sum(accept_unseen(db, read(db, waiting(db), "麦朵叮"), chance.random) for _ in range(300))
    assert 300 - passed == pytest.approx(300 * AUDIT_SHARE, abs=11), "three standard deviations"


def test_what_a_person_decided_is_left_alone(db: Database, rule: Rule) -> None:
    item = read_item(db, as_fields(brand="麦朵町"))
    save_edits(db, item, {"brand": "麦朵叮"}, reviewer="ann")
    assert accept_unseen(db, read(db, item, "麦朵町"), always) == 0
    done = read_item(db, as_fields(brand="麦朵叮"))
    accept_record(db, done, reviewer="ann")
    assert accept_unseen(db, read(db, done, "麦朵町"), always) == 0


def test_another_reading_takes_back_what_was_accepted_and_is_judged_anew(db: Database, rule: Rule) -> None:
    item = waiting(db)
    accept_unseen(db, read(db, item, "麦朵町"), always)
    accept_unseen(db, read(db, item, "麦朵叮"), always)
    assert [each.action for each in decisions.list_decisions(db, item)] == [Action.AUTO, Action.RESET, Action.AUTO]
    assert load_record(db, item).fields["brand"].value == "麦朵叮"


def test_a_person_may_still_change_what_was_accepted(db: Database, rule: Rule) -> None:
    item = waiting(db)
    accept_unseen(db, read(db, item, "麦朵町"), always)
    accept_record(db, item, {"brand": "麦朵叮"}, reviewer="ann")
    assert load_record(db, item).fields["brand"].value == "麦朵叮"
    assert audit_of(db, rule).draws.changed == 1


def test_what_was_accepted_unseen_is_no_evidence_and_teaches_nothing(db: Database, rule: Rule) -> None:
    item = waiting(db)
    accept_unseen(db, read(db, item, "麦朵叮", **as_fields(gtin=gtin(1), name="曲奇")), always)
    accept_record(db, item, reviewer="ann")
    rows = db.conn.execute("SELECT field FROM judged_fields WHERE item_id = ?", (item,)).fetchall()
    assert {row["field"] for row in rows} == {"gtin", "name"}
    assert recalled(db, as_fields(gtin=gtin(1))) == {"name": "曲奇"}
    row = db.conn.execute("SELECT unseen, touched FROM judged_records WHERE item_id = ?", (item,)).fetchone()
    assert (row["unseen"], row["touched"]) == (1, 0)


# How a rule ends


def test_turning_off_ends_a_rule_and_keeps_what_it_accepted(db: Database, rule: Rule) -> None:
    item = waiting(db)
    accept_unseen(db, read(db, item, "麦朵叮"), always)
    turn_off(db, rule.id, reviewer="bea")
    assert accept_unseen(db, read(db, waiting(db), "麦朵叮"), always) == 0
    assert load_record(db, item).fields["brand"].value == "麦朵叮"
    (offered,) = list_offers(db)
    assert offered.rule is None and offered.last is not None and offered.last.ended_by == "bea"


def test_another_version_of_the_engine_ends_a_rule_with_a_message(db: Database, rule: Rule) -> None:
    assert accept_unseen(db, read(db, waiting(db), "麦朵叮", revision="r2"), always) == 0
    (offered,) = list_offers(db)
    assert offered.last is not None and offered.last.ended is not None
    assert "another version" in offered.last.ended.en and "版本" in offered.last.ended.zh


def test_drift_in_the_audit_ends_a_rule_by_itself_with_the_figures(db: Database, rule: Rule) -> None:
    kept_for_people = [waiting(db) for _ in range(12)]
    for item in kept_for_people:
        accept_unseen(db, read(db, item, "麦朵町"), never)
    for number, item in enumerate(kept_for_people):
        accept_record(db, item, {"brand": "麦朵叮"} if number % 2 else {}, reviewer="ann")
    assert [each.id for each in end_broken_rules(db)] == [rule.id]
    (offered,) = list_offers(db)
    assert offered.rule is None and offered.last is not None and offered.last.ended_by == "ShelfLens"
    assert offered.last.ended is not None and "Of 12 values" in offered.last.ended.en
    assert "12 个值中有 6 个" in offered.last.ended.zh


def test_a_broken_rule_accepts_nothing_more_before_anybody_has_looked_at_the_audit(db: Database, rule: Rule) -> None:
    for _ in range(5):
        item = waiting(db)
        accept_unseen(db, read(db, item, "麦朵町"), never)
        accept_record(db, item, {"brand": "麦朵叮"}, reviewer="ann")
    assert accept_unseen(db, read(db, waiting(db), "麦朵町"), always) == 0
    assert store.list_active(db) == []


def test_values_that_people_came_upon_and_changed_end_a_rule_too(db: Database, rule: Rule) -> None:
    for _ in range(12):
        item = waiting(db)
        accept_unseen(db, read(db, item, "麦朵町"), always)
        save_edits(db, item, {"brand": "麦朵叮"}, reviewer="ann")
    assert len(end_broken_rules(db)) == 1


def test_a_rule_is_replaced_by_one_with_another_promise(db: Database) -> None:
    judge(db, 800, 800)
    refresh_offers(db)
    for promise in (0.05, 0.01):
        turn_on(db, "product", "ocr", "brand", promise, reviewer="ann")
    assert [rule.promise for rule in store.list_active(db)] == [0.01]


def test_reading_applies_the_rules(db: Database, rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.autoaccept.rules.AUDIT_SHARE", -1.0)
    item = waiting(db)
    store_proposal(db, read(db, item, "麦朵叮"))
    assert [each.action for each in decisions.list_decisions(db, item)] == [Action.AUTO]
