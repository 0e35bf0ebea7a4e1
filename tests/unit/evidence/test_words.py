"""Where words stand on a photo: hits beside near misses, in Chinese, English and German."""

from __future__ import annotations

import pytest

from core.evidence.page import Page
from core.evidence.words import How, Seen, find_words
from core.types import Readings
from tests.unit.evidence.pages import LETTER, PITCH, line, page

EXACT = [
    ("Whole Grain Oats", ["WHOLE GRAIN OATS"]),
    ("whole grain oats", ["WholeGrainOats 500g"]),
    ("Bio-Haferflocken", ["BIO HAFERFLOCKEN", "zart"]),
    ("Käse", ["Kase 45% Fett"]),
    ("燕麦片", ["品名：即食燕麦片"]),
    ("有机（纯）燕麦片", ["有机纯燕麦片"]),
    ("ＡＢＣ牛奶", ["ABC牛奶"]),
    ("盐", ["配料：水、盐、糖"]),
    ("阴凉干燥处保存", ["请于阴凉干", "燥处保存。"]),
    ("Keep in a cool dry place", ["Keep in a cool", "dry place."]),
    ("SC10111011500123", ["SC 101 1101 1500 123"]),
    ("GB/T 20822", ["GB/T20822-2007"]),
    ("1.5 L", ["Cola 1,5 l"]),
    ("Durstig?", ["Durstig? Trink!"]),
    ("今天喝了吗？", ["今天喝了吗?"]),
]
NEAR = [
    ("Haferflocken", ["Haferf1ocken"], "Haferf1ocken", How.DIFFERS),  # the OCR made a digit of a letter
    ("Haferflocken", ["Haferfiocken zart"], "Haferfiocken", How.NEAR),
    ("Erdbeermarmelade extra", ["Erdbeermarrnelade extra"], "Erdbeermarrnelade extra", How.NEAR),
    ("优惠券礼包", ["领优惠卷礼包"], "优惠卷礼包", How.NEAR),
    ("WHOLE GRAIN", ["WHOLEGRAINOATS"], "WHOLEGRAINOATS", How.NEAR),
    ("Haferflocken", ["Vollkornhaferflocken"], "Vollkornhaferflocken", How.NEAR),
    ("GB/T 20822", ["GB/T20882-2007"], "GB/T20882", How.DIFFERS),
    ("1.5 L Cola", ["15 L Cola"], "15 L Cola", How.DIFFERS),
    ("SC10111011500123", ["SC10111011500128"], "SC10111011500128", How.DIFFERS),
    ("蛋?质", ["蛋白质"], "蛋白质", How.NEAR),
    ("Hafer?locken", ["Haferflocken zart"], "Haferflocken", How.NEAR),
    ("20?5-03-01", ["2025.03.01"], "2025.03.01", How.NEAR),
    ("SC1011?011500123", ["SC10111011500123"], "SC10111011500123", How.NEAR),
]
NOT = [
    ("Oat", ["Oatmeal"]),
    ("Milk", ["Buttermilk"]),
    ("Hafer", ["Haferflocken"]),
    ("Kase", ["Kasten Bier"]),
    ("500", ["1500"]),
    ("500", ["1,500"]),
    ("500 g", ["2500 g"]),
    ("牛奶", ["水牛", "奶粉 2 段", "牛 乳"]),
    ("茶", ["绿茶饮料"]),  # one character inside a word is no word
    ("红茶", ["绿茶"]),
    ("Rice", ["Nice"]),
    ("Haferflocken", ["Haferkleie"]),
    ("", ["anything"]),
    ("?", ["anything"]),
    ("a?", ["an anything"]),
    ("???", ["anything"]),
    ("Milch", []),
]


@pytest.mark.parametrize(("words", "lines"), EXACT)
def test_words_are_seen_whatever_their_case_width_spaces_and_punctuation(words: str, lines: list[str]) -> None:
    assert find_words(page(*lines), words).how is How.EXACT


@pytest.mark.parametrize(("words", "lines", "printed", "how"), NEAR)
def test_other_letters_are_near_and_other_digits_are_another_value(
    words: str, lines: list[str], printed: str, how: How
) -> None:
    seen = find_words(page(*lines), words)
    assert (seen.how, seen.printed) == (how, printed)


