"""The model that learns: the base in memory, LoRA layers in it (peft), and the loss of an example."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import TrainingNeeds
from core.finetune.recipe import Recipe
from core.finetune.sequences import Sequence
from core.types import Bilingual
from core.weights.checkpoint import CheckpointInfo
from core.weights.space import ensure_memory

if TYPE_CHECKING:
    import torch

PACKAGES = ("torch", "transformers", "peft")
LINEAR = r"(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)"
LANGUAGE = rf".*language_model\.layers\.\d+\..*\.{LINEAR}"
"""Every linear layer of the language model's blocks (QLoRA, Dettmers et al. 2023: all of them, not attention alone)."""
VISION = r".*visual\.blocks\.\d+\..*\.(qkv|proj|linear_fc1|linear_fc2)"
BYTES_PER_WEIGHT = {"cpu": 5.5, "cuda": 3.0}
"""Memory at the peak of training a weight: itself (float32, bfloat16) and its share of what the backward pass keeps."""


def ensure_packages() -> None:
    """Raises TrainingNeeds, naming what is absent. Imports nothing."""
    absent = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if absent:
        raise TrainingNeeds(packages=", ".join(absent))


def pick_device(wanted: str) -> str:
    """ "cuda" where there is one and the setting allows it, else "cpu"."""
    import torch

    return "cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu"


class Learner:
    """A base model with LoRA layers, of which only these learn."""

    def __init__(self, base: CheckpointInfo, recipe: Recipe, device: str, *, sparing: bool = False) -> None:
        """Loads the base. `sparing` keeps no inner states for the backward pass: less memory, a third more time.

        Raises NotEnoughMemory before anything is loaded on a CPU, and whatever transformers and peft raise.
        """
        import torch
        from peft import LoraConfig, get_peft_model
        from transformers import AutoModelForImageTextToText
        from transformers.utils import logging

        if device == "cpu":
            what = Bilingual(en="Training this model", zh="训练此模型")
            ensure_memory(what, int(base.parameters * BYTES_PER_WEIGHT["cpu"]))
        logging.disable_progress_bar()
        torch.manual_seed(recipe.seed)
        self._torch, self.device = torch, device
        model: Any = AutoModelForImageTextToText.from_pretrained(
            base.folder, dtype=torch.float32 if device == "cpu" else torch.bfloat16, local_files_only=True,
            use_safetensors=True, trust_remote_code=False, attn_implementation="sdpa",
        )  # fmt: skip
        if sparing:
            model.gradient_checkpointing_enable({"use_reentrant": False})
        config = LoraConfig(
            r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=recipe.dropout, bias="none", task_type="CAUSAL_LM",
            target_modules=f"{LANGUAGE}|{VISION}" if recipe.vision else LANGUAGE,
        )  # fmt: skip
        self.peft: Any = get_peft_model(model, config).to(device)
        if sparing:
            self.peft.enable_input_require_grads()
        self._model: Any = self.peft.get_base_model()

    @property
    def weights(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        """The weights that learn, by name, in one order always."""
        found = [(name, weight) for name, weight in self.peft.named_parameters() if weight.requires_grad]
        return iter(sorted(found, key=lambda entry: entry[0]))

    def loss(self, sequence: Sequence) -> torch.Tensor:
        """Cross entropy summed over the learned tokens.

        Only their logits are computed: of a photo's thousand tokens with 151,936 logits each, those of the prompt
        would take half a gigabyte for nothing.
        """
        torch, prompt, picture = self._torch, sequence.prompt, sequence.picture
        ids = torch.from_numpy(prompt.ids)[None].to(self.device)
        hidden = self._model.model(
            input_ids=ids,
            position_ids=torch.from_numpy(prompt.positions)[:, None].to(self.device),
            pixel_values=torch.from_numpy(picture.patches).to(self.device, self._model.model.visual.dtype),
            image_grid_thw=torch.tensor([[1, picture.rows, picture.columns]], device=self.device),
            use_cache=False,
        ).last_hidden_state
        # The state of a token speaks about the next one.
        logits = self._model.lm_head(hidden[0, sequence.answer - 1 : -1]).float()
        return torch.nn.functional.cross_entropy(logits, ids[0, sequence.answer :], reduction="sum")

    def save(self, folder: Path, base_name: str) -> None:
        """Writes peft's two files: safetensors and JSON. `base_name` takes the place of this machine's path."""
        self.peft.peft_config["default"].base_model_name_or_path = base_name
        # "Embedding layers" would be looked up on the hub.
        self.peft.save_pretrained(folder, safe_serialization=True, save_embedding_layers=False)
        (folder / "README.md").unlink(missing_ok=True)  # an empty form for a model card
