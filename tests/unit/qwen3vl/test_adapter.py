"""The engine with an adapter: other answers, another cache key, and refusals that name both models."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.engines.qwen3vl.choice import choose, plans
from core.engines.qwen3vl.engine import Qwen3VL
from core.engines.qwen3vl.inputs import PromptBuilder, Vocabulary, make_picture
from core.engines.qwen3vl.runtime import Block
from core.engines.qwen3vl.torch_runtime import TorchRuntime
from core.engines.registry import available
from core.errors import AdapterForOtherBase, AdapterNeedsWeights, EngineFailed
from core.settings import Settings
from core.weights.adapters import Adapter, inspect_adapter
from core.weights.promoted import keep_adapter, put_in_use
from tests.tiny.adapter import make_adapter
from tests.tiny.pictures import noise
from tests.unit.qwen3vl.seen import given


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory, tiny_checkpoint: Path) -> Adapter:
    return inspect_adapter(make_adapter(tmp_path_factory.mktemp("adapters") / "oats", tiny_checkpoint))


@pytest.fixture
def local(tmp_path: Path, tiny_checkpoint: Path) -> Settings:
    return Settings(
        data=tmp_path, model=str(tiny_checkpoint), precision="float32", device="cpu", threads=1, answer_tokens=48
    )


@pytest.fixture
def engine(local: Settings) -> Iterator[Qwen3VL]:
    made = Qwen3VL(local)
    yield made
    made.unload()


def logits(checkpoint: Path, **more: Any) -> Any:
    """What a runtime says behind a picture and a word."""
    runtime = TorchRuntime(checkpoint, device="cpu", threads=1, **{"precision": "float32"} | more)
    prompt = (
        PromptBuilder(Vocabulary(checkpoint)).turn("user").picture(make_picture(noise(64, 64))).text("oats").build()
    )
    at, picture = prompt.pictures[0]
    seen = runtime.see(picture)
    return runtime.feed(Block(prompt.ids, prompt.positions, ((at, seen),)), last=1)[0]


def test_the_merged_model_says_what_base_and_adapter_say_together(adapter: Adapter, tiny_checkpoint: Path) -> None:
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForImageTextToText

    model: Any = AutoModelForImageTextToText.from_pretrained(tiny_checkpoint, dtype="float32").eval()
    tensors = load_file(adapter.folder / "adapter_model.safetensors")

    def beside(down: torch.Tensor, up: torch.Tensor) -> Any:
        return lambda layer, inputs, output: output + adapter.scale * (inputs[0] @ down.T) @ up.T

    for change in adapter.changes:
        down, up = (tensors[f"base_model.model.{change.layer}.lora_{side}.weight"] for side in "AB")
        model.get_submodule(change.layer).register_forward_hook(beside(down, up))
    vocabulary = Vocabulary(tiny_checkpoint)
    prompt = PromptBuilder(vocabulary).turn("user").picture(make_picture(noise(64, 64))).text("oats").build()
    picture = prompt.pictures[0][1]
    with torch.inference_mode():
        wanted = model(
            input_ids=torch.from_numpy(prompt.ids)[None],
            position_ids=torch.from_numpy(prompt.positions)[:, None],
            pixel_values=torch.from_numpy(picture.patches),
            image_grid_thw=torch.tensor([[1, picture.rows, picture.columns]]),
        ).logits[0, -1]
    merged = logits(tiny_checkpoint, adapter=adapter)
    np.testing.assert_allclose(merged, wanted.numpy(), atol=2e-4)
    assert np.abs(merged - logits(tiny_checkpoint)).max() > 0.01


def test_an_adapter_that_changes_nothing_changes_nothing(tmp_path: Path, tiny_checkpoint: Path) -> None:
    nothing = inspect_adapter(make_adapter(tmp_path / "nothing", tiny_checkpoint, strength=0))
    np.testing.assert_array_equal(logits(tiny_checkpoint, adapter=nothing), logits(tiny_checkpoint))


@pytest.mark.parametrize("precision", ["bfloat16", "int8"])
def test_it_is_merged_before_the_weights_are_made_smaller(
    precision: str, adapter: Adapter, tiny_checkpoint: Path
) -> None:
    exact = logits(tiny_checkpoint, adapter=adapter)
    near = logits(tiny_checkpoint, adapter=adapter, precision=precision)
    plain = logits(tiny_checkpoint, precision=precision)
    assert np.abs(near - exact).max() < np.abs(plain - exact).max()


def said(engine: Qwen3VL) -> str:
    try:
        return engine.extract(given()).raw_text
    except EngineFailed as err:
        return err.message.en


def test_a_promoted_adapter_reads_the_next_photo_and_rolled_back_the_one_after(
    engine: Qwen3VL, local: Settings, adapter: Adapter
) -> None:
    plain_revision, plain = engine.revision, said(engine)
    kept = keep_adapter(local, adapter.folder)
    put_in_use(local, kept.name)
    assert engine.revision == f"{plain_revision}+{adapter.digest}"
    assert not engine.loaded
    assert said(engine) != plain
    put_in_use(local, "")
    assert (engine.revision, said(engine)) == (plain_revision, plain)


def test_an_adapter_of_another_base_makes_the_engine_unusable_with_both_names(
    local: Settings, adapter: Adapter, tmp_path: Path
) -> None:
    from tests.tiny.checkpoint import make_tiny

    other = local.model_copy(
        update={"model": str(make_tiny(tmp_path / "other", seed=3)), "adapter": str(adapter.folder)}
    )
    with pytest.raises(AdapterForOtherBase):
        choose(other)
    there = available("qwen3vl", other)
    assert not there.ok
    assert "local/tiny" in there.reason.en and "local/other" in there.reason.zh


def test_with_an_adapter_only_ways_that_take_it_are_offered_and_say_so(
    local: Settings, adapter: Adapter, tiny_checkpoint: Path
) -> None:
    free = local.model_copy(update={"precision": "auto", "adapter": str(adapter.folder)})
    found = plans(free)
    assert found and {plan.runtime for plan in found} == {"torch"}
    assert all(adapter.name in plan.why.en and "torch" in plan.why.zh for plan in found)


def test_a_prepared_form_alone_is_refused_with_what_to_do(
    local: Settings, adapter: Adapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.engines.qwen3vl import choice
    from core.weights import Form

    plan = plans(local)[0]
    prepared = [plan.weights.__class__(**{**plan.weights.__dict__, "form": Form.INT8})]
    monkeypatch.setattr(choice, "find_weights", lambda settings: prepared)
    with pytest.raises(AdapterNeedsWeights) as err:
        choose(local.model_copy(update={"adapter": str(adapter.folder)}))
    assert "oats" in err.value.message.en and "models pull" in err.value.message.zh


def test_a_folder_that_is_gone_is_told_where_the_engine_is_shown(local: Settings, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "gone", ignore_errors=True)
    there = available("qwen3vl", local.model_copy(update={"adapter": str(tmp_path / "gone")}))
    assert not there.ok and str(tmp_path / "gone") in there.reason.en
