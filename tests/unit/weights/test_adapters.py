"""What a folder with an adapter holds, which base it fits, and which of those kept here is in use."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import (
    AdapterForOtherBase,
    AdapterNotHere,
    AdapterUnsupported,
    BadWeights,
    CorruptWeights,
    NotFound,
    PickledWeights,
    StorageDenied,
)
from core.settings import Settings
from core.weights.adapters import (
    ADAPTER,
    CARD,
    CONFIG,
    TRAINED_ON,
    ensure_fits,
    inspect_adapter,
    trained_on,
    weights_digest,
)
from core.weights.promoted import (
    adapter_in_use,
    adapters_folder,
    get_adapter,
    keep_adapter,
    list_adapters,
    name_in_use,
    put_in_use,
    stamp_in_use,
)
from tests.tiny.adapter import CONFIG_OF_PEFT, make_adapter


@pytest.fixture
def folder(tmp_path: Path, tiny_checkpoint: Path) -> Path:
    return make_adapter(tmp_path / "oats", tiny_checkpoint)


@pytest.fixture(scope="module")
def other_base(tmp_path_factory: pytest.TempPathFactory, tiny_checkpoint: Path) -> Path:
    """The same architecture and shapes, other weights."""
    from tests.tiny.checkpoint import make_tiny

    return make_tiny(tmp_path_factory.mktemp("other") / "other", seed=5)


def test_an_adapter_is_known_from_its_headers(folder: Path) -> None:
    found = inspect_adapter(folder)
    assert (found.name, found.rank, found.scale, found.made_for) == ("oats", 4, 2.0, "local/tiny (0123456789ab)")
    assert len(found.changes) == 8 and found.changes[0].layer.startswith("model.language_model.layers.0.self_attn")
    assert len(found.digest) == 12 and found.card is not None
    assert trained_on(found) == {"seen"}


def test_other_weights_have_another_digest(folder: Path, tmp_path: Path, tiny_checkpoint: Path) -> None:
    other = make_adapter(tmp_path / "other", tiny_checkpoint, seed=1)
    assert inspect_adapter(folder).digest != inspect_adapter(other).digest


@pytest.mark.parametrize(("config", "scale"), [({}, 2.0), ({"use_rslora": True}, 4.0), ({"lora_alpha": 4}, 1.0)])
def test_the_strength_follows_from_alpha_and_rank(
    config: dict[str, Any], scale: float, tmp_path: Path, tiny_checkpoint: Path
) -> None:
    assert inspect_adapter(make_adapter(tmp_path / "one", tiny_checkpoint, card=False, **config)).scale == scale


def test_one_from_another_tool_is_known_by_its_base_and_shapes(tmp_path: Path, tiny_checkpoint: Path) -> None:
    made = make_adapter(tmp_path / "one", tiny_checkpoint, card=False, base_model_name_or_path="/data/models/Tiny/")
    found = inspect_adapter(made)
    assert (found.card, trained_on(found)) == (None, frozenset())
    ensure_fits(found, tiny_checkpoint, "local/tiny")
    with pytest.raises(AdapterForOtherBase):
        ensure_fits(found, tiny_checkpoint, "Qwen/Qwen3-VL-2B-Instruct")


def test_it_fits_the_same_weights_wherever_they_lie(folder: Path, tiny_checkpoint: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(tiny_checkpoint, tmp_path / "moved")
    ensure_fits(inspect_adapter(folder), moved, "somebody/else")
    assert weights_digest(moved) == weights_digest(tiny_checkpoint)


def test_an_adapter_of_another_base_is_refused_with_both_names(folder: Path, other_base: Path) -> None:
    with pytest.raises(AdapterForOtherBase) as err:
        ensure_fits(inspect_adapter(folder), other_base, "local/other")
    for text in (err.value.message.en, err.value.message.zh):
        assert "local/tiny (0123456789ab)" in text and "local/other" in text


def harm_bytes(folder: Path) -> None:
    data = bytearray((folder / ADAPTER).read_bytes())
    data[-5] ^= 0xFF
    (folder / ADAPTER).write_bytes(data)


def drop_half(folder: Path) -> None:
    from safetensors.numpy import load_file, save_file

    tensors = load_file(folder / ADAPTER)
    del tensors[next(iter(tensors))]
    save_file(tensors, folder / ADAPTER)
    (folder / CARD).unlink()


def set_config(**values: Any) -> Callable[[Path], None]:
    return lambda folder: (folder / CONFIG).write_text(json.dumps(CONFIG_OF_PEFT | values)) and None


def pickle_it(folder: Path) -> None:
    (folder / ADAPTER).rename(folder / "adapter_model.bin")


@pytest.mark.parametrize(
    ("harm", "error", "words"),
    [
        (harm_bytes, CorruptWeights, "not the file it was"),
        (lambda folder: os.truncate(folder / ADAPTER, 2000), CorruptWeights, ADAPTER),
        (drop_half, CorruptWeights, "pairs"),
        (pickle_it, PickledWeights, "adapter_model.bin"),
        (lambda folder: (folder / ADAPTER).unlink(), AdapterNotHere, ADAPTER),
        (lambda folder: (folder / CONFIG).write_text("{"), CorruptWeights, CONFIG),
        (lambda folder: (folder / CONFIG).write_text("[]"), CorruptWeights, CONFIG),
        (lambda folder: (folder / CARD).write_text("{}"), CorruptWeights, CARD),
        (set_config(r=None), CorruptWeights, CONFIG),
        (set_config(r=8), CorruptWeights, "rank 8"),
        (set_config(use_dora=True), AdapterUnsupported, "use_dora"),
        (set_config(modules_to_save=["lm_head"]), AdapterUnsupported, "modules_to_save"),
        (set_config(bias="all"), AdapterUnsupported, "bias all"),
        (set_config(peft_type="IA3"), AdapterUnsupported, "IA3"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_name(harm: Any, error: Any, words: str, folder: Path) -> None:
    harm(folder)
    with pytest.raises(error) as err:
        inspect_adapter(folder)
    assert words in err.value.message.en
    assert str(folder) in err.value.message.en and str(folder) in err.value.message.zh


def test_a_pickle_is_never_opened(folder: Path, tmp_path: Path) -> None:
    (folder / ADAPTER).unlink()
    trap = f"cos\nsystem\n(S'touch {tmp_path}/opened'\ntR."
    (folder / "adapter_model.bin").write_text(trap)
    with pytest.raises(PickledWeights):
        inspect_adapter(folder)
    assert not (tmp_path / "opened").exists()


def test_products_seen_in_training_have_to_be_known(folder: Path) -> None:
    (folder / TRAINED_ON).unlink()
    with pytest.raises(CorruptWeights):
        trained_on(inspect_adapter(folder))


# The one in use


def test_none_is_in_use_until_one_is_put_to_use_and_again_after(settings: Settings, folder: Path) -> None:
    assert adapter_in_use(settings) is None
    kept = keep_adapter(settings, folder)
    before = stamp_in_use(settings)
    put_in_use(settings, kept.name)
    assert (found := adapter_in_use(settings)) is not None and found.digest == kept.digest
    assert stamp_in_use(settings) != before
    put_in_use(settings, "")
    assert adapter_in_use(settings) is None
    assert stamp_in_use(settings) == before


def test_what_is_kept_outlives_the_folder_it_came_from_and_is_kept_once(settings: Settings, folder: Path) -> None:
    kept = keep_adapter(settings, folder)
    assert kept.folder.parent == adapters_folder(settings)
    assert keep_adapter(settings, folder) == keep_adapter(settings, kept.folder) == kept
    shutil.rmtree(folder)
    assert [one.digest for one in list_adapters(settings)] == [kept.digest]
    assert get_adapter(settings, kept.name) == kept


def test_a_setting_stands_above_what_was_promoted(settings: Settings, folder: Path) -> None:
    put_in_use(settings, keep_adapter(settings, folder).name)
    assert adapter_in_use(settings.model_copy(update={"adapter": "none"})) is None
    named = adapter_in_use(settings.model_copy(update={"adapter": str(folder)}))
    assert named is not None and named.folder == folder


def test_one_in_use_that_was_damaged_is_an_error_not_silence(settings: Settings, folder: Path) -> None:
    kept = keep_adapter(settings, folder)
    put_in_use(settings, kept.name)
    harm_bytes(kept.folder)
    with pytest.raises(BadWeights):
        adapter_in_use(settings)
    shutil.rmtree(kept.folder)
    with pytest.raises(AdapterNotHere):
        adapter_in_use(settings)


@pytest.mark.parametrize("name", ["", "..", "../x", "nowhere", "/etc"])
def test_a_name_that_is_none_of_those_kept_is_not_found(name: str, settings: Settings, folder: Path) -> None:
    kept = keep_adapter(settings, folder)
    with pytest.raises(NotFound) as err:
        get_adapter(settings, name)
    assert kept.name in err.value.message.en


@pytest.mark.parametrize("text", ["", "{", "[]", '{"adapter": 3}', '{"adapter": "../../etc"}'])
def test_a_file_that_names_nothing_names_nothing(text: str, settings: Settings) -> None:
    adapters_folder(settings).mkdir(parents=True)
    (adapters_folder(settings) / "in_use.json").write_text(text)
    assert name_in_use(settings) == ""


def test_a_folder_that_may_not_be_written_is_named(settings: Settings) -> None:
    settings.data.mkdir(parents=True)
    adapters_folder(settings).write_text("in the way")
    with pytest.raises(StorageDenied):
        put_in_use(settings, "x")
