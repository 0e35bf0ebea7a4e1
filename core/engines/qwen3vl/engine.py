"""The engine `qwen3vl`: one photo through the vision-language model on this machine."""

from __future__ import annotations

import codecs
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from PIL import Image

from core.engines.base import EngineInput, EngineOutput, Question, Stopped, Usage
from core.engines.language.answers import answer_schema, answer_value, asked_fields, write_json
from core.engines.language.guard import Circle, RepetitionGuard
from core.engines.language.parse import Parsed, parse_answer
from core.engines.language.picture import fit, text_region
from core.engines.language.prompts import extraction_prompt, groups, question_prompt
from core.engines.language.version import language_version
from core.engines.qwen3vl.choice import Plan, choose
from core.engines.qwen3vl.decoding import Counts, Decoder, Shortcuts
from core.engines.qwen3vl.drafts import AnswerDrafter, TextDrafter
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Picture, Prompt, PromptBuilder, Vocabulary, make_picture
from core.engines.qwen3vl.runtime import Runtime
from core.engines.qwen3vl.sampling import Greedy, make_chooser
from core.errors import EngineFailed, QuestionTooLong, ShelfLensError
from core.schema import Schema
from core.settings import Settings
from core.types import Bilingual, FieldValue, Readings
from core.values.text import has_cjk
from core.weights.space import ensure_memory

NAME = "qwen3vl"
CONTEXT = 16384
"""Most tokens of prompt and answer together: the cache of more does not fit beside the model on small machines."""
SHORTCUTS = ("jump", "drafts", "prefix", "crop")
"""Names in SHELFLENS_SHORTCUTS."""


class Qwen3VL:
    """Implements `Engine`, `Answers` and `Unloads` of `core.engines.base`. Loads the model at the first photo."""

    name = NAME

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._on = frozenset(settings.shortcuts.replace(" ", "").split(","))
        self._plan: Plan | None = None
        self._model: Model | None = None

    @property
    def plan(self) -> Plan:
        """How the model is run. Raises ModelNotHere, BadWeights or BadSetting."""
        if self._plan is None:
            self._plan = choose(self._settings)
        return self._plan

    @property
    def revision(self) -> str:
        return self.plan.weights.revision

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
            "crop": "crop" in self._on,
            "group": settings.fields_per_group,
            "answer": settings.answer_tokens,
        }

    @property
    def loaded(self) -> bool:
        return self._model is not None

    def unload(self) -> None:
        if self._model is not None:
            self._model.close()
            self._model = None
        self._plan = None

    def extract(self, given: EngineInput) -> EngineOutput:
        """Raises EngineFailed, UnusableAnswer, NotEnoughMemory, ModelNotHere, BadWeights or Stopped."""
        with self._in_words():
            return _Extraction(self._ready(), self._settings, self._on, given).run()

    def ask(self, question: Question) -> Iterator[str]:
        """Raises as `extract` does, and QuestionTooLong; at the first piece."""
        with self._in_words():
            yield from _Conversation(self._ready(), self._settings, self._on, question).run()

    def _ready(self) -> Model:
        if self._model is None:
            plan = self.plan
            ensure_memory(
                Bilingual(
                    en=f"The model ({plan.runtime} {plan.precision})", zh=f"模型（{plan.runtime} {plan.precision}）"
                ),
                plan.memory,
            )
            self._model = Model(plan, self._settings.threads, Shortcuts(**{n: n in self._on for n in SHORTCUTS[:3]}))
        return self._model

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (ShelfLensError, Stopped, GeneratorExit):
            raise
        except Exception as err:  # torch, OpenVINO and the tokenizer raise whatever their native code hits
            self.unload()  # what broke may have left the model half-way through a sequence
            raise EngineFailed(engine=NAME, name="a photo", reason=f"{type(err).__name__}: {err}") from err


