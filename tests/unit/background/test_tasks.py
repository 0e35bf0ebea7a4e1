"""Tasks on engines and models: leased, reported, cancelled, given back; measured with real photos, in the worker."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from sqlite_utils import Database

from core import weights
from core.background import tasks, worker
from core.background.aside import Aside
from core.background.tasks import HEAVY, LIGHT, Bench, ask_task, serve_task
from core.engines.holder import Engines
from core.engines.registry import ENGINES
from core.errors import NotFound, PullFailed, UsageError
from core.machine.engines_overview import ABOUT, EngineState, survey_engines
from core.machine.measuring import PHOTOS, this_machine
from core.readers import Readers
from core.settings import Settings
from core.store import tasks as store
from core.store.db import open_store
from core.store.measurements import Measurement, latest_measurement, put_measurement
from core.store.tasks import MOST_ATTEMPTS, Report, Task, TaskKind, TaskState
from core.store.workers import loaded_engines, say_gone, say_loaded
from core.types import Bilingual, Line, Readings
from core.weights.care import Checked
from core.weights.progress import HasStopped, OnProgress

MODEL = "Qwen/Qwen3-VL-2B-Instruct"
SOON_S = 60.0


def never() -> bool:
    return False


class QuickReaders(Readers):
    """Readers that see one printed line on every photo, at once."""

    def read(self, image: Image.Image) -> Readings:
        line = Line(text="Brand: Oats", box=(0, 0, 200, 30), score=0.99)
        return Readings(width=image.width, height=image.height, lines=(line,))


def bench_of(settings: Settings) -> Bench:
    tools = replace(worker.make_tools(settings, "ocr"), readers=QuickReaders(settings))
    return Bench(tools, Engines(settings), "me")


def wait_for(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + SOON_S
    while not condition():
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.02)


@contextmanager
def serving(settings: Settings, kinds: frozenset[TaskKind], halted: threading.Event) -> Iterator[None]:
    """Serves one task in a thread of its own."""

    def serve() -> None:
        with open_store(settings) as db:
            serve_task(db, bench_of(settings), kinds, halted.is_set)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        thread.join(SOON_S)
        assert not thread.is_alive()


# The table


def test_the_same_task_is_not_asked_for_twice_at_once(db: Database) -> None:
    first = store.put_task(db, TaskKind.PULL, MODEL, by="ann")
    assert store.put_task(db, TaskKind.PULL, MODEL, by="wei") == first
    assert store.put_task(db, TaskKind.CHECK, MODEL, by="wei") != first
    store.cancel_task(db, first)
    assert store.put_task(db, TaskKind.PULL, MODEL, by="wei") != first


def test_the_oldest_task_of_the_kinds_asked_for_is_claimed(db: Database) -> None:
    pulled = store.put_task(db, TaskKind.PULL, MODEL, by="ann")
    measured = store.put_task(db, TaskKind.MEASURE, "ocr", by="ann")
    assert _claim(db, "me", HEAVY).id == measured
    assert _claim(db, "me", LIGHT).id == pulled
    assert store.claim_task(db, "me", HEAVY | LIGHT, lease_s=9) is None


def test_a_task_of_a_dead_worker_goes_on_and_is_given_up_when_it_kills_them_all(db: Database) -> None:
    task_id = store.put_task(db, TaskKind.PULL, MODEL, by="ann")
    for attempt in range(MOST_ATTEMPTS):
        assert _claim(db, f"worker {attempt}", LIGHT).attempts == attempt + 1
        assert store.expire_tasks(db, f"worker {attempt}") == 1
    assert store.claim_task(db, "last", LIGHT, lease_s=9) is None
    task = store.get_task(db, task_id)
    assert task.state is TaskState.FAILED
    assert task.error is not None
    assert "memory ran out" in task.error.en


def test_a_task_cancelled_while_its_worker_died_is_not_begun_again(db: Database) -> None:
    task_id = store.put_task(db, TaskKind.PULL, MODEL, by="ann")
    _claim(db, "dead", LIGHT)
    assert store.cancel_task(db, task_id)
    store.expire_tasks(db, "dead")
    assert store.claim_task(db, "me", LIGHT, lease_s=9) is None
    assert store.get_task(db, task_id).state is TaskState.CANCELLED


def test_who_lost_a_task_can_neither_report_nor_end_it(db: Database) -> None:
    task_id = store.put_task(db, TaskKind.PULL, MODEL, by="ann")
    _claim(db, "slow", LIGHT)
    store.expire_tasks(db, "slow")
    _claim(db, "quick", LIGHT)
    assert not store.beat_task(db, task_id, "slow", lease_s=9, report=Report(done=5))
    assert not store.end_task(db, task_id, "slow", TaskState.DONE)
    assert store.beat_task(db, task_id, "quick", lease_s=9, report=Report(done=7))
    report = store.get_task(db, task_id).report
    assert report is not None and report.done == 7


def test_a_task_given_back_does_not_count_as_tried(db: Database) -> None:
    task_id = store.put_task(db, TaskKind.PULL, MODEL, by="ann")
    _claim(db, "me", LIGHT)
    assert store.release_task(db, task_id, "me")
    task = store.get_task(db, task_id)
    assert (task.state, task.attempts) == (TaskState.QUEUED, 0)


def test_latest_tasks_are_one_for_each_form_with_those_under_way_first(db: Database) -> None:
    old = store.put_task(db, TaskKind.PREPARE, MODEL, "openvino-int8", by="ann")
    _claim(db, "me", HEAVY)
    newer = store.put_task(db, TaskKind.MEASURE, "ocr", by="ann")
    store.cancel_task(db, newer)
    newest = store.put_task(db, TaskKind.MEASURE, "ocr", by="ann")
    store.cancel_task(db, newest)
    assert [task.id for task in store.list_latest(db)] == [old, newest]


def test_an_unknown_task_is_said_to_be_unknown(db: Database) -> None:
    with pytest.raises(NotFound, match="Task '7'"):
        store.get_task(db, 7)


def _claim(db: Database, owner: str, kinds: frozenset[TaskKind]) -> Task:
    task = store.claim_task(db, owner, kinds, lease_s=30)
    assert task is not None
    return task


# Asking


@pytest.mark.parametrize(
    ("kind", "subject", "form", "error", "words"),
    [
        (TaskKind.MEASURE, "remote", "", UsageError, "SHELFLENS_REMOTE_URL"),
        (TaskKind.MEASURE, "qwn", "", UsageError, "not known"),
        (TaskKind.PULL, "Qwen/none", "", NotFound, "Qwen/none"),
        (TaskKind.PREPARE, MODEL, "safetensors", NotFound, "safetensors"),
        (TaskKind.PREPARE, MODEL, "", NotFound, "Form"),
        (TaskKind.REMOVE, MODEL, "int8", NotFound, "int8"),
    ],
)
def test_what_cannot_be_done_is_refused_before_it_is_queued(
    db: Database, settings: Settings, kind: TaskKind, subject: str, form: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        ask_task(db, settings, kind, subject, form, by="ann")
    assert store.list_latest(db) == []


def test_a_folder_of_your_own_is_prepared_but_not_fetched(db: Database, settings: Settings) -> None:
    local = settings.model_copy(update={"model": "/models/mine"})
    with pytest.raises(UsageError, match="nothing to fetch"):
        ask_task(db, local, TaskKind.PULL, "local/mine", by="ann")
    assert ask_task(db, local, TaskKind.PREPARE, "local/mine", "openvino-int8", by="ann")


# Doing


def test_measuring_the_embedded_engine_reads_the_samples_and_keeps_the_median(db: Database, settings: Settings) -> None:
    task_id = ask_task(db, settings, TaskKind.MEASURE, "ocr", by="ann")
    bench = Bench(worker.make_tools(settings, "ocr"), Engines(settings), "me")
    assert serve_task(db, bench, HEAVY, never)
    assert store.get_task(db, task_id).state is TaskState.DONE
    kept = latest_measurement(db, "ocr", this_machine(), "")
    assert kept is not None
    assert (kept.photos, kept.answered, kept.first_token_s) == (PHOTOS, PHOTOS, None)
    assert 0 < kept.median_s < 60
    assert kept.peak_bytes is None or kept.peak_bytes > 50 << 20
    [ocr] = [engine for engine in survey_engines(db, settings).engines if engine.name == "ocr"]
    assert ocr.measured == kept


def test_a_measurement_is_not_answered_from_the_cache(db: Database, settings: Settings) -> None:
    for _ in range(2):
        ask_task(db, settings, TaskKind.MEASURE, "ocr", by="ann")
        serve_task(db, bench_of(settings), HEAVY, never)
    runs = db.conn.execute("SELECT blob, COUNT(*) AS n FROM runs GROUP BY blob").fetchall()
    assert sorted(row["n"] for row in runs) == [2, 2, 4]  # the first photo is also the one that loads the model


@pytest.mark.parametrize(
    ("reply", "answered"), [({"extract": {"brand": "Oats"}}, PHOTOS), ({"extract": "no idea at all"}, 0)]
)
def test_an_answer_that_makes_no_sense_is_timed_and_counted(
    db: Database, settings: Settings, tmp_path: Path, reply: dict[str, object], answered: int
) -> None:
    ready = _scripted(settings, tmp_path, {**reply, "delay_s": 0.001})
    task_id = ask_task(db, ready, TaskKind.MEASURE, "scripted", by="ann")
    serve_task(db, bench_of(ready), HEAVY, never)
    assert store.get_task(db, task_id).state is TaskState.DONE
    kept = latest_measurement(db, "scripted", this_machine(), "")
    assert kept is not None and (kept.photos, kept.answered) == (PHOTOS, answered)


def test_an_engine_that_breaks_fails_the_measurement_with_its_reason(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    ready = _scripted(settings, tmp_path, {"extract": "", "error": "out of order"})
    task_id = ask_task(db, ready, TaskKind.MEASURE, "scripted", by="ann")
    serve_task(db, bench_of(ready), HEAVY, never)
    task = store.get_task(db, task_id)
    assert task.state is TaskState.FAILED
    assert task.error is not None and "out of order" in task.error.zh
    assert latest_measurement(db, "scripted", this_machine(), "") is None


@pytest.mark.parametrize("stopping", [False, True])
def test_a_measurement_under_way_is_cancelled_by_a_person_and_given_back_by_a_worker_that_ends(
    db: Database, settings: Settings, tmp_path: Path, stopping: bool
) -> None:
    ready = _scripted(settings, tmp_path, {"extract": {"brand": "Oats"}, "delay_s": 600})
    task_id = ask_task(db, ready, TaskKind.MEASURE, "scripted", by="ann")
    halted = threading.Event()
    with serving(ready, HEAVY, halted):
        wait_for(lambda: store.get_task(db, task_id).report is not None, "it said how far it is")
        if stopping:
            halted.set()
        else:
            store.cancel_task(db, task_id)
    task = store.get_task(db, task_id)
    assert task.state is (TaskState.QUEUED if stopping else TaskState.CANCELLED)


def _scripted(settings: Settings, tmp_path: Path, *replies: dict[str, object]) -> Settings:
    script = tmp_path / "script.jsonl"
    script.write_text("\n".join(json.dumps(reply) for reply in replies), "utf-8")
    return settings.model_copy(update={"script": script})


def test_a_pull_reports_bytes_speed_and_time_left_and_stops_when_cancelled(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_: Settings, model_id: str, on_progress: OnProgress, stopped: HasStopped) -> None:
        assert model_id == MODEL
        while not stopped():
            on_progress(weights.Progress(weights.Phase.DOWNLOADING, 5, 100, "model.safetensors", 2.0, 47.5))
            time.sleep(0.02)
        raise weights.Stopped

    monkeypatch.setattr(tasks, "pull", slow)
    task_id = ask_task(db, settings, TaskKind.PULL, MODEL, by="ann")
    with serving(settings, LIGHT, threading.Event()):
        wait_for(lambda: store.get_task(db, task_id).report is not None, "it said how far it is")
        task = store.get_task(db, task_id)
        store.cancel_task(db, task_id)
    assert task.report == Report(
        phase="downloading", done=5, total=100, file="model.safetensors", speed=2.0, seconds_left=47.5
    )
    assert store.get_task(db, task_id).state is TaskState.CANCELLED


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PullFailed(model=MODEL, source="http://here", reason=Bilingual(en="gone", zh="不见了")), ("gone", "不见了")),
        (RuntimeError("odd"), ("RuntimeError: odd", "RuntimeError: odd")),
    ],
)
def test_a_task_that_fails_says_why_in_both_languages(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, error: Exception, words: tuple[str, str]
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(tasks, "pull", broken)
    task_id = ask_task(db, settings, TaskKind.PULL, MODEL, by="ann")
    serve_task(db, bench_of(settings), LIGHT, never)
    task = store.get_task(db, task_id)
    assert task.state is TaskState.FAILED
    assert task.error is not None
    assert words[0] in task.error.en and words[1] in task.error.zh


def test_a_check_that_finds_a_wrong_file_has_failed_and_names_it(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Checked(MODEL, weights.Form.INT8, settings.models, Bilingual(en="a.bin is missing", zh="缺少 a.bin"))
    fine = Checked(MODEL, weights.Form.SAFETENSORS, settings.models)
    for found, state, words in (([fine], TaskState.DONE, None), ([fine, wrong], TaskState.FAILED, "缺少 a.bin")):
        monkeypatch.setattr(tasks, "check", lambda *_, found=found: found)
        task_id = ask_task(db, settings, TaskKind.CHECK, MODEL, by="ann")
        serve_task(db, bench_of(settings), LIGHT, never)
        task = store.get_task(db, task_id)
        assert task.state is state
        assert (task.error and words and words in task.error.zh) or (task.error is None and words is None)


def test_removing_takes_the_form_off_the_disk(db: Database, settings: Settings) -> None:
    folder = settings.models / "Qwen--Qwen3-VL-2B-Instruct" / "openvino-int8"
    folder.mkdir(parents=True)
    (folder / "a.bin").write_bytes(b"12345")
    task_id = ask_task(db, settings, TaskKind.REMOVE, MODEL, "openvino-int8", by="ann")
    assert not serve_task(db, bench_of(settings), LIGHT, never), "it waits its turn among the heavy ones"
    serve_task(db, bench_of(settings), HEAVY, never)
    assert store.get_task(db, task_id).state is TaskState.DONE
    assert not folder.exists()


# The worker


def test_a_worker_does_heavy_tasks_and_says_when_it_is_gone(db: Database, settings: Settings) -> None:
    folder = settings.models / "Qwen--Qwen3-VL-2B-Instruct" / "openvino-int4"
    folder.mkdir(parents=True)
    task_id = ask_task(db, settings, TaskKind.REMOVE, MODEL, "openvino-int4", by="ann")
    assert worker.run_worker(settings, stop=threading.Event(), once=True) == 1
    assert store.get_task(db, task_id).state is TaskState.DONE
    assert loaded_engines(db, within_s=60) is None, "a worker that has ended says nothing any more"


def test_light_tasks_are_done_beside_reading(db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "check", lambda *_: [])
    task_id = ask_task(db, settings, TaskKind.CHECK, MODEL, by="ann")
    with Aside(bench_of(settings)):
        wait_for(lambda: store.get_task(db, task_id).state is TaskState.DONE, "it was checked")
        assert loaded_engines(db, within_s=60) == frozenset()


def test_what_workers_hold_is_known_while_they_live(db: Database) -> None:
    assert loaded_engines(db, within_s=60) is None
    say_loaded(db, "one", ["qwen3vl"])
    say_loaded(db, "two", [])
    assert loaded_engines(db, within_s=60) == {"qwen3vl"}
    say_loaded(db, "one", [])
    assert loaded_engines(db, within_s=60) == frozenset()
    say_gone(db, "one")
    say_gone(db, "two")
    assert loaded_engines(db, within_s=60) is None
    say_loaded(db, "old", ["qwen3vl"])
    assert loaded_engines(db, within_s=-1) is None


# The overview


def test_every_engine_is_described(settings: Settings) -> None:
    assert set(ABOUT) == set(ENGINES)


def test_without_weights_the_overview_says_what_each_engine_lacks(db: Database, settings: Settings) -> None:
    found = survey_engines(db, settings)
    states: dict[str, EngineState] = {engine.name: engine for engine in found.engines}
    assert {name: state.ok for name, state in states.items()} == {"ocr": True, "qwen3vl": False, "remote": False}
    assert "models pull" in states["qwen3vl"].reason.en and states["qwen3vl"].ways == ()
    assert (found.default, found.reads, found.chosen) == ("auto", "ocr", None)
    assert [model.model_id for model in found.models] == [MODEL]
    assert not found.is_worker_alive and not found.is_busy


def test_a_measurement_counts_only_on_its_own_machine_and_in_its_own_way(db: Database, settings: Settings) -> None:
    measured = Measurement(
        engine="ocr", revision="1", way="", machine="another", photos=3, answered=3, median_s=1.0, first_token_s=None,
        peak_bytes=None,
    )  # fmt: skip
    put_measurement(db, measured)
    put_measurement(db, measured.model_copy(update={"machine": this_machine(), "way": "torch cpu int8"}))
    assert {engine.measured for engine in survey_engines(db, settings).engines} == {None}
