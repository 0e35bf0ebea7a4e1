"""Frequent phrases that no lexicon knows, offered with their posters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlite_utils import Database

from core.records.standing import refresh_record
from core.settings import Settings
from core.store import blobs, creatives, items, runs
from core.types import Kind, Line, Readings, Status
from core.words import lexicons
from core.words.suggestions import ignore_phrase, suggest, suggestions_key
from tests.seeding import picture


@pytest.fixture
def posters(db: Database, settings: Settings) -> Callable[..., list[int]]:
    """Stores read posters, one per tuple of lines, each a creative of its own unless told otherwise."""

    def store(
        *printed: tuple[str, ...], brand: str = "", creative: int | None = None, score: float = 0.95
    ) -> list[int]:
        made = []
        for words in printed:
            number = db.conn.execute("SELECT COUNT(*) FROM blobs").fetchone()[0] + 1
            data, blob = picture(number), f"{number:064x}"
            row = blobs.Blob(
                id=blob, suffix=".jpg", media_type="image/jpeg", width=320, height=240, bytes=len(data), phash="0" * 16
            )
            blobs.put_blob(db, settings, row, data, "p.jpg")
            lines = tuple(
                Line(text=text, box=(0, 20 * n, 99, 20 * n + 15), score=score) for n, text in enumerate(words)
            )
            runs.put_readings(db, blob, "t", Readings(width=320, height=240, lines=lines))
            item = items.create_item(db, kind=Kind.AD, competitor=brand)
            items.add_photo(db, item, blob, "p.jpg")
            items.set_status(db, item, Status.REVIEW)
            refresh_record(db, item)
            creatives.put_member(db, item, creative or creatives.new_creative(db))
            made.append(item)
        return made

    return store


def offered(db: Database) -> dict[str, int]:
    return {phrase.text: phrase.creatives for phrase in suggest(db)}


def test_a_phrase_of_three_creatives_is_offered_with_its_posters(
    db: Database, posters: Callable[..., list[int]]
) -> None:
    made = posters(("多巴胺穿搭指南",), ("夏日多巴胺", "云朵"), ("这就是多巴胺配色",), ("别的话题",))
    (phrase,) = suggest(db)
    assert (phrase.text, phrase.creatives) == ("多巴胺", 3)
    assert set(phrase.posters) == set(made[:3])
    assert "多巴胺" in phrase.line


def test_a_whole_line_comes_before_its_parts_where_they_say_no_more(
    db: Database, posters: Callable[..., list[int]]
) -> None:
    posters(*[("Gorpcore mood board",)] * 3)
    assert list(offered(db)) == ["Gorpcore mood board"]


def test_what_lexicons_know_is_not_offered(db: Database, posters: Callable[..., list[int]]) -> None:
    posters(*[("100%桑蚕丝", "立即抢购", "第二件半价", "到手价", "6.01-6.18", "¥199", "连衣裙", "Free shipping")] * 3)
    assert offered(db) == {}


def test_one_creative_seen_often_teaches_nothing(db: Database, posters: Callable[..., list[int]]) -> None:
    posters(*[("多巴胺穿搭",)] * 5, creative=creatives.new_creative(db))
    assert offered(db) == {}


def test_brands_and_doubtful_lines_are_no_words_to_learn(db: Database, posters: Callable[..., list[int]]) -> None:
    posters(*[("栗子屿",)] * 3, brand="栗子屿")
    posters(*[("多巴胺穿搭",)] * 3, score=0.6)
    assert offered(db) == {}


def test_a_phrase_that_was_learned_or_ignored_is_not_offered_again(
    db: Database, posters: Callable[..., list[int]]
) -> None:
    posters(*[("多巴胺穿搭", "赛博朋克")] * 3)
    before = suggestions_key(db)
    assert offered(db) == {"多巴胺穿搭": 3, "赛博朋克": 3}
    act = lexicons.add_term(db, "emotions", "beauty", "多巴胺", by="ana")
    assert list(offered(db)) == ["赛博朋克"]
    ignore_phrase(db, "赛博朋克", by="ana")
    assert offered(db) == {}
    assert suggestions_key(db) != before
    lexicons.undo(db, act, by="ana")
    assert list(offered(db)) == ["多巴胺穿搭"]


def test_fragments_of_offers_and_periods_are_no_words(db: Database, posters: Callable[..., list[int]]) -> None:
    posters(
        ("Oct 19 - Oct 31, 2026", "第二件半价", "Buy two hoodies, get one free"),
        ("Ends Oct 8", "第二件", "半价", "Buy two pairs, get one free"),
        ("From 5 Oct 2026", "第二件8折", "第二件", "Buy two, get one free"),
    )
    assert offered(db) == {}


def test_a_word_beside_an_offer_is_a_word_all_the_same(db: Database, posters: Callable[..., list[int]]) -> None:
    posters(("多巴胺第二件半价",), ("多巴胺 买一送一",), ("多巴胺穿搭指南",))
    posters(("Gorpcore 20% off",), ("Gorpcore until Oct 8",), ("Gorpcore mood",))
    assert offered(db) == {"多巴胺": 3, "Gorpcore": 3}


def test_a_phrase_in_chance_company_is_not_offered_beside_itself(
    db: Database, posters: Callable[..., list[int]]
) -> None:
    posters(*[("多巴胺",)] * 9, *[("很多巴胺乙",)] * 3)
    assert offered(db) == {"多巴胺": 12}
