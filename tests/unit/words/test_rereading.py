"""Stored lines under other words: re-read without a reader or a model, and without touching what people decided."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlite_utils import Database

from core.background.tasks import LIGHT, Bench, serve_task
from core.engines.base import EngineInput
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.holder import Engines
from core.incoming.intake import Batch, Upload, accept
from core.readers import Readers
from core.reading.keys import MadeBy, key_of
from core.reading.pipeline import Tools, cache_key, read_photo
from core.records.standing import check_fields, refresh_record
from core.reviewing.review import accept_record, load_record, save_edits
from core.schema import load_schema
from core.settings import Settings
from core.store import items, runs
from core.store.tasks import TaskKind, TaskState, latest_of
from core.types import Kind, Line, Readings, Status
from core.values.editions import current
from core.words import lexicons
from core.words.rereading import reread_ads
from tests.seeding import picture

WORDS = ("云衫", "舌尖炸裂不停嘴", "稳居第一梯队", "到手价¥19.9", "立即抢购")
SCHEMA = load_schema(Kind.AD)
READ_BY = MadeBy("ocr", EmbeddedEngine(Settings()).revision, "none", {}, "test-reader")


class NoReader:
    """A reader that must not be asked."""

    version = "test-reader"

    def read(self, image: object) -> Readings:
        raise AssertionError("the reader ran again")


@pytest.fixture
def tools(settings: Settings) -> Tools:
    return Tools(settings=settings, readers=NoReader(), engine=EmbeddedEngine(settings))  # type: ignore[arg-type]


@pytest.fixture
def ad(db: Database, settings: Settings) -> Callable[..., int]:
    """Stores a poster that was read, by the embedded engine or, with `said`, by a model."""

    def make(number: int = 1, said: dict[str, Any] | None = None) -> int:
        (outcome,) = accept(db, settings, [Upload("a.jpg", picture(number, (400, 500)))], Batch(kind="ad"))
        assert outcome.item_id
        (photo,) = items.list_photos(db, outcome.item_id)
        lines = tuple(
            Line(text=text, box=(20, 20 + 90 * n, 380, 70 + 90 * n), score=0.98) for n, text in enumerate(WORDS)
        )
        readings = Readings(width=400, height=500, lines=lines)
        runs.put_readings(db, photo.blob, READ_BY.reader, readings)
        fields = EmbeddedEngine(settings).extract(EngineInput(Image.new("RGB", (400, 500)), readings, SCHEMA)).fields
        made = READ_BY if said is None else MadeBy("qwen3vl", "r1", "p1", {"px": 512}, READ_BY.reader)
        run = runs.Run(
            blob=photo.blob, cache_key=key_of(photo.blob, made, SCHEMA, embedded=None), kind=Kind.AD,
            engine=made.engine, revision=made.revision, prompt_version=made.prompt, schema_version="ad",
            params=made.params, reader=made.reader, partial=False, fields=fields, ms=1.0,
            raw_text="" if said is None else json.dumps(said, ensure_ascii=False),
        )  # fmt: skip
        run_id = runs.put_run(db, run)
        runs.put_prediction(
            db,
            runs.Prediction(
                item_id=outcome.item_id, kind=Kind.AD, engine=made.engine, run_ids=(run_id,), rules_version="t",
                cached=False, fields=check_fields(Kind.AD, fields),
            ),
        )  # fmt: skip
        items.set_status(db, outcome.item_id, Status.REVIEW)
        refresh_record(db, outcome.item_id)
        return outcome.item_id

    return make


def reread(db: Database, settings: Settings) -> int:
    return reread_ads(db, settings, lambda done, total: None, lambda: False, edition=current().name)


def themes(db: Database, item: int) -> dict[str, str]:
    field = load_record(db, item).fields["selling_points"]
    return {point["text"]: point["theme"] for point in field.value}


def test_a_new_word_reads_into_stored_lines(db: Database, settings: Settings, ad: Callable[..., int]) -> None:
    item = ad()
    assert themes(db, item)["舌尖炸裂不停嘴"] != "taste"
    act = lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    assert reread(db, settings) == 1
    assert themes(db, item)["舌尖炸裂不停嘴"] == "taste"
    assert reread(db, settings) == 0
    lexicons.undo(db, act, by="ana")
    reread(db, settings)
    assert themes(db, item)["舌尖炸裂不停嘴"] != "taste"


def test_the_next_reading_finds_what_was_reread(
    db: Database, settings: Settings, tools: Tools, ad: Callable[..., int]
) -> None:
    item = ad()
    lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    reread(db, settings)
    (photo,) = items.list_photos(db, item)

    def no_pixels() -> Any:
        raise AssertionError("the photo was opened")

    assert read_photo(db, tools, photo.blob, no_pixels, kind=Kind.AD).extraction.cached


def test_words_are_part_of_an_ads_cache_key_and_of_no_label(db: Database, tools: Tools) -> None:
    label, before = cache_key("b", tools, load_schema(Kind.PRODUCT)), cache_key("b", tools, SCHEMA)
    act = lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    assert cache_key("b", tools, load_schema(Kind.PRODUCT)) == label
    assert cache_key("b", tools, SCHEMA) != before
    lexicons.undo(db, act, by="ana")
    assert cache_key("b", tools, SCHEMA) == before


@pytest.mark.parametrize("groups", [False, True])
def test_a_models_words_are_kept_and_read_with_the_new_ones(
    db: Database, settings: Settings, ad: Callable[..., int], groups: bool
) -> None:
    said = {"headline": "舌尖炸裂不停嘴", "selling_points": ["舌尖炸裂不停嘴"], "brand": "云衫"}
    item = ad(1, said)
    if groups:
        raw = "\n".join(json.dumps({key: value}, ensure_ascii=False) for key, value in said.items())
        db.conn.execute("UPDATE runs SET raw_text = ?", (raw,))
        db.conn.commit()
    lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    assert reread(db, settings) == 1
    view = load_record(db, item)
    assert themes(db, item)["舌尖炸裂不停嘴"] == "taste"
    assert view.engine == "qwen3vl"
    assert view.fields["headline"].value == "舌尖炸裂不停嘴"
    assert view.fields["price"].value[0]["value"] == 19.9


def test_the_model_is_not_asked_again_after_a_rereading(
    db: Database, settings: Settings, ad: Callable[..., int]
) -> None:
    item = ad(1, {"headline": "舌尖炸裂不停嘴"})
    lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    reread(db, settings)
    (photo,) = items.list_photos(db, item)
    made = MadeBy("qwen3vl", "r1", "p1", {"px": 512}, READ_BY.reader)
    key = key_of(photo.blob, made, SCHEMA, embedded=EmbeddedEngine(settings))
    assert runs.find_run(db, key) is not None


def test_what_people_verified_or_decided_is_not_touched(
    db: Database, settings: Settings, ad: Callable[..., int]
) -> None:
    verified, corrected = ad(1), ad(2)
    accept_record(db, verified, {"selling_points": "薯片好吃到飞起"}, reviewer="ana")
    before = runs.latest_prediction(db, verified)
    save_edits(db, corrected, {"headline": "人写的标题"}, reviewer="ana")
    lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    reread(db, settings)
    assert runs.latest_prediction(db, verified) == before
    assert list(themes(db, verified)) == ["薯片好吃到飞起"]
    view = load_record(db, corrected)
    assert view.fields["headline"].value == "人写的标题"
    assert themes(db, corrected)["舌尖炸裂不停嘴"] == "taste"
    assert view.item.status is Status.REVIEW


def test_an_exception_clears_a_finding_of_stored_lines(
    db: Database, settings: Settings, ad: Callable[..., int]
) -> None:
    item = ad()
    assert "第一" in load_record(db, item).fields["compliance"].value
    lexicons.add_exception(db, "absolute_terms", "first", "第一梯队", by="ana")
    reread(db, settings)
    assert "compliance" not in load_record(db, item).fields


def test_a_rereading_with_words_of_before_ends_at_once(
    db: Database, settings: Settings, ad: Callable[..., int]
) -> None:
    ad()
    lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    assert reread_ads(db, settings, lambda done, total: None, lambda: False, edition="older") == 0


def test_the_worker_rereads_as_a_task(db: Database, settings: Settings, tools: Tools, ad: Callable[..., int]) -> None:
    item = ad()
    lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    bench = Bench(tools, Engines(settings), "test:1")
    assert serve_task(db, bench, LIGHT, lambda: False)
    task = latest_of(db, TaskKind.REREAD)
    assert task is not None and task.state is TaskState.DONE
    assert themes(db, item)["舌尖炸裂不停嘴"] == "taste"


def test_a_stopped_rereading_goes_back_into_the_queue(
    db: Database, settings: Settings, tools: Tools, ad: Callable[..., int]
) -> None:
    ad()
    lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    assert serve_task(db, Bench(tools, Engines(settings), "test:1"), LIGHT, lambda: True)
    task = latest_of(db, TaskKind.REREAD)
    assert task is not None and task.state is TaskState.QUEUED


def test_the_pipeline_and_its_readers_version_agree(settings: Settings) -> None:
    """`key_of` and `cache_key` must make one key of one run."""
    tools = Tools(settings=settings, readers=Readers(settings), engine=EmbeddedEngine(settings))
    made = MadeBy("ocr", tools.engine.revision, "none", {}, tools.readers.version)
    assert cache_key("b", tools, SCHEMA) == key_of("b", made, SCHEMA, embedded=None)
