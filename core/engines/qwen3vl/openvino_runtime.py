"""Runtime on OpenVINO: the exported form of the model, with a decode loop of our own over it.

The closed loop of openvino-genai can neither feed forced tokens in one pass, nor take drafts from the OCR
reader, nor keep the cache of a prompt's beginning; measured, those make most of the speed (docs/vlm-speed.md).
The plumbing round the exported graphs follows optimum-intel 2.2 (_OVQwen3VLForCausalLM), in numpy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.engines.qwen3vl.inputs import MERGE, Floats, Ints, Picture
from core.engines.qwen3vl.mapped import release_mapped_files
from core.engines.qwen3vl.runtime import Block, Seen
from core.offline import silence_openvino

ROPE_BASE = 10000.0
"""Base of the vision part's rotary positions (transformers, Qwen3VLVisionRotaryEmbedding)."""
LANGUAGE = "openvino_language_model"
WORDS = "openvino_text_embeddings_model"
PATCHES = "openvino_vision_embeddings_model"
MERGER = "openvino_vision_embeddings_merger_model"
PLACES = "openvino_vision_embeddings_pos_model"
KEEP = "logits_to_keep"
OPTIONS: dict[str, str] = {}
"""More properties of OpenVINO for every part, for measuring and tests."""


@dataclass(frozen=True)
class SavedState:
    """Key-value cache of the tokens that stood: one (1, heads, tokens, size) array a layer for keys and values each."""

    arrays: tuple[npt.NDArray[Any], ...]


class OpenVinoRuntime:
    """Implements `core.engines.qwen3vl.runtime.Runtime` over an exported folder.

    A dropped token stays in the cache of OpenVINO's stateful model but is masked out for good, and no copy is made.
    The logits after it are those of never having fed it but for the last digit: sums run over other blocks of the
    cache (a difference of 1e-7; of a restored cache 5e-7, because OpenVINO keeps it in 8 bits). On processors with
    matrix units (AMX) OpenVINO multiplies in bfloat16, and these differences are up to 4e-3 of logits near 1.
    """

    def __init__(self, folder: Path, *, threads: int, form: str) -> None:
        """Loads the form ("int8", "int4") in `folder`. Raises RuntimeError or OSError where a part cannot be read."""
        silence_openvino()
        import openvino

        self._openvino = openvino
        core = openvino.Core()
        options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads, **OPTIONS}
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self.label = f"openvino {form}"
        self._vision = config["vision_config"]
        self._hidden = int(config["text_config"]["hidden_size"])
        self._layers = len(self._vision["deepstack_visual_indexes"])

        def load(part: str) -> Any:
            model = core.read_model(folder / f"{part}.xml")
            if part == LANGUAGE:
                keep_last_logits(model)
            return core.compile_model(model, "CPU", options).create_infer_request()

        self._language = load(LANGUAGE)
        self._words, self._patches = load(WORDS), load(PATCHES)
        self._merger, self._places = load(MERGER), load(PLACES)
        self._mask = np.ones(0, np.int64)
        self._folder, self._settled = folder, False

    @property
    def length(self) -> int:
        return int(self._mask.sum())

    def see(self, picture: Picture) -> Seen:
        states = self._run(self._patches, {0: picture.patches})[0]
        out = self._run(
            self._merger,
            {
                "hidden_states": states + self._placed(picture),
                "attention_mask": np.zeros((1, len(states), len(states)), np.float32),
                "rotary_pos_emb": rotary_angles(picture, self._head_size),
            },
        )
        return Seen(embeds=out[0], deep=out[1])

    @property
    def _head_size(self) -> int:
        return int(self._vision["hidden_size"]) // int(self._vision["num_heads"])

    def _placed(self, picture: Picture) -> Floats:
        """The learned position of every patch: the square grid of the checkpoint stretched over the picture."""
        side = int(self._vision["num_position_embeddings"] ** 0.5)
        corners, weights = stretched_grid(picture, side)
        found = self._run(self._places, {0: corners})[0]
        placed: Floats = (found * weights[..., None]).sum(axis=0, dtype=np.float32)
        return placed

    def feed(self, block: Block, *, last: int) -> Floats:
        count = len(block.ids)
        embeds = self._run(self._words, {0: block.ids[None]})[0]
        visual = np.zeros((1, count), bool)
        deep: Any = np.zeros((self._layers, 1, self._hidden), np.float32)
        for at, seen in block.seen:
            embeds[0, at : at + len(seen.embeds)] = seen.embeds
            visual[0, at : at + len(seen.embeds)] = True
        if block.seen:
            deep = np.concatenate([seen.deep for _, seen in block.seen], axis=1)
        mask = np.concatenate([self._mask, np.ones(count, np.int64)])
        logits: Floats = self._run(
            self._language,
            {
                "inputs_embeds": embeds,
                "attention_mask": mask[None],
                "position_ids": np.ascontiguousarray(block.positions[:, None]),
                "beam_idx": np.zeros(1, np.int32),
                "visual_pos_masks": visual,
                "deepstack_visual_embeds": deep,
                KEEP: np.array([last], np.int64),
            },
        )[0][0]
        self._mask = mask
        if not self._settled:
            # The first pass has copied every weight into the order the processor likes.
            release_mapped_files(self._folder)
            self._settled = True
        return logits

    def _run(self, request: Any, inputs: dict[Any, Any]) -> list[npt.NDArray[Any]]:
        request.infer(inputs, share_inputs=True)
        return [np.array(tensor.data) for tensor in request.output_tensors]

    def drop(self, count: int) -> None:
        if count:
            standing = np.flatnonzero(self._mask)[-count:]
            self._mask[standing] = 0

    def save(self) -> SavedState:
        keep = np.flatnonzero(self._mask)
        return SavedState(tuple(state.state.data[:, :, keep] for state in self._language.query_state()))

    def restore(self, saved: SavedState, length: int) -> None:
        for state, array in zip(self._language.query_state(), saved.arrays, strict=True):
            state.state = self._openvino.Tensor(np.ascontiguousarray(array[:, :, :length]))
        self._mask = np.ones(length, np.int64)

    def reset(self) -> None:
        self._language.reset_state()
        self._mask = np.ones(0, np.int64)

    def close(self) -> None:
        self._language = self._words = self._patches = self._merger = self._places = None


