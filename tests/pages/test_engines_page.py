"""The Engines page in both languages: what can be used, the default, measurements, weights and the work on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_utils import Database
from streamlit.testing.v1 import AppTest

from core.background.tasks import HEAVY, LIGHT
from core.engines.registry import ENGINES
from core.machine.measuring import this_machine
from core.reading.preferences import choose_engine, chosen_engine
from core.settings import Settings
from core.store import tasks
from core.store.measurements import Measurement, put_measurement
from core.store.tasks import Report, Task, TaskKind, TaskState
from core.store.workers import say_loaded
from core.types import Bilingual
from core.weights import State
from core.weights.catalogue import Form
from core.weights.manifest import Entry, Manifest, now, write_record
from core.weights.progress import PHASES
from pages.components.engines_default import KEY
from pages.components.i18n import catalogue
from tests.pages.app import numbers, open_page

MODEL = "Qwen/Qwen3-VL-2B-Instruct"
SLUG = "Qwen_Qwen3_VL_2B_Instruct"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with a scripted engine beside the embedded one."""
    file = tmp_path / "script.jsonl"
    file.write_text('{"extract": {"brand": "Oats"}}', "utf-8")
    monkeypatch.setenv("SHELFLENS_SCRIPT", str(file))
    return Settings()


def measured(engine: str = "ocr", **values: object) -> Measurement:
    usual = {
        "revision": "1", "way": "", "machine": this_machine(), "photos": 3, "answered": 3, "median_s": 1.42,
        "first_token_s": None, "peak_bytes": 3 << 30,
    }  # fmt: skip
    return Measurement(engine=engine, **{**usual, **values})  # type: ignore[arg-type]


def words(app: AppTest) -> str:
    """Everything the page says outside its buttons."""
    parts = (*app.markdown, *app.caption, *app.warning, *app.error, *app.success, *app.title, *app.subheader)
    return "\n".join(str(part.value) for part in parts)


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def place_form(settings: Settings, form: Form) -> Path:
    """Puts a complete form of the model on the disk: one file and its manifest."""
    folder = settings.models / MODEL.replace("/", "--") / form
    folder.mkdir(parents=True)
    (folder / "a.bin").write_bytes(b"12345")
    entry = Entry(name="a.bin", bytes=5, sha256="0" * 64)
    made = Manifest(model_id=MODEL, form=form, revision="1", source="here", made_at=now(), files=(entry,))
    write_record(folder, "manifest.json", made)
    return folder


@pytest.mark.parametrize(
    ("lang", "title", "lacks", "nothing"),
    [
        ("en", "Engines", "No server is named", "Nothing is fetched before you click"),
        ("zh", "引擎", "未指定服务器", "点击之前不会下载任何内容"),
    ],
)
def test_a_fresh_machine_shows_what_can_be_used_and_what_the_others_lack(
    lang: str, title: str, lacks: str, nothing: str
) -> None:
    app = open_page("engines", lang)
    assert app.title[0].value == title
    assert lacks in words(app).replace("\\", "") and nothing in words(app)
    assert {"engines_measure_ocr"} <= keys(app)
    assert not {"engines_measure_qwen3vl", "engines_measure_remote"} & keys(app), "what cannot be used has no button"
    assert app.button(key=f"engines_prepare_{SLUG}_openvino-int8").disabled


def test_before_a_pull_it_says_how_much_comes_from_where_and_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example")
    app = open_page("engines")
    said = next(caption.value for caption in app.caption if "mirror.example" in caption.value)
    assert "4.0 GiB" in said and "of disk are free" in said
    assert app.button(key=f"engines_pull_{SLUG}").label == "Fetch 4.0 GiB"


def test_a_click_queues_the_pull_and_nothing_else_does(db: Database) -> None:
    app = open_page("engines")
    assert tasks.list_latest(db) == []
    app.button(key=f"engines_pull_{SLUG}").click().run()
    [task] = tasks.list_latest(db)
    assert (task.kind, task.subject, task.state, task.asked_by) == (TaskKind.PULL, MODEL, TaskState.QUEUED, "tester")
    assert app.button(key=f"engines_pull_{SLUG}").disabled
    assert "No background process is running" in words(app)
    app.button(key=f"engines_cancel_{task.id}").click().run()
    assert tasks.get_task(db, task.id).state is TaskState.CANCELLED


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Fetching · downloading · 1.0 GiB of 4.0 GiB · 3.0 MiB a second · about 17 minutes left"),
        ("zh", "下载 · 正在下载 · 1.0 GiB / 4.0 GiB · 每秒 3.0 MiB · 约剩 17 分钟"),
    ],
)
def test_a_pull_under_way_shows_bytes_speed_and_time_left(db: Database, lang: str, text: str) -> None:
    task = start(db, TaskKind.PULL, MODEL)
    report = Report(phase="downloading", done=1 << 30, total=4 << 30, speed=3 << 20, seconds_left=1024)
    tasks.beat_task(db, task.id, "me", lease_s=30, report=report)
    say_loaded(db, "me", [])
    app = open_page("engines", lang)
    [bar] = app.get("progress")
    assert bar.proto.text == text and bar.proto.value == 25
    assert not app.warning


