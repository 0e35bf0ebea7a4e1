"""Adapters: low-rank changes to a model's weights (LoRA, Hu et al. 2021), in the form peft saves them.

    adapter_model.safetensors   two small matrices for each changed layer
    adapter_config.json         rank, strength, layers: peft's own
    shelflens.json              what ShelfLens notes: the base model, the data, the hash of the first file

What another tool has trained has no `shelflens.json`; its config names the base model, and the shapes must fit.
Everything here is read from headers and JSON: nothing of a folder is run, and pickles are never opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.errors import (
    AdapterForOtherBase,
    AdapterNotHere,
    AdapterUnsupported,
    CorruptWeights,
    PickledWeights,
)
from core.types import Bilingual, Frozen
from core.weights.checkpoint import ARCHITECTURE, PICKLES, fingerprint, read_header, read_json
from core.weights.manifest import sha256_of

ADAPTER = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
CARD = "shelflens.json"
TRAINED_ON = "trained_on.json"
"""Keys of the products an adapter has seen (core/finetune/products.py): none of them may judge it."""
FILES = (ADAPTER, CONFIG, CARD, TRAINED_ON)

PREFIX = "base_model.model."
"""What peft puts before the name of every layer."""
DOWN, UP = ".lora_A.weight", ".lora_B.weight"
OTHER_WAYS = (
    "use_dora", "use_qalora", "use_bdlora", "modules_to_save", "rank_pattern", "alpha_pattern", "layer_replication",
    "fan_in_fan_out", "lora_bias", "trainable_token_indices", "target_parameters", "alora_invocation_tokens",
)  # fmt: skip
"""Settings of peft that change more than W + B·A: none of them is understood here, so an adapter with one is refused
rather than half applied."""


class Base(Frozen):
    """The model an adapter belongs to."""

    model_id: str
    revision: str
    digest: str
    """`weights_digest` of its folder: the same wherever the weights lie and whatever brought them."""
    architecture: str = ARCHITECTURE

    @property
    def name(self) -> str:
        return f"{self.model_id} ({self.revision[:12]})"


class Card(Frozen):
    """What ShelfLens notes beside an adapter that it has trained."""

    base: Base
    sha256: str
    """Of `ADAPTER`."""
    data: str
    """Digest of the data set."""
    examples: int
    prompts: dict[str, str]
    """{kind: version of the prompt it was trained on}"""
    recipe: dict[str, Any]
    steps: int
    first_loss: float
    last_loss: float
    made_at: str
    made_with: dict[str, str]


@dataclass(frozen=True)
class Change:
    """One changed layer: `down` is (rank, inputs), `up` is (outputs, rank)."""

    layer: str
    down: tuple[int, int]
    up: tuple[int, int]


@dataclass(frozen=True)
class Adapter:
    """An adapter that can be read. Whether it fits a base model is for `ensure_fits` to say."""

    folder: Path
    digest: str
    """12 hex digits of the SHA-256 of its weights: part of the cache key of what is read with it."""
    bytes: int
    scale: float
    """How much of up·down is added to a layer: alpha/r, or alpha/√r for rank-stabilised LoRA (Kalajdzievski 2023)."""
    rank: int
    made_for: str
    """Name of its base model."""
    changes: tuple[Change, ...]
    card: Card | None

    @property
    def name(self) -> str:
        return self.folder.name


def inspect_adapter(folder: Path) -> Adapter:
    """The adapter in `folder`.

    Raises AdapterNotHere, PickledWeights, CorruptWeights or WeightsIncomplete for a damaged one, AdapterUnsupported.
    """
    weights = folder / ADAPTER
    if not weights.is_file() or not (folder / CONFIG).is_file():
        _refuse_pickles(folder)
        raise AdapterNotHere(folder=folder, files=f"{ADAPTER}, {CONFIG}")
    config, card = read_json(folder, CONFIG), _card(folder)
    _check_way(folder, config)
    digest = _sha256(weights, *_stamp(weights))
    if card is not None and card.sha256 != digest:
        raise _corrupt(weights, en="it is not the file it was when it was trained", zh="文件与训练完成时不一致")
    rank, alpha = config.get("r"), config.get("lora_alpha")
    if type(rank) is not int or rank < 1 or not isinstance(alpha, int | float):
        raise _corrupt(folder / CONFIG, en="it names no rank and strength", zh="缺少秩与缩放系数")
    return Adapter(
        folder=folder,
        digest=digest[:12],
        bytes=weights.stat().st_size,
        scale=alpha / (sqrt(rank) if config.get("use_rslora") else rank),
        rank=rank,
        made_for=card.base.name if card else str(config.get("base_model_name_or_path") or "?"),
        changes=tuple(_changes(weights, rank)),
        card=card,
    )


def trained_on(adapter: Adapter) -> frozenset[str]:
    """Keys of the products it has seen; empty for one whose training is not known here. Raises CorruptWeights."""
    if adapter.card is None:
        return frozenset()
    keys = read_json(adapter.folder, TRAINED_ON).get("keys")
    if not isinstance(keys, list):
        raise _corrupt(adapter.folder / TRAINED_ON, en="it names no products", zh="其中没有产品")
    return frozenset(map(str, keys))


def ensure_fits(adapter: Adapter, folder: Path, model_id: str) -> None:
    """Raises AdapterForOtherBase, with both names, where the adapter is not for the checkpoint in `folder`."""
    if adapter.card is not None:
        base = adapter.card.base
        fits = base.digest == weights_digest(folder) and base.architecture == ARCHITECTURE
    else:
        fits = _last(adapter.made_for) == _last(model_id)
    if not fits or not _shapes_fit(adapter, folder):
        made_for, here = adapter.made_for, model_id
        if adapter.card is not None and adapter.card.base.model_id == model_id:  # one name, other weights
            made_for, here = f"{here} ({adapter.card.base.digest})", f"{here} ({weights_digest(folder)})"
        raise AdapterForOtherBase(adapter=adapter.name, made_for=made_for, base=here)


def weights_digest(folder: Path) -> str:
    """12 hex digits over a checkpoint's weights alone, headers and samples of every tensor, wherever they lie."""
    shards = sorted(path.name for path in folder.glob("*.safetensors"))
    return _digest_of(folder, tuple((name, *_stamp(folder / name)) for name in shards))


