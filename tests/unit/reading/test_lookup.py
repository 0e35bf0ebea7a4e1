"""Which words of an answer are linked to the photo, and which are better left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reading.lookup import find_printed
from core.types import Line, Readings


def page(*lines: str) -> Readings:
    """Lines under each other, ten pixels a character wide and twenty high."""
    return Readings(
        width=1000,
        height=1000,
        lines=tuple(
            Line(text=text, box=(0, 30 * row, 10 * len(text), 30 * row + 20), score=0.9)
            for row, text in enumerate(lines)
        ),
    )


def linked(answer: str, *lines: str) -> list[str]:
    return [answer[found.start : found.end] for found in find_printed(answer, [page(*lines)])]


@pytest.mark.parametrize(
    ("answer", "lines", "expected"),
    [
        ("The shelf life is 12个月.", ["保质期：12个月"], ["12个月"]),
        ("保质期为12个月。", ["保质期:12个月"], ["保质期", "12个月"]),
        ("Ingredients: rolled oats, sugar", ["INGREDIENTS:ROLLED OATS,SUGAR"], ["Ingredients: rolled oats, sugar"]),
        ("It holds 500 g of it.", ["Net 500g"], ["500 g"]),
        ("It is made by Northfield Foods.", ["Northfield Foods GmbH"], ["Northfield Foods"]),
        ("含有“花生”。", ["配料：燕麦、花生、盐"], ["花生"]),
        ("品牌是晨露", ["晨露"], ["晨露"]),
        ("- 麸质\n- 坚果", ["本品含有麸质、坚果"], ["麸质", "坚果"]),
        ("Ｎｏｒｔｈｆｉｅｌｄ", ["NORTHFIELD"], ["Ｎｏｒｔｈｆｉｅｌｄ"]),
    ],
)
def test_printed_words_are_linked(answer: str, lines: list[str], expected: list[str]) -> None:
    assert linked(answer, *lines) == expected


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        ("This is the one with that.", ["with the milk that this"]),
        ("It has 12 of them.", ["Batch 12"]),
        ("这个产品含花生吗", ["花生酱"]),
        ("Northfielder", ["Northfield"]),
        ("It was made in 2026.", ["LOT 20260307"]),
        ("Butter", ["Peanutbutter cups"]),
        ("", ["Northfield"]),
        ("Northfield", []),
    ],
    ids=[
        "grammar",
        "small number",
        "inside Chinese",
        "longer word",
        "part of a number",
        "word in a word",
        "",
        "no lines",
    ],
)
def test_what_says_too_little_or_stands_otherwise_is_not(answer: str, lines: list[str]) -> None:
    assert linked(answer, *lines) == []


def test_a_stretch_of_a_line_has_that_part_of_its_box() -> None:
    (found,) = find_printed("12个月", [page("first", "保质期：12个月")])
    assert found.box == (40, 30, 80, 50)


def test_the_photo_is_named_and_the_first_place_counts() -> None:
    (found,) = find_printed("Northfield", [None, page("nothing"), page("Northfield", "Northfield")])
    assert (found.photo, found.box) == (2, (0, 0, 100, 20))


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=5))
def test_links_are_in_order_and_say_what_is_printed(answer: str, lines: list[str]) -> None:
    found = find_printed(answer, [page(*lines)])
    ends = [0, *(entry.end for entry in found)]
    assert all(end <= entry.start < entry.end for end, entry in zip(ends, found, strict=False))
    assert all(entry.end <= len(answer) for entry in found)
