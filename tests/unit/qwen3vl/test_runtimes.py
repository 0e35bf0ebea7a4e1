"""Both runtimes compute what the checkpoint does, whatever way the tokens are fed, dropped, saved and restored."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.engines.qwen3vl.inputs import Floats, Prompt, Vocabulary, make_picture
from core.engines.qwen3vl.openvino_runtime import OpenVinoRuntime
from core.engines.qwen3vl.runtime import Block, Runtime
from core.engines.qwen3vl.torch_runtime import TorchRuntime
from tests.tiny.pictures import noise
from tests.unit.qwen3vl.prompts import block_of, photo_prompt, prompt_of

CLOSE = {"rtol": 0.0, "atol": 2e-5}
"""Float32 sums in another order; the logits of the tiny checkpoint lie between −1 and 1."""
NEARLY = {"rtol": 0.0, "atol": 2e-6}
QUANTISED = 0.98
"""Least correlation of int8 logits with float32's."""


def theirs(reference: Any, prompt: Prompt) -> Floats:
    """Logits (n, vocabulary) of the model as transformers runs it, given nothing but ids and patches."""
    import torch

    ids = torch.from_numpy(prompt.ids)[None]
    pictures = [picture for _, picture in prompt.pictures]
    kwargs: dict[str, Any] = {"mm_token_type_ids": (ids == reference.config.image_token_id).int()}
    if pictures:
        kwargs["pixel_values"] = torch.from_numpy(np.concatenate([picture.patches for picture in pictures]))
        kwargs["image_grid_thw"] = torch.tensor([[1, picture.rows, picture.columns] for picture in pictures])
    with torch.inference_mode():
        logits: Floats = reference(input_ids=ids, **kwargs).logits[0].numpy()
    return logits


PROMPTS: dict[str, Callable[[Vocabulary], Prompt]] = {
    "words": lambda vocabulary: prompt_of(vocabulary, "What is printed here? 净含量"),
    "photo": photo_prompt,
    "photo first": lambda vocabulary: prompt_of(vocabulary, noise(64, 64), "What is it?"),
    "two photos": lambda vocabulary: prompt_of(vocabulary, noise(96, 64), "a", noise(64, 160, seed=1), "b"),
    "100:1": lambda vocabulary: prompt_of(vocabulary, noise(3200, 32), "wide"),
    "one tile": lambda vocabulary: prompt_of(vocabulary, noise(32, 32), "small"),
}


@pytest.mark.parametrize("name", list(PROMPTS))
def test_logits_are_those_of_the_model(
    name: str, torch_runtime: Runtime, vocabulary: Vocabulary, reference: Any
) -> None:
    torch_runtime.reset()
    prompt = PROMPTS[name](vocabulary)
    ours = torch_runtime.feed(block_of(torch_runtime, prompt), last=len(prompt))
    np.testing.assert_allclose(ours, theirs(reference, prompt), **CLOSE)


@pytest.mark.parametrize("name", list(PROMPTS))
def test_logits_of_the_int8_form_are_near_those_of_the_model(
    name: str, openvino_runtime: Runtime, vocabulary: Vocabulary, reference: Any
) -> None:
    openvino_runtime.reset()
    prompt = PROMPTS[name](vocabulary)
    ours = openvino_runtime.feed(block_of(openvino_runtime, prompt), last=len(prompt))
    for mine, other in zip(ours, theirs(reference, prompt), strict=True):
        assert np.corrcoef(mine, other)[0, 1] > QUANTISED


def test_a_picture_changes_what_comes_after_it(runtime: Runtime, vocabulary: Vocabulary) -> None:
    rows = []
    for seed in (0, 1):
        runtime.reset()
        prompt = prompt_of(vocabulary, noise(96, 96, seed=seed), "What is it?")
        rows.append(runtime.feed(block_of(runtime, prompt), last=1)[0])
    assert np.abs(rows[0] - rows[1]).max() > 1e-3


