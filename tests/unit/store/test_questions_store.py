"""Questions in the store: who holds one, who listens, and what becomes of it when either is gone."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlite_utils import Database

from core.errors import NotFound
from core.settings import Settings
from core.store import questions
from core.store.questions import Answerer, Asked, QuestionState, Wish
from tests.seeding import seed_records

LEASE_S = 30.0
ME, OTHER = "worker-1", "worker-2"
ANSWERER = Answerer(name="scripted", revision="r1", key="k")


@pytest.fixture
def photos(db: Database, settings: Settings) -> tuple[str, ...]:
    """Three stored photos."""
    seed_records(db, settings, 3)
    return tuple(f"{number:064x}" for number in range(3))


def put(db: Database, photos: tuple[str, ...], text: str = "What is it?", **more: Any) -> int:
    wish = Wish(blobs=photos[:1], text=text, engine="auto", sampling={}, key=text, **more)
    return questions.put_question(db, wish)


def claim(db: Database, owner: str = ME) -> Asked | None:
    return questions.claim_question(db, owner, lease_s=LEASE_S)


def state_of(db: Database, question: int) -> QuestionState:
    return questions.get_question(db, question).state


def set_column(db: Database, question: int, **values: Any) -> None:
    with db.conn:
        for name, value in values.items():
            db.conn.execute(f"UPDATE questions SET {name} = ? WHERE id = ?", (value, question))


def test_questions_are_answered_in_the_order_they_were_asked(db: Database, photos: tuple[str, ...]) -> None:
    asked = [put(db, photos, f"question {number}") for number in range(3)]
    assert [questions.count_before(db, question) for question in asked] == [0, 1, 2]
    claimed = []
    while (question := claim(db)) is not None:
        claimed.append(question.id)
        questions.end_question(db, question.id, ME, QuestionState.DONE)
    assert claimed == asked


def test_a_claimed_question_is_nobody_elses(db: Database, photos: tuple[str, ...]) -> None:
    put(db, photos)
    assert claim(db) is not None
    assert claim(db, OTHER) is None


def test_the_answer_grows_and_the_first_words_have_a_time(db: Database, photos: tuple[str, ...]) -> None:
    question = put(db, photos)
    claim(db)
    assert questions.get_question(db, question).first_s is None
    for words in ("It is ", "oat", "meal"):
        assert questions.add_words(db, question, ME, words, lease_s=LEASE_S)
    first = questions.get_question(db, question).first_at
    questions.add_words(db, question, ME, ".", lease_s=LEASE_S)
    questions.end_question(db, question, ME, QuestionState.DONE)
    ended = questions.get_question(db, question)
    assert (ended.answer, ended.first_at) == ("It is oatmeal.", first)
    assert ended.first_s is not None
    assert ended.total_s is not None
    assert 0 <= ended.first_s <= ended.total_s


def test_who_lost_a_question_adds_nothing_to_it_and_ends_nothing(db: Database, photos: tuple[str, ...]) -> None:
    question = put(db, photos)
    claim(db)
    set_column(db, question, lease_until=time.time() - 1)
    assert claim(db, OTHER) is not None
    assert not questions.add_words(db, question, ME, "late", lease_s=LEASE_S)
    assert not questions.is_wanted(db, question, ME)
    assert not questions.end_question(db, question, ME, QuestionState.FAILED)
    assert (questions.get_question(db, question).answer, state_of(db, question)) == ("", QuestionState.RUNNING)


def test_a_stopped_question_keeps_its_words_and_is_wanted_no_more(db: Database, photos: tuple[str, ...]) -> None:
    question = put(db, photos)
    claim(db)
    questions.add_words(db, question, ME, "It is", lease_s=LEASE_S)
    assert questions.is_wanted(db, question, ME)
    questions.stop_question(db, question)
    assert not questions.is_wanted(db, question, ME)
    questions.end_question(db, question, ME, QuestionState.STOPPED)
    assert questions.get_question(db, question).answer == "It is"


def test_a_waiting_question_is_stopped_at_once(db: Database, photos: tuple[str, ...]) -> None:
    question = put(db, photos)
    questions.stop_question(db, question)
    assert state_of(db, question) is QuestionState.STOPPED
    assert claim(db) is None


def test_stopping_an_answered_question_changes_nothing(db: Database, photos: tuple[str, ...]) -> None:
    question = put(db, photos)
    claim(db)
    questions.end_question(db, question, ME, QuestionState.DONE)
    questions.stop_question(db, question)
    assert state_of(db, question) is QuestionState.DONE


def test_a_question_nobody_listens_to_is_never_begun(db: Database, photos: tuple[str, ...]) -> None:
    gone, there = put(db, photos, "gone"), put(db, photos, "there")
    set_column(db, gone, listening_until=time.time() - 1)
    claimed = claim(db)
    assert claimed is not None
    assert claimed.id == there
    assert state_of(db, gone) is QuestionState.STOPPED


def test_a_running_question_is_unwanted_once_its_listener_is_gone(db: Database, photos: tuple[str, ...]) -> None:
    question = put(db, photos)
    claim(db)
    set_column(db, question, listening_until=time.time() - 1)
    assert not questions.is_wanted(db, question, ME)
    questions.keep_listening(db, question)
    assert questions.is_wanted(db, question, ME)


def test_a_question_whose_worker_died_is_begun_again_once(db: Database, photos: tuple[str, ...]) -> None:
    question = put(db, photos)
    claim(db)
    questions.add_words(db, question, ME, "half an ans", lease_s=LEASE_S)
    assert questions.expire_questions(db, ME) == 1
    again = claim(db, OTHER)
    assert again is not None
    assert (again.id, again.answer, again.attempts) == (question, "", 2)


def test_a_question_that_killed_two_workers_fails_and_says_so(db: Database, photos: tuple[str, ...]) -> None:
    question = put(db, photos)
    for owner in (ME, OTHER):
        assert claim(db, owner) is not None
        questions.expire_questions(db, owner)
    assert claim(db, "worker-3") is None
    failed = questions.get_question(db, question)
    assert failed.state is QuestionState.FAILED
    assert failed.error is not None
    assert "2 times" in failed.error.en


def test_a_dead_workers_question_that_nobody_hears_is_stopped_with_its_words(
    db: Database, photos: tuple[str, ...]
) -> None:
    question = put(db, photos)
    claim(db)
    questions.add_words(db, question, ME, "half", lease_s=LEASE_S)
    questions.expire_questions(db, ME)
    set_column(db, question, listening_until=time.time() - 1)
    assert claim(db, OTHER) is None
    stopped = questions.get_question(db, question)
    assert (stopped.state, stopped.answer) == (QuestionState.STOPPED, "half")


def test_a_worker_told_to_stop_gives_its_question_back_uncounted(db: Database, photos: tuple[str, ...]) -> None:
    question = put(db, photos)
    claim(db)
    questions.add_words(db, question, ME, "half", lease_s=LEASE_S)
    assert questions.release_questions(db, ME) == 1
    back = questions.get_question(db, question)
    assert (back.state, back.attempts, back.answer) == (QuestionState.QUEUED, 0, "")


def test_an_answer_is_found_again_by_its_wish_and_a_stopped_one_is_not(db: Database, photos: tuple[str, ...]) -> None:
    done, stopped = put(db, photos, "same"), put(db, photos, "same")
    for question, state in ((done, QuestionState.DONE), (stopped, QuestionState.STOPPED)):
        claim(db)
        questions.name_answerer(db, question, ME, ANSWERER)
        questions.add_words(db, question, ME, "words", lease_s=LEASE_S)
        questions.end_question(db, question, ME, state)
    found = questions.find_answer(db, "same", "k")
    assert found is not None and (found.id, found.answered_by, found.cache_key) == (done, "scripted", "k")
    assert questions.find_answer(db, "same", "of another engine") is None
    assert questions.has_answers(db, "same")
    assert not questions.has_answers(db, "other")


def test_an_answer_from_the_cache_is_complete_at_once(db: Database, photos: tuple[str, ...]) -> None:
    first = put(db, photos, "same")
    claim(db)
    questions.name_answerer(db, first, ME, ANSWERER)
    questions.add_words(db, first, ME, "Oats.", lease_s=LEASE_S)
    questions.end_question(db, first, ME, QuestionState.DONE)
    wish = Wish(blobs=photos[:1], text="same", engine="auto", sampling={}, key="same")
    copy = questions.get_question(db, questions.put_answered(db, wish, questions.get_question(db, first)))
    assert (copy.state, copy.answer, copy.cached, copy.answered_by) == (QuestionState.DONE, "Oats.", True, "scripted")


def test_history_is_that_of_exactly_these_photos(db: Database, photos: tuple[str, ...]) -> None:
    one = put(db, photos, "one")
    wish = Wish(blobs=photos, text="three", engine="auto", sampling={}, key="three")
    three = questions.put_question(db, wish)
    assert [question.id for question in questions.list_questions(db, photos[:1])] == [one]
    assert [question.id for question in questions.list_questions(db, photos)] == [three]
    assert questions.get_question(db, three).blobs == photos
    assert questions.list_questions(db, photos[::-1]) == []
    assert questions.list_questions(db, ()) == []


def test_history_shows_the_newest_in_the_order_they_were_asked(db: Database, photos: tuple[str, ...]) -> None:
    asked = [put(db, photos, f"{number}") for number in range(5)]
    assert [question.id for question in questions.list_questions(db, photos[:1], limit=3)] == asked[-3:]


def test_an_unknown_question_is_named(db: Database) -> None:
    with pytest.raises(NotFound, match="Question '7'"):
        questions.get_question(db, 7)