@lru_cache(maxsize=32)
def _digest_of(folder: Path, shards: tuple[tuple[str, int, int], ...]) -> str:
    return fingerprint(folder, (name for name, _, _ in shards))


@lru_cache(maxsize=32)
def _sha256(path: Path, size: int, changed: int) -> str:
    return sha256_of(path, lambda _: None)


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _last(name: str) -> str:
    """A model's name without its owner or folder."""
    return name.rstrip("/").rpartition("/")[2].casefold()


def _refuse_pickles(folder: Path) -> None:
    pickles = sorted(path.name for pattern in PICKLES for path in folder.glob(pattern)) if folder.is_dir() else []
    if pickles:
        raise PickledWeights(folder=folder, files=", ".join(pickles[:3]))


def _check_way(folder: Path, config: dict[str, Any]) -> None:
    """Raises AdapterUnsupported for anything but plain LoRA on linear layers."""
    found = [key for key in OTHER_WAYS if config.get(key)]
    if config.get("peft_type") != "LORA":
        found.append(f"peft_type {config.get('peft_type')}")
    if config.get("bias") not in (None, "none"):
        found.append(f"bias {config['bias']}")
    if found:
        raise AdapterUnsupported(folder=folder, found=", ".join(found))


def _changes(path: Path, rank: int) -> Iterator[Change]:
    """The changed layers, in their order. Raises CorruptWeights for a matrix without its other half."""
    header = read_header(path)
    downs = {name.removesuffix(DOWN): header[name]["shape"] for name in header if name.endswith(DOWN)}
    ups = {name.removesuffix(UP): header[name]["shape"] for name in header if name.endswith(UP)}
    if downs.keys() != ups.keys() or 2 * len(downs) != len(header):
        raise _corrupt(path, en="its matrices do not form pairs", zh="矩阵未成对")
    for name in sorted(downs):
        down, up = downs[name], ups[name]
        if len(down) != 2 or len(up) != 2 or down[0] != rank or up[1] != rank or not name.startswith(PREFIX):
            raise _corrupt(path, en=f"{name} is no change of rank {rank}", zh=f"{name} 不是秩为 {rank} 的改动")
        yield Change(name.removeprefix(PREFIX), (down[0], down[1]), (up[0], up[1]))


def _shapes_fit(adapter: Adapter, folder: Path) -> bool:
    shapes: dict[str, list[int]] = {}
    for path in folder.glob("*.safetensors"):
        shapes |= {name: tensor["shape"] for name, tensor in read_header(path).items()}
    wanted = {f"{change.layer}.weight": [change.up[0], change.down[1]] for change in adapter.changes}
    return bool(wanted) and all(shapes.get(name) == shape for name, shape in wanted.items())


def _card(folder: Path) -> Card | None:
    try:
        return Card.model_validate_json((folder / CARD).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as err:
        raise _corrupt(folder / CARD, en="it cannot be read", zh="无法读取") from err


def _corrupt(path: Path, en: str, zh: str) -> CorruptWeights:
    return CorruptWeights(folder=path.parent, file=path.name, reason=Bilingual(en=en, zh=zh))
