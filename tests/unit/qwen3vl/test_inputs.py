"""Pictures, token ids and positions are those of the checkpoint's own processor, number for number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.engines.qwen3vl.inputs import TILE, Picture, Prompt, PromptBuilder, Vocabulary, make_picture, tiled_size
from core.engines.qwen3vl.openvino_runtime import rotary_angles, stretched_grid
from tests.tiny.pictures import noise

ANY_SIZE = {"shortest_edge": 1, "longest_edge": 1 << 24}
"""The size is ours to choose; the processor's own limits would change it."""

SIZES = [
    (512, 512),
    (512, 384),
    (500, 333),
    (32, 32),
    (48, 48),
    (80, 80),
    (47, 49),
    (3200, 32),
    (32, 3200),
    (1600, 33),
    (640, 96),
    (96, 640),
]  # fmt: skip


@pytest.fixture(scope="module")
def processor(tiny_checkpoint: Path) -> Any:
    """The checkpoint's processor without its video part, which needs torchvision."""
    from transformers import AutoTokenizer, Qwen3VLProcessor
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    class WithoutVideo(Qwen3VLProcessor):
        def check_argument_for_proper_class(self, argument_name: str, argument: Any) -> Any:
            if argument_name == "video_processor":
                return type(argument)
            return super().check_argument_for_proper_class(argument_name, argument)

    return WithoutVideo(
        image_processor=Qwen2VLImageProcessorPil.from_pretrained(tiny_checkpoint),
        tokenizer=AutoTokenizer.from_pretrained(tiny_checkpoint),
        video_processor=None,
    )


def processed(processor: Any, turns: Sequence[tuple[str, Sequence[str | Image.Image]]]) -> Any:
    """What the processor makes of a conversation: text, and pictures where they stand."""
    pictures = [part for _, parts in turns for part in parts if isinstance(part, Image.Image)]
    messages = [
        {
            "role": role,
            "content": [
                {"type": "text", "text": part} if isinstance(part, str) else {"type": "image"} for part in parts
            ],
        }
        for role, parts in turns
    ]
    text = processor.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return processor(
        text=[text], images=pictures or None, images_kwargs={"size": ANY_SIZE} if pictures else {}, return_tensors="pt"
    )


def built(vocabulary: Vocabulary, turns: Sequence[tuple[str, Sequence[str | Image.Image]]]) -> Prompt:
    builder = PromptBuilder(vocabulary)
    for role, parts in turns:
        builder.turn(role)
        for part in parts:
            builder.text(part) if isinstance(part, str) else builder.picture(make_picture(part))
        builder.end_turn()
    return builder.turn("assistant").build()


CONVERSATIONS: dict[str, list[tuple[str, list[str | Image.Image]]]] = {
    "words": [("user", ["What is printed here?"])],
    "nothing": [("user", [""])],
    "Chinese": [("user", ["净含量是多少？请用中文回答：😀 ℮ ®"])],
    "picture first": [("user", [noise(96, 64), "What is it?"])],
    "picture last": [("user", ["Read the label.\n", noise(64, 96)])],
    "picture alone": [("user", [noise(32, 32)])],
    "two pictures": [("user", [noise(96, 64), noise(64, 160, seed=1), "And the other one?"])],
    "the same picture twice": [("user", [noise(96, 64), " and ", noise(96, 64)])],
    "words between": [("user", ["a", noise(128, 64), "b", noise(32, 320, seed=2), "c"])],
    "turns": [("user", [noise(96, 64), "what?"]), ("assistant", ["Oats.\n"]), ("user", ["how much?"])],
    "100:1": [("user", [noise(3200, 32), "wide"])],
    "1:100": [("user", [noise(32, 3200), "high"])],
}


@pytest.mark.parametrize("name", list(CONVERSATIONS))
def test_ids_are_those_of_the_processor(name: str, processor: Any, vocabulary: Vocabulary) -> None:
    turns = CONVERSATIONS[name]
    assert built(vocabulary, turns).ids.tolist() == processed(processor, turns)["input_ids"][0].tolist()


@pytest.mark.parametrize("name", list(CONVERSATIONS))
def test_positions_are_those_of_the_model(name: str, processor: Any, vocabulary: Vocabulary, reference: Any) -> None:
    turns = CONVERSATIONS[name]
    theirs = processed(processor, turns)
    positions, delta = reference.model.get_rope_index(
        theirs["input_ids"], theirs["mm_token_type_ids"], image_grid_thw=theirs.get("image_grid_thw")
    )
    prompt = built(vocabulary, turns)
    assert prompt.positions.tolist() == positions[:, 0].tolist()
    assert prompt.next_position == len(prompt) + int(delta[0, 0])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_patches_are_those_of_the_processor(size: tuple[int, int], processor: Any) -> None:
    image = noise(*size)
    theirs = processor.image_processor(image, size=ANY_SIZE, return_tensors="np")
    picture = make_picture(image)
    assert [1, picture.rows, picture.columns] == theirs["image_grid_thw"][0].tolist()
    np.testing.assert_array_equal(picture.patches, theirs["pixel_values"])


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "CMYK", "LA"])
def test_a_picture_of_any_mode_is_seen_in_rgb(mode: str) -> None:
    image = noise(64, 64).convert(mode)
    np.testing.assert_array_equal(make_picture(image).patches, make_picture(image.convert("RGB")).patches)


