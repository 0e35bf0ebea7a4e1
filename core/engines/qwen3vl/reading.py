"""A photo's structured answer, all fields at once or group by group."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from core.engines.base import EngineInput, EngineOutput, Usage
from core.engines.language.answers import answer_schema, answer_value, asked_fields, write_json
from core.engines.language.hear import hear, understand_answer
from core.engines.language.prompts import examples_text, extraction_prompt, groups
from core.engines.qwen3vl.decoding import Counts
from core.engines.qwen3vl.drafts import AnswerDrafter
from core.engines.qwen3vl.inputs import Picture, Prompt, PromptBuilder, Vocabulary
from core.engines.qwen3vl.model import Model
from core.engines.qwen3vl.sampling import Greedy
from core.errors import EngineFailed, ShelfLensError, UnusableAnswer
from core.schema import Schema
from core.types import Fields, FieldValue

Keys = Sequence[str] | None
"""The fields asked for together; None for all of the schema."""


def read_photo(model: Model, given: EngineInput, picture: Picture, *, group: int, most: int, name: str) -> EngineOutput:
    """The fields the model reads, `group` at a time (0: all at once), each answer at most `most` tokens long.

    A group that fails costs its own fields, and makes the reading partial. Raises Stopped, and UnusableAnswer or
    EngineFailed where no group gave anything.
    """
    asked: Sequence[Keys] = groups(given.schema, group) if group else (None,)
    outputs, failures = [], list[ShelfLensError]()
    for keys in asked:
        try:
            outputs.append(_read_group(model, given, picture, keys, most, name))
        except (UnusableAnswer, EngineFailed) as err:
            failures.append(err)
    if not outputs:
        raise failures[0]
    return EngineOutput(
        fields={key: field for output in outputs for key, field in output.fields.items()},
        raw_text="\n".join(output.raw_text for output in outputs),
        partial=bool(failures) or any(output.partial for output in outputs),
        usage=_sum([output.usage for output in outputs if output.usage]),
    )


def _read_group(model: Model, given: EngineInput, picture: Picture, keys: Keys, most: int, name: str) -> EngineOutput:
    start, counts = time.perf_counter(), Counts()
    first: list[float] = []

    def pieces() -> Iterator[str]:
        for words in model.words(_tokens(model, given, picture, keys, most, counts)):
            first.append(time.perf_counter() - start)
            yield words

    heard = hear(pieces(), given.stopped)
    usage = Usage(counts.prompt, counts.tokens, counts.passes, first[0], time.perf_counter() - start)
    return understand_answer(heard, given.schema, keys, engine=name, usage=usage)


def _tokens(
    model: Model, given: EngineInput, picture: Picture, keys: Keys, most: int, counts: Counts
) -> Iterator[list[int]]:
    prompt, keep = extraction_input(model.vocabulary, given.schema, keys, picture, given.examples)
    logits = model.decoder.prefill(prompt, keep=keep, stopped=given.stopped, counts=counts)
    yield from model.decoder.decode(
        prompt,
        logits,
        chooser=Greedy(),
        constraint=model.grammar.constraint(answer_schema(given.schema, keys)),
        drafter=answer_drafter(given, keys),
        max_new=most,
        counts=counts,
    )


def extraction_input(
    vocabulary: Vocabulary, schema: Schema, keys: Keys, picture: Picture, examples: Sequence[Fields] = ()
) -> tuple[Prompt, tuple[int, ...]]:
    """The prompt of a structured answer, and the lengths at which its cache serves other prompts: after the
    instruction the next photo, and after the photo its next group of fields."""
    words = extraction_prompt(schema, keys)
    builder = PromptBuilder(vocabulary).turn("user").text(words.before)
    keep = [len(builder)]
    builder.text(examples_text(schema, examples, keys))
    builder.picture(picture)
    if words.after:
        keep.append(len(builder))
    builder.text(words.after).end_turn().turn("assistant")
    return builder.build(), tuple(keep)


def answer_drafter(given: EngineInput, keys: Keys) -> AnswerDrafter:
    """Drafts from what the embedded engine proposes, null for what it has not found, and from the OCR lines."""
    absent = FieldValue(value=None)
    expected = [
        (spec.key, write_json(answer_value(spec, given.proposed.get(spec.key, absent))))
        for spec in asked_fields(given.schema, keys)
    ]
    return AnswerDrafter(expected, (line.text for line in given.readings.lines))


def _sum(usages: Sequence[Usage]) -> Usage:
    return Usage(
        input_tokens=sum(usage.input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        passes=sum(usage.passes for usage in usages),
        first_token_s=usages[0].first_token_s,
        total_s=sum(usage.total_s for usage in usages),
    )
