"""The scripted engine: says its lines, slowly or brokenly, through the parser and guard of all models."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from core.engines.base import EngineInput, Question, Stopped
from core.engines.scripted import Reply, ScriptedEngine, read_script
from core.errors import BadSetting, EngineFailed, UnusableAnswer
from core.schema import load_schema
from core.settings import Settings
from core.types import Kind, Readings

IMAGE = Image.new("RGB", (64, 64), "white")
GIVEN = EngineInput(IMAGE, Readings(width=64, height=64), load_schema(Kind.PRODUCT))
QUESTION = Question((IMAGE,), "What is it?")


def script(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "script.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_replies_are_said_in_order_and_then_again() -> None:
    engine = ScriptedEngine(replies=[Reply('{"brand":"A B"}'), Reply('{"brand":"C D"}')])
    said = [engine.extract(GIVEN).fields["brand"].value for _ in range(3)]
    assert said == ["A B", "C D", "A B"]


def test_a_script_has_replies_for_photos_and_for_questions(tmp_path: Path, settings: Settings) -> None:
    path = script(
        tmp_path,
        '{"extract": {"brand": "燕麦工坊", "net_content": "500 g"}}',
        "",
        '{"ask": "十二个月。", "delay_s": 0}',
    )
    engine = ScriptedEngine(settings.model_copy(update={"script": path}))
    fields = engine.extract(GIVEN).fields
    assert (fields["brand"].value, fields["net_content"].value, fields["net_content"].unit) == ("燕麦工坊", 500.0, "g")
    assert "".join(engine.ask(QUESTION)) == "十二个月。"
    assert engine.questions == [QUESTION]


@pytest.mark.parametrize("line", ["{", '{"say": "x"}', "[1]", '{"ask": "x", "delay_s": "long"}', "7"])
def test_a_line_that_is_no_reply_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadSetting, match="line 2"):
        read_script(script(tmp_path, '{"ask": "x"}', line))


def test_a_script_that_is_not_there_is_a_bad_setting(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="SHELFLENS_SCRIPT"):
        read_script(tmp_path / "none.jsonl")


def test_the_revision_follows_the_script() -> None:
    one, other = ScriptedEngine(replies=[Reply("a")]), ScriptedEngine(replies=[Reply("b")])
    assert one.revision == ScriptedEngine(replies=[Reply("a")]).revision != other.revision


def test_an_endless_answer_is_stopped_and_its_good_part_kept() -> None:
    engine = ScriptedEngine(replies=[Reply('{"brand":"Acme Foods","claims":["No sugar",' + '"Vegan",' * 10_000)])
    output = engine.extract(GIVEN)
    assert output.partial
    assert output.fields["claims"].value == ["No sugar", "Vegan"]
    assert len(output.raw_text) < 200


def test_an_answer_of_circles_alone_is_a_failure_that_says_so() -> None:
    with pytest.raises(EngineFailed, match="repeated the same words"):
        ScriptedEngine(replies=[Reply("I see I see " * 100)]).extract(GIVEN)


def test_nonsense_is_an_unusable_answer() -> None:
    with pytest.raises(UnusableAnswer, match="sorry"):
        ScriptedEngine(replies=[Reply("I am sorry.")]).extract(GIVEN)


def test_a_broken_model_is_a_plain_failure() -> None:
    engine = ScriptedEngine(replies=[Reply('{"brand":', error=RuntimeError("CUDA error"))])
    with pytest.raises(EngineFailed, match="RuntimeError: CUDA error"):
        engine.extract(GIVEN)


def test_without_replies_it_says_so() -> None:
    with pytest.raises(EngineFailed, match="no reply of this sort"):
        ScriptedEngine().extract(GIVEN)


def test_a_stop_ends_a_long_pause() -> None:
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    given = EngineInput(IMAGE, GIVEN.readings, GIVEN.schema, stopped=stop.is_set)
    start = time.monotonic()
    with pytest.raises(Stopped):
        ScriptedEngine(replies=[Reply('{"brand":"A B"}', delay_s=30.0)]).extract(given)
    assert time.monotonic() - start < 20.0


def test_pieces_come_as_they_are_told() -> None:
    engine = ScriptedEngine(answers=[Reply(pieces=("Tw", "", "elve"))])
    assert list(engine.ask(QUESTION)) == ["Tw", "", "elve"]


def test_the_pieces_of_a_text_are_the_text() -> None:
    text = "  保质期：12个月。 Keep dry!\n\n  "
    assert "".join(Reply(text).speak(lambda: False)) == text
