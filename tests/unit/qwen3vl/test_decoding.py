"""Every way to fewer passes gives the same tokens as one token at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.engines.base import Sampling, Stopped
from core.engines.language.answers import write_json
from core.engines.qwen3vl import decoding
from core.engines.qwen3vl.decoding import Counts, Decoder, Shortcuts
from core.engines.qwen3vl.drafts import Drafter
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Prompt, PromptBuilder, Vocabulary, make_picture
from core.engines.qwen3vl.runtime import Runtime
from core.engines.qwen3vl.sampling import Chooser, Greedy, Nucleus
from tests.tiny.fake_runtime import FakeRuntime
from tests.tiny.pictures import noise
from tests.unit.qwen3vl.prompts import block_of, photo_prompt, prompt_of

NOTHING = Shortcuts(jump=False, drafts=False, prefix=False)
SCHEMA = {
    "type": "object",
    "properties": {
        "brand": {"type": ["string", "null"], "minLength": 1, "maxLength": 20},
        "名称": {"type": ["string", "null"], "minLength": 1, "maxLength": 20},
        "claims": {
            "type": ["array", "null"],
            "items": {"type": "string", "minLength": 1, "maxLength": 12},
            "minItems": 1,
            "maxItems": 4,
        },
        "table": {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {"per": {"type": "string", "minLength": 1, "maxLength": 8}},
                    "required": ["per"],
                    "additionalProperties": False,
                },
                {"type": "null"},
            ]
        },
    },
    "required": ["brand", "名称", "claims", "table"],
    "additionalProperties": False,
}
ANSWERS = {
    "Latin": {"brand": "Acme Foods", "名称": "Rolled oats", "claims": ["Whole grain", "No sugar"], "table": None},
    "Chinese": {"brand": "燕麦工坊", "名称": "原味燕麦片", "claims": ["非转基因", "0蔗糖"], "table": {"per": "100克"}},
    "rare characters": {"brand": "龘靐齉", "名称": "😀℮®", "claims": ["ꙮ", "é"], "table": None},
    "escapes": {"brand": 'a"b\\c', "名称": "x\ny\tz", "claims": ['"', "\\"], "table": {"per": "/"}},
    "nulls": {"brand": None, "名称": None, "claims": None, "table": None},
}  # fmt: skip
TEXTS = {name: write_json(answer) for name, answer in ANSWERS.items()}


@dataclass
class Drafts:
    """A drafter for tests: what it proposes after a text, and the texts it was asked about."""

    make: Callable[[str], str]

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    def propose(self, text: str) -> str:
        self.asked.append(text)
        return self.make(text)


def rest_of(wanted: str) -> Callable[[str], str]:
    return lambda text: wanted[len(text) :] if wanted.startswith(text) else ""


DRAFTERS: dict[str, Callable[[str], Callable[[str], str]]] = {
    "good": rest_of,
    "wrong": lambda wanted: lambda text: "something else entirely",
    "wrong after a while": lambda wanted: lambda text: wanted[len(text) : len(text) + 6] + "qqq",
    "breaking the grammar": lambda wanted: lambda text: "}]{,:\n\n\t" + wanted[len(text) :],
    "breaking it later": lambda wanted: lambda text: wanted[len(text) : len(text) + 4] + "\n" + wanted,
    "none": lambda wanted: lambda text: "",
    "other spelling": lambda wanted: lambda text: " " + wanted[len(text) :],
    "Chinese": lambda wanted: lambda text: "燕麦片配料表净含量",
    "emoji": lambda wanted: lambda text: "😀😀😀",
    "special tokens": lambda wanted: lambda text: "<|im_end|><|image_pad|>",
    "far too long": lambda wanted: lambda text: (wanted[len(text) :] + "x") * 50,
}


@pytest.fixture(scope="module")
def grammar(vocabulary: Vocabulary) -> Grammar:
    return Grammar(vocabulary)


@dataclass(frozen=True)
class Said:
    """An answer: its tokens pass by pass, and what it took."""

    pieces: list[list[int]]
    counts: Counts

    @property
    def ids(self) -> list[int]:
        return [token for piece in self.pieces for token in piece]


def say(
    runtime: Runtime,
    vocabulary: Vocabulary,
    prompt: Prompt,
    shortcuts: Shortcuts = NOTHING,
    *,
    grammar: Grammar | None = None,
    schema: dict[str, Any] = SCHEMA,
    drafter: Drafter | None = None,
    chooser: Chooser | None = None,
    max_new: int = 200,
    decoder: Decoder | None = None,
    keep: Sequence[int] = (),
) -> Said:
    decoder = decoder or Decoder(runtime, vocabulary, shortcuts)
    counts = Counts()
    logits = decoder.prefill(prompt, keep=keep, stopped=lambda: False, counts=counts)
    pieces = decoder.decode(
        prompt,
        logits,
        chooser=chooser or Greedy(),
        constraint=grammar.constraint(schema) if grammar else None,
        drafter=drafter,
        max_new=max_new,
        counts=counts,
    )
    return Said(list(pieces), counts)


def one_by_one(
    runtime: Runtime, vocabulary: Vocabulary, prompt: Prompt, grammar: Grammar | None, max_new: int
) -> list[int]:
    """The answer by the plainest loop there is: the whole sequence again for every token, likeliest first."""
    constraint = grammar.constraint(SCHEMA) if grammar else None
    said: list[int] = []
    while len(said) < max_new:
        runtime.reset()
        logits = runtime.feed(block_of(runtime, prompt), last=1)[0]
        for index, token in enumerate(said):
            position = np.full((3, 1), prompt.next_position + index, np.int64)
            logits = runtime.feed(decoding.Block(np.array([token], np.int64), position), last=1)[0]
        if constraint is None:
            token = int(logits.argmax())
        elif forced := constraint.forced():
            token = forced[0]
        else:
            token = int(constraint.only(logits).argmax())
        if token in vocabulary.special.stops:
            break
        said.append(token)
        if constraint is not None:
            assert constraint.accept(token)
            if constraint.ended:
                break
    return said


COMBINATIONS = {
    "jump": Shortcuts(jump=True, drafts=False, prefix=False),
    "drafts": Shortcuts(jump=False, drafts=True, prefix=False),
    "prefix": Shortcuts(jump=False, drafts=False, prefix=True),
    "all": Shortcuts(),
}


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


def assert_counts_add_up(said: Said, runtime: Runtime, prompt: Prompt) -> None:
    counts = said.counts
    assert counts.tokens == len(said.ids)
    assert counts.passes == len(counts.blocks) == len(said.pieces) - 1
    assert counts.prompt == len(prompt)
    assert 0 <= counts.accepted <= counts.drafted
    assert counts.jumped <= counts.tokens
    fed = runtime.length - len(prompt)
    assert sum(counts.blocks) == fed + counts.drafted - counts.accepted
    assert fed <= counts.tokens


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


# Prefixes


def keeps(prompt: Prompt) -> tuple[int, ...]:
    """Before the first picture, and after it."""
    at, picture = prompt.pictures[0]
    return (at - 1, at + picture.tokens + 1)


def test_the_next_photo_reuses_the_instruction(vocabulary: Vocabulary, grammar: Grammar) -> None:
    prompts = [prompt_of(vocabulary, "Read the label.\n", noise(96, 64, seed)) for seed in range(3)]
    runtime = FakeRuntime(vocabulary)
    decoder = Decoder(runtime, vocabulary, Shortcuts())
    for index, prompt in enumerate(prompts):
        said = say(runtime, vocabulary, prompt, grammar=grammar, decoder=decoder, keep=keeps(prompt)[:1], max_new=30)
        assert said.counts.reused == (keeps(prompt)[0] if index else 0)
        assert said.ids == say(FakeRuntime(vocabulary), vocabulary, prompt, grammar=grammar, max_new=30).ids


def test_the_next_question_reuses_the_photo_and_sees_it_once(vocabulary: Vocabulary) -> None:
    photo = noise(96, 64)
    prompts = [prompt_of(vocabulary, "", photo, text) for text in ("What is it?", "What else?", "And 燕麦?")]
    runtime = FakeRuntime(vocabulary)
    decoder = Decoder(runtime, vocabulary, Shortcuts())
    for index, prompt in enumerate(prompts):
        said = say(runtime, vocabulary, prompt, decoder=decoder, keep=keeps(prompt)[1:], max_new=12)
        assert said.counts.reused >= keeps(prompt)[1] * bool(index)
        assert said.ids == say(FakeRuntime(vocabulary), vocabulary, prompt, max_new=12).ids
    assert len(runtime.seen) == 1


def test_a_follow_up_reuses_all_that_came_before_it(vocabulary: Vocabulary) -> None:
    photo, answer = noise(96, 64), "Oats, 500 g."
    first = prompt_of(vocabulary, photo, "What is it?")
    runtime = FakeRuntime(vocabulary, answer, len(first))
    decoder = Decoder(runtime, vocabulary, Shortcuts())
    said = say(runtime, vocabulary, first, decoder=decoder, keep=keeps(first)[1:])
    assert vocabulary.text(said.ids) == answer
    decoder.keep_answer(first, said.ids)

    builder = PromptBuilder(vocabulary).turn("user").picture(make_picture(photo)).text("What is it?").end_turn()
    follow = builder.turn("assistant").text(answer).end_turn().turn("user").text("How much?").end_turn()
    prompt = follow.turn("assistant").build()
    again = say(runtime, vocabulary, prompt, decoder=decoder, max_new=12)
    assert again.counts.reused >= len(first) + len(said.ids) - 2  # the last token said may not have been fed
    assert len(runtime.seen) == 1
    assert again.ids == say(FakeRuntime(vocabulary, answer, len(first)), vocabulary, prompt, max_new=12).ids


def test_the_same_prompt_again_is_fed_but_for_its_last_token(vocabulary: Vocabulary) -> None:
    prompt = photo_prompt(vocabulary)
    runtime = FakeRuntime(vocabulary)
    decoder = Decoder(runtime, vocabulary, Shortcuts())
    first = say(runtime, vocabulary, prompt, decoder=decoder, keep=(len(prompt),), max_new=8)
    second = say(runtime, vocabulary, prompt, decoder=decoder, max_new=8)
    assert second.counts.reused == len(prompt) - 1
    assert second.ids == first.ids


def test_a_shared_beginning_that_ends_within_a_picture_is_used_up_to_it(vocabulary: Vocabulary) -> None:
    """The same photo at the very end: its last token has to be fed again, and so the whole of it."""
    picture = make_picture(noise(96, 64))
    builder = PromptBuilder(vocabulary).turn("user").text("Look: ").picture(picture)
    prompt = builder.build()
    runtime = FakeRuntime(vocabulary)
    decoder = Decoder(runtime, vocabulary, Shortcuts())
    first = say(runtime, vocabulary, prompt, decoder=decoder, keep=(len(prompt),), max_new=4)
    again = say(runtime, vocabulary, prompt, decoder=decoder, max_new=4)
    assert again.counts.reused == len(prompt) - 1
    assert again.ids == first.ids
    cut = Prompt(prompt.ids[:-1], prompt.positions[:, :-1], prompt.keys[:-1], prompt.pictures)
    third = say(runtime, vocabulary, cut, decoder=decoder, max_new=4)
    assert third.counts.reused == prompt.pictures[0][0]


def test_without_the_shortcut_nothing_is_kept(vocabulary: Vocabulary) -> None:
    prompt = photo_prompt(vocabulary)
    runtime = FakeRuntime(vocabulary)
    decoder = Decoder(runtime, vocabulary, NOTHING)
    for _ in range(2):
        said = say(runtime, vocabulary, prompt, decoder=decoder, keep=keeps(prompt), max_new=4)
        decoder.keep_answer(prompt, said.ids)
        assert said.counts.reused == 0


def test_pictures_seen_longest_ago_are_let_go(vocabulary: Vocabulary) -> None:
    prompts = [prompt_of(vocabulary, noise(64, 64, seed)) for seed in range(decoding.SEEN_KEPT + 1)]
    runtime = FakeRuntime(vocabulary)
    decoder = Decoder(runtime, vocabulary, NOTHING)
    for prompt in prompts:
        say(runtime, vocabulary, prompt, decoder=decoder, max_new=1)
    for prompt in prompts[1:]:
        say(runtime, vocabulary, prompt, decoder=decoder, max_new=1)
    assert len(runtime.seen) == len(prompts)
    say(runtime, vocabulary, prompts[0], decoder=decoder, max_new=1)
    assert len(runtime.seen) == len(prompts) + 1


# The grammar


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


# Anything at all

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


# The real models


@pytest.mark.parametrize("drafts", ["good", "wrong", "breaking the grammar", "Chinese"])
def test_the_tiny_model_says_the_same_with_every_shortcut(
    drafts: str, runtime: Runtime, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    prompt = photo_prompt(vocabulary)
    plain = say(runtime, vocabulary, prompt, grammar=grammar, max_new=60)
    text = vocabulary.text(plain.ids)
    for shortcuts in COMBINATIONS.values():
        drafter = Drafts(DRAFTERS[drafts](text))
        said = say(runtime, vocabulary, prompt, shortcuts, grammar=grammar, drafter=drafter, max_new=60)
        assert said.ids == plain.ids
        assert_counts_add_up(said, runtime, prompt)


def test_the_tiny_model_says_the_same_by_the_plainest_loop(
    torch_runtime: Runtime, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    prompt = photo_prompt(vocabulary)
    expected = one_by_one(torch_runtime, vocabulary, prompt, grammar, 24)
    assert say(torch_runtime, vocabulary, prompt, Shortcuts(), grammar=grammar, max_new=24).ids == expected


def test_free_words_are_those_that_transformers_generates(
    torch_runtime: Runtime, vocabulary: Vocabulary, reference: Any
) -> None:
    import torch

    prompt = prompt_of(vocabulary, "Read the label.\n", noise(128, 96), "All of it.")
    ids = torch.from_numpy(prompt.ids)[None]
    picture = prompt.pictures[0][1]
    generated = reference.generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        mm_token_type_ids=(ids == reference.config.image_token_id).int(),
        pixel_values=torch.from_numpy(picture.patches),
        image_grid_thw=torch.tensor([[1, picture.rows, picture.columns]]),
        do_sample=False,
        max_new_tokens=40,
    )[0, len(prompt) :].tolist()
    while generated and generated[-1] in vocabulary.special.stops:
        generated.pop()
    text = vocabulary.text(generated)
    said = say(torch_runtime, vocabulary, prompt, Shortcuts(), drafter=Drafts(rest_of(text)), max_new=40)
    assert said.ids == generated


def test_the_tiny_model_says_the_same_from_kept_prefixes(
    runtime: Runtime, vocabulary: Vocabulary, grammar: Grammar
) -> None:
    decoder = Decoder(runtime, vocabulary, Shortcuts())
    for seed in range(3):
        prompt = prompt_of(vocabulary, "Read the label.\n", noise(96, 64, seed))
        said = say(runtime, vocabulary, prompt, grammar=grammar, decoder=decoder, keep=keeps(prompt), max_new=30)
        assert said.counts.reused >= keeps(prompt)[0] * bool(seed)
        again = say(runtime, vocabulary, prompt, grammar=grammar, decoder=decoder, max_new=30)
        assert again.counts.reused >= keeps(prompt)[1]
        plain = say(runtime, vocabulary, prompt, grammar=grammar, max_new=30)
        assert said.ids == again.ids == plain.ids
