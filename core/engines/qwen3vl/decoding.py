"""The decode loop: a prompt in, tokens out, with as few passes through the model as the answer allows.

A pass reads every weight from memory, and that is what takes the time; how many tokens it is over hardly matters
up to a dozen. So each pass takes along the tokens the grammar forces (jump-forward) and guesses from what the OCR
reader has read (drafts), and starts from key-value caches that earlier prompts have left (prefixes). None of them
changes a greedy answer: `tests/unit/qwen3vl/test_decoding.py` compares the tokens with each one off.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.engines.base import Stopped
from core.engines.qwen3vl.drafts import Drafter, draft_tokens
from core.engines.qwen3vl.grammar import Constraint
from core.engines.qwen3vl.inputs import Floats, Picture, Prompt, Vocabulary
from core.engines.qwen3vl.prefixes import PrefixCache
from core.engines.qwen3vl.runtime import Block, Runtime, Seen
from core.engines.qwen3vl.sampling import Chooser

CHUNK = 512
"""Tokens of a prompt fed at once: nothing can be stopped inside a pass, and this one takes seconds."""
SEEN_KEPT = 8
"""Pictures whose embeddings are kept (8 MB each at 512 px): a second question sees them again."""
PREFIX_TOKENS = 2048
"""Tokens of kept caches, 0.5 GB of the 2B model: two instructions and a conversation or two."""
LEAST_DRAFTS = 4
"""Drafts taken along even when forced tokens already fill the block."""


@dataclass(frozen=True)
class Shortcuts:
    """The ways to fewer passes, each of which can be switched off."""

    jump: bool = True
    drafts: bool = True
    prefix: bool = True
    block: int = 12
    """Tokens a pass is meant to be over: those that must be fed and drafts up to this number (`pace.py`)."""


@dataclass
class Counts:
    """What an answer took: `jumped` tokens were forced, `drafted` were guessed, `accepted` of them stood."""

    passes: int = 0
    tokens: int = 0
    jumped: int = 0
    drafted: int = 0
    accepted: int = 0
    prompt: int = 0
    reused: int = 0
    blocks: list[int] = field(default_factory=list)


class Decoder:
    """One runtime with what is kept between its prompts."""

    def __init__(self, runtime: Runtime, vocabulary: Vocabulary, shortcuts: Shortcuts) -> None:
        self._runtime, self._vocabulary, self._shortcuts = runtime, vocabulary, shortcuts
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._prefixes = PrefixCache(PREFIX_TOKENS)

    def prefill(
        self, prompt: Prompt, *, keep: Sequence[int] = (), stopped: Callable[[], bool], counts: Counts
    ) -> Floats:
        """Feeds the prompt and returns the logits (vocabulary,) of the token after it.

        `keep` are lengths at which the cache is kept for other prompts that begin the same. Raises Stopped.
        """
        steps = self.prefill_in_steps(prompt, keep=keep, counts=counts)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                logits: Floats = done.value
                return logits
            if stopped():
                raise Stopped

    def prefill_in_steps(
        self, prompt: Prompt, *, keep: Sequence[int] = (), counts: Counts
    ) -> Generator[str, None, Floats]:
        """As `prefill`, for whoever reads an answer piece by piece: yields "" before each pass, so that it can be
        left between two, and returns the logits."""
        start = self._resume(prompt)
        counts.prompt, counts.reused = len(prompt), start
        logits: Floats = np.empty(0, np.float32)
        for end in self._cuts(prompt, start, keep):
            yield ""
            logits = self._runtime.feed(self._block(prompt, start, end), last=1)[0]
            start = end
            if end in keep:
                self._keep(prompt, end)
        return logits

    def _resume(self, prompt: Prompt) -> int:
        """Makes the longest beginning that some kept cache shares the sequence, and returns its length."""
        found = self._prefixes.longest(prompt.keys) if self._shortcuts.prefix else None
        length = _outside_pictures(prompt, min(found[1], len(prompt) - 1)) if found else 0
        if found is None or length == 0:
            self._runtime.reset()
            return 0
        self._runtime.restore(found[0].state, length)
        return length

    def _cuts(self, prompt: Prompt, start: int, keep: Sequence[int]) -> list[int]:
        """Ends of the pieces that are fed one by one; none lies within a picture."""
        ends = {len(prompt), *(length for length in keep if length > start)}
        chunks = (_outside_pictures(prompt, at) for at in range(start + CHUNK, len(prompt), CHUNK))
        return sorted(ends | {at for at in chunks if at > start})

    def _block(self, prompt: Prompt, start: int, end: int) -> Block:
        seen = tuple((at - start, self.see(picture)) for at, picture in prompt.pictures if start <= at < end)
        return Block(prompt.ids[start:end], prompt.positions[:, start:end], seen)

    def see(self, picture: Picture) -> Seen:
        """The picture's embeddings, computed once."""
        if picture.key not in self._seen:
            self._seen[picture.key] = self._runtime.see(picture)
            if len(self._seen) > SEEN_KEPT:
                self._seen.popitem(last=False)
        self._seen.move_to_end(picture.key)
        return self._seen[picture.key]

    def _keep(self, prompt: Prompt, length: int) -> None:
        keys = prompt.keys[:length]
        if self._shortcuts.prefix and keys not in self._prefixes:
            self._prefixes.keep(keys, self._runtime.save())

    def keep_answer(self, prompt: Prompt, answer: Sequence[int]) -> None:
        """Keeps prompt and answer for the question that follows; call it when the answer has ended."""
        fed = self._runtime.length - len(prompt)
        if self._shortcuts.prefix:
            self._prefixes.keep((*prompt.keys, *answer[:fed]), self._runtime.save())

    def decode(
        self,
        prompt: Prompt,
        logits: Floats,
        *,
        chooser: Chooser,
        constraint: Constraint | None,
        drafter: Drafter | None,
        max_new: int,
        counts: Counts,
    ) -> Iterator[list[int]]:
        """The tokens of the answer, those of one pass at a time, stop tokens left out.

        Ends where the model or the grammar ends the answer, or after `max_new` tokens. Closing the iterator stops it;
        the next prompt may follow at once.
        """
        answer = Answer(self._vocabulary, constraint, chooser, max_new)
        fresh = answer.take(logits)
        pending = list(fresh)
        while True:
            if self._shortcuts.jump and constraint is not None and not answer.ended:
                jumped = answer.jump()
                counts.jumped += len(jumped)
                fresh, pending = fresh + jumped, pending + jumped
            counts.tokens = len(answer.ids)
            yield fresh
            if answer.ended:
                return
            drafts = self._draft(answer, drafter, len(pending))
            rows = self._runtime.feed(self._answer_block(prompt, answer, pending, drafts), last=len(drafts) + 1)
            counts.passes += 1
            counts.blocks.append(len(pending) + len(drafts))
            fresh, stood = answer.check(rows, drafts)
            self._runtime.drop(len(drafts) - stood)
            counts.drafted += len(drafts)
            counts.accepted += stood
            pending = fresh[stood:]

    def _draft(self, answer: Answer, drafter: Drafter | None, pending: int) -> list[int]:
        if drafter is None or not self._shortcuts.drafts:
            return []
        block = self._shortcuts.block
        room = min(max(block - pending, min(LEAST_DRAFTS, block - 1)), answer.left)
        text, half = answer.text_and_rest()
        proposed = drafter.propose(text)
        ids = draft_tokens(proposed, half, self._vocabulary.encode, self._vocabulary.token_bytes)[:room]
        return ids[: answer.constraint.valid_prefix(ids)] if answer.constraint is not None else ids

    def _answer_block(self, prompt: Prompt, answer: Answer, pending: list[int], drafts: list[int]) -> Block:
        ids = np.array(pending + drafts, np.int64)
        start = prompt.next_position + len(answer.ids) - len(pending)
        steps = np.arange(start, start + len(ids), dtype=np.int64)
        return Block(ids, np.stack([steps] * 3))

    def clear(self) -> None:
        self._seen.clear()
        self._prefixes.clear()


