"""The grammar of an answer: which tokens it allows, forces and refuses."""

from __future__ import annotations

import numpy as np
import pytest

from core.engines.qwen3vl.decoding import Shortcuts
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Vocabulary
from tests.tiny.fake_runtime import FakeRuntime
from tests.unit.qwen3vl.prompts import photo_prompt
from tests.unit.qwen3vl.said import NOTHING, SCHEMA, TEXTS, say


def test_forced_text_has_one_tokenization(vocabulary: Vocabulary, grammar: Grammar) -> None:
    """Token by token, the model is led the same way as when the forced stretch is jumped over."""
    stepwise, jumped = [], []
    constraint = grammar.constraint(SCHEMA)
    while forced := constraint.forced():
        stepwise.append(forced[0])
        assert constraint.accept(forced[0])
    constraint = grammar.constraint(SCHEMA)
    while forced := constraint.forced():
        jumped += forced
        assert all(constraint.accept(token) for token in forced)
    assert stepwise == jumped
    # The tokenizer has tokens for ": and for ":" as well: the last forced marks may be part of the value's first token.
    assert vocabulary.text(stepwise) == '{"brand'


@pytest.mark.parametrize("answer", list(TEXTS))
def test_a_model_that_spells_letter_by_letter_is_led_all_the_same(
    answer: str, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    """It would spell the keys too, if forced text could be said in any pieces; jumped over, it is in whole tokens."""
    prompt, wanted = photo_prompt(vocabulary), TEXTS[answer]
    said = [
        say(FakeRuntime(vocabulary, wanted, len(prompt), spells=True), vocabulary, prompt, way, grammar=grammar).ids
        for way in (NOTHING, Shortcuts(drafts=False), Shortcuts())
    ]
    assert said[0] == said[1] == said[2]
    assert vocabulary.text(said[0]) == wanted


def test_only_allowed_tokens_are_left(vocabulary: Vocabulary, grammar: Grammar) -> None:
    constraint = grammar.constraint(SCHEMA)
    for token in vocabulary.encode('{"brand":'):
        assert constraint.accept(token)
    logits = constraint.only(np.zeros(vocabulary.size, np.float32))
    allowed = {vocabulary.token_bytes[token] for token in np.flatnonzero(np.isfinite(logits))}
    assert allowed
    assert all(piece.startswith(b'"') or b"null".startswith(piece) for piece in allowed)


def test_a_token_that_breaks_the_grammar_is_refused(vocabulary: Vocabulary, grammar: Grammar) -> None:
    assert not grammar.constraint(SCHEMA).accept(vocabulary.encode("}")[0])


@pytest.mark.parametrize(("text", "valid"), [('{"brand":"a"', True), ('{"brand":1', False), ('["', False), ("", True)])
def test_the_valid_part_of_a_draft_is_counted(text: str, valid: bool, vocabulary: Vocabulary, grammar: Grammar) -> None:
    ids = vocabulary.encode(text)
    assert (grammar.constraint(SCHEMA).valid_prefix(ids) == len(ids)) == valid


def test_a_schema_that_cannot_be_compiled_is_named(grammar: Grammar) -> None:
    with pytest.raises(ValueError, match="cannot be compiled"):
        grammar.constraint({"type": "no such type"})
