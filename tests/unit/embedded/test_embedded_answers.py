"""Questions to the embedded engine: what it finds and quotes, and what it leaves to a model."""

from __future__ import annotations

import pytest
from PIL import Image

from core.engines.base import Answers, Question
from core.engines.embedded.answers import asked_fields, asked_words
from core.engines.embedded.engine import EmbeddedEngine
from core.engines.language.prompts import SUGGESTED
from core.errors import NeedsModel
from core.settings import Settings
from core.types import Barcode, Line, Readings

LABEL = (
    "山禾燕麦片",
    "配料：燕麦、花生、白砂糖",
    "净含量：500克",
    "保质期：12个月",
    "生产日期：2026年03月07日",
    "贮存条件：常温避光保存",
)
OATS = (
    "Northfield Oats",
    "Ingredients: rolled oats, sugar, coconut milk",
    "Net weight: 500 g",
    "May contain traces of peanuts",
)


def page(*lines: str) -> Readings:
    return Readings(
        width=600,
        height=600,
        lines=tuple(
            Line(text=text, box=(20, 20 + 40 * row, 20 + 14 * len(text), 44 + 40 * row), score=0.95)
            for row, text in enumerate(lines)
        ),
        barcodes=(Barcode(text="4006381333931", format="EAN-13", box=(400, 500, 580, 580), decoders=("zxing",)),),
    )


def answer(text: str, *photos: Readings) -> str:
    engine = EmbeddedEngine(Settings())
    assert isinstance(engine, Answers)
    images = tuple(Image.new("RGB", (reading.width, reading.height)) for reading in photos)
    return "".join(engine.ask(Question(images=images, text=text, readings=photos)))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Does it contain peanut?", ("peanut",)),
        ("contains peanuts or milk?", ("peanuts", "milk")),
        ("Is there any sugar in it?", ("sugar",)),
        ("Are there traces of nuts?", ("nuts",)),
        ("Is it gluten-free?", ("gluten",)),
        ("Does this have palm oil?", ("palm oil",)),
        ("含花生吗？", ("花生",)),
        ("这个产品含有牛奶和鸡蛋吗", ("牛奶", "鸡蛋")),
        ("是否含有小麦？", ("小麦",)),
        ("有没有添加蔗糖", ("蔗糖",)),
        ("What is the shelf life?", ()),
        ("配料有哪些？", ()),
        ("Is there a best before?", ()),
        ("有保质期吗？", ()),
        ("What contents?", ()),
    ],
)
def test_the_words_a_question_asks_for_are_found(question: str, words: tuple[str, ...]) -> None:
    assert asked_words(question) == words


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("What is the shelf life?", ("shelf_life",)),
        ("配料是什么？", ("ingredients_text",)),
        ("Brand and net content?", ("brand", "net_content")),
        ("保质期和生产日期", ("shelf_life", "production_date")),
        ("How much does it weigh?", ("net_content",)),
        ("多少钱？", ("price",)),
        ("What does it cost?", ("price",)),
        ("How is the weather?", ()),
        ("品牌", ("brand",)),
        ("Is the packaging recyclable?", ()),
        ("rebranded", ()),
    ],
)
def test_the_fields_a_question_names_are_found(question: str, fields: tuple[str, ...]) -> None:
    assert asked_fields(question) == fields


@pytest.mark.parametrize(
    ("question", "photo", "expected"),
    [
        ("What is the net content?", OATS, "Net content: 500 g\n"),
        ("净含量是多少？", LABEL, "净含量：500克\n"),
        ("保质期多久？生产日期呢？", LABEL, "保质期：12个月\n生产日期：2026年03月07日\n"),
        ("What is the origin?", OATS, "Origin: not found in what was read\n"),
        ("Barcode?", OATS, "Barcode (GTIN): 4006381333931\n"),
    ],
)
def test_a_field_is_answered_as_it_is_printed(question: str, photo: tuple[str, ...], expected: str) -> None:
    assert answer(question, page(*photo)) == expected


@pytest.mark.parametrize(
    ("question", "photo", "quoted"),
    [
        ("Does it contain peanut?", OATS, ["“May contain traces of peanuts”"]),
        ("含花生吗？", LABEL, ["“配料：燕麦、花生、白砂糖”"]),
        ("Does it contain peanut?", LABEL, ["“配料：燕麦、花生、白砂糖”"]),
        ("Does it contain sugar?", OATS, ["“Ingredients: rolled oats, sugar, coconut milk”"]),
    ],
)
def test_a_word_is_answered_with_the_lines_that_hold_it(
    question: str, photo: tuple[str, ...], quoted: list[str]
) -> None:
    assert answer(question, page(*photo)).splitlines()[1:] == quoted


@pytest.mark.parametrize(
    ("question", "photo"),
    [
        ("Does it contain milk?", OATS),
        ("Does it contain mustard?", OATS),
        ("含牛奶吗？", LABEL),
        ("Is it sesame-free?", OATS),
    ],
    ids=["coconut milk is no milk", "not printed", "not printed, Chinese", "free of"],
)
def test_a_word_that_is_not_printed_proves_nothing_and_the_answer_says_so(
    question: str, photo: tuple[str, ...]
) -> None:
    said = answer(question, page(*photo))
    assert "no proof" in said or "并不能证明" in said
    assert "“" not in said.replace("“牛奶”", "")


def test_all_text_comes_with_its_places_and_barcodes() -> None:
    said = answer("List all text", page(*OATS)).splitlines()
    assert said[0] == "top left: Northfield Oats"
    assert said[-1] == "barcode (EAN-13): 4006381333931"
    assert len(said) == len(OATS) + 1
    assert answer("所有文字", page(*LABEL)).splitlines()[0] == "左上：山禾燕麦片"


def test_two_photos_are_told_apart_and_an_empty_one_is_named() -> None:
    said = answer("all text", page(*OATS), Readings(width=10, height=10))
    assert said.startswith("Photo 1:\n")
    assert said.endswith("Photo 2:\nNo text was read on it.\n")


@pytest.mark.parametrize("text", ["all text", "Does it contain peanut?", "shelf life?"])
def test_a_photo_that_nobody_has_read_holds_nothing_to_find(text: str) -> None:
    question = Question(images=(Image.new("RGB", (10, 10)),), text=text)
    (said,) = EmbeddedEngine(Settings()).ask(question)
    assert "No text" in said or "not found" in said


def test_a_field_is_taken_from_whichever_photo_has_it() -> None:
    assert answer("净含量和保质期", page("山禾燕麦片", "净含量：500克"), page("保质期：12个月")) == (
        "净含量：500克\n保质期：12个月\n"
    )


@pytest.mark.parametrize(
    "question",
    [
        "Why is the brand printed in red?",
        "Describe the photo.",
        "Translate the ingredients into French.",
        "Is the shelf life longer than a year?",
        "Is this product healthy?",
        "Which of the claims would convince a runner?",
        "What animal is shown?",
        "这个产品适合儿童吗？",
        "为什么保质期这么短？",
        "把配料翻译成英文",
        "hello",
        "?",
    ],
)
def test_what_takes_judgement_is_left_to_a_model_with_the_way_to_it(question: str) -> None:
    with pytest.raises(NeedsModel, match="python -m core models pull"):
        answer(question, page(*OATS))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("offered", SUGGESTED, ids=lambda offered: offered.key)
def test_every_suggested_question_gets_an_answer(offered: object, lang: str) -> None:
    text = offered.text.in_lang(lang)  # type: ignore[attr-defined]
    said = answer(text, page(*(LABEL if lang == "zh" else OATS)))
    assert said
    assert ("：" in said) == (lang == "zh")