class Answer:
    """The tokens said so far and the rules for the next one."""

    def __init__(self, vocabulary: Vocabulary, constraint: Constraint | None, chooser: Chooser, limit: int) -> None:
        self.ids: list[int] = []
        self.ended = False
        self.constraint = constraint
        self._bytes = b""
        self._vocabulary, self._chooser, self._limit = vocabulary, chooser, limit

    @property
    def left(self) -> int:
        """Tokens that may still be said."""
        return self._limit - len(self.ids)

    def text_and_rest(self) -> tuple[str, bytes]:
        """The answer so far, and the bytes of a character it has only half said."""
        text = self._bytes.decode("utf-8", "ignore")
        whole = len(text.encode())
        return text, self._bytes[whole:]

    def take(self, logits: Floats) -> list[int]:
        """The next token as a list; [] where it ends the answer."""
        token = self._choose(logits)
        return [token] if self._say(token) else []

    def jump(self) -> list[int]:
        """Says everything the grammar forces now."""
        assert self.constraint is not None
        said: list[int] = []
        while not self.ended and (forced := self.constraint.forced()):
            said += [token for token in forced if self._say(token)]
        return said

    def check(self, rows: Floats, drafts: list[int]) -> tuple[list[int], int]:
        """Says what the model says at each draft's place, up to the first that differs.

        `rows` has the logits before each draft and after the last. Returns the tokens said and how many of the
        drafts stood.
        """
        said: list[int] = []
        for place, row in enumerate(rows):
            fresh = self.take(row)
            said += fresh
            stands = place < len(drafts) and fresh == [drafts[place]]
            if not stands or self.ended:
                return said, place + stands
        return said, len(drafts)

    def _choose(self, logits: Floats) -> int:
        if self.constraint is None:
            return self._chooser.choose(logits)
        forced = self.constraint.forced()
        return forced[0] if forced else self._chooser.choose(self.constraint.only(logits))

    def _say(self, token: int) -> bool:
        """Adds a token unless it ends the answer; False then."""
        if token in self._vocabulary.special.stops:
            self.ended = True
            return False
        if self.left <= 0:
            self.ended = True
            return False
        self.ids.append(token)
        self._bytes += self._vocabulary.token_bytes[token]
        if self.constraint is not None:
            self.constraint.accept(token)
            self.ended = self.constraint.ended
        if self.left == 0:
            self.ended = True
        return True


def _outside_pictures(prompt: Prompt, at: int) -> int:
    """`at`, or where it lies within a picture the picture's beginning."""
    for start, picture in prompt.pictures:
        if start < at < start + picture.tokens:
            return start
    return at
