"""What stays of one prompt for the next: instruction, photo and conversation are fed once."""

from __future__ import annotations

from core.engines.qwen3vl import decoding
from core.engines.qwen3vl.decoding import Decoder, Shortcuts
from core.engines.qwen3vl.grammar import Grammar
from core.engines.qwen3vl.inputs import Prompt, PromptBuilder, Vocabulary, make_picture
from tests.tiny.fake_runtime import FakeRuntime
from tests.tiny.pictures import noise
from tests.unit.qwen3vl.prompts import photo_prompt, prompt_of
from tests.unit.qwen3vl.said import NOTHING, keeps, say


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
