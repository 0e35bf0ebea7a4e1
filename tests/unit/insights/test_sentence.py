"""One poster in a sentence: from its fields and marked so, or by a model that has answered."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image
from sqlite_utils import Database

from core.engines.base import Question
from core.engines.embedded.engine import EmbeddedEngine
from core.insights.sentence import MadeFrom, answer_about, ask_model, model_for_posters
from core.pitch import MADE, QUESTION, pitch_of
from core.reviewing.review import save_edits
from core.settings import Settings
from core.store import questions
from core.types import FieldValue, Line, Readings
from tests.seeding import seed_records


def fields(**values: Any) -> dict[str, FieldValue]:
    return {key: FieldValue(value=value, box=(0, 0, 9, 9)) for key, value in values.items()}


POINTS = [
    {"text": "顺丰包邮", "theme": "service", "box": [0, 0, 90, 20]},
    {"text": "100%桑蚕丝", "theme": "material", "box": [0, 30, 90, 70]},
    {"text": "超大标语在这里", "theme": "other", "box": [0, 80, 90, 180]},
]


def test_the_sentence_names_the_largest_themed_point_the_audience_and_the_best_offer() -> None:
    offers = [
        {"text": "6.1-6.18", "kind": "period"},
        {"text": "全场9折", "kind": "discount", "unit_discount": 0.1},
        {"text": "低至3折", "kind": "discount", "unit_discount": 0.7, "at_most": True},
    ]
    pitch = pitch_of(fields(selling_points=POINTS, audience=["women", "office"], promotion=offers))
    assert pitch.sentence.en == (
        "Its main selling point is “100%桑蚕丝” (material and ingredients); by its words it is for women and people"
        " at work (inferred); it offers “低至3折”, up to 70% off the unit price."
    )
    assert pitch.sentence.zh.startswith("主要卖点是“100%桑蚕丝”（")
    assert "从用语看面向女性、上班族（推断）" in pitch.sentence.zh
    assert "单件最多省 70%" in pitch.sentence.zh
    assert [(place.field, place.text) for place in pitch.places] == [
        ("selling_points", "100%桑蚕丝"), ("audience", ""), ("promotion", "低至3折"),
    ]  # fmt: skip
    assert pitch.places[0].box == (0, 30, 90, 70)


def test_a_point_in_the_headline_is_the_main_one() -> None:
    pitch = pitch_of(fields(selling_points=POINTS, headline="顺丰包邮，当天发货"))
    assert "“顺丰包邮”" in pitch.sentence.en


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "No selling point was read on it; no word on it says whom it is for."),
        ({"brand": "云衫"}, "No selling point was read on it beside “云衫”; no word on it says whom it is for."),
        ({"selling_points": "typed by hand"}, "Its main selling point is “typed by hand”; no word"),
        ({"selling_points": [], "audience": ["my own people"]}, "it is for my own people (inferred)"),
        ({"promotion": [{"text": "满减大促", "kind": "threshold"}]}, "it offers “满减大促”."),
    ],
)
def test_what_is_not_there_is_said_not_to_be(given: dict[str, Any], said: str) -> None:
    assert said in pitch_of(fields(**given)).sentence.en


def test_a_poster_without_a_model_is_answered_from_what_stands_now(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, products=0, ads=1)
    save_edits(db, item, {"selling_points": "轻薄不透"}, reviewer="ana")
    answer = answer_about(db, item)
    assert answer.made_from is MadeFrom.FIELDS
    assert "“轻薄不透”" in answer.sentence.en
    assert model_for_posters(db, settings) is None
    assert ask_model(db, settings, item, "en", by="ana") is None


def test_a_models_answer_in_the_readers_language_comes_first(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (item,) = seed_records(db, settings, products=0, ads=1)
    named = settings.model_copy(update={"remote_url": "http://127.0.0.1:9/v1", "remote_model": "m"})
    assert model_for_posters(db, named) == "remote"
    asked = ask_model(db, named, item, "en", by="ana")
    assert asked is not None
    assert answer_about(db, item).made_from is MadeFrom.FIELDS
    db.conn.execute(
        "UPDATE questions SET state = 'done', answer = ' Silk for women. ', answered_by = 'remote' WHERE id = ?",
        (asked,),
    )
    db.conn.commit()
    answer = answer_about(db, item)
    assert (answer.made_from, answer.engine, answer.sentence.en) == (MadeFrom.MODEL, "remote", "Silk for women.")
    assert answer_about(db, item, "zh").made_from is MadeFrom.FIELDS
    assert questions.get_question(db, asked).text == QUESTION.en


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_asked_without_a_model_the_sentence_is_the_answer_and_says_whence(settings: Settings, lang: str) -> None:
    words = ("云衫", "100%桑蚕丝连衣裙女", "到手价¥168", "立即抢购")
    lines = tuple(Line(text=text, box=(20, 20 + 90 * n, 380, 70 + 90 * n), score=0.98) for n, text in enumerate(words))
    question = Question(
        images=(Image.new("RGB", (400, 500)),),
        text=QUESTION.in_lang(lang),
        readings=(Readings(width=400, height=500, lines=lines),),
    )
    answer = "".join(EmbeddedEngine(settings).ask(question))
    assert "100%桑蚕丝" in answer
    assert MADE.in_lang(lang) in answer
