"""The scripted engine: says what it was told to, through the same parser and guard as a model's words.

For tests, demonstrations and documentation. In code it takes replies (`ScriptedEngine(replies=[...])`); a
server takes them from the file that SHELFLENS_SCRIPT names, one JSON object a line:

    {"extract": {"brand": "燕麦工坊", "net_content": "500 g"}}
    {"extract": "{\\"brand\\": \\"cut sho"}
    {"ask": "The shelf life is 12 months.", "delay_s": 0.05}
    {"ask": "", "error": "the model is out of order"}

Replies of each sort are given in their order and then again from the first.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.engines.base import EngineInput, EngineOutput, Question, Stopped, Usage
from core.engines.language.answers import write_json
from core.engines.language.hear import PHOTO, hear, understand_answer, until_circles
from core.engines.language.version import language_version
from core.errors import BadSetting, EngineFailed, ShelfLensError
from core.settings import Settings
from core.types import Bilingual

NO_REPLY = Bilingual(en="its script holds no reply of this sort", zh="脚本中没有此类回复")
NAP_S = 0.02
"""A delay is slept in naps of this length, so that whoever stops the engine waits no longer."""

_PIECES = re.compile(r"\s*[^\s\u3000-\u9fff]{1,4}|\s*[\u3000-\u9fff]|\s+")


@dataclass(frozen=True)
class Reply:
    """One answer: what is said, the pause before each piece, and the error at its end."""

    text: str = ""
    delay_s: float = 0.0
    error: Exception | None = None
    pieces: tuple[str, ...] | None = None
    """How the words come; by default some letters at a time, as tokens do."""

    def speak(self, stopped: Callable[[], bool]) -> Iterator[str]:
        """The pieces with their pauses. Raises the reply's error at its end, as EngineFailed; Stopped in a pause."""
        for piece in _PIECES.findall(self.text) if self.pieces is None else self.pieces:
            _pause(self.delay_s, stopped)
            yield piece
        if self.error is not None:
            raise _said_plainly(self.error)


class ScriptedEngine:
    """Implements `core.engines.base.Engine` and `Answers`."""

    name = "scripted"
    writes = True

    def __init__(
        self, settings: Settings | None = None, *, replies: Sequence[Reply] = (), answers: Sequence[Reply] = ()
    ) -> None:
        """`replies` for photos and `answers` for questions, else those of the file `settings` name.

        Raises BadSetting for a file that is no script.
        """
        self._replies, self._answers = list(replies), list(answers)
        if settings is not None and settings.script is not None:
            self._replies, self._answers = read_script(settings.script)
        self._told = self._answered = 0
        self.questions: list[Question] = []
        """What it has been asked, in order."""

    @property
    def revision(self) -> str:
        said = [(reply.text, reply.pieces, repr(reply.error)) for reply in (*self._replies, *self._answers)]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:12]

    @property
    def prompt_version(self) -> str:
        return language_version()

    @property
    def params(self) -> dict[str, Any]:
        return {}

    def extract(self, given: EngineInput) -> EngineOutput:
        """The next reply as fields of the schema. Raises what it is told to, UnusableAnswer or Stopped."""
        reply = self._next(self._replies, self._told)
        self._told += 1
        start = time.perf_counter()
        heard = hear(reply.speak(given.stopped), given.stopped)
        usage = Usage(output_tokens=len(heard.text), total_s=time.perf_counter() - start)
        return understand_answer(heard, given.schema, engine=self.name, usage=usage)

    def ask(self, question: Question) -> Iterator[str]:
        self.questions.append(question)
        reply = self._next(self._answers, self._answered)
        self._answered += 1
        return until_circles(reply.speak(lambda: False))

    def _next(self, replies: list[Reply], turn: int) -> Reply:
        if not replies:
            raise EngineFailed(engine=self.name, name=PHOTO, reason=NO_REPLY)
        return replies[turn % len(replies)]


def read_script(path: Path) -> tuple[list[Reply], list[Reply]]:
    """The replies of a script for photos and for questions. Raises BadSetting that names the line."""
    found: dict[str, list[Reply]] = {"extract": [], "ask": []}
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as err:
        raise BadSetting(name="SHELFLENS_SCRIPT", value=path, reason=str(err)) from err
    for number, line in enumerate(lines, 1):
        if line.strip():
            sort, reply = _read_line(path, number, line)
            found[sort].append(reply)
    return found["extract"], found["ask"]


def _read_line(path: Path, number: int, line: str) -> tuple[str, Reply]:
    try:
        told = json.loads(line)
        sort = next(key for key in ("extract", "ask") if key in told)
        text = told[sort] if isinstance(told[sort], str) else write_json(told[sort])
        error = EngineFailed(engine="scripted", name=PHOTO, reason=told["error"]) if "error" in told else None
        return sort, Reply(text, float(told.get("delay_s", 0.0)), error)
    except (ValueError, TypeError, StopIteration) as err:
        reason = f"line {number} is no reply: {line[:60]}"
        raise BadSetting(name="SHELFLENS_SCRIPT", value=path, reason=reason) from err


def _said_plainly(error: Exception) -> Exception:
    """What a model or library raised never leaves an engine as it is."""
    if isinstance(error, ShelfLensError | Stopped):
        return error
    return EngineFailed(engine=ScriptedEngine.name, name=PHOTO, reason=f"{type(error).__name__}: {error}")


def _pause(seconds: float, stopped: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not stopped():
        left = end - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, NAP_S))
    raise Stopped