def test_a_measurement_under_way_counts_photos(db: Database) -> None:
    task = start(db, TaskKind.MEASURE, "ocr")
    tasks.beat_task(db, task.id, "me", lease_s=30, report=Report(phase="reading", done=1, total=4))
    app = open_page("engines")
    assert "photo 2 of 4" in app.get("progress")[0].proto.text
    assert "engines_measure_ocr" not in keys(app), "it is not asked for twice"


@pytest.mark.parametrize(("lang", "said"), [("en", "did not succeed. gone"), ("zh", "未成功。 不见了")])
def test_a_failure_says_why_in_the_language_of_the_page(db: Database, lang: str, said: str) -> None:
    task = start(db, TaskKind.PULL, MODEL)
    tasks.end_task(db, task.id, "me", TaskState.FAILED, error=Bilingual(en="gone", zh="不见了"))
    assert said in words(open_page("engines", lang))


def test_what_was_measured_here_stands_on_the_card(db: Database, script: Settings) -> None:
    put_measurement(db, measured("scripted", first_token_s=0.25))
    app = open_page("engines")
    assert numbers(app) == {"Per photo": "1.4 s", "First token": "0.25 s", "Peak memory": "3.0 GiB"}
    assert app.button(key="engines_measure_scripted").label == "Measure again"
    assert not app.warning


def test_a_time_of_answers_without_fields_is_said_to_say_little(db: Database) -> None:
    put_measurement(db, measured(answered=1))
    assert "Only 1 of 3 answers" in words(open_page("engines"))


def test_the_default_is_chosen_with_one_click_and_says_who(db: Database, script: Settings) -> None:
    app = open_page("engines")
    control = app.button_group(key=KEY)
    assert control.value == "auto"
    control.set_value("scripted").run()
    assert not app.exception
    choice = chosen_engine(db)
    assert choice is not None and (choice.value, choice.set_by) == ("scripted", "tester")
    assert "Chosen by tester" in words(app)


def test_a_chosen_engine_that_is_gone_is_named_with_the_one_that_reads(
    db: Database, script: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_engine(db, script, "scripted", by="ann")
    monkeypatch.delenv("SHELFLENS_SCRIPT")
    app = open_page("engines")
    assert "scripted was chosen but cannot be used now, so Embedded reader reads" in words(app)


def test_a_loaded_model_is_said_to_be_in_memory(db: Database) -> None:
    assert "in memory now" not in words(open_page("engines"))
    say_loaded(db, "me", ["ocr"])
    assert "in memory now" in words(open_page("engines"))


def test_removing_asks_twice(db: Database, settings: Settings) -> None:
    place_form(settings, Form.INT8)
    app = open_page("engines")
    app.button(key=f"engines_remove_{SLUG}_openvino-int8").click().run()
    assert tasks.list_latest(db) == [] and "It would have to be fetched or made again" in words(app)
    app.button(key="engines_remove_no").click().run()
    assert tasks.list_latest(db) == [] and "engines_remove_yes" not in keys(app)
    app.button(key=f"engines_remove_{SLUG}_openvino-int8").click().run()
    app.button(key="engines_remove_yes").click().run()
    [task] = tasks.list_latest(db)
    assert (task.kind, task.form) == (TaskKind.REMOVE, "openvino-int8")


def test_published_weights_that_are_here_can_be_prepared_and_checked(db: Database, settings: Settings) -> None:
    place_form(settings, Form.SAFETENSORS)
    app = open_page("engines")
    assert f"engines_pull_{SLUG}" not in keys(app)
    app.button(key=f"engines_prepare_{SLUG}_openvino-int4").click().run()
    app.button(key=f"engines_check_{SLUG}").click().run()
    assert {(task.kind, task.form) for task in tasks.list_latest(db)} == {
        (TaskKind.PREPARE, "openvino-int4"), (TaskKind.CHECK, ""),
    }  # fmt: skip


def test_a_damaged_form_says_what_is_wrong(settings: Settings) -> None:
    (place_form(settings, Form.INT8) / "a.bin").write_bytes(b"1")
    assert "a.bin has 1 bytes instead of 5" in words(open_page("engines")).replace("\\", "")


def test_every_name_made_from_a_state_has_its_text() -> None:
    made = [f"name_{name}" for name in ENGINES]
    made += [f"form_{form}" for form in Form] + [f"state_{state}" for state in State]
    made += [f"task_{kind}" for kind in HEAVY | LIGHT]
    assert [name for name in made if f"engines.{name}" not in catalogue()] == []
    assert all(phase.zh for phase in PHASES.values())


def start(db: Database, kind: TaskKind, subject: str) -> Task:
    """A task that a worker called "me" has begun."""
    tasks.put_task(db, kind, subject, by="ann")
    task = tasks.claim_task(db, "me", {kind}, lease_s=30)
    assert task is not None
    return task
