"""Lexicons of terms: the longest wording wins, exceptions are no hits, positions are the printed ones."""

from __future__ import annotations

import pytest

from core.values.lexicons import FOLDER
from core.values.terms import load_terms

LEXICONS = (
    "absolute_terms",
    "audiences",
    "calls_to_action",
    "emotions",
    "price_labels",
    "product_nouns",
    "promotions",
    "themes",
)


@pytest.mark.parametrize("name", LEXICONS)
def test_lexicon_loads_and_speaks_both_languages(name: str) -> None:
    lexicon = load_terms(name)
    assert all(entry.en and entry.zh and entry.terms for entry in lexicon.entries)
    assert (FOLDER / f"{name}.toml").is_file()


def test_longer_wording_wins() -> None:
    assert [match.printed for match in load_terms("price_labels").find("今日活动价")] == ["今日活动价"]


def test_exception_hides_the_term_in_it() -> None:
    assert load_terms("absolute_terms").find("第一步：涂抹") == []
    assert [match.key for match in load_terms("absolute_terms").find("全国第一")] == ["first"]


def test_match_is_given_as_printed_and_where() -> None:
    match = load_terms("promotions").find("ＦＲＥＥ ＳＨＩＰＰＩＮＧ today")[0]
    assert (match.key, match.printed, match.start) == ("free_shipping", "ＦＲＥＥ ＳＨＩＰＰＩＮＧ", 0)


def test_english_word_is_matched_whole() -> None:
    assert load_terms("promotions").find("wholesaler") == []
    assert [match.key for match in load_terms("promotions").find("SALE!")] == ["discount"]


def test_label_of_a_dropped_key_is_the_key() -> None:
    assert load_terms("themes").label("gone").zh == "gone"