@pytest.mark.parametrize("last", [1, 2, 7])
def test_the_last_logits_are_those_asked_for(last: int, runtime: Runtime, vocabulary: Vocabulary) -> None:
    prompt = photo_prompt(vocabulary)
    every = runtime.feed(block_of(runtime, prompt), last=len(prompt))
    runtime.reset()
    some = runtime.feed(block_of(runtime, prompt), last=last)
    assert some.shape == (last, vocabulary.size)
    assert some.dtype == np.float32
    np.testing.assert_allclose(some, every[-last:], **CLOSE)


def answer_block(prompt: Prompt, ids: list[int], said: int = 0) -> Block:
    """Tokens of an answer of which `said` tokens have been fed."""
    start = prompt.next_position + said
    steps = np.arange(start, start + len(ids), dtype=np.int64)
    return Block(np.array(ids, np.int64), np.stack([steps] * 3))


@pytest.mark.parametrize("count", [2, 3, 8, 16, 32])
def test_a_block_of_tokens_equals_single_steps(count: int, runtime: Runtime, vocabulary: Vocabulary) -> None:
    prompt = photo_prompt(vocabulary)
    ids = np.random.default_rng(count).integers(300, 4000, count).tolist()
    runtime.feed(block_of(runtime, prompt), last=1)
    together = runtime.feed(answer_block(prompt, ids), last=count)
    runtime.reset()
    runtime.feed(block_of(runtime, prompt), last=1)
    singly = np.concatenate(
        [runtime.feed(answer_block(prompt, [token], said), last=1) for said, token in enumerate(ids)]
    )
    assert_equal_steps(runtime, together, singly)


def assert_as_if(runtime: Runtime, one: Floats, other: Floats) -> None:
    """Bit for bit; with OpenVINO, whose sums run over blocks of the cache and which keeps it in 8 bits, nearly."""
    if runtime.label.startswith("openvino"):
        np.testing.assert_allclose(one, other, **NEARLY)
        np.testing.assert_array_equal(one.argmax(-1), other.argmax(-1))
    else:
        np.testing.assert_array_equal(one, other)


def assert_equal_steps(runtime: Runtime, one: Floats, other: Floats) -> None:
    """The same logits as far as the runtime's arithmetic allows, and the same likeliest tokens."""
    if "int8" in runtime.label:  # activations are quantised by what lies beside them
        assert all(np.corrcoef(a, b)[0, 1] > QUANTISED for a, b in zip(one, other, strict=True))
    else:
        np.testing.assert_allclose(one, other, **CLOSE)
        np.testing.assert_array_equal(one.argmax(-1), other.argmax(-1))


def test_a_prompt_fed_in_pieces_equals_one_fed_whole(runtime: Runtime, vocabulary: Vocabulary) -> None:
    prompt = photo_prompt(vocabulary)
    whole = runtime.feed(block_of(runtime, prompt), last=1)
    (at, picture) = prompt.pictures[0]
    runtime.reset()
    ends = [3, at, at + picture.tokens, len(prompt)]
    for start, end in zip([0, *ends], ends, strict=False):
        pieces = runtime.feed(block_of(runtime, prompt, start, end), last=1)
    assert runtime.length == len(prompt)
    assert_equal_steps(runtime, pieces, whole)


@pytest.mark.parametrize("dropped", [1, 3, 8])
def test_what_was_dropped_was_never_fed(dropped: int, runtime: Runtime, vocabulary: Vocabulary) -> None:
    """A rejected draft leaves no trace."""
    prompt = photo_prompt(vocabulary)
    wrong = list(range(1000, 1000 + dropped))
    right = [2000, 2001, 2002]

    runtime.feed(block_of(runtime, prompt), last=1)
    plain = [runtime.feed(answer_block(prompt, [token], said), last=1) for said, token in enumerate(right)]

    runtime.reset()
    runtime.feed(block_of(runtime, prompt), last=1)
    after = []
    for said, token in enumerate(right):
        after.append(runtime.feed(answer_block(prompt, [token], said), last=1))
        runtime.feed(answer_block(prompt, wrong, said + 1), last=1)
        runtime.drop(dropped)
    assert runtime.length == len(prompt) + len(right)
    for one, other in zip(after, plain, strict=True):
        assert_as_if(runtime, one, other)