def keep_last_logits(model: Any) -> None:
    """Gives the language model an input that says for how many last tokens logits are wanted, in place.

    The exported graph multiplies every state with the vocabulary; of a prompt only the last one is read, and the
    rest was a fifth of the time to the first token (measured).
    """
    from openvino import opset13 as op

    node = model.get_results()[0].input_value(0).get_node()
    while node.get_type_name() != "MatMul":
        node = node.input_value(0).get_node()
    states = node.input_value(0)
    keep = op.parameter([1], np.int64, name=KEEP)
    keep.output(0).get_tensor().set_names({KEEP})
    start = op.negative(keep)
    end, step, axis = (op.constant(np.array([n], np.int64)) for n in (np.iinfo(np.int32).max, 1, 1))
    node.input(0).replace_source_output(op.slice(states, start, end, step, axis).output(0))
    model.add_parameters([keep])
    model.validate_nodes_and_infer_types()


def rotary_angles(picture: Picture, head_size: int) -> Floats:
    """Angles of the vision part's rotary positions: (patches, head_size / 2), rows first, then columns."""
    rows, columns = _patch_places(picture)
    quarter = head_size // 4
    frequencies = 1.0 / ROPE_BASE ** (np.arange(0, 2 * quarter, 2, dtype=np.float32) / (2 * quarter))
    angles: Floats = np.concatenate([rows[:, None] * frequencies, columns[:, None] * frequencies], axis=1)
    return angles.astype(np.float32)


def stretched_grid(picture: Picture, side: int) -> tuple[Ints, Floats]:
    """Four neighbours of every patch in the checkpoint's grid of `side` × `side` places, and their bilinear weights.

    Both are (4, patches), in the order of the patches.
    """
    rows, columns = _patch_places(picture)
    (top, bottom), (up, down) = _neighbours(rows, picture.rows, side)
    (left, right), (west, east) = _neighbours(columns, picture.columns, side)
    corners = np.stack([top * side + left, top * side + right, bottom * side + left, bottom * side + right])
    weights = np.stack([up * west, up * east, down * west, down * east])
    return corners, weights


def _neighbours(index: Ints, count: int, side: int) -> tuple[tuple[Ints, Ints], tuple[Floats, Floats]]:
    """The two places of `side` next to each of `count` places spread over them, and their weights.

    Step for step as transformers.vision_utils does it, so that not even the last digit differs.
    """
    at = index.astype(np.float32) * np.float32(side - 1) / np.float32(max(count - 1, 1))
    before = at.astype(np.int64)
    part = at - before.astype(np.float32)
    return (before, np.minimum(before + 1, side - 1)), (1 - part, 1 - np.abs(part - 1))


def _patch_places(picture: Picture) -> tuple[Ints, Ints]:
    """Row and column of every patch, the four of each visual token after one another."""
    shape = (picture.rows // MERGE, MERGE, picture.columns // MERGE, MERGE)
    rows, columns = np.divmod(np.arange(picture.rows * picture.columns), picture.columns)
    order = (0, 2, 1, 3)
    return rows.reshape(shape).transpose(order).ravel(), columns.reshape(shape).transpose(order).ravel()
