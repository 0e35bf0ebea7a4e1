"""Runtime on transformers and torch: CUDA in bfloat16, CPU in int8, bfloat16 or float32."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.engines.qwen3vl.adapting import apply_adapter
from core.engines.qwen3vl.inputs import Floats, Picture
from core.engines.qwen3vl.runtime import Block, Seen
from core.weights.adapters import Adapter

if TYPE_CHECKING:
    import torch


class TorchRuntime:
    """Implements `core.engines.qwen3vl.runtime.Runtime` over `AutoModelForImageTextToText`."""

    def __init__(
        self, folder: Path, *, device: str, precision: str, threads: int, adapter: Adapter | None = None
    ) -> None:
        """Loads the checkpoint, and merges an adapter into it. `device` is "cpu" or "cuda", `precision` "float32",
        "bfloat16" or "int8".

        Safetensors only, nothing fetched, no code of the checkpoint run. Raises whatever transformers
        raises; the engine says it in words.
        """
        import torch
        from transformers import AutoModelForImageTextToText
        from transformers.utils import logging

        logging.disable_progress_bar()  # a bar of its own on the error stream of a command
        if device == "cpu":
            torch.set_num_threads(threads)
        self._torch = torch
        self._device = torch.device(device)
        self.label = f"torch {precision}" if device == "cpu" else f"torch {device} {precision}"
        dtype = torch.float32 if precision == "float32" else torch.bfloat16
        model: Any = AutoModelForImageTextToText.from_pretrained(
            folder, dtype=dtype, local_files_only=True, use_safetensors=True, trust_remote_code=False,
            attn_implementation="sdpa",
        )  # fmt: skip
        model.eval().requires_grad_(False)
        if adapter is not None:
            apply_adapter(model, adapter)
        if precision == "int8":
            quantise_linears(model)
        self._model: Any = model.to(self._device)
        self._cache: Any = None
        self.reset()

    @property
    def length(self) -> int:
        return int(self._cache.get_seq_length())

    def see(self, picture: Picture) -> Seen:
        torch = self._torch
        visual = self._model.model.visual
        with torch.inference_mode():
            out = visual(
                torch.from_numpy(picture.patches).to(self._device, visual.dtype),
                grid_thw=torch.tensor([[1, picture.rows, picture.columns]], device=self._device),
                return_dict=True,
            )
            return Seen(out.pooler_output, torch.stack(list(out.deepstack_features)))

    def feed(self, block: Block, *, last: int) -> Floats:
        torch = self._torch
        text = self._model.model.language_model
        with torch.inference_mode():
            embeds = text.embed_tokens(torch.from_numpy(block.ids)[None].to(self._device))
            visual: dict[str, Any] = {}
            if block.seen:
                mask, deep = self._place(embeds, block)
                visual = {"visual_pos_masks": mask, "deepstack_visual_embeds": deep}
            hidden = text(
                inputs_embeds=embeds,
                position_ids=torch.from_numpy(block.positions)[:, None].to(self._device),
                past_key_values=self._cache,
                use_cache=True,
                **visual,
            ).last_hidden_state
            logits = self._model.lm_head(hidden[:, -last:])[0]
            result: Floats = logits.float().cpu().numpy()
            return result

    def _place(self, embeds: torch.Tensor, block: Block) -> tuple[Any, Any]:
        """Writes the pictures' embeddings into `embeds`; returns the mask of their places and what is added deeper."""
        torch = self._torch
        mask = torch.zeros(embeds.shape[:2], dtype=torch.bool, device=self._device)
        for at, seen in block.seen:
            count = seen.embeds.shape[0]
            embeds[0, at : at + count] = seen.embeds.to(embeds.dtype)
            mask[0, at : at + count] = True
        deep = torch.cat([seen.deep for _, seen in block.seen], dim=1)
        return mask, list(deep)

    def drop(self, count: int) -> None:
        if count:
            self._cache.crop(-count)

    def save(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        return [(layer.keys.clone(), layer.values.clone()) for layer in self._cache.layers]

    def restore(self, saved: list[tuple[torch.Tensor, torch.Tensor]], length: int) -> None:
        self.reset()
        for index, (keys, values) in enumerate(saved):
            # Cloned: the cache may write into what it is given, and the saved one serves again.
            self._cache.update(keys[:, :, :length].clone(), values[:, :, :length].clone(), index)

    def reset(self) -> None:
        from transformers import DynamicCache

        self._cache = DynamicCache()

    def close(self) -> None:
        self._model = self._cache = None
        gc.collect()
        if self._device.type == "cuda":
            self._torch.cuda.empty_cache()


def quantise_linears(model: Any) -> None:
    """Replaces every linear layer by one with 8-bit weights, in place: a scale for each output, activations
    quantised as they come (dynamic quantisation).

    fbgemm, because oneDNN's int8 kernel reads memory at a tenth of its speed for a single row (measured). One
    layer after the other, so that the memory never holds two copies of the model. The scale of the activations
    is one for all rows fed together: a draft beside a token may change its last digit.
    """
    import torch

    torch.backends.quantized.engine = "fbgemm"
    int8_linear = _int8_linear()
    with warnings.catch_warnings():
        # "Deprecated": requirements.txt pins the version of torch that has it.
        warnings.filterwarnings("ignore", message="torch.quantize_per_", category=UserWarning)
        for parent in list(model.modules()):
            for name, layer in list(parent.named_children()):
                if isinstance(layer, torch.nn.Linear):
                    setattr(parent, name, int8_linear(layer))
                    layer.weight = None  # type: ignore[assignment]  # the list above keeps the layer itself


def _int8_linear() -> type[Any]:
    """The class of a linear layer with 8-bit weights; made here because torch is imported only when it is used."""
    import torch

    class Int8Linear(torch.nn.Module):
        """x @ W.T + b with packed 8-bit weights; keeps the type of x."""

        def __init__(self, layer: torch.nn.Linear) -> None:
            super().__init__()
            weight = layer.weight.detach().float()
            scales = weight.abs().amax(dim=1).clamp(min=1e-12) / 127.0
            zeros = torch.zeros_like(scales, dtype=torch.int64)
            quantised = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
            bias = layer.bias.detach().float() if layer.bias is not None else None
            self.packed = torch.ops.quantized.linear_prepack(quantised, bias)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = torch.ops.quantized.linear_dynamic(x.float(), self.packed, True)
            return out.to(x.dtype)

    return Int8Linear