def test_dropping_the_end_of_a_block_keeps_its_beginning(runtime: Runtime, vocabulary: Vocabulary) -> None:
    prompt = photo_prompt(vocabulary)
    block = answer_block(prompt, [2000, 2001, 1000, 1001, 1002])
    runtime.feed(block_of(runtime, prompt), last=1)
    runtime.feed(block, last=5)
    runtime.drop(3)
    next_one = runtime.feed(answer_block(prompt, [2002], 2), last=1)

    runtime.reset()
    runtime.feed(block_of(runtime, prompt), last=1)
    runtime.feed(answer_block(prompt, [2000, 2001]), last=1)
    assert_equal_steps(runtime, next_one, runtime.feed(answer_block(prompt, [2002], 2), last=1))


def test_dropping_nothing_and_everything(runtime: Runtime, vocabulary: Vocabulary) -> None:
    prompt = photo_prompt(vocabulary)
    whole = runtime.feed(block_of(runtime, prompt), last=1)
    runtime.drop(0)
    assert runtime.length == len(prompt)
    runtime.drop(len(prompt))
    assert runtime.length == 0
    assert_equal_steps(runtime, runtime.feed(block_of(runtime, prompt), last=1), whole)


def test_a_restored_state_goes_on_as_if_nothing_had_been(runtime: Runtime, vocabulary: Vocabulary) -> None:
    prompt, other = photo_prompt(vocabulary), prompt_of(vocabulary, noise(64, 64, seed=9), "Something else")
    runtime.feed(block_of(runtime, prompt), last=1)
    saved = runtime.save()
    expected = runtime.feed(answer_block(prompt, [2000, 2001]), last=2)

    runtime.reset()
    runtime.feed(block_of(runtime, other), last=1)
    for _ in range(2):  # a saved state serves more than once
        runtime.restore(saved, len(prompt))
        assert runtime.length == len(prompt)
        assert_as_if(runtime, runtime.feed(answer_block(prompt, [2000, 2001]), last=2), expected)


@pytest.mark.parametrize("length", [1, 5, 8])
def test_the_beginning_of_a_saved_state_is_that_of_a_shorter_prompt(
    length: int, runtime: Runtime, vocabulary: Vocabulary
) -> None:
    prompt = photo_prompt(vocabulary)
    assert length <= prompt.pictures[0][0]
    runtime.feed(block_of(runtime, prompt), last=1)
    saved = runtime.save()
    runtime.restore(saved, length)
    resumed = runtime.feed(block_of(runtime, prompt, length), last=1)
    runtime.reset()
    runtime.feed(block_of(runtime, prompt, 0, length), last=1)
    assert_equal_steps(runtime, resumed, runtime.feed(block_of(runtime, prompt, length), last=1))


def test_a_state_saved_after_drops_holds_what_stands(runtime: Runtime, vocabulary: Vocabulary) -> None:
    prompt = photo_prompt(vocabulary)
    runtime.feed(block_of(runtime, prompt), last=1)
    runtime.feed(answer_block(prompt, [2000, 1000, 1001]), last=1)
    runtime.drop(2)
    saved = runtime.save()
    expected = runtime.feed(answer_block(prompt, [2001], 1), last=1)
    runtime.reset()
    runtime.restore(saved, len(prompt) + 1)
    assert_equal_steps(runtime, runtime.feed(answer_block(prompt, [2001], 1), last=1), expected)


def test_what_is_fed_after_a_save_does_not_change_it(runtime: Runtime, vocabulary: Vocabulary) -> None:
    prompt = photo_prompt(vocabulary)
    runtime.feed(block_of(runtime, prompt), last=1)
    saved = runtime.save()
    before = [array_of(part).copy() for part in parts_of(saved)]
    runtime.feed(answer_block(prompt, [2000, 2001]), last=1)
    runtime.restore(saved, len(prompt))
    runtime.feed(answer_block(prompt, [1000, 1001]), last=1)
    for part, copy in zip(parts_of(saved), before, strict=True):
        np.testing.assert_array_equal(array_of(part), copy)


