"""Decoding: every shortcut, and all together, say the tokens that the plainest loop says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engines.base import Sampling, Stopped
from core.engines.language.answers import write_json
from core.engines.qwen3vl import decoding
from core.engines.qwen3vl.decoding import Counts, Decoder, Shortcuts
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Vocabulary
from core.engines.qwen3vl.sampling import Greedy, Nucleus
from tests.tiny.fake_runtime import FakeRuntime
from tests.tiny.pictures import noise
from tests.unit.qwen3vl.prompts import block_of, photo_prompt, prompt_of
from tests.unit.qwen3vl.said import (
    COMBINATIONS,
    DRAFTERS,
    NOTHING,
    SCHEMA,
    TEXTS,
    Drafts,
    assert_counts_add_up,
    one_by_one,
    rest_of,
    say,
)


@pytest.mark.parametrize("slips", [0, 13])
@pytest.mark.parametrize("drafts", list(DRAFTERS))
@pytest.mark.parametrize("answer", list(TEXTS))
def test_shortcuts_change_no_token(
    answer: str, drafts: str, slips: int, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    prompt, wanted = photo_prompt(vocabulary), TEXTS[answer]
    plain = say(FakeRuntime(vocabulary, wanted, len(prompt), slips), vocabulary, prompt, grammar=grammar)
    if not slips:
        assert vocabulary.text(plain.ids) == wanted
    for shortcuts in COMBINATIONS.values():
        runtime = FakeRuntime(vocabulary, wanted, len(prompt), slips)
        drafter = Drafts(DRAFTERS[drafts](wanted))
        said = say(runtime, vocabulary, prompt, shortcuts, grammar=grammar, drafter=drafter)
        assert said.ids == plain.ids
        assert_counts_add_up(said, runtime, prompt)


@pytest.mark.parametrize("answer", list(TEXTS))
def test_one_token_a_pass_is_the_plainest_loop(answer: str, vocabulary: Vocabulary, grammar: Grammar) -> None:
    prompt = photo_prompt(vocabulary)
    expected = one_by_one(FakeRuntime(vocabulary, TEXTS[answer], len(prompt)), vocabulary, prompt, grammar, 200)
    said = say(FakeRuntime(vocabulary, TEXTS[answer], len(prompt)), vocabulary, prompt, grammar=grammar)
    assert said.ids == expected
    assert [len(piece) for piece in said.pieces] in ([1] * len(said.ids), [1] * len(said.ids) + [0])


@pytest.mark.parametrize("block", range(1, 33))
def test_the_size_of_blocks_changes_no_token(block: int, vocabulary: Vocabulary, grammar: Grammar) -> None:
    prompt, wanted = photo_prompt(vocabulary), TEXTS["Chinese"]
    drafter = Drafts(rest_of(wanted))
    runtime = FakeRuntime(vocabulary, wanted, len(prompt))
    said = say(runtime, vocabulary, prompt, Shortcuts(block=block), grammar=grammar, drafter=drafter)
    assert vocabulary.text(said.ids) == wanted
    assert_counts_add_up(said, runtime, prompt)


def test_shortcuts_save_passes(vocabulary: Vocabulary, grammar: Grammar) -> None:
    prompt, wanted = photo_prompt(vocabulary), TEXTS["Chinese"]
    passes = {}
    for name, shortcuts in ({"none": NOTHING} | COMBINATIONS).items():
        runtime = FakeRuntime(vocabulary, wanted, len(prompt))
        drafter = Drafts(rest_of(wanted))
        passes[name] = say(runtime, vocabulary, prompt, shortcuts, grammar=grammar, drafter=drafter).counts.passes
    assert passes["all"] <= passes["drafts"] < passes["none"]
    assert passes["all"] < passes["jump"] < passes["none"]
    assert passes["prefix"] == passes["none"]
    assert passes["all"] < passes["none"] / 4


@pytest.mark.parametrize("shortcuts", [NOTHING, Shortcuts()], ids=["none", "all"])
@pytest.mark.parametrize("seed", range(3))
def test_an_answer_of_a_model_that_talks_nonsense_is_within_the_grammar(
    seed: int, shortcuts: Shortcuts, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    """The logits are pure chance; budget enough for every string to reach its longest."""
    prompt = prompt_of(vocabulary, f"Read {seed}", noise(64, 64, seed))
    said = say(FakeRuntime(vocabulary), vocabulary, prompt, shortcuts, grammar=grammar, max_new=600)
    assert_within_grammar(said.ids, vocabulary, grammar, whole=True)


def assert_within_grammar(ids: list[int], vocabulary: Vocabulary, grammar: Grammar, *, whole: bool) -> None:
    constraint = grammar.constraint(SCHEMA)
    assert all(constraint.accept(token) for token in ids)
    assert constraint.ended == whole
    if whole:
        assert list(json.loads(vocabulary.text(ids))) == list(SCHEMA["properties"])  # type: ignore[call-overload]


@pytest.mark.parametrize("shortcuts", [NOTHING, Shortcuts()], ids=["none", "all"])
@pytest.mark.parametrize("budget", [1, 2, 5, 17, 40])
def test_an_answer_longer_than_its_budget_is_cut_there(
    budget: int, shortcuts: Shortcuts, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    prompt, wanted = photo_prompt(vocabulary), TEXTS["Latin"]
    runtime = FakeRuntime(vocabulary, wanted, len(prompt))
    whole = say(FakeRuntime(vocabulary, wanted, len(prompt)), vocabulary, prompt, grammar=grammar)
    drafter = Drafts(rest_of(wanted))
    said = say(runtime, vocabulary, prompt, shortcuts, grammar=grammar, drafter=drafter, max_new=budget)
    assert said.ids == whole.ids[:budget]
    assert_within_grammar(said.ids, vocabulary, grammar, whole=False)
    assert_counts_add_up(said, runtime, prompt)


@pytest.mark.parametrize("stop", ["<|im_end|>", "<|endoftext|>"])
@pytest.mark.parametrize("drafts", ["good", "wrong", "far too long"])
def test_either_stop_token_ends_an_answer_and_is_not_said(stop: str, drafts: str, vocabulary: Vocabulary) -> None:
    prompt, wanted = photo_prompt(vocabulary), "It is oatmeal. 燕麦。"
    number = vocabulary.tokenizer.token_to_id(stop)

    class Ending(FakeRuntime):
        def _wish(self, end: int) -> int | None:
            token = super()._wish(end)
            return number if token == vocabulary.special.end else token

    runtime = Ending(vocabulary, wanted, len(prompt))
    drafter = Drafts(DRAFTERS[drafts](wanted))
    said = say(runtime, vocabulary, prompt, Shortcuts(), drafter=drafter)
    assert vocabulary.text(said.ids) == wanted
    assert_counts_add_up(said, runtime, prompt)


def test_an_answer_that_ends_at_once_is_empty(vocabulary: Vocabulary) -> None:
    prompt = photo_prompt(vocabulary)

    class Silent(FakeRuntime):
        def _wish(self, end: int) -> int | None:
            return vocabulary.special.end

    said = say(Silent(vocabulary), vocabulary, prompt, Shortcuts(), drafter=Drafts(lambda text: "hello"))
    assert (said.ids, said.counts.passes, said.counts.tokens) == ([], 0, 0)


@pytest.mark.parametrize("drafts", list(DRAFTERS))
@pytest.mark.parametrize("seed", range(4))
def test_drafts_change_no_drawn_answer(drafts: str, seed: int, vocabulary: Vocabulary) -> None:
    """One number is drawn for each token said, whether it was guessed or not."""
    prompt, wanted = photo_prompt(vocabulary), "It is oatmeal, 500 g. 燕麦片。"
    answers = []
    for drafter in (None, Drafts(DRAFTERS[drafts](wanted))):
        runtime = FakeRuntime(vocabulary, wanted, len(prompt), slips=9)
        chooser = Nucleus(Sampling(temperature=0.9, top_p=0.9, seed=seed))
        answers.append(say(runtime, vocabulary, prompt, Shortcuts(), drafter=drafter, chooser=chooser, max_new=40).ids)
    assert answers[0] == answers[1]


def test_a_draft_goes_on_with_the_rest_of_a_half_said_character(vocabulary: Vocabulary) -> None:
    """A character of several tokens, of which the model has said the first."""
    prompt, wanted = photo_prompt(vocabulary), "龘靐齉" * 4
    drafter = Drafts(rest_of(wanted))
    runtime = FakeRuntime(vocabulary, wanted, len(prompt))
    said = say(runtime, vocabulary, prompt, Shortcuts(block=5), drafter=drafter)
    assert vocabulary.text(said.ids) == wanted
    assert said.counts.accepted > len(said.ids) / 2


@pytest.mark.parametrize("steps", [0, 1, 3])
@pytest.mark.parametrize("shortcuts", [NOTHING, Shortcuts()], ids=["none", "all"])
def test_an_answer_left_half_way_leaves_the_decoder_usable(
    steps: int, shortcuts: Shortcuts, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    prompt, wanted = photo_prompt(vocabulary), TEXTS["Chinese"]
    runtime = FakeRuntime(vocabulary, wanted, len(prompt))
    decoder = Decoder(runtime, vocabulary, shortcuts)
    logits = decoder.prefill(prompt, keep=(6,), stopped=lambda: False, counts=Counts())
    pieces: Iterator[list[int]] = decoder.decode(
        prompt,
        logits,
        chooser=Greedy(),
        constraint=grammar.constraint(SCHEMA),
        drafter=Drafts(rest_of(wanted)),
        max_new=200,
        counts=Counts(),
    )
    list(islice(pieces, steps))
    fed = len(runtime.feeds)
    pieces.close()  # type: ignore[attr-defined]
    assert len(runtime.feeds) == fed
    again = say(runtime, vocabulary, prompt, grammar=grammar, decoder=decoder, drafter=Drafts(rest_of(wanted)))
    assert vocabulary.text(again.ids) == wanted


def test_a_stop_is_heard_before_the_next_chunk_of_the_prompt(vocabulary: Vocabulary) -> None:
    prompt = prompt_of(vocabulary, "word " * 3 * decoding.CHUNK)
    assert len(prompt) > 2 * decoding.CHUNK
    runtime = FakeRuntime(vocabulary)
    decoder = Decoder(runtime, vocabulary, Shortcuts())
    looks = iter((False, True))
    with pytest.raises(Stopped):
        decoder.prefill(prompt, stopped=lambda: next(looks), counts=Counts())
    assert runtime.feeds == [decoding.CHUNK]
    said = say(runtime, vocabulary, prompt, decoder=decoder, max_new=4)
    assert said.ids == say(FakeRuntime(vocabulary), vocabulary, prompt, max_new=4).ids


@pytest.mark.parametrize("words", [0, 1, 500, 511, 512, 513, 1100])
def test_no_chunk_cuts_a_picture_in_two(words: int, vocabulary: Vocabulary) -> None:
    """The fake runtime asserts it; a picture of 600 tokens is longer than a chunk."""
    text = "\n" * 2 + "a b" * words
    prompt = prompt_of(vocabulary, text, noise(640, 960), "c", noise(64, 96), "d e" * words)
    runtime = FakeRuntime(vocabulary)
    chunked = say(runtime, vocabulary, prompt, max_new=3)
    assert sum(runtime.feeds[: -chunked.counts.passes]) == len(prompt)
    whole = FakeRuntime(vocabulary)
    first = whole.feed(block_of(whole, prompt), last=1)[0].argmax()
    assert chunked.ids[0] == first


NAMES = ("brand", "名称", "a", 'q"uote', "net_content", "长" * 9)

KEYS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)

STRINGS = st.text(st.sampled_from('abc01 ,.:"\\/{}[]\n燕麦片龘😀é'), min_size=1, max_size=8)

FORMS = {
    "text": ({"type": ["string", "null"], "minLength": 1, "maxLength": 8}, st.none() | STRINGS),
    "list": (
        {
            "type": ["array", "null"],
            "items": {"type": "string", "minLength": 1, "maxLength": 8},
            "minItems": 1,
            "maxItems": 3,
        },
        st.none() | st.lists(STRINGS, min_size=1, max_size=3),
    ),
    "choice": ({"enum": ["trust", "joy", "恐惧"]}, st.sampled_from(["trust", "joy", "恐惧"])),
}


# Anything at all


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_answer_under_any_drafts_is_the_same_with_every_shortcut(
    data: st.DataObject, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    names = data.draw(KEYS)
    forms = {name: data.draw(st.sampled_from(sorted(FORMS))) for name in names}
    schema = {
        "type": "object",
        "properties": {name: FORMS[form][0] for name, form in forms.items()},
        "required": names,
        "additionalProperties": False,
    }
    wanted = write_json({name: data.draw(FORMS[form][1]) for name, form in forms.items()})
    noise_texts = data.draw(st.lists(st.text(max_size=10), min_size=1, max_size=5))
    drafter = Drafts(lambda text: mixed(wanted, noise_texts, text))
    prompt = prompt_of(vocabulary, "Read.")
    slips, budget = data.draw(st.sampled_from((0, 5, 11))), data.draw(st.sampled_from((7, 30, 120)))

    plain = say(
        FakeRuntime(vocabulary, wanted, len(prompt), slips),
        vocabulary,
        prompt,
        grammar=grammar,
        schema=schema,
        max_new=budget,
    )
    runtime = FakeRuntime(vocabulary, wanted, len(prompt), slips)
    shortcuts = Shortcuts(jump=data.draw(st.booleans()), block=data.draw(st.integers(1, 20)))
    said = say(runtime, vocabulary, prompt, shortcuts, grammar=grammar, schema=schema, drafter=drafter, max_new=budget)
    assert said.ids == plain.ids
    assert_counts_add_up(said, runtime, prompt)
    constraint = grammar.constraint(schema)
    assert all(constraint.accept(token) for token in said.ids)


def mixed(wanted: str, others: Sequence[str], text: str) -> str:
    """Right, wrong and half right by turns."""
    other = others[len(text) % len(others)]
    right = wanted[len(text) :] if wanted.startswith(text) else ""
    return (right, right[:3] + other, other)[len(text) % 3]
