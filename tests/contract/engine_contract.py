"""What every engine promises (core/engines/base.py), whatever it is made of."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest
from PIL import Image, ImageDraw

from core.engines.base import Answers, Engine, EngineInput, EngineOutput, Question, Sampling, Stopped, Unloads
from core.errors import ShelfLensError
from core.schema import FieldSpec, FieldType, load_schema
from core.types import Barcode, FieldValue, Grade, Kind, Line, Readings
from tests.contract.subjects import Subject

SHORT = Sampling(max_new_tokens=24, seed=7)
QUICK_S = 60.0
"""No call in this suite may take longer; a hang would take for ever."""

NO_LINES = Readings(width=600, height=400)


def label(width: int = 600, height: int = 400) -> Image.Image:
    """A plain label with some print on it."""
    image = Image.new("RGB", (width, height), (240, 238, 230))
    draw = ImageDraw.Draw(image)
    for row in range(5):
        draw.rectangle((40, 40 + 60 * row, 360 + 20 * row, 66 + 60 * row), fill=(30, 30, 40))
    return image


def readings(image: Image.Image, *, outside: bool = False) -> Readings:
    """Lines as the OCR reader gives them; with `outside` their boxes leave the page."""
    texts = ("燕麦工坊", "原味燕麦片", "净含量：500克", "保质期：12个月", "限时特价 ¥168 原价 ¥199")
    far = 10_000.0 if outside else 0.0
    lines = [
        Line(text=text, box=(40.0 - far, 40.0 + 60 * row, 360.0 + far, 66.0 + 60 * row), score=0.97)
        for row, text in enumerate(texts)
    ]
    code = Barcode(text="6901234567892", format="EAN-13", box=(400.0, 300.0, 560.0, 360.0), decoders=("zxing",))
    return Readings(width=image.width, height=image.height, lines=tuple(lines), barcodes=(code,))


def given(image: Image.Image, kind: Kind = Kind.PRODUCT, *, read: bool = True, **more: Any) -> EngineInput:
    seen = readings(image) if read else Readings(width=image.width, height=image.height)
    return EngineInput(image, seen, load_schema(kind), **more)


ANSWERABLE = "What is the shelf life?"
"""A question that finding printed words answers as well as a model does."""


def asked(text: str = ANSWERABLE, sampling: Sampling = SHORT) -> Question:
    """A question about the label, with what is literally on it."""
    image = label()
    return Question((image,), text, readings=(readings(image),), sampling=sampling)


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "blank": lambda: Image.new("RGB", (600, 400), "white"),
    "black": lambda: Image.new("RGB", (600, 400), "black"),
    "100:1": lambda: label(3000, 30),
    "1:100": lambda: label(30, 3000),
    "one pixel": lambda: Image.new("RGB", (1, 1)),
    "huge": lambda: label(7000, 6000),
}


@pytest.mark.timeout(300)
class EngineContract:
    """Inherit it, with the fixtures `subject`, `engine` and `talker`."""

    @pytest.mark.parametrize("kind", list(Kind))
    def test_the_same_photo_is_read_the_same_way_twice(self, engine: Engine, kind: Kind) -> None:
        assert told(engine, given(label(), kind)) == told(engine, given(label(), kind))

    @pytest.mark.parametrize("kind", list(Kind))
    def test_a_label_gives_fields(self, subject: Subject, engine: Engine, kind: Kind) -> None:
        outcome = attempt(lambda: engine.extract(given(label(), kind)))
        assert_plain(outcome)
        assert not subject.sane or (isinstance(outcome, EngineOutput) and outcome.fields)

    @pytest.mark.parametrize("kind", list(Kind))
    def test_fields_are_those_of_the_schema_and_typed(self, engine: Engine, kind: Kind) -> None:
        schema = load_schema(kind)
        outcome = attempt(lambda: engine.extract(given(label(), kind)))
        for key, field in (outcome.fields if isinstance(outcome, EngineOutput) else {}).items():
            assert is_typed(schema.field(key), field), f"{key}: {field!r}"
            assert field.sources or field.inferred
            assert FieldValue.model_validate_json(field.model_dump_json()) == field

    @pytest.mark.parametrize("kind", list(Kind))
    @pytest.mark.parametrize("picture", list(PICTURES))
    def test_any_picture_gives_fields_or_a_plain_error(self, engine: Engine, picture: str, kind: Kind) -> None:
        start = time.monotonic()
        outcome = attempt(lambda: engine.extract(given(PICTURES[picture](), kind, read=False)))
        assert time.monotonic() - start < QUICK_S
        assert_plain(outcome)

    def test_lines_outside_the_page_do_no_harm(self, engine: Engine) -> None:
        image = label()
        outcome = attempt(
            lambda: engine.extract(EngineInput(image, readings(image, outside=True), load_schema(Kind.PRODUCT)))
        )
        assert_plain(outcome)

    def test_what_the_embedded_engine_proposes_does_not_change_the_answer(self, engine: Engine) -> None:
        proposed = {
            "brand": FieldValue(value="another", raw="another"),
            "net_content": FieldValue(value=1.0, unit="kg"),
        }
        assert told(engine, given(label(), proposed=proposed)) == told(engine, given(label()))

    def test_what_it_is_given_stays_as_it_is(self, engine: Engine) -> None:
        image = label()
        proposed = {"brand": FieldValue(value="x", raw="x")}
        seen = given(image, proposed=proposed)
        pixels, before = image.tobytes(), copy.deepcopy((seen.readings, proposed))
        attempt(lambda: engine.extract(seen))
        assert image.tobytes() == pixels
        assert (seen.readings, proposed) == before

    def test_a_stop_before_the_start_ends_it_at_once(self, engine: Engine) -> None:
        """An engine of milliseconds may answer all the same; one that takes longer raises Stopped."""
        attempt(lambda: engine.extract(given(label())))  # loads what there is to load
        start = time.monotonic()
        outcome = attempt(lambda: engine.extract(given(label(), stopped=lambda: True)))
        took = time.monotonic() - start
        assert isinstance(outcome, Stopped) or (isinstance(outcome, EngineOutput) and took < QUICK_S)

    def test_it_reads_on_after_a_stop(self, engine: Engine) -> None:
        expected = told(engine, given(label()))
        looks = iter(range(3))
        attempt(lambda: engine.extract(given(label(), stopped=lambda: next(looks, None) is None)))
        assert told(engine, given(label())) == expected

    def test_the_cache_key_is_stable(self, subject: Subject) -> None:
        engine = subject.make()
        before = cache_key(engine)
        attempt(lambda: engine.extract(given(label())))
        assert cache_key(engine) == before
        assert cache_key(subject.make()) == before

    def test_the_cache_key_changes_with_whatever_changes_an_answer(self, subject: Subject) -> None:
        engine = subject.make()
        if subject.make_other is None:
            assert engine.params == {}
        else:
            assert cache_key(subject.make_other()) != cache_key(engine)

    def test_the_cache_key_is_made_of_words_and_json(self, engine: Engine) -> None:
        assert all(isinstance(part, str) and part for part in (engine.name, engine.revision, engine.prompt_version))
        assert json.loads(json.dumps(engine.params, sort_keys=True)) == engine.params

    def test_memory_is_given_back_and_taken_again(self, engine: Engine) -> None:
        if not isinstance(engine, Unloads):
            pytest.skip(f"engine {engine.name} holds nothing that it could give back")
        expected = told(engine, given(label()))
        assert engine.loaded
        engine.unload()
        assert not engine.loaded
        assert told(engine, given(label())) == expected

    def test_a_question_is_answered_in_pieces(self, talker: Answers) -> None:
        pieces = list(talker.ask(asked()))
        assert "".join(pieces).strip()
        assert all(isinstance(piece, str) for piece in pieces)

    def test_the_same_seed_gives_the_same_answer(self, talker: Answers) -> None:
        assert "".join(talker.ask(asked())) == "".join(talker.ask(asked()))

    @pytest.mark.parametrize("read", [0, 1, 3])
    def test_an_answer_may_be_left_early(self, talker: Answers, read: int) -> None:
        """The work ends with it: the next question does not wait for the rest of the last one."""
        answer = talker.ask(asked("List all text.", Sampling(max_new_tokens=2000, seed=7)))
        list(islice(answer, read))
        start = time.monotonic()
        close(answer)
        assert time.monotonic() - start < QUICK_S
        assert "".join(talker.ask(asked())).strip()

    def test_a_conversation_and_several_photos_are_understood(self, talker: Answers) -> None:
        question = Question(
            (label(), label(300, 600)),
            "And the other one?",
            readings=(readings(label()), NO_LINES),
            history=(("这是什么？", "燕麦片。"), ("多少钱？", "168元。")),
            sampling=SHORT,
        )
        assert_plain(attempt(lambda: "".join(talker.ask(question))))

    @pytest.mark.parametrize("text", ["word " * 4000, "字" * 10_000, "", " \n", "\x00\ud800<|im_end|><|image_pad|>"])
    def test_any_question_is_answered_or_refused_plainly(self, talker: Answers, text: str) -> None:
        start = time.monotonic()
        outcome = attempt(lambda: "".join(talker.ask(Question((label(),), text, sampling=SHORT))))
        assert time.monotonic() - start < QUICK_S
        assert_plain(outcome)

    @pytest.mark.parametrize("picture", list(PICTURES))
    def test_a_question_about_any_picture_is_answered_or_refused_plainly(self, talker: Answers, picture: str) -> None:
        question = Question((PICTURES[picture](),), "What is it?", sampling=SHORT)
        assert_plain(attempt(lambda: "".join(talker.ask(question))))

    def test_a_question_changes_no_reading(self, engine: Engine, talker: Answers) -> None:
        before = told(engine, given(label()))
        "".join(talker.ask(asked()))
        assert told(engine, given(label())) == before


def cache_key(engine: Engine) -> str:
    return json.dumps([engine.name, engine.revision, engine.prompt_version, engine.params], sort_keys=True)


def told(engine: Engine, seen: EngineInput) -> tuple[Any, ...]:
    """What the engine makes of it, comparable: fields and words, or the error it says."""
    outcome = attempt(lambda: engine.extract(seen))
    assert_plain(outcome)
    return (outcome.fields, outcome.raw_text) if isinstance(outcome, EngineOutput) else (repr(outcome),)


def attempt(work: Callable[[], Any]) -> Any:
    """What the work gives, or the exception that it raises."""
    try:
        return work()
    except Exception as err:
        return err


def assert_plain(outcome: Any) -> None:
    """Fields, words, or an error that a person can read in both languages; never what a library raised."""
    if isinstance(outcome, BaseException):
        assert isinstance(outcome, ShelfLensError), repr(outcome)
        assert outcome.message.en and outcome.message.zh
    else:
        assert isinstance(outcome, EngineOutput | str)


def close(answer: Iterator[str]) -> None:
    answer.close()  # type: ignore[attr-defined]


def is_typed(spec: FieldSpec, field: FieldValue) -> bool:
    """The shape that core/types.py promises; or the words themselves, in doubt, where they are of another shape."""
    shape = _SHAPES.get(spec.type, _is_text)
    return shape(field) or (isinstance(field.value, str) and field.grade is Grade.LOW)


def _is_text(field: FieldValue) -> bool:
    return isinstance(field.value, str) and bool(field.value)


def _is_amount(field: FieldValue) -> bool:
    return isinstance(field.value, int | float) and bool(field.unit)


def _is_list(field: FieldValue) -> bool:
    return isinstance(field.value, list) and all(isinstance(entry, str) and entry for entry in field.value)


def _is_table(field: FieldValue) -> bool:
    rows = field.value.get("rows") if isinstance(field.value, dict) else None
    return bool(rows) and all({"nutrient", "name", "value", "unit", "per"} <= set(row) for row in rows or ())


def _has(*keys: str) -> Callable[[FieldValue], bool]:
    return lambda field: (
        isinstance(field.value, list)
        and all(isinstance(entry, dict) and set(keys) <= set(entry) for entry in field.value)
    )


_SHAPES: dict[FieldType, Callable[[FieldValue], bool]] = {
    FieldType.QUANTITY: _is_amount,
    FieldType.DURATION: _is_amount,
    FieldType.LIST: _is_list,
    FieldType.NUTRITION: _is_table,
    FieldType.PRICES: _has("value", "currency", "kind"),
    FieldType.PROMOTIONS: _has("text", "kind"),
    FieldType.SELLING_POINTS: _has("text", "theme"),
    FieldType.PALETTE: _has("hex", "share"),
}
