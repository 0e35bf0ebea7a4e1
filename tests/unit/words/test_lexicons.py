"""Words that people teach: checked, kept beside the shipped files, taken back, and read into what is stored."""

from __future__ import annotations

from threading import Thread

import pytest
from sqlite_utils import Database

from core.errors import NotFound, UsageError
from core.rules import RULES_VERSION, rules_version
from core.settings import Settings
from core.store.db import open_store
from core.store.lexicon_edits import list_acts
from core.store.tasks import TaskKind, latest_of
from core.values.editions import Edit, EditAction, Edition, current
from core.values.promotions import parse_promotion
from core.values.terms import load_terms, shipped_terms
from core.words import lexicons


def theme(text: str) -> str | None:
    found = load_terms("themes").first(text)
    return found.key if found else None


def test_a_new_term_counts_at_once_and_in_every_thread_that_opens_the_store(db: Database, settings: Settings) -> None:
    assert theme("冰丝凉感面料") != "cooling"
    lexicons.add_entry(db, "themes", "Cooling", "凉感", "云冰丝", by="ana")
    assert theme("云冰丝面料") == "cooling"
    assert theme("冰丝面料") == "material"
    found: list[str | None] = []

    def look() -> None:
        found.append(theme("云冰丝面料"))
        with open_store(settings):
            found.append(theme("云冰丝面料"))

    thread = Thread(target=look)
    thread.start()
    thread.join()
    assert found == ["material", "cooling"]


def test_the_shipped_lexicon_stays_as_it_is(db: Database) -> None:
    before = shipped_terms("audiences")
    lexicons.add_term(db, "audiences", "women", "精致妈咪", by="ana")
    assert shipped_terms("audiences") == before
    assert load_terms("audiences").digest != before.digest
    assert load_terms("emotions") == shipped_terms("emotions")


def test_a_term_of_a_promotion_gives_its_kind(db: Database) -> None:
    assert parse_promotion("薅羊毛专场") is None
    lexicons.add_term(db, "promotions", "flash_sale", "薅羊毛", by="ana")
    found = parse_promotion("薅羊毛专场")
    assert found is not None and found.kind == "flash_sale"


def test_an_exception_protects_the_wording_that_holds_the_term(db: Database) -> None:
    assert load_terms("absolute_terms").find("销量第一梯队")
    lexicons.add_exception(db, "absolute_terms", "first", "第一梯队", by="ana")
    assert not load_terms("absolute_terms").find("第一梯队")


def test_an_act_is_taken_back_whatever_came_after_it(db: Database) -> None:
    first = lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    lexicons.add_term(db, "themes", "taste", "齿颊留香不停", by="ben")
    digest = current().digest()
    undone = lexicons.undo(db, first, by="ben")
    assert theme("舌尖炸裂") is None
    assert theme("齿颊留香不停") == "taste"
    lexicons.undo(db, undone, by="ana")
    assert theme("舌尖炸裂") == "taste"
    assert current().digest() == digest
    assert [(act.made_by, act.undone) for act in list_acts(db)] == [
        ("ana", False), ("ben", True), ("ben", False), ("ana", False),
    ]  # fmt: skip
    assert lexicons.version(db) == 4


def test_what_was_taken_back_cannot_be_taken_back_again(db: Database) -> None:
    act = lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    lexicons.undo(db, act, by="ana")
    with pytest.raises(NotFound):
        lexicons.undo(db, act, by="ana")
    with pytest.raises(NotFound):
        lexicons.undo(db, 99, by="ana")


def test_words_taken_back_leave_the_versions_as_they_were(db: Database) -> None:
    act = lexicons.add_exception(db, "absolute_terms", "first", "第一梯队", by="ana")
    assert rules_version() != RULES_VERSION
    lexicons.undo(db, act, by="ana")
    assert rules_version() == RULES_VERSION
    assert current().digest() == ""


WRONG = [
    ("themes", "taste", "脆", "too short"),
    ("themes", "taste", "ok", "too short"),
    ("themes", "taste", "  ！！ ", "too short"),
    ("themes", "taste", "", "too short"),
    ("themes", "taste", "好吃" * 40, "60 are the limit"),
    ("themes", "taste", "第.*步", "no search patterns"),
    ("themes", "taste", "(?:香|脆)+", "no search patterns"),
    ("themes", "taste", "crispy[0-9]", "no search patterns"),
    ("absolute_terms", "first", "第 一", "is a term of Number one already"),
    ("absolute_terms", "first", "ＮＯ．１", "is a term of Number one already"),
    ("absolute_terms", "top", "第一步", "is an exception of Number one"),
    ("themes", "no_such", "齿颊留香", "no meaning 'no_such'"),
    ("nutrients", "energy", "能量值", "cannot be changed here"),
    ("../../etc/passwd", "x", "能量值", "cannot be changed here"),
]


