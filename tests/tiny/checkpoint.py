"""Checkpoints of Qwen3-VL's architecture with random weights: tiny for tests, full-size for the speed bench.

They load by the same code as the real one (`AutoModelForImageTextToText`, safetensors, tokenizer.json) and say
nonsense, so they show that things work and how fast, never how well.

    python -m tests.tiny.checkpoint FOLDER          tiny: 2.2 MB, made in seconds
    python -m tests.tiny.checkpoint FOLDER --full   exact size of Qwen3-VL-2B-Instruct: 4.3 GB, bfloat16
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tests.tiny.tokenizer import TINY, make_tokenizer

TEMPLATE = (
    "{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' }}"
    "{%- if message.content is string %}{{- message.content }}{%- else %}{%- for c in message.content %}"
    "{%- if c.type == 'image' or 'image' in c or 'image_url' in c %}"
    "{{- '<|vision_start|><|image_pad|><|vision_end|>' }}"
    "{%- elif 'text' in c %}{{- c.text }}{%- endif %}{%- endfor %}{%- endif %}{{- '<|im_end|>\\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)
"""The model's chat template as far as user and assistant turns go."""

PREPROCESSOR = {
    "size": {"longest_edge": 16777216, "shortest_edge": 65536},
    "patch_size": 16,
    "temporal_patch_size": 2,
    "merge_size": 2,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
    "processor_class": "Qwen3VLProcessor",
    "image_processor_type": "Qwen2VLImageProcessorFast",
}
"""preprocessor_config.json as the model's repository has it."""

FULL_TEXT = {
    "hidden_size": 2048, "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128,
    "intermediate_size": 6144, "vocab_size": 151936, "max_position_embeddings": 262144,
}  # fmt: skip
FULL_VISION = {
    "depth": 24, "hidden_size": 1024, "num_heads": 16, "intermediate_size": 4096, "out_hidden_size": 2048,
    "deepstack_visual_indexes": [5, 11, 17], "num_position_embeddings": 2304,
}  # fmt: skip
TINY_TEXT = {
    "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16,
    "intermediate_size": 128, "max_position_embeddings": 8192,
}  # fmt: skip
TINY_VISION = {
    "depth": 3, "hidden_size": 32, "num_heads": 2, "intermediate_size": 64, "out_hidden_size": 64,
    "deepstack_visual_indexes": [0, 1], "num_position_embeddings": 64,
}  # fmt: skip


def make_tiny(folder: Path, full_vocab: bool = False, seed: int = 0, head_dim: int = 16) -> Path:
    """A complete checkpoint of half a million random weights (float32); the same seed makes the same one."""
    tokenizer = make_tokenizer(None if full_vocab else TINY)
    size = -(-len(tokenizer) // 64) * 64
    rope = _rope([head_dim // 4, head_dim // 8, head_dim // 8])
    text = {**TINY_TEXT, "head_dim": head_dim, "vocab_size": size, "rope_parameters": rope}
    return _make(folder, tokenizer, text, TINY_VISION, dtype="float32", seed=seed)


def make_full(folder: Path, seed: int = 0) -> Path:
    """A checkpoint of exactly the size and shape of Qwen3-VL-2B-Instruct (2,127,532,032 weights, bfloat16)."""
    text = {**FULL_TEXT, "rope_parameters": _rope([24, 20, 20])}
    return _make(folder, make_tokenizer(), text, FULL_VISION, dtype="bfloat16", seed=seed)


def _rope(section: list[int]) -> dict[str, Any]:
    return {"rope_type": "default", "mrope_interleaved": True, "mrope_section": section, "rope_theta": 5000000.0}


def _make(folder: Path, tokenizer: Any, text: dict[str, Any], vision: dict[str, Any], *, dtype: str, seed: int) -> Path:
    import torch
    from transformers import GenerationConfig, Qwen3VLConfig, Qwen3VLForConditionalGeneration

    number = tokenizer.convert_tokens_to_ids
    end, pad = number("<|im_end|>"), number("<|endoftext|>")
    config = Qwen3VLConfig(
        text_config={
            **text, "rms_norm_eps": 1e-6, "tie_word_embeddings": True,
            "bos_token_id": pad, "eos_token_id": end, "pad_token_id": pad,
        },
        vision_config={**vision, "patch_size": 16, "temporal_patch_size": 2, "spatial_merge_size": 2},
        image_token_id=number("<|image_pad|>"),
        video_token_id=number("<|video_pad|>"),
        vision_start_token_id=number("<|vision_start|>"),
        vision_end_token_id=number("<|vision_end|>"),
        tie_word_embeddings=True,
    )  # fmt: skip
    before = torch.get_default_dtype()
    torch.manual_seed(seed)
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        model = Qwen3VLForConditionalGeneration(config).eval()
    finally:
        torch.set_default_dtype(before)
    model.generation_config = GenerationConfig(
        do_sample=True,
        temperature=0.7,
        top_p=0.8,
        top_k=20,
        eos_token_id=[end, pad],
        pad_token_id=pad,
        bos_token_id=pad,
    )
    model.save_pretrained(folder)
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR, indent=2), "utf-8")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--full", action="store_true")
    args = parser.parse_args()
    (make_full if args.full else make_tiny)(args.folder)


if __name__ == "__main__":
    main()
