"""Free questions about photos: asked and followed by pages and the API, answered by the worker.

    ask     a row in the store, at once from the cache where the same was answered before
    follow  the row as its answer grows; whoever follows is its listener
    serve   the worker's part: every waiting question, before batch work and between the photos of a job

The model lives in the worker alone, one heavy computation at a time. Pages only write and poll SQLite.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, field

from PIL import Image
from sqlite_utils import Database

from core.engines.base import Answers, Engine, Question, Sampling, Stopped, Writes
from core.engines.registry import make_engine
from core.errors import EngineFailed, NeedsModel, NotFound, ShelfLensError, UsageError
from core.images import open_pixels
from core.pulse import Pulse
from core.reading.pipeline import Tools, ensure_readings
from core.reading.preferences import default_engine
from core.settings import Settings
from core.store import blobs, questions, runs
from core.store.db import kept_store, open_store
from core.store.questions import Answerer, Asked, QuestionState, Wish
from core.types import Readings

log = logging.getLogger("shelflens.questions")

AUTO = "auto"
MOST_PHOTOS = 8
LONGEST_TEXT = 20_000
"""Characters. The models' own limits are lower and named by them; this one keeps pasted files out."""
MOST_TOKENS = 4096
HOTTEST = 2.0

POLL_S = 0.08
"""Between looks at an answer that grows: shorter than a word takes to read, a hundredth of a core."""
TICK_S = 0.25
"""A follower hears at least this often, so that whoever draws the answer can be interrupted."""
RENEW_S = 1.0
"""Between a listener's signs of life."""
WRITE_S = 0.05
"""Between writes of an answer that grows: 20 a second, however fast the model."""

Borrow = Callable[[str], AbstractContextManager[Engine]]
"""The engine called so for the length of one answer (`core.engines.holder.Engines.use`)."""


@dataclass(frozen=True)
class Ask:
    """A question as somebody asks it. `follows` is the question it goes on from, about the same photos.

    `again` draws a new answer where the cache has one. `without_photos` says that the text holds all that is asked
    about, its instruction included: only an engine that is `Writes` answers it.
    """

    blobs: tuple[str, ...]
    text: str
    engine: str = AUTO
    sampling: Sampling = field(default_factory=Sampling)
    follows: int | None = None
    item_id: int | None = None
    asked_by: str = ""
    again: bool = False
    without_photos: bool = False


def ask(db: Database, settings: Settings, wanted: Ask) -> int:
    """Stores a question and returns its id; already answered where the same was answered before.

    Raises UsageError for one that cannot be asked, NotFound for photos and questions that do not exist.
    """
    _check(db, wanted)
    wish = _wish(db, wanted)
    known = None if wanted.again else _known_to_pages(db, settings, wish)
    return questions.put_question(db, wish) if known is None else questions.put_answered(db, wish, known)


def find_kept(db: Database, settings: Settings, wanted: Ask) -> Asked | None:
    """The kept answer to the same question by the engine as it is now; None where there is none. Stores nothing."""
    return _known_to_pages(db, settings, _wish(db, wanted))


def stop(settings: Settings, question_id: int) -> None:
    """Nobody wants the answer any more. What has been said is kept."""
    with kept_store(settings) as db:
        questions.stop_question(db, question_id)


def follow(settings: Settings, question_id: int) -> Iterator[Asked]:
    """The question whenever it has changed, and at least every TICK_S seconds, until it has ended.

    While somebody takes from this iterator the question has a listener. Raises NotFound.
    """
    renewed = told = float("-inf")
    shown: tuple[QuestionState, str] | None = None
    while True:
        moment = time.monotonic()
        with kept_store(settings) as db:
            if moment - renewed >= RENEW_S:
                questions.keep_listening(db, question_id)
                renewed = moment
            asked = questions.get_question(db, question_id)
        if (asked.state, asked.answer) != shown or moment - told >= TICK_S:
            shown, told = (asked.state, asked.answer), moment
            yield asked
        if asked.state.ended:
            return
        time.sleep(POLL_S)


def history(db: Database, question_id: int | None) -> tuple[tuple[str, str], ...]:
    """The (question, answer) pairs that lead up to and include this question, oldest first.

    One that was never answered, not even in part, is left out. Raises NotFound.
    """
    turns: list[tuple[str, str]] = []
    while question_id is not None:
        asked = questions.get_question(db, question_id)
        if asked.answer:
            turns.append((asked.text, asked.answer))
        question_id = asked.follows
    return tuple(reversed(turns))