@pytest.mark.parametrize(("lexicon", "key", "text", "said"), WRONG)
def test_a_wrong_term_is_refused_with_what_is_wrong(db: Database, lexicon: str, key: str, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        lexicons.add_term(db, lexicon, key, text, by="ana")
    assert list_acts(db) == []
    assert latest_of(db, TaskKind.REREAD) is None


@pytest.mark.parametrize("text", ["0.5折起跳", "50% OFF!", "No.1 pick", "C++ 认证", "买一得三（同款）", "what's new"])
def test_signs_that_are_printed_are_no_patterns(db: Database, text: str) -> None:
    lexicons.add_term(db, "themes", "taste", text, by="ana")
    assert load_terms("themes").find(text)


def test_an_exception_that_protects_nothing_is_refused(db: Database) -> None:
    with pytest.raises(UsageError, match="would change nothing"):
        lexicons.add_exception(db, "absolute_terms", "first", "齿颊留香", by="ana")


def test_wordings_are_taken_out_but_not_the_last_one(db: Database) -> None:
    lexicons.drop_wording(db, "absolute_terms", "first", "冠军", by="ana")
    assert not load_terms("absolute_terms").find("冠军")
    lexicons.drop_wording(db, "absolute_terms", "first", "第一步", by="ana")
    assert load_terms("absolute_terms").find("第一步")
    with pytest.raises(UsageError, match="no wording"):
        lexicons.drop_wording(db, "absolute_terms", "first", "冠军", by="ana")
    lexicons.add_entry(db, "themes", "Cooling", "凉感", "云冰丝", by="ana")
    with pytest.raises(UsageError, match="last term"):
        lexicons.drop_wording(db, "themes", "cooling", "云冰丝", by="ana")


@pytest.mark.parametrize(
    ("lexicon", "en", "zh", "said"),
    [
        ("promotions", "Swap", "以旧换新类", "take no new meanings"),
        ("themes", "", "凉感", "English name"),
        ("themes", "Cooling", " ", "Chinese name"),
        ("themes", "x" * 41, "凉感", "40 characters"),
        ("audiences", "Women", "女人们", "called Women"),
    ],
)
def test_a_wrong_meaning_is_refused(db: Database, lexicon: str, en: str, zh: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        lexicons.add_entry(db, lexicon, en, zh, "云冰丝", by="ana")


def test_two_meanings_with_like_names_have_keys_of_their_own(db: Database) -> None:
    lexicons.add_entry(db, "themes", "Ice cool", "冰凉", "云冰丝", by="ana")
    lexicons.add_entry(db, "themes", "Ice-cool!", "冰爽", "云冰爽丝", by="ana")
    lexicons.add_entry(db, "themes", "凉感", "凉感类", "云凉丝丝", by="ana")
    assert list(load_terms("themes").keys[:3]) == ["own", "ice_cool_2", "ice_cool"]


def test_every_change_queues_a_rereading_with_its_edition(db: Database) -> None:
    lexicons.add_term(db, "themes", "taste", "舌尖炸裂", by="ana")
    first = latest_of(db, TaskKind.REREAD)
    lexicons.add_term(db, "themes", "taste", "齿颊留香不停", by="ana")
    second = latest_of(db, TaskKind.REREAD)
    assert first and second
    assert second.form == current().name != first.form


def test_edits_that_say_nothing_any_more_do_no_harm() -> None:
    shipped = shipped_terms("themes")
    taste = next(entry for entry in shipped.entries if entry.key == "taste")
    edition = Edition(
        [
            Edit(lexicon="themes", action=EditAction.ADD_TERM, key="taste", text=taste.terms[0]),
            Edit(lexicon="themes", action=EditAction.ADD_TERM, key="gone", text="齿颊留香"),
            Edit(lexicon="themes", action=EditAction.DROP_TERM, key="taste", text="never there"),
            Edit(lexicon="themes", action=EditAction.ADD_ENTRY, key="taste", text="云冰丝", en="T", zh="味"),
        ]
    )
    assert edition.lexicon("themes") is shipped
    assert edition.digest() == ""
