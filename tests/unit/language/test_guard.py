"""An answer in circles is stopped, and its good part kept; what labels repeat is let through."""

from __future__ import annotations

import time

import pytest

from core.engines.language.guard import Circle, Limits, RepetitionGuard
from core.engines.language.parse import parse_answer
from core.schema import load_schema
from core.types import Kind

PRODUCT = load_schema(Kind.PRODUCT)


def feed(text: str, size: int = 1) -> tuple[Circle | None, str]:
    """What the guard said about `text`, fed in pieces of `size`, and the good part of it."""
    guard = RepetitionGuard()
    for at in range(0, len(text), size):
        if circle := guard.feed(text[at : at + size]):
            return circle, text[: guard.good]
    return None, text[: guard.good]


ROW = '"{}: 0 g, 0%"'
TABLE = ",".join(ROW.format(f"Vitamin B{number}") for number in range(30))
LONG_ROWS = ",".join(f'"ingredient number {number} of a long list of them"' for number in range(12))

LOOPS = [
    ("one character", '{"brand":"' + "好" * 200, Circle.LOOP, '{"brand":"好'),
    ("a word", '{"name":"' + "oats " * 60, Circle.LOOP, '{"name":"oats '),
    ("a phrase", '{"name":"pure;' + "low fat, low salt, " * 40, Circle.LOOP, '{"name":"pure;low fat, low salt, '),
    ("a sentence", "x;" + "keep dry and away from sunlight. " * 9, Circle.LOOP, "x;keep dry and away from sunlight. "),
    ("zeros without end", '{"gtin":"' + "0" * 600, Circle.LOOP, '{"gtin":"0'),
    ("dots without end", '{"name":"' + "." * 600, Circle.LOOP, '{"name":".'),
    ("digits in a circle", '{"gtin":"' + "123" * 300, Circle.LOOP, '{"gtin":"123'),
    ("one entry", '{"claims":["a b",' + '"low",' * 30, Circle.ENTRIES, '{"claims":["a b","low"'),
    ("two entries by turns", '{"claims":[' + '"low","no",' * 30, Circle.ENTRIES, '{"claims":["low","no"'),
    ("a table from the start again", '{"rows":[' + (LONG_ROWS + ",") * 5, Circle.ENTRIES, '{"rows":[' + LONG_ROWS),
    ("spaces", '{"brand":"x",' + " " * 200, Circle.WHITESPACE, '{"brand":"x",'),
    ("line ends and tabs", "{" + "\n\t" * 100, Circle.WHITESPACE, "{"),
]  # fmt: skip


@pytest.mark.parametrize("size", [1, 3, 50])
@pytest.mark.parametrize(("text", "circle", "good"), [row[1:] for row in LOOPS], ids=[row[0] for row in LOOPS])
def test_a_loop_is_stopped_and_its_first_round_kept(text: str, circle: Circle, good: str, size: int) -> None:
    found, kept = feed(text, size)
    assert found is circle
    assert kept == good


NEAR = [
    ("zeros of a code", '{"gtin":"0000000000000000000","licence":"SC10000000000000"'),
    ("a leader line of dots", '"ENERGY ' + "." * 150 + ' 1850 kJ"'),
    ("a line to write on", '"Best before ' + "_" * 100 + '"'),
    ("a table of zeros", '{"per":"100g","rows":[' + TABLE + "]}"),
    ("rows twice, in two columns", '{"rows":[' + f"{TABLE},{TABLE}" + "]}"),
    ("an ingredient named again", '"sugar, salt, cocoa (sugar, salt), sugar, salt, oats (sugar, salt), sugar, salt"'),
    ("three languages of one word", '"SALZ, SALZ, SALZ, SALT, SALT, SALT"'),
    ("a word all over a poster", '"SALE SALE SALE SALE SALE SALE SALE SALE"'),
    ("a laugh", '"' + "哈" * 40 + '"'),
    ("eight products at one price", '["¥99 current"' + ',"¥99 current"' * 7 + "]"),
    ("eight long entries alike", "[" + ",".join(['"promotional price 1299.00 CNY for members"'] * 8) + "]"),
    ("the same three times", '["low fat","low fat","low fat","no sugar","no sugar","no sugar"]'),
    ("indented JSON", "{\n" + "".join(f'{" " * 16}"key{n}": null,\n' for n in range(40)) + "}"),
    ("a wide table", '"Energy' + " " * 40 + '1850 kJ"'),
    ("keys with null", "{" + ",".join(f'"field_{n}":null' for n in range(40)) + "}"),
    ("quotes in entries", '["\\"a\\"","\\"a\\"","\\\\","b"]'),
]  # fmt: skip


@pytest.mark.parametrize("text", [text for _, text in NEAR], ids=[name for name, _ in NEAR])
def test_what_labels_repeat_is_no_loop(text: str) -> None:
    assert feed(text) == (None, text)


def test_the_good_part_of_a_stopped_answer_is_a_partial_one() -> None:
    _, good = feed('{"brand":"Acme Foods","claims":["Whole grain",' + '"No sugar",' * 40)
    parsed = parse_answer(good, PRODUCT)
    assert parsed.partial
    assert parsed.fields["brand"].value == "Acme Foods"
    assert parsed.fields["claims"].value == ["Whole grain", "No sugar"]
    assert parsed.fields["claims"].truncated


def test_steps_without_a_character_are_silence_and_the_bytes_of_one_are_not() -> None:
    guard = RepetitionGuard()
    for _ in range(10):
        assert [guard.feed(piece) for piece in ("", "", "", "😀")] == [None] * 4
    silent = [guard.feed("") for _ in range(Limits().silence)]
    assert silent[-1] is Circle.SILENCE
    assert set(silent[:-1]) == {None}


def test_tokens_in_a_circle_are_seen_where_the_round_is_longer_than_characters_show() -> None:
    words = [f"word number {number} " for number in range(60)]
    assert sum(map(len, words)) > 400
    guard, seen = RepetitionGuard(), []
    for _ in range(8):
        for token, word in enumerate(words):
            if Circle.LOOP not in seen:
                seen.append(guard.feed(word, token))
    assert Circle.LOOP in seen
    assert seen.index(Circle.LOOP) == 4 * len(words) - 1
    assert guard.good == sum(map(len, words))


def test_rising_tokens_are_no_circle() -> None:
    guard = RepetitionGuard()
    assert {guard.feed(f"word {number} ", number) for number in range(500)} == {None}


def test_a_character_costs_the_same_however_long_the_answer_is() -> None:
    guard = RepetitionGuard()
    text = "".join(f"{number * number} oats, " for number in range(3000))
    first = _seconds(guard, text[:2000])
    for at in range(2000, 20000, 2000):
        _seconds(guard, text[at : at + 2000])
    assert _seconds(guard, text[20000:22000]) < 5 * first + 0.05


def _seconds(guard: RepetitionGuard, text: str) -> float:
    start = time.process_time()
    assert guard.feed(text) is None
    return time.process_time() - start


@pytest.mark.parametrize("circle", list(Circle))
def test_every_reason_is_said_in_both_languages(circle: Circle) -> None:
    assert circle.message.en and circle.message.zh
