"""The engine somebody chose as the default: it holds for photos and questions, from the next job on."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.background import worker
from core.errors import UsageError
from core.incoming.intake import Batch, Upload, accept
from core.reading import questions
from core.reading.preferences import choose_engine, chosen_engine, default_engine
from core.reviewing.review import load_record
from core.settings import Settings
from core.store.preferences import put_preference
from tests.seeding import picture


@pytest.fixture
def scripted(settings: Settings, tmp_path: Path) -> Settings:
    script = tmp_path / "script.jsonl"
    script.write_text(json.dumps({"extract": {"name": "Oats"}}), "utf-8")
    return settings.model_copy(update={"script": script})


def test_without_a_choice_the_settings_name_the_default(db: Database, settings: Settings) -> None:
    assert chosen_engine(db) is None
    assert default_engine(db, settings) == "auto"
    assert default_engine(db, settings.model_copy(update={"engine": "ocr"})) == "ocr"


def test_a_choice_stands_above_the_settings_and_says_who_made_it(db: Database, scripted: Settings) -> None:
    choose_engine(db, scripted, "scripted", by="ann")
    choose_engine(db, scripted, "ocr", by="wei")
    choice = chosen_engine(db)
    assert choice is not None
    assert (choice.value, choice.set_by) == ("ocr", "wei")
    assert choice.set_at > "2020"
    assert default_engine(db, scripted.model_copy(update={"engine": "scripted"})) == "ocr"


def test_auto_can_be_chosen_over_an_engine_the_settings_name(db: Database, settings: Settings) -> None:
    choose_engine(db, settings, "auto", by="ann")
    assert default_engine(db, settings.model_copy(update={"engine": "ocr"})) == "auto"


@pytest.mark.parametrize(
    ("name", "reason"), [("remote", "SHELFLENS_REMOTE_URL"), ("qwn", "not known"), ("qwen3vl", "no weights")]
)
def test_what_cannot_be_used_cannot_be_chosen(db: Database, settings: Settings, name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        choose_engine(db, settings, name, by="ann")
    assert chosen_engine(db) is None


def test_a_chosen_engine_that_is_gone_is_passed_over_until_it_is_back(db: Database, scripted: Settings) -> None:
    choose_engine(db, scripted, "scripted", by="ann")
    gone = scripted.model_copy(update={"script": None, "engine": "ocr"})
    assert default_engine(db, gone) == "ocr"
    assert default_engine(db, scripted) == "scripted"


def test_a_choice_of_an_engine_this_version_does_not_know_is_passed_over(db: Database, settings: Settings) -> None:
    put_preference(db, "engine", "qwen9vl", by="ann")
    assert default_engine(db, settings) == "auto"


def test_questions_follow_the_choice_unless_they_name_an_engine(db: Database, scripted: Settings) -> None:
    choose_engine(db, scripted, "scripted", by="ann")
    assert questions.wanted_engine(db, "auto", scripted) == "scripted"
    assert questions.wanted_engine(db, "ocr", scripted) == "ocr"


def test_a_running_worker_takes_the_choice_over_for_its_next_job(db: Database, scripted: Settings) -> None:
    ready = scripted.model_copy(update={"engine": "ocr"})
    read = [_read(db, ready, 1)]
    choose_engine(db, ready, "scripted", by="ann")
    read.append(_read(db, ready, 2))
    assert read == ["ocr", "scripted"]


def _read(db: Database, settings: Settings, number: int) -> str:
    [outcome] = accept(db, settings, [Upload("p.jpg", picture(number))], Batch(kind="product"))
    worker.run_worker(settings, stop=threading.Event(), once=True)
    assert outcome.item_id is not None
    return load_record(db, outcome.item_id).engine
