"""The loaded model with all that belongs to it."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import replace

from PIL import Image

from core.engines.qwen3vl.choice import Plan
from core.engines.qwen3vl.decoding import Decoder, Shortcuts
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Picture, Vocabulary, make_picture
from core.engines.qwen3vl.pace import measured_block
from core.engines.qwen3vl.runtime import Runtime
from core.engines.qwen3vl.view import view
from core.types import Readings

CONTEXT = 16384
"""Most tokens of prompt and answer together: the cache of more does not fit beside the model on small machines."""


class Model:
    """A runtime with tokenizer, grammar and the caches of its prompts."""

    def __init__(self, runtime: Runtime, vocabulary: Vocabulary, shortcuts: Shortcuts) -> None:
        self.runtime, self.vocabulary = runtime, vocabulary
        self.grammar = Grammar(vocabulary)
        self.decoder = Decoder(runtime, vocabulary, shortcuts)

    @property
    def context(self) -> int:
        """Most tokens of one prompt and its answer."""
        return min(CONTEXT, int(self.vocabulary.config["text_config"]["max_position_embeddings"]))

    def words(self, tokens: Iterable[list[int]]) -> Iterator[str]:
        """The text of tokens as they come: whole characters, "" where there is none yet."""
        decoder = codecs.getincrementaldecoder("utf-8")("ignore")
        for piece in tokens:
            yield decoder.decode(b"".join(self.vocabulary.token_bytes[token] for token in piece))

    def close(self) -> None:
        self.decoder.clear()
        self.runtime.close()


def load_model(plan: Plan, threads: int, shortcuts: Shortcuts) -> Model:
    """Loads what the plan names, and finds the block size that suits it here.

    Raises whatever torch, OpenVINO or the tokenizer raise.
    """
    runtime = load_runtime(plan, threads)
    if shortcuts.drafts and not _feels_the_block(plan):
        shortcuts = replace(shortcuts, block=measured_block(runtime))
    return Model(runtime, Vocabulary(plan.weights.folder), shortcuts)


def _feels_the_block(plan: Plan) -> bool:
    """True where the tokens of a pass share a scale, as in torch's int8: another block size can turn a near tie,
    and the same photo would be read in two ways under one cache key. There the block stays as it is."""
    return plan.runtime == "torch" and plan.precision == "int8"


def load_runtime(plan: Plan, threads: int) -> Runtime:
    """The plan's runtime, loaded; its module is imported here and not before."""
    if plan.runtime == "openvino":
        from core.engines.qwen3vl.openvino_runtime import OpenVinoRuntime

        return OpenVinoRuntime(plan.weights.folder, threads=threads, form=plan.precision)
    from core.engines.qwen3vl.torch_runtime import TorchRuntime

    return TorchRuntime(
        plan.weights.folder, device=plan.device, precision=plan.precision, threads=threads, adapter=plan.adapter
    )


def look(image: Image.Image, readings: Readings | None, longest: int, *, crop: bool) -> Picture:
    """What the model sees of a photo, cut into patches; see `view`."""
    return make_picture(view(image, readings, longest, crop=crop))
