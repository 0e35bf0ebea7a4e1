"""Photo and prompt as the model takes them: patches, token ids and three-dimensional positions.

The same numbers as the checkpoint's own processor (`AutoProcessor`), which cannot be used here: its video
part imports torchvision, whose ordinary build breaks beside a CPU build of torch. `tests/unit/qwen3vl`
holds the two against each other. Needs neither torch nor transformers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

MERGE = 2
"""Patches a side that become one token of the language model (config.json, spatial_merge_size)."""
PATCH = 16
FRAMES = 2
"""A still picture is shown twice: the patches span two frames of video (temporal_patch_size)."""
TILE = PATCH * MERGE
"""Pixels a side of one visual token."""
MEAN = DEVIATION = 0.5
"""preprocessor_config.json, image_mean and image_std."""


@dataclass(frozen=True)
class Picture:
    """A picture cut into patches.

    `patches` is (rows × columns, 3 × 2 × 16 × 16), scaled to −1 … 1, the four patches of each visual token
    after one another. `key` is the same for the same pixels.
    """

    patches: Floats
    rows: int
    columns: int
    key: str

    @property
    def tokens(self) -> int:
        """Visual tokens the language model sees."""
        return self.rows * self.columns // MERGE**2


def tiled_size(width: int, height: int) -> tuple[int, int]:
    """The nearest size whose sides are whole tiles of 32 px, at least one each."""
    return max(TILE, round(width / TILE) * TILE), max(TILE, round(height / TILE) * TILE)


def tile(image: Image.Image) -> Image.Image:
    """The picture as RGB, resized to whole tiles: the very pixels that are cut into patches."""
    size, coloured = tiled_size(*image.size), image.convert("RGB")
    return coloured if coloured.size == size else coloured.resize(size, Image.Resampling.BICUBIC)


def make_picture(image: Image.Image) -> Picture:
    """The picture as patches, resized to whole tiles; its size is what the caller wants the model to see."""
    tiled = tile(image)
    size, pixels = tiled.size, np.asarray(tiled)
    rows, columns = size[1] // PATCH, size[0] // PATCH
    scaled = (pixels.astype(np.float32) / 255.0 - MEAN) / DEVIATION
    grid = scaled.reshape(rows // MERGE, MERGE, PATCH, columns // MERGE, MERGE, PATCH, 3)
    # -> token row, token column, patch row, patch column, channel, y, x
    patches = grid.transpose(0, 3, 1, 4, 6, 2, 5).reshape(rows * columns, 3, 1, PATCH, PATCH)
    patches = np.repeat(patches, FRAMES, axis=2).reshape(rows * columns, -1)
    digest = hashlib.sha256(f"{size}".encode() + pixels.tobytes()).hexdigest()
    return Picture(np.ascontiguousarray(patches), rows, columns, digest[:24])


@dataclass(frozen=True)
class Prompt:
    """Token ids with where they stand and what makes them equal to those of another prompt.

    `positions` is (3, n): time, row and column (M-RoPE). `keys` has one entry a token: equal keys from the
    start mean equal key-value caches. `pictures` are (index of the first visual token, picture).
    """

    ids: Ints
    positions: Ints
    keys: tuple[Hashable, ...]
    pictures: tuple[tuple[int, Picture], ...] = ()

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def next_position(self) -> int:
        """Position of the first token after the prompt, the same in all three dimensions."""
        return int(self.positions.max()) + 1 if len(self) else 0


@dataclass(frozen=True)
class SpecialTokens:
    """Numbers of the tokens that are no text."""

    start: int
    end: int
    vision_start: int
    vision_end: int
    image: int
    stops: frozenset[int]


class Vocabulary:
    """The checkpoint's tokenizer and the numbers of its special tokens, read from its folder."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError, KeyError or ValueError where a file is missing or not what it should be."""
        self.file = folder / "tokenizer.json"
        self.tokenizer = Tokenizer.from_str(self.file.read_text("utf-8"))
        # A special token spelt out in a question or on a photo stays text: it must not end a turn.
        self.tokenizer.encode_special_tokens = True
        self.config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
        self.size = int(self.config["text_config"]["vocab_size"])
        self.special = self._special(folder)

    def _special(self, folder: Path) -> SpecialTokens:
        end = self._number("<|im_end|>")
        generation = folder / "generation_config.json"
        stops = json.loads(generation.read_text("utf-8")).get("eos_token_id", end) if generation.exists() else end
        return SpecialTokens(
            start=self._number("<|im_start|>"),
            end=end,
            vision_start=int(self.config["vision_start_token_id"]),
            vision_end=int(self.config["vision_end_token_id"]),
            image=int(self.config["image_token_id"]),
            stops=frozenset({end, *([stops] if isinstance(stops, int) else stops)}),
        )

    def _number(self, token: str) -> int:
        number = self.tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"tokenizer.json has no {token}")
        return int(number)

    def encode(self, text: str) -> list[int]:
        """Token ids of plain text."""
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)

    @cached_property
    def token_bytes(self) -> tuple[bytes, ...]:
        """The bytes of every token by number; b"" for special tokens and unused numbers."""
        pieces = [b""] * self.size
        table = _byte_values()
        for token, number in self.tokenizer.get_vocab(with_added_tokens=False).items():
            pieces[number] = bytes(table[char] for char in token)
        for number, added in self.tokenizer.get_added_tokens_decoder().items():
            pieces[number] = b"" if added.special else added.content.encode()
        return tuple(pieces)

    def text(self, ids: Sequence[int]) -> str:
        """The text of tokens; half a character at the end is left out."""
        return b"".join(self.token_bytes[number] for number in ids).decode("utf-8", "ignore")


