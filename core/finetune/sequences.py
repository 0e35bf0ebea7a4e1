"""A data set's example as the model takes it: the engine's own prompt, its answer, and which tokens are learned."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from PIL import Image

from core.engines.qwen3vl.inputs import Picture, Prompt, PromptBuilder, Vocabulary, make_picture
from core.errors import BadDataSet
from core.finetune.manifest import DataSet, Row
from core.types import Bilingual


@dataclass(frozen=True)
class Sequence:
    """Prompt and answer. Tokens from `answer` on are learned: the answer and the mark that ends it, nothing else."""

    prompt: Prompt
    answer: int

    @property
    def picture(self) -> Picture:
        return self.prompt.pictures[0][1]

    @property
    def learned(self) -> int:
        """How many tokens."""
        return len(self.prompt) - self.answer


def make_sequence(folder: Path, data: DataSet, row: Row, vocabulary: Vocabulary, max_pixels: int) -> Sequence:
    """The tokens, positions and patches of one example. Raises BadDataSet for a picture that cannot be opened."""
    words = data.prompts[row.kind]
    builder = PromptBuilder(vocabulary).turn("user").text(words.before)
    builder.picture(_picture(folder, row, max_pixels)).text(words.after).end_turn().turn("assistant")
    answer = len(builder)
    whole = builder.text(row.answer).end_turn().build()
    # A turn ends in the mark and a line break, and the engine stops at the mark.
    kept = len(whole) - len(vocabulary.encode("\n"))
    return Sequence(Prompt(whole.ids[:kept], whole.positions[:, :kept], whole.keys[:kept], whole.pictures), answer)


def _picture(folder: Path, row: Row, max_pixels: int) -> Picture:
    try:
        with Image.open(folder / row.image) as opened:
            image = opened.convert("RGB")
    except (OSError, ValueError) as err:
        reason = Bilingual(en=f"{row.image} cannot be opened", zh=f"无法打开 {row.image}")
        raise BadDataSet(folder=folder, reason=reason) from err
    factor = sqrt(max_pixels / (image.width * image.height))
    if factor < 1:
        image = image.resize(
            (max(1, int(image.width * factor)), max(1, int(image.height * factor))), Image.Resampling.LANCZOS
        )
    return make_picture(image)
