"""The engine `qwen3vl`: photos through the vision-language model on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from PIL import Image

from core.engines.base import EngineInput, EngineOutput, Question, Stopped
from core.engines.language.hear import PHOTO
from core.engines.language.version import language_version
from core.engines.qwen3vl.choice import Plan, choose
from core.engines.qwen3vl.decoding import Shortcuts
from core.engines.qwen3vl.inputs import Picture
from core.engines.qwen3vl.model import Model, load_model, look
from core.engines.qwen3vl.reading import read_photo
from core.engines.qwen3vl.talking import talk
from core.errors import BadSetting, EngineFailed, ShelfLensError
from core.settings import Settings
from core.types import Bilingual, Readings
from core.weights.promoted import stamp_in_use
from core.weights.space import ensure_memory

NAME = "qwen3vl"
EXACT = ("jump", "drafts", "prefix")
"""Shortcuts that change no answer."""
CROP = "crop"


class Qwen3VL:
    """Implements `Engine`, `Answers` and `Unloads` of `core.engines.base`. Loads the model at the first photo."""

    name = NAME
    takes_examples = True
    writes = True

    def __init__(self, settings: Settings) -> None:
        """Raises BadSetting for a shortcut that does not exist."""
        self._settings = settings
        self._on = shortcuts_of(settings)
        self._plan: Plan | None = None
        self._planned_for = stamp_in_use(settings)
        self._model: Model | None = None

    @property
    def plan(self) -> Plan:
        """How the model is run. Raises ModelNotHere, BadWeights or BadSetting."""
        if self._plan is None:
            self._plan = choose(self._settings)
        return self._plan

    @property
    def revision(self) -> str:
        """Of weights and adapter. It is asked before each photo, and so where a newly promoted adapter is taken up."""
        self._follow()
        return self.plan.revision

    def _follow(self) -> None:
        """Lets go of the model where another adapter has been put to use since it was planned."""
        present = stamp_in_use(self._settings)
        if present != self._planned_for:
            self.unload()
            self._planned_for = present

    @property
    def prompt_version(self) -> str:
        return language_version()

    @property
    def params(self) -> dict[str, Any]:
        """What an answer depends on beside weights and prompt. Shortcuts that change nothing are not among it."""
        plan, settings = self.plan, self._settings
        return {
            "runtime": plan.runtime,
            "device": plan.device,
            "precision": plan.precision,
            "longest": settings.picture_px,
            "crop": CROP in self._on,
            "group": settings.fields_per_group,
            "answer": settings.answer_tokens,
        }

    @property
    def loaded(self) -> bool:
        return self._model is not None

    def unload(self) -> None:
        model, self._model, self._plan = self._model, None, None
        if model is not None:
            model.close()

    def extract(self, given: EngineInput) -> EngineOutput:
        """Raises EngineFailed, UnusableAnswer, NotEnoughMemory, ModelNotHere, BadWeights or Stopped."""
        with self._in_words():
            settings = self._settings
            picture = self._look(given.image, given.readings)
            if given.stopped():
                raise Stopped
            return read_photo(
                self._ready(), given, picture, group=settings.fields_per_group, most=settings.answer_tokens, name=NAME
            )

    def ask(self, question: Question) -> Iterator[str]:
        """Raises as `extract` does, and QuestionTooLong; at the first piece."""
        with self._in_words():
            self._follow()
            readings: Sequence[Readings | None] = question.readings or (None,) * len(question.images)
            pictures = [self._look(image, read) for image, read in zip(question.images, readings, strict=True)]
            yield from talk(self._ready(), question, pictures)

    def _look(self, image: Image.Image, readings: Readings | None) -> Picture:
        return look(image, readings, self._settings.picture_px, crop=CROP in self._on)

    def _ready(self) -> Model:
        if self._model is None:
            plan = self.plan
            way = f"{plan.runtime} {plan.precision}"
            ensure_memory(Bilingual(en=f"The model ({way})", zh=f"模型（{way}）"), plan.memory)
            exact = Shortcuts(**{name: name in self._on for name in EXACT})
            self._model = load_model(plan, self._settings.threads, exact)
        return self._model

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (ShelfLensError, Stopped):
            raise
        except Exception as err:  # torch, OpenVINO and the tokenizer raise whatever their native code hits
            self.unload()  # it may have broken off half-way through a sequence
            raise EngineFailed(engine=NAME, name=PHOTO, reason=f"{type(err).__name__}: {err}") from err


def shortcuts_of(settings: Settings) -> frozenset[str]:
    """The shortcuts that are on. Raises BadSetting for one that does not exist."""
    named = frozenset(filter(None, (name.strip() for name in settings.shortcuts.split(","))))
    known = (*EXACT, CROP)
    if unknown := named - set(known):
        reason = f"not known: {', '.join(sorted(unknown))}; known: {', '.join(known)}"
        raise BadSetting(name="SHELFLENS_SHORTCUTS", value=settings.shortcuts, reason=reason)
    return named
