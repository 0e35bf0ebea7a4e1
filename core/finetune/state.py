"""What a training that was stopped needs to go on as if it had not been: one safetensors file, replaced whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import CorruptWeights
from core.types import Bilingual

if TYPE_CHECKING:
    import torch

STATE = "state.safetensors"
MOMENTS = ("step", "exp_avg", "exp_avg_sq")
"""What AdamW keeps for each weight."""
NOTES = "shelflens"


@dataclass(frozen=True)
class Notes:
    """What is known about a state without its numbers. `run` tells one training from another."""

    run: dict[str, Any]
    step: int
    """Steps that are done."""
    first_loss: float
    last_loss: float


def write_state(folder: Path, learner: Any, optimizer: torch.optim.Optimizer, notes: Notes) -> None:
    """Weights, moments and the state of the random numbers. Raises OSError and leaves the earlier state then."""
    import torch
    from safetensors.torch import save_file

    tensors = {f"rng.{name}": state for name, state in _random_states(torch).items()}
    for name, weight in learner.weights:
        tensors[f"weight.{name}"] = weight.detach().cpu().contiguous()
        for moment in MOMENTS:
            tensors[f"{moment}.{name}"] = optimizer.state[weight][moment].detach().cpu().contiguous()
    temporary = folder / f"{STATE}.part"
    try:
        save_file(tensors, temporary, metadata={NOTES: json.dumps(notes.__dict__)})
        temporary.replace(folder / STATE)
    except Exception as err:
        temporary.unlink(missing_ok=True)
        # safetensors says a full disk in words of its own.
        raise err if isinstance(err, OSError) else OSError(28, str(err)) from err


def read_notes(folder: Path) -> Notes | None:
    """What the folder's state is of; None where there is none. Raises CorruptWeights."""
    from safetensors import SafetensorError, safe_open

    if not (folder / STATE).exists():
        return None
    try:
        with safe_open(folder / STATE, "np") as opened:
            return Notes(**json.loads((opened.metadata() or {})[NOTES]))
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as err:
        reason = Bilingual(en="it does not hold the state of a training", zh="其中没有训练状态")
        raise CorruptWeights(folder=folder, file=STATE, reason=reason) from err


def load_state(folder: Path, learner: Any, optimizer: torch.optim.Optimizer) -> None:
    """Puts everything back. Raises KeyError or SafetensorError for a state of other layers."""
    import torch
    from safetensors.torch import load_file

    tensors = load_file(folder / STATE)
    for name, weight in learner.weights:
        with torch.no_grad():
            weight.copy_(tensors[f"weight.{name}"])
        optimizer.state[weight] = {
            moment: tensors[f"{moment}.{name}"].to("cpu" if moment == "step" else weight.device) for moment in MOMENTS
        }
    torch.set_rng_state(tensors["rng.cpu"])
    if "rng.cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["rng.cuda"])


def _random_states(torch: Any) -> dict[str, Any]:
    states = {"cpu": torch.get_rng_state()}
    return states | ({"cuda": torch.cuda.get_rng_state()} if torch.cuda.is_available() else {})
