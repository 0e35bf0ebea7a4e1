"""Decoding with models that compute: the tiny checkpoint, in every form that is here."""

from __future__ import annotations

from typing import Any

import pytest

from core.engines.qwen3vl.decoding import Decoder, Shortcuts
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Vocabulary
from core.engines.qwen3vl.runtime import Runtime
from tests.tiny.pictures import noise
from tests.unit.qwen3vl.prompts import photo_prompt, prompt_of
from tests.unit.qwen3vl.said import (
    COMBINATIONS,
    DRAFTERS,
    Drafts,
    assert_counts_add_up,
    keeps,
    one_by_one,
    rest_of,
    say,
)


@pytest.mark.parametrize("drafts", ["good", "wrong", "breaking the grammar", "Chinese"])
def test_the_tiny_model_says_the_same_with_every_shortcut(
    drafts: str, runtime: Runtime, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    prompt = photo_prompt(vocabulary)
    plain = say(runtime, vocabulary, prompt, grammar=grammar, max_new=60)
    text = vocabulary.text(plain.ids)
    for shortcuts in COMBINATIONS.values():
        drafter = Drafts(DRAFTERS[drafts](text))
        said = say(runtime, vocabulary, prompt, shortcuts, grammar=grammar, drafter=drafter, max_new=60)
        assert said.ids == plain.ids
        assert_counts_add_up(said, runtime, prompt)


def test_the_tiny_model_says_the_same_by_the_plainest_loop(
    torch_runtime: Runtime, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    prompt = photo_prompt(vocabulary)
    expected = one_by_one(torch_runtime, vocabulary, prompt, grammar, 24)
    assert say(torch_runtime, vocabulary, prompt, Shortcuts(), grammar=grammar, max_new=24).ids == expected


def test_free_words_are_those_that_transformers_generates(
    torch_runtime: Runtime, vocabulary: Vocabulary, reference: Any
) -> None:
    import torch

    prompt = prompt_of(vocabulary, "Read the label.\n", noise(128, 96), "All of it.")
    ids = torch.from_numpy(prompt.ids)[None]
    picture = prompt.pictures[0][1]
    generated = reference.generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        mm_token_type_ids=(ids == reference.config.image_token_id).int(),
        pixel_values=torch.from_numpy(picture.patches),
        image_grid_thw=torch.tensor([[1, picture.rows, picture.columns]]),
        do_sample=False,
        max_new_tokens=40,
    )[0, len(prompt) :].tolist()
    while generated and generated[-1] in vocabulary.special.stops:
        generated.pop()
    text = vocabulary.text(generated)
    said = say(torch_runtime, vocabulary, prompt, Shortcuts(), drafter=Drafts(rest_of(text)), max_new=40)
    assert said.ids == generated


def test_the_tiny_model_says_the_same_from_kept_prefixes(
    runtime: Runtime, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    decoder = Decoder(runtime, vocabulary, Shortcuts())
    for seed in range(3):
        prompt = prompt_of(vocabulary, "Read the label.\n", noise(96, 64, seed))
        said = say(runtime, vocabulary, prompt, grammar=grammar, decoder=decoder, keep=keeps(prompt), max_new=30)
        assert said.counts.reused >= keeps(prompt)[0] * bool(seed)
        again = say(runtime, vocabulary, prompt, grammar=grammar, decoder=decoder, max_new=30)
        assert again.counts.reused >= keeps(prompt)[1]
        plain = say(runtime, vocabulary, prompt, grammar=grammar, max_new=30)
        assert said.ids == again.ids == plain.ids
