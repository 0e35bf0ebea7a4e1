"""Qwen's byte-level tokenizer, rebuilt from the vocabulary file inside the `dashscope` package (Apache-2.0).

The model's own tokenizer files lie on a hub that tests must not need. The vocabulary is the same one:
151,643 tokens in the order of their merges, then Qwen3-VL's special tokens (tokenizer_config.json of the
model card). `size` cuts it down: 256 bytes and the first merges are still a lossless tokenizer.
"""

from __future__ import annotations

import base64
import importlib.util
from pathlib import Path
from typing import Any

SPECIAL = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>",
    "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>", "<|vision_pad|>",
    "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip
PLAIN = (
    "<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>",
    "<|repo_name|>", "<|file_sep|>", "<tool_response>", "</tool_response>", "<think>", "</think>",
)  # fmt: skip
TINY = 4096

Ranks = dict[bytes, int]


def make_tokenizer(size: int | None = None) -> Any:
    """A transformers tokenizer with the first `size` tokens of the vocabulary, or all of them."""
    from transformers import AddedToken, Qwen2Tokenizer

    vocab, merges = _vocab_and_merges(_ranks(size))
    tokenizer = Qwen2Tokenizer(
        vocab=vocab, merges=merges, eos_token="<|endoftext|>", pad_token="<|endoftext|>", unk_token=None,
        model_max_length=262144,
    )  # fmt: skip
    tokenizer.add_tokens([AddedToken(token, normalized=False, special=True) for token in SPECIAL], special_tokens=True)
    tokenizer.add_tokens([AddedToken(token, normalized=False, special=False) for token in PLAIN])
    tokenizer.eos_token = "<|im_end|>"  # after the special tokens have their ids: earlier, two of them swap
    return tokenizer


def _ranks(size: int | None) -> Ranks:
    # Found without importing the package, which is a client of a service.
    spec = importlib.util.find_spec("dashscope")
    assert spec is not None and spec.origin is not None, "dashscope is missing: make setup-dev"
    lines = (Path(spec.origin).parent / "resources" / "qwen.tiktoken").read_bytes().splitlines()
    pairs = (line.split() for line in lines if line.strip())
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    return ranks if size is None else {token: rank for token, rank in ranks.items() if rank < size}


def _vocab_and_merges(ranks: Ranks) -> tuple[dict[str, int], list[tuple[str, str]]]:
    names = _byte_names()
    vocab: dict[str, int] = {}
    merges: list[tuple[str, str]] = []
    for token, rank in sorted(ranks.items(), key=lambda entry: entry[1]):
        vocab["".join(names[byte] for byte in token)] = rank
        if len(token) > 1:
            left, right = _parts(ranks, token, rank)
            merges.append(("".join(names[byte] for byte in left), "".join(names[byte] for byte in right)))
    return vocab, merges


def _parts(ranks: Ranks, token: bytes, rank: int) -> tuple[bytes, bytes]:
    """The two tokens whose merge makes this one: what earlier merges alone leave of it."""
    parts = [bytes([byte]) for byte in token]
    while True:
        pairs = [(ranks.get(parts[i] + parts[i + 1], rank), i) for i in range(len(parts) - 1)]
        lowest, at = min(pairs)
        if lowest >= rank:
            break
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    left, right = parts
    return left, right


def _byte_names() -> dict[int, str]:
    """GPT-2's printable stand-in for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    names = {byte: chr(byte) for byte in printable}
    hidden = (byte for byte in range(256) if byte not in names)
    return names | {byte: chr(256 + n) for n, byte in enumerate(hidden)}
