"""The Bin page run without a browser: what it lists, in both languages, and page by page."""

from __future__ import annotations

import pytest
from sqlite_utils import Database

from core.reviewing import bin
from core.settings import Settings
from tests.pages.app import open_page
from tests.seeding import seed_records


@pytest.mark.parametrize(
    ("lang", "title", "words"), [("en", "Bin", "The bin is empty"), ("zh", "回收站", "回收站为空")]
)
def test_empty_bin_says_so(settings: Settings, db: Database, lang: str, title: str, words: str) -> None:
    app = open_page("bin", lang)
    assert app.title[0].value == title and words in app.info[0].value


def test_bin_says_what_was_deleted_by_whom_and_until_when_it_is_kept(db: Database, settings: Settings) -> None:
    first, second = seed_records(db, settings, 2)
    bin.delete_item(db, first, reviewer="ann")
    bin.delete_item(db, second, reviewer="bob")
    table = open_page("bin").dataframe[0].value
    assert list(table["item"]) == [second, first] and list(table["by"]) == ["bob", "ann"]
    assert (table["until"][0] - table["at"][0].date()).days == 30
    assert list(table["name"]) == ["燕麦片 No. 1", "燕麦片 No. 0"]


def test_nothing_is_done_before_an_item_is_ticked(db: Database, settings: Settings) -> None:
    (item,) = seed_records(db, settings, 1)
    bin.delete_item(db, item, reviewer="ann")
    app = open_page("bin")
    assert app.button(key="bin_restore").disabled and app.button(key="bin_erase").disabled
    assert not app.button(key="bin_erase_all").disabled


def test_long_bin_is_shown_in_pages(db: Database, settings: Settings) -> None:
    for item in seed_records(db, settings, 53):
        bin.delete_item(db, item, reviewer="ann")
    assert len(open_page("bin").dataframe[0].value) == 50