class Model:
    """The loaded model with tokenizer, grammar and caches."""

    def __init__(self, plan: Plan, threads: int, shortcuts: Shortcuts) -> None:
        self.runtime = load_runtime(plan, threads)
        self.vocabulary = Vocabulary(plan.weights.folder)
        self.grammar = Grammar(self.vocabulary)
        self.decoder = Decoder(self.runtime, self.vocabulary, shortcuts)

    @property
    def context(self) -> int:
        return min(CONTEXT, int(self.vocabulary.config["text_config"]["max_position_embeddings"]))

    def close(self) -> None:
        self.decoder.clear()
        self.runtime.close()


def load_runtime(plan: Plan, threads: int) -> Runtime:
    """The plan's runtime, loaded; its module is imported here and not before."""
    if plan.runtime == "openvino":
        from core.engines.qwen3vl.openvino_runtime import OpenVinoRuntime

        return OpenVinoRuntime(plan.weights.folder, threads=threads, form=plan.precision)
    from core.engines.qwen3vl.torch_runtime import TorchRuntime

    return TorchRuntime(plan.weights.folder, device=plan.device, precision=plan.precision, threads=threads)


LARGE_PRINT = 14.0
"""Pixels of a line's height from which a smaller picture is read as well: a patch is 16 pixels high."""
SMALLER = 0.75


def look(image: Image.Image, readings: Readings | None, longest: int, *, crop: bool) -> Picture:
    """What the model sees of a photo: where its text is, at most `longest` pixels a side; at three quarters of
    that where the print is large, since a picture's time goes by its area."""
    if not crop or readings is None or not readings.lines:
        return make_picture(fit(image, longest))
    box = text_region(image, readings)
    scale = SMALLER * longest / max(box[2] - box[0], box[3] - box[1], 1.0)
    small_print = float(np.quantile([line.height for line in readings.lines], 0.1))
    return make_picture(fit(image, int(longest * SMALLER) if small_print * scale >= LARGE_PRINT else longest, box))


class _Heard:
    """What has been said so far, with the guard listening."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.ids: list[int] = []
        self.text = ""
        self.circle: Circle | None = None
        self._pieces = vocabulary.token_bytes
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        self._guard = RepetitionGuard()

    def hear(self, tokens: Sequence[int]) -> str:
        """The text that these tokens add: whole characters."""
        before = len(self.text)
        for token in tokens:
            if self.circle is not None:
                break
            words = self._decoder.decode(self._pieces[token])
            self.ids.append(token)
            self.text += words
            self.circle = self._guard.feed(words, token)
        return self.text[before:]

    @property
    def good(self) -> str:
        """The text without the rounds it went in a circle."""
        return self.text[: self._guard.good] if self.circle else self.text


class _Extraction:
    """One photo's structured answer, all fields at once or group by group."""

    def __init__(self, model: Model, settings: Settings, on: frozenset[str], given: EngineInput) -> None:
        self._model, self._settings, self._given = model, settings, given
        self._picture = look(given.image, given.readings, settings.picture_px, crop="crop" in on)
        self._start = time.perf_counter()
        self._first: float | None = None
        self._usage = Counts()
        self._input = 0

    def run(self) -> EngineOutput:
        asked = groups(self._given.schema, self._settings.fields_per_group)
        whole = len(asked) == 1
        said: list[str] = []
        parsed: list[Parsed] = []
        for keys in asked:
            text = self._answer(None if whole else keys)
            said.append(text)
            parsed.append(parse_answer(text, self._given.schema, None if whole else keys, engine=NAME))
        return EngineOutput(
            fields={key: field for part in parsed for key, field in part.fields.items()},
            raw_text="\n".join(said),
            partial=any(part.partial for part in parsed),
            usage=Usage(
                input_tokens=self._input,
                output_tokens=self._usage.tokens,
                passes=self._usage.passes,
                first_token_s=self._first or 0.0,
                total_s=time.perf_counter() - self._start,
            ),
        )

    def _answer(self, keys: Sequence[str] | None) -> str:
        """What the model says about a group of fields; cut where it runs in circles or on and on."""
        model, counts = self._model, Counts()
        prompt, keep = extraction_input(model.vocabulary, self._given.schema, keys, self._picture)
        logits = model.decoder.prefill(prompt, keep=keep, stopped=self._given.stopped, counts=counts)
        self._first = self._first or time.perf_counter() - self._start
        heard = _Heard(model.vocabulary)
        for piece in model.decoder.decode(
            prompt,
            logits,
            chooser=Greedy(),
            constraint=model.grammar.constraint(answer_schema(self._given.schema, keys)),
            drafter=answer_drafter(self._given, keys),
            max_new=self._settings.answer_tokens,
            counts=counts,
        ):
            if self._given.stopped():
                raise Stopped
            heard.hear(piece)
            if heard.circle:
                break
        self._input += counts.prompt
        self._usage.tokens += counts.tokens
        self._usage.passes += counts.passes
        return heard.good