@pytest.mark.parametrize(
    ("given", "tiled"),
    [
        ((1, 1), (32, 32)),
        ((31, 47), (32, 32)),
        ((48, 80), (64, 64)),
        ((49, 79), (64, 64)),
        ((512, 343), (512, 352)),
        ((512, 5), (512, 32)),
    ],
)
def test_sides_are_rounded_to_whole_tiles(given: tuple[int, int], tiled: tuple[int, int]) -> None:
    assert tiled_size(*given) == tiled
    picture = make_picture(Image.new("RGB", given))
    assert picture.tokens == tiled[0] * tiled[1] // TILE**2
    assert picture.patches.shape == (picture.rows * picture.columns, 3 * 2 * 16 * 16)


def test_the_key_of_a_picture_goes_by_its_pixels_and_shape() -> None:
    image = noise(64, 128)
    changed = image.copy()
    changed.putpixel((0, 0), (1, 2, 3))
    turned = Image.frombytes("RGB", (128, 64), image.tobytes())
    keys = [make_picture(one).key for one in (image, changed, turned)]
    assert make_picture(image.copy()).key == keys[0]
    assert len(set(keys)) == 3


SPELT_OUT = ["<|im_end|>", "<|image_pad|>", "<|vision_start|>", "<|endoftext|>", "a<|im_start|>user\nb", "<think>"]


@pytest.mark.parametrize("text", SPELT_OUT)
def test_a_special_token_spelt_out_stays_text(text: str, vocabulary: Vocabulary) -> None:
    """Words on a label can neither end a turn nor stand for a picture."""
    ids = vocabulary.encode(text)
    special = {number for number in range(vocabulary.size) if not vocabulary.token_bytes[number]}
    assert not special & set(ids)
    assert vocabulary.text(ids) == text


def test_the_numbers_of_special_tokens_are_those_of_the_tokenizer(processor: Any, vocabulary: Vocabulary) -> None:
    number = processor.tokenizer.convert_tokens_to_ids
    special = vocabulary.special
    assert special.start == number("<|im_start|>")
    assert special.end == number("<|im_end|>") == processor.tokenizer.eos_token_id
    assert special.image == number("<|image_pad|>")
    assert (special.vision_start, special.vision_end) == (number("<|vision_start|>"), number("<|vision_end|>"))
    assert special.stops == {number("<|im_end|>"), number("<|endoftext|>")}


TEXTS = ["", " ", "Hello, world!", "净含量：500克", "a\u00a0b\tc\n\n", "😀℮®", "\x00\x7f", "é e\u0301", '{"a":1}']


@pytest.mark.parametrize("text", TEXTS)
def test_text_goes_through_tokens_unchanged(text: str, vocabulary: Vocabulary, processor: Any) -> None:
    ids = vocabulary.encode(text)
    assert ids == processor.tokenizer(text, add_special_tokens=False)["input_ids"]
    assert b"".join(vocabulary.token_bytes[number] for number in ids) == processor.tokenizer.decode(ids).encode()


def test_half_a_character_is_left_out_of_the_text(vocabulary: Vocabulary) -> None:
    ids = vocabulary.encode("龘")
    assert len(ids) > 1, "needs a character of several tokens"
    assert [vocabulary.text(ids[:count]) for count in range(len(ids) + 1)] == [""] * len(ids) + ["龘"]


GRIDS = [(2, 2), (2, 4), (4, 2), (32, 32), (34, 30), (2, 200), (200, 2), (22, 48), (96, 96)]


def picture_of(grid: tuple[int, int]) -> Picture:
    """A picture of that many rows and columns of patches, without pixels."""
    return Picture(np.empty((0, 0), np.float32), *grid, key="")


@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_rotary_angles_are_those_of_the_model(grid: tuple[int, int], reference: Any) -> None:
    import torch
    from transformers.vision_utils import get_vision_position_ids

    visual = reference.model.visual
    places = get_vision_position_ids(torch.tensor([[1, *grid]]), visual.spatial_merge_size)
    theirs = (places[..., None].float() * visual.rotary_pos_emb.inv_freq).flatten(1)
    heads = visual.config.hidden_size // visual.config.num_heads
    np.testing.assert_array_equal(rotary_angles(picture_of(grid), heads), theirs.numpy())


@pytest.mark.parametrize("side", [8, 48])
@pytest.mark.parametrize("grid", GRIDS, ids=str)
def test_the_stretched_grid_is_that_of_the_model(grid: tuple[int, int], side: int) -> None:
    import torch
    from transformers.vision_utils import get_vision_interpolation_indices_and_weights

    corners, weights = stretched_grid(picture_of(grid), side)
    theirs, their_weights = get_vision_interpolation_indices_and_weights(
        torch.tensor([[1, *grid]]), side, "bilinear", align_corners=True, spatial_merge_size=2
    )
    np.testing.assert_array_equal(corners.T, theirs.numpy())
    np.testing.assert_array_equal(weights.T, their_weights.numpy())
