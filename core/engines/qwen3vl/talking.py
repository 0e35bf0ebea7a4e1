"""An answer in free words about one or several photos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.engines.base import Question
from core.engines.language.guard import RepetitionGuard
from core.engines.language.prompts import question_prompt
from core.engines.qwen3vl.decoding import Counts
from core.engines.qwen3vl.drafts import TextDrafter
from core.engines.qwen3vl.inputs import Picture, Prompt, PromptBuilder
from core.engines.qwen3vl.model import Model
from core.engines.qwen3vl.sampling import make_chooser
from core.errors import QuestionTooLong
from core.values.text import has_cjk


def talk(model: Model, question: Question, pictures: Sequence[Picture]) -> Iterator[str]:
    """Pieces of the answer. The first is "", before anything is computed: whoever asked may have gone.

    Raises QuestionTooLong.
    """
    sampling, counts = question.sampling, Counts()
    prompt, photos_end = _prompt(model, question, pictures)
    if len(prompt) + sampling.max_new_tokens > model.context:
        raise QuestionTooLong(tokens=len(prompt) + sampling.max_new_tokens, limit=model.context)
    logits = yield from model.decoder.prefill_in_steps(prompt, keep=(photos_end,), counts=counts)
    said: list[int] = []

    def tokens() -> Iterator[list[int]]:
        for piece in model.decoder.decode(
            prompt,
            logits,
            chooser=make_chooser(sampling),
            constraint=None,
            drafter=TextDrafter(line.text for read in question.readings for line in read.lines),
            max_new=sampling.max_new_tokens,
            counts=counts,
        ):
            said.extend(piece)
            yield piece

    guard = RepetitionGuard()  # not `hear.until_circles`: here a piece without words is a step, and silence counts
    for words in model.words(tokens()):
        yield words
        if guard.feed(words):
            return
    model.decoder.keep_answer(prompt, said)


def _prompt(model: Model, question: Question, pictures: Sequence[Picture]) -> tuple[Prompt, int]:
    """The prompt, and where its photos end: they come first, then the turns so far, so that a later question finds
    the cache of all that came before it."""
    builder = PromptBuilder(model.vocabulary).turn("user")
    for picture in pictures:
        builder.picture(picture)
    photos_end = len(builder)
    for asked, answer in question.history:
        builder.text(_worded(asked)).end_turn().turn("assistant").text(answer).end_turn().turn("user")
    builder.text(_worded(question.text, bool(pictures))).end_turn().turn("assistant")
    return builder.build(), photos_end


def _worded(text: str, photos: bool = True) -> str:
    """Without a photo the text is its own instruction."""
    if not photos:
        return text
    return question_prompt(text, "zh" if has_cjk(text) else "en")