def extraction_input(
    vocabulary: Vocabulary, schema: Schema, keys: Sequence[str] | None, picture: Picture
) -> tuple[Prompt, tuple[int, ...]]:
    """The prompt of a structured answer, and the lengths at which its cache serves other prompts: after the
    instruction the next photo, and after the photo its next group of fields."""
    words = extraction_prompt(schema, keys)
    builder = PromptBuilder(vocabulary).turn("user").text(words.before)
    keep = [len(builder)]
    builder.picture(picture)
    if words.after:
        keep.append(len(builder))
    builder.text(words.after).end_turn().turn("assistant")
    return builder.build(), tuple(keep)


def answer_drafter(given: EngineInput, keys: Sequence[str] | None) -> AnswerDrafter:
    """Drafts from what the embedded engine proposes, null for what it has not found, and from the OCR lines."""
    absent = FieldValue(value=None)
    expected = [
        (spec.key, write_json(answer_value(spec, given.proposed.get(spec.key, absent))))
        for spec in asked_fields(given.schema, keys)
    ]
    return AnswerDrafter(expected, (line.text for line in given.readings.lines))


class _Conversation:
    """An answer in free words about one or several photos."""

    def __init__(self, model: Model, settings: Settings, on: frozenset[str], question: Question) -> None:
        self._model, self._question = model, question
        readings: Sequence[Readings | None] = question.readings or (None,) * len(question.images)
        self._pictures = [
            look(image, read, settings.picture_px, crop="crop" in on)
            for image, read in zip(question.images, readings, strict=True)
        ]

    def run(self) -> Iterator[str]:
        model, sampling = self._model, self._question.sampling
        prompt, keep = self._prompt()
        if len(prompt) + sampling.max_new_tokens > model.context:
            raise QuestionTooLong(tokens=len(prompt) + sampling.max_new_tokens, limit=model.context)
        counts = Counts()
        yield ""  # whoever asked may have gone while the model was being loaded
        logits = model.decoder.prefill(prompt, keep=keep, stopped=lambda: False, counts=counts)
        heard = _Heard(model.vocabulary)
        for piece in model.decoder.decode(
            prompt,
            logits,
            chooser=make_chooser(sampling),
            constraint=None,
            drafter=TextDrafter(line.text for read in self._question.readings for line in read.lines),
            max_new=sampling.max_new_tokens,
            counts=counts,
        ):
            yield heard.hear(piece)
            if heard.circle:
                return
        model.decoder.keep_answer(prompt, heard.ids)

    def _prompt(self) -> tuple[Prompt, tuple[int, ...]]:
        """Photos first, then the turns so far, so that a later question finds the cache of all that came before."""
        asked = self._question
        lang = "zh" if has_cjk(asked.text) else "en"
        builder = PromptBuilder(self._model.vocabulary).turn("user")
        for picture in self._pictures:
            builder.picture(picture)
        keep = (len(builder),)
        for earlier, answer in asked.history:
            builder.text(question_prompt(earlier, "zh" if has_cjk(earlier) else "en"))
            builder.end_turn().turn("assistant").text(answer).end_turn().turn("user")
        builder.text(question_prompt(asked.text, lang)).end_turn().turn("assistant")
        return builder.build(), keep
