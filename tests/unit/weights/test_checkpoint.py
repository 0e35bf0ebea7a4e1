"""A folder of weights: what is usable, and the named reason for everything that is not."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import (
    BadWeights,
    CorruptWeights,
    NoWeights,
    PickledWeights,
    RemoteCode,
    WeightsFolderMissing,
    WeightsIncomplete,
    WrongArchitecture,
)
from core.settings import Settings
from core.weights import Form, inspect_checkpoint, inventory
from core.weights.checkpoint import INDEX, WHOLE
from tests.unit.weights.folders import CONFIG, cut, make_checkpoint, make_export, make_sharded, write_json

Change = Callable[[Path], object]
FIRST, SECOND = (f"model-0000{number}-of-00002.safetensors" for number in (1, 2))


def test_a_checkpoint_says_its_form_type_and_size(tmp_path: Path) -> None:
    info = inspect_checkpoint(make_checkpoint(tmp_path))
    assert (info.form, info.dtype, info.parameters) == (Form.SAFETENSORS, "F32", 3 * 16 * 64)
    assert info.weights_bytes == (tmp_path / WHOLE).stat().st_size
    assert set(info.files) == {path.name for path in tmp_path.iterdir()}


def test_a_checkpoint_made_by_transformers_is_accepted(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    from tests.tiny.checkpoint import make_tiny

    info = inspect_checkpoint(make_tiny(tmp_path))
    assert info.form is Form.SAFETENSORS
    assert info.parameters > 400_000


def test_shards_count_together(tmp_path: Path) -> None:
    info = inspect_checkpoint(make_sharded(tmp_path))
    assert info.parameters == 3 * 16 * 64
    assert {FIRST, SECOND, INDEX} <= set(info.files)


@pytest.mark.parametrize(("bits", "form"), [(8, Form.INT8), (4, Form.INT4)])
def test_an_export_says_how_many_bits_it_has(bits: int, form: Form, tmp_path: Path) -> None:
    assert inspect_checkpoint(make_export(tmp_path, bits)).form is form


def rewrite_header(path: Path, change: Callable[[dict], object]) -> None:
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    change(header)
    raw = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + data[8 + length :])


def shift(header: dict) -> None:
    header["b"]["data_offsets"] = [number + 4 for number in header["b"]["data_offsets"]]


def grow(header: dict) -> None:
    header["b"]["shape"] = [17, 64]


def far(header: dict) -> None:
    header["c"]["data_offsets"][1] += 1 << 40


CHECKPOINT_FAULTS: list[tuple[str, Change, type[BadWeights], str]] = [
    ("no weights", lambda f: (f / WHOLE).unlink(), NoWeights, "no weights"),
    ("truncated", lambda f: cut(f / WHOLE, 5000), WeightsIncomplete, WHOLE),
    ("inside its header", lambda f: cut(f / WHOLE, 40), WeightsIncomplete, WHOLE),
    ("empty", lambda f: cut(f / WHOLE, 0), WeightsIncomplete, WHOLE),
    ("one byte short", lambda f: cut(f / WHOLE, (f / WHOLE).stat().st_size - 1), WeightsIncomplete, WHOLE),
    ("a byte too many", lambda f: (f / WHOLE).open("ab").write(b"x"), CorruptWeights, "too many"),
    ("a page instead", lambda f: (f / WHOLE).write_text("<html>not found</html>"), CorruptWeights, WHOLE),
    ("header no JSON", lambda f: (f / WHOLE).write_bytes(struct.pack("<Q", 9) + b"nonsense!"), CorruptWeights, WHOLE),
    ("header a list", lambda f: (f / WHOLE).write_bytes(struct.pack("<Q", 2) + b"[]"), CorruptWeights, WHOLE),
    ("header empty", lambda f: (f / WHOLE).write_bytes(struct.pack("<Q", 2) + b"{}"), CorruptWeights, WHOLE),
    ("hole between tensors", lambda f: rewrite_header(f / WHOLE, shift), CorruptWeights, "tensor"),
    ("shape and offsets differ", lambda f: rewrite_header(f / WHOLE, grow), CorruptWeights, "tensor b"),
    ("offsets beyond the file", lambda f: rewrite_header(f / WHOLE, far), CorruptWeights, "tensor c"),
    ("no shape", lambda f: rewrite_header(f / WHOLE, lambda h: h["a"].pop("shape")), CorruptWeights, WHOLE),
    ("no config", lambda f: (f / "config.json").unlink(), WeightsIncomplete, "config.json"),
    ("config no JSON", lambda f: (f / "config.json").write_text("{"), CorruptWeights, "config.json"),
    ("no tokenizer", lambda f: (f / "tokenizer.json").unlink(), WeightsIncomplete, "tokenizer.json"),
    ("no preprocessor", lambda f: (f / "preprocessor_config.json").unlink(), WeightsIncomplete, "preprocessor"),
    ("unfinished beside it", lambda f: (f / "x.json.incomplete").touch(), WeightsIncomplete, "x.json.incomplete"),
    ("text model", lambda f: write_json(f / "config.json", {"architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3"}), WrongArchitecture, "Qwen3ForCausalLM / qwen3"),
    ("mixture of experts", lambda f: write_json(f / "config.json", {"model_type": "qwen3_vl_moe"}),
        WrongArchitecture, "qwen3_vl_moe"),
    ("config without a type", lambda f: write_json(f / "config.json", {}), WrongArchitecture, "?"),
    ("code in its config", lambda f: write_json(f / "config.json", {**CONFIG, "auto_map": {"AutoModel": "x.Y"}}),
        RemoteCode, "config.json"),
    ("code in its tokenizer", lambda f: write_json(f / "tokenizer_config.json", {"auto_map": {}}),
        RemoteCode, "tokenizer_config.json"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "error", "says"), [row[1:] for row in CHECKPOINT_FAULTS],
                         ids=[row[0] for row in CHECKPOINT_FAULTS])  # fmt: skip
def test_a_faulty_checkpoint_is_named(change: Change, error: type[BadWeights], says: str, tmp_path: Path) -> None:
    change(make_checkpoint(tmp_path))
    with pytest.raises(BadWeights) as caught:
        inspect_checkpoint(tmp_path)
    assert type(caught.value) is error
    for words in (caught.value.message.en, caught.value.message.zh):
        assert str(tmp_path) in words
    assert says in caught.value.message.en


SHARD_FAULTS: list[tuple[str, Change, type[BadWeights], str]] = [
    ("one shard absent", lambda f: (f / SECOND).unlink(), WeightsIncomplete, SECOND),
    ("one shard short", lambda f: cut(f / FIRST, 3000), WeightsIncomplete, FIRST),
    ("no index", lambda f: (f / INDEX).unlink(), WeightsIncomplete, INDEX),
    ("index names no files", lambda f: write_json(f / INDEX, {"weight_map": {}}), CorruptWeights, INDEX),
    ("index leads outside", lambda f: write_json(f / INDEX, {"weight_map": {"a": "../x.safetensors"}}),
        CorruptWeights, INDEX),
    ("index names a pickle", lambda f: write_json(f / INDEX, {"weight_map": {"a": "x.bin"}}), CorruptWeights, INDEX),
    ("shards swapped", lambda f: write_json(f / INDEX, {"weight_map": {"a": SECOND, "b": FIRST, "c": SECOND}}),
        CorruptWeights, "tensor a"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "error", "says"), [row[1:] for row in SHARD_FAULTS],
                         ids=[row[0] for row in SHARD_FAULTS])  # fmt: skip
def test_faulty_shards_are_named(change: Change, error: type[BadWeights], says: str, tmp_path: Path) -> None:
    change(make_sharded(tmp_path))
    with pytest.raises(BadWeights, match=says) as caught:
        inspect_checkpoint(tmp_path)
    assert type(caught.value) is error


EXPORT_FAULTS: list[tuple[str, Change, type[BadWeights], str]] = [
    ("a part absent", lambda f: (f / "openvino_tokenizer.bin").unlink(), WeightsIncomplete, "openvino_tokenizer.bin"),
    ("a .bin short", lambda f: cut(f / "openvino_language_model.bin", 63), WeightsIncomplete, "63 bytes"),
    ("an .xml broken off", lambda f: cut(f / "openvino_language_model.xml", 60), CorruptWeights, "breaks off"),
    ("another architecture", lambda f: write_json(f / "config.json", {"model_type": "qwen2_vl"}),
        WrongArchitecture, "qwen2_vl"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "error", "says"), [row[1:] for row in EXPORT_FAULTS],
                         ids=[row[0] for row in EXPORT_FAULTS])  # fmt: skip
def test_a_faulty_export_is_named(change: Change, error: type[BadWeights], says: str, tmp_path: Path) -> None:
    change(make_export(tmp_path))
    with pytest.raises(BadWeights, match=says) as caught:
        inspect_checkpoint(tmp_path)
    assert type(caught.value) is error


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsFolderMissing, match="nowhere"):
        inspect_checkpoint(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "consolidated.00.pth"])
def test_pickled_weights_are_refused_without_being_opened(name: str, tmp_path: Path) -> None:
    (make_checkpoint(tmp_path) / WHOLE).unlink()
    (tmp_path / name).write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    (tmp_path / name).chmod(0)
    with pytest.raises(PickledWeights, match=name):
        inspect_checkpoint(tmp_path)


def test_a_pickle_beside_safetensors_does_no_harm(tmp_path: Path) -> None:
    (make_checkpoint(tmp_path) / "training_args.bin").touch()
    assert "training_args.bin" not in inspect_checkpoint(tmp_path).files


def test_an_unfinished_download_of_the_hubs_own_client_is_seen(tmp_path: Path) -> None:
    (make_checkpoint(tmp_path) / WHOLE).unlink()
    unfinished = tmp_path / ".cache" / "huggingface" / "download" / "abc.incomplete"
    unfinished.parent.mkdir(parents=True)
    unfinished.touch()
    with pytest.raises(WeightsIncomplete, match=r"abc\.incomplete"):
        inspect_checkpoint(tmp_path)


def test_the_revision_changes_with_the_weights_and_with_nothing_else(tmp_path: Path) -> None:
    first, again, other = (make_checkpoint(tmp_path / name, seed) for name, seed in (("a", 0), ("b", 0), ("c", 1)))
    (again / "notes.md").write_text("not part of it")
    revisions = [inspect_checkpoint(folder).revision for folder in (first, again, other)]
    assert revisions[0] == revisions[1] != revisions[2]
    assert len(revisions[0]) == 12


def test_gigabytes_are_inspected_by_their_headers(tmp_path: Path) -> None:
    """A sparse file of 40 GB: anything that read it through would take longer than the test may."""
    make_checkpoint(tmp_path)
    count = 10_000_000_000
    raw = json.dumps({"a": {"dtype": "F32", "shape": [count], "data_offsets": [0, 4 * count]}}).encode()
    with (tmp_path / WHOLE).open("wb") as file:
        file.write(struct.pack("<Q", len(raw)) + raw)
        file.truncate(8 + len(raw) + 4 * count)
    info = inspect_checkpoint(tmp_path)
    assert info.parameters == count
    assert len(info.revision) == 12


def test_a_folder_is_looked_into_once_until_a_file_of_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Path] = []
    monkeypatch.setattr(inventory, "inspect_checkpoint", lambda each: looked.append(each) or inspect_checkpoint(each))
    settings, other = Settings(model=str(make_checkpoint(tmp_path / "a"))), make_checkpoint(tmp_path / "b", 1)
    before = [inventory.inspect_local(settings) for _ in range(3)]
    assert (len(looked), len(set(before))) == (1, 1)
    shutil.copy(other / WHOLE, tmp_path / "a" / WHOLE)
    assert inventory.inspect_local(settings).revision != before[0].revision
    (tmp_path / "a" / WHOLE).unlink()
    with pytest.raises(NoWeights):
        inventory.inspect_local(settings)
