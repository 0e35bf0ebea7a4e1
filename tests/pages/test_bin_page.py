"""The Bin page run without a browser: what it lists, in both languages, and page by page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlite_utils import Database

from core.finetune.dataset import make_data_set
from core.finetune.manifest import read_every_row
from core.finetune.products import Shares
from core.reviewing import bin
from core.reviewing.review import accept_record
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


@pytest.fixture
def exported(db: Database, settings: Settings, tmp_path: Path) -> Path:
    """A data set of two records, one of which the bin has deleted since without asking anybody."""
    made = seed_records(db, settings, 2)
    for item in made:
        accept_record(db, item, reviewer="ann")
    make_data_set(db, settings, tmp_path / "set", shares=Shares(0, 0))
    bin.delete_item(db, made[0], reviewer="ann")
    bin.erase_item(db, settings, made[0])
    return tmp_path / "set"


@pytest.mark.parametrize("page", ["bin", "feedback"])
@pytest.mark.parametrize(("lang", "said"), [("en", "1 row stays"), ("zh", "保留 1 行")])
def test_what_was_erased_is_taken_out_of_a_data_set_by_a_click(exported: Path, page: str, lang: str, said: str) -> None:
    app = open_page(page, lang, feedback_part="people")
    assert any(str(exported) in text.value for text in app.markdown)
    app.button(key="data_set_take_out_1").click().run()
    assert not app.exception and any(str(exported) in each.value and said in each.value for each in app.success)
    assert len(list(read_every_row(exported))) == 1
    app.run()
    assert not any(str(exported) in text.value for text in (*app.markdown, *app.success))


@pytest.mark.parametrize(("lang", "said"), [("en", "it is gone"), ("zh", "目录已不存在")])
def test_a_data_set_that_is_gone_is_told_and_can_be_struck_off(exported: Path, lang: str, said: str) -> None:
    shutil.rmtree(exported)
    app = open_page("bin", lang)
    assert any(said in text.value for text in app.markdown)
    app.button(key="data_set_take_out_1").click().run()
    assert any(said in error.value for error in app.error)
    app.button(key="data_set_forget_1").click().run()
    assert not app.exception and not any(str(exported) in text.value for text in app.markdown)