def _check(db: Database, wanted: Ask) -> None:
    """Raises UsageError or NotFound for what cannot be asked."""
    for wrong, en, zh in (
        (not wanted.text.strip(), "Type a question.", "请输入问题。"),
        (
            len(wanted.text) > LONGEST_TEXT,
            f"The question has {len(wanted.text):,} characters; {LONGEST_TEXT:,} are the limit. Shorten it.",
            f"问题有 {len(wanted.text):,} 个字符，上限为 {LONGEST_TEXT:,}。请缩短。",
        ),
        (
            not wanted.without_photos and not 1 <= len(wanted.blobs) <= MOST_PHOTOS,
            f"Ask about 1 to {MOST_PHOTOS} photos, not {len(wanted.blobs)}.",
            f"请选择 1 到 {MOST_PHOTOS} 张图片（现为 {len(wanted.blobs)} 张）。",
        ),
        (
            not 0 <= wanted.sampling.temperature <= HOTTEST,
            f"The temperature lies between 0 and {HOTTEST:g}.",
            f"温度须在 0 到 {HOTTEST:g} 之间。",
        ),
        (not 0 < wanted.sampling.top_p <= 1, "top_p lies above 0 and up to 1.", "top_p 须大于 0 且不超过 1。"),
        (
            not 1 <= wanted.sampling.max_new_tokens <= MOST_TOKENS,
            f"An answer has 1 to {MOST_TOKENS:,} tokens.",
            f"回答长度须为 1 到 {MOST_TOKENS:,} 个 token。",
        ),
    ):
        if wrong:
            raise UsageError(en=en, zh=zh)
    for blob in wanted.blobs:
        if blobs.find_blob(db, blob) is None:
            raise NotFound(what=blobs.PHOTO, key=blob[:12], hint=blobs.UPLOAD_AGAIN)
    if wanted.follows is not None and questions.get_question(db, wanted.follows).blobs != wanted.blobs:
        raise UsageError(
            en=f"Question {wanted.follows} was about other photos. Ask anew instead of going on from it.",
            zh=f"问题 {wanted.follows} 针对的是其他图片。请重新提问，而不是追问。",
        )


def _wish(db: Database, wanted: Ask) -> Wish:
    sampling = asdict(wanted.sampling)
    turns = history(db, wanted.follows)
    return Wish(
        blobs=wanted.blobs,
        text=wanted.text.strip(),
        engine=wanted.engine,
        sampling=sampling,
        key=_digest({"photos": wanted.blobs, "text": wanted.text.strip(), "sampling": sampling, "history": turns}),
        follows=wanted.follows,
        item_id=wanted.item_id,
        asked_by=wanted.asked_by,
        again=wanted.again,
    )