def array_of(part: Any) -> Floats:
    array: Floats = part.numpy() if hasattr(part, "numpy") else part
    return array


def parts_of(saved: Any) -> list[Any]:
    return list(saved.arrays) if hasattr(saved, "arrays") else [part for layer in saved for part in layer]


def test_a_picture_is_seen_the_same_each_time(runtime: Runtime) -> None:
    picture = make_picture(noise(96, 64))
    first, second = runtime.see(picture), runtime.see(picture)
    np.testing.assert_array_equal(array_of(first.embeds), array_of(second.embeds))
    assert array_of(first.embeds).shape[0] == picture.tokens
    assert array_of(first.deep).shape[:2] == (2, picture.tokens)


def test_both_runtimes_see_the_same(torch_runtime: Runtime, openvino_runtime: Runtime) -> None:
    for size in ((96, 64), (32, 320), (512, 512)):
        picture = make_picture(noise(*size))
        one, other = torch_runtime.see(picture), openvino_runtime.see(picture)
        for name in ("embeds", "deep"):
            a, b = array_of(getattr(one, name)).ravel(), array_of(getattr(other, name)).ravel()
            assert np.corrcoef(a, b)[0, 1] > QUANTISED, (size, name)


def test_the_label_names_runtime_and_precision(runtime: Runtime) -> None:
    assert runtime.label in ("torch float32", "openvino int8")


@pytest.mark.parametrize("precision", ["bfloat16", "int8"])
def test_lower_precisions_come_near(
    precision: str, tiny_checkpoint: Path, vocabulary: Vocabulary, reference: Any
) -> None:
    runtime = TorchRuntime(tiny_checkpoint, device="cpu", precision=precision, threads=1)
    prompt = photo_prompt(vocabulary)
    ours = runtime.feed(block_of(runtime, prompt), last=4)
    for mine, other in zip(ours, theirs(reference, prompt)[-4:], strict=True):
        assert np.corrcoef(mine, other)[0, 1] > QUANTISED
    runtime.close()


def broken_copies(folder: Path, names: list[str], into: Path) -> Path:
    """A copy of a checkpoint with these files cut to their half, or left out where named with a minus."""
    shutil.copytree(folder, into)
    for name in names:
        path = into / name.removeprefix("-")
        if name.startswith("-"):
            path.unlink()
        else:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return into


@pytest.mark.parametrize("name", ["model.safetensors", "-model.safetensors", "config.json", "-config.json"])
def test_a_broken_checkpoint_is_not_loaded(name: str, tiny_checkpoint: Path, tmp_path: Path) -> None:
    folder = broken_copies(tiny_checkpoint, [name], tmp_path / "broken")
    with pytest.raises(Exception):  # noqa: B017  whatever transformers raises; the engine says it in words
        TorchRuntime(folder, device="cpu", precision="float32", threads=1)


@pytest.mark.parametrize(
    "name",
    [
        "openvino_language_model.bin",
        "openvino_language_model.xml",
        "-openvino_vision_embeddings_merger_model.xml",
        "-openvino_text_embeddings_model.bin",
        "-config.json",
    ],
)
def test_a_broken_form_is_not_loaded(name: str, tiny_openvino: Path, tmp_path: Path) -> None:
    folder = broken_copies(tiny_openvino, [name], tmp_path / "broken")
    with pytest.raises((RuntimeError, OSError)):
        OpenVinoRuntime(folder, threads=1, form="int8")


def test_the_tokenizer_names_what_it_lacks(tiny_checkpoint: Path, tmp_path: Path) -> None:
    folder = broken_copies(tiny_checkpoint, [], tmp_path / "other")
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    tokenizer["added_tokens"] = [entry for entry in tokenizer["added_tokens"] if entry["content"] != "<|im_end|>"]
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    with pytest.raises(ValueError, match=r"<\|im_end\|>"):
        Vocabulary(folder)
