"""A tiny checkpoint that gives one answer, whatever it is shown: for real servers of models.

Random weights say nonsense, by which a test of a server cannot tell whether an answer came through whole. Here each
token of the answer makes the next one the likeliest: the layers between are silenced, and the row of the output for
the next token is the embedding of this one.

    python -m tests.tiny.talking FOLDER
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

from tests.tiny.checkpoint import make_tiny

ANSWER = '{ "brand":"Acme"}'
LOUD = 40.0
"""Logit of the next token, nearly; the others have those of random vectors of length 1."""

HEAD = 64
"""Width of an attention head: vLLM's CPU kernels know none as narrow as those of `make_tiny`."""


def make_talking(folder: Path, answer: str = ANSWER) -> Path:
    """`make_tiny`, saying `answer` at every temperature. Raises ValueError where a token comes twice in it."""
    import torch
    from transformers import AutoTokenizer, Qwen3VLForConditionalGeneration

    make_tiny(folder, head_dim=HEAD)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = Qwen3VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    said = tokenizer(f"<|im_start|>assistant\n{answer}<|im_end|>").input_ids
    said = said[len(tokenizer("<|im_start|>assistant").input_ids) :]
    if len(set(said)) < len(said):
        raise ValueError(f"a token comes twice: {tokenizer.convert_ids_to_tokens(said)}")
    with torch.no_grad():
        for layer in model.model.language_model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        embeddings = model.get_input_embeddings().weight
        output = torch.zeros_like(embeddings)
        for token, following in pairwise(said):
            vector = embeddings[token]
            output[following] = LOUD * vector / vector.norm() / vector.numel() ** 0.5
    model.lm_head.weight = torch.nn.Parameter(output)
    model.config.tie_word_embeddings = model.config.text_config.tie_word_embeddings = False
    model.save_pretrained(folder)
    return folder


if __name__ == "__main__":
    make_talking(Path(sys.argv[1]))
