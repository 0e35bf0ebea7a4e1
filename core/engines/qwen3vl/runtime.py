"""What the decode loop asks of a runtime: one model in memory, one sequence at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from core.engines.qwen3vl.inputs import Floats, Ints, Picture


@dataclass(frozen=True)
class Seen:
    """A picture as the vision part sees it, in whatever form its runtime keeps arrays.

    `embeds` is (tokens, hidden); `deep` is (layers, tokens, hidden): what is added to the first layers' states
    at the picture's places (DeepStack).
    """

    embeds: Any
    deep: Any


@dataclass(frozen=True)
class Block:
    """Tokens fed together: ids (n), positions (3, n) and, where pictures lie in them, (index in the block, seen)."""

    ids: Ints
    positions: Ints
    seen: tuple[tuple[int, Seen], ...] = ()


class Runtime(Protocol):
    """One loaded model with one sequence in its key-value cache.

    `length` counts the tokens that stand: fed and not dropped.
    """

    @property
    def label(self) -> str:
        """Name and precision, such as "openvino int8": part of what an answer depends on."""
        ...

    @property
    def length(self) -> int: ...

    def see(self, picture: Picture) -> Seen:
        """Runs the vision part on one picture."""
        ...

    def feed(self, block: Block, *, last: int) -> Floats:
        """Appends the block to the sequence; logits (last, vocabulary) at its last `last` tokens."""
        ...

    def drop(self, count: int) -> None:
        """Takes back the last `count` tokens fed, as if they had never been."""
        ...

    def save(self) -> Any:
        """A copy of the key-value cache as it stands, for `restore`."""
        ...

    def restore(self, saved: Any, length: int) -> None:
        """Makes the first `length` tokens of a saved cache the sequence."""
        ...

    def reset(self) -> None:
        """Empties the sequence."""
        ...

    def close(self) -> None:
        """Gives the memory back; nothing else is called after it."""
        ...
