"""Which tokens an answer may go on with: a JSON Schema compiled by llguidance for the checkpoint's tokenizer."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import numpy as np
from llguidance import LLMatcher, LLTokenizer

from core.engines.language.answers import GRAMMAR_OVERRIDES
from core.engines.qwen3vl.inputs import Floats, Vocabulary


class Grammar:
    """Compiles constraints for one tokenizer. The first takes seconds, the same schema again well under one ms."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        stops = sorted(vocabulary.special.stops, key=lambda stop: stop != vocabulary.special.end)
        self._tokenizer = LLTokenizer(
            str(vocabulary.file), n_vocab=vocabulary.size, eos_token=stops, slices=LLTokenizer.json_slices()
        )
        self.compiled = lru_cache(maxsize=32)(self._compile)

    def _compile(self, schema: str) -> LLMatcher:
        matcher = LLMatcher(self._tokenizer, LLMatcher.grammar_from_json_schema(schema, overrides=GRAMMAR_OVERRIDES))
        if matcher.is_error():
            raise ValueError(f"the schema cannot be compiled: {matcher.get_error()}")
        return matcher

    def constraint(self, schema: dict[str, Any]) -> Constraint:
        """A fresh constraint at the start of an answer. Raises ValueError where the schema cannot be compiled."""
        return Constraint(self.compiled(json.dumps(schema, ensure_ascii=False)).deep_copy())


class Constraint:
    """Where an answer stands in its grammar, token by token.

    Forced text has exactly one tokenization here, the tokenizer's own, whether tokens are fed one by one or jumped
    over; otherwise a model could spell the same key in other pieces, and the two ways would not agree.
    """

    def __init__(self, matcher: LLMatcher) -> None:
        self._matcher = matcher

    @property
    def ended(self) -> bool:
        """True where nothing but the end of the answer may follow."""
        return bool(self._matcher.is_stopped())

    def forced(self) -> list[int]:
        """The tokens that must follow now; [] where there is a choice, or at the end."""
        return [] if self.ended else list(self._matcher.compute_ff_tokens())

    def accept(self, token: int) -> bool:
        """Moves on by one token; False where the grammar does not allow it, and the constraint is of no use then."""
        return bool(self._matcher.consume_token(token))

    def only(self, logits: Floats) -> Floats:
        """The logits (vocabulary,) with every token that may not follow at minus infinity; one array, written over."""
        allowed = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        logits[np.unpackbits(allowed, bitorder="little", count=len(logits)) == 0] = -np.inf
        return logits

    def valid_prefix(self, tokens: list[int]) -> int:
        """How many of the tokens, from the first, may follow now."""
        return int(self._matcher.validate_tokens(tokens))