@pytest.mark.parametrize(("words", "lines"), NOT)
def test_parts_of_other_words_and_numbers_are_not_seen(words: str, lines: list[str]) -> None:
    assert find_words(page(*lines), words).how is How.NOT


def test_a_text_runs_down_its_column_past_what_the_reader_read_in_between() -> None:
    left = [line("Store in a dry", 0, 0), line("and cool place", 0, PITCH)]
    right = [line("Made in Spain", 400, 2), line("by Molino SA", 400, PITCH + 2)]
    columns = Page(Readings(width=800, height=100, lines=(left[0], right[0], left[1], right[1])))
    seen = find_words(columns, "Store in a dry and cool place")
    assert (seen.how, [stretch.line for stretch in seen.stretches]) == (How.EXACT, [0, 2])


def test_words_at_two_ends_of_the_page_are_not_one_text() -> None:
    apart = Page(Readings(width=800, height=900, lines=(line("oat", 0, 0), line("milk", 0, 800))))
    assert find_words(apart, "oat milk").how is How.NOT


def test_a_part_of_a_line_is_boxed_by_its_share_of_the_line() -> None:
    found = page("净含量：500克装")
    seen = find_words(found, "500克")
    assert found.box(seen.stretches) == (4 * LETTER, 0, 8 * LETTER, 20)


def test_several_lines_are_boxed_together() -> None:
    found = page("Keep cool", "and dry.")
    seen = find_words(found, "Keep cool and dry")
    assert found.box(seen.stretches) == (0, 0, 9 * LETTER, PITCH + 20)


def test_of_several_places_the_line_that_says_nothing_else_is_the_best() -> None:
    seen = find_words(page("Serving idea: Oat Drink with muesli", "Oat Drink"), "Oat Drink")
    assert [stretch.line for stretch in seen.stretches] == [1]


INGREDIENTS = (
    "Wheat flour, sugar, palm oil, cocoa powder (5.5 %), glucose syrup, raising agents, salt, emulsifier: soya "
    "lecithins, natural vanilla flavouring, skimmed milk powder"
)
PRINTED = [
    "Ingredients: Wheat flour, sugar, palm",
    "oil, cocoa powder (5.5 %), glucose syrnp,",
    "raising agents, salt, emulsifier: soya lecithins,",
    "natural vanilla flavouring, skimmed milk powder.",
    "Best before: see lid",
]


def test_a_long_text_misread_here_and_there_is_near_with_the_lines_it_stands_on() -> None:
    seen = find_words(page(*PRINTED), INGREDIENTS)
    assert (seen.how, [stretch.line for stretch in seen.stretches]) == (How.NEAR, [0, 1, 2, 3])
    assert seen.printed.startswith("Wheat flour") and "syrnp" in seen.printed


def test_a_long_text_with_another_percentage_differs() -> None:
    assert find_words(page(*PRINTED), INGREDIENTS.replace("5.5", "6.5")).how is How.DIFFERS


def test_a_long_text_half_of_which_is_invented_is_not_seen() -> None:
    invented = INGREDIENTS[:70] + "whole almonds, dried cranberries, pumpkin seeds, maple sirup and sea salt flakes"
    assert find_words(page(*PRINTED), invented).how is How.NOT


CHINESE = (
    "小麦粉、白砂糖、植物油、可可粉、葡萄糖浆、食用盐、碳酸氢钠、磷脂、香兰素、"
    "脱脂乳粉、麦芽糊精、鸡全蛋粉、乳清粉、玉米淀粉、食用香精、柠檬酸、维生素"
)


def test_a_long_chinese_text_over_lines_is_seen() -> None:
    lines = [f"配料：{CHINESE[:24]}", CHINESE[24:48], f"{CHINESE[48:]}。"]
    assert find_words(page(*lines), CHINESE).how is How.EXACT
    misread = [lines[0].replace("糖浆", "糖桨"), *lines[1:]]
    assert find_words(page(*misread), CHINESE).how is How.NEAR


def test_nothing_is_seen_on_an_empty_photo() -> None:
    assert find_words(page(), "anything") == Seen(How.NOT)
