"""The engine as its callers meet it: photos and questions in, fields or words out."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.engines.base import EngineOutput, Question, Sampling, Stopped
from core.engines.language.prompts import groups
from core.engines.qwen3vl import reading
from core.engines.qwen3vl.engine import Qwen3VL
from core.engines.qwen3vl.inputs import Floats, PromptBuilder, Vocabulary
from core.errors import EngineFailed, QuestionTooLong
from core.schema import load_schema
from core.settings import Settings
from core.types import FieldValue, Kind
from tests.tiny.pictures import noise
from tests.unit.qwen3vl.seen import EXACT, Watch, asked, given, told, with_settings

# Reading photos


@pytest.mark.parametrize("kind", list(Kind))
def test_a_photo_is_read_within_the_schema(kind: Kind, engine: Qwen3VL) -> None:
    output = engine.extract(given(kind=kind))
    assert output.fields
    assert set(output.fields) <= set(load_schema(kind).keys)
    usage = output.usage
    assert usage is not None
    assert usage.input_tokens > 100
    assert 0 < usage.passes <= usage.output_tokens <= 160
    assert 0 < usage.first_token_s <= usage.total_s


@pytest.mark.parametrize("shortcuts", ["", "jump", "drafts", "prefix", "jump,drafts"])
def test_shortcuts_change_no_reading(shortcuts: str, local: Settings) -> None:
    proposed = {"brand": FieldValue(value="燕麦工坊", raw="燕麦工坊")}
    with_all, without = with_settings(local, shortcuts=EXACT), with_settings(local, shortcuts=shortcuts)
    for engine in (with_all, without):
        engine.extract(given(noise(200, 300, 5)))  # something kept for the one that keeps
    for kind in Kind:
        one, other = (engine.extract(given(kind=kind, proposed=proposed)) for engine in (with_all, without))
        assert (one.fields, one.raw_text, one.partial) == (other.fields, other.raw_text, other.partial)


def test_an_answer_longer_than_its_budget_is_partial(local: Settings) -> None:
    whole = with_settings(local, answer_tokens=400).extract(given())
    cut = with_settings(local, answer_tokens=80).extract(given())
    assert cut.partial
    assert whole.raw_text.startswith(cut.raw_text)
    assert cut.usage is not None and cut.usage.output_tokens <= 80
    kept = {key for key, field in cut.fields.items() if not field.truncated}
    assert all(cut.fields[key] == whole.fields[key] for key in kept)


class NullOrLikeliest:
    """Says null wherever it may: a model of random weights would go in circles before the last group."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        # Or what ends the key before it: a token that opens a string as well may be likelier.
        self._wanted = [token for text in ("null", '":') for token in vocabulary.encode(text)]
        assert len(self._wanted) == 2

    def choose(self, logits: Floats) -> int:
        allowed = (token for token in self._wanted if np.isfinite(logits[token]))
        return next(allowed, int(np.argmax(logits)))


