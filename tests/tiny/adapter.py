"""An adapter without training: random changes of the right shapes, as peft would save them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from core.weights.adapters import ADAPTER, CARD, CONFIG, DOWN, PREFIX, TRAINED_ON, UP, Base, Card, weights_digest
from core.weights.checkpoint import read_header
from core.weights.manifest import sha256_of

CONFIG_OF_PEFT = {
    "peft_type": "LORA", "base_model_name_or_path": "local/tiny", "bias": "none", "lora_dropout": 0.05, "r": 4,
    "lora_alpha": 8, "use_rslora": False, "use_dora": False, "modules_to_save": None, "rank_pattern": {},
    "alpha_pattern": {}, "fan_in_fan_out": False, "target_modules": ".*language_model.*",
}  # fmt: skip


def make_adapter(
    folder: Path, base: Path, *, seed: int = 0, strength: float = 1.0, card: bool = True, **config: Any
) -> Path:
    """Changes the attention of the checkpoint in `base`; `strength` 0 changes nothing."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True)
    chance, rank = np.random.default_rng(seed), 4
    tensors: dict[str, Any] = {}
    for path in base.glob("*.safetensors"):
        for name, tensor in read_header(path).items():
            if "self_attn" in name and name.endswith("_proj.weight"):
                outputs, inputs = tensor["shape"]
                layer = PREFIX + name.removesuffix(".weight")
                tensors[layer + DOWN] = chance.standard_normal((rank, inputs), np.float32)
                tensors[layer + UP] = strength * chance.standard_normal((outputs, rank), np.float32)
    save_file(tensors, folder / ADAPTER)
    (folder / CONFIG).write_text(json.dumps(CONFIG_OF_PEFT | config), "utf-8")
    if card:
        (folder / CARD).write_text(card_of(folder, base).model_dump_json(), "utf-8")
        (folder / TRAINED_ON).write_text(json.dumps({"keys": ["seen"]}), "utf-8")
    return folder


def card_of(folder: Path, base: Path, model_id: str = "local/tiny") -> Card:
    return Card(
        base=Base(model_id=model_id, revision="0123456789ab", digest=weights_digest(base)),
        sha256=sha256_of(folder / ADAPTER, lambda _: None),
        data="d" * 12, examples=3, prompts={"product": "1"}, recipe={}, steps=1, first_loss=2.0, last_loss=1.0,
        made_at="2026-11-26T00:00:00+00:00", made_with={},
    )  # fmt: skip
