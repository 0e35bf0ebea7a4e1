"""Caches, reruns, partial items: the pipeline with readers and an engine whose answers are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlite_utils import Database

from core.engines.base import EngineInput, EngineOutput, Stopped
from core.engines.embedded import engine as embedded_engine
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.refusals import FAILURES
from core.errors import EngineFailed, NotEnoughMemory, StorageFull, UnusableAnswer
from core.incoming.intake import Batch, Grouping, Upload, accept, read_again
from core.reading import keys, pipeline
from core.reading.pipeline import Cancelled, PhotoResult, Tools, read_photo, run_job
from core.reviewing.review import accept_record, load_record, reopen_record, save_edits
from core.schema import load_schema
from core.settings import Settings
from core.store import items, jobs, records, runs
from core.types import FieldValue, Grade, Kind, Line, Readings, Source, Status
from tests.seeding import picture


class CountingReaders:
    """Stands in for OCR: reads one fixed line and counts how often it is asked."""

    def __init__(self) -> None:
        self.version, self.reads = "reader-1", 0

    def read(self, image: Image.Image) -> Readings:
        self.reads += 1
        line = Line(text="净含量 500g", box=(0, 0, 10, 10), score=0.9)
        return Readings(width=image.width, height=image.height, lines=(line,))


class QueuedEngine:
    """Answers with the queued replies in turn, then with the last one; an exception is raised."""

    name, prompt_version = "queued", "1"

    def __init__(self, *replies: EngineOutput | Exception) -> None:
        self.revision, self.params, self.asked = "r1", dict[str, Any](), 0
        self._replies = list(replies)

    def extract(self, given: EngineInput) -> EngineOutput:
        self.asked += 1
        if given.stopped():
            raise Stopped
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply


def named(text: str, **more: Any) -> EngineOutput:
    return EngineOutput(fields={"name": FieldValue(value=text, raw=text, sources=(Source.OCR,))}, **more)


def make_tools(settings: Settings, *replies: EngineOutput | Exception) -> Tools:
    return Tools(settings, CountingReaders(), QueuedEngine(*replies))  # type: ignore[arg-type]


def blank() -> Image.Image:
    return Image.new("RGB", (20, 20))


def test_the_second_reading_of_a_photo_comes_from_the_cache(db: Database, settings: Settings) -> None:
    tools = make_tools(settings, named("first"), named("second"))
    first = read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)
    second = read_photo(db, tools, "b", _never, kind=Kind.PRODUCT)
    assert (first.extraction.cached, second.extraction.cached) == (False, True)
    assert second.extraction.fields == first.extraction.fields
    assert (tools.readers.reads, tools.engine.asked) == (1, 1)  # type: ignore[attr-defined]


def _never() -> Image.Image:
    raise AssertionError("a cached answer needs no pixels")


@pytest.mark.parametrize(
    "change",
    [
        lambda tools: setattr(tools.engine, "revision", "r2"),
        lambda tools: setattr(tools.engine, "prompt_version", "2"),
        lambda tools: setattr(tools.engine, "params", {"max_tokens": 5}),
        lambda tools: setattr(tools.readers, "version", "reader-2"),
    ],
    ids=["model revision", "prompt version", "decoding parameters", "reader version"],
)
def test_whatever_can_change_an_answer_makes_a_new_run(
    db: Database, settings: Settings, change: Callable[[Tools], None]
) -> None:
    tools = make_tools(settings, named("first"), named("second"))
    read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)
    change(tools)
    again = read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)
    assert not again.extraction.cached
    assert again.extraction.fields["name"].value == "second"


def test_another_photo_and_another_kind_have_answers_of_their_own(db: Database, settings: Settings) -> None:
    tools = make_tools(settings, named("same"))
    read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)
    assert not read_photo(db, tools, "c", blank, kind=Kind.PRODUCT).extraction.cached
    assert not read_photo(db, tools, "b", blank, kind=Kind.AD).extraction.cached


def test_reading_again_keeps_the_earlier_run(db: Database, settings: Settings) -> None:
    tools = make_tools(settings, named("first"), named("second"))
    read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)
    forced = read_photo(db, tools, "b", blank, kind=Kind.PRODUCT, force=True)
    assert not forced.extraction.cached
    assert [run.fields["name"].value for run in runs.list_runs(db, "b")] == ["first", "second"]
    assert read_photo(db, tools, "b", _never, kind=Kind.PRODUCT).extraction.fields["name"].value == "second"


def test_a_partial_answer_is_not_served_from_the_cache(db: Database, settings: Settings) -> None:
    tools = make_tools(settings, named("half", partial=True), named("whole"))
    assert read_photo(db, tools, "b", blank, kind=Kind.PRODUCT).extraction.partial
    again = read_photo(db, tools, "b", blank, kind=Kind.PRODUCT).extraction
    assert (again.partial, again.fields["name"].value) == (False, "whole")


FAILED = EngineFailed(engine="queued", name="x", reason="bad")
NONSENSE = UnusableAnswer(engine="queued", excerpt='"lalala"')
SHORT = NotEnoughMemory(what="The model", needs_gib=5.0, has_gib=1.0)


def test_a_crash_inside_an_engine_becomes_a_named_failure(db: Database, settings: Settings) -> None:
    tools = make_tools(settings, ZeroDivisionError("boom"))
    failure = read_photo(db, tools, "b", blank, kind=Kind.PRODUCT).failure
    assert failure is not None and "'queued'" in failure.en and "ZeroDivisionError: boom" in failure.en


@pytest.mark.parametrize("reply", [FAILED, NONSENSE, SHORT, ValueError("bug")], ids=lambda reply: type(reply).__name__)
def test_where_an_engine_does_not_answer_the_embedded_reading_stands_with_the_reason(
    db: Database, settings: Settings, reply: Exception
) -> None:
    result = read_photo(db, make_tools(settings, reply), "b", blank, kind=Kind.PRODUCT)
    assert result.failure is not None
    assert (result.extraction.engine, result.extraction.partial) == ("ocr", True)
    net_content = result.extraction.fields["net_content"]
    assert (net_content.value, net_content.unit) == (500, "g")


def test_an_engine_that_failed_is_asked_again_at_the_next_reading(db: Database, settings: Settings) -> None:
    tools = make_tools(settings, FAILED, named("Oats"))
    read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)
    again = read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)
    assert (again.failure, again.extraction.engine) == (None, "queued")


@pytest.mark.parametrize(("reply", "asked"), [(SHORT, 1), (FAILED, FAILURES), (NONSENSE, 8)])
def test_a_batch_does_not_wait_for_the_same_refusal_at_every_photo(
    db: Database, settings: Settings, reply: Exception, asked: int
) -> None:
    tools = make_tools(settings, reply)
    results = [read_photo(db, tools, f"b{n}", blank, kind=Kind.PRODUCT) for n in range(8)]
    assert tools.engine.asked == asked  # type: ignore[attr-defined]
    assert all(result.failure and result.extraction.fields for result in results)


def test_an_engine_that_cannot_say_who_it_is_is_treated_as_one_that_does_not_answer(
    db: Database, settings: Settings
) -> None:
    class Nameless(QueuedEngine):
        @property
        def revision(self) -> str:
            raise SHORT

        @revision.setter
        def revision(self, value: str) -> None:
            pass

    tools = Tools(settings, CountingReaders(), Nameless(named("Oats")))  # type: ignore[arg-type]
    result = read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)
    assert (result.extraction.engine, tools.engine.asked) == ("ocr", 0)  # type: ignore[attr-defined]


class ReadingEngine(QueuedEngine):
    """A model that reads the one line there is, and keeps what it was given."""

    def extract(self, given: EngineInput) -> EngineOutput:
        self.given = given
        return super().extract(given)


AMOUNT = FieldValue(value=500, unit="g", raw="500 g", sources=(Source.VLM,), grade=Grade.MEDIUM)


def read_by_model(db: Database, settings: Settings, output: EngineOutput, **more: Any) -> tuple[PhotoResult, Any]:
    engine = ReadingEngine(output)
    tools = Tools(settings, CountingReaders(), engine)  # type: ignore[arg-type]
    return read_photo(db, tools, "b", blank, kind=Kind.PRODUCT, **more), engine


def test_a_model_is_given_the_embedded_reading_and_its_answer_is_merged_with_it(
    db: Database, settings: Settings
) -> None:
    result, engine = read_by_model(db, settings, EngineOutput(fields={"net_content": AMOUNT}, raw_text='{"words":1}'))
    assert engine.given.proposed["net_content"].value == 500
    net_content = result.extraction.fields["net_content"]
    assert (net_content.grade, net_content.sources) == (Grade.HIGH, (Source.VLM, Source.OCR))
    [run] = runs.list_runs(db, "b")
    assert (run.engine, run.raw_text, run.fields) == ("queued", '{"words":1}', result.extraction.fields)


def test_what_only_a_model_says_is_marked_on_the_way_to_the_record(db: Database, settings: Settings) -> None:
    result, _ = read_by_model(db, settings, EngineOutput(fields={"brand": FieldValue(value="Mill", raw="Mill")}))
    brand = result.extraction.fields["brand"]
    assert (brand.grade, [finding.rule for finding in brand.findings]) == (Grade.LOW, ["unsupported_value"])


def test_what_a_cut_answer_did_not_reach_comes_from_the_embedded_engine_unchanged(
    db: Database, settings: Settings
) -> None:
    whole, _ = read_by_model(db, settings, EngineOutput())
    cut, _ = read_by_model(db, settings, EngineOutput(partial=True), force=True)
    assert (whole.extraction.fields["net_content"].grade, cut.extraction.fields["net_content"].grade) == (
        Grade.LOW,
        Grade.MEDIUM,
    )


@pytest.mark.parametrize("part", ["evidence_version", "rules_digest"])
def test_a_change_of_the_merging_or_of_the_embedded_rules_makes_a_models_answer_be_merged_anew(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    _, engine = read_by_model(db, settings, named("Oats"))
    tools = Tools(settings, CountingReaders(), engine)
    assert read_photo(db, tools, "b", _never, kind=Kind.PRODUCT).extraction.cached
    where = keys if part == "evidence_version" else embedded_engine
    monkeypatch.setattr(where, part, lambda: "another")
    assert not read_photo(db, tools, "b", blank, kind=Kind.PRODUCT).extraction.cached


def test_the_embedded_engines_own_key_does_not_know_of_the_merging(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = Tools(settings, CountingReaders(), EmbeddedEngine(settings))  # type: ignore[arg-type]
    before = pipeline.cache_key("b", tools, load_schema(Kind.PRODUCT))
    monkeypatch.setattr(keys, "evidence_version", lambda: "another")
    assert pipeline.cache_key("b", tools, load_schema(Kind.PRODUCT)) == before


def test_a_rule_of_the_embedded_engine_that_breaks_does_not_cost_the_models_answer(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_engine, "extract_product", lambda readings: 1 / 0)
    result, engine = read_by_model(db, settings, EngineOutput(fields={"net_content": AMOUNT}))
    assert (result.failure, engine.given.proposed) == (None, {})
    assert result.extraction.fields["net_content"].grade is Grade.MEDIUM


def test_a_model_beside_which_the_embedded_engine_has_read_before_is_given_that_reading(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = Tools(settings, CountingReaders(), EmbeddedEngine(settings))  # type: ignore[arg-type]
    before = read_photo(db, embedded, "b", blank, kind=Kind.PRODUCT).extraction.fields
    monkeypatch.setattr(embedded_engine, "extract_product", lambda readings: pytest.fail("was read again"))
    _, engine = read_by_model(db, settings, EngineOutput())
    assert engine.given.proposed == before and before["net_content"].value == 500
    monkeypatch.undo()
    monkeypatch.setattr(embedded_engine, "extract_product", lambda readings: {})
    _, engine = read_by_model(db, settings, EngineOutput(), force=True)
    assert engine.given.proposed == {}


def test_a_full_disk_is_no_engines_failure(db: Database, settings: Settings) -> None:
    tools = make_tools(settings, StorageFull(name="run", folder="var"))
    with pytest.raises(StorageFull):
        read_photo(db, tools, "b", blank, kind=Kind.PRODUCT)


def test_a_stopped_reading_stores_nothing_and_is_no_failure(db: Database, settings: Settings) -> None:
    tools = make_tools(settings, named("Oats"))
    with pytest.raises(Stopped):
        read_photo(db, tools, "b", blank, kind=Kind.PRODUCT, stopped=lambda: True)
    assert runs.list_runs(db, "b") == []


def stored(db: Database, settings: Settings, count: int, grouping: Grouping = Grouping.ONE) -> list[int]:
    uploads = [Upload(f"p{n}.jpg", picture(n)) for n in range(count)]
    outcomes = list(accept(db, settings, uploads, Batch(kind="product", grouping=grouping)))
    return sorted({outcome.item_id for outcome in outcomes if outcome.item_id})


def work(db: Database, tools: Tools, settings: Settings) -> jobs.JobState:
    """Runs the next job as the worker does."""
    job = jobs.claim(db, "me", lease_s=30, max_attempts=3)
    assert job is not None
    return run_job(db, tools, job, lambda done: jobs.heartbeat(db, job.id, "me", lease_s=30, progress=done))


def test_a_read_item_waits_for_review_with_its_fields(db: Database, settings: Settings) -> None:
    [item] = stored(db, settings, 1)
    assert work(db, make_tools(settings, named("Oats")), settings) is jobs.JobState.DONE
    record = records.find_record(db, item)
    assert record is not None
    assert (record.status, record.name) == (Status.REVIEW, "Oats")


def test_one_broken_photo_of_two_makes_the_item_partial_and_says_which(db: Database, settings: Settings) -> None:
    [item] = stored(db, settings, 2)
    tools = make_tools(settings, EngineFailed(engine="queued", name="x", reason="bad"), named("Oats"))
    assert work(db, tools, settings) is jobs.JobState.PARTIAL
    found = items.get_item(db, item)
    assert found.status is Status.REVIEW
    assert found.error is not None and found.error.en.startswith("p0.jpg: ")


class BrokenReaders(CountingReaders):
    def read(self, image: Image.Image) -> Readings:
        raise RuntimeError("no network inside")


def test_an_item_without_a_readable_photo_fails_with_the_reason(db: Database, settings: Settings) -> None:
    [item] = stored(db, settings, 1)
    tools = Tools(settings, BrokenReaders(), QueuedEngine(named("Oats")))  # type: ignore[arg-type]
    assert work(db, tools, settings) is jobs.JobState.FAILED
    found = items.get_item(db, item)
    assert found.status is Status.FAILED
    assert found.error is not None and "no network inside" in found.error.en


def test_an_item_that_only_the_embedded_engine_has_read_is_partial_and_says_who_read_it(
    db: Database, settings: Settings
) -> None:
    [item] = stored(db, settings, 1)
    assert work(db, make_tools(settings, SHORT), settings) is jobs.JobState.PARTIAL
    view = load_record(db, item)
    assert (view.item.status, view.engine) == (Status.REVIEW, "ocr")
    assert view.fields["net_content"].value == 500
    error = items.get_item(db, item).error
    assert error is not None
    assert error.en.startswith("p0.jpg: The model needs 5.0 GiB") and error.zh.endswith("当前显示的是内置引擎的结果。")


def test_a_job_that_is_not_wanted_any_more_stops_inside_an_answer(db: Database, settings: Settings) -> None:
    [item] = stored(db, settings, 1)
    job = jobs.claim(db, "me", lease_s=30, max_attempts=3)
    assert job is not None
    with pytest.raises(Cancelled):
        run_job(db, make_tools(settings, named("Oats")), job, lambda _: True, stopped=lambda: True)
    assert runs.latest_prediction(db, item) is None


def test_photos_that_disagree_are_both_shown(db: Database, settings: Settings) -> None:
    [item] = stored(db, settings, 2)
    work(db, make_tools(settings, named("Oats"), named("Rye")), settings)
    name = load_record(db, item).fields["name"]
    assert {name.value, name.alternatives[0]["value"]} == {"Oats", "Rye"}
    assert "photos_agree" in [finding.rule for finding in name.findings]


def test_a_rerun_never_overwrites_a_decision(db: Database, settings: Settings) -> None:
    [item] = stored(db, settings, 1)
    tools = make_tools(settings, named("Oots"), named("Oars"))
    work(db, tools, settings)
    save_edits(db, item, {"name": "Oats"}, reviewer="ann")
    read_again(db, [item])
    work(db, tools, settings)
    view = load_record(db, item)
    assert view.fields["name"].value == "Oats"
    assert view.proposed["name"].value == "Oars"


def test_a_rerun_leaves_a_verified_record_verified_and_its_confirmed_values_alone(
    db: Database, settings: Settings
) -> None:
    [item] = stored(db, settings, 1)
    tools = make_tools(settings, named("Oats"), named("Oars"))
    work(db, tools, settings)
    accept_record(db, item, reviewer="ann")
    read_again(db, [item])
    work(db, tools, settings)
    view = load_record(db, item)
    assert (view.item.status, view.fields["name"].value) == (Status.VERIFIED, "Oats")


def test_a_rerun_brings_no_unseen_value_into_a_verified_record(db: Database, settings: Settings) -> None:
    [item] = stored(db, settings, 1)
    more = EngineOutput(fields={**named("Oats").fields, "brand": FieldValue(value="Mill", raw="Mill")})
    tools = make_tools(settings, named("Oats"), more)
    work(db, tools, settings)
    accept_record(db, item, reviewer="ann")
    read_again(db, [item])
    work(db, tools, settings)
    assert "brand" not in load_record(db, item).fields
    accept_record(db, item, reviewer="ann")
    assert "brand" not in load_record(db, item).fields
    reopen_record(db, item, reviewer="ann")
    assert load_record(db, item).fields["brand"].value == "Mill"


def test_a_worker_that_lost_its_lease_writes_nothing(db: Database, settings: Settings) -> None:
    [item] = stored(db, settings, 1)
    job = jobs.claim(db, "slow", lease_s=-1, max_attempts=3)
    other = jobs.claim(db, "quick", lease_s=30, max_attempts=3)
    assert job is not None and other is not None and job.id == other.id
    with pytest.raises(Cancelled):
        run_job(db, make_tools(settings, named("late")), job, lambda _: True)
    assert runs.latest_prediction(db, item) is None


def test_the_kind_of_an_item_left_to_the_text_is_decided_by_its_reading(db: Database, settings: Settings) -> None:
    [outcome] = accept(db, settings, [Upload("p.jpg", picture(1))], Batch(kind="auto"))
    work(db, make_tools(settings, named("Oats")), settings)
    assert outcome.item_id is not None
    assert items.get_item(db, outcome.item_id).kind == "product"
