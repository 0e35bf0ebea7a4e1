"""Folders of weights in a few kilobytes: a checkpoint as published, and an export."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from core.weights.checkpoint import ARCHITECTURE, INDEX, MODEL_TYPE, OPENVINO_PARTS, WHOLE

CONFIG = {"architectures": [ARCHITECTURE], "model_type": MODEL_TYPE}


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content), "utf-8")


def write_settings(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", CONFIG)
    write_json(folder / "tokenizer.json", {"model": {}})
    write_json(folder / "tokenizer_config.json", {})
    write_json(folder / "preprocessor_config.json", {"patch_size": 16})
    (folder / "chat_template.jinja").write_text("{{ messages }}", "utf-8")


def tensors(seed: int = 0, names: tuple[str, ...] = ("a", "b", "c")) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(seed)
    return {name: chance.random((16, 64), dtype=np.float32) for name in names}


def make_checkpoint(folder: Path, seed: int = 0) -> Path:
    """One model.safetensors of three tensors, as the hub has small models."""
    write_settings(folder)
    save_file(tensors(seed), folder / WHOLE)
    return folder


def make_sharded(folder: Path) -> Path:
    """Two files and an index, as the hub has large models."""
    write_settings(folder)
    placed = {}
    for number, names in enumerate((("a", "b"), ("c",)), 1):
        file = f"model-0000{number}-of-00002.safetensors"
        save_file(tensors(number, names), folder / file)
        placed |= dict.fromkeys(names, file)
    write_json(folder / INDEX, {"metadata": {}, "weight_map": placed})
    return folder


def make_export(folder: Path, bits: int = 8) -> Path:
    """Every part of an OpenVINO export; each .xml says its .bin has 64 bytes."""
    write_settings(folder)
    write_json(folder / "openvino_config.json", {"quantization_config": {"bits": bits}})
    for part in OPENVINO_PARTS:
        (folder / f"{part}.bin").write_bytes(bytes(64))
        data = '<data element_type="i8" shape="16" offset="{}" size="{}" />'
        layers = "".join(f"<layer>{data.format(offset, 32)}</layer>" for offset in (0, 32))
        (folder / f"{part}.xml").write_text(f'<?xml version="1.0"?><net>{layers}</net>\n', "utf-8")
    return folder


def cut(path: Path, keep: int) -> None:
    path.write_bytes(path.read_bytes()[:keep])