def _digest(parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _answerer(engine: Engine, wish: str, readers: tuple[str | None, ...]) -> Answerer:
    """Who answers, with the key of its answer: everything that can change it. Raises ShelfLensError."""
    parts = {
        "wish": wish,
        "engine": engine.name,
        "revision": engine.revision,
        "prompt": engine.prompt_version,
        "params": engine.params,
        "readers": readers,
    }
    return Answerer(name=engine.name, revision=engine.revision, key=_digest(parts))


def _known_to_pages(db: Database, settings: Settings, wish: Wish) -> Asked | None:
    """The stored answer to the same wish by the engine as it is now, for whoever has no engine at hand.

    An engine is made to be asked who it is only where there is an answer to be had; loading it takes nothing.
    One that cannot say leaves the question to the worker, whose message is the better one.
    """
    if not questions.has_answers(db, wish.key):
        return None
    with suppress(ShelfLensError):
        engine = make_engine(wanted_engine(db, wish.engine, settings), settings)
        readers = tuple(runs.latest_reader(db, blob) for blob in wish.blobs)
        return questions.find_answer(db, wish.key, _answerer(engine, wish.key, readers).key)
    return None


def wanted_engine(db: Database, name: str, settings: Settings) -> str:
    """`auto` is whichever engine is the default, as for photos."""
    return default_engine(db, settings) if name == AUTO else name


def serve_waiting(
    db: Database, tools: Tools, owner: str, borrow: Borrow, halted: Callable[[], bool] = lambda: False
) -> int:
    """Answers every question that somebody waits for, in this thread, and returns how many it began.

    `halted` says that the process has to end: the question at hand goes back into the queue. Errors of
    engines end in the question's row; only those of disk and database are raised.
    """
    served = 0
    while not halted():
        asked = questions.claim_question(db, owner, lease_s=tools.settings.lease_s)
        if asked is None:
            break
        _serve(db, tools, owner, borrow, asked, halted)
        served += 1
    return served


def _serve(db: Database, tools: Tools, owner: str, borrow: Borrow, asked: Asked, halted: Callable[[], bool]) -> None:
    with _QuestionPulse(tools.settings, asked.id, owner):
        try:
            state, error = _answer(db, tools, owner, borrow, asked, halted), None
        except sqlite3.DatabaseError:
            raise
        except ShelfLensError as err:
            state, error = QuestionState.FAILED, err.message
        except Exception as err:  # whatever it is, the next question must still be answered
            log.exception("question %s", asked.id)
            reason = f"{type(err).__name__}: {err}"
            state, error = (
                QuestionState.FAILED,
                EngineFailed(engine=asked.engine, name=f"#{asked.id}", reason=reason).message,
            )
    if state is QuestionState.QUEUED:
        questions.release_questions(db, owner)
    else:
        questions.end_question(db, asked.id, owner, state, error=error)
    log.info("question %s: %s", asked.id, state)


def _answer(
    db: Database, tools: Tools, owner: str, borrow: Borrow, asked: Asked, halted: Callable[[], bool]
) -> QuestionState:
    """Writes the answer as it is made and returns how it ended; QUEUED where the process has to end first."""
    with borrow(wanted_engine(db, asked.engine, tools.settings)) as engine:
        answerer = _answerer(engine, asked.wish, (tools.readers.version,) * len(asked.blobs))
        questions.name_answerer(db, asked.id, owner, answerer)
        known = None if asked.again else questions.find_answer(db, asked.wish, answerer.key)
        if known is not None:
            questions.copy_answer(db, asked.id, owner, known)
            return QuestionState.DONE
        if not isinstance(engine, Answers) or not (asked.blobs or isinstance(engine, Writes)):
            raise NeedsModel
        return _stream(db, tools, owner, asked, engine, halted)


def _stream(
    db: Database, tools: Tools, owner: str, asked: Asked, engine: Answers, halted: Callable[[], bool]
) -> QuestionState:
    writer = _Writer(db, asked.id, owner, tools.settings.lease_s)
    pieces = engine.ask(_question(db, tools, asked))
    try:
        while True:
            if halted():
                return QuestionState.QUEUED
            if not questions.is_wanted(db, asked.id, owner):
                return QuestionState.STOPPED
            piece = next(pieces, None)
            if piece is None:
                return QuestionState.DONE
            writer.add(piece)
    except Stopped:
        return QuestionState.STOPPED
    finally:
        _close(pieces)
        writer.flush()


def _close(pieces: Iterator[str]) -> None:
    """Lets a generator stop in its middle: the engine frees what the answer held."""
    close = getattr(pieces, "close", None)
    if close is not None:
        close()


def _question(db: Database, tools: Tools, asked: Asked) -> Question:
    """The question as engines take it, photos decoded and read. Raises what reading a photo raises."""
    seen = [_look(db, tools, blob) for blob in asked.blobs]
    return Question(
        images=tuple(page for page, _ in seen),
        text=asked.text,
        readings=tuple(readings for _, readings in seen),
        history=history(db, asked.follows),
        sampling=Sampling(**asked.sampling),
    )


def _look(db: Database, tools: Tools, blob: str) -> tuple[Image.Image, Readings]:
    page = open_pixels(blobs.read_blob(db, tools.settings, blob), blob[:12], tools.settings)
    return page, ensure_readings(db, tools, blob, lambda: page)


class _Writer:
    """Collects the pieces of an answer and writes them at most every WRITE_S seconds."""

    def __init__(self, db: Database, question_id: int, owner: str, lease_s: float) -> None:
        self._db, self._question_id, self._owner, self._lease_s = db, question_id, owner, lease_s
        self._words = ""
        self._written = float("-inf")

    def add(self, words: str) -> None:
        self._words += words
        if time.monotonic() - self._written >= WRITE_S:
            self.flush()

    def flush(self) -> None:
        if not self._words:
            return
        questions.add_words(self._db, self._question_id, self._owner, self._words, lease_s=self._lease_s)
        self._words, self._written = "", time.monotonic()


class _QuestionPulse(Pulse):
    """Renews a question's lease: loading a model and reading the photo say nothing for long."""

    def __init__(self, settings: Settings, question_id: int, owner: str) -> None:
        super().__init__(f"question-{question_id}", settings.lease_s / 3)
        self._settings, self._question_id, self._owner = settings, question_id, owner

    def _beat(self) -> None:
        with open_store(self._settings) as db:
            questions.renew_lease(db, self._question_id, self._owner, lease_s=self._settings.lease_s)
