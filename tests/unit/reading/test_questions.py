"""Questions asked, followed and answered: what streams, what stops it, what the cache holds, who comes first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlite_utils import Database

from core.background import worker
from core.background.tasks import Bench
from core.engines.base import Engine, EngineInput, EngineOutput, Question, Sampling
from core.engines.holder import Engines
from core.engines.scripted import Reply, ScriptedEngine
from core.errors import NotFound, UsageError
from core.incoming.intake import Batch, Grouping, Upload, accept
from core.reading import questions
from core.reading.pipeline import Tools
from core.reading.questions import Ask, ask, follow, serve_waiting
from core.settings import Settings
from core.store import jobs
from core.store import questions as store
from core.store.db import open_store
from core.store.questions import Asked, QuestionState
from core.types import Line, Readings
from tests.seeding import picture, seed_records

ME = "worker-1"
PHOTO = f"{0:064x}"
OTHER_PHOTO = f"{1:064x}"
WORDS = tuple(f"word{number} " for number in range(400))
"""No two alike: an answer that runs in circles is cut."""
LONG = Reply(pieces=WORDS[:200], delay_s=0.02)
"""An answer that takes four seconds."""


class Reader:
    """Stands in for OCR: one fixed line."""

    version = "reader-1"

    def read(self, image: Image.Image) -> Readings:
        line = Line(text="净含量 500g", box=(0, 0, 10, 10), score=0.9)
        return Readings(width=image.width, height=image.height, lines=(line,))


class Listening(ScriptedEngine):
    """Says its script, calls `heard` with the number of each piece before it is given, and logs what it is asked."""

    def __init__(self, *answers: Reply, heard: Callable[[int], None] = lambda _: None) -> None:
        super().__init__(replies=[Reply('{"name": "oats"}')], answers=answers)
        self.heard, self.log, self.given = heard, list[str](), 0

    def extract(self, given: EngineInput) -> EngineOutput:
        self.log.append("photo")
        return super().extract(given)

    def ask(self, question: Question) -> Iterator[str]:
        self.log.append(question.text)
        for number, piece in enumerate(super().ask(question), 1):
            self.heard(number)
            self.given = number
            yield piece


@pytest.fixture(autouse=True)
def photos(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 2)


def tools_of(settings: Settings, engine: Engine) -> Tools:
    return Tools(settings=settings, readers=Reader(), engine=engine)  # type: ignore[arg-type]


def lend(engine: Engine) -> Callable[[str], AbstractContextManager[Engine]]:
    @contextmanager
    def borrow(_name: str) -> Iterator[Engine]:
        yield engine

    return borrow


def serve(db: Database, settings: Settings, engine: Engine, halted: Callable[[], bool] = lambda: False) -> int:
    return serve_waiting(db, tools_of(settings, engine), ME, lend(engine), halted)


def put(db: Database, settings: Settings, text: str = "What is it?", **more: Any) -> int:
    return ask(db, settings, Ask(**{"blobs": (PHOTO,), "text": text, **more}))


def answered(db: Database, settings: Settings, engine: Engine, text: str = "What is it?", **more: Any) -> Asked:
    """The question after somebody has asked it and the worker was there."""
    question = put(db, settings, text, **more)
    serve(db, settings, engine)
    return store.get_question(db, question)


# Asking and streaming


def test_an_answer_is_written_with_who_gave_it(db: Database, settings: Settings) -> None:
    done = answered(db, settings, ScriptedEngine(answers=[Reply("Rolled oats.")]))
    assert (done.state, done.answer, done.answered_by) == (QuestionState.DONE, "Rolled oats.", "scripted")
    assert not done.cached
    assert done.first_s is not None


def test_the_engine_gets_photo_lines_and_sampling(db: Database, settings: Settings) -> None:
    engine = ScriptedEngine(answers=[Reply("Yes.")])
    sampling = Sampling(temperature=0.2, top_p=0.5, max_new_tokens=33, seed=7)
    answered(db, settings, engine, sampling=sampling, blobs=(PHOTO, OTHER_PHOTO))
    (question,) = engine.questions
    assert [image.size for image in question.images] == [(320, 240)] * 2
    assert [reading.lines[0].text for reading in question.readings] == ["净含量 500g"] * 2
    assert question.sampling == sampling


def test_a_follower_sees_the_answer_grow_to_its_end(db: Database, settings: Settings) -> None:
    reply = Reply(pieces=tuple("abcdefghij"), delay_s=0.06)
    question = put(db, settings)
    with serving(settings, ScriptedEngine(answers=[reply])):
        seen = [asked.answer for asked in follow(settings, question)]
    growing = list(dict.fromkeys(seen))
    assert len(growing) >= 4
    assert all(later.startswith(earlier) for earlier, later in pairwise(growing))
    assert growing[-1] == "abcdefghij"


def test_a_fast_answer_is_written_a_few_times_only(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[str] = []
    real = store.add_words

    def counted(db: Database, question: int, owner: str, words: str, *, lease_s: float) -> bool:
        writes.append(words)
        return real(db, question, owner, words, lease_s=lease_s)

    monkeypatch.setattr(store, "add_words", counted)
    start = time.monotonic()
    done = answered(db, settings, ScriptedEngine(answers=[Reply(pieces=WORDS)]))
    most = (time.monotonic() - start) / questions.WRITE_S + 2
    assert done.answer == "".join(WORDS)
    assert len(writes) <= most


def test_a_follow_up_brings_the_turns_before_it(db: Database, settings: Settings) -> None:
    engine = ScriptedEngine(answers=[Reply("Oats."), Reply("500 g."), Reply("Yes.")])
    first = answered(db, settings, engine, "What is it?")
    second = answered(db, settings, engine, "How much?", follows=first.id)
    answered(db, settings, engine, "Sure?", follows=second.id)
    assert [question.history for question in engine.questions] == [
        (),
        (("What is it?", "Oats."),),
        (("What is it?", "Oats."), ("How much?", "500 g.")),
    ]


def test_a_turn_that_never_got_an_answer_is_left_out_of_the_history(db: Database, settings: Settings) -> None:
    engine = ScriptedEngine(answers=[Reply(error=RuntimeError("out of order")), Reply("Oats.")])
    failed = answered(db, settings, engine, "What is it?")
    answered(db, settings, engine, "Again?", follows=failed.id)
    assert engine.questions[1].history == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": "  \n"}, "Type a question"),
        ({"text": "x" * 20_001}, "20,001 characters"),
        ({"blobs": ()}, "1 to 8 photos, not 0"),
        ({"blobs": (PHOTO,) * 9}, "1 to 8 photos, not 9"),
        ({"sampling": Sampling(temperature=-0.1)}, "temperature"),
        ({"sampling": Sampling(temperature=float("nan"))}, "temperature"),
        ({"sampling": Sampling(temperature=2.1)}, "temperature"),
        ({"sampling": Sampling(top_p=0.0)}, "top_p"),
        ({"sampling": Sampling(top_p=1.1)}, "top_p"),
        ({"sampling": Sampling(max_new_tokens=0)}, "1 to 4,096 tokens"),
        ({"sampling": Sampling(max_new_tokens=4097)}, "1 to 4,096 tokens"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_limit(
    db: Database, settings: Settings, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        put(db, settings, **{"text": "What?", **wrong})
    assert not store.is_waiting(db)


@pytest.mark.parametrize(
    "right",
    [
        {"text": "x" * 20_000},
        {"blobs": (PHOTO,) * 8},
        {"sampling": Sampling(temperature=0.0, top_p=1.0, max_new_tokens=1)},
        {"sampling": Sampling(temperature=2.0, max_new_tokens=4096)},
    ],
)
def test_what_lies_on_a_limit_can_be_asked(db: Database, settings: Settings, right: dict[str, Any]) -> None:
    put(db, settings, **{"text": "What?", **right})
    assert store.is_waiting(db)


def test_unknown_photos_and_turns_are_named(db: Database, settings: Settings) -> None:
    with pytest.raises(NotFound, match="Photo 'ffffffffffff'"):
        put(db, settings, blobs=("f" * 64,))
    with pytest.raises(NotFound, match="Question '99'"):
        put(db, settings, follows=99)


def test_a_follow_up_stays_with_its_photos(db: Database, settings: Settings) -> None:
    first = put(db, settings)
    with pytest.raises(UsageError, match="other photos"):
        put(db, settings, follows=first, blobs=(OTHER_PHOTO,))


# Stopping


def test_a_stopped_answer_says_no_further_piece(db: Database, settings: Settings) -> None:
    question = put(db, settings)
    engine = Listening(LONG, heard=lambda number: questions.stop(settings, question) if number == 4 else None)
    serve(db, settings, engine)
    stopped = store.get_question(db, question)
    assert (stopped.state, engine.given) == (QuestionState.STOPPED, 4)
    assert stopped.answer == "word0 word1 word2 word3 "


def test_an_answer_nobody_listens_to_stops_and_the_next_question_is_served(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LISTEN_S", 0.3)
    left = put(db, settings, "left")
    engine = Listening(LONG, Reply("Here."))
    with serving(settings, engine):
        for asked in follow(settings, left):  # a browser that is closed when some words are there
            if len(asked.answer) > 20:
                break
        next_one = put(db, settings, "next")
        seen = list(follow(settings, next_one))
    gone = store.get_question(db, left)
    assert (gone.state, seen[-1].answer) == (QuestionState.STOPPED, "Here.")
    assert "word0 " in gone.answer
    assert engine.log == ["left", "next"]
    assert len(gone.answer) < len("".join(LONG.pieces or ())) / 2


def test_an_answer_that_is_listened_to_outlives_the_listeners_lease(
    db: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LISTEN_S", 0.5)
    monkeypatch.setattr(questions, "RENEW_S", 0.1)
    question = put(db, settings)
    with serving(settings, Listening(replace(LONG, pieces=WORDS[:60]))):
        seen = list(follow(settings, question))
    assert (seen[-1].state, seen[-1].answer) == (QuestionState.DONE, "".join(WORDS[:60]))


def test_a_worker_that_has_to_end_puts_the_question_back(db: Database, settings: Settings) -> None:
    question, halt = put(db, settings), threading.Event()
    engine = Listening(LONG, heard=lambda number: halt.set() if number == 3 else None)
    serve(db, settings, engine, halt.is_set)
    back = store.get_question(db, question)
    assert (back.state, back.attempts, engine.given) == (QuestionState.QUEUED, 0, 3)


def test_followers_of_unknown_questions_are_told(settings: Settings) -> None:
    with pytest.raises(NotFound):
        next(follow(settings, 4))


# What goes wrong


def test_an_engines_error_ends_in_the_question_in_both_languages(db: Database, settings: Settings) -> None:
    failed = answered(db, settings, ScriptedEngine(answers=[Reply("The first wo", error=RuntimeError("kernel died"))]))
    assert (failed.state, failed.answer) == (QuestionState.FAILED, "The first wo")
    assert failed.error is not None
    assert "kernel died" in failed.error.en
    assert "引擎" in failed.error.zh


def test_an_engine_that_cannot_be_made_says_why(db: Database, settings: Settings) -> None:
    question = put(db, settings, engine="remote")
    engines = Engines(settings)
    serve_waiting(db, tools_of(settings, ScriptedEngine()), ME, engines.use)
    failed = store.get_question(db, question)
    assert failed.error is not None
    assert "SHELFLENS_REMOTE_URL" in failed.error.en


def test_an_engine_without_words_points_to_the_model(db: Database, settings: Settings) -> None:
    class Mute:
        name, revision, prompt_version, params = "mute", "1", "1", dict[str, Any]()

        def extract(self, given: EngineInput) -> EngineOutput:
            return EngineOutput()

    failed = answered(db, settings, Mute())
    assert failed.error is not None
    assert "models pull" in failed.error.en


def test_a_question_that_breaks_the_unforeseen_way_does_not_stop_the_next(db: Database, settings: Settings) -> None:
    class Broken(ScriptedEngine):
        def ask(self, question: Question) -> Iterator[str]:
            if question.text == "first":
                raise ZeroDivisionError("oops")
            return super().ask(question)

    first, second = put(db, settings, "first"), put(db, settings, "second")
    assert serve(db, settings, Broken(answers=[Reply("Fine.")])) == 2
    error = store.get_question(db, first).error
    assert error is not None
    assert "ZeroDivisionError: oops" in error.en
    assert store.get_question(db, second).answer == "Fine."


def test_a_photo_that_is_gone_fails_its_question_by_name(db: Database, settings: Settings) -> None:
    question = put(db, settings)
    next(settings.blobs.rglob(f"{PHOTO}.jpg")).unlink()
    serve(db, settings, ScriptedEngine(answers=[Reply("?")]))
    error = store.get_question(db, question).error
    assert error is not None
    assert PHOTO[:12] in error.en


# The cache


@pytest.fixture
def scripted(settings: Settings, tmp_path: Path) -> Settings:
    """Settings under which pages and worker know the same scripted engine."""
    script = tmp_path / "script.jsonl"
    script.write_text('{"ask": "Oats."}\n{"ask": "Wheat."}\n', "utf-8")
    return settings.model_copy(update={"engine": "scripted", "script": script})


def test_the_same_question_is_answered_at_once_and_says_that_it_was_kept(db: Database, scripted: Settings) -> None:
    engine = ScriptedEngine(scripted)
    first = answered(db, scripted, engine)
    second = store.get_question(db, put(db, scripted))
    assert (second.state, second.answer, second.cached) == (QuestionState.DONE, first.answer, True)
    assert len(engine.questions) == 1
    assert not store.is_waiting(db)


def test_asking_again_draws_anew_and_the_newest_answer_is_kept(db: Database, scripted: Settings) -> None:
    engine = ScriptedEngine(scripted)
    answered(db, scripted, engine)
    again = answered(db, scripted, engine, again=True)
    assert (again.answer, again.cached) == ("Wheat.", False)
    assert store.get_question(db, put(db, scripted)).answer == "Wheat."


@pytest.mark.parametrize(
    "other",
    [
        {"text": "What is that?"},
        {"blobs": (OTHER_PHOTO,)},
        {"blobs": (PHOTO, OTHER_PHOTO)},
        {"sampling": Sampling(temperature=0.6)},
        {"sampling": Sampling(seed=1)},
        {"follows": 1},
    ],
    ids=["text", "photo", "photos", "temperature", "seed", "history"],
)
def test_whatever_can_change_an_answer_asks_anew(db: Database, scripted: Settings, other: dict[str, Any]) -> None:
    engine = ScriptedEngine(scripted)
    answered(db, scripted, engine)
    assert not answered(db, scripted, engine, **{"text": "What is it?", **other}).cached


def test_another_revision_of_the_engine_asks_anew(db: Database, scripted: Settings) -> None:
    answered(db, scripted, ScriptedEngine(scripted))
    assert scripted.script is not None
    scripted.script.write_text('{"ask": "Barley."}\n', "utf-8")
    anew = answered(db, scripted, ScriptedEngine(scripted))
    assert (anew.answer, anew.cached) == ("Barley.", False)


def test_two_who_ask_the_same_at_once_share_one_answer(db: Database, settings: Settings) -> None:
    engine = ScriptedEngine(answers=[Reply("Oats."), Reply("Wheat.")])
    one, two = put(db, settings), put(db, settings)
    serve(db, settings, engine)
    assert [store.get_question(db, question).answer for question in (one, two)] == ["Oats.", "Oats."]
    assert [store.get_question(db, question).cached for question in (one, two)] == [False, True]


def test_a_stopped_answer_is_no_answer_to_the_next_who_asks(db: Database, scripted: Settings) -> None:
    question = put(db, scripted)
    serve(db, scripted, Listening(LONG, heard=lambda number: questions.stop(scripted, question)))
    assert store.get_question(db, put(db, scripted)).state is QuestionState.QUEUED


# Before batch work


def upload(db: Database, settings: Settings, count: int, grouping: Grouping) -> None:
    """Takes in `count` new photos, each an item or all of them one."""
    files = [Upload(f"tea_{number}.jpg", picture(100 + number)) for number in range(count)]
    list(accept(db, settings, files, Batch(kind="product", grouping=grouping)))


def work(settings: Settings, engine: Engine) -> None:
    """Has the worker claim one job, as its loop does."""
    engines = Engines(settings, make=lambda _name, _settings: engine)
    bench = Bench(tools_of(settings, engine), engines, ME)
    worker._work_once(bench, threading.Event(), adopt=False)


def test_a_question_is_answered_before_photos_that_have_not_started(db: Database, settings: Settings) -> None:
    upload(db, settings, 2, Grouping.EACH)
    put(db, settings, "asked last")
    engine = Listening(Reply("Oats."))
    work(settings, engine)
    assert engine.log == ["asked last", "photo"]


def test_a_question_is_answered_between_two_photos_of_one_job(db: Database, settings: Settings) -> None:
    class Asking(Listening):
        def extract(self, given: EngineInput) -> EngineOutput:
            if not self.log:
                with open_store(settings) as other:
                    put(other, settings, "asked meanwhile")
            return super().extract(given)

    upload(db, settings, 3, Grouping.ONE)
    engine = Asking(Reply("Oats."))
    work(settings, engine)
    assert engine.log == ["photo", "asked meanwhile", "photo", "photo"]
    assert jobs.progress(db).done == 1


def test_a_job_is_not_lost_while_a_long_answer_is_given_in_its_midst(db: Database, settings: Settings) -> None:
    settings = settings.model_copy(update={"lease_s": 0.6})
    upload(db, settings, 2, Grouping.ONE)
    stolen: list[Any] = []

    def steal(_number: int) -> None:
        with open_store(settings) as other:
            stolen.append(jobs.claim(other, "thief", lease_s=1, max_attempts=9))

    class Asking(Listening):
        def extract(self, given: EngineInput) -> EngineOutput:
            if not self.log:
                with open_store(settings) as other:
                    put(other, settings, "a long one")
            return super().extract(given)

    engine = Asking(Reply(pieces=WORDS[:40], delay_s=0.05), heard=steal)
    work(settings, engine)
    assert len(stolen) == 40
    assert set(stolen) == {None}
    assert jobs.progress(db).done == 1


def test_the_lease_of_a_question_outlives_a_long_silence(db: Database, settings: Settings) -> None:
    settings = settings.model_copy(update={"lease_s": 2.0})
    question, thief = put(db, settings), list[Any]()

    def load_slowly(number: int) -> None:
        if number == 1:
            with open_store(settings) as other:
                first = store.get_question(other, question).lease_until
                while time.time() < first + 0.1:
                    time.sleep(0.05)
                thief.append(store.claim_question(other, "thief", lease_s=1))

    serve(db, settings, Listening(Reply("Oats."), heard=load_slowly))
    assert thief == [None]
    assert store.get_question(db, question).answer == "Oats."


@contextmanager
def serving(settings: Settings, engine: Engine) -> Iterator[None]:
    """A worker's thread that serves questions until the block ends."""
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            with open_store(settings) as db:
                serve(db, settings, engine, ended.is_set)
            ended.wait(0.02)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