def _byte_values() -> dict[str, int]:
    """Byte of each printable stand-in of byte-level BPE (GPT-2's table)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    names = {chr(byte): byte for byte in printable}
    hidden = (byte for byte in range(256) if byte not in printable)
    return names | {chr(256 + n): byte for n, byte in enumerate(hidden)}


class PromptBuilder:
    """Builds a prompt piece by piece, with the positions of the model's rope index.

    Text moves on by one in all three dimensions; a picture's tokens share one time and have row and column
    of their own, and the text after it goes on behind its longer side (transformers, Qwen3VLModel.get_rope_index).
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._ids: list[int] = []
        self._positions: list[Ints] = []
        self._keys: list[Hashable] = []
        self._pictures: list[tuple[int, Picture]] = []
        self._next = 0

    def turn(self, role: str) -> PromptBuilder:
        """Opens a turn of "user" or "assistant"."""
        return self._add([self._vocabulary.special.start, *self._vocabulary.encode(f"{role}\n")])

    def end_turn(self) -> PromptBuilder:
        return self._add([self._vocabulary.special.end, *self._vocabulary.encode("\n")])

    def text(self, text: str) -> PromptBuilder:
        return self._add(self._vocabulary.encode(text))

    def picture(self, picture: Picture) -> PromptBuilder:
        special = self._vocabulary.special
        self._add([special.vision_start])
        self._pictures.append((len(self._ids), picture))
        rows, columns = picture.rows // MERGE, picture.columns // MERGE
        row, column = np.divmod(np.arange(picture.tokens), columns)
        self._positions.append(np.stack([np.zeros_like(row), row, column]).astype(np.int64) + self._next)
        self._ids += [special.image] * picture.tokens
        self._keys += [(picture.key, index) for index in range(picture.tokens)]
        self._next += max(rows, columns)
        return self._add([special.vision_end])

    def _add(self, ids: list[int]) -> PromptBuilder:
        steps = np.arange(self._next, self._next + len(ids), dtype=np.int64)
        self._positions.append(np.stack([steps] * 3))
        self._ids += ids
        self._keys += ids
        self._next += len(ids)
        return self

    def __len__(self) -> int:
        return len(self._ids)

    def build(self) -> Prompt:
        return Prompt(
            ids=np.array(self._ids, np.int64),
            positions=np.concatenate(self._positions, axis=1),
            keys=tuple(self._keys),
            pictures=tuple(self._pictures),
        )
