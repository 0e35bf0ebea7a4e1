"""The engine loading, failing and giving memory back, and what its answers depend on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from core.engines.base import Answers, Unloads
from core.engines.qwen3vl.engine import Qwen3VL, shortcuts_of
from core.engines.registry import available, make_engine
from core.errors import BadSetting, BadWeights, EngineFailed, NotEnoughMemory, ShelfLensError
from core.settings import Settings
from core.weights import space
from tests.unit.qwen3vl.seen import EXACT, asked, given

# Loading and failing


def test_it_is_what_the_contract_calls_it(engine: Qwen3VL) -> None:
    assert isinstance(engine, Answers) and isinstance(engine, Unloads)


def test_memory_given_back_is_taken_again(engine: Qwen3VL) -> None:
    engine.unload()
    assert not engine.loaded
    first = engine.extract(given())
    assert engine.loaded
    engine.unload()
    assert not engine.loaded
    assert engine.extract(given()).raw_text == first.raw_text


@pytest.mark.parametrize("part", ["see", "feed", "save"])
def test_a_failure_inside_the_runtime_is_named_and_the_next_photo_is_read(
    part: str, engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = engine.extract(given()).raw_text
    engine.unload()

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("out of registers")

    monkeypatch.setattr(engine._ready().runtime, part, broken)
    with pytest.raises(EngineFailed) as caught:
        engine.extract(given())
    for words in (caught.value.message.en, caught.value.message.zh):
        assert "qwen3vl" in words and "out of registers" in words
    assert not engine.loaded
    assert engine.extract(given()).raw_text == expected


def test_a_failure_in_the_middle_of_an_answer_is_named(engine: Qwen3VL, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = engine._ready().runtime
    feed, fed = runtime.feed, list[int]()

    def failing(block: Any, *, last: int) -> Any:
        fed.append(len(block.ids))
        if len(fed) == 4:
            raise MemoryError
        return feed(block, last=last)

    monkeypatch.setattr(runtime, "feed", failing)
    with pytest.raises(EngineFailed, match="MemoryError"):
        list(engine.ask(asked("What is it?")))
    assert "".join(engine.ask(asked("What is it?")))


def test_too_little_memory_is_said_with_both_figures_before_loading(
    local: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Qwen3VL(local)
    plan = engine.plan
    large = plan.weights.__class__(**{**vars(plan.weights), "bytes": 4 << 30})
    monkeypatch.setattr(engine, "_plan", plan.__class__(**{**vars(plan), "weights": large}))
    monkeypatch.setattr(space, "free_memory", lambda: 3 << 29)
    needs = {"torch": "12.0 GiB", "openvino": "8.4 GiB"}[plan.runtime]
    with pytest.raises(NotEnoughMemory) as caught:
        engine.extract(given())
    for words in (caught.value.message.en, caught.value.message.zh):
        assert needs in words and "1.5 GiB" in words and plan.runtime in words
    assert not engine.loaded
    monkeypatch.setattr(space, "free_memory", lambda: 64 << 30)
    assert engine.extract(given()).fields


BROKEN = [
    ("no weights", ["-model.safetensors"]),
    ("half the weights", ["model.safetensors"]),
    ("no settings", ["-config.json"]),
    ("half the settings", ["config.json"]),
    ("no tokenizer", ["-tokenizer.json"]),
    ("half the tokenizer", ["tokenizer.json"]),
]


@pytest.mark.parametrize("names", [names for _, names in BROKEN], ids=[name for name, _ in BROKEN])
def test_a_broken_folder_is_a_named_error(names: list[str], tiny_checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(tiny_checkpoint, folder)
    break_files(folder, names)
    engine = Qwen3VL(Settings(data=tmp_path, model=str(folder), precision="float32", threads=1))
    with pytest.raises((BadWeights, EngineFailed)) as caught:
        engine.extract(given())
    assert caught.value.message.en and caught.value.message.zh
    assert not engine.loaded


@pytest.mark.parametrize(
    "name", ["openvino_language_model.bin", "openvino_language_model.xml", "-openvino_tokenizer.xml", "tokenizer.json"]
)
def test_a_broken_form_is_a_named_error(name: str, tiny_openvino: Path, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(tiny_openvino, folder)
    (folder / "shelflens-manifest.json").unlink(missing_ok=True)
    break_files(folder, [name])
    engine = Qwen3VL(Settings(data=tmp_path, model=str(folder), threads=1))
    with pytest.raises((BadWeights, EngineFailed)):
        engine.extract(given())
    assert not engine.loaded


def break_files(folder: Path, names: list[str]) -> None:
    for name in names:
        path = folder / name.removeprefix("-")
        if name.startswith("-"):
            path.unlink()
        else:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


# What an answer depends on


KEPT = [{"threads": 2}, {"shortcuts": "crop"}, {"shortcuts": "crop,jump"}, {"unload_s": 5.0}]
CHANGED = [
    {"picture_px": 384},
    {"shortcuts": EXACT},
    {"fields_per_group": 4},
    {"answer_tokens": 200},
    {"precision": "bfloat16"},
]


@pytest.mark.parametrize("changes", KEPT, ids=str)
def test_what_changes_no_answer_changes_no_cache_key(changes: dict[str, Any], tiny_checkpoint: Path) -> None:
    assert key(tiny_checkpoint, **changes) == key(tiny_checkpoint)


@pytest.mark.parametrize("changes", CHANGED, ids=str)
def test_what_changes_an_answer_changes_the_cache_key(changes: dict[str, Any], tiny_checkpoint: Path) -> None:
    assert key(tiny_checkpoint, **changes) != key(tiny_checkpoint)


def test_other_weights_have_another_revision(tiny_checkpoint: Path, tmp_path: Path) -> None:
    from tests.tiny.checkpoint import make_tiny

    assert key(make_tiny(tmp_path / "tiny", seed=1)) != key(tiny_checkpoint)
    assert key(make_tiny(tmp_path / "again")) == key(tiny_checkpoint)


def key(folder: Path, **changes: Any) -> str:
    plain = Settings(model=str(folder), precision="float32", device="cpu")
    engine = Qwen3VL(plain.model_copy(update=changes))
    return json.dumps([engine.revision, engine.prompt_version, engine.params], sort_keys=True)


@pytest.mark.parametrize("named", ["jump,fly", "JUMP", "jump drafts"])
def test_a_shortcut_that_does_not_exist_is_named(named: str) -> None:
    with pytest.raises(BadSetting, match="SHELFLENS_SHORTCUTS") as caught:
        Qwen3VL(Settings(shortcuts=named))
    assert "known: jump, drafts, prefix, crop" in str(caught.value)


def test_shortcuts_may_be_few_or_none() -> None:
    assert shortcuts_of(Settings(shortcuts="")) == frozenset()
    assert shortcuts_of(Settings(shortcuts=" jump , crop,")) == {"jump", "crop"}


def test_the_registry_makes_it_where_its_weights_are(tiny_checkpoint: Path, tmp_path: Path) -> None:
    here = Settings(data=tmp_path, model=str(tiny_checkpoint))
    there = available("qwen3vl", here)
    assert there.ok and "torch" in there.reason.en and there.reason.zh
    assert isinstance(make_engine("auto", here), Qwen3VL)
    with pytest.raises(ShelfLensError, match="models pull"):
        make_engine("qwen3vl", Settings(data=tmp_path))
