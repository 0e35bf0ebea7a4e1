"""An adapter merged into a loaded model: afterwards it is a model like any other, and as fast."""

from __future__ import annotations

from typing import Any

from core.weights.adapters import ADAPTER, DOWN, PREFIX, UP, Adapter


def apply_adapter(model: Any, adapter: Adapter) -> None:
    """Adds scale · up · down to every layer it changes, in place, computed in float32 whatever the model's type.

    peft is not needed for it, so that the app runs without. Raises what safetensors raises for a file it cannot read.
    """
    import torch
    from safetensors.torch import load_file

    tensors = load_file(adapter.folder / ADAPTER)
    with torch.no_grad():
        for change in adapter.changes:
            name, weight = f"{PREFIX}{change.layer}", model.get_submodule(change.layer).weight
            added = tensors[f"{name}{UP}"].float() @ tensors[f"{name}{DOWN}"].float()
            weight.copy_((weight.float() + adapter.scale * added).to(weight.dtype))