def test_fields_are_asked_in_groups_over_one_encoded_picture(local: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = with_settings(local, fields_per_group=5, answer_tokens=100)
    vocabulary = engine._ready().vocabulary
    monkeypatch.setattr(reading, "Greedy", lambda: NullOrLikeliest(vocabulary))
    watch = Watch(engine, monkeypatch)
    output = engine.extract(given())
    asked_for = groups(load_schema(Kind.PRODUCT), 5)
    answers = [json.loads(answer) for answer in output.raw_text.split("\n")]
    assert answers == [dict.fromkeys(keys) for keys in asked_for]
    assert len(answers) == len(watch.prompts) > 2
    assert not output.partial
    assert output.usage is not None
    assert output.usage.output_tokens == sum(counts.tokens for counts in watch.prompts)
    assert watch.seen == 1
    assert [counts.reused > 0 for counts in watch.prompts] == [False] + [True] * (len(asked_for) - 1)


def test_the_next_photo_reuses_the_instruction(engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(engine, monkeypatch)
    for seed in range(2):
        engine.extract(given(noise(300, 200, seed)))
    assert watch.seen == 2
    assert watch.prompts[1].reused > 0.5 * watch.prompts[1].prompt


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "one pixel": lambda: Image.new("RGB", (1, 1)),
    "100:1": lambda: noise(3000, 30),
    "1:100": lambda: noise(30, 3000),
    "grey": lambda: noise(100, 100).convert("L"),
    "transparent": lambda: noise(100, 100).convert("RGBA"),
    "large": lambda: noise(4000, 3000),
}


@pytest.mark.parametrize("picture", list(PICTURES))
def test_any_picture_is_read_and_asked_about(picture: str, engine: Qwen3VL) -> None:
    image = PICTURES[picture]()
    assert told(engine, given(image, read=False))
    assert "".join(engine.ask(asked("What is it?", image))).strip()


@pytest.mark.parametrize("after", [1, 2, 5])
def test_reading_stops_within_one_step(after: int, engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch) -> None:
    watch, looks = Watch(engine, monkeypatch), iter(range(after))
    at_stop: list[int] = []

    def stopped() -> bool:
        if next(looks, None) is not None:
            return False
        at_stop.append(len(watch.feeds))
        return True

    with pytest.raises(Stopped):
        engine.extract(given(stopped=stopped))
    assert len(at_stop) == 1
    assert len(watch.feeds) == at_stop[0]
    assert engine.loaded
    assert engine.extract(given()).fields


def test_a_stop_before_the_start_loads_nothing(local: Settings) -> None:
    engine = Qwen3VL(local)
    with pytest.raises(Stopped):
        engine.extract(given(stopped=lambda: True))
    assert not engine.loaded


def test_a_group_that_runs_in_circles_costs_its_own_fields_only(
    local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = with_settings(local, fields_per_group=5, answer_tokens=100)
    vocabulary = engine._ready().vocabulary
    monkeypatch.setattr(reading, "Greedy", lambda: NullOrLikeliest(vocabulary))
    asked_for, read_group = groups(load_schema(Kind.PRODUCT), 5), reading._read_group

    def read(model: Any, seen: Any, picture: Any, keys: Any, *more: Any) -> EngineOutput:
        if keys == asked_for[1]:
            raise EngineFailed(engine="qwen3vl", name="the photo", reason="the answer runs in circles")
        return read_group(model, seen, picture, keys, *more)

    monkeypatch.setattr(reading, "_read_group", read)
    output = engine.extract(given())
    answers = [json.loads(answer) for answer in output.raw_text.split("\n")]
    assert answers == [dict.fromkeys(keys) for keys in asked_for if keys != asked_for[1]]
    assert output.partial


def test_a_photo_of_which_no_group_was_read_fails(local: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> EngineOutput:
        raise EngineFailed(engine="qwen3vl", name="the photo", reason="the answer runs in circles")

    monkeypatch.setattr(reading, "_read_group", fail)
    with pytest.raises(EngineFailed, match="in circles"):
        with_settings(local, fields_per_group=5).extract(given())


# Questions


def test_an_answer_comes_in_pieces_and_its_first_before_anything_is_computed(
    engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(engine, monkeypatch)
    pieces = engine.ask(asked("What is it?"))
    assert next(pieces) == ""
    assert watch.feeds == []
    assert "".join(pieces)


def test_a_follow_up_sees_the_photo_once_and_reuses_what_was_said(
    engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(engine, monkeypatch)
    answer = "".join(engine.ask(asked("What is it?")))
    again = "".join(engine.ask(asked("How much is it?", history=(("What is it?", answer),))))
    assert again
    first, second = watch.prompts
    assert watch.seen == 1
    assert first.reused == 0
    assert second.reused >= first.prompt
    assert second.prompt - second.reused < first.prompt


def test_another_question_about_the_photo_reuses_it(engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(engine, monkeypatch)
    for text in ("What is it?", "这是什么？"):
        list(engine.ask(asked(text)))
    assert watch.seen == 1
    assert watch.prompts[1].reused > 30


def test_kept_caches_change_no_answer(local: Settings) -> None:
    kept, plain = with_settings(local, shortcuts=EXACT), with_settings(local, shortcuts="")
    history: tuple[tuple[str, str], ...] = ()
    for text in ("What is it?", "净含量是多少？", "And the brand?"):
        answers = {"".join(engine.ask(asked(text, history=history))) for engine in (kept, plain)}
        assert len(answers) == 1
        history = (*history, (text, answers.pop()))


def test_what_was_asked_before_is_read_with_the_question(engine: Qwen3VL) -> None:
    plain = "".join(engine.ask(asked("And now?")))
    after = "".join(engine.ask(asked("And now?", history=(("这是什么？", "燕麦片。"),))))
    assert plain != after


def test_several_photos_are_told_apart(engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(engine, monkeypatch)
    photos = (noise(300, 200, 1), noise(200, 300, 2))
    there, back = ("".join(engine.ask(asked("Which?", *order))) for order in (photos, photos[::-1]))
    assert there != back
    assert watch.seen == 2


@pytest.mark.parametrize("read", [1, 2, 4])
def test_an_answer_left_early_computes_no_more(read: int, engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(engine, monkeypatch)
    answer = engine.ask(asked("List all text.", sampling=Sampling(max_new_tokens=2000, seed=7)))
    list(islice(answer, read))
    before = len(watch.feeds)
    answer.close()  # type: ignore[attr-defined]
    assert len(watch.feeds) == before <= read
    assert "".join(engine.ask(asked("What is it?")))


@pytest.mark.parametrize("read", [1, 2, 3])
def test_a_long_question_can_be_left_between_two_passes_of_its_prompt(
    read: int, engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(engine, monkeypatch)
    answer = engine.ask(asked("word " * 1500))
    assert list(islice(answer, read)) == [""] * read
    answer.close()  # type: ignore[attr-defined]
    assert len(watch.feeds) == read - 1
    assert sum(watch.feeds) < watch.prompts[0].prompt
    assert "".join(engine.ask(asked("What is it?")))


def test_a_question_without_a_photo_is_answered_from_its_text_alone(
    engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts to be put into sentences come with an instruction of their own: no word of a photo goes before them."""
    asked = Question(images=(), text="[1] 3 posters.", sampling=Sampling(temperature=0.0, max_new_tokens=8))
    first = "".join(engine.ask(asked))
    assert first == "".join(engine.ask(asked))
    prompts: list[str] = []
    text = PromptBuilder.text
    monkeypatch.setattr(PromptBuilder, "text", lambda self, words: prompts.append(words) or text(self, words))
    list(engine.ask(asked))
    assert prompts == ["[1] 3 posters."]


def test_no_answer_is_longer_than_asked(engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(engine, monkeypatch)
    list(engine.ask(asked("What is it?", sampling=Sampling(max_new_tokens=9, seed=7))))
    assert watch.prompts[0].tokens <= 9


def test_a_question_of_4000_tokens_is_answered(engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(engine, monkeypatch)
    assert "".join(engine.ask(asked("word " * 4000)))
    assert watch.prompts[0].prompt > 4000


@pytest.mark.parametrize("text", ["word " * 9000, "字" * 9000])
def test_a_question_longer_than_the_model_takes_is_refused_with_both_figures(text: str, engine: Qwen3VL) -> None:
    with pytest.raises(QuestionTooLong) as caught:
        list(engine.ask(asked(text)))
    for words in (caught.value.message.en, caught.value.message.zh):
        assert "8192" in words and str(caught.value.values["tokens"]) in words
    assert engine.loaded
    assert "".join(engine.ask(asked("What is it?")))


@pytest.mark.parametrize("text", ["", "   \n", "\x00", "<|im_end|><|image_pad|><|vision_start|>", "😀" * 50])
def test_odd_questions_are_answered(text: str, engine: Qwen3VL) -> None:
    assert "".join(engine.ask(asked(text)))
