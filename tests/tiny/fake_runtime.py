"""A runtime that computes nothing: its logits are drawn from the whole history of tokens, so that any token too many,
too few or out of place changes everything after it. It also checks what it is fed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.engines.qwen3vl.inputs import MERGE, Floats, Ints, Picture, Vocabulary
from core.engines.qwen3vl.runtime import Block, Seen

WISH = 50.0
"""How much likelier than the rest the wanted token is; the rest lies within a few units."""

LONGEST = 24
"""Bytes of the longest token that is looked for."""


@dataclass(frozen=True)
class _Token:
    """One token of the sequence: what it says, and the digest of all that was said up to it."""

    number: int
    digest: bytes
    last_position: int


class FakeRuntime:
    """Implements `core.engines.qwen3vl.runtime.Runtime`.

    Logits are pseudo-random, and where `wanted` is given they favour the tokens that spell it after the first
    `after` tokens, the longest first (the shortest where it `spells`), and then the end of the answer. Every
    `slips`-th token or so (by its history) is left to chance.
    """

    label = "fake"

    def __init__(
        self, vocabulary: Vocabulary, wanted: str = "", after: int = 0, slips: int = 0, *, spells: bool = False
    ) -> None:
        self._vocabulary, self._wanted, self._after, self._slips = vocabulary, wanted.encode(), after, slips
        self._by_bytes = {piece: number for number, piece in enumerate(vocabulary.token_bytes) if piece}
        self._sizes = sorted(range(1, LONGEST + 1), reverse=not spells)
        self._tokens: list[_Token] = []
        self.feeds: list[int] = []
        """Tokens of every block fed."""
        self.seen: list[str] = []
        """Key of every picture looked at."""

    @property
    def length(self) -> int:
        return len(self._tokens)

    def see(self, picture: Picture) -> Seen:
        self.seen.append(picture.key)
        return Seen(picture, None)

    def feed(self, block: Block, *, last: int) -> Floats:
        assert len(block.ids) > 0, "an empty block was fed"
        assert 1 <= last <= len(block.ids)
        assert block.positions.shape == (3, len(block.ids))
        assert block.ids.dtype == block.positions.dtype == np.int64
        pictures = self._pictures_in(block)
        np.testing.assert_array_equal(block.positions, self._right_positions(block, pictures))
        for index, number in enumerate(block.ids.tolist()):
            self._append(number, pictures.get(index), int(block.positions[:, index].max()))
        self.feeds.append(len(block.ids))
        return np.stack([self._logits(end) for end in range(self.length - last + 1, self.length + 1)])

    def _pictures_in(self, block: Block) -> dict[int, tuple[Picture, int]]:
        """Index in the block -> (picture, which of its tokens); asserts that each lies in it whole."""
        places = {}
        for at, seen in block.seen:
            picture: Picture = seen.embeds
            assert at >= 0 and at + picture.tokens <= len(block.ids), "a picture was cut in two"
            places |= {at + index: (picture, index) for index in range(picture.tokens)}
        is_image = set(np.flatnonzero(block.ids == self._vocabulary.special.image).tolist())
        assert is_image == set(places), "pictures and their places differ"
        return places

    def _right_positions(self, block: Block, pictures: dict[int, tuple[Picture, int]]) -> Ints:
        """What M-RoPE says: behind everything so far; a picture's tokens by row and column from there."""
        at = max((token.last_position for token in self._tokens), default=-1) + 1
        right = np.empty((3, len(block.ids)), np.int64)
        start = at
        for index in range(len(block.ids)):
            if index in pictures:
                picture, place = pictures[index]
                start = at if place == 0 else start
                row, column = divmod(place, picture.columns // MERGE)
                right[:, index] = (start, start + row, start + column)
            else:
                right[:, index] = at
            at = max(at, int(right[:, : index + 1].max()) + 1) if _ends(pictures, index) else at
        return right

    def _append(self, number: int, picture: tuple[Picture, int] | None, position: int) -> None:
        before = self._tokens[-1].digest if self._tokens else b""
        what = f"{picture[0].key} {picture[1]}" if picture else str(number)
        digest = hashlib.blake2b(before + what.encode(), digest_size=8).digest()
        self._tokens.append(_Token(number, digest, position))

    def _logits(self, end: int) -> Floats:
        """The logits after the first `end` tokens."""
        seed = int.from_bytes(self._tokens[end - 1].digest, "little")
        logits = np.random.default_rng(seed).standard_normal(self._vocabulary.size).astype(np.float32)
        if (
            end >= self._after
            and (token := self._wish(end)) is not None
            and not (self._slips and seed % self._slips == 0)
        ):
            logits[token] += WISH
        return logits

    def _wish(self, end: int) -> int | None:
        """The token that goes on with what is wanted; None where something else has been said."""
        if not self._wanted:
            return None
        said = b"".join(self._vocabulary.token_bytes[token.number] for token in self._tokens[self._after : end])
        if not self._wanted.startswith(said):
            return None
        rest = self._wanted[len(said) :]
        if not rest:
            return self._vocabulary.special.end
        return next(self._by_bytes[rest[:size]] for size in self._sizes if rest[:size] in self._by_bytes)

    def drop(self, count: int) -> None:
        assert 0 <= count <= self.length
        del self._tokens[self.length - count :]

    def save(self) -> Any:
        return tuple(self._tokens)

    def restore(self, saved: Any, length: int) -> None:
        assert 0 < length <= len(saved)
        self._tokens = list(saved[:length])

    def reset(self) -> None:
        self._tokens = []

    def close(self) -> None:
        self._tokens = []


def _ends(pictures: dict[int, tuple[Picture, int]], index: int) -> bool:
    """True for a word, and for the last token of a picture: what follows goes on behind it."""
    return index not in pictures or pictures[index][1] == pictures[index][0].tokens - 1
