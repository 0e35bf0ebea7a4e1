"""Calibrated probabilities against simulated histories whose true probabilities are known."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable

import pytest
from sqlite_utils import Database

from core.background import supervisor
from core.learning import calibration
from core.learning.calibration import (
    BORROWED,
    LEAST_JUDGED,
    LEAST_PLOTTED,
    Judged,
    calibrate,
    calibrated_records,
    cross_fit,
    find_curves,
    fit_curves,
    fold_of,
    is_due,
    list_measured,
    measure_reliability,
    read_history,
)
from core.learning.confidence import Curve, as_percent, evidence_score, with_confidence
from core.learning.feedback import Filters
from core.reviewing.review import accept_record, load_record, reopen_record, reset_field
from core.settings import Settings
from core.store.records import Filters as RecordFilters
from core.store.records import list_records
from core.types import Bilingual, FieldValue, Finding, Grade, Level, Source
from tests.seeding import seed_records

Truth = Callable[[float], float]

STEEP: Truth = lambda score: 1 / (1 + math.exp(-12 * (score - 0.45)))  # noqa: E731
FLAT: Truth = lambda score: 0.85 + 0.1 * score  # noqa: E731
OVERRATED: Truth = lambda score: 0.25 + 0.4 * score  # noqa: E731
TRUTHS = {"name": STEEP, "gtin": FLAT, "expiry_date": OVERRATED}


def history(truths: dict[str, Truth], records: int, seed: int, engine: str = "ocr") -> list[Judged]:
    """`records` verified records with one value of each field, right as often as its truth says."""
    chance = random.Random(seed)
    found = []
    for item in range(records):
        for field, truth in truths.items():
            score = chance.choice((0.1, 0.22, 0.3, 0.44, 0.5, 0.58, 0.7, 0.8, 0.88, 0.9))
            found.append(Judged("product", engine, field, item, score, chance.random() < truth(score)))
    return found


def mean_gap(curve: Curve, truth: Truth) -> float:
    scores = [0.1, 0.3, 0.5, 0.7, 0.9]
    return sum(abs(curve.at(score) - truth(score)) for score in scores) / len(scores)


@pytest.mark.parametrize("field", TRUTHS)
@pytest.mark.parametrize(("records", "allowed"), [(LEAST_JUDGED, 0.12), (500, 0.05), (5000, 0.025)])
def test_figures_come_as_near_to_the_truth_as_so_many_decisions_allow(field: str, records: int, allowed: float) -> None:
    """Mean over ten histories, so that one lucky draw does not pass for a method."""
    gaps = [mean_gap(fit_curves(history(TRUTHS, records, seed))[field], TRUTHS[field]) for seed in range(10)]
    assert sum(gaps) / len(gaps) < allowed


def test_calibration_lowers_the_error_on_records_it_has_not_seen() -> None:
    curves = fit_curves(history(TRUTHS, 800, seed=1))
    unseen = history(TRUTHS, 2000, seed=2)

    def error(said: Callable[[Judged], float]) -> float:
        groups: dict[float, list[Judged]] = {}
        for each in unseen:
            groups.setdefault(round(said(each), 1), []).append(each)
        gaps = [abs(sum(said(each) - each.right for each in group)) for group in groups.values()]
        return sum(gaps) / len(unseen)

    before, after = error(lambda each: each.score), error(lambda each: curves[each.field].at(each.score))
    assert before > 0.1
    assert after < before / 4


def test_shown_error_of_true_figures_is_what_chance_makes_and_far_below_the_raw_one() -> None:
    shown = measure_reliability(history(TRUTHS, 1500, seed=3))
    assert shown.needed == 0 and shown.judged == 4500
    assert shown.error < 0.03 < shown.raw_error
    assert shown.interval[0] <= shown.error <= shown.interval[1]
    assert 0 < shown.by_chance < 0.03
    assert sum(each.total for each in shown.bins) == 4500
    assert [each.said for each in shown.bins] == sorted(each.said for each in shown.bins)


def test_records_are_dealt_to_folds_without_a_pattern() -> None:
    """Every tenth record wrong, as where one reviewer corrects and another confirms: no fold gets them all."""
    shares = [[fold_of(item) for item in range(0, 5000, 10)].count(fold) / 500 for fold in range(5)]
    assert all(0.15 < share < 0.25 for share in shares)


def test_figures_that_stopped_being_true_show_a_large_error() -> None:
    """Half the records, dealt to other folds, follow another truth: no cross-fitted curve can be right for both."""
    before = [each for each in history({"name": STEEP}, 1000, seed=4) if fold_of(each.item) < 3]
    after = [each for each in history({"name": lambda score: 0.1}, 1000, seed=5) if fold_of(each.item) >= 3]
    assert measure_reliability(before + after).error > 0.2


def test_cross_fitting_never_judges_a_record_by_itself() -> None:
    """Labels drawn at random per record: a curve that saw its own records would seem to know them."""
    chance = random.Random(6)
    noise = [Judged("product", "ocr", "name", item, chance.random(), chance.random() < 0.5) for item in range(400)]
    said, told = cross_fit(noise)
    assert len(said) == len(told) == 400
    right = [p for p, each in zip(said, told, strict=True) if each.right]
    wrong = [p for p, each in zip(said, told, strict=True) if not each.right]
    assert abs(sum(right) / len(right) - sum(wrong) / len(wrong)) < 0.05


# Few decisions


def test_a_field_with_too_few_decisions_gets_no_figure() -> None:
    curves = fit_curves(history({"name": STEEP}, LEAST_JUDGED, 7) + history({"origin": FLAT}, LEAST_JUDGED - 1, 8))
    assert set(curves) == {"name"}


def test_a_young_field_leans_on_the_others_of_its_engine() -> None:
    """50 decisions, all right, near no evidence: the share said stays below certainty, as the other fields suggest."""
    others = history({"name": STEEP}, 2000, seed=9)
    young = [Judged("product", "ocr", "origin", item, 0.1, True) for item in range(LEAST_JUDGED)]
    said = fit_curves(others + young)["origin"].at(0.1)
    alone = fit_curves(young)["origin"].at(0.1)
    assert LEAST_JUDGED / (LEAST_JUDGED + BORROWED) - 0.01 <= said < alone < 1.0


def test_a_curve_never_falls_and_never_says_certain() -> None:
    always = [Judged("product", "ocr", "gtin", item, 0.8 + 0.1 * (item % 3), True) for item in range(300)]
    for curve in fit_curves(history(TRUTHS, 60, seed=10) + always).values():
        assert list(curve.shares) == sorted(curve.shares)
        assert curve.shares[0] > 0.0 and curve.shares[-1] < 1.0


@pytest.mark.parametrize("records", [0, 1, 30])
def test_the_plot_says_how_many_decisions_it_still_needs(records: int) -> None:
    shown = measure_reliability(history({"name": STEEP}, records, seed=11))
    assert shown.bins == () and shown.needed == LEAST_PLOTTED


def test_engines_are_measured_apart() -> None:
    both = history({"name": STEEP}, 300, 12) + history({"name": lambda score: 0.02}, 300, 13, engine="qwen3vl")
    shown = measure_reliability(both)
    assert shown.error < 0.05, "one curve for both would be wrong for each"


# The score


def value(**more: object) -> FieldValue:
    return FieldValue.model_validate({"value": "x", "sources": (Source.OCR,), **more})


def finding(level: Level) -> Finding:
    return Finding(rule="r", version=1, level=level, message=Bilingual(en="-", zh="-"))


WEAKER_TO_STRONGER = [
    (value(grade=Grade.LOW), value(grade=Grade.MEDIUM)),
    (value(grade=Grade.MEDIUM), value(grade=Grade.HIGH)),
    (value(grade=Grade.HIGH, clarity=0.85), value(grade=Grade.HIGH, clarity=0.99)),
    (value(grade=Grade.HIGH), value(grade=Grade.HIGH, sources=(Source.OCR, Source.VLM))),
    (value(grade=Grade.HIGH, findings=(finding(Level.ERROR),)), value(grade=Grade.HIGH)),
    (
        value(grade=Grade.HIGH, findings=(finding(Level.WARNING),)),
        value(grade=Grade.HIGH, findings=(finding(Level.REVIEW),)),
    ),
    (value(grade=Grade.MEDIUM, alternatives=("y",)), value(grade=Grade.MEDIUM)),
]


@pytest.mark.parametrize(("weaker", "stronger"), WEAKER_TO_STRONGER)
def test_more_support_scores_higher(weaker: FieldValue, stronger: FieldValue) -> None:
    assert 0.0 <= evidence_score(weaker) < evidence_score(stronger) <= 1.0


def test_a_persons_word_is_no_evidence_of_the_machine_and_gets_no_figure() -> None:
    confirmed = value(grade=Grade.HIGH, sources=(Source.OCR, Source.HUMAN))
    assert evidence_score(confirmed) == evidence_score(value(grade=Grade.HIGH))
    curve = Curve(scores=(0.0, 1.0), shares=(0.1, 0.9), judged=50)
    fields = {"name": confirmed, "brand": value(grade=Grade.MEDIUM), "gtin": FieldValue(value=None)}
    given = with_confidence(fields, dict.fromkeys(fields, curve))
    assert [given[key].confidence for key in fields] == [None, 0.5, None]


@pytest.mark.parametrize(("confidence", "shown"), [(0.004, "1%"), (0.5, "50%"), (0.972, "97%"), (0.998, "99%")])
def test_no_value_is_shown_as_certain(confidence: float, shown: str) -> None:
    assert as_percent(confidence) == shown


@pytest.mark.parametrize(("score", "share"), [(0.0, 0.2), (0.2, 0.2), (0.5, 0.5), (0.8, 0.8), (1.0, 0.8)])
def test_a_curve_is_read_between_its_points_and_flat_beyond_them(score: float, share: float) -> None:
    assert Curve(scores=(0.2, 0.8), shares=(0.2, 0.8), judged=9).at(score) == pytest.approx(share)


# From the store


def verify(db: Database, settings: Settings, count: int) -> list[int]:
    """Verifies seeded products; the name of every third one is corrected."""
    seeded = seed_records(db, settings, count, photos=2)
    for number, item in enumerate(seeded):
        accept_record(db, item, {"name": f"Oats {number}"} if number % 3 == 0 else None, reviewer="ann")
    return seeded


def test_history_holds_what_was_proposed_and_what_became_of_it(db: Database, settings: Settings) -> None:
    verify(db, settings, 9)
    names = [each for each in read_history(db) if each.field == "name"]
    assert [each.right for each in sorted(names, key=lambda each: each.item)] == [False, True, True] * 3
    assert {(each.kind, each.engine) for each in names} == {("product", "ocr")}
    assert len(read_history(db, Filters(field="gtin"))) == 9
    assert read_history(db, Filters(reviewer="bob")) == []


def test_what_was_taken_back_or_reopened_is_no_observation(db: Database, settings: Settings) -> None:
    first, second, *_ = verify(db, settings, 3)
    reopen_record(db, first, reviewer="ann")
    reset_field(db, second, "name", reviewer="ann")
    names = [each for each in read_history(db) if each.field == "name"]
    assert first not in {each.item for each in names}
    assert second not in {each.item for each in names}


def test_stored_curves_give_every_open_value_its_figure(db: Database, settings: Settings) -> None:
    verify(db, settings, LEAST_JUDGED + 4)
    (open_item,) = seed_records(db, settings, 1)
    assert load_record(db, open_item).fields["name"].confidence is None
    assert calibrate(db) >= 8
    (measured,) = list_measured(db, Filters())
    assert measured.reliability.fields["name"] == LEAST_JUDGED + 4
    assert measured.reliability.bins and measured.reliability.needed == 0
    assert list_measured(db, Filters(engine="qwen3vl")) == []
    name = load_record(db, open_item).fields["name"]
    assert name.confidence == pytest.approx(2 / 3, abs=0.1)
    (shown,) = [each for each in list_records(db, RecordFilters()) if each.item_id == open_item]
    assert calibrated_records(db, [shown])[0].fields["name"].confidence == name.confidence


def test_a_calibration_is_due_again_only_after_more_verdicts(db: Database, settings: Settings) -> None:
    assert not is_due(db)
    verify(db, settings, 12)
    assert is_due(db)
    calibrate(db)
    assert not is_due(db)
    verify(db, settings, 12)
    assert is_due(db)


def test_the_server_calibrates_by_itself_and_outlives_a_failure(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(db, settings, LEAST_JUDGED)
    monkeypatch.setattr(supervisor, "CALIBRATE_S", 0.0)
    watchdog = supervisor.Supervisor(settings)
    monkeypatch.setattr(supervisor, "is_due", lambda db: 1 / 0)
    watchdog._calibrate_when_due()
    assert find_curves(db, "product", "ocr") == {}
    monkeypatch.setattr(supervisor, "is_due", is_due)
    watchdog._calibrate_when_due()
    assert find_curves(db, "product", "ocr")


def test_curves_of_another_score_are_not_used(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify(db, settings, LEAST_JUDGED)
    calibrate(db)
    assert find_curves(db, "product", "ocr")
    monkeypatch.setattr(calibration, "VERSION", "another")
    assert find_curves(db, "product", "ocr") == {}


def test_two_hundred_thousand_decisions_are_fitted_within_seconds() -> None:
    many = history(dict.fromkeys(map(str, range(20)), STEEP), 10_000, seed=14)
    start = time.perf_counter()
    assert len(fit_curves(many)) == 20
    assert time.perf_counter() - start < 10
